"""Reads who is here: the list of people, one person with everything that was recorded, and what can be chosen."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from lms.extensions import db
from lms.models import Identity, Person, PersonKind, Policy, Queue, Spell, SpellEnd, SpellKind, Team
from lms.models.closed import is_open
from lms.models.dated import last_end
from lms.people.forms import Asked, State

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person as a list shows them, as of now."""

    person_id: int
    external_id: str
    name: str
    email: str
    vendor: str
    team: str
    roles: tuple[str, ...]
    queues: tuple[str, ...]
    state: State
    until_at: datetime | None
    """When the state ends, or ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of people."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a filter or a change can name."""

    teams: tuple[str, ...]
    queues: tuple[tuple[str, str], ...]
    policies: tuple[tuple[str, str], ...]
    vendors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One spell as it was recorded, with its end as known now."""

    kind: str
    about: str
    start_at: datetime
    end_at: datetime | None
    reason: str
    recorded_at: datetime
    by: str
    is_called_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One person."""

    line: Line
    timezone: str
    language: str
    spells: tuple[Recorded, ...]
    """The newest first."""


def people(asked: Asked, *, now: datetime) -> Listed:
    """One page of those who are asked for, by name; three statements."""
    total = db.session.scalar(_where(select(func.count(Identity.person_id)), asked, now)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(asked.page, pages)
    found = _where(select(*Identity.__table__.columns), asked, now).order_by(Identity.name, Identity.person_id)
    rows = db.session.execute(found.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Listed(lines=tuple(_lines(rows, now)), total=total, page=page, pages=pages)


def everybody(asked: Asked, *, now: datetime) -> tuple[Line, ...]:
    """All who are asked for, by name; two statements."""
    found = _where(select(*Identity.__table__.columns), asked, now).order_by(Identity.name, Identity.person_id)
    return tuple(_lines(db.session.execute(found).all(), now))


def numbers_of(external_ids: Collection[str]) -> dict[str, int]:
    """Numbers of people by external id; one statement."""
    wanted = select(Identity.external_id, Identity.person_id).where(Identity.external_id.in_(list(external_ids)))
    return dict(db.session.execute(wanted).all())


def person(person_id: int, *, now: datetime) -> Whole | None:
    """One person with every spell; three statements."""
    row = db.session.execute(
        select(*Identity.__table__.columns)
        .join(Person, Person.id == Identity.person_id)
        .where(Identity.person_id == person_id, Person.kind == PersonKind.HUMAN)
    ).first()
    if row is None:
        return None
    (line,) = _lines([row], now)
    return Whole(line=line, timezone=row.timezone, language=row.language, spells=tuple(_recorded(person_id, now)))


def choices(*, team: str = "", queue: str = "") -> Choices:
    """Teams and queues that are open, and those that are asked for; policies and vendors; four statements."""
    vendors = select(Identity.vendor).where(Identity.vendor != "").distinct().order_by(Identity.vendor)
    teams = select(Team.path).where(or_(is_open(Team), Team.path == team))
    queues = select(Queue.slug, Queue.name).where(or_(is_open(Queue), Queue.slug == queue))
    return Choices(
        teams=tuple(db.session.scalars(teams.order_by(Team.path))),
        queues=tuple(tuple(row) for row in db.session.execute(queues.order_by(Queue.name))),
        policies=tuple(
            tuple(row) for row in db.session.execute(select(Policy.slug, Policy.title).order_by(Policy.title))
        ),
        vendors=tuple(db.session.scalars(vendors)),
    )


def _where(statement: Select, asked: Asked, now: datetime) -> Select:
    statement = statement.join(Person, Person.id == Identity.person_id).where(Person.kind == PersonKind.HUMAN)
    if asked.who:
        statement = statement.where(
            or_(
                *(
                    column.icontains(asked.who, autoescape=True)
                    for column in (Identity.name, Identity.email, Identity.external_id)
                )
            )
        )
    if asked.vendor:
        statement = statement.where(Identity.vendor == asked.vendor)
    if asked.queue:
        statement = statement.where(_holds(SpellKind.QUEUE, now, Queue.slug == asked.queue))
    if asked.role:
        statement = statement.where(_holds(SpellKind.ROLE, now, Spell.role == asked.role.value))
    if asked.team:
        below = or_(Team.path == asked.team, Team.path.startswith(f"{asked.team}/", autoescape=True))
        statement = statement.where(_holds(SpellKind.TEAM, now, below))
    works, leave = _holds(SpellKind.EMPLOYMENT, now), _holds(SpellKind.LEAVE, now)
    match asked.state:
        case State.HERE:
            return statement.where(works, ~leave)
        case State.LEAVE:
            return statement.where(works, leave)
        case State.COMING:
            return statement.where(~works, _ahead(now))
        case State.LEFT:
            return statement.where(~works, ~_ahead(now))
        case _:
            return statement


def _holds(kind: SpellKind, now: datetime, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Spell.id)
        .outerjoin(SpellEnd, last_end(now))
        .outerjoin(Queue, Queue.id == Spell.queue_id)
        .outerjoin(Team, Team.id == Spell.team_id)
        .where(
            Spell.person_id == Identity.person_id,
            Spell.kind == kind,
            Spell.start_at <= now,
            or_(SpellEnd.end_at.is_(None), SpellEnd.end_at > now),
            *more,
        )
        .correlate(Identity)
        .exists()
    )


def _ahead(now: datetime) -> ColumnElement[bool]:
    """An employment begins later."""
    return (
        select(Spell.id)
        .outerjoin(SpellEnd, last_end(now))
        .where(
            Spell.person_id == Identity.person_id,
            Spell.kind == SpellKind.EMPLOYMENT,
            Spell.start_at > now,
            or_(SpellEnd.end_at.is_(None), SpellEnd.end_at > Spell.start_at),
        )
        .correlate(Identity)
        .exists()
    )


def _lines(rows: Any, now: datetime) -> Iterator[Line]:
    ids = [row.person_id for row in rows]
    spells: dict[int, list[Any]] = {person_id: [] for person_id in ids}
    chosen = Spell.person_id.in_(ids) if len(ids) <= PER_PAGE else Spell.id > 0  # a long list costs more than all
    for spell in db.session.execute(_spells(now).where(chosen)):
        if spell.person_id in spells:
            spells[spell.person_id].append(spell)
    for row in rows:
        yield _line(row, spells[row.person_id], now)


def _spells(now: datetime) -> Select:
    return (
        select(
            Spell.id,
            Spell.person_id,
            Spell.kind,
            Spell.role,
            Spell.start_at,
            Spell.reason,
            Spell.recorded_at,
            Spell.recorded_by,
            SpellEnd.end_at,
            Queue.name.label("queue"),
            Team.path.label("team"),
            Policy.title.label("policy"),
        )
        .select_from(Spell)
        .outerjoin(SpellEnd, last_end(now))
        .outerjoin(Queue, Queue.id == Spell.queue_id)
        .outerjoin(Team, Team.id == Spell.team_id)
        .outerjoin(Policy, Policy.id == Spell.policy_id)
        .order_by(Spell.start_at, Spell.id)
    )


def _line(row: Any, spells: list[Any], now: datetime) -> Line:
    held = [each for each in spells if each.start_at <= now and (each.end_at is None or each.end_at > now)]
    state, until = _state(held, spells, now)
    return Line(
        person_id=row.person_id,
        external_id=row.external_id,
        name=row.name,
        email=row.email,
        vendor=row.vendor,
        team=next((each.team for each in held if each.kind is SpellKind.TEAM), ""),
        roles=tuple(
            f"{each.role}: {each.team}" if each.team else each.role for each in held if each.kind is SpellKind.ROLE
        ),
        queues=tuple(sorted(each.queue for each in held if each.kind is SpellKind.QUEUE)),
        state=state,
        until_at=until,
    )


def _state(held: list[Any], spells: list[Any], now: datetime) -> tuple[State, datetime | None]:
    works = [each for each in held if each.kind is SpellKind.EMPLOYMENT]
    leave = [each for each in held if each.kind is SpellKind.LEAVE]
    if works and leave:
        return State.LEAVE, max((each.end_at for each in leave if each.end_at), default=None)
    if works:
        return State.HERE, works[-1].end_at
    all_work = [each for each in spells if each.kind is SpellKind.EMPLOYMENT and each.end_at != each.start_at]
    ahead = [each.start_at for each in all_work if each.start_at > now]
    if ahead:
        return State.COMING, min(ahead)
    return State.LEFT, max((each.end_at for each in all_work if each.end_at), default=None)


def _recorded(person_id: int, now: datetime) -> Iterator[Recorded]:
    rows = db.session.execute(
        _spells(now)
        .add_columns(Identity.name.label("by"))
        .outerjoin(Identity, Identity.person_id == Spell.recorded_by)
        .where(Spell.person_id == person_id)
    ).all()
    for row in sorted(rows, key=lambda row: (row.recorded_at, row.id), reverse=True):
        about = [row.role, row.team, row.queue, row.policy]
        yield Recorded(
            kind=row.kind.value,
            about=", ".join(word for word in about if word),
            start_at=row.start_at,
            end_at=row.end_at,
            reason=row.reason,
            recorded_at=row.recorded_at,
            by=row.by or "(erased)",
            is_called_off=row.end_at is not None and row.end_at <= row.start_at,
        )
