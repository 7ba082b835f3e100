"""Queries for one person as their coach sees them: where they stand and why, what they tried, proved and were given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.coaching import refreshers, trying
from lms.coaching.desk import still_matters
from lms.coaching.refreshers import Assigned, per_cent
from lms.coaching.trying import Stuck, Try, Unmet
from lms.extensions import db
from lms.models import Attempt, AttemptScore, DueDecision, Evidence, Identity, Policy, Revocation, Version
from lms.models.gate_histories import LetIn
from lms.readiness.queries import Member, Row, Scope, Titles, members, standings, titles
from lms.training.queries import Given, given


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One piece of evidence."""

    policy: str
    policy_title: str
    version: int
    kind: str
    """passed, attested or imported"""
    occurred_at: datetime
    recorded_at: datetime
    score: int | None
    """Per cent, rounded down."""
    revoked_because: str | None
    """None while it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A due moment that somebody moved."""

    policy_title: str
    due_at: datetime
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """Everything on the page of a person."""

    person_id: int
    member: Member
    rows: tuple[Row, ...]
    """Most urgent first."""
    refreshers: Sequence[Assigned]
    tries: Sequence[Try]
    """None where they work for a vendor and the reader does not: quizzes are between them and their own coaches."""
    is_ours: bool
    given: Sequence[Given]
    """What they are and were given in quizzes, newest first; none where they are not ours."""
    stuck: Sequence[Stuck]
    """Runs of which every attempt is used."""
    proofs: Sequence[Proof]
    moved: Sequence[Moved]
    unmet: Sequence[Unmet]
    """Where they are ours."""
    titles: Titles
    let_in: Sequence[LetIn]
    """Overrides in force."""


def person_page(person_id: int, *, scope: Scope, now: datetime) -> PersonPage | None:
    """One person in scope; None for anybody else. A fixed number of statements."""
    member = members(scope=scope, at=now, known_at=now, people=[person_id]).get(person_id)
    if member is None:
        return None
    report = standings(scope=scope, at=now, known_at=now, people=[person_id])
    assigned = refreshers.of_people([person_id])
    is_ours = scope is None or member.vendor == scope.vendor
    made = trying.tries([person_id], now=now) if is_ours else []
    open_ones = {each.id: each for each in assigned if each.is_open}
    policies = {each.policy for each in assigned} | {each.policy for each in made}
    return PersonPage(
        person_id=person_id,
        member=member,
        rows=tuple(sorted(report.rows, key=lambda row: row.urgency)),
        refreshers=assigned,
        tries=made,
        is_ours=is_ours,
        given=given(person_id, now=now) if is_ours else (),
        stuck=[run for run in trying.stuck(made) if still_matters(run, _of(report.rows, run.policy), open_ones)],
        proofs=proofs(person_id),
        moved=moved(person_id),
        unmet=trying.unmet([person_id]) if is_ours else [],
        titles=titles(policies),
        let_in=[each for _, each in report.let_in],
    )


def _of(rows: Iterable[Row], policy: str) -> list[Row]:
    return [row for row in rows if row.policy == policy]


def proofs(person_id: int) -> list[Proof]:
    """What a person has proved, newest first; one statement."""
    rows = db.session.execute(
        select(
            Evidence.id,
            Evidence.kind,
            Evidence.occurred_at,
            Evidence.recorded_at,
            Policy.slug,
            Policy.title,
            Version.number,
            Attempt.points,
            Attempt.maximum,
            Revocation.reason,
        )
        .join(Policy, Policy.id == Evidence.policy_id)
        .join(Version, Version.id == Evidence.version_id)
        .outerjoin(AttemptScore, AttemptScore.evidence_id == Evidence.id)  # given again after a correction
        .outerjoin(Attempt, Attempt.id == func.coalesce(Evidence.attempt_id, AttemptScore.attempt_id))
        .outerjoin(Revocation, Revocation.evidence_id == Evidence.id)
        .where(Evidence.person_id == person_id)
        .order_by(Evidence.occurred_at.desc(), Evidence.id.desc(), Revocation.id)
    )
    first_of_each = {row.id: row for row in reversed(rows.all())}
    return [
        Proof(
            policy=row.slug,
            policy_title=row.title,
            version=row.number,
            kind=row.kind,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            score=per_cent(row.points, row.maximum),
            revoked_because=row.reason,
        )
        for row in reversed(first_of_each.values())
    ]


def moved(person_id: int) -> list[Moved]:
    """Due moments of a person that were moved, newest first; one statement."""
    rows = db.session.execute(
        select(DueDecision, Policy.title, Identity.name)
        .join(Policy, Policy.id == DueDecision.policy_id)
        .outerjoin(Identity, Identity.person_id == DueDecision.decided_by)
        .where(DueDecision.person_id == person_id)
        .order_by(DueDecision.occurred_at.desc(), DueDecision.id.desc())
    )
    return [
        Moved(
            policy_title=title,
            due_at=row.due_at,
            reason=row.reason,
            decided_by=name or "",
            decided_at=row.occurred_at,
        )
        for row, title, name in rows
    ]
