"""What is known about running Muster: backups that were made, files that came in on screen, what was touched."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base, UtcMoment
from lms.models.columns import BigKey, Digest, Key, Moment, refers_to


class BackupMade(Base):
    """A backup that was written whole; so that its age can be seen."""

    __tablename__ = "backups_made"

    id: Mapped[Key]
    made_at: Mapped[Moment]
    size: Mapped[int] = mapped_column(BigKey)
    """Bytes of the file."""
    digest: Mapped[Digest]
    """SHA-256 of the file, hex."""


class Touch(Base):
    """That something was recorded which standing depends on: written by triggers, read by `lms.models.memory`.

    Not a part of the record: neither kept in backups nor kept for long.
    """

    __tablename__ = "touches"
    __table_args__ = ({"info": {"is_passing": True}, "sqlite_autoincrement": True},)

    id: Mapped[Key]
    person_id: Mapped[int | None] = mapped_column(BigKey)
    """Whom it is about; none: everybody."""
    policy_id: Mapped[int | None] = mapped_column(BigKey)
    """Which policy; none: all of them."""
    transaction_id: Mapped[int] = mapped_column(BigInteger, index=True)
    """On PostgreSQL, where a lower id can be committed later than a higher one; 0 on SQLite, which takes turns."""


class FeedRun(Base):
    """A file that somebody brought in on screen: looked at first, then confirmed; its content is kept only between."""

    __tablename__ = "feed_runs"

    id: Mapped[Key]
    by: Mapped[int] = refers_to("persons.id", is_indexed=True)
    kind: Mapped[str] = mapped_column(String(20))
    """people, leave, queues, evidence or roster"""
    is_full: Mapped[bool]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """Emptied when it is confirmed, and after half an hour."""
    digest: Mapped[Digest]
    """SHA-256 of the file, hex."""
    looked_at: Mapped[Moment]
    """When it was shown what it would do."""
    done_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What it did: number by what."""
