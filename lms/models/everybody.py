"""From rows to the columns that the rule for everybody takes, without making an object of each row.

The twin of `person_histories`, and equal to it by test; a fixed number of statements however many people.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, select, true

from lms.everybody.intervals import FOREVER, Indexes, numbers
from lms.everybody.people import Clauses, Kind, Notes, People, Proofs, Spells
from lms.extensions import db
from lms.models.coaching import DueDecision, Refresher, RefresherEnd
from lms.models.microseconds import microseconds, moments
from lms.models.organisation import Queue, Spell, SpellEnd, SpellKind
from lms.models.people import Identity, Person
from lms.models.policies import ClauseRow, Policy, Version
from lms.models.recorded import Names, Places, Records
from lms.models.training import Acknowledgement, ClauseSet, Evidence, Revocation

KINDS = {
    SpellKind.EMPLOYMENT: Kind.EMPLOYMENT,
    SpellKind.QUEUE: Kind.QUEUE,
    SpellKind.LEAVE: Kind.LEAVE,
    SpellKind.WAIVER: Kind.WAIVER,
    SpellKind.HOLD: Kind.HOLD,
}
Some = Collection[int] | None
"""Ids of people; none: everybody."""


def records(names: Names, people: Some = None) -> Records:
    """Everything recorded about these people that standing depends on, and where they are; twelve statements."""
    known = _identities(people)
    row = Places()
    row.of(known)
    spells, teams = _spells(names, row, people)
    proofs = _proofs(names, row, people)
    decisions = _decisions(names, row, people)
    seen = _acknowledgements(names, row, people)
    slugs = _slugs(names)
    return Records(
        people=People(
            count=len(row),
            queues=slugs[0],
            policies=slugs[1],
            codes=_codes(names),
            spells=spells,
            proofs=proofs,
            decisions=decisions,
            acknowledgements=seen,
        ),
        ids=np.array(list(row), dtype=np.int64),
        teams=teams,
        names=tuple(name for name, _ in known.values()),
        vendors=tuple(vendor for _, vendor in known.values()),
    )


def _read(query: Select[Any]) -> list[Sequence[Any]]:
    """Columns of a statement, each a sequence."""
    rows = db.session.execute(query).all()
    return list(zip(*rows, strict=True)) if rows else [() for _ in query.selected_columns]


def _of(column: ColumnElement[Any] | Any, people: Some) -> ColumnElement[bool]:
    return true() if people is None else column.in_(people)


def _identities(people: Some) -> dict[int, tuple[str | None, str]]:
    found = db.session.execute(
        select(Person.id, Identity.name, Identity.vendor)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .where(_of(Person.id, people))
        .order_by(Person.id)
    )
    return {person: (name, vendor or "") for person, name, vendor in found}


def _spells(names: Names, row: Places, people: Some) -> tuple[Spells, Spells]:
    """Spells but for roles, the blocking refreshers before them, and apart from them those in teams."""
    person, slug, start, ended = _blocking(people)
    held, starts, ends = len(person), moments(start), moments(ended)
    mine = (Spell.kind != SpellKind.ROLE, _of(Spell.person_id, people))
    ids, who, kinds, queue, policy, team, begun, recorded = _read(
        select(
            Spell.id,
            Spell.person_id,
            Spell.kind,
            Spell.queue_id,
            Spell.policy_id,
            Spell.team_id,
            microseconds(Spell.start_at),
            microseconds(Spell.recorded_at),
        )
        .where(*mine)
        .order_by(Spell.id)
    )
    of, end_at, end_recorded = _read(
        select(SpellEnd.spell_id, microseconds(SpellEnd.end_at), microseconds(SpellEnd.recorded_at))
        .join(Spell, Spell.id == SpellEnd.spell_id)
        .where(*mine)
        .order_by(SpellEnd.id)
    )
    is_over = np.flatnonzero(ends < FOREVER)
    places = np.searchsorted(np.array(ids, dtype=np.int64), np.array(of, dtype=np.int64))
    spells = Spells(
        person=row.of((*person, *who)),
        kind=np.array([Kind.HOLD] * held + [KINDS.get(each, -1) for each in kinds], dtype=np.int64),
        queue=np.append(np.full(held, -1), names.queues.where(queue)),
        policy=np.append(names.policies.where(slug), names.policies.where(policy)),
        start=np.append(starts, moments(begun)),
        recorded=np.append(starts, moments(recorded)),
        end_of=np.append(is_over, places + held),
        end_at=np.append(ends[is_over], moments(end_at)),
        end_recorded=np.append(ends[is_over], moments(end_recorded)),
    )
    is_team = np.array([each is SpellKind.TEAM for each in kinds], dtype=bool)
    return spells, _teams(spells, held + np.flatnonzero(is_team), team)


def _blocking(people: Some) -> list[Sequence[Any]]:
    """Person, policy, start and end of refreshers that keep somebody from the work."""
    return _read(
        select(
            Refresher.person_id,
            Refresher.policy_id,
            microseconds(Refresher.assigned_at),
            microseconds(RefresherEnd.ended_at),
        )
        .outerjoin(RefresherEnd, RefresherEnd.refresher_id == Refresher.id)
        .where(Refresher.is_blocking, _of(Refresher.person_id, people))
        .order_by(Refresher.id)
    )


def _teams(spells: Spells, rows: Indexes, team: Sequence[int | None]) -> Spells:
    of_end = np.flatnonzero(np.isin(spells.end_of, rows))
    ids = np.append(
        np.zeros(len(spells.person) - len(team), dtype=np.int64), np.array([each or 0 for each in team], dtype=np.int64)
    )
    return Spells(
        person=spells.person[rows],
        kind=spells.kind[rows],
        queue=ids[rows],
        policy=spells.policy[rows],
        start=spells.start[rows],
        recorded=spells.recorded[rows],
        end_of=np.searchsorted(rows, spells.end_of[of_end]),
        end_at=spells.end_at[of_end],
        end_recorded=spells.end_recorded[of_end],
    )


def _proofs(names: Names, row: Places, people: Some) -> Proofs:
    ids, person, policy, sets, is_imported, won, recorded = _read(
        select(
            Evidence.id,
            Evidence.person_id,
            Evidence.policy_id,
            Evidence.clause_set_id,
            Evidence.kind == "imported",
            microseconds(Evidence.occurred_at),
            microseconds(Evidence.recorded_at),
        )
        .where(_of(Evidence.person_id, people))
        .order_by(Evidence.id)
    )
    of, revoked_at, revoked_recorded = _read(
        select(Revocation.evidence_id, microseconds(Revocation.occurred_at), microseconds(Revocation.recorded_at))
        .join(Evidence, Evidence.id == Revocation.evidence_id)
        .where(_of(Evidence.person_id, people))
        .order_by(Revocation.id)
    )
    whose, about, won_at = row.of(person), names.policies.of(policy), moments(won)
    order = np.lexsort((won_at, whose, about))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return Proofs(
        person=whose[order],
        policy=about[order],
        code=names.codes.of(zip(sets, map(bool, is_imported), strict=True))[order],
        won=won_at[order],
        recorded=moments(recorded)[order],
        revoked=place[np.searchsorted(np.array(ids, dtype=np.int64), np.array(of, dtype=np.int64))],
        revoked_at=moments(revoked_at),
        revoked_recorded=moments(revoked_recorded),
    )


def _decisions(names: Names, row: Places, people: Some) -> Notes:
    person, policy, due, occurred, recorded = _read(
        select(
            DueDecision.person_id,
            DueDecision.policy_id,
            microseconds(DueDecision.due_at),
            microseconds(DueDecision.occurred_at),
            microseconds(DueDecision.recorded_at),
        )
        .where(_of(DueDecision.person_id, people))
        .order_by(DueDecision.id)
    )
    return Notes(
        person=row.of(person),
        policy=names.policies.of(policy),
        occurred=moments(occurred),
        recorded=moments(recorded),
        due=moments(due),
        version=numbers(()),
    )


def _acknowledgements(names: Names, row: Places, people: Some) -> Notes:
    person, policy, version, occurred, recorded = _read(
        select(
            Acknowledgement.person_id,
            Version.policy_id,
            Version.number,
            microseconds(Acknowledgement.occurred_at),
            microseconds(Acknowledgement.recorded_at),
        )
        .join(Version, Version.id == Acknowledgement.version_id)
        .where(_of(Acknowledgement.person_id, people))
        .order_by(Acknowledgement.id)
    )
    return Notes(
        person=row.of(person),
        policy=names.policies.of(policy),
        occurred=moments(occurred),
        recorded=moments(recorded),
        due=numbers(()),
        version=np.array(version, dtype=np.int64),
    )


def _slugs(names: Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What queues and policies are called, by place."""
    found = []
    for table, places in ((Queue, names.queues), (Policy, names.policies)):
        slugs = {number: slug for number, slug in db.session.execute(select(table.id, table.slug))}
        found.append(tuple(slugs[number] for number in places))
    return found[0], found[1]


def _codes(names: Names) -> tuple[tuple[int, int, Clauses], ...]:
    """Policy, version and clauses of each code."""
    sets = db.session.execute(
        select(ClauseSet.id, Version.policy_id, Version.number, ClauseSet.clauses).join(
            Version, Version.id == ClauseSet.version_id
        )
    )
    known = {number: rest for number, *rest in sets}
    slug = {number: slug for number, slug in db.session.execute(select(ClauseRow.id, ClauseRow.slug))}
    found = []
    for number, is_imported in names.codes:
        policy, version, clauses = known[number]
        pinned = None if is_imported and not clauses else frozenset(slug[each] for each in clauses)
        found.append((names.policies[policy], version, pinned))
    return tuple(found)
