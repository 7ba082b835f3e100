"""Everything recorded about many people, as columns: the twin of `records.PersonHistory`.

Nothing is left out: what was known when is filtered in `known.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import TypeVar

import numpy as np

from lms.domain import records
from lms.everybody.intervals import FOREVER, Indexes, Moments, number, numbers

Clauses = frozenset[str] | None


class Kind(IntEnum):
    """What a spell is about."""

    EMPLOYMENT = 0
    QUEUE = 1
    LEAVE = 2
    WAIVER = 3
    HOLD = 4


@dataclass(frozen=True, kw_only=True)
class Spells:
    """Spells, each of shape (spells,), and their ends as they were recorded, each of shape (ends,)."""

    person: Indexes
    kind: Indexes
    queue: Indexes
    """Place of the queue in `People.queues`; -1: none is named."""
    policy: Indexes
    """Place of the policy in `People.policies`; -1: none is named."""
    start: Moments
    recorded: Moments
    end_of: Indexes
    """Which spell this end is of; ends of one spell in the order in which they were written."""
    end_at: Moments
    """FOREVER reopens it."""
    end_recorded: Moments


@dataclass(frozen=True, kw_only=True)
class Proofs:
    """Evidence by policy, person and when won, each of shape (evidence,), and revocations, of shape (revocations,)."""

    person: Indexes
    policy: Indexes
    code: Indexes
    """Place in `People.codes`: which clauses of which version."""
    won: Moments
    recorded: Moments
    revoked: Indexes
    """Which evidence a revocation is of."""
    revoked_at: Moments
    revoked_recorded: Moments


@dataclass(frozen=True, kw_only=True)
class Notes:
    """Decisions (`due` says what was decided) or acknowledgements (`version` says of which)."""

    person: Indexes
    policy: Indexes
    occurred: Moments
    recorded: Moments
    due: Moments
    version: Indexes


@dataclass(frozen=True, kw_only=True)
class People:
    """The records of n people."""

    count: int
    queues: tuple[str, ...]
    policies: tuple[str, ...]
    codes: tuple[tuple[int, int, Clauses], ...]
    """Distinct (place of the policy, version, clauses) of evidence; a few hundred, however many people."""
    spells: Spells
    proofs: Proofs
    decisions: Notes
    acknowledgements: Notes


Name = TypeVar("Name")


class Names(dict[Name, int]):
    """Gives each name the next place when it is first asked for."""

    def __missing__(self, name: Name) -> int:
        self[name] = len(self)
        return self[name]


@dataclass
class _Gatherer:
    queues: Names[str] = field(default_factory=Names)
    policies: Names[str] = field(default_factory=Names)
    codes: Names[tuple[int, int, Clauses]] = field(default_factory=Names)

    def spells(self, people: Sequence[records.PersonHistory]) -> Spells:
        rows = [(person, *each) for person, history in enumerate(people) for each in self._spells(history)]
        ends = [(place, end) for place, row in enumerate(rows) for end in row[4].ends]
        return Spells(
            person=_places(row[0] for row in rows),
            kind=_places(row[1] for row in rows),
            queue=_places(row[2] for row in rows),
            policy=_places(row[3] for row in rows),
            start=numbers(row[4].start for row in rows),
            recorded=numbers(row[4].recorded_at for row in rows),
            end_of=_places(place for place, _ in ends),
            end_at=np.array([FOREVER if end.at is None else number(end.at) for _, end in ends], dtype=np.int64),
            end_recorded=numbers(end.recorded_at for _, end in ends),
        )

    def _spells(self, history: records.PersonHistory) -> Iterator[tuple[Kind, int, int, records.Spell]]:
        yield from ((Kind.EMPLOYMENT, -1, -1, each) for each in history.employment)
        for name, spells in history.queues.items():
            yield from ((Kind.QUEUE, self.queues[name], -1, each) for each in spells)
        yield from ((Kind.LEAVE, -1, -1, each) for each in history.leave)
        yield from ((Kind.WAIVER, -1, self.policies[each.policy], each.spell) for each in history.waivers)
        for hold in history.holds:
            queue = -1 if hold.queue is None else self.queues[hold.queue]
            yield Kind.HOLD, queue, -1 if hold.policy is None else self.policies[hold.policy], hold.spell

    def proofs(self, people: Sequence[records.PersonHistory]) -> Proofs:
        rows = [(person, each) for person, history in enumerate(people) for each in history.evidence]
        rows.sort(key=lambda row: (self.policies[row[1].policy], row[0], row[1].occurred_at))
        revoked = [(place, each) for place, (_, evidence) in enumerate(rows) for each in evidence.revocations]
        return Proofs(
            person=_places(person for person, _ in rows),
            policy=_places(self.policies[each.policy] for _, each in rows),
            code=_places(self.codes[self.policies[each.policy], each.version, each.clauses] for _, each in rows),
            won=numbers(each.occurred_at for _, each in rows),
            recorded=numbers(each.recorded_at for _, each in rows),
            revoked=_places(place for place, _ in revoked),
            revoked_at=numbers(each.occurred_at for _, each in revoked),
            revoked_recorded=numbers(each.recorded_at for _, each in revoked),
        )

    def notes(self, rows: Sequence[tuple[int, records.Decision | records.Acknowledgement]]) -> Notes:
        return Notes(
            person=_places(person for person, _ in rows),
            policy=_places(self.policies[each.policy] for _, each in rows),
            occurred=numbers(each.occurred_at for _, each in rows),
            recorded=numbers(each.recorded_at for _, each in rows),
            due=numbers(each.due_at for _, each in rows if isinstance(each, records.Decision)),
            version=_places(each.version for _, each in rows if isinstance(each, records.Acknowledgement)),
        )


def people(histories: Sequence[records.PersonHistory]) -> People:
    """Give the columns of these people, in their order."""
    gatherer = _Gatherer()
    spells, proofs = gatherer.spells(histories), gatherer.proofs(histories)
    decisions = gatherer.notes([(person, each) for person, mine in enumerate(histories) for each in mine.decisions])
    seen = gatherer.notes([(person, each) for person, mine in enumerate(histories) for each in mine.acknowledgements])
    return People(
        count=len(histories),
        queues=tuple(gatherer.queues),
        policies=tuple(gatherer.policies),
        codes=tuple(gatherer.codes),
        spells=spells,
        proofs=proofs,
        decisions=decisions,
        acknowledgements=seen,
    )


def proving(people: People, policy: str, won: Sequence[tuple[int, records.Evidence]], recorded_at: datetime) -> People:
    """Give the same people with more evidence of one policy, by row; it is recorded when it is known."""
    codes, policies = list(people.codes), list(dict.fromkeys((*people.policies, policy)))
    place, known = policies.index(policy), {code: at for at, code in enumerate(codes)}
    for _, each in won:
        code = (place, each.version, each.clauses)
        if known.setdefault(code, len(codes)) == len(codes):
            codes.append(code)
    old, first, after = people.proofs, *np.searchsorted(people.proofs.policy, [place, place + 1])
    columns = (
        np.append(old.person[first:after], _places(row for row, _ in won)),
        np.append(old.policy[first:after], np.full(len(won), place)),
        np.append(old.code[first:after], _places(known[place, each.version, each.clauses] for _, each in won)),
        np.append(old.won[first:after], numbers(each.occurred_at for _, each in won)),
        np.append(old.recorded[first:after], np.full(len(won), number(recorded_at))),
    )
    order = np.lexsort((columns[3], columns[0]))
    now_at = np.arange(len(old.person)) + np.where(np.arange(len(old.person)) < after, 0, len(won))
    now_at[first + order[order < after - first]] = first + np.flatnonzero(order < after - first)
    person, of, code_of, won_at, recorded = (
        np.concatenate([was[:first], each[order], was[after:]])
        for was, each in zip((old.person, old.policy, old.code, old.won, old.recorded), columns, strict=True)
    )
    proofs = replace(
        old, person=person, policy=of, code=code_of, won=won_at, recorded=recorded, revoked=now_at[old.revoked]
    )
    return replace(people, policies=tuple(policies), codes=tuple(codes), proofs=proofs)


def _places(values: Iterable[int]) -> Indexes:
    return np.fromiter(values, dtype=np.int64)
