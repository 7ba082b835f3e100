"""What people flag as wrong or unclear in items, lessons and clauses, and what policy owners answer."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base
from lms.models.columns import Key, Moment, Sentence, refers_to, word

LONGEST_WORDS = 500


class FlagKind(StrEnum):
    """What is the matter."""

    UNCLEAR = "unclear"
    WRONG = "wrong"
    OUTDATED = "out of date"
    TYPO = "typo"


class FlagOutcome(StrEnum):
    """What becomes of it."""

    FIXED = "fixed"
    STAYS = "stays as it is"
    VOID = "void to follow"
    """The item will be taken out of what counts."""


class Flag(Base):
    """That a person finds something wrong with an item of an attempt, or with a lesson or a clause of a version.

    Open until it is answered. Who it was is here for them, and for nobody who reads flags.
    """

    __tablename__ = "flags"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN item_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN lesson_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN clause_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        CheckConstraint("(item_id IS NULL) = (attempt_id IS NULL)", name="item_of_attempt"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    version_id: Mapped[int] = refers_to("versions.id", is_indexed=True)
    attempt_id: Mapped[int | None] = refers_to("attempts.id")
    """In which the item was asked."""
    item_id: Mapped[int | None] = refers_to("item_revisions.id", is_indexed=True)
    lesson_id: Mapped[int | None] = refers_to("lesson_revisions.id")
    clause_id: Mapped[int | None] = refers_to("clauses.id")
    kind: Mapped[FlagKind] = word(FlagKind)
    language: Mapped[str] = mapped_column(String(12))
    """In which it was read."""
    flagged_at: Mapped[Moment]


class FlagWords(Base):
    """What a person says of their flag. Erasable, unlike the flag."""

    __tablename__ = "flag_words"

    flag_id: Mapped[int] = refers_to("flags.id", primary_key=True)
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS))


class FlagAnswer(Base):
    """What a policy owner says to a flag; at most one a flag."""

    __tablename__ = "flag_answers"

    flag_id: Mapped[int] = refers_to("flags.id", primary_key=True)
    outcome: Mapped[FlagOutcome] = word(FlagOutcome)
    words: Mapped[Sentence]
    answered_at: Mapped[Moment]
    answered_by: Mapped[int] = refers_to("persons.id")
