"""What a change to people would do to each of them: planned from what is known, the same for the preview and the act.

Pure but for the reading of what is known; `actions.py` writes a plan.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext
from sqlalchemy import select

from lms.access import Role
from lms.domain.errors import DomainError
from lms.extensions import db
from lms.languages import N_
from lms.models import Identity, Policy, Queue, Spell, SpellEnd, SpellKind, Team
from lms.models.closed import is_closed
from lms.models.dated import last_end

SHORTEST_WHY = 10
MOST_PEOPLE = 2000
"""People in one change."""


class ChangeRefused(DomainError):
    """The change could not be meant so; nothing was written."""


NO_TEAM = (N_("Choose a team."), N_("There is no team “%(value)s”."))
NO_QUEUE = (N_("Choose a queue."), N_("There is no queue “%(value)s”."))
NO_POLICY = (N_("Choose a policy."), N_("There is no policy “%(value)s”."))
CLOSED = N_("“%(value)s” is closed. Open it again first, or choose another.")


class Word(StrEnum):
    """What can be changed."""

    TEAM = "team"
    QUEUE = "queue"
    NO_QUEUE = "no queue"
    ROLE = "role"
    NO_ROLE = "no role"
    LEAVE = "leave"
    WAIVER = "waiver"
    LEFT = "left"
    BACK = "back"


LABELS = {
    Word.TEAM: lazy_gettext("Move to a team"),
    Word.QUEUE: lazy_gettext("Add to a queue"),
    Word.NO_QUEUE: lazy_gettext("Take out of a queue"),
    Word.ROLE: lazy_gettext("Give a role"),
    Word.NO_ROLE: lazy_gettext("Take a role away"),
    Word.LEAVE: lazy_gettext("Leave"),
    Word.WAIVER: lazy_gettext("Waive a policy"),
    Word.LEFT: lazy_gettext("Left the organisation"),
    Word.BACK: lazy_gettext("Back in the organisation"),
}


OF_A_VENDOR = "works for a vendor, and an administrator sees everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, for however many people."""

    word: Word
    start_at: datetime
    end_at: datetime | None = None
    team: str = ""
    """Path: of the team, or what a role covers; empty for everywhere."""
    queue: str = ""
    role: Role | None = None
    policy: str = ""
    why: str = ""


@dataclass(slots=True, kw_only=True)
class Step:
    """What the change does to one person."""

    person_id: int
    name: str
    ends: list[int] = field(default_factory=list)
    """Spells that end when the change begins; those that had not begun are called off."""
    reopens: int | None = None
    """A spell whose end is taken back."""
    is_begun: bool = False
    """A new spell begins."""
    skipped: str = ""
    """Why nothing is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The rows that a change names."""

    kind: SpellKind
    team_id: int | None = None
    queue_id: int | None = None
    policy_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A spell that is not over when the change begins."""

    id: int
    kind: SpellKind
    team_id: int | None
    queue_id: int | None
    policy_id: int | None
    role: str | None
    start_at: datetime
    end_at: datetime | None


def target_of(change: Change) -> Target:
    """The rows that a change names; raise ChangeRefused. Two statements at most."""
    if len(change.why.strip()) < SHORTEST_WHY:
        raise ChangeRefused("Say why, in %(shortest_why)s characters or more.", shortest_why=SHORTEST_WHY)
    if change.end_at is not None and change.end_at <= change.start_at:
        raise ChangeRefused("The end comes before the beginning.")
    match change.word:
        case Word.TEAM:
            return Target(kind=SpellKind.TEAM, team_id=_team(change))
        case Word.QUEUE | Word.NO_QUEUE:
            queue_id = _id(Queue, Queue.slug, change.queue, NO_QUEUE)
            if change.word is Word.QUEUE and is_closed(Queue, queue_id):
                raise ChangeRefused(CLOSED, value=change.queue)
            return Target(kind=SpellKind.QUEUE, queue_id=queue_id)
        case Word.ROLE | Word.NO_ROLE:
            if change.role is None:
                raise ChangeRefused("Choose a role.")
            return Target(kind=SpellKind.ROLE, team_id=_team(change) if change.team else None)
        case Word.LEAVE:
            return Target(kind=SpellKind.LEAVE)
        case Word.WAIVER:
            return Target(kind=SpellKind.WAIVER, policy_id=_id(Policy, Policy.slug, change.policy, NO_POLICY))
        case _:
            return Target(kind=SpellKind.EMPLOYMENT)


def plan(people: Collection[int], change: Change, target: Target, *, now: datetime) -> tuple[Step, ...]:
    """What a change does to each of these people, by name; two statements. Raise ChangeRefused."""
    if not 0 < len(people) <= MOST_PEOPLE:
        raise ChangeRefused("Choose 1 to %(most_people)s people.", most_people=f"{MOST_PEOPLE:,}")
    rows = db.session.execute(
        select(Identity.person_id, Identity.name, Identity.vendor).where(Identity.person_id.in_(people))
    ).all()
    held = _held([row.person_id for row in rows], change.start_at, now=now)
    steps = []
    for person_id, name, vendor in rows:
        if change.word is Word.ROLE and change.role is Role.ADMINISTRATOR and vendor:
            steps.append(Step(person_id=person_id, name=name, skipped=OF_A_VENDOR))
        else:
            steps.append(_step(person_id, name, held[person_id], change, target))
    return tuple(sorted(steps, key=lambda step: (step.name.casefold(), step.person_id)))


def _team(change: Change) -> int:
    team_id = _id(Team, Team.path, change.team, NO_TEAM)
    if change.word is not Word.NO_ROLE and is_closed(Team, team_id):
        raise ChangeRefused(CLOSED, value=change.team)
    return team_id


def _id(table: type, column: object, value: str, refused: tuple[str, str]) -> int:
    found = db.session.scalar(select(table.id).where(column == value))  # type: ignore[attr-defined]
    if found is None:
        none_chosen, none_such = refused
        raise ChangeRefused(none_such, value=value) if value else ChangeRefused(none_chosen)
    return int(found)


def _held(people: Collection[int], start_at: datetime, *, now: datetime) -> dict[int, list[Held]]:
    rows = db.session.execute(
        select(*Spell.__table__.columns, SpellEnd.end_at)
        .outerjoin(SpellEnd, last_end(now))
        .where(Spell.person_id.in_(list(people)), (SpellEnd.end_at.is_(None)) | (SpellEnd.end_at > start_at))
        .order_by(Spell.start_at, Spell.id)
    )
    held: dict[int, list[Held]] = {person_id: [] for person_id in people}
    for row in rows:
        if row.end_at is None or row.end_at > row.start_at:
            held[row.person_id].append(
                Held(
                    id=row.id,
                    kind=row.kind,
                    team_id=row.team_id,
                    queue_id=row.queue_id,
                    policy_id=row.policy_id,
                    role=row.role,
                    start_at=row.start_at,
                    end_at=row.end_at,
                )
            )
    return held


def _step(person_id: int, name: str, held: Iterable[Held], change: Change, target: Target) -> Step:
    step = Step(person_id=person_id, name=name)
    held = list(held)
    works = [each for each in held if each.kind is SpellKind.EMPLOYMENT]
    alike = [each for each in held if _is_alike(each, change, target)]
    if change.word is Word.BACK:
        _begin_or_reopen(step, works, change, "works here already")
    elif not works:
        step.skipped = "does not work here then"
    elif change.word is Word.LEFT:
        step.ends = [each.id for each in held]
    elif change.word in (Word.NO_QUEUE, Word.NO_ROLE):
        step.ends = [each.id for each in alike]
        step.skipped = "" if alike else "is not in it then"
    elif change.word is Word.TEAM:
        teams = [each for each in held if each.kind is SpellKind.TEAM]
        if len(teams) == 1 and alike and alike[0].start_at <= change.start_at and alike[0].end_at is None:
            step.skipped = "is in it already"
        else:
            step.ends, step.is_begun = [each.id for each in teams], True
    elif change.word in (Word.LEAVE, Word.WAIVER):
        is_there = any((each.start_at, each.end_at) == (change.start_at, change.end_at) for each in alike)
        step.skipped, step.is_begun = ("was recorded already", False) if is_there else ("", True)
    else:
        _begin_or_reopen(step, alike, change, "is in it already")
    return step


def _begin_or_reopen(step: Step, alike: list[Held], change: Change, there: str) -> None:
    """A time that holds then goes on; one that begins later is called off, because the new one covers it."""
    running = next((each for each in alike if each.start_at <= change.start_at), None)
    if running is None:
        step.ends, step.is_begun = [each.id for each in alike], True
    elif running.end_at is None:
        step.skipped = there
    else:
        step.reopens = running.id
        step.ends = [each.id for each in alike if each is not running]


def _is_alike(held: Held, change: Change, target: Target) -> bool:
    if held.kind is not target.kind:
        return False
    if change.word in (Word.ROLE, Word.NO_ROLE):
        return held.role == change.role and held.team_id == target.team_id
    return (held.team_id, held.queue_id, held.policy_id) == (target.team_id, target.queue_id, target.policy_id)
