"""From columns back to the history of one person, for the few of whom more is asked than columns tell."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lms.domain import records
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import FOREVER, Indexes, moment
from lms.everybody.people import Kind, Notes, People


def history(everybody: Everybody, row: int, policy: str) -> records.PersonHistory:
    """Give what is held of one person but for overrides; of evidence only what was known of one policy."""
    people = everybody.people
    return replace(
        _spells(people, row),
        evidence=_evidence(everybody, row, policy),
        decisions=tuple(
            records.Decision(
                policy=people.policies[policy],
                due_at=moment(due),
                occurred_at=moment(won),
                recorded_at=moment(recorded),
            )
            for policy, won, recorded, due in _notes(people.decisions, people.decisions.due, row)
        ),
        acknowledgements=tuple(
            records.Acknowledgement(
                policy=people.policies[policy], version=version, occurred_at=moment(won), recorded_at=moment(recorded)
            )
            for policy, won, recorded, version in _notes(people.acknowledgements, people.acknowledgements.version, row)
        ),
    )


def _notes(notes: Notes, more: Indexes, row: int) -> list[tuple[int, int, int, int]]:
    mine = np.flatnonzero(notes.person == row)
    columns = (notes.policy, notes.occurred, notes.recorded, more)
    return list(zip(*(each[mine].tolist() for each in columns), strict=True))


def _spells(people: People, row: int) -> records.PersonHistory:
    spells, named = people.spells, people.policies
    queues: dict[str, list[records.Spell]] = defaultdict(list)
    found: dict[Kind, list[records.Spell]] = defaultdict(list)
    waivers, holds = [], []
    for place in np.flatnonzero((spells.person == row) & (spells.kind >= 0)).tolist():
        kind, queue, policy = Kind(spells.kind[place]), int(spells.queue[place]), int(spells.policy[place])
        spell = records.Spell(
            start=moment(spells.start[place]), recorded_at=moment(spells.recorded[place]), ends=_ends(people, place)
        )
        if kind is Kind.QUEUE:
            queues[people.queues[queue]].append(spell)
        elif kind is Kind.WAIVER:
            waivers.append(records.Waiver(policy=named[policy], spell=spell))
        elif kind is Kind.HOLD:
            called = (people.queues[queue] if queue >= 0 else None, named[policy] if policy >= 0 else None)
            holds.append(records.Hold(spell=spell, queue=called[0], policy=called[1]))
        else:
            found[kind].append(spell)
    return records.PersonHistory(
        employment=tuple(found[Kind.EMPLOYMENT]),
        leave=tuple(found[Kind.LEAVE]),
        queues={queue: tuple(mine) for queue, mine in queues.items()},
        waivers=tuple(waivers),
        holds=tuple(holds),
    )


def _ends(people: People, place: int) -> tuple[records.SpellEnd, ...]:
    spells = people.spells
    return tuple(
        records.SpellEnd(at=None if at == FOREVER else moment(at), recorded_at=moment(recorded))
        for at, recorded in _of(spells.end_of, place, (spells.end_at, spells.end_recorded))
    )


def _evidence(everybody: Everybody, row: int, policy: str) -> tuple[records.Evidence, ...]:
    proofs, about = everybody.people.proofs, everybody.policy(policy)
    first, after = np.searchsorted(proofs.policy, [about, about + 1])
    start, end = first + np.searchsorted(proofs.person[first:after], [row, row + 1])
    known = np.flatnonzero(proofs.recorded[start:end] <= everybody.known)
    return tuple(_proof(everybody.people, place) for place in (start + known).tolist())


def _proof(people: People, place: int) -> records.Evidence:
    proofs = people.proofs
    policy, version, clauses = people.codes[proofs.code[place]]
    return records.Evidence(
        policy=people.policies[policy],
        version=version,
        clauses=clauses,
        occurred_at=moment(proofs.won[place]),
        recorded_at=moment(proofs.recorded[place]),
        revocations=tuple(
            records.Revocation(occurred_at=moment(at), recorded_at=moment(recorded))
            for at, recorded in _of(proofs.revoked, place, (proofs.revoked_at, proofs.revoked_recorded))
        ),
    )


def _of(of: Indexes, place: int, columns: Sequence[Indexes]) -> list[tuple[int, ...]]:
    mine = np.flatnonzero(of == place)
    return list(zip(*(each[mine].tolist() for each in columns), strict=True))
