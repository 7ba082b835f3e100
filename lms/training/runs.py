"""Which attempts belong together, what the next one asks, and when it may begin. No SQL.

A run is a first attempt with its retakes. It ends when it is passed and signed, and when what has to be learned becomes
something else: another version, another set of clauses, another refresher.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lms.domain import accommodating
from lms.domain.errors import DomainError
from lms.domain.grading import NextAttempt, next_attempt
from lms.domain.quizzes import QuizRules
from lms.models import Attempt, AttemptState
from lms.training.assignments import Assignment
from lms.training.words import in_minutes


class StuckInQuiz(DomainError):
    """All attempts are used up."""


class RetakeNotOpenYet(DomainError):
    """The waiting time after a fail is not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What an attempt that may begin now asks."""

    clauses: tuple[str, ...]
    must_ask: frozenset[str]
    """Critical items that were failed: asked again."""
    first_id: int | None
    """The first attempt of the run; None for a first attempt."""


def whole_run(attempts: Sequence[Attempt], attempt: Attempt) -> tuple[Attempt, ...]:
    """The attempts of the run to which one belongs, oldest first."""
    first = attempt.first_attempt_id or attempt.id
    same = [each for each in attempts if first in (each.id, each.first_attempt_id)]
    return tuple(sorted(same, key=lambda each: each.number))


def going_on(attempts: Sequence[Attempt], task: Assignment, version_id: int) -> tuple[Attempt, ...]:
    """The run, oldest first, that a next attempt at this task would continue; empty when it would be a first one."""
    mine = [each for each in attempts if each.refresher_id == task.refresher_id]
    if not mine:
        return ()
    run = whole_run(mine, max(mine, key=lambda each: each.number))
    is_same = run[0].version_id == version_id and set(run[0].clauses) == set(task.clauses)
    return run if is_same and not _is_proven_since(run, task) else ()


def _is_proven_since(run: Sequence[Attempt], task: Assignment) -> bool:
    """True when it was signed: what has to be learned again since, because it expired say, is a run of its own."""
    ended_at = run[-1].submitted_at
    return ended_at is not None and any(
        proof.policy == task.policy.slug
        and proof.occurred_at >= ended_at
        and (proof.clauses is None or proof.clauses.issuperset(run[0].clauses))
        for proof in task.person.evidence
    )


def passed_in(run: Sequence[Attempt]) -> Attempt | None:
    """The last attempt of a run that is passed: mostly its last one, unless an earlier one was corrected since."""
    return next((each for each in reversed(run) if each.is_passed), None)


def open_attempt(attempts: Sequence[Attempt]) -> Attempt | None:
    """The one that is not handed in; there is at most one for a person and a policy."""
    return next((each for each in attempts if each.state is AttemptState.OPEN), None)


def ends_at(attempt: Attempt, rules: QuizRules, now: datetime) -> datetime | None:
    """Until when answers are taken, with the time that its person is given; None without a time limit."""
    limit = accommodating.time_limit(
        rules.time_limit_minutes, attempt.accommodations, started_at=attempt.started_at, now=now
    )
    return None if limit is None else attempt.started_at + limit


def is_late(attempt: Attempt, rules: QuizRules, now: datetime) -> bool:
    """True when an answer comes too late to count; one that was on its way at the end does not."""
    return accommodating.is_late(ends_at(attempt, rules, now), now)


def next_of(run: Sequence[Attempt], rules: QuizRules, now: datetime) -> NextAttempt:
    """Whether a run that is not passed may be continued now; what a coach granted counts, and what they are given."""
    handed_in = [each.submitted_at for each in run if each.submitted_at]
    return next_attempt(_theirs(run, rules, now), handed_in, granted=sum(each.granted for each in run), now=now)


def anew(run: Sequence[Attempt], rules: QuizRules, now: datetime) -> NextAttempt:
    """The first attempt of another run, by the person of this one."""
    return next_attempt(_theirs(run, rules, now), (), now=now)


def _theirs(run: Sequence[Attempt], rules: QuizRules, now: datetime) -> QuizRules:
    return replace(rules, attempts=accommodating.attempts_given(rules.attempts, run[-1].accommodations, now=now))


def next_round(run: Sequence[Attempt], clauses: Sequence[str], *, rules: QuizRules, now: datetime) -> Round:
    """What the next attempt asks: all `clauses` at first, then as the rules say.

    Raises StuckInQuiz and RetakeNotOpenYet.
    """
    if not run:
        return Round(clauses=tuple(clauses), must_ask=frozenset(), first_id=None)
    following = next_of(run, rules, now)
    if following.is_stuck:
        raise StuckInQuiz("You have used every attempt. Your coach has been told and will help you on.")
    if not following.is_allowed and following.from_at:
        wait = in_minutes(following.from_at - now)
        raise RetakeNotOpenYet("The next attempt opens in %(wait)s. Read again meanwhile.", wait=wait)
    last = run[-1].result or {}
    if rules.retake == "missed":
        clauses = [clause for clause in run[0].clauses if clause in last.get("missed", ())]
    return Round(clauses=tuple(clauses), must_ask=frozenset(last.get("failed_critical", ())), first_id=run[0].id)
