"""What people are told of one policy through a time: state, reason, due moment and cause, from instant to instant.

Nothing changes between the instants at which the rule says that it will, so it is asked at those and nowhere else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np

from lms.everybody.case import Case
from lms.everybody.changing import changes, epochs
from lms.everybody.intervals import FOREVER, Indexes, Moments, moment, number
from lms.everybody.known import Known, KnownPolicy
from lms.everybody.standing import View, view_of_alike


class Course(NamedTuple):
    """What some people are told in one queue, each of shape (spans,): by person and when, the first at the start."""

    row: Indexes
    since: Moments
    state: Indexes
    """Places in `STATES`."""
    because: Indexes
    """Places in `REASONS`."""
    due: Moments
    """By when what is uncovered is due; FOREVER where nothing is, or they need not meet it now (leave, waiver)."""
    cause: Indexes
    """What uncovered last what is due first, a place in `KINDS`; -1: nothing is uncovered."""
    caused: Moments
    """When that was."""


_NOBODY = Course(*(np.empty(0, dtype=np.int64) for _ in Course._fields))


def courses(policy: KnownPolicy, asked: Mapping[str, Indexes], start: Moments, end: datetime) -> dict[str, Course]:
    """Give by queue the courses of those rows that are asked, each from their own `start` until before `end`.

    `start` is of shape (people,), for everybody.
    """
    known = Known(policy, np.arange(policy.everybody.people.count))
    unknown = ((queue,) for queue in asked if queue not in policy.everybody.queues)
    found: dict[str, Course] = {}
    for alike in (*policy.alike, *unknown):
        queues = tuple(queue for queue in alike if queue in asked)
        if queues:
            which = np.repeat(np.arange(len(queues)), [len(asked[queue]) for queue in queues])
            rows = np.concatenate([asked[queue] for queue in queues])
            found |= zip(queues, _course(known, queues, which, rows, start[rows], number(end)), strict=True)
    return found


def _course(
    known: Known, queues: tuple[str, ...], which: Indexes, rows: Indexes, at: Moments, until: int
) -> list[Course]:
    """Give the courses in each of queues that are alike; `which`, of shape (people,) like `rows`: a place in them."""
    spans, whose = [_NOBODY], [np.empty(0, dtype=np.int64)]
    while len(rows):
        then = np.full(len(rows), FOREVER)
        begun = np.searchsorted(epochs(known), at, side="right")
        for epoch in np.unique(begun):
            mine = np.flatnonzero(begun == epoch)
            case = Case(known.take(rows[mine]), at[mine], moment(int(at[mine[0]])))
            now = view_of_alike(case, queues, which[mine], np.arange(len(mine)))
            [(then[mine], _)] = changes([now], until)
            spans.append(_told(now, rows[mine]))
            whose.append(which[mine])
        goes_on = then < FOREVER
        which, rows, at = which[goes_on], rows[goes_on], then[goes_on]
    found, queue = Course(*(np.concatenate(columns) for columns in zip(*spans, strict=True))), np.concatenate(whose)
    order = np.lexsort((found.since, found.row, queue))
    ends = np.searchsorted(queue[order], np.arange(1, len(queues)))
    return [Course(*(each[mine] for each in found)) for mine in np.split(order, ends)]


def _told(now: View, rows: Indexes) -> Course:
    case, count = now.case, len(rows)
    is_free = case.is_on_leave | case.is_waived
    cause, caused = np.full(count, -1), np.full(count, FOREVER)
    cause[now.open], caused[now.open], _ = now.causes(np.arange(len(now.open)), now.first())
    due = np.where(is_free, FOREVER, now.due)
    return Course(rows, case.at, now.state, now.because, due, cause, caused)
