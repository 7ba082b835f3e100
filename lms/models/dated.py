"""Spells as they stand at an instant, as known at an instant: one SQL form for everybody who asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from lms.models.organisation import Spell, SpellEnd, SpellKind


def last_end(known_at: datetime) -> ColumnElement[bool]:
    """Join condition: the end of a spell that was recorded last by `known_at`."""
    other = aliased(SpellEnd)
    latest = (
        select(func.max(other.id))
        .where(other.spell_id == Spell.id, other.recorded_at <= known_at)
        .correlate(Spell)
        .scalar_subquery()
    )
    return and_(SpellEnd.spell_id == Spell.id, SpellEnd.id == latest)


def spells_at(*columns: ColumnElement | type, kinds: Sequence[SpellKind], at: datetime, known_at: datetime) -> Select:
    """A select of `columns` over the spells of these kinds that hold at `at`, as known at `known_at`."""
    return spells_through(*columns, kinds=kinds, first=at, last=at, known_at=known_at)


def spells_through(
    *columns: ColumnElement | type, kinds: Sequence[SpellKind], first: datetime, last: datetime, known_at: datetime
) -> Select:
    """The same over those that hold at any instant from `first` to `last`."""
    spells = _known(*columns, kinds=kinds, known_at=known_at)
    return spells.where(Spell.start_at <= last, or_(SpellEnd.end_at.is_(None), SpellEnd.end_at > first))


def spells_between(
    *columns: ColumnElement | type, kinds: Sequence[SpellKind], start: datetime, end: datetime, known_at: datetime
) -> Select:
    """The same over those that hold at any instant from `start` until before `end`."""
    ends_later = and_(SpellEnd.end_at > start, SpellEnd.end_at > Spell.start_at)
    return _known(*columns, kinds=kinds, known_at=known_at).where(
        Spell.start_at < end, or_(SpellEnd.end_at.is_(None), ends_later)
    )


def _known(*columns: ColumnElement | type, kinds: Sequence[SpellKind], known_at: datetime) -> Select:
    return (
        select(*columns)
        .select_from(Spell)
        .outerjoin(SpellEnd, last_end(known_at))
        .where(Spell.kind.in_(kinds), Spell.recorded_at <= known_at)
    )
