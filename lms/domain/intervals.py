"""Times [start, end) and how they meet: spells as known, unions, intersections.

Every interval carries since when the system knew of it, because no clock starts before its cause was recorded.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from lms.domain.records import Spell

BEGINNING = datetime.min.replace(tzinfo=UTC)
FOREVER = datetime.max.replace(tzinfo=UTC)
INSTANT = timedelta.resolution
"""The smallest step of time: an instant minus this is "just before"."""


class Interval(NamedTuple):
    """A time [start, end); `end` is FOREVER while it is open."""

    start: datetime
    end: datetime
    noted_at: datetime
    """When its beginning was known, never before its start."""


def require_aware(*moments: datetime) -> None:
    """Raise ValueError for a moment without a time zone: it would be a different instant on every machine."""
    for moment in moments:
        if moment.utcoffset() is None:
            raise ValueError(f"{moment.isoformat()} has no time zone; all moments are UTC.")


def as_known(spells: Iterable[Spell], known_at: datetime) -> list[Interval]:
    """Give the spells recorded by `known_at`, each with the last end recorded by then, without the cancelled ones."""
    known = []
    for spell in spells:
        if spell.recorded_at > known_at:
            continue
        ends = [end for end in spell.ends if end.recorded_at <= known_at]
        last = max(ends, key=lambda end: end.recorded_at) if ends else None
        end_at = last.at if last and last.at else FOREVER
        if end_at > spell.start:
            known.append(Interval(spell.start, end_at, max(spell.start, spell.recorded_at)))
    return known


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Give disjoint intervals in order; what overlaps or touches becomes one, known since the first of it was."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            last = merged[-1]
            merged[-1] = Interval(last.start, max(last.end, interval.end), min(last.noted_at, interval.noted_at))
        else:
            merged.append(interval)
    return merged


def intersect(left: Iterable[Interval], right: Sequence[Interval]) -> list[Interval]:
    """Give every overlap of one of each; known since both were."""
    return [
        Interval(max(one.start, other.start), min(one.end, other.end), max(one.noted_at, other.noted_at))
        for one in left
        for other in right
        if one.start < other.end and other.start < one.end
    ]


def is_within(intervals: Iterable[Interval], at: datetime) -> bool:
    """Tell whether an instant lies in one of them."""
    return any(interval.start <= at < interval.end for interval in intervals)
