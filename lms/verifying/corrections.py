"""Corrections of items: what each says, and that evidence ended, or was given again, where a score says so."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from lms.extensions import db
from lms.models import Attempt, AttemptScore, Evidence, ItemCorrection, ItemRevision, Person, Revocation
from lms.models.corrections import correction_digest
from lms.models.proof import stamp


def corrections() -> Iterator[str]:
    """Each correction says what its digest names."""
    for row in db.session.execute(
        select(ItemCorrection.__table__, ItemRevision.digest.label("item"), Person.subject)
        .join(ItemRevision, ItemRevision.id == ItemCorrection.item_id)
        .join(Person, Person.id == ItemCorrection.decided_by)
        .order_by(ItemCorrection.id)
    ):
        said = correction_digest(
            item=row.item, kind=row.kind, key=row.key, reason=row.reason, by=row.subject, at=stamp(row.decided_at)
        )
        if said != row.digest:
            yield f"Correction {row.id} of a question is not what its digest names."


def ended() -> Iterator[str]:
    """What an attempt gave ends when a correction makes it fail, and is given again when another makes it pass."""
    for row in _of_scores():
        if row.revocation_id is not None and row.revoked_id is None:
            yield f"The end of the evidence of attempt {row.attempt_id} by correction {row.correction_id} is gone."
        if row.evidence_id is not None and row.given_id is None:
            yield f"The evidence that attempt {row.attempt_id} has by correction {row.correction_id} is gone."
    standing = _standing()
    for row in db.session.execute(
        select(Attempt.id, Attempt.is_passed).where(Attempt.id.in_(standing)).order_by(Attempt.id)
    ):
        if not row.is_passed and standing[row.id]:
            yield f"Attempt {row.id} is not passed any more, and its evidence {standing[row.id][0]} still stands."


def _of_scores() -> Iterator[Any]:
    yield from db.session.execute(
        select(
            AttemptScore.attempt_id,
            AttemptScore.correction_id,
            AttemptScore.revocation_id,
            AttemptScore.evidence_id,
            Revocation.id.label("revoked_id"),
            Evidence.id.label("given_id"),
        )
        .outerjoin(Revocation, Revocation.id == AttemptScore.revocation_id)
        .outerjoin(Evidence, Evidence.id == AttemptScore.evidence_id)
        .where(AttemptScore.revocation_id.is_not(None) | AttemptScore.evidence_id.is_not(None))
        .order_by(AttemptScore.id)
    )


def _standing() -> dict[int, list[int]]:
    """Evidence that nobody revoked, by its attempt, of attempts that were corrected."""
    found: dict[int, list[int]] = defaultdict(list)
    corrected = select(AttemptScore.attempt_id)
    given = AttemptScore.__table__.alias()
    attempt = func.coalesce(Evidence.attempt_id, given.c.attempt_id)
    for attempt_id, evidence_id in db.session.execute(
        select(attempt, Evidence.id)
        .outerjoin(given, given.c.evidence_id == Evidence.id)
        .outerjoin(Revocation, Revocation.evidence_id == Evidence.id)
        .where(attempt.in_(corrected), Revocation.id.is_(None))
        .order_by(Evidence.id)
    ):
        found[attempt_id].append(evidence_id)
    return found
