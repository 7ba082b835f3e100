"""Whom a coach or lead answers for, and their team board.

One person is in `person.py`, assigning in `choosing.py`, what the board is made of in `desk`, `refreshers`, `trying`
and `hearing`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from lms.access import Role
from lms.coaching import hearing, refreshers, trying
from lms.coaching.desk import QUIET, Need, desk
from lms.coaching.refreshers import Assigned
from lms.domain.standing import State
from lms.extensions import db
from lms.models import Identity, Refresher, Spell, SpellKind, Team
from lms.models.dated import spells_at
from lms.models.gate_histories import LetIn
from lms.readiness.queries import Member, Report, Row, Scope, Within, members, standings

STUCK_WITHIN = timedelta(days=60)
"""Older attempts bring nobody onto the desk."""
HARD_WITHIN = timedelta(days=7)
"""So long a coach is told of a question that was hard to look at."""
DONE_WITHIN = timedelta(days=30)
"""How long the board shows a refresher that is over."""


def scope_of(person_id: int, *, roles: Sequence[Role] = (Role.COACH, Role.LEAD), now: datetime) -> Within:
    """Roots of the team trees that somebody answers for now in one of these roles, and their vendor; one statement."""
    rows = db.session.execute(
        spells_at(Team.path, Identity.vendor, kinds=[SpellKind.ROLE], at=now, known_at=now)
        .outerjoin(Team, Team.id == Spell.team_id)
        .join(Identity, Identity.person_id == Spell.person_id)
        .where(Spell.person_id == person_id, Spell.role.in_(roles))
    ).all()
    paths = [row.path for row in rows]
    vendor = rows[0].vendor if rows else ""
    return Within(None if None in paths else tuple(sorted({path for path in paths if path})), vendor)


def giving_scope(person_id: int, *, now: datetime) -> Scope:
    """Whom somebody may give more time or attempts: as administrator everybody, as coach or lead whom they answer for.

    A vendor's people are their own coaches' alone, as their quizzes are. Two statements at most.
    """
    roles = spells_at(Spell.id, kinds=[SpellKind.ROLE], at=now, known_at=now).where(Spell.person_id == person_id)
    if db.session.scalar(roles.where(Spell.role == Role.ADMINISTRATOR).limit(1)) is not None:
        return None
    return replace(scope_of(person_id, now=now), is_own_only=True)


def names_in(scope: Scope, *, people: Collection[int], now: datetime) -> dict[int, str]:
    """Names of those of these people who are in scope now; one statement."""
    found = members(scope=scope, at=now, known_at=now, people=people)
    return {person_id: member.name for person_id, member in found.items()}


def own_people(people: Collection[int], scope: Within, *, now: datetime) -> set[int]:
    """Those of these people who work for the same company as the reader: what they answered is not for others.

    One statement.
    """
    own = members(scope=replace(scope, is_own_only=True), at=now, known_at=now)
    return own.keys() & set(people)


def refresher_in(scope: Scope, refresher_id: int, *, now: datetime) -> Assigned | None:
    """A refresher of somebody in scope; None for anybody else's. Two statements."""
    found = refreshers.with_ids([refresher_id])
    if not found or not names_in(scope, people=[found[0].person_id], now=now):
        return None
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One person of the board."""

    person_id: int
    person: str
    team: str
    queues: tuple[str, ...]
    """Names."""
    cells: Mapping[str, Row]
    """By policy: the row of the queue in which it is most urgent."""
    refreshers: tuple[Assigned, ...]
    """Open ones, and those that were over lately."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The team as its coach sees it today."""

    needs: tuple[Need, ...]
    rows: tuple[BoardRow, ...]
    """By name."""
    policies: tuple[tuple[str, str], ...]
    """Slug and title, by title."""
    let_in: tuple[tuple[str, LetIn], ...]
    """Who is let in by override: name and override, by name."""


def board(
    *, scope: Scope, now: datetime, team: str | None = None, queue: str | None = None, policy: str | None = None
) -> Board:
    """Everybody in scope who is in a queue, with who needs what; a fixed number of statements."""
    working = {
        person_id: member
        for person_id, member in members(scope=scope, at=now, known_at=now, team=team).items()
        if (member.queues if queue is None else queue in member.queues)
    }
    report = standings(scope=scope, at=now, known_at=now, team=team, queue=queue, policy=policy)
    given = [each for each in refreshers.of_people(working) if policy in (None, each.policy)]
    runs = trying.stuck(trying.tries(working, policy=policy, since=now - STUCK_WITHIN, now=now))
    since = {person_id: member.since for person_id, member in working.items()}
    quiet = hearing.quiet(since, span=QUIET, now=now)
    return Board(
        needs=desk(
            report,
            people=working,
            stuck=runs,
            refreshers=given,
            quiet=quiet,
            unmet=[each for each in trying.unmet(working, since=now - HARD_WITHIN) if policy in (None, each.policy)],
            now=now,
        ),
        rows=_rows(report, working, given, now),
        policies=report.policies,
        let_in=report.let_in,
    )


def _rows(
    report: Report, working: Mapping[int, Member], given: Iterable[Assigned], now: datetime
) -> tuple[BoardRow, ...]:
    cells: dict[int, dict[str, Row]] = defaultdict(dict)
    for row in sorted(report.rows, key=lambda row: row.urgency, reverse=True):  # the most urgent is written last
        cells[row.person_id][row.policy] = row
    lately: dict[int, list[Assigned]] = defaultdict(list)
    for each in given:
        if each.is_open or (each.ended_at and now - each.ended_at < DONE_WITHIN):
            lately[each.person_id].append(each)
    made = (
        BoardRow(
            person_id=person_id,
            person=member.name,
            team=member.team,
            queues=tuple(sorted(member.queues.values())),
            cells=cells[person_id],
            refreshers=tuple(lately[person_id]),
        )
        for person_id, member in working.items()
    )
    return tuple(sorted(made, key=lambda row: (row.person.casefold(), row.person_id)))


def chosen(rows: Sequence[BoardRow], *, state: State | None, name: str) -> list[BoardRow]:
    """Rows in which anything is in this state, of people whose name holds these letters."""
    return [
        row
        for row in rows
        if (state is None or any(cell.standing is state for cell in row.cells.values()))
        and name.casefold() in row.person.casefold()
    ]


def assigned_by(person_id: int, refresher_ids: Collection[int]) -> list[Assigned]:
    """These refreshers as far as this person assigned them, in the order of their people's names; two statements."""
    mine = db.session.scalars(
        select(Refresher.id).where(Refresher.id.in_(refresher_ids), Refresher.assigned_by == person_id)
    ).all()
    return sorted(refreshers.with_ids(mine), key=lambda each: (each.person.casefold(), each.person_id))
