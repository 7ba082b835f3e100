"""Mail that waits to be sent, the links in it, and when the worker was last seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base, UtcMoment
from lms.models.columns import Digest, Key, Moment, refers_to


class OutboxMail(Base):
    """One mail to one person. Holds no address and no link: both are made when it is sent."""

    __tablename__ = "outbox_mails"
    __table_args__ = (Index("ix_outbox_mails_next_at", "next_at"),)

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    kind: Mapped[str] = mapped_column(String(40))
    """Which mail it is; `lms.mail.kinds` knows its words."""
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What the mail says besides; no name, no address, no secret."""
    created_at: Mapped[Moment]
    next_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """When it is tried next; none once it was sent, given up or called off."""
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    failed_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """When it was given up or called off."""
    error: Mapped[str] = mapped_column(String(500), default="")
    """Why the last try failed."""


class OneTimeLink(Base):
    """A link that leads one person once to choosing a password; only the hash of its token is kept."""

    __tablename__ = "one_time_links"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    purpose: Mapped[str] = mapped_column(String(20))
    """invitation or password"""
    made_at: Mapped[Moment]
    opened_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """When its button was pressed; looking at the page opens nothing, because mail scanners look too."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """Used, or followed by a newer one."""


class WorkerSign(Base):
    """One row: when a worker was last seen."""

    __tablename__ = "worker_signs"

    id: Mapped[Key]
    seen_at: Mapped[Moment]
