"""Attempts, responses, attestations and the evidence that they give."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column

from lms.domain.accommodating import Accommodation
from lms.extensions import Base, UtcMoment
from lms.models.accommodations import given_to
from lms.models.coaching import AttemptGrant
from lms.models.columns import BigKey, Digest, Key, Moment, Sentence, refers_to, word
from lms.models.corrections import AttemptScore


class AttemptState(StrEnum):
    """An attempt only ever moves forward."""

    OPEN = "open"
    SUBMITTED = "submitted"


def _standing(attempt_id: Any, column: Any) -> Any:
    """What the last score says that an attempt got by a correction; none without one."""
    return (
        select(column)
        .where(AttemptScore.attempt_id == attempt_id)
        .order_by(AttemptScore.id.desc())
        .limit(1)
        .correlate_except(AttemptScore)
        .scalar_subquery()
    )


class Attempt(Base):
    """One run of one person through drawn items, pinned to a version and its item revisions."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("person_id", "policy_id", "number"),
        Index("uq_attempts_one_open", "person_id", "policy_id", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    )  # fmt: skip

    id: Mapped[Key] = mapped_column()
    person_id: Mapped[int] = refers_to("persons.id")
    policy_id: Mapped[int] = refers_to("policies.id")
    version_id: Mapped[int] = refers_to("versions.id", is_indexed=True)
    refresher_id: Mapped[int | None] = refers_to("refreshers.id", is_indexed=True)
    """The refresher it was started for, if any."""
    first_attempt_id: Mapped[int | None] = refers_to("attempts.id")
    """The first of a run of retakes of the same clauses; none for a first attempt."""
    number: Mapped[int]
    """1, 2, 3 … for this person and policy, without gaps."""
    state: Mapped[AttemptState] = word(AttemptState)
    seed: Mapped[int]
    clauses: Mapped[list[str]] = mapped_column(JSON)
    """Clause ids to prove."""
    started_at: Mapped[Moment]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    points_then: Mapped[int | None] = mapped_column("points")
    """Hundredths of a point; this and the next three as it was handed in, whatever was corrected since."""
    maximum_then: Mapped[int | None] = mapped_column("maximum")
    is_passed_then: Mapped[bool | None] = mapped_column("is_passed")
    result_then: Mapped[dict[str, Any] | None] = mapped_column("result", JSON)
    """Per item: points, maximum, outcome; missed clauses; old-rule items; corrections by which it was graded."""

    points: Mapped[int | None] = column_property(func.coalesce(_standing(id, AttemptScore.points), points_then))
    """This and the next three are what counts: the last score, with what was corrected since."""
    maximum: Mapped[int | None] = column_property(func.coalesce(_standing(id, AttemptScore.maximum), maximum_then))
    is_passed: Mapped[bool | None] = column_property(
        func.coalesce(_standing(id, AttemptScore.is_passed), is_passed_then)
    )
    result: Mapped[dict[str, Any] | None] = column_property(
        func.coalesce(_standing(id, AttemptScore.result), result_then, type_=JSON())
    )
    corrected_by: Mapped[int | None] = column_property(_standing(id, AttemptScore.correction_id))
    """The correction that gave the score that counts; none while that is the one of the beginning."""
    granted: Mapped[int] = column_property(
        select(func.count(AttemptGrant.id))
        .where(AttemptGrant.attempt_id == id)
        .correlate_except(AttemptGrant)
        .scalar_subquery()
    )
    """How many attempts a coach added to the run that it began; loaded with it."""
    accommodations: Mapped[Sequence[Accommodation]] = column_property(given_to(person_id))
    """What its person is or was given, in the order in which it was recorded; loaded with it."""


class AttemptItem(Base):
    """An item as it was drawn: place and order of its options, fixed at the start."""

    __tablename__ = "attempt_items"
    __table_args__ = (UniqueConstraint("attempt_id", "position"),)

    attempt_id: Mapped[int] = refers_to("attempts.id", primary_key=True)
    item_id: Mapped[int] = refers_to("item_revisions.id", primary_key=True, is_indexed=True)
    position: Mapped[int]
    option_order: Mapped[list[str]] = mapped_column(JSON)
    citation_order: Mapped[list[str]] = mapped_column(JSON)


class AttemptSwap(Base):
    """An item that is asked in place of one that the person would rather not be asked; that one keeps its row."""

    __tablename__ = "attempt_swaps"
    __table_args__ = (UniqueConstraint("attempt_id", "item_id"), UniqueConstraint("attempt_id", "number"))

    attempt_id: Mapped[int] = refers_to("attempts.id", primary_key=True)
    swapped_id: Mapped[int] = refers_to("item_revisions.id", primary_key=True)
    """What it stands in for: drawn, or itself swapped in. What was answered to it does not count."""
    item_id: Mapped[int] = refers_to("item_revisions.id", is_indexed=True)
    position: Mapped[int]
    """The place of the other, which it takes."""
    number: Mapped[int]
    """What a browser calls it: after all positions, so that an answer to the other cannot be taken for one to it."""
    option_order: Mapped[list[str]] = mapped_column(JSON)
    citation_order: Mapped[list[str]] = mapped_column(JSON)
    swapped_at: Mapped[Moment]


class UnmetSwap(Base):
    """That a person would rather have been asked something else, and there was nothing: their coach is told."""

    __tablename__ = "unmet_swaps"

    attempt_id: Mapped[int] = refers_to("attempts.id", primary_key=True)
    item_id: Mapped[int] = refers_to("item_revisions.id", primary_key=True)
    asked_at: Mapped[Moment]


class Response(Base):
    """The last acknowledged answer to one drawn item while the attempt is open; frozen by its submission."""

    __tablename__ = "responses"

    attempt_id: Mapped[int] = refers_to("attempts.id", primary_key=True)
    item_id: Mapped[int] = refers_to("item_revisions.id", primary_key=True)
    options: Mapped[list[str]] = mapped_column(JSON)
    citation: Mapped[str | None] = mapped_column(String(120))
    typed: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What was written, where nothing is chosen."""
    revision: Mapped[int]
    """Counted by the browser; an older save never overwrites a newer one."""
    saved_at: Mapped[Moment]
    seconds: Mapped[int | None]
    """Spent on it, as the server measured between saves; none where that says nothing."""


class AnswerSalt(Base):
    """Salt of the commitment to an attempt's answers inside its evidence; erasable, unlike the evidence."""

    __tablename__ = "answer_salts"

    attempt_id: Mapped[int] = refers_to("attempts.id", primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class Attestation(Base):
    """A signed statement bound to one version."""

    __tablename__ = "attestations"

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    version_id: Mapped[int] = refers_to("versions.id")
    attempt_id: Mapped[int | None] = refers_to("attempts.id", unique=True)
    words: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12))
    signed_at: Mapped[Moment]


class Evidence(Base):
    """That a person proved clauses: append-only; `body` holds the exact canonical bytes."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_policy_person", "policy_id", "person_id"),
        Index(  # whatever standing asks of evidence, so that reading everybody's leaves the bodies alone
            "ix_evidence_person_records",
            *("person_id", "policy_id", "clause_set_id", "kind", "occurred_at", "recorded_at"),
            postgresql_include=["id"],  # which every index on SQLite has
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id")
    policy_id: Mapped[int] = refers_to("policies.id")
    version_id: Mapped[int] = refers_to("versions.id")
    attempt_id: Mapped[int | None] = refers_to("attempts.id", unique=True)
    """Unique: an attempt counts once however often it is sent."""
    attestation_id: Mapped[int | None] = refers_to("attestations.id", unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    """passed, attested or imported"""
    occurred_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    leaf: Mapped[Digest] = mapped_column(unique=True)
    """SHA-256 over 0x00 and the body, hex (RFC 6962)."""
    clause_set_id: Mapped[int | None] = mapped_column(BigKey)
    """Which clauses it pins, in one number, for whoever reads about everybody.

    No foreign key: SQLite could add none without building the table anew. `muster verify` compares it.
    """


class EvidenceClause(Base):
    """A clause that evidence pins, with the hash of the text it was proved on; an index of the body."""

    __tablename__ = "evidence_clauses"

    evidence_id: Mapped[int] = refers_to("evidence.id", primary_key=True)
    clause_id: Mapped[int] = refers_to("clauses.id", primary_key=True)
    text_hash: Mapped[Digest]


class ClauseSet(Base):
    """Clauses of a version that some evidence pins; a few hundred, however many people. It indexes evidence_clauses."""

    __tablename__ = "clause_sets"
    __table_args__ = (UniqueConstraint("version_id", "digest"),)

    id: Mapped[Key]
    version_id: Mapped[int] = refers_to("versions.id")
    clauses: Mapped[list[int]] = mapped_column(JSON)
    """Ids, sorted."""
    digest: Mapped[Digest]
    """SHA-256 of the JSON of the ids, hex."""


class Revocation(Base):
    """That evidence no longer stands, and why."""

    __tablename__ = "revocations"

    id: Mapped[Key]
    evidence_id: Mapped[int] = refers_to("evidence.id", is_indexed=True)
    reason: Mapped[Sentence]
    occurred_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int] = refers_to("persons.id")


class Acknowledgement(Base):
    """That a person has seen an emergency version; proves nothing, opens PROVISIONAL."""

    __tablename__ = "acknowledgements"
    __table_args__ = (UniqueConstraint("person_id", "version_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id")
    version_id: Mapped[int] = refers_to("versions.id")
    occurred_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
