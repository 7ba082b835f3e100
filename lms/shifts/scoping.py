"""Whose shifts somebody sees, in the WHERE: a lead those of their teams, somebody of a vendor those of that vendor."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select

from lms.models import Identity, Queue, ShiftRow, Spell, SpellKind, Team
from lms.models.dated import spells_at
from lms.readiness.queries import Scope
from lms.shifts.current import on_roster


def shifts_in(scope: Scope, start: datetime, end: datetime, *, now: datetime) -> Select:
    """A select of the shifts of people in scope that touch a time, as they stand now."""
    return (
        on_roster(
            ShiftRow.id,
            ShiftRow.person_id,
            ShiftRow.start_at,
            ShiftRow.end_at,
            Queue.slug,
            Queue.name.label("queue_name"),
            Identity.name,
            known_at=now,
        )
        .join(Queue, Queue.id == ShiftRow.queue_id)
        .outerjoin(Identity, Identity.person_id == ShiftRow.person_id)
        .where(ShiftRow.start_at < end, ShiftRow.end_at > start, *in_scope(scope, now=now))
    )


def in_scope(scope: Scope, *, now: datetime) -> list[ColumnElement[bool]]:
    """Conditions on shifts: of people whom somebody answers for now."""
    wanted: list[ColumnElement[bool]] = []
    if scope is not None and scope.teams is not None:
        wanted.append(of_teams(scope.teams, now=now))
    if scope is not None and scope.vendor:
        wanted.append(ShiftRow.person_id.in_(select(Identity.person_id).where(Identity.vendor == scope.vendor)))
    return wanted


def of_teams(roots: Collection[str], *, now: datetime) -> ColumnElement[bool]:
    """Condition on shifts: of people who are in one of these team trees now."""
    here = (Team.path == root for root in roots)
    below = (Team.path.startswith(f"{root}/", autoescape=True) for root in roots)
    members = spells_at(Spell.person_id, kinds=[SpellKind.TEAM], at=now, known_at=now).join(
        Team, Team.id == Spell.team_id
    )
    return ShiftRow.person_id.in_(members.where(or_(false(), *here, *below)))
