"""Mail that waits to be sent, the links in it, and when the worker was last seen."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base, UtcMoment
from lms.models.columns import BigKey, Digest, Key, Moment, refers_to


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


class WeeklyLetter(Base):
    """A lead's week that was looked at, whether or not there was anything to say: so that nobody is told twice."""

    __tablename__ = "weekly_letters"
    __table_args__ = (Index("ix_weekly_letters_week_on", "week_on"),)

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    week_on: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its Monday, where the lead is."""
    decided_at: Mapped[Moment]
    is_posted: Mapped[bool]


class MailUnwanted(Base):
    """A kind of mail that somebody does not want to get."""

    __tablename__ = "mails_unwanted"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    since_at: Mapped[Moment]


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
