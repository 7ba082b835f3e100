"""Reads what keeps a team or a queue open: who is in it, who covers it, what hangs below it or names it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, or_, select

from lms.extensions import db
from lms.models import (
    Identity,
    Policy,
    Queue,
    RequirementQueue,
    RequirementSetting,
    Spell,
    SpellEnd,
    SpellKind,
    Team,
    Version,
    VersionClause,
)
from lms.models.closed import is_open
from lms.models.dated import last_end

ALL_KNOWN = datetime.max.replace(tzinfo=UTC)
"""Everything that is recorded, also what another action wrote while this one waited for its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody who is in it, or covers it."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What keeps it open; empty when it can be closed."""

    people: tuple[Who, ...] = ()
    """Who is in it or below it, or will be."""
    covering: tuple[Who, ...] = ()
    """Whose role covers just this team, or one below it."""
    teams: tuple[tuple[int, str], ...] = ()
    """Number and path of open teams below."""
    policies: tuple[tuple[str, str], ...] = ()
    """Short name and title of policies that name the queue."""
    left_open: tuple[tuple[int, datetime], ...] = ()
    """Number and beginning of times of people who do not work here any more: they keep nothing open and end with it."""

    @property
    def is_held(self) -> bool:
        """It cannot be closed yet."""
        return bool(self.people or self.covering or self.teams or self.policies)


def team(team_id: int, path: str, *, now: datetime) -> Held:
    """What keeps a team open; three statements."""
    tree = or_(Team.path == path, Team.path.startswith(f"{path}/", autoescape=True))
    rows = _going_on(Spell.kind.in_((SpellKind.TEAM, SpellKind.ROLE)), tree, now=now)
    workers = _workers({row.person_id for row in rows}, now=now)
    below = select(Team.id, Team.path).where(tree, Team.id != team_id, is_open(Team)).order_by(Team.path)
    here = [row for row in rows if row.person_id in workers]
    return Held(
        people=_who(row for row in here if row.kind is SpellKind.TEAM),
        covering=_who(row for row in here if row.kind is SpellKind.ROLE),
        teams=tuple((number, each) for number, each in db.session.execute(below)),
        left_open=tuple((row.id, row.start_at) for row in rows if row.person_id not in workers),
    )


def queue(queue_id: int, slug: str, *, now: datetime) -> Held:
    """What keeps a queue open; five statements."""
    rows = _going_on(Spell.kind == SpellKind.QUEUE, Spell.queue_id == queue_id, now=now)
    workers = _workers({row.person_id for row in rows}, now=now)
    return Held(
        people=_who(row for row in rows if row.person_id in workers),
        policies=_policies(queue_id, slug, now=now),
        left_open=tuple((row.id, row.start_at) for row in rows if row.person_id not in workers),
    )


def _going_on(*which: ColumnElement[bool], now: datetime) -> Sequence:
    """Times that go on now or lie ahead."""
    return db.session.execute(
        select(Spell.id, Spell.person_id, Spell.kind, Spell.start_at, Identity.name)
        .select_from(Spell)
        .outerjoin(SpellEnd, last_end(ALL_KNOWN))
        .outerjoin(Team, Team.id == Spell.team_id)
        .outerjoin(Identity, Identity.person_id == Spell.person_id)
        .where(*which, or_(SpellEnd.end_at.is_(None), (SpellEnd.end_at > now) & (SpellEnd.end_at > Spell.start_at)))
        .order_by(Identity.name, Spell.person_id)
    ).all()


def _workers(people: set[int], *, now: datetime) -> set[int]:
    """Those of them who work here now, or will."""
    if not people:
        return set()
    return {
        row.person_id for row in _going_on(Spell.kind == SpellKind.EMPLOYMENT, Spell.person_id.in_(people), now=now)
    }


def _who(rows: Iterable) -> tuple[Who, ...]:
    names = {row.person_id: row.name or "(erased)" for row in rows}
    return tuple(Who(person_id=person_id, name=name) for person_id, name in names.items())


def _policies(queue_id: int, slug: str, *, now: datetime) -> tuple[tuple[str, str], ...]:
    """Policies that are not retired and name the queue: as their requirement, or in a clause that counts or will."""
    naming = _naming_as_requirement(queue_id, now=now) | _naming_in_clauses(slug, now=now)
    rows = db.session.execute(
        select(Policy.id, Policy.slug, Policy.title)
        .where(or_(Policy.retired_at.is_(None), Policy.retired_at > now))
        .order_by(Policy.title)
    )
    return tuple((policy, title) for policy_id, policy, title in rows if policy_id in naming)


def _naming_as_requirement(queue_id: int, *, now: datetime) -> set[int]:
    """Policies whose settings name the queue, now or at some time ahead: the last recorded of those in force counts."""
    serves = (RequirementQueue.setting_id == RequirementSetting.id) & (RequirementQueue.queue_id == queue_id)
    rows = db.session.execute(
        select(RequirementSetting.policy_id, RequirementSetting.from_at, RequirementQueue.queue_id)
        .outerjoin(RequirementQueue, serves)
        .order_by(RequirementSetting.recorded_at.desc(), RequirementSetting.id.desc())
    )
    naming: set[int] = set()
    replaced: dict[int, datetime] = {}
    for policy_id, from_at, named in rows:
        until = replaced.get(policy_id, ALL_KNOWN)
        if named is not None and from_at < until and until > now:
            naming.add(policy_id)
        replaced[policy_id] = min(from_at, until)
    return naming


def _naming_in_clauses(slug: str, *, now: datetime) -> set[int]:
    """Policies of which a clause names the queue: in the version in force, one that is coming, or a draft."""
    versions = db.session.execute(
        select(Version.id, Version.policy_id, Version.effective_at, Version.published_at)
        .where(Version.withdrawn_at.is_(None))
        .order_by(Version.number.desc())
    ).all()
    counting: dict[int, int] = {}
    in_force: set[int] = set()
    for version_id, policy_id, effective_at, published_at in versions:
        is_effective = published_at is not None and effective_at is not None and effective_at <= now
        if not is_effective or policy_id not in in_force:
            counting[version_id] = policy_id
        if is_effective:
            in_force.add(policy_id)
    clauses = select(VersionClause.version_id, VersionClause.queues).where(VersionClause.version_id.in_(list(counting)))
    return {counting[version_id] for version_id, queues in db.session.execute(clauses) if slug in queues}


def name_of(kind: SpellKind, number: int) -> tuple[str, str] | None:
    """Name and short name of a queue, or the path of a team twice; None where there is none. One statement."""
    if kind is SpellKind.TEAM:
        found = db.session.execute(select(Team.path, Team.path).where(Team.id == number)).first()
    else:
        found = db.session.execute(select(Queue.name, Queue.slug).where(Queue.id == number)).first()
    return (found[0], found[1]) if found else None
