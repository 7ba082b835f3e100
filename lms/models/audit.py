"""The audit log: who did what to whom, when and from where."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base
from lms.models.columns import BigKey, Key, Moment, Sentence, refers_to


class AuditEntry(Base):
    """One act of one person; appended in the transaction of the act itself. Holds no name, e-mail or answer."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_act", "act", "at"),
        Index("ix_audit_entries_by", "by", "at"),
        Index("ix_audit_entries_person", "person_id", "at"),
    )

    id: Mapped[Key]
    at: Mapped[Moment]
    act: Mapped[str] = mapped_column(String(60))
    """A word of `lms.auditing.Act`; words that are no longer used stay readable."""
    by: Mapped[int | None] = refers_to("persons.id")
    """Who did it; none where nobody is known, as after a sign-in that failed."""
    person_id: Mapped[int | None] = refers_to("persons.id")
    """To whom it was done."""
    about: Mapped[str] = mapped_column(String(300))
    """What else it concerns, in words: a policy and version, a queue, a file."""
    origin: Mapped[str] = mapped_column(String(64))
    """The address it came from, or `command`."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[Sentence]


class AuditIdentity(Base):
    """Name, e-mail and the like before and after an act; beside the entry, because it can be erased with the person."""

    __tablename__ = "audit_identities"

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("audit_entries.id", ondelete="RESTRICT"), primary_key=True)
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
