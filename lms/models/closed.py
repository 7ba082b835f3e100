"""Which teams and queues are closed: one SQL form for everybody who asks."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from lms.extensions import db
from lms.models.organisation import Closing, Queue, Team

Table = type[Team] | type[Queue]


def is_open(table: Table) -> ColumnElement[bool]:
    """Condition: not closed, or opened again since."""
    return _stands(table)


def was_open(table: Table, *, at: datetime, known_at: datetime) -> ColumnElement[bool]:
    """Condition: the same at an instant, as known at an instant."""
    return _stands(table, Closing.from_at <= at, Closing.recorded_at <= known_at)


def is_closed(table: Table, number: int) -> bool:
    """True for a team or queue that is closed now; one statement."""
    return db.session.scalar(select(table.id).where(table.id == number, ~is_open(table))) is not None


def closed_on(path: str) -> str | None:
    """The highest closed team on the way from the top down to this path; one statement."""
    parts = path.split("/")
    way = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    return db.session.scalar(
        select(Team.path).where(Team.path.in_(way), ~is_open(Team)).order_by(func.length(Team.path)).limit(1)
    )


def _stands(table: Table, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    column = Closing.team_id if table is Team else Closing.queue_id
    latest = select(func.max(Closing.id)).where(column == table.id, *which).correlate(table).scalar_subquery()
    return ~select(Closing.id).where(Closing.id == latest, Closing.is_closed).exists()
