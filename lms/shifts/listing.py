"""The roster, a page at a time: who is on shift when, and how they count through it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select

from lms.domain.staffing import Shift, Stand
from lms.extensions import db
from lms.models import Identity, Queue, ShiftRow, Spell, SpellKind, Team
from lms.models.dated import spells_at
from lms.models.histories import person_histories, policy_histories
from lms.readiness.queries import ERASED, Scope
from lms.shifts.counting import counted
from lms.shifts.scoping import of_teams, shifts_in

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One shift of the roster, and how its person counts through it."""

    shift_id: int
    name: str
    team: str
    queue: str
    queue_name: str
    start: datetime
    end: datetime
    stands: tuple[Stand, ...]
    """The first from the begin of the shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of the roster."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


def roster(
    scope: Scope, *, start: datetime, end: datetime, team: str = "", queue: str = "", page: int = 1, now: datetime
) -> Listed:
    """Shifts of people in scope that touch a time, in order, with how each counts; narrowed to a team or queue."""
    wanted = shifts_in(scope, start, end, now=now)
    if queue:
        wanted = wanted.where(Queue.slug == queue)
    if team:
        wanted = wanted.where(of_teams([team], now=now))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(page, pages)
    ordered = wanted.order_by(ShiftRow.start_at, Identity.name, ShiftRow.id)
    rows = db.session.execute(ordered.offset((page - 1) * PAGE).limit(PAGE)).all()
    return Listed(lines=_lines(rows, now=now), total=total, page=page, pages=pages)


def _lines(rows: Sequence[Row], *, now: datetime) -> tuple[Line, ...]:
    shifts: dict[str, list[Shift]] = defaultdict(list)
    for row in rows:
        shifts[row.slug].append(Shift(row.person_id, row.start_at, row.end_at))
    if not rows:
        return ()
    people = sorted({row.person_id for row in rows})
    start, end = min(row.start_at for row in rows), max(row.end_at for row in rows)
    stood = counted(shifts, policy_histories(), person_histories(people), start=start, end=end, now=now)
    teams = _teams(people, now=now)
    return tuple(
        Line(
            shift_id=row.id,
            name=row.name or ERASED,
            team=teams.get(row.person_id, ""),
            queue=row.slug,
            queue_name=row.queue_name,
            start=row.start_at,
            end=row.end_at,
            stands=_through(stood[row.slug][row.person_id], row.start_at, row.end_at),
        )
        for row in rows
    )


def _through(mine: Sequence[Stand], start: datetime, end: datetime) -> tuple[Stand, ...]:
    first = [each for each in mine if each.since <= start][-1]
    return first._replace(since=start), *(each for each in mine if start < each.since < end)


def _teams(people: Collection[int], *, now: datetime) -> dict[int, str]:
    rows = db.session.execute(
        spells_at(Spell.person_id, Team.path, kinds=[SpellKind.TEAM], at=now, known_at=now)
        .join(Team, Team.id == Spell.team_id)
        .where(Spell.person_id.in_(people))
    )
    return {person: path for person, path in rows}
