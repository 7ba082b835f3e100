"""The query behind "My record": everything one person did, newest first, with the proof of each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.extensions import db
from lms.models import (
    Acknowledgement,
    Attempt,
    AttemptScore,
    Evidence,
    EvidenceClause,
    Policy,
    RefresherEnd,
    Revocation,
    Version,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a person did."""

    at: datetime
    kind: str
    """passed, attested, imported; failed or unsigned (attempts without evidence); seen (an emergency)."""
    slug: str
    title: str
    """Of the policy."""
    version: int
    clause_count: int | None
    points: int | None
    maximum: int | None
    attempt_id: int | None
    is_refresher: bool = False
    leaf: str = ""
    """Hash of the evidence, hex."""
    revoked_at: datetime | None = None
    why_revoked: str = ""


def record(person_id: int) -> tuple[Entry, ...]:
    """Evidence, attempts that gave none, and emergencies seen; three statements."""
    entries = [*_proofs(person_id), *_attempts(person_id), *_seen(person_id)]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _proofs(person_id: int) -> list[Entry]:
    count = select(func.count()).where(EvidenceClause.evidence_id == Evidence.id).correlate(Evidence).scalar_subquery()
    last = select(func.max(Revocation.id)).where(Revocation.evidence_id == Evidence.id).correlate(Evidence)
    rows = db.session.execute(
        select(Evidence, Policy, Version.number, Attempt, RefresherEnd.refresher_id, Revocation, count.label("clauses"))
        .join(Policy, Policy.id == Evidence.policy_id)
        .join(Version, Version.id == Evidence.version_id)
        .outerjoin(AttemptScore, AttemptScore.evidence_id == Evidence.id)  # given again after a correction
        .outerjoin(Attempt, Attempt.id == func.coalesce(Evidence.attempt_id, AttemptScore.attempt_id))
        .outerjoin(RefresherEnd, RefresherEnd.evidence_id == Evidence.id)
        .outerjoin(Revocation, Revocation.id == last.scalar_subquery())
        .where(Evidence.person_id == person_id)
    )
    return [
        Entry(
            at=evidence.occurred_at,
            kind=evidence.kind,
            slug=policy.slug,
            title=policy.title,
            version=number,
            clause_count=clauses or None,
            points=attempt.points if attempt else None,
            maximum=attempt.maximum if attempt else None,
            attempt_id=attempt.id if attempt else None,
            is_refresher=refresher_id is not None,
            leaf=evidence.leaf,
            revoked_at=revocation.occurred_at if revocation else None,
            why_revoked=revocation.reason if revocation else "",
        )
        for evidence, policy, number, attempt, refresher_id, revocation, clauses in rows
    ]


def _attempts(person_id: int) -> list[Entry]:
    rows = db.session.execute(
        select(Attempt, Policy, Version.number)
        .join(Policy, Policy.id == Attempt.policy_id)
        .join(Version, Version.id == Attempt.version_id)
        .outerjoin(Evidence, Evidence.attempt_id == Attempt.id)
        .where(Attempt.person_id == person_id, Attempt.submitted_at.is_not(None), Evidence.id.is_(None))
    )
    return [
        Entry(
            at=attempt.submitted_at,
            kind="unsigned" if attempt.is_passed else "failed",
            slug=policy.slug,
            title=policy.title,
            version=number,
            clause_count=len(attempt.clauses),
            points=attempt.points,
            maximum=attempt.maximum,
            attempt_id=attempt.id,
            is_refresher=attempt.refresher_id is not None,
        )
        for attempt, policy, number in rows
    ]


def _seen(person_id: int) -> list[Entry]:
    rows = db.session.execute(
        select(Acknowledgement, Policy, Version.number)
        .join(Version, Version.id == Acknowledgement.version_id)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Acknowledgement.person_id == person_id)
    )
    return [
        Entry(
            at=seen.occurred_at,
            kind="seen",
            slug=policy.slug,
            title=policy.title,
            version=number,
            clause_count=None,
            points=None,
            maximum=None,
            attempt_id=None,
        )
        for seen, policy, number in rows
    ]
