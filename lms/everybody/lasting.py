"""How people stand through a time: their states from one instant to another, not at one only.

What each policy says in the meantime is in `courses.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import numpy as np

from lms.domain.readiness import worst
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.staffing import OnShift, Stand
from lms.domain.standing import State
from lms.everybody.courses import courses
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import FOREVER, Indexes, Moments, moment, number
from lms.everybody.known import KnownPolicy
from lms.everybody.standing import STATES
from lms.everybody.telling import everybody

Lasting = list[tuple[int, State]]
"""From when on somebody is in which state, in order."""
Spans = list[tuple[int, int]]
COUNTS = {State.READY: OnShift.READY, State.PROVISIONAL: OnShift.PROVISIONAL, State.EXEMPT: OnShift.EXEMPT}
"""How somebody who is there counts by their worst state; in any other they are not ready."""
LEARNABLE = frozenset({State.PROVISIONAL, State.DUE, State.OVERDUE})


def stands(
    policies: Sequence[PolicyHistory],
    histories: Sequence[PersonHistory],
    asked: Mapping[str, Indexes],
    *,
    start: datetime,
    end: datetime,
    known_at: datetime,
) -> dict[tuple[str, int], tuple[Stand, ...]]:
    """Give by queue and row how people count from `start` to `end`, for those rows of each queue that are asked."""
    known = everybody(histories, known_at)
    found: dict[tuple[str, int], dict[str, Lasting]] = {
        (queue, int(row)): {} for queue, rows in asked.items() for row in rows
    }
    for policy in policies:
        for key, states in lasting(policy, known, asked, start=start, end=end).items():
            found[key][policy.slug] = states
    times = {queue: _Times(known, queue) for queue in asked}
    first, last = number(start), number(end)
    return {key: tuple(_stands(mine, times[key[0]], key[1], first, last)) for key, mine in found.items()}


def lasting(
    policy: PolicyHistory, everybody: Everybody, asked: Mapping[str, Indexes], *, start: datetime, end: datetime
) -> dict[tuple[str, int], Lasting]:
    """Give the states of people with one policy by queue and row, from `start` until before `end`."""
    known = KnownPolicy(policy, everybody)
    found: dict[tuple[str, int], Lasting] = {(queue, int(row)): [] for queue, rows in asked.items() for row in rows}
    starts = np.full(everybody.people.count, number(start))
    for queue, course in courses(known, asked, starts, end).items():
        for row, since, state in zip(*(each.tolist() for each in course[:3]), strict=True):
            found[queue, row].append((since, STATES[state]))
    return found


class _Times:
    """When people are there, and kept from a queue, whatever the policies say."""

    def __init__(self, known: Everybody, queue: str) -> None:
        self._queue, self._leave = known.queues.get(queue), known.leave
        person, start, end, _ = known.holds("", queue)
        self._person, self._holds = person, (start, end)

    def of(self, row: int) -> tuple[Spans, Spans, Spans]:
        """Give when somebody is in the queue, on leave, and held."""
        first, after = np.searchsorted(self._person, [row, row + 1])
        there = [] if self._queue is None else _spans(self._queue.start[row], self._queue.end[row])
        away = _spans(self._leave.start[row], self._leave.end[row])
        return there, away, _spans(self._holds[0][first:after], self._holds[1][first:after])


def _spans(start: Moments, end: Moments) -> Spans:
    return [each for each in zip(start.tolist(), end.tolist(), strict=True) if each[0] < FOREVER]


def _stands(by_policy: Mapping[str, Lasting], times: _Times, row: int, first: int, last: int) -> Iterator[Stand]:
    spans = times.of(row)
    edges = {since for states in by_policy.values() for since, _ in states}
    edges |= {moment for each in spans for span in each for moment in span}
    edges = {first, *(each for each in edges if first <= each < last)}
    told = ((since, *_counts(by_policy, spans, since)) for since in sorted(edges))
    for (counts, lacks), same in groupby(told, key=lambda each: each[1:]):
        yield Stand(moment(next(same)[0]), counts, lacks)


def _counts(
    by_policy: Mapping[str, Lasting], spans: tuple[Spans, Spans, Spans], at: int
) -> tuple[OnShift, frozenset[str]]:
    there, away, held = (any(start <= at < end for start, end in each) for each in spans)
    if away or not there:
        return OnShift.AWAY, frozenset()
    states = {policy: [state for since, state in mine if since <= at][-1] for policy, mine in by_policy.items()}
    state = State.HELD if held else worst(states.values())
    is_learnable = state in LEARNABLE
    lacks = frozenset(policy for policy, each in states.items() if each in LEARNABLE) if is_learnable else frozenset()
    return COUNTS.get(state, OnShift.NOT_READY), lacks
