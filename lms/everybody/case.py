"""People and one policy, each at an instant of their own in one epoch: the twin of `lms.domain.case`.

Between two instants at which the policy itself changes (a version is published or takes effect, settings begin …) it
asks the same of everybody: that time is an epoch. What it asks comes from the scalar case; whom it concerns and what
they have covered is in columns of shape (people,) or (people, clauses).
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

import numpy as np

from lms.domain import case as scalar
from lms.domain.lineage import Meaning
from lms.domain.records import Version
from lms.everybody.coverage import Coverage
from lms.everybody.dues import Due, Dues
from lms.everybody.intervals import FOREVER, INSTANT, Flags, Indexes, Moments, is_within, number
from lms.everybody.known import Known

Concerning = Sequence[tuple[str, Meaning]]
"""Clauses by id in the order of the document, then what is gone and must be unlearned."""


class Case:
    """What is known of people and a policy, looked at from an instant of each."""

    def __init__(self, known: Known, at: Moments, epoch: datetime) -> None:
        """`epoch`: any instant of the epoch of `at`."""
        self.known, self.at, self.epoch = known, at, epoch
        self.one = known.policy.case(epoch)
        self.lineage = self.one.lineage
        self.coverage = Coverage(known, self.lineage, self.one.coverage.proofs)
        self._columns: dict[str, Indexes] = {}
        self._holds: dict[str, tuple[Flags, Flags]] = {}

    @cached_property
    def ahead(self) -> "Case | None":
        """The same people at the moment the upcoming version takes effect; None without one."""
        if self.one.upcoming is None:
            return None
        then = self.one.upcoming.effective_at
        return Case(self.known, np.full(self.known.count, number(then)), then)

    def take(self, rows: Indexes) -> "Case":
        """Give the same of some of these people."""
        return Case(self.known.take(rows), self.at[rows], self.epoch)

    def who_is_in(self, queue: str) -> Flags:
        """Tell who is active in a queue now."""
        if queue not in self.known.queues:
            return np.zeros(self.known.count, dtype=bool)
        if self.known.is_everybody and self._is_one_instant:
            return self.known.policy.everybody.who_is_in(queue, int(self.at[0]))
        return is_within(self.known.queues[queue], self.at)

    @cached_property
    def _is_one_instant(self) -> bool:
        return len(self.at) > 0 and bool((self.at == self.at[0]).all())

    @cached_property
    def asked(self) -> Concerning:
        """What the required version asks of any of these people in any queue; the columns of all that follows."""
        if self.one.required is None:
            return ()
        by_queue = [self.concerning(self.one.required, queues[0]) for queues in self.known.policy.alike]
        every = {meaning.index: (clause, meaning) for each in by_queue for clause, meaning in each}
        order = {index: place for place, index in enumerate(self.lineage.alive[self.one.required.number].values())}
        return [every[index] for index in sorted(every, key=lambda each: (order.get(each, len(order)), each))]

    def columns(self, queue: str) -> Indexes:
        """Give which columns can concern somebody in a queue."""
        if queue not in self._columns:
            self._columns[queue] = self._columns_of(queue)
        return self._columns[queue]

    def _columns_of(self, queue: str) -> Indexes:
        if self.one.required is None:
            return np.empty(0, dtype=np.int64)
        mine = {meaning.index for _, meaning in self.concerning(self.one.required, queue)}
        places = [place for place, (_, meaning) in enumerate(self.asked) if meaning.index in mine]
        return np.array(places, dtype=np.int64)

    def concerning(self, version: Version, queue: str) -> Concerning:
        """Give what of an effective version can concern these people in a queue."""
        found = self.one.concerning(version, queue)
        gone = [each for each in self.one.unlearned(version, queue) if self._has_met(each).any()]
        return [*found, *((each.clause, each) for each in gone)]

    def concerns(self, concerning: Concerning) -> Flags:
        """Tell whom in the queue each of these concerns, of shape (people, clauses)."""
        found = np.ones((self.known.count, len(concerning)), dtype=bool)
        for column, (_, meaning) in enumerate(concerning):
            if meaning.is_unlearning:
                found[:, column] = self._has_met(meaning)
        return found

    def _has_met(self, gone: Meaning) -> Flags:
        """Tell whom a removed clause, in whatever wording, concerned while it was in force."""
        key = ("met", self.lineage.numbers, gone.index)
        if key not in self.known.memo:
            met = self.known.concern(scalar.spans_before(self.lineage, gone))
            self.known.memo[key] = (met.start < FOREVER).any(axis=1)
        return np.asarray(self.known.memo[key])

    @cached_property
    def met(self) -> Flags:
        """Whom each column concerns if they are in one of its queues, of shape (people, clauses)."""
        return self.concerns(self.asked)

    @cached_property
    def lacking(self) -> Flags:
        """Who has not covered what, whether it concerns them or not, of shape (people, clauses)."""
        found = np.empty((self.known.count, len(self.asked)), dtype=bool)
        for column, (_, meaning) in enumerate(self.asked):
            found[:, column] = ~self.is_covered(meaning.index)
        return found

    @cached_property
    def open(self) -> "tuple[Indexes, Case, dict[int, Due]]":
        """Who lacks anything that concerns them, the case of these people, and by column when it is due."""
        needed = np.zeros_like(self.lacking)
        for queue, times in self.known.policy.times:
            rows = np.flatnonzero(is_within(self.known.mine(times), self.at))
            needed[np.ix_(rows, self.columns(queue))] = True
        needed &= self.lacking & self.met
        rows = np.flatnonzero(needed.any(axis=1))
        case = self.take(rows)
        dues = Dues(case.known, case.coverage, case.at)
        columns = np.flatnonzero(needed.any(axis=0)).tolist()
        return rows, case, {each: dues.due(self.asked[each][1].index) for each in columns}

    def is_covered(self, index: int) -> Flags:
        """Tell who has covered a meaning by now."""
        return self.coverage.is_covered(index, self.at)

    def held(self, queue: str) -> Indexes:
        """Give the newest effective version of which all that concerns each is covered, and something does; 0: none."""
        found = np.zeros(self.known.count, dtype=np.int64)
        for version in reversed(self.one.effective):
            concerning = self.concerning(version, queue)
            concerns = self.concerns(concerning)
            holds = concerns.any(axis=1) & (found == 0)
            for column, (_, meaning) in enumerate(concerning):
                holds &= ~concerns[:, column] | self.is_covered(meaning.index)
            found[holds] = version.number
        return found

    def is_provisional(self, index: int) -> Flags:
        """Tell for whom only an acknowledged emergency uncovered a meaning, and its provisional time still runs."""
        meaning = self.lineage.meanings[index]
        if not meaning.is_material:
            found = np.ones(self.known.count, dtype=bool)
            for each in meaning.predecessors:
                found &= self.is_covered(each) | self.is_provisional(each)
            return found
        version = meaning.version
        if version.provisional_until is None:
            return np.zeros(self.known.count, dtype=bool)
        found = (self.at < number(version.provisional_until)) & (self.known.acknowledged(version.number) <= self.at)
        for each in meaning.predecessors:
            found &= self.coverage.is_covered(each, number(version.effective_at) - INSTANT)
        return found

    def holds(self, queue: str) -> tuple[Flags, Flags]:
        """Tell who is kept from the queue, and of these whom a refresher keeps first."""
        key = self.known.policy.everybody.named_by_holds(queue)
        if key not in self._holds:
            self._holds[key] = self._held(queue)
        return self._holds[key]

    def _held(self, queue: str) -> tuple[Flags, Flags]:
        person, start, end, is_refresher = self.known.holds(queue)
        runs = (start <= self.at[person]) & (self.at[person] < end)
        is_held, is_by_refresher = (np.zeros(self.known.count, dtype=bool) for _ in range(2))
        # Written from the last to the first, the first stands.
        is_held[person[runs]], is_by_refresher[person[runs][::-1]] = True, is_refresher[runs][::-1]
        return is_held, is_by_refresher

    @cached_property
    def is_on_leave(self) -> Flags:
        """Who is on leave now."""
        return is_within(self.known.leave, self.at)

    @cached_property
    def is_waived(self) -> Flags:
        """Who need not meet the requirement now."""
        return is_within(self.known.waivers, self.at)

    @cached_property
    def is_due_moving(self) -> Flags:
        """For whom an open leave or waiver runs: what is due then moves with the clock."""
        found = np.zeros(self.known.count, dtype=bool)
        for each in (self.known.leave, self.known.waivers):
            is_open = (each.end == FOREVER) & (each.start < FOREVER)
            found |= (is_open & (each.start <= self.at[:, None])).any(axis=1)
        return found
