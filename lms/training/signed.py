"""Query for what a run was signed for: with which attempt, and whether that stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.extensions import db
from lms.models import Attempt, AttemptScore, Attestation, Evidence, Revocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An attempt that was signed."""

    attempt_id: int
    evidence_id: int
    """The first, of the signature; what corrections gave again rests on the same."""
    words: str
    language: str
    signed_at: datetime
    leaf: str
    is_standing: bool
    """What it gave, or what a correction gave again of it, is not revoked."""


def signed_in_run(attempt: Attempt) -> list[Signed]:
    """The signed attempts of the run to which one belongs, oldest first: mostly one; one statement.

    There are more where an earlier attempt passes since a correction.
    """
    is_first = ~select(Revocation.id).where(Revocation.evidence_id == Evidence.id).exists()
    is_given_again = (
        select(AttemptScore.id)
        .where(
            AttemptScore.attempt_id == Evidence.attempt_id,
            AttemptScore.evidence_id.is_not(None),
            ~select(Revocation.id).where(Revocation.evidence_id == AttemptScore.evidence_id).exists(),
        )
        .exists()
    )
    rows = db.session.execute(
        select(
            Evidence.attempt_id,
            Evidence.id.label("evidence_id"),
            Attestation.words,
            Attestation.language,
            Evidence.occurred_at.label("signed_at"),
            Evidence.leaf,
            (is_first | is_given_again).label("is_standing"),
        )
        .join(Attempt, Attempt.id == Evidence.attempt_id)
        .join(Attestation, Attestation.id == Evidence.attestation_id)
        .where(
            Attempt.person_id == attempt.person_id,
            func.coalesce(Attempt.first_attempt_id, Attempt.id) == (attempt.first_attempt_id or attempt.id),
        )
        .order_by(Evidence.id)
    )
    return [Signed(**row._asdict()) for row in rows]


def signature(attempt: Attempt, signed: Sequence[Signed]) -> Signed | None:
    """By which an attempt is done: its own, whatever became of that, or another of its run that stands."""
    own = (each for each in signed if each.attempt_id == attempt.id)
    return next(own, next((each for each in signed if each.is_standing), None))
