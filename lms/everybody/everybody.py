"""Everybody as known at one moment, whatever the policy: spells with the ends recorded by then, what was revoked."""

from copy import copy
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from lms.domain.records import Evidence, PersonHistory
from lms.everybody.intervals import (
    FOREVER,
    Flags,
    Indexes,
    Intervals,
    Moments,
    intersect,
    is_within,
    none,
    number,
    spread,
    union,
)
from lms.everybody.people import Kind, Notes, People, Spells

EARLIEST = datetime.min.replace(tzinfo=UTC)


class Everybody:
    """The records of people as known."""

    def __init__(self, people: People, known_at: datetime) -> None:
        self.people, self.known_at = people, known_at
        self.known = number(known_at)
        self._ends = known_ends(people.spells, self.known)
        self.is_known = (people.spells.recorded <= self.known) & (self._ends > people.spells.start)
        self.employment = self._of(Kind.EMPLOYMENT)
        self.leave = self._of(Kind.LEAVE)
        self.queues = {name: intersect(self.put_in(name), self.employment) for name in people.queues}
        self._revoked = _revocations(people, self.known)
        self._times: dict[tuple[str, ...], tuple[Indexes, Moments, Moments, Moments]] = {}
        self._unions: dict[tuple[str, ...], Intervals] = {}
        self._active: dict[str, tuple[int, Flags]] = {}

    def proving(self, people: People) -> "Everybody":
        """Give the same people with more evidence: `people`, who differ in nothing else."""
        found = copy(self)
        found.people, found._revoked = people, _revocations(people, self.known)
        return found

    def _of(self, kind: Kind, *, queue: int = -1, policy: int = -1) -> Intervals:
        spells = self.people.spells
        chosen = self.is_known & (spells.kind == kind) & (spells.queue == queue) & (spells.policy == policy)
        return self._intervals(np.flatnonzero(chosen))

    def put_in(self, queue: str) -> Intervals:
        """Give when people were in a queue, employed or not; worked out anew each time."""
        return self._of(Kind.QUEUE, queue=self.people.queues.index(queue))

    def _intervals(self, rows: Indexes) -> Intervals:
        spells = self.people.spells
        rows = rows[np.argsort(spells.person[rows], kind="stable")]
        noted = np.maximum(spells.start[rows], spells.recorded[rows])
        columns = (spells.start[rows], self._ends[rows], noted)
        table = Intervals(*spread(self.people.count, spells.person[rows], *columns))
        return union(self.people.count, [table])

    @cached_property
    def moves(self) -> tuple[Indexes, Moments]:
        """Give who goes into a queue or out of one when, by person."""
        person, start, end, _ = self.times_in(tuple(self.queues))
        return np.repeat(person, 2), np.stack([start, end], axis=1).reshape(-1)

    def times_in(self, queues: tuple[str, ...]) -> tuple[Indexes, Moments, Moments, Moments]:
        """Give who was in one of these queues from when to when, and since when that was known; by person and start."""
        if queues not in self._times:
            self._times[queues] = self._times_in(queues)
        return self._times[queues]

    def _times_in(self, queues: tuple[str, ...]) -> tuple[Indexes, Moments, Moments, Moments]:
        columns: list[tuple[Indexes, ...]] = [tuple(np.empty(0, dtype=np.int64) for _ in range(4))]
        for each in (self.queues[queue] for queue in queues):
            rows, places = np.nonzero(each.start < FOREVER)
            columns.append((rows, *(table[rows, places] for table in each)))
        person, start, end, noted = (np.concatenate(parts) for parts in zip(*columns, strict=True))
        order = np.lexsort((start, person))
        return person[order], start[order], end[order], noted[order]

    def union_of(self, queues: tuple[str, ...]) -> Intervals:
        """Give when people were in any of these queues."""
        if queues not in self._unions:
            person, *times = self.times_in(queues)
            self._unions[queues] = union(self.people.count, [Intervals(*spread(self.people.count, person, *times))])
        return self._unions[queues]

    def who_is_in(self, queue: str, instant: int) -> Flags:
        """Tell who is active in a queue at an instant; the last one is kept, policy after policy asks for it."""
        at, found = self._active.get(queue, (FOREVER, np.empty(0, dtype=bool)))
        if at != instant:
            found = is_within(self.queues[queue], np.full(self.people.count, instant))
            self._active[queue] = (instant, found)
        return found

    def known_next(self) -> Moments:
        """Give when something more is known of each, recorded by a clock that is ahead; FOREVER: nothing."""
        spells, proofs = self.people.spells, self.people.proofs
        recorded = [(spells.person, spells.recorded), (spells.person[spells.end_of], spells.end_recorded)]
        recorded += [(proofs.person, proofs.recorded), (proofs.person[proofs.revoked], proofs.revoked_recorded)]
        recorded += [(each.person, each.recorded) for each in (self.people.decisions, self.people.acknowledgements)]
        found = np.full(self.people.count, FOREVER)
        for person, moments in recorded:
            later = moments > self.known
            np.minimum.at(found, person[later], moments[later])
        return found

    def waivers(self, policy: str) -> Intervals:
        """Give the waivers of a policy."""
        place = self.policy(policy)
        return none(self.people.count) if place < 0 else self._of(Kind.WAIVER, policy=place)

    def policy(self, slug: str) -> int:
        """Give the place of a policy; -2 when no record names it."""
        return self.people.policies.index(slug) if slug in self.people.policies else -2

    def holds(self, policy: str, queue: str) -> tuple[Indexes, Moments, Moments, Flags]:
        """Give person, start and end of the holds on a policy in a queue, and which are refreshers; by person."""
        spells, names = self.people.spells, self.people.queues
        rows = self._held
        mine = (spells.queue[rows] == -1) | (spells.queue[rows] == (names.index(queue) if queue in names else -2))
        mine &= (spells.policy[rows] == -1) | (spells.policy[rows] == self.policy(policy))
        rows = rows[mine]
        return spells.person[rows], spells.start[rows], self._ends[rows], spells.policy[rows] >= 0

    def named_by_holds(self, queue: str) -> str:
        """Give the queue if any hold is on it by name; else nothing: all such queues are held alike."""
        return queue if queue in self._named_by_holds else ""

    @cached_property
    def _named_by_holds(self) -> frozenset[str]:
        queues = np.unique(self.people.spells.queue[self._held])
        return frozenset(self.people.queues[each] for each in queues.tolist() if each >= 0)

    @cached_property
    def _held(self) -> Indexes:
        """Which spells are holds, by person."""
        rows = np.flatnonzero(self.is_known & (self.people.spells.kind == Kind.HOLD))
        return rows[np.argsort(self.people.spells.person[rows], kind="stable")]

    def proofs(self, policy: str) -> tuple[Indexes, Indexes, Moments, Moments, Moments, Moments]:
        """Give person, code, won, recorded, revoked and noted of the evidence of a policy, by person and when won."""
        proofs = self.people.proofs
        place = self.policy(policy)
        first, after = np.searchsorted(proofs.policy, [place, place + 1])
        rows = np.arange(first, after)[proofs.recorded[first:after] <= self.known]
        revoked, noted = self._revoked
        return (
            proofs.person[rows],
            proofs.code[rows],
            proofs.won[rows],
            proofs.recorded[rows],
            revoked[rows],
            noted[rows],
        )

    def sample(self, policy: str) -> PersonHistory:
        """Give somebody who proved once whatever anybody proved of a policy: what depends on no person and no day."""
        place = self.policy(policy)
        return PersonHistory(
            employment=(),
            queues={},
            evidence=tuple(
                Evidence(policy=policy, version=version, clauses=clauses, occurred_at=EARLIEST, recorded_at=EARLIEST)
                for of, version, clauses in self.people.codes
                if of == place
            ),
        )

    def notes(self, notes: Notes, policy: str) -> Indexes:
        """Give which of these are of a policy and known, by person and when they happened."""
        rows = np.flatnonzero((notes.policy == self.policy(policy)) & (notes.recorded <= self.known))
        return rows[np.lexsort((notes.recorded[rows], notes.occurred[rows], notes.person[rows]))]


def known_ends(spells: Spells, known: int) -> Moments:
    """Give the last end of each spell that was recorded by then."""
    ends = np.full(len(spells.start), FOREVER, dtype=np.int64)
    rows = np.flatnonzero(spells.end_recorded <= known)
    # The first of those recorded last counts: written in reverse, it is written last.
    rows = rows[np.lexsort((-rows, spells.end_recorded[rows]))]
    ends[spells.end_of[rows]] = spells.end_at[rows]
    return ends


def _revocations(people: People, known: int) -> tuple[Moments, Moments]:
    """Give when each piece of evidence was first revoked and when that was recorded, FOREVER when it was not."""
    proofs, count = people.proofs, len(people.proofs.person)
    revoked, noted = (np.full(count, FOREVER, dtype=np.int64) for _ in range(2))
    rows = np.flatnonzero(proofs.revoked_recorded <= known)
    rows = rows[np.lexsort((proofs.revoked_recorded[rows], proofs.revoked_at[rows]))][::-1]
    revoked[proofs.revoked[rows]] = proofs.revoked_at[rows]
    noted[proofs.revoked[rows]] = proofs.revoked_recorded[rows]
    return revoked, noted
