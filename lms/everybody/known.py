"""What the system knew of one policy and of many people at `known_at`: the twin of `lms.domain.known`."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

import numpy as np

from lms.domain import case as scalar_case
from lms.domain import known as scalar
from lms.domain.lineage import Queues, Span
from lms.domain.records import PolicyHistory
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import (
    FOREVER,
    INSTANT,
    Flags,
    Indexes,
    Intervals,
    Moments,
    clip,
    is_within,
    number,
    spread,
    union,
)
from lms.everybody.people import Notes
from lms.everybody.terms import Terms


class KnownPolicy:
    """What was known of a policy, and everybody's records about it."""

    def __init__(self, policy: PolicyHistory, everybody: Everybody) -> None:
        self.history, self.everybody = policy, everybody
        self.one = scalar.Known(policy, everybody.sample(policy.slug), everybody.known_at)
        self.terms = Terms(self.one)
        self.waivers = everybody.waivers(policy.slug)
        self.proofs = everybody.proofs(policy.slug)
        self.decisions = self._notes(everybody.people.decisions)
        self.acknowledgements = self._notes(everybody.people.acknowledgements)
        self._holds: dict[str, tuple[Indexes, Moments, Moments, Flags]] = {}
        self._cases: dict[datetime, scalar_case.Case] = {}

    @cached_property
    def alike(self) -> tuple[tuple[str, ...], ...]:
        """Queues in groups in which the policy never asked, and never will ask, one thing of one and not of another."""
        versions = self.one.versions
        named = {clause.queues for version in versions for clause in version.clauses if clause.queues}
        found: dict[tuple[bool, ...], list[str]] = {}
        for queue in self.everybody.queues:
            by_settings = (each.is_everybody or queue in each.queues for each in self.one.settings)
            found.setdefault((*by_settings, *(queue in each for each in named)), []).append(queue)
        return tuple(map(tuple, found.values()))

    @cached_property
    def times(self) -> tuple[tuple[str, Intervals], ...]:
        """Of each of these groups a queue, and when people were active in any of the group."""
        return tuple((mine[0], self.everybody.union_of(mine)) for mine in self.alike)

    def _notes(self, notes: Notes) -> tuple[Indexes, Moments, Moments, Moments, Indexes]:
        rows = self.everybody.notes(notes, self.history.slug)
        columns = (notes.person, notes.occurred, notes.recorded, notes.due, notes.version)
        person, occurred, recorded, due, version = (each[rows] if len(each) else each for each in columns)
        return person, occurred, recorded, due, version

    def holds(self, queue: str) -> tuple[Indexes, Moments, Moments, Flags]:
        """Give person, start and end of the holds that touch the policy in a queue, and which are refreshers."""
        key = self.everybody.named_by_holds(queue)
        if key not in self._holds:
            self._holds[key] = self.everybody.holds(self.history.slug, queue)
        return self._holds[key]

    def case(self, at: datetime) -> scalar_case.Case:
        """Give what the policy asks at an instant, whoever is asked."""
        if at not in self._cases:
            self._cases[at] = scalar_case.Case(self.one, at)
        return self._cases[at]


class Taken(Mapping[str, Intervals]):
    """Intervals of some of the people by queue, which are taken when they are asked for."""

    def __init__(self, every: Mapping[str, Intervals], rows: Indexes) -> None:
        self._every, self._rows = every, rows
        self._taken: dict[str, Intervals] = {}

    def __getitem__(self, queue: str) -> Intervals:
        if queue not in self._taken:
            self._taken[queue] = self._every[queue].take(self._rows)
        return self._taken[queue]

    def __contains__(self, queue: object) -> bool:
        return queue in self._every

    def __iter__(self) -> Iterator[str]:
        return iter(self._every)

    def __len__(self) -> int:
        return len(self._every)


class Known:
    """A policy and some people as known at one moment; somebody may be among them more than once."""

    def __init__(self, policy: KnownPolicy, rows: Indexes) -> None:
        self.policy, self.rows, self.count = policy, rows, len(rows)
        self.is_everybody = len(rows) == policy.everybody.people.count and bool((rows == np.arange(len(rows))).all())
        """Each once, in order: nothing needs to be looked for."""
        self.one, self.terms = policy.one, policy.terms
        everybody = policy.everybody
        self.queues = everybody.queues if self.is_everybody else Taken(everybody.queues, rows)
        self.leave, self.waivers = self.mine(everybody.leave), self.mine(policy.waivers)
        self.memo: dict[Hashable, object] = {}
        """What was derived from this, by whoever derived it."""
        self._reach: dict[Queues, Intervals] = {}
        self._holds: dict[str, tuple[Indexes, Moments, Moments, Flags]] = {}

    def mine(self, each: Intervals) -> Intervals:
        """Give those of these people of everybody's."""
        return each if self.is_everybody else each.take(self.rows)

    def take(self, rows: Indexes) -> "Known":
        """Give the same of some of these people."""
        return Known(self.policy, self.rows[rows])

    def places(self, person: Indexes) -> tuple[Indexes, Indexes]:
        """Give the rows of these people, among rows that are in the order of people: whose, and which."""
        if self.is_everybody:
            return person, np.arange(len(person))
        first, after = (np.searchsorted(person, self.rows, side=side) for side in ("left", "right"))
        lengths = after - first
        whose = np.repeat(np.arange(self.count), lengths)
        return whose, np.arange(len(whose)) - np.repeat(np.cumsum(lengths) - lengths - first, lengths)

    def decided(self) -> tuple[Indexes, Moments]:
        """Give whose due moments were decided on when."""
        person, occurred, *_ = self.policy.decisions
        whose, rows = self.places(person)
        return whose, occurred[rows]

    def moves(self) -> tuple[Indexes, Moments]:
        """Give who goes into a queue or out of one when."""
        person, moments = self.policy.everybody.moves
        whose, rows = self.places(person)
        return whose, moments[rows]

    def decisions(self) -> tuple[Moments, Moments, Moments]:
        """Give when each one's decisions were made and recorded and what was decided, of shape (people, most)."""
        person, *columns, _ = self.policy.decisions
        whose, rows = self.places(person)
        occurred, recorded, due = spread(self.count, whose, *(each[rows] for each in columns))
        return occurred, recorded, due

    def seen(self) -> tuple[Indexes, Moments]:
        """Give who acknowledged any emergency when."""
        person, occurred, *_ = self.policy.acknowledgements
        whose, rows = self.places(person)
        return whose, occurred[rows]

    def acknowledged(self, version: int) -> Moments:
        """Give when each first acknowledged a version; FOREVER: never."""
        person, occurred, *_, versions = self.policy.acknowledgements
        whose, rows = self.places(person)
        found = np.full(self.count, FOREVER)
        is_it = versions[rows] == version
        np.minimum.at(found, whose[is_it], occurred[rows[is_it]])
        return found

    def holds(self, queue: str) -> tuple[Indexes, Moments, Moments, Flags]:
        """Give whose holds touch the policy in a queue, their start and end, and which are refreshers."""
        key = self.policy.everybody.named_by_holds(queue)
        if key not in self._holds:
            person, start, end, is_refresher = self.policy.holds(queue)
            whose, rows = self.places(person)
            self._holds[key] = whose, start[rows], end[rows], is_refresher[rows]
        return self._holds[key]

    def reach(self, queues: Queues) -> Intervals:
        """Give when people were active in a queue that a clause naming these (none: the policy's) concerns."""
        if queues not in self._reach:
            mine = [self.queues[each] for each in sorted(queues) if each in self.queues]
            self._reach[queues] = union(self.count, mine) if queues else self.served(self.queues)
        return self._reach[queues]

    def served(self, queues: Iterable[str]) -> Intervals:
        """Give when people were active in one of these queues while it was among those of the policy."""
        starts = [*self.terms.starts.tolist(), FOREVER]
        mine = [each for each in queues if each in self.queues]
        found = []
        for governing, start, end in zip(self.terms.governing, starts, starts[1:], strict=False):
            asked = tuple(each for each in mine if governing.is_everybody or each in governing.queues)
            person, *times = self.policy.everybody.times_in(asked)
            whose, rows = self.places(person)
            begin, until, noted = (each[rows] for each in times)
            begin, until = np.maximum(begin, start), np.minimum(until, end)
            noted = np.maximum(noted, max(start, number(governing.recorded_at)))
            is_left = begin < until
            columns = (each[is_left] for each in (begin, until, noted))
            found.append(Intervals(*spread(self.count, whose[is_left], *columns)))
        return union(self.count, found)

    def concern(self, spans: Iterable[Span]) -> Intervals:
        """Give when people were active in a queue that these spans of clauses concern."""
        return union(
            self.count,
            [
                clip(self.reach(span.queues), number(span.start), number(span.end), number(span.noted_at))
                for span in spans
                if span.start < span.end
            ],
        )

    def was_there_before(self, queues: Queues, at: Moments) -> Flags:
        """Tell who was already in a queue that such a clause concerns at `at` just before it."""
        found, before = np.zeros(self.count, dtype=bool), at - INSTANT
        for queue, times in self.policy.times:
            found |= is_within(self.mine(times), before) & self.terms.is_named_by(queues, queue, at)
        return found
