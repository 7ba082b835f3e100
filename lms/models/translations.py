"""What a version says in other languages; the last that was recorded counts."""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base
from lms.models.columns import Digest, Key, Moment, refers_to


class TranslationRow(Base):
    """Words for the clauses, lessons and items of one version in one language; no feedback."""

    __tablename__ = "translations"
    __table_args__ = (Index("ix_translations_version_language", "version_id", "language"),)

    id: Mapped[Key]
    version_id: Mapped[int] = refers_to("versions.id")
    language: Mapped[str] = mapped_column(String(12))
    digest: Mapped[Digest]
    """Over words and feedback, and over which version they are of."""
    is_empty: Mapped[bool]
    """There is nothing of it any more; English is read again."""
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[Moment]


class TranslationFeedback(Base):
    """Feedback of the options in that language, and what may be written; only grading and results read this table."""

    __tablename__ = "translation_feedback"

    translation_id: Mapped[int] = refers_to("translations.id", primary_key=True)
    feedback: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Item, option, words."""
    forms: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """Of short text items: item, option, what may be written besides the English forms."""


class AttemptTranslation(Base):
    """The translation in which an attempt was begun; English has no row."""

    __tablename__ = "attempt_translations"

    attempt_id: Mapped[int] = refers_to("attempts.id", primary_key=True)
    translation_id: Mapped[int] = refers_to("translations.id")
