"""Shifts as they stand: rows that nothing supersedes; one SQL form for everybody who asks."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import aliased

from lms.extensions import db
from lms.models import Identity, ShiftRow
from lms.models.batches import batches


def current(*, known_at: datetime) -> list[ColumnElement[bool]]:
    """Conditions: recorded by then, and superseded by nothing that was; also what was called off."""
    later = aliased(ShiftRow)
    superseded = select(later.id).where(later.supersedes_id == ShiftRow.id, later.recorded_at <= known_at)
    return [ShiftRow.recorded_at <= known_at, ~superseded.correlate(ShiftRow).exists()]


def on_roster(*columns: object, known_at: datetime) -> Select:
    """A select of `columns` over the shifts that stand."""
    return select(*columns).select_from(ShiftRow).where(*current(known_at=known_at), ~ShiftRow.is_called_off)


_COLUMNS = (
    ShiftRow.id,
    ShiftRow.person_id,
    ShiftRow.queue_id,
    ShiftRow.start_at,
    ShiftRow.end_at,
    ShiftRow.external_id,
    ShiftRow.series,
    ShiftRow.is_called_off,
)


def of_series(series: Collection[str], *, known_at: datetime) -> Iterator[Row]:
    """The last row of every shift of these series, called off or not; a statement for ten thousand of them."""
    for some in batches(series):
        yield from db.session.execute(select(*_COLUMNS).where(*current(known_at=known_at), ShiftRow.series.in_(some)))


def of_people(people: Iterable[int], start: datetime, end: datetime, *, known_at: datetime) -> Iterator[Row]:
    """Shifts of these people that stand and touch a time; a statement for ten thousand of them."""
    for some in batches(people):
        yield from db.session.execute(
            on_roster(*_COLUMNS, known_at=known_at).where(
                ShiftRow.person_id.in_(some), ShiftRow.start_at < end, ShiftRow.end_at > start
            )
        )


def names_of(people: Iterable[int]) -> dict[int, str]:
    """Names by person; a statement for ten thousand of them."""
    found: dict[int, str] = {}
    for some in batches(people):
        rows = db.session.execute(select(Identity.person_id, Identity.name).where(Identity.person_id.in_(some)))
        found.update({person_id: name for person_id, name in rows})
    return found
