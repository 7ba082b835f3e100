"""Reads teams and queues with how many people are in them now."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from lms.domain.settings import in_force
from lms.extensions import db
from lms.models import Closing, Identity, Policy, Queue, Spell, SpellKind, Team
from lms.models.closed import is_open
from lms.models.dated import spells_at
from lms.models.histories import settings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """A team."""

    id: int
    path: str
    name: str
    parent: str
    people: int
    """In the team itself."""
    people_below: int
    """In it and all below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A queue."""

    id: int
    slug: str
    name: str
    people: int
    policies: tuple[str, ...]
    """Titles of policies that serve it by name."""


def teams(*, now: datetime) -> tuple[TeamLine, ...]:
    """The tree of those that are open, parents before their children; two statements."""
    counted = _counted(SpellKind.TEAM, now)
    rows = db.session.execute(select(Team.id, Team.path, Team.name).where(is_open(Team)).order_by(Team.path)).all()
    below: Counter[str] = Counter()
    for team_id, path, _ in rows:
        names = path.split("/")
        for depth in range(1, len(names) + 1):
            below["/".join(names[:depth])] += counted[team_id]
    return tuple(
        TeamLine(
            id=team_id,
            path=path,
            name=name,
            parent=path.rpartition("/")[0],
            people=counted[team_id],
            people_below=below[path],
        )
        for team_id, path, name in rows
    )


def queues(*, now: datetime) -> tuple[QueueLine, ...]:
    """Every queue that is open, by name; five statements."""
    counted, served = _counted(SpellKind.QUEUE, now), _served(now)
    return tuple(
        QueueLine(id=queue_id, slug=slug, name=name, people=counted[queue_id], policies=tuple(served.get(slug, ())))
        for queue_id, slug, name in db.session.execute(
            select(Queue.id, Queue.slug, Queue.name).where(is_open(Queue)).order_by(Queue.name)
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingLine:
    """That a team or queue was closed, or opened again."""

    kind: SpellKind
    number: int
    name: str
    """The path of a team."""
    slug: str
    """Of a queue."""
    is_closed: bool
    from_at: datetime
    reason: str
    by: str


def closed() -> tuple[ClosingLine, ...]:
    """Teams and queues that are closed, the last one first; one statement."""
    newest = select(func.max(Closing.id)).group_by(Closing.team_id, Closing.queue_id)
    return _closings(Closing.id.in_(newest), Closing.is_closed)


def closings_of(kind: SpellKind, number: int) -> tuple[ClosingLine, ...]:
    """How often a team or queue was closed and opened again, the last one first; one statement."""
    return _closings((Closing.team_id if kind is SpellKind.TEAM else Closing.queue_id) == number)


def _closings(*which: ColumnElement[bool]) -> tuple[ClosingLine, ...]:
    rows = db.session.execute(
        select(Closing, Team.path, Queue.name, Queue.slug, Identity.name)
        .outerjoin(Team, Team.id == Closing.team_id)
        .outerjoin(Queue, Queue.id == Closing.queue_id)
        .outerjoin(Identity, Identity.person_id == Closing.recorded_by)
        .where(*which)
        .order_by(Closing.id.desc())
    )
    return tuple(
        ClosingLine(
            kind=SpellKind.TEAM if path else SpellKind.QUEUE,
            number=closing.team_id or closing.queue_id or 0,
            name=path or name,
            slug=slug or "",
            is_closed=closing.is_closed,
            from_at=closing.from_at,
            reason=closing.reason,
            by=by or "(erased)",
        )
        for closing, path, name, slug, by in rows
    )


def _served(now: datetime) -> dict[str, list[str]]:
    """Titles of the policies that ask something of a queue by name now, by its slug."""
    policies = db.session.execute(select(Policy.id, Policy.title).order_by(Policy.title)).all()
    settings = settings_of([policy.id for policy in policies])
    served: dict[str, list[str]] = defaultdict(list)
    for policy in policies:
        current = in_force(settings[policy.id], now)
        for slug in current.queues if current else ():
            served[slug].append(policy.title)
    return served


def _counted(kind: SpellKind, now: datetime) -> Counter[int]:
    column = Spell.team_id if kind is SpellKind.TEAM else Spell.queue_id
    held = spells_at(column, func.count(Spell.id), kinds=[kind], at=now, known_at=now)
    return Counter(dict(db.session.execute(held.group_by(column)).all()))
