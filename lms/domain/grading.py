"""What a set of answers is worth, whether it passes, and when the next attempt may begin.

Pure: nothing here knows who answered or where it is stored. What one answer is worth is in `marking.py`. Source of the
rules: domain.md section 6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.domain.marking import FULL_POINTS, AnswerRefused, check_offered, chosen_in, is_right_choice, points
from lms.domain.quizzes import TYPED, Answer, Item, ItemType, QuizRules


class ItemNotDrawn(AnswerRefused):
    """The answer is to an item that is not part of the attempt."""

    def __init__(self, item_id: str) -> None:
        super().__init__("The question “%(item_id)s” is not part of this quiz.", item_id=item_id)


class Outcome(StrEnum):
    """How one item went."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    OLD_RULE = "old_rule"
    """Wrong, by choosing what an earlier version said."""
    UNANSWERED = "unanswered"
    VOID = "void"
    """Whatever was answered: the item was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGrade:
    """What the answer to one item is worth."""

    item_id: str
    clauses: tuple[str, ...]
    is_critical: bool
    points: int
    """Hundredths."""
    maximum: int
    """Hundredths; 0 for an item that is tried out or void."""
    outcome: Outcome
    chosen: tuple[str, ...]
    """Ids of the options that the answer comes to; see `marking.chosen_in`."""
    citation: str | None = None

    @property
    def is_right(self) -> bool:
        """True when all of its points were won."""
        return self.outcome is Outcome.RIGHT

    @property
    def is_void(self) -> bool:
        """True when it counts for nothing because the item was wrong."""
        return self.outcome is Outcome.VOID


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What an attempt, or an attempt together with its retakes, is worth."""

    points: int
    """Hundredths."""
    maximum: int
    """Hundredths; 0 when there was nothing to ask."""
    percent: int
    """Rounded down, so that it never shows a pass mark that was not reached; 100 when there was nothing to ask, and 0
    when all that was asked is void."""
    is_passed: bool
    per_item: tuple[ItemGrade, ...]
    missed_clauses: tuple[str, ...]
    """Clauses of items that are not fully right: those of a retake. Never empty when not passed."""
    old_rule: tuple[str, ...]
    """Ids of items answered by a rule that no longer holds."""
    failed_critical: tuple[str, ...]
    """Ids of critical items that are not fully right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAttempt:
    """Whether another attempt may begin."""

    is_allowed: bool
    """True when it may begin at once."""
    from_at: datetime | None
    """When it may begin at the earliest; None before the first attempt and when stuck."""
    is_stuck: bool
    """No attempts are left: a coach has to grant one."""
    left: int
    """Attempts that may still be begun."""


def grade(items: Sequence[Item], answers: Mapping[str, Answer], *, rules: QuizRules) -> Grade:
    """Grade one attempt: `answers` by item id to the drawn `items`; a missing answer is an unanswered item.

    Raises ItemNotDrawn and what `marking.check_offered` refuses.
    """
    drawn = {item.id for item in items}
    for item_id in answers:
        if item_id not in drawn:
            raise ItemNotDrawn(item_id)
    return _total((_grade_item(item, answers.get(item.id, Answer())) for item in items), rules)


def grade_retake(first: Grade, *retakes: Grade, rules: QuizRules) -> Grade:
    """Give the grade of an attempt together with its retakes, each a result of `grade`, oldest first.

    With `retake: missed` the right responses of earlier attempts count together with all responses of the last one;
    an item that was asked again counts as it was answered last. A retake asks every clause that was missed; where a
    correction since says that another was missed too, or that it was asked by void items only, it was not asked again,
    and what was wrong about it stays so. With `retake: all` the last attempt stands alone.
    """
    if rules.retake == "all":
        return (first, *retakes)[-1]
    standing: dict[str, ItemGrade] = {}
    for attempt in (first, *retakes):
        asked = _asked(attempt)
        standing = {
            item_id: graded
            for item_id, graded in standing.items()
            if graded.is_right or (graded.maximum and not asked.issuperset(graded.clauses))
        }
        standing |= {graded.item_id: graded for graded in attempt.per_item}
    return _total(standing.values(), rules)


def _asked(attempt: Grade) -> set[str]:
    """Clauses that an attempt asked about, by something that is not void alone."""
    counted = {clause for item in attempt.per_item if item.maximum for clause in item.clauses}
    void = {clause for item in attempt.per_item if item.is_void for clause in item.clauses}
    return counted | ({clause for item in attempt.per_item for clause in item.clauses} - void)


def next_attempt(rules: QuizRules, submitted: Sequence[datetime], *, granted: int = 0, now: datetime) -> NextAttempt:
    """Tell whether a person who has not passed may try again at `now`.

    `submitted` are the moments at which the failed attempts were handed in, in any order; `granted` counts the attempts
    that a coach added. The waiting time runs from the last submission, before a granted attempt as well.
    """
    left = max(0, rules.attempts + granted - len(submitted))
    if not left:
        return NextAttempt(is_allowed=False, from_at=None, is_stuck=True, left=0)
    from_at = max(submitted) + timedelta(minutes=rules.wait_minutes) if submitted else None
    return NextAttempt(is_allowed=from_at is None or from_at <= now, from_at=from_at, is_stuck=False, left=left)


def _total(graded: Iterable[ItemGrade], rules: QuizRules) -> Grade:
    per_item = tuple(graded)
    points = sum(item.points for item in per_item)
    maximum = sum(item.maximum for item in per_item)
    is_void = not maximum and any(item.is_void for item in per_item)  # nothing is left that could show anything
    # what is tried out misses nothing
    missed = [item for item in per_item if (item.maximum and not item.is_right) or (is_void and item.is_void)]
    failed_critical = tuple(item.item_id for item in missed if item.is_critical)
    return Grade(
        points=points,
        maximum=maximum,
        percent=points * 100 // maximum if maximum else 100 * (not is_void),
        is_passed=points * 100 >= rules.pass_mark * maximum and not failed_critical and not is_void,
        per_item=per_item,
        missed_clauses=tuple(dict.fromkeys(clause for item in missed for clause in item.clauses)),
        old_rule=tuple(item.item_id for item in missed if item.outcome is Outcome.OLD_RULE),
        failed_critical=failed_critical,
    )


def _grade_item(item: Item, answer: Answer) -> ItemGrade:
    check_offered(item, answer)
    chosen = chosen_in(item, answer)
    is_counted = not (item.is_pilot or item.is_void)
    earned = points(item, chosen, answer.citation)
    return ItemGrade(
        item_id=item.id,
        clauses=item.clauses,
        is_critical=item.is_critical and is_counted,
        points=earned if is_counted else 0,
        maximum=FULL_POINTS if is_counted else 0,
        outcome=Outcome.VOID if item.is_void else _outcome(item, answer, chosen, earned=earned),
        chosen=chosen,
        citation=answer.citation,
    )


def _outcome(item: Item, answer: Answer, chosen: tuple[str, ...], *, earned: int) -> Outcome:
    if earned == FULL_POINTS:
        return Outcome.RIGHT
    if answer.is_empty or (item.type in TYPED and not answer.typed.strip()):
        return Outcome.UNANSWERED
    if any(option.right_until is not None and option.id in chosen for option in item.options):
        return Outcome.OLD_RULE
    has_half = item.cites_key is not None and (answer.citation == item.cites_key or is_right_choice(item, chosen))
    is_part = earned or has_half or (item.type is ItemType.MATCHING and chosen)
    return Outcome.PARTLY if is_part else Outcome.WRONG
