"""Figures counted from the cells of everybody: columns in, numbers out. No database, no clock.

`report.py` counts the same from rows, one by one; a property test holds the two equal.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from lms.domain.readiness import WORST_FIRST, Answer
from lms.domain.standing import State
from lms.everybody.cells import Cells
from lms.everybody.intervals import FOREVER, Flags, Indexes, Moments
from lms.everybody.standing import DUE, HELD, NOT_REQUIRED, OVERDUE, PROVISIONAL, READY, STATES

RANKED = (*WORST_FIRST, State.EXEMPT, State.NOT_REQUIRED)
"""The worst first."""
RANK = np.array([RANKED.index(each) for each in STATES])
"""Of each place in STATES."""
NOTHING = RANKED.index(State.NOT_REQUIRED)
IS_NOT_READY = np.isin(np.arange(len(STATES)), [HELD, OVERDUE, DUE, PROVISIONAL])


def not_ready(state: Indexes) -> Flags:
    """Tell which of these states, places in STATES or less than 0, are not ready."""
    return np.asarray(IS_NOT_READY[state] & (state >= 0))


def is_worth_a_line(cells: Cells) -> Flags:
    """Tell where something is required now, or will be when the upcoming version takes effect."""
    return np.asarray((cells.state != NOT_REQUIRED) | ((cells.then >= 0) & (cells.then != NOT_REQUIRED)))


def counted(state: Indexes) -> Counter[State]:
    """Give how many stand where."""
    numbers = np.bincount(state, minlength=len(STATES))
    return Counter({STATES[place]: int(number) for place, number in enumerate(numbers) if number})


def worst_of(count: int, row: Indexes, state: Indexes) -> Indexes:
    """Give the rank of each one's worst state; NOTHING for who is not among them."""
    found = np.full(count, NOTHING)
    np.minimum.at(found, row, RANK[state])
    return found


def by_team(rank: Indexes, team: Indexes, teams: int) -> Indexes:
    """Give how many of each team have which rank, of shape (teams, ranks)."""
    table = np.bincount(team * len(RANKED) + rank, minlength=teams * len(RANKED))
    return table.reshape(teams, len(RANKED))


def states(numbers: Indexes) -> Counter[State]:
    """Give how many stand where, from how many have each rank; who has nothing required is left out."""
    return Counter({RANKED[rank]: int(n) for rank, n in enumerate(numbers) if n and rank != NOTHING})


def ages(overdue_since: Moments, at: int, limits: Sequence[int]) -> list[int]:
    """Give how many have been overdue for less than each of these spans, and in the end for longer than all."""
    past = np.searchsorted(np.array(limits), at - overdue_since, side="right")
    return np.bincount(past, minlength=len(limits) + 1).tolist()


def people(row: Indexes) -> int:
    """Give how many different people these are."""
    return int(np.count_nonzero(np.bincount(row))) if len(row) else 0


def coming(cells: Cells) -> tuple[int, int, int, int]:
    """Give whom an upcoming version concerns, who is trained, who would not be ready, who of these is ready now."""
    concerned = cells.take(np.flatnonzero((cells.then >= 0) & (cells.then != NOT_REQUIRED)))
    behind = np.unique(concerned.row[not_ready(concerned.then)])
    ready = np.unique(concerned.row[concerned.then == READY])
    waiting = np.unique(concerned.row[not_ready(concerned.state)])
    return (
        people(concerned.row),
        len(np.setdiff1d(ready, behind, assume_unique=True)),
        len(behind),
        len(np.setdiff1d(behind, waiting, assume_unique=True)),
    )


def running_out(cells: Cells, *, latest: int, but: int) -> tuple[int, int]:
    """Give how many people will be asked by themselves until `latest`, but for what happens at `but`; and the first."""
    mine = (cells.runs_out <= latest) & (cells.runs_out != but)
    return people(cells.row[mine]), int(cells.runs_out[mine].min(initial=FOREVER))


def may_work(rank: Indexes, *, is_let_in: Flags, answers: Mapping[State, Answer]) -> Flags:
    """Tell whom the gate of a queue lets in, of whom something is required there; leave is exempt and not asked."""
    lets = np.array([answers.get(each, Answer.DENY) is not Answer.DENY for each in RANKED])
    return np.asarray(lets[rank] | is_let_in)


def total(many: Iterable[Counter[State]]) -> Counter[State]:
    """Give the sum."""
    found: Counter[State] = Counter()
    for each in many:
        found += each
    return found


READY_RANK, PROVISIONAL_RANK = RANK[READY], RANK[PROVISIONAL]
