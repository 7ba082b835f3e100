"""Who works in which team and queues at many instants, in scope: one statement however many people and instants.

The same people as `queries.members` finds at each of them.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, Row, false, or_, select

from lms.everybody.intervals import Flags, Indexes
from lms.extensions import db, end_read
from lms.models import Identity, Queue, Spell, SpellEnd, SpellKind, Team
from lms.models.dated import spells_through
from lms.models.recorded import ERASED
from lms.readiness.report import NO_TEAM, Scope, is_under


@dataclass(frozen=True, kw_only=True)
class Membership:
    """People who work in a queue at any of some instants."""

    people: tuple[int, ...]
    names: tuple[str, ...]
    queues: Mapping[str, Flags]
    """Who is in it when, by slug: of shape (instants, people)."""
    queue_names: Mapping[str, str]
    paths: tuple[str, ...]
    """Paths of teams; the first is empty, for in no team."""
    teams: Indexes
    """In which of them, of shape (instants, people)."""


def membership(
    scope: Scope,
    instants: Sequence[datetime],
    *,
    known_at: datetime,
    queue: str | None = None,
    team: str | None = None,
) -> Membership:
    """Who works in which queues (or only in one) at these instants, which are in order, as known at a moment."""
    by_person: dict[int, list[Row]] = defaultdict(list)
    if instants:
        for row in db.session.execute(_statement(scope, team, instants[0], instants[-1], known_at)):
            by_person[row.person_id].append(row)
    end_read()
    gathered = _Gathered(instants, scope, team)
    people = [person for person in sorted(by_person) if gathered.add(by_person[person], queue)]
    flags = {slug: np.zeros((len(instants), len(people)), dtype=bool) for each in gathered.working for slug in each}
    for place, each in enumerate(gathered.working):
        for slug, mine in each.items():
            flags[slug][:, place] = mine
    return Membership(
        people=tuple(people),
        names=tuple(gathered.names),
        queues=dict(sorted(flags.items())),
        queue_names=gathered.queue_names,
        paths=tuple(gathered.paths),
        teams=np.array(gathered.teams, dtype=np.int64).reshape(len(people), len(instants)).T,
    )


class _Gathered:
    """What is found of each person in turn."""

    def __init__(self, instants: Sequence[datetime], scope: Scope, team: str | None) -> None:
        self.instants, self.team = instants, team
        self.roots = None if scope is None else scope.teams
        self.names: list[str] = []
        self.working: list[dict[str, Flags]] = []
        self.teams: list[Indexes] = []
        self.queue_names: dict[str, str] = {}
        self.paths: dict[str, int] = {"": 0}

    def add(self, rows: Sequence[Row], queue: str | None) -> bool:
        """Keep somebody if they work in a queue at any of the instants; their rows are by start."""
        count = len(self.instants)
        is_employed, is_there = np.zeros(count, dtype=bool), np.full(count, self.roots is None)
        teams, queues = np.zeros(count, dtype=np.int64), dict[str, Flags]()
        for row in rows:
            when = slice(bisect_left(self.instants, row.start_at), self._end(row.end_at))
            if row.kind is SpellKind.EMPLOYMENT:
                is_employed[when] = True
            elif row.kind is SpellKind.TEAM:
                teams[when] = self.paths.setdefault(row.path, len(self.paths))
                is_there[when] |= self.roots is None or any(is_under(row.path, root) for root in self.roots)
            elif queue in (None, row.slug):
                self.queue_names[row.slug] = row.queue_name
                queues.setdefault(row.slug, np.zeros(count, dtype=bool))[when] = True
        is_there &= is_employed & self._in_team(rows)
        working = {slug: mine & is_there for slug, mine in queues.items() if (mine & is_there).any()}
        if working:
            self.working.append(working)
            self.teams.append(teams)
            self.names.append(rows[0].name or ERASED)
        return bool(working)

    def _in_team(self, rows: Iterable[Row]) -> Flags:
        """Tell when somebody is in the team that is asked about, or in none."""
        if self.team is None:
            return np.ones(len(self.instants), dtype=bool)
        found = np.zeros(len(self.instants), dtype=bool)
        for row in rows:
            if row.kind is SpellKind.TEAM and (self.team == NO_TEAM or is_under(row.path, self.team)):
                found[bisect_left(self.instants, row.start_at) : self._end(row.end_at)] = True
        return ~found if self.team == NO_TEAM else found

    def _end(self, end_at: datetime | None) -> int:
        return len(self.instants) if end_at is None else bisect_left(self.instants, end_at)


def _statement(scope: Scope, team: str | None, first: datetime, last: datetime, known_at: datetime) -> object:
    through = {"first": first, "last": last, "known_at": known_at}
    return (
        spells_through(
            Spell.person_id,
            Spell.kind,
            Spell.start_at,
            SpellEnd.end_at,
            Identity.name,
            Team.path,
            Queue.slug,
            Queue.name.label("queue_name"),
            kinds=(SpellKind.EMPLOYMENT, SpellKind.TEAM, SpellKind.QUEUE),
            **through,
        )
        .outerjoin(Identity, Identity.person_id == Spell.person_id)
        .outerjoin(Team, Team.id == Spell.team_id)
        .outerjoin(Queue, Queue.id == Spell.queue_id)
        .where(*_in_scope(scope, team, through))
        .order_by(Spell.start_at, Spell.id)
    )


def _in_scope(scope: Scope, team: str | None, through: Mapping[str, datetime]) -> Iterator[ColumnElement[bool]]:
    """Nobody is read who is never in scope; when somebody is, is looked at instant by instant."""
    in_teams = (
        spells_through(Spell.person_id, kinds=[SpellKind.TEAM], **through)
        .join(Team, Team.id == Spell.team_id)
        .correlate(None)
    )
    if scope is not None and scope.teams is not None:
        yield Spell.person_id.in_(in_teams.where(_under(scope.teams)))
    if scope is not None and (scope.vendor or scope.is_own_only):
        yield Spell.person_id.in_(select(Identity.person_id).where(Identity.vendor == scope.vendor))
    if team not in (None, NO_TEAM):
        yield Spell.person_id.in_(in_teams.where(_under((str(team),))))


def _under(roots: tuple[str, ...]) -> ColumnElement[bool]:
    here = (Team.path == root for root in roots)
    below = (Team.path.startswith(f"{root}/", autoescape=True) for root in roots)
    return or_(false(), *here, *below)
