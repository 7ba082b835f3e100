"""Reads teams and queues with how many people are in them now."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.domain.settings import in_force
from lms.extensions import db
from lms.models import Policy, Queue, Spell, SpellKind, Team
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
    """The tree, parents before their children; two statements."""
    counted = _counted(SpellKind.TEAM, now)
    rows = db.session.execute(select(Team.id, Team.path, Team.name).order_by(Team.path)).all()
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
    """Every queue, by name; five statements."""
    counted, served = _counted(SpellKind.QUEUE, now), _served(now)
    return tuple(
        QueueLine(id=queue_id, slug=slug, name=name, people=counted[queue_id], policies=tuple(served.get(slug, ())))
        for queue_id, slug, name in db.session.execute(select(Queue.id, Queue.slug, Queue.name).order_by(Queue.name))
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
