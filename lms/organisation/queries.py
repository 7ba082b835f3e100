"""Reads teams and queues with how many people are in them now."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.extensions import db
from lms.models import Policy, Queue, RequirementQueue, RequirementSetting, Spell, SpellKind, Team
from lms.models.dated import spells_at


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
    """Every queue, by name; three statements."""
    counted = _counted(SpellKind.QUEUE, now)
    newest = select(func.max(RequirementSetting.id)).group_by(RequirementSetting.policy_id)
    served: dict[int, list[str]] = {}
    for queue_id, title in db.session.execute(
        select(RequirementQueue.queue_id, Policy.title)
        .join(RequirementSetting, RequirementSetting.id == RequirementQueue.setting_id)
        .join(Policy, Policy.id == RequirementSetting.policy_id)
        .where(RequirementSetting.id.in_(newest))
        .order_by(Policy.title)
    ):
        served.setdefault(queue_id, []).append(title)
    return tuple(
        QueueLine(id=queue_id, slug=slug, name=name, people=counted[queue_id], policies=tuple(served.get(queue_id, ())))
        for queue_id, slug, name in db.session.execute(select(Queue.id, Queue.slug, Queue.name).order_by(Queue.name))
    )


def _counted(kind: SpellKind, now: datetime) -> Counter[int]:
    column = Spell.team_id if kind is SpellKind.TEAM else Spell.queue_id
    held = spells_at(column, func.count(Spell.id), kinds=[kind], at=now, known_at=now)
    return Counter(dict(db.session.execute(held.group_by(column)).all()))
