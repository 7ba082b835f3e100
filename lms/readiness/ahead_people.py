"""Who is looked at when: people in scope through a time to come, as planned. One statement however many they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, Select, false, or_, select

from lms.domain.intervals import BEGINNING, FOREVER, Interval, intersect, union
from lms.everybody.intervals import Intervals, number, numbers, spread
from lms.extensions import db
from lms.models import Identity, Spell, SpellEnd, SpellKind, Team
from lms.models.dated import spells_between
from lms.readiness.queries import ERASED
from lms.readiness.report import NO_TEAM, Scope, is_under


@dataclass(slots=True, kw_only=True)
class Whereabouts:
    """When somebody counts, and in which teams they are."""

    name: str
    employment: list[Interval] = field(default_factory=list)
    teams: list[tuple[Interval, str]] = field(default_factory=list)
    """Time and path, by when they begin."""
    seen: list[Interval] = field(default_factory=list)
    """When they are employed and in the teams that are looked at."""

    def team(self, at: datetime) -> str:
        """Path of the team they are in at an instant; empty for none."""
        return next((path for time, path in reversed(self.teams) if time.start <= at < time.end), "")

    def is_seen(self, at: datetime) -> bool:
        """Do they count at an instant?"""
        return any(time.start <= at < time.end for time in self.seen)


def whereabouts(
    scope: Scope, team: str | None, *, start: datetime, end: datetime, known_at: datetime
) -> dict[int, Whereabouts]:
    """Everybody who counts at any instant from `start` until before `end`, by person id; one statement."""
    span = {"start": start, "end": end, "known_at": known_at}
    rows = db.session.execute(
        spells_between(
            Spell.person_id,
            Spell.kind,
            Spell.start_at,
            SpellEnd.end_at,
            Identity.name,
            Team.path,
            kinds=(SpellKind.EMPLOYMENT, SpellKind.TEAM),
            **span,
        )
        .outerjoin(Identity, Identity.person_id == Spell.person_id)
        .outerjoin(Team, Team.id == Spell.team_id)
        .where(*_in_scope(scope, team, **span))
        .order_by(Spell.person_id, Spell.start_at, Spell.id)
    )
    found: dict[int, Whereabouts] = {}
    for row in rows:
        person = found.setdefault(row.person_id, Whereabouts(name=row.name or ERASED))
        time = Interval(row.start_at, row.end_at or FOREVER, row.start_at)
        if row.kind is SpellKind.EMPLOYMENT:
            person.employment.append(time)
        else:
            person.teams.append((time, row.path))
    for person in found.values():
        person.seen = _seen(person, scope, team)
    return {number: each for number, each in found.items() if each.seen}


def _seen(person: Whereabouts, scope: Scope, team: str | None) -> list[Interval]:
    """When somebody is employed, in a team of the scope, and in the team asked for."""
    seen = union(person.employment)
    if scope is not None and scope.teams is not None:
        seen = intersect(seen, _within(person.teams, scope.teams))
    if team == NO_TEAM:
        return intersect(seen, _gaps(union(time for time, _ in person.teams)))
    return seen if team is None else intersect(seen, _within(person.teams, (team,)))


def _within(teams: Iterable[tuple[Interval, str]], roots: Sequence[str]) -> list[Interval]:
    return union(time for time, path in teams if any(is_under(path, root) for root in roots))


def _gaps(times: Sequence[Interval]) -> list[Interval]:
    begins = [BEGINNING, *(time.end for time in times)]
    ends = [*(time.start for time in times), FOREVER]
    return [Interval(*each, each[0]) for each in zip(begins, ends, strict=True) if each[0] < each[1]]


def _in_scope(
    scope: Scope, team: str | None, *, start: datetime, end: datetime, known_at: datetime
) -> list[ColumnElement[bool]]:
    """Conditions on spells: of people who at any time are in these teams. Who is in none is told when they are read."""

    def of_teams(roots: Sequence[str]) -> Select:
        here = (Team.path == root for root in roots)
        below = (Team.path.startswith(f"{root}/", autoescape=True) for root in roots)
        spells = spells_between(Spell.person_id, kinds=[SpellKind.TEAM], start=start, end=end, known_at=known_at)
        return spells.join(Team, Team.id == Spell.team_id).where(or_(false(), *here, *below)).correlate(None)

    wanted: list[ColumnElement[bool]] = []
    if scope is not None and scope.teams is not None:
        wanted.append(Spell.person_id.in_(of_teams(scope.teams)))
    if scope is not None and (scope.vendor or scope.is_own_only):
        wanted.append(Spell.person_id.in_(select(Identity.person_id).where(Identity.vendor == scope.vendor)))
    if team not in (None, NO_TEAM):
        wanted.append(Spell.person_id.in_(of_teams((team,))))
    return wanted


def times_seen(people: Mapping[int, Whereabouts]) -> Intervals:
    """When each of these people counts, as columns in their order."""
    times = [(place, time) for place, person in enumerate(people.values()) for time in person.seen]
    row = np.array([place for place, _ in times], dtype=np.int64)
    start = np.array([number(time.start) for _, time in times], dtype=np.int64)
    return Intervals(*spread(len(people), row, start, numbers(time.end for _, time in times), start))
