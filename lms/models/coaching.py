"""Refreshers that coaches assign, decisions about due moments, attempts granted besides."""

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base
from lms.models.columns import Key, Moment, Sentence, refers_to


class Refresher(Base):
    """Extra training for named clauses, outside the requirement."""

    __tablename__ = "refreshers"

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    policy_id: Mapped[int] = refers_to("policies.id")
    clauses: Mapped[list[str]] = mapped_column(JSON)
    due_at: Mapped[Moment]
    note: Mapped[Sentence]
    is_blocking: Mapped[bool] = mapped_column(default=False)
    """While it is open the person is HELD."""
    assigned_by: Mapped[int] = refers_to("persons.id")
    assigned_at: Mapped[Moment]


class RefresherEnd(Base):
    """That a refresher was passed or called off; at most one a refresher."""

    __tablename__ = "refresher_ends"

    refresher_id: Mapped[int] = refers_to("refreshers.id", primary_key=True)
    evidence_id: Mapped[int | None] = refers_to("evidence.id")
    """What it was passed with; none when it was called off."""
    reason: Mapped[Sentence] = mapped_column(default="")
    ended_at: Mapped[Moment]
    ended_by: Mapped[int] = refers_to("persons.id")


class DueDecision(Base):
    """An extension or a bringing forward of what a person had not covered when it was decided."""

    __tablename__ = "due_decisions"

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    policy_id: Mapped[int] = refers_to("policies.id")
    due_at: Mapped[Moment]
    reason: Mapped[Sentence]
    decided_by: Mapped[int] = refers_to("persons.id")
    occurred_at: Mapped[Moment]
    recorded_at: Mapped[Moment]


class AttemptGrant(Base):
    """One attempt more for a run of which all were used."""

    __tablename__ = "attempt_grants"

    id: Mapped[Key]
    attempt_id: Mapped[int] = refers_to("attempts.id", is_indexed=True)
    """The first of the run."""
    reason: Mapped[Sentence]
    granted_at: Mapped[Moment]
    granted_by: Mapped[int] = refers_to("persons.id")
