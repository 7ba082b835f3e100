"""Moments as numbers, and the times [start, end) of many people as columns: unions, intersections.

The twin of `lms.domain.intervals`. The intervals of a person are a row; rows are as long as the longest, and what is
over is filled with intervals that never begin.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lms.domain import intervals

Moments = NDArray[np.int64]
"""Microseconds since 1970; a time span in a column is in microseconds too."""
Flags = NDArray[np.bool_]
Indexes = NDArray[np.signedinteger[Any]]
"""Places in other columns; -1 is none. Of 32 bits where there is one for each cell: widen before reckoning."""

BEGINNING = -(2**61)
FOREVER = 2**61
"""Far enough out, and days may be added to it."""
INSTANT = 1
DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number(moment: datetime) -> int:
    """Give a moment as a number, exactly."""
    if moment == intervals.FOREVER:
        return FOREVER
    return (moment - _EPOCH) // timedelta.resolution


def moment(number: int) -> datetime:
    """Give the moment that a number stands for."""
    return intervals.FOREVER if number >= FOREVER else _EPOCH + timedelta(microseconds=int(number))


def numbers(moments: Iterable[datetime]) -> Moments:
    """Give a column of moments."""
    return np.array([number(each) for each in moments], dtype=np.int64)


class Intervals(NamedTuple):
    """Intervals of n people, each of shape (n, most); those that do not exist start at FOREVER."""

    start: Moments
    end: Moments
    noted: Moments
    """When its beginning was known, never before its start."""

    def take(self, rows: Indexes) -> "Intervals":
        """Give those of some of the people."""
        return Intervals(self.start[rows], self.end[rows], self.noted[rows])


def none(count: int) -> Intervals:
    """Give no intervals for this many people."""
    empty = np.empty((count, 0), dtype=np.int64)
    return Intervals(empty, empty, empty)


def spread(count: int, person: Indexes, *columns: Moments, fill: int = FOREVER) -> tuple[Moments, ...]:
    """Give columns as tables with a row for each of `count` people; `person` is in order."""
    lengths = np.bincount(person, minlength=count)
    most = int(lengths.max(initial=0))
    place = np.arange(len(person)) - (np.cumsum(lengths) - lengths)[person]
    tables = []
    for column in columns:
        table = np.full((count, most), fill, dtype=np.int64)
        table[person, place] = column
        tables.append(table)
    return tuple(tables)


def union(count: int, many: Sequence[Intervals]) -> Intervals:
    """Give disjoint intervals in order; what overlaps or touches becomes one, known since the first of it was."""
    filled = [each for each in many if each.start.shape[1]]
    if not filled:
        return none(count)
    if len(filled) == 1 and filled[0].start.shape[1] == 1:
        return filled[0]
    start, end, noted = (np.concatenate(parts, axis=1) for parts in zip(*filled, strict=True))
    # Most of a wide table is empty, so its few intervals are sorted as a list and spread again.
    person, place = np.nonzero(start < FOREVER)
    columns = [each[person, place] for each in (start, end, noted)]
    order = np.lexsort((columns[0], person))
    return _merged(*spread(count, person[order], *(each[order] for each in columns)))


def _merged(start: Moments, end: Moments, noted: Moments) -> Intervals:
    count, most = start.shape
    merged = [np.full((count, most), FOREVER, dtype=np.int64) for _ in range(3)]
    rows, last = np.arange(count), np.full(count, -1)
    for place in range(most):
        is_there = start[:, place] < FOREVER
        is_new = is_there & ((last < 0) | (start[:, place] > merged[1][rows, last]))
        is_more = is_there & ~is_new
        last[is_new] += 1
        at = (rows[is_new], last[is_new])
        merged[0][at], merged[1][at], merged[2][at] = (each[is_new, place] for each in (start, end, noted))
        at = (rows[is_more], last[is_more])
        merged[1][at] = np.maximum(merged[1][at], end[is_more, place])
        merged[2][at] = np.minimum(merged[2][at], noted[is_more, place])
    longest = int(last.max(initial=-1)) + 1
    return Intervals(*(each[:, :longest] for each in merged))


def intersect(left: Intervals, right: Intervals) -> Intervals:
    """Give every overlap of one of each, in no order; known since both were."""
    one = [each[:, :, None] for each in left]
    other = [each[:, None, :] for each in right]
    start, end, noted = np.maximum(one[0], other[0]), np.minimum(one[1], other[1]), np.maximum(one[2], other[2])
    is_nothing = (start >= end) | (start >= FOREVER)
    count, most, more = start.shape
    return Intervals(*(np.where(is_nothing, FOREVER, each).reshape(count, most * more) for each in (start, end, noted)))


def clip(each: Intervals, start: int, end: int, noted_at: int) -> Intervals:
    """Give what of the intervals lies in one that is the same for everybody."""
    one = (np.array([[value]], dtype=np.int64) for value in (start, end, noted_at))
    return intersect(each, Intervals(*one))


def is_within(each: Intervals, at: Moments) -> Flags:
    """Tell of whom an instant of their own lies in one of theirs."""
    return np.asarray(((each.start <= at[:, None]) & (at[:, None] < each.end)).any(axis=1))
