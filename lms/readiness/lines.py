"""The lines of a report in order: one for each person, queue and policy in which something is asked, or will be.

A line has what files say; what only a page says (which clauses, how many minutes) is in a `rows.Row`. No database.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lms.domain.readiness import Answer
from lms.domain.standing import State
from lms.everybody.cells import NOT_ASKED, Cells
from lms.everybody.intervals import FOREVER, Flags, Indexes, moment
from lms.everybody.standing import STATES
from lms.models.gate_histories import LetIn
from lms.readiness import figures
from lms.readiness.rows import NOT_READY
from lms.readiness.whereabouts import NOWHERE

if TYPE_CHECKING:
    from lms.readiness.overview import Overview

AT_ONCE = 5000
"""Lines in memory at the same time."""
LATEST = 2**54
"""Later than any due moment; small enough to put the urgency above it."""
URGENCY = np.array([NOT_READY.index(each) if each in NOT_READY else len(NOT_READY) for each in STATES])
"""Of each place in STATES; the most urgent first."""


class Line(NamedTuple):
    """Where one person stands with one policy in one queue."""

    person: str
    team: str
    queue: str
    queue_name: str
    policy: str
    policy_title: str
    standing: State
    held: int | None
    required: int | None
    due_at: datetime | None
    gate: Answer | None
    let_in: LetIn | None


class Picks(NamedTuple):
    """Which cells, each of shape (lines,)."""

    policy: Indexes
    """Place in the policies of the overview."""
    cell: Indexes
    """Place in its lines."""
    row: Indexes
    queue: Indexes
    state: Indexes
    due: Indexes

    def take(self, places: Indexes) -> "Picks":
        """Give some of them, in this order."""
        return Picks(*(each[places] for each in self))


class Lines:
    """The lines of an overview, of which only some are ever made at once."""

    def __init__(self, overview: "Overview") -> None:
        self.overview = overview
        self.slugs = tuple(overview.lines)
        self._gates: dict[str, Sequence[Answer]] = {}

    def _picked(self, which: Callable[[Cells], Flags]) -> Picks:
        return self._picks(np.flatnonzero(which(cells)) for cells in self.overview.lines.values())

    def _picks(self, places: Iterable[Indexes]) -> Picks:
        """The cells at these places, of each policy some."""
        found = [(np.empty(0, dtype=np.int8),) * 6]
        for policy, (cells, mine) in enumerate(zip(self.overview.lines.values(), places, strict=True)):
            found.append(
                (
                    np.full(len(mine), policy, dtype=np.int32),
                    mine.astype(np.int32),
                    *(each[mine] for each in (cells.row, cells.queue, cells.state, cells.due)),
                )
            )
        return Picks(*(np.concatenate(each) for each in zip(*found, strict=True)))

    def _is_asked(self, cells: Cells) -> Flags:
        state = self.overview.state
        return cells.state >= 0 if state is None else cells.state == STATES.index(state)

    @cached_property
    def all(self) -> Picks:
        """Every line that is asked for, in no order."""
        return self._picked(self._is_asked)

    @cached_property
    def not_ready(self) -> Picks:
        """Those that are not ready, in no order."""
        return self._picked(lambda cells: figures.not_ready(cells.state))

    def __len__(self) -> int:
        state = self.overview.state
        return self.overview.total if state is None else self.overview.states.get(state, 0)

    def __iter__(self) -> Iterator[Line]:
        """By name, queue, policy."""
        for picks in self._by_people():
            order = np.lexsort((picks.policy, self._queue_order[picks.queue], self._name_order[picks.row]))
            yield from self._made(picks.take(order))

    def _by_people(self) -> Iterator[Picks]:
        """Some people's after others', by name: of millions of lines little more is in memory than where they are."""
        people = len(self._name_order)
        ends = np.arange(0, people, max(1, AT_ONCE * people // max(1, len(self))))
        every: list[list[Indexes]] = []
        for cells in self.overview.lines.values():
            mine = np.flatnonzero(self._is_asked(cells)).astype(np.int32)
            by_name = self._name_order[cells.row[mine]]
            order = np.argsort(by_name, kind="stable")
            every.append(np.split(mine[order], np.searchsorted(by_name[order], ends[1:])))
        yield from map(self._picks, zip(*every, strict=True))

    # ---- orders

    @property
    def _name_order(self) -> Indexes:
        return self.overview.board.records.name_order

    @property
    def names(self) -> Sequence[str]:
        """Of everybody, by row of the board."""
        return self.overview.board.records.said

    @cached_property
    def _queue_order(self) -> Indexes:
        return _order(self.overview.board.queues)

    @cached_property
    def _title_order(self) -> Indexes:
        return _order([self.overview.named.policies[slug].casefold() for slug in self.slugs])

    @cached_property
    def paths(self) -> Sequence[str]:
        """Of everybody's team, by row of the board."""
        teams = self.overview.named.teams
        return ["" if each == NOWHERE else teams[each] for each in self.overview.board.where.team.tolist()]

    def sorted(self, picks: Picks, order: str, *, most: int) -> Indexes:
        """Give the places of the first `most` of these lines by urgency, person, team, policy or due moment."""
        by_urgency = URGENCY[picks.state] * (2 * LATEST) + np.clip(picks.due, 0, LATEST)
        among = np.arange(len(picks.row))
        if order == "urgency" and most < len(among):
            among = np.flatnonzero(by_urgency <= np.partition(by_urgency, most)[most])
        name = (picks.policy, self._queue_order[picks.queue], self._name_order[picks.row])
        urgency = (*name, picks.due, URGENCY[picks.state])
        keys = {
            "person": name,
            "team": (*urgency, _order([each.casefold() for each in self.paths])[picks.row] if order == "team" else 0),
            "policy": (*urgency, self._title_order[picks.policy]),
            "due": (*urgency, np.clip(picks.due, 0, LATEST)),
        }.get(order, urgency)
        return np.asarray(among[np.lexsort(tuple(each[among] for each in keys))])

    # ---- making

    def _made(self, picks: Picks) -> Iterator[Line]:
        """Column by column: a file may have millions of lines."""
        overview = self.overview
        row, place, state = picks.row.tolist(), picks.policy.tolist(), picks.state.tolist()
        called = overview.board.queues
        queues = [called[each] for each in picks.queue.tolist()]
        slugs = [self.slugs[each] for each in place]
        policies = overview.named.policies
        dues = {due: moment(due) for due in np.unique(picks.due).tolist() if due < FOREVER}
        return map(
            Line,
            [self.names[each] for each in row],
            [self.paths[each] for each in row],
            queues,
            [overview.named.queues[each] for each in queues],
            slugs,
            [policies[each] for each in slugs],
            [STATES[each] for each in state],
            self._numbers("held", picks),
            self._numbers("required", picks),
            [dues.get(each) for each in picks.due.tolist()],
            map(self.gate, row, queues) if overview.is_whole else repeat(None),
            map(self.let_in, row, queues) if self._let_in else repeat(None),
        )

    def _numbers(self, name: str, picks: Picks) -> list[int | None]:
        """Numbers of versions that the cells of these lines name."""
        found = np.zeros(len(picks.row), dtype=np.int64)
        for place, cells in enumerate(self.overview.lines.values()):
            mine = np.flatnonzero(picks.policy == place)
            found[mine] = getattr(cells, name)[picks.cell[mine]]
        return [each or None for each in found.tolist()]

    def then(self, picks: Picks) -> list[State | None]:
        """Where each will stand when the upcoming version takes effect; None without one."""
        many = list(self.overview.lines.values())
        found = [
            int(many[place].then[cell]) for place, cell in zip(*(each.tolist() for each in picks[:2]), strict=True)
        ]
        return [None if each == NOT_ASKED else STATES[each] for each in found]

    @cached_property
    def _let_in(self) -> dict[tuple[int, str], LetIn]:
        ids = self.overview.board.records.ids
        return {(int(np.searchsorted(ids, each.person_id)), each.queue): each for _, each in self.overview.let_in}

    def let_in(self, row: int, queue: str) -> LetIn | None:
        """The override that lets somebody into a queue."""
        return self._let_in.get((row, queue))

    def gate(self, row: int, queue: str) -> Answer | None:
        """What the gate of a queue says to somebody; None where not all policies were looked at."""
        if not self.overview.is_whole:
            return None
        if queue not in self._gates:
            self._gates[queue] = self.overview.gates(queue)
        return self._gates[queue][row]


def _order(words: Sequence[str]) -> Indexes:
    """Give the place of each when all are sorted; equal ones have the same."""
    return (
        np.asarray(np.unique(np.array(words, dtype=str), return_inverse=True)[1])
        if words
        else np.empty(0, dtype=np.int64)
    )
