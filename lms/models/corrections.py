"""Corrections of items that were asked already, and the scores that attempts have by them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.domain.correcting import CorrectionKind
from lms.extensions import Base
from lms.library.digests import digest_of
from lms.models.columns import Digest, Key, Moment, Sentence, refers_to, word


class ItemCorrection(Base):
    """That an item, as one exact text, was wrong; the last one of an item counts."""

    __tablename__ = "item_corrections"
    __table_args__ = (
        CheckConstraint("(kind = 'rescore') = (key IS NOT NULL)", name="key_to_rescore"),
        CheckConstraint("length(reason) >= 10", name="reason_given"),
    )

    id: Mapped[Key]
    item_id: Mapped[int] = refers_to("item_revisions.id", is_indexed=True)
    kind: Mapped[CorrectionKind] = word(CorrectionKind)
    key: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Of the same shape as `ItemKey.key`, whole."""
    reason: Mapped[Sentence]
    digest: Mapped[Digest]
    """SHA-256 over all that it says: `correction_digest`."""
    decided_by: Mapped[int] = refers_to("persons.id")
    decided_at: Mapped[Moment]


class AttemptScore(Base):
    """What an attempt is worth since a correction, beside what it was worth when it was handed in; the last counts."""

    __tablename__ = "attempt_scores"
    __table_args__ = (
        UniqueConstraint("attempt_id", "correction_id"),
        Index("ix_attempt_scores_correction_id", "correction_id"),
    )

    id: Mapped[Key]
    attempt_id: Mapped[int] = refers_to("attempts.id")
    correction_id: Mapped[int] = refers_to("item_corrections.id")
    points: Mapped[int]
    """Hundredths of a point."""
    maximum: Mapped[int]
    is_passed: Mapped[bool]
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As that of an attempt."""
    revocation_id: Mapped[int | None] = refers_to("revocations.id", unique=True)
    """By which the evidence of the attempt ended, when it is not passed any more."""
    evidence_id: Mapped[int | None] = refers_to("evidence.id", unique=True)
    """What the attempt is proved by again, when a correction had ended its evidence."""
    recorded_at: Mapped[Moment]


def correction_digest(*, item: str, kind: str, key: Mapping[str, Any] | None, reason: str, by: str, at: str) -> str:
    """What a correction bears: `item` is the digest of the revision, `by` the subject of who decided it."""
    return digest_of({"item": item, "kind": kind, "key": key, "reason": reason, "by": by, "at": at})


def last_correction(item_id: Any) -> ColumnElement[bool]:
    """Condition for the correction that counts for an item, to join with; none where it was never corrected."""
    last = select(func.max(ItemCorrection.id)).where(ItemCorrection.item_id == item_id).correlate_except(ItemCorrection)
    return ItemCorrection.id == last.scalar_subquery()


def is_void(item_id: Any) -> ColumnElement[bool]:
    """Condition: an item counts for nothing."""
    return (
        select(ItemCorrection.id).where(last_correction(item_id), ItemCorrection.kind == CorrectionKind.VOID).exists()
    )
