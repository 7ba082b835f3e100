"""Queries for what comes after handing in: how it went, as far as the policy tells it, and the signature.

The only pages that show keys and feedback; before a run is passed they show neither, unless the policy says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.domain.grading import NextAttempt, Outcome
from lms.domain.quizzes import Item, Picture, QuizRules
from lms.models import Attempt
from lms.policies.queries import feedback_in, translation_of
from lms.training import runs
from lms.training.attempts import About, Named, about, alive, attempts_at, clauses_named, own_attempt, words_of
from lms.training.by_clause import ClauseScore, by_clause, is_given_away
from lms.training.drawn import Drawn, asked, graded
from lms.training.signed import Signed, signature, signed_in_run
from lms.training.told import Telling, ToldOption, right_order, told_options
from lms.training.translated import item_shown, to_sign

LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultItem:
    """An item afterwards."""

    position: int
    number: int
    stem: str
    sensitive: str
    outcome: str
    """`later`: it would tell the key."""
    options: tuple[ToldOption, ...]
    right_order: tuple[str, ...]
    """Texts of what was to be put in order, told where it was not."""
    case: str
    """The vignette, at the first item of a case."""
    pictures: tuple[Picture, ...]
    """Of stem and vignette."""
    is_pilot: bool
    corrected: str
    """Why it counts otherwise than it did when it was asked; empty where it does not."""
    clauses: tuple[Named, ...]
    """Empty while telling them would tell the answer."""
    cited: str
    """Title of the clause that was chosen, for a decision."""
    cites: str
    """Title of the clause that carries it; empty while it is not told."""
    language: str
    """Of stem, options and feedback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """What an attempt came to."""

    about: About
    percent: int
    pass_mark: int
    is_critical_missed: bool
    percent_then: int | None
    """As it was handed in, where a question was corrected since and it was another; with the next."""
    is_passed_then: bool
    items: tuple[ResultItem, ...]
    by_clause: tuple[ClauseScore, ...]
    reread: tuple[Named, ...]
    """Clauses to read again."""
    following: NextAttempt | None
    """When not passed, and nothing was begun since."""
    ended_at: datetime | None
    """When the time was over, where it was handed in later."""
    is_signed: bool
    """It, or another attempt of its run that stands."""
    is_coming: bool
    """The version is not in force yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignPage:
    """The statement, before or after it is signed."""

    about: About
    words: str
    language: str
    """Of the words."""
    signed_at: datetime | None
    leaf: str


def result_page(attempt_id: int, person_id: int, *, now: datetime) -> ResultPage | None:
    """How one's own attempt went; None when it is not one's own or not handed in.

    Five statements, and up to two more in another language than English.
    """
    found = own_attempt(attempt_id, person_id)
    if found is None or found.attempt.submitted_at is None:
        return None
    attempt, policy, version = found.attempt, found.policy, found.version
    rules = QuizRules(**version.quiz)
    same = runs.whole_run(attempts_at(person_id, policy.slug), attempt)
    telling = _telling(rules, is_passed=any(each.is_passed for each in same))
    drawn = asked([attempt_id]) if telling is Telling.NOTHING else graded([attempt_id])
    words = words_of(found)
    feedback = feedback_in(found.translation_id) if found.translation_id and telling is not Telling.NOTHING else {}
    kept = attempt.result or {}
    outcomes = {each["item"]: each["outcome"] for each in kept["items"]}
    asked_about = {clause for each in kept["items"] for clause in each["clauses"]}
    named = clauses_named(version, _ids(drawn) | asked_about | set(kept["missed"]), words=words)
    shown = [item_shown(each.item, words, {} if each.correction else feedback) for each in drawn]
    signatures = signed_in_run(attempt)
    signed = signature(attempt, signatures)
    return ResultPage(
        about=about(attempt, policy, version, words=words),
        percent=kept["percent"],
        pass_mark=rules.pass_mark,
        is_critical_missed=bool(kept["failed_critical"]),
        percent_then=_percent_then(attempt),
        is_passed_then=bool(attempt.is_passed_then),
        items=tuple(
            _item(each, outcomes[each.item.id], shown=said, named=named, telling=telling)
            for each, said in zip(drawn, shown, strict=True)
        ),
        by_clause=by_clause(kept, [each.item for each in drawn], named, telling),
        reread=tuple(named[clause] for clause in kept["missed"] if clause in named),
        following=_following(same, attempt, rules, signatures, now=now),
        ended_at=_ended_at(attempt, rules),
        is_signed=signed is not None,
        is_coming=version.effective_at is not None and version.effective_at > now,
    )


def sign_page(attempt_id: int, person_id: int) -> SignPage | None:
    """What is signed after a pass; None when the attempt is not one's own or was not passed.

    Three statements, and two more in another language than English.
    """
    found = own_attempt(attempt_id, person_id)
    if found is None or not found.attempt.is_passed:
        return None
    attempt, policy, version = found.attempt, found.policy, found.version
    first = runs.whole_run(attempts_at(person_id, policy.slug), attempt)[0]
    signed = signature(attempt, signed_in_run(attempt))
    stored = translation_of(found.translation_id)
    shown = about(attempt, policy, version, words=stored.words if stored else None)
    if signed:
        return SignPage(
            about=shown, words=signed.words, language=signed.language, signed_at=signed.signed_at, leaf=signed.leaf
        )
    living = alive(version.id, first.clauses) if stored else frozenset[str]()
    said = to_sign(policy.title, version.number, first.clauses, alive=living, stored=stored)
    return SignPage(about=shown, words=said.words, language=said.language, signed_at=None, leaf="")


def _ended_at(attempt: Attempt, rules: QuizRules) -> datetime | None:
    if attempt.submitted_at is None or not runs.is_late(attempt, rules, attempt.submitted_at):
        return None
    return runs.ends_at(attempt, rules, attempt.submitted_at)


def _percent_then(attempt: Attempt) -> int | None:
    """The score of the beginning, where another counts now."""
    then = (attempt.points_then, attempt.maximum_then, attempt.is_passed_then)
    is_same = then == (attempt.points, attempt.maximum, attempt.is_passed)
    return None if is_same or attempt.result_then is None else attempt.result_then["percent"]


def _following(
    run: Sequence[Attempt], attempt: Attempt, rules: QuizRules, signatures: Sequence[Signed], *, now: datetime
) -> NextAttempt | None:
    """What comes after the last attempt of a run that is not passed.

    What was signed, by whichever of its attempts, and is not passed any more is learned anew, with every attempt.
    """
    if run[-1].id != attempt.id or runs.passed_in(run):
        return None
    is_over = any(attempt.submitted_at and each.signed_at >= attempt.submitted_at for each in signatures)
    return runs.anew(run, rules, now) if is_over else runs.next_of(run, rules, now)


def _telling(rules: QuizRules, *, is_passed: bool) -> Telling:
    if rules.feedback == "never":
        return Telling.NOTHING
    if is_passed:
        return Telling.EVERYTHING
    return Telling.CHOSEN if rules.feedback == "after_submission" else Telling.NOTHING


def _ids(drawn: Sequence[Drawn]) -> set[str]:
    return {clause for each in drawn for clause in (*each.item.clauses, *each.citation_order)}


def _item(
    drawn: Drawn, outcome: str, *, shown: tuple[Item, str], named: Mapping[str, Named], telling: Telling
) -> ResultItem:
    telling = Telling.NOTHING if drawn.item.is_void else telling
    (item, language), is_told = shown, telling is Telling.EVERYTHING
    if is_given_away(item) and not is_told and outcome != Outcome.UNANSWERED:
        outcome, telling = LATER, Telling.NOTHING
    return ResultItem(
        position=drawn.position,
        number=drawn.number,
        stem=item.stem,
        sensitive=item.sensitive,
        outcome="skipped" if outcome == Outcome.UNANSWERED else outcome,
        options=told_options(drawn, item, telling),
        right_order=right_order(drawn, item, telling),
        case=item.case.text if item.case and item.case.place == 1 else "",
        pictures=item.pictures,
        is_pilot=item.is_pilot,
        corrected=drawn.correction.reason if drawn.correction else "",
        clauses=tuple(named[clause] for clause in item.clauses if clause in named) if is_told else (),
        cited=_title(drawn.answer.citation, named),
        cites=_title(item.cites_key, named) if is_told else "",
        language=language,
    )


def _title(clause: str | None, named: Mapping[str, Named]) -> str:
    return named[clause].title if clause in named else ""
