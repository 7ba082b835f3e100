"""From rows to the columns that the rule for everybody takes, without making an object of each row.

The twin of `person_histories`, and equal to it by test; a fixed number of statements however many people.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, case, select, true

from lms.everybody.intervals import FOREVER, Indexes, Moments, numbers
from lms.everybody.people import Clauses, Kind, Notes, People, Proofs, Spells
from lms.extensions import db
from lms.models.coaching import DueDecision, Refresher, RefresherEnd
from lms.models.organisation import Queue, Spell, SpellEnd, SpellKind
from lms.models.packed import NOTHING, read
from lms.models.people import Identity, Person
from lms.models.policies import ClauseRow, Policy, Version
from lms.models.recorded import Names, Records, rows_of
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
    ids = np.array(list(known), dtype=np.int64)
    spells, teams = _spells(names, ids, people)
    proofs = _proofs(names, ids, people)
    decisions = _decisions(names, ids, people)
    seen = _acknowledgements(names, ids, people)
    slugs = _slugs(names)
    return Records(
        people=People(
            count=len(ids),
            queues=slugs[0],
            policies=slugs[1],
            codes=_codes(names),
            spells=spells,
            proofs=proofs,
            decisions=decisions,
            acknowledgements=seen,
        ),
        ids=ids,
        teams=teams,
        names=tuple(name for name, _ in known.values()),
        vendors=tuple(vendor for _, vendor in known.values()),
    )


def _of(column: Any, people: Some) -> ColumnElement[bool]:
    return true() if people is None else column.in_(people)


def _identities(people: Some) -> dict[int, tuple[str | None, str]]:
    found = db.session.execute(
        select(Person.id, Identity.name, Identity.vendor)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .where(_of(Person.id, people))
        .order_by(Person.id)
    )
    return {person: (name, vendor or "") for person, name, vendor in found}


def _spells(names: Names, ids: Indexes, people: Some) -> tuple[Spells, Spells]:
    """Spells but for roles, the blocking refreshers before them, and apart from them those in teams."""
    person, _, slug, starts, ends = _blocking(people)
    held = len(person)
    mine = (Spell.kind != SpellKind.ROLE, _of(Spell.person_id, people))
    kind = case({each: int(number) for each, number in KINDS.items()}, value=Spell.kind, else_=NOTHING)
    columns = (Spell.person_id, Spell.id, kind, Spell.queue_id, Spell.policy_id, Spell.team_id)
    who, spell, kinds, queue, policy, team, begun, recorded = read(
        select(*columns, Spell.start_at, Spell.recorded_at).where(*mine), moments=2
    )
    _, _, of, end_at, end_recorded = read(
        select(Spell.person_id, SpellEnd.id, SpellEnd.spell_id, SpellEnd.end_at, SpellEnd.recorded_at)
        .join(Spell, Spell.id == SpellEnd.spell_id)
        .where(*mine),
        moments=2,
    )
    is_over = np.flatnonzero(ends < FOREVER)
    spells = Spells(
        person=np.searchsorted(ids, np.append(person, who)),
        kind=np.append(np.full(held, int(Kind.HOLD)), kinds),
        queue=np.append(np.full(held, NOTHING), names.queues.of(queue)),
        policy=np.append(names.policies.of(slug), names.policies.of(policy)),
        start=np.append(starts, begun),
        recorded=np.append(starts, recorded),
        end_of=np.append(is_over, np.searchsorted(spell, of) + held),
        end_at=np.append(ends[is_over], end_at),
        end_recorded=np.append(ends[is_over], end_recorded),
    )
    return spells, _teams(spells, held + np.flatnonzero(team != NOTHING), np.append(np.full(held, NOTHING), team))


def _blocking(people: Some) -> list[Indexes]:
    """Person, id, policy, start and end of refreshers that keep somebody from the work."""
    columns = (Refresher.person_id, Refresher.id, Refresher.policy_id, Refresher.assigned_at, RefresherEnd.ended_at)
    return read(
        select(*columns)
        .outerjoin(RefresherEnd, RefresherEnd.refresher_id == Refresher.id)
        .where(Refresher.is_blocking, _of(Refresher.person_id, people)),
        moments=2,
    )


def _teams(spells: Spells, rows: Indexes, team: Indexes) -> Spells:
    of_end = np.flatnonzero(np.isin(spells.end_of, rows))
    return Spells(
        person=spells.person[rows],
        kind=spells.kind[rows],
        queue=team[rows],
        policy=spells.policy[rows],
        start=spells.start[rows],
        recorded=spells.recorded[rows],
        end_of=np.searchsorted(rows, spells.end_of[of_end]),
        end_at=spells.end_at[of_end],
        end_recorded=spells.end_recorded[of_end],
    )


def _proofs(names: Names, ids: Indexes, people: Some) -> Proofs:
    code = 2 * Evidence.clause_set_id + case((Evidence.kind == "imported", 1), else_=0)
    columns = (Evidence.person_id, Evidence.id, Evidence.policy_id, code.label("code"))
    person, evidence, policy, codes, won, recorded = read(
        select(*columns, Evidence.occurred_at, Evidence.recorded_at).where(_of(Evidence.person_id, people)),
        moments=2,
        is_ordered=False,
    )
    about, whose = names.policies.of(policy), rows_of(ids, person)
    order = _evidence_order(about * len(ids) + whose, won, evidence)
    of, revoked_at, revoked_recorded = _revocations(people)
    return Proofs(
        person=whose[order].astype(np.int32),
        policy=about[order].astype(np.int32),
        code=names.codes.of(codes)[order].astype(np.int32),
        won=won[order],
        recorded=recorded[order],
        revoked=rows_of(evidence[order], of),
        revoked_at=revoked_at,
        revoked_recorded=revoked_recorded,
    )


def _revocations(people: Some) -> list[Indexes]:
    """Of which evidence, when, and when that was recorded."""
    mine = true() if people is None else Revocation.evidence_id.in_(
        select(Evidence.id).where(_of(Evidence.person_id, people))
    )  # fmt: skip
    columns = (Revocation.evidence_id, Revocation.id, Revocation.occurred_at, Revocation.recorded_at)
    evidence, _, *moments = read(select(*columns).where(mine), moments=2)
    return [evidence, *moments]


def _evidence_order(key: Indexes, won: Moments, evidence: Indexes) -> Indexes:
    """Order evidence by key, when it was won and its number; few keys are there twice, and only those need the rest."""
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(np.diff(key[order]) == 0)
    some = np.union1d(same, same + 1)
    rows = order[some]
    order[some] = rows[np.lexsort((evidence[rows], won[rows], key[rows]))]
    return order


def _decisions(names: Names, ids: Indexes, people: Some) -> Notes:
    moments = (DueDecision.due_at, DueDecision.occurred_at, DueDecision.recorded_at)
    person, _, policy, due, occurred, recorded = read(
        select(DueDecision.person_id, DueDecision.id, DueDecision.policy_id, *moments).where(
            _of(DueDecision.person_id, people)
        ),
        moments=3,
    )
    return Notes(
        person=np.searchsorted(ids, person),
        policy=names.policies.of(policy),
        occurred=occurred,
        recorded=recorded,
        due=due,
        version=numbers(()),
    )


def _acknowledgements(names: Names, ids: Indexes, people: Some) -> Notes:
    columns = (Acknowledgement.person_id, Acknowledgement.id, Version.policy_id, Version.number)
    person, _, policy, version, occurred, recorded = read(
        select(*columns, Acknowledgement.occurred_at, Acknowledgement.recorded_at)
        .join(Version, Version.id == Acknowledgement.version_id)
        .where(_of(Acknowledgement.person_id, people)),
        moments=2,
    )
    return Notes(
        person=np.searchsorted(ids, person),
        policy=names.policies.of(policy),
        occurred=occurred,
        recorded=recorded,
        due=numbers(()),
        version=version,
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
    for code in names.codes:
        number, is_imported = divmod(code, 2)
        policy, version, clauses = known[number]
        pinned = None if is_imported and not clauses else frozenset(slug[each] for each in clauses)
        found.append((names.policies[policy], version, pinned))
    return tuple(found)
