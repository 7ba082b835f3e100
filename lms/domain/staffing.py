"""Ready people on shift in a queue, hour by hour, against the minimum; and where there are too few.

Clocks are local: a minimum is said by weekday and hour of a named zone, and the days on which its clocks change have
23 or 25 hours. Everything is worked out in UTC between the instants at which anything changes. Source: domain.md,
"staffing"; decision 0028.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lms.domain.intervals import FOREVER

HOUR = timedelta(hours=1)
WEEK_HOURS = 168
"""Of a week in which no clock changes, Monday 00:00 first."""


class OnShift(StrEnum):
    """How somebody counts who is on shift."""

    READY = "ready"
    PROVISIONAL = "provisional"
    EXEMPT = "exempt"
    """By a waiver: may work, and has not shown it."""
    NOT_READY = "not_ready"
    AWAY = "away"
    """On leave, not in this queue, or not working here at all by then."""


class Shift(NamedTuple):
    """A time [start, end) in UTC for which somebody is on the roster of a queue."""

    person: int
    start: datetime
    end: datetime


class Stand(NamedTuple):
    """How somebody counts from a moment on, until their next one."""

    since: datetime
    counts: OnShift
    lacks: frozenset[str] = frozenset()
    """Policies that would have to be learned to be ready; none where learning would not make them so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """How many ready people a queue needs from a moment on, by the hours of a week in a zone."""

    zone: str
    people: tuple[int, ...]
    """`WEEK_HOURS` numbers."""
    from_at: datetime
    recorded_at: datetime

    def at(self, moment: datetime) -> int:
        """Give how many are needed at a moment in which this is in force."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return self.people[local.weekday() * 24 + local.hour]


class Hour(NamedTuple):
    """What the clocks of a zone call one hour of one day; an hour that comes twice is two."""

    start: datetime
    end: datetime
    day: date
    hour: int


class Learner(NamedTuple):
    """Somebody on shift whom learning would make ready."""

    person: int
    lacks: frozenset[str]


class Fix(NamedTuple):
    """Somebody who would close a gap, or a part of it, and the minutes of training until then."""

    person: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time in which nothing changes."""

    start: datetime
    end: datetime
    minimum: int
    counts: Mapping[OnShift, int]
    learners: tuple[Learner, ...]
    """By person."""

    @property
    def ready(self) -> int:
        """Ready people on shift; nobody else counts towards the minimum."""
        return self.counts.get(OnShift.READY, 0)

    @property
    def missing(self) -> int:
        """How many ready people more are needed."""
        return max(0, self.minimum - self.ready)

    def fixes(self, minutes: Mapping[tuple[int, str], int]) -> tuple[Fix, ...]:
        """Give who could be made ready, by the minutes that each (person, policy) has left, shortest first."""
        left = (Fix(each.person, sum(minutes[each.person, policy] for policy in each.lacks)) for each in self.learners)
        return tuple(sorted(left, key=lambda fix: (fix.minutes, fix.person)))


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """A queue from one moment to another."""

    hours: tuple[tuple[Hour, Time], ...]
    """Each with its worst time: whoever reads "2 of 2" may trust that it is so for the whole hour."""
    times: tuple[Time, ...]

    @cached_property
    def gaps(self) -> tuple[Time, ...]:
        """Give the times with too few ready people; what touches and says the same is one."""
        found: list[Time] = []
        for each in self.times:
            if each.missing:
                last = found[-1] if found else None
                if last and last.end == each.start and _said(last) == _said(each):
                    found.pop()
                    each = _longer(last, each.end)
                found.append(each)
        return tuple(found)


def _said(gap: Time) -> tuple[object, ...]:
    return gap.ready, gap.minimum, gap.learners


def _longer(gap: Time, end: datetime) -> Time:
    return Time(start=gap.start, end=end, minimum=gap.minimum, counts=gap.counts, learners=gap.learners)


def instants(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Give the instants at which clocks in a zone show this: none, one or two on the days on which they change."""
    readings = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(each for each in readings if each.astimezone(zone).replace(tzinfo=None, fold=0) == local))


def week_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the begin and end of the week of a day, Monday to Sunday, as clocks in a zone show it."""
    monday = day - timedelta(days=day.weekday())
    start, end = (datetime.combine(each, time(), zone) for each in (monday, monday + timedelta(days=7)))
    return start.astimezone(UTC), end.astimezone(UTC)


def hours(start: datetime, end: datetime, zone: ZoneInfo) -> list[Hour]:
    """Give the hours of a time as clocks in a zone show them; the first and last may be parts of one."""
    found, at = [], start
    while at < end:
        local = at.astimezone(zone)
        passed = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        until = min(_until_clocks_change(at, at + HOUR - passed, zone), end)
        found.append(Hour(at, until, local.date(), local.hour))
        at = until
    return found


def _until_clocks_change(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """Give the first instant after `start` with another offset, or `end` if there is none before it."""
    offset = start.astimezone(zone).utcoffset()
    before, after = 0, max(0, (end - start) // timedelta(seconds=1) - 1)
    if (start + timedelta(seconds=after)).astimezone(zone).utcoffset() == offset:
        return end
    while after - before > 1:
        middle = (before + after) // 2
        is_same = (start + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        before, after = (middle, after) if is_same else (before, middle)
    return start + timedelta(seconds=after)


def in_force(minimums: Iterable[Minimum], at: datetime) -> Minimum | None:
    """Give the last recorded of those that began by `at`: never overwritten, and told apart like requirements."""
    begun = [each for each in minimums if each.from_at <= at]
    return max(begun, key=lambda each: (each.recorded_at, each.from_at)) if begun else None


def staffing(
    shifts: Iterable[Shift],
    stands: Mapping[int, Sequence[Stand]],
    minimums: Sequence[Minimum],
    *,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
) -> Staffing:
    """Give a queue from `start` to `end` by the hours of a zone. `stands`: each one's in order, the first by `start`.

    Somebody without stands is away. `minimums`: those recorded by the moment that is asked about.
    """
    there = sorted((each for each in shifts if each.start < end and start < each.end), key=lambda each: each.start)
    shown = hours(start, end, zone)
    people = {each.person for each in there}
    edges = {start, end, *(each.start for each in shown), *_minimum_edges(minimums, start, end)}
    edges |= {moment for each in there for moment in each[1:]}
    edges |= {each.since for person in people for each in stands.get(person, ())}
    times = list(_times(there, stands, minimums, sorted(each for each in edges if start <= each <= end)))
    begins = [each.start for each in times]
    found = []
    for hour in shown:
        mine = times[bisect_right(begins, hour.start) - 1 : bisect_right(begins, hour.end - timedelta.resolution)]
        found.append((hour, min(mine, key=lambda each: (each.ready - each.minimum, each.ready))))
    return Staffing(hours=tuple(found), times=tuple(times))


def _minimum_edges(minimums: Sequence[Minimum], start: datetime, end: datetime) -> Iterator[datetime]:
    """Give every instant at which another minimum may count."""
    begins = sorted({start, *(each.from_at for each in minimums if start < each.from_at < end)})
    for begin, until in pairwise([*begins, end]):
        governs = in_force(minimums, begin)
        if governs:
            yield from (each.start for each in hours(begin, until, ZoneInfo(governs.zone)))


def _times(
    there: Sequence[Shift],
    stands: Mapping[int, Sequence[Stand]],
    minimums: Sequence[Minimum],
    edges: Sequence[datetime],
) -> Iterator[Time]:
    begins = {person: [each.since for each in mine] for person, mine in stands.items()}
    here: list[Shift] = []
    place = 0
    for start, end in pairwise(edges):
        while place < len(there) and there[place].start <= start:
            here.append(there[place])
            place += 1
        here = [each for each in here if each.end > start]
        counted = {person: _stand(stands, begins, person, start) for person in sorted({each.person for each in here})}
        governs = in_force(minimums, start)
        yield Time(
            start=start,
            end=end,
            minimum=governs.at(start) if governs else 0,
            counts=Counter(each.counts for each in counted.values()),
            learners=tuple(Learner(person, each.lacks) for person, each in counted.items() if each.lacks),
        )


def _stand(
    stands: Mapping[int, Sequence[Stand]], begins: Mapping[int, Sequence[datetime]], person: int, at: datetime
) -> Stand:
    place = bisect_right(begins.get(person, ()), at)
    return stands[person][place - 1] if place else Stand(FOREVER, OnShift.AWAY)
