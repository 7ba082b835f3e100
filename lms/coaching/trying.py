"""Queries for how people get on with quizzes: their runs, who is stuck, what they miss. No keys, no answers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from lms.coaching.refreshers import per_cent
from lms.domain.accommodating import attempts_given
from lms.domain.quizzes import QuizRules
from lms.extensions import db
from lms.models import Attempt, AttemptState, Evidence, ItemRevision, Policy, UnmetSwap, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt, handed in or still open."""

    id: int
    person_id: int
    policy: str
    policy_title: str
    version: int
    refresher_id: int | None
    run: int
    """The first attempt of its run."""
    started_at: datetime
    submitted_at: datetime | None
    is_passed: bool
    signed_at: datetime | None
    """When it gave evidence, whatever became of that."""
    score: int | None
    """Per cent, rounded down."""
    missed: tuple[str, ...]
    """Ids of clauses with a question that was not right."""
    allowed: int
    """How many attempts the rules give, or what this person is given, and a coach besides to the run that it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A run of which every attempt was used and none passed, and that no signature ended."""

    person_id: int
    policy: str
    policy_title: str
    version: int
    refresher_id: int | None
    run: int
    """The first attempt of it."""
    attempts: int
    since: datetime
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """A sensitive question that somebody would rather not have been asked, and nothing could be asked instead."""

    person_id: int
    policy: str
    policy_title: str
    sensitive: str
    """What its author says it describes."""
    asked_at: datetime


def tries(
    people: Collection[int], *, policy: str | None = None, since: datetime | None = None, now: datetime
) -> list[Try]:
    """The attempts of these people, newest first; one statement."""
    wanted = [Attempt.person_id.in_(people)]
    if policy is not None:
        wanted.append(Policy.slug == policy)
    if since is not None:
        wanted.append(Attempt.started_at >= since)
    rows = db.session.execute(
        select(
            Attempt,
            Version.number.label("version"),
            Version.quiz,
            Policy.slug,
            Policy.title,
            Evidence.occurred_at.label("signed_at"),
        )
        .join(Version, Version.id == Attempt.version_id)
        .join(Policy, Policy.id == Attempt.policy_id)
        .outerjoin(Evidence, Evidence.attempt_id == Attempt.id)
        .where(*wanted)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    )
    return [_try(row, now) for row in rows]


def _try(row: Row[Any], now: datetime) -> Try:
    attempt = row.Attempt
    everybody = int(row.quiz.get("attempts", QuizRules().attempts))
    return Try(
        id=attempt.id,
        person_id=attempt.person_id,
        policy=row.slug,
        policy_title=row.title,
        version=row.version,
        refresher_id=attempt.refresher_id,
        run=attempt.first_attempt_id or attempt.id,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at if attempt.state is AttemptState.SUBMITTED else None,
        is_passed=bool(attempt.is_passed),
        signed_at=row.signed_at,
        score=per_cent(attempt.points, attempt.maximum),
        missed=tuple((attempt.result or {}).get("missed", ())),
        allowed=attempts_given(everybody, attempt.accommodations, now=now) + attempt.granted,
    )


def stuck(made: Sequence[Try]) -> list[Stuck]:
    """Whose newest run of a policy, or of a refresher of it, is used up without being passed.

    Whether that run still matters (the version may not be the newest any more) is for the caller to say.
    """
    newest: dict[tuple[int, str, int | None], Try] = {}
    runs: dict[int, list[Try]] = defaultdict(list)
    for each in made:  # newest first
        newest.setdefault((each.person_id, each.policy, each.refresher_id), each)
        runs[each.run].append(each)
    found = (_used_up(last, runs[last.run]) for last in newest.values())
    return [each for each in found if each is not None]


def _used_up(last: Try, run: Sequence[Try]) -> Stuck | None:
    handed_in = [each for each in run if each.submitted_at]
    allowed = max(each.allowed for each in run)
    if any(each.is_passed for each in handed_in) or len(handed_in) < allowed or last.submitted_at is None:
        return None
    if any(each.signed_at and each.signed_at >= last.submitted_at for each in run):
        return None  # what has to be learned again since is a run of its own: see `lms.training.runs`
    return Stuck(
        person_id=last.person_id,
        policy=last.policy,
        policy_title=last.policy_title,
        version=last.version,
        refresher_id=last.refresher_id,
        run=last.run,
        attempts=len(handed_in),
        since=last.submitted_at,
        missed=last.missed,
    )


def missed_by(made: Iterable[Try]) -> Counter[str]:
    """How many people missed each clause in an attempt; somebody who missed it twice counts once."""
    pairs = {(each.person_id, clause) for each in made for clause in each.missed}
    return Counter(clause for _, clause in pairs)


def unmet(people: Collection[int], *, since: datetime | None = None) -> list[Unmet]:
    """Sensitive questions that could not be swapped for others, newest first; one statement."""
    wanted = [Attempt.person_id.in_(people)]
    if since is not None:
        wanted.append(UnmetSwap.asked_at >= since)
    rows = db.session.execute(
        select(
            Attempt.person_id,
            Policy.slug.label("policy"),
            Policy.title.label("policy_title"),
            ItemRevision.question["sensitive"].as_string().label("sensitive"),
            UnmetSwap.asked_at,
        )
        .join(Attempt, Attempt.id == UnmetSwap.attempt_id)
        .join(Policy, Policy.id == Attempt.policy_id)
        .join(ItemRevision, ItemRevision.id == UnmetSwap.item_id)
        .where(*wanted)
        .order_by(UnmetSwap.asked_at.desc(), UnmetSwap.item_id)
    )
    return [Unmet(**row._asdict()) for row in rows]
