"""The report from the rows of the database, in a fixed number of statements however many people there are.

The figures are counted in `report.py`, minutes in `minutes.py`; the rules themselves live in `lms.domain`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true

from lms.domain.readiness import gate, queue_state
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import Standing, State, standing
from lms.extensions import db
from lms.models import Identity, Policy, Queue, Spell, SpellKind, Team
from lms.models.dated import spells_at
from lms.models.histories import person_histories, policy_histories
from lms.readiness.minutes import Shelf, shelf
from lms.readiness.report import NO_TEAM, Missed, Place, Report, Row

Scope = tuple[str, ...] | None
"""Roots of the team trees somebody may see; None is everybody, an empty tuple nobody."""
ERASED = "Erased person"


@dataclass(slots=True, kw_only=True)
class Member:
    """A person as they work at one instant."""

    name: str
    team: str = ""
    is_employed: bool = False
    queues: dict[str, str] = field(default_factory=dict)
    """Slug to name."""


def standings(
    *,
    scope: Scope,
    at: datetime,
    known_at: datetime,
    queue: str | None = None,
    team: str | None = None,
    policy: str | None = None,
    people: Collection[int] | None = None,
) -> Report:
    """Where everybody in scope stands at `at`, as known at `known_at`; narrowed to one queue, team tree or policy.

    A person counts in the team and the queues they are in at `at`.
    """
    found = members(scope=scope, at=at, known_at=known_at, team=team, people=people)
    for member in found.values():
        member.queues = {slug: name for slug, name in member.queues.items() if queue in (None, slug)}
    found = {person_id: member for person_id, member in found.items() if member.queues}
    histories = policy_histories(None if policy is None else [policy])
    titles = {slug: title for slug, title in db.session.execute(select(Policy.slug, Policy.title)).all()}
    people_histories = person_histories(sorted(found))
    desk = _Desk(policies=histories, titles=titles, shelf=shelf(histories), at=at, known_at=known_at)
    rows: list[Row] = []
    places: list[Place] = []
    for person_id, member in sorted(found.items(), key=lambda each: (each[1].name.casefold(), each[0])):
        for slug, name in sorted(member.queues.items()):
            mine = list(desk.rows(person_id, member, people_histories[person_id], queue=(slug, name)))
            rows += [row for row, _ in mine]
            places.append(desk.place(person_id, people_histories[person_id], [each for _, each in mine], queue=slug))
    return Report(
        at=at,
        known_at=known_at,
        rows=tuple(rows),
        places=tuple(places),
        roots=scope if team in (None, NO_TEAM) else (team,),
        effective=desk.effective,
    )
