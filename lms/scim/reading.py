"""What Muster knows of people and groups, for SCIM; a fixed number of statements, however many there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from lms.access import Role
from lms.extensions import db
from lms.models import Identity, Person, PersonKind, Queue, ScimResource, Spell, SpellEnd, SpellKind, Team
from lms.models.dated import last_end
from lms.scim.mapping import Actual, Payload

MOST_NAMED = 2_000
"""Above this many numbers a list of them costs more than reading everybody."""
LONGEST_NUMBER = 18
"""Digits; more are no number of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a group now."""

    person_id: int
    subject: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNow:
    """A team or a queue with who is in it now."""

    kind: SpellKind
    number: int
    """Of the team or queue."""
    name: str
    """The path of a team, the short name of a queue."""
    members: tuple[Member, ...]
    payload: Payload | None
    created_at: datetime | None
    modified_at: datetime | None

    @property
    def key(self) -> str:
        """What the directory calls it by."""
        return f"{self.kind.value}-{self.number}"


def is_there() -> ColumnElement[bool]:
    """Not deleted by the directory."""
    return ScimResource.gone_at.is_(None)


def is_called(user_name: str) -> ColumnElement[bool]:
    """Goes by this name, case-folded; whom the directory has not written goes by their e-mail."""
    return func.coalesce(ScimResource.user_name, Identity.email) == user_name


def users(
    chosen: ColumnElement[bool] | None = None, *, now: datetime, offset: int = 0, count: int | None = None
) -> list[Actual]:
    """People with an identity whom the directory has not deleted, in the order they came; two statements."""
    rows = db.session.execute(
        _people(
            Person.subject,
            Person.created_at,
            *Identity.__table__.columns,
            ScimResource.payload,
            ScimResource.modified_at,
            chosen=chosen,
        )
        .order_by(Person.id)
        .offset(offset)
        .limit(count)
    ).all()
    held = _held([row.person_id for row in rows], now)
    return [
        Actual(
            person_id=row.person_id,
            subject=row.subject,
            external_id=row.external_id,
            name=row.name,
            email=row.email,
            timezone=row.timezone,
            language=row.language,
            roles=frozenset(Role(role) for role in held[row.person_id].roles),
            is_here=held[row.person_id].is_here,
            will_be=held[row.person_id].will_be,
            created_at=row.created_at,
            payload=row.payload,
            modified_at=row.modified_at,
        )
        for row in rows
    ]


def count_users() -> int:
    """How many `users()` would give."""
    return db.session.scalar(_people(func.count(Person.id))) or 0


def _people(*columns: Any, chosen: ColumnElement[bool] | None = None) -> Any:
    return (
        select(*columns)
        .select_from(Person)
        .join(Identity, Identity.person_id == Person.id)
        .outerjoin(ScimResource, ScimResource.person_id == Person.id)
        .where(Person.kind == PersonKind.HUMAN, is_there(), true() if chosen is None else chosen)
    )


class _Held:
    def __init__(self) -> None:
        self.roles: set[str] = set()
        self.is_here = self.will_be = False


def _held(people: list[int], now: datetime) -> dict[int, _Held]:
    found: dict[int, _Held] = defaultdict(_Held)
    some = Spell.person_id.in_(people) if len(people) <= MOST_NAMED else true()
    for person_id, kind, role, start_at in db.session.execute(
        select(Spell.person_id, Spell.kind, Spell.role, Spell.start_at)
        .outerjoin(SpellEnd, last_end(now))
        .where(Spell.kind.in_((SpellKind.EMPLOYMENT, SpellKind.ROLE)), some)
        .where(or_(SpellEnd.end_at.is_(None), and_(SpellEnd.end_at > now, SpellEnd.end_at > Spell.start_at)))
    ):
        held = found[person_id]
        if kind is SpellKind.EMPLOYMENT:
            held.is_here |= start_at <= now
            held.will_be |= start_at > now
        elif start_at <= now:
            held.roles.add(role)
    return found


def groups(*, now: datetime, with_members: bool = True, only: str | None = None) -> list[GroupNow]:
    """Every team and queue that the directory has not deleted, teams first, or one by its key; three statements."""
    kind_of_one, _, digits = (only or "").partition("-")
    number_of_one = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < LONGEST_NUMBER else 0
    inside = members(_is_in(kind_of_one, number_of_one) if only else true(), now=now) if with_members else {}
    found = []
    for kind, table, name in ((SpellKind.TEAM, Team, Team.path), (SpellKind.QUEUE, Queue, Queue.slug)):
        if only and kind_of_one != kind.value:
            continue
        link = ScimResource.team_id if kind is SpellKind.TEAM else ScimResource.queue_id
        found += [
            GroupNow(
                kind=kind,
                number=number,
                name=said,
                members=tuple(inside.get((kind, number), ())),
                payload=payload,
                created_at=created_at,
                modified_at=modified_at,
            )
            for number, said, payload, created_at, modified_at in db.session.execute(
                select(table.id, name, ScimResource.payload, ScimResource.created_at, ScimResource.modified_at)
                .outerjoin(ScimResource, link == table.id)
                .where(is_there(), table.id == number_of_one if only else true())
                .order_by(name)
            )
        ]
    return found


def _is_in(kind: str, number: int) -> ColumnElement[bool]:
    return (Spell.team_id if kind == SpellKind.TEAM.value else Spell.queue_id) == number


def members(chosen: ColumnElement[bool], *, now: datetime) -> dict[tuple[SpellKind, int], list[Member]]:
    """Who is in which team and queue now, by kind and number; one statement."""
    found: dict[tuple[SpellKind, int], list[Member]] = defaultdict(list)
    for kind, team_id, queue_id, person_id, subject, name in db.session.execute(
        select(Spell.kind, Spell.team_id, Spell.queue_id, Person.id, Person.subject, Identity.name)
        .join(Person, Person.id == Spell.person_id)
        .join(Identity, Identity.person_id == Person.id)
        .outerjoin(SpellEnd, last_end(now))
        .outerjoin(ScimResource, ScimResource.person_id == Person.id)
        .where(Spell.kind.in_((SpellKind.TEAM, SpellKind.QUEUE)), Spell.start_at <= now, is_there(), chosen)
        .where(or_(SpellEnd.end_at.is_(None), SpellEnd.end_at > now))
        .order_by(Identity.name, Person.id)
    ):
        found[kind, team_id or queue_id].append(Member(person_id=person_id, subject=subject, name=name))
    return found


def people_named(subjects: Iterable[str]) -> dict[str, Identity]:
    """Identities by subject, of those the directory has not deleted."""
    return {
        subject: identity
        for subject, identity in db.session.execute(
            _people(Person.subject, Identity, chosen=Person.subject.in_(list(subjects)))
        )
    }
