"""What a flag is about: a revision of an item, or of a lesson, or a clause as one version has it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select

from lms.models import Flag, Policy, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One of the three; ids of rows."""

    version_id: int
    attempt_id: int | None = None
    """In which the item was asked, where somebody flags it."""
    item_id: int | None = None
    lesson_id: int | None = None
    clause_id: int | None = None

    def is_same(self) -> tuple[ColumnElement[bool], ...]:
        """Conditions for flags of the same: an item or a lesson is the same in every version that froze it."""
        if self.item_id is not None:
            return (Flag.item_id == self.item_id,)
        if self.lesson_id is not None:
            return (Flag.lesson_id == self.lesson_id,)
        return (Flag.clause_id == self.clause_id, Flag.version_id == self.version_id)

    def lock(self) -> Select[tuple[int]]:
        """Holds back whoever else answers flags of this policy."""
        mine = select(Version.policy_id).where(Version.id == self.version_id).scalar_subquery()
        return select(Policy.id).where(Policy.id == mine).with_for_update(key_share=True)


def subject_of(flag: Flag) -> Subject:
    """What a flag is about."""
    return Subject(version_id=flag.version_id, item_id=flag.item_id, lesson_id=flag.lesson_id, clause_id=flag.clause_id)
