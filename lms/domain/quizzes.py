"""Lessons, items and quiz rules as values, whether they are fresh for a version, and drawing items.

Grading is in `grading.py`. Source of the rules: domain.md sections 2 and 6.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class ItemType(StrEnum):
    """The types that can be answered now; formats.md lists those that come later."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """Since and until when a lesson or an item is right, and against which version it was last checked."""

    since: int
    until: int | None
    """Last version it is right for, inclusive; None while it still is."""
    checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonSection:
    """A part of a lesson with the clauses it teaches; the text before the first `## ` has the title ''."""

    title: str
    body: str
    """Markdown."""
    teaches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing in a lesson."""

    address: str
    """What the Markdown of the lesson writes to show it."""
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A page of training."""

    slug: str
    title: str
    teaches: tuple[str, ...]
    sections: tuple[LessonSection, ...]
    validity: Teaching
    sensitive: str = ""
    """What it shows that a reader may want to be warned of; empty when nothing."""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One possible answer."""

    id: str
    text: str
    is_key: bool = False
    feedback: str = ""
    right_until: int | None = None
    """Last version by which this option was right: choosing it is an old-rule error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question with its key."""

    id: str
    type: ItemType
    clauses: tuple[str, ...]
    stem: str
    options: tuple[Option, ...]
    validity: Teaching
    is_critical: bool = False
    sensitive: str = ""
    cites_key: str | None = None
    """Decision only: the clause that carries the right action."""
    cites_others: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Ids of the right options."""
        return frozenset(option.id for option in self.options if option.is_key)

    @property
    def citations(self) -> tuple[str, ...]:
        """Clause ids to choose from, for a decision."""
        return tuple(sorted((self.cites_key, *self.cites_others))) if self.cites_key else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizRules:
    """How items are drawn and when a person has passed."""

    pass_mark: int = 80
    """Per cent of the points, 0 to 100."""
    per_clause: int = 2
    attempts: int = 3
    wait_minutes: int = 15
    retake: str = "missed"
    """missed | all"""
    time_limit_minutes: int | None = None
    feedback: str = "after_pass"
    """after_pass | after_submission | never"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person answered to one item."""

    options: tuple[str, ...] = ()
    citation: str | None = None


Answers = Mapping[str, Answer]
"""By item id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnItem:
    """One item of an attempt, with its options in the order in which this person sees them."""

    item_id: str
    option_order: tuple[str, ...]
    """Ids of all its options."""
    citation_order: tuple[str, ...] = ()
    """Clause ids to choose from, for a decision."""


def is_right_for(validity: Teaching, version: int) -> bool:
    """Tell whether a lesson or an item says what this version says (domain.md section 2, `since` and `until`)."""
    return validity.since <= version and (validity.until is None or version <= validity.until)


def is_fresh(
    validity: Teaching, clauses: Collection[str], *, version: int, changed_in: Mapping[str, Collection[int]]
) -> bool:
    """Tell whether a lesson or an item may be used for `version` without a warning (domain.md section 2).

    `clauses` are those it names. `changed_in` maps a clause id to the numbers of the versions that changed it
    materially, the one that removed it among them; clauses without a material change may be left out. It is stale,
    and this is False, when a clause it names changed after `checked` and not after `version`.
    """
    return is_right_for(validity, version) and not any(
        validity.checked < number <= version for clause in clauses for number in changed_in.get(clause, ())
    )


def draw(
    items: Iterable[Item],
    *,
    clauses: Collection[str],
    rules: QuizRules,
    seen: Collection[str],
    seed: int,
    always: Collection[str] = (),
) -> tuple[DrawnItem, ...]:
    """Draw the items of one attempt (domain.md section 6).

    `items` are the fresh ones; for each of `clauses` at least `rules.per_clause` of them are drawn, or as many as
    there are. Those not in `seen` (item ids) come before those seen; among equals the one that covers more of what is
    still missing. `always` are ids of items that must be asked if they are among `items` and test one of `clauses`:
    on a retake, the critical items that were failed. The same seed gives the same draw in whatever order `items` come.
    """
    chance = Random(seed)  # noqa: S311 - a shuffle that can be repeated, not a secret
    asked = frozenset(clauses)
    pool = sorted((item for item in items if asked.intersection(item.clauses)), key=lambda item: item.id)
    chance.shuffle(pool)
    drawn = [item for item in pool if item.id in always]
    pool = [item for item in pool if item.id not in always]
    missing = {clause: rules.per_clause for clause in asked}
    _count_off(missing, drawn)
    while True:
        covers = {item.id: sum(missing.get(clause, 0) > 0 for clause in set(item.clauses)) for item in pool}
        useful = [item for item in pool if covers[item.id]]
        if not useful:
            break
        best = max(useful, key=lambda item: (item.id not in seen, covers[item.id]))  # the first of equals: shuffled
        pool.remove(best)
        drawn.append(best)
        _count_off(missing, [best])
    chance.shuffle(drawn)
    return tuple(_laid_out(item, chance) for item in drawn)


def _count_off(missing: dict[str, int], drawn: Iterable[Item]) -> None:
    for item in drawn:
        for clause in set(item.clauses) & missing.keys():
            missing[clause] -= 1


def _laid_out(item: Item, chance: Random) -> DrawnItem:
    options = [option.id for option in item.options]
    if item.type is not ItemType.TRUE_FALSE:  # people expect "true" where the author put it
        chance.shuffle(options)
    citations = list(item.citations)
    chance.shuffle(citations)
    return DrawnItem(item_id=item.id, option_order=tuple(options), citation_order=tuple(citations))
