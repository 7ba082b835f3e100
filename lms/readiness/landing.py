"""The figures of a change that lands: how many had shown it when, counted from people. No database, no clock.

Who counts, and since when, is said by `lms.everybody.landing` (decision 0032); `changes.py` finds the people.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil

from lms.domain.landing import Arrival
from lms.readiness.report import trees

HOUR = timedelta(hours=1)
GOALS = (50, 80, 95)
"""Per cent of the people, to which the hours are told."""
FINE, COARSE = 24 * 7, 24
"""A curve has a point for each hour of the first week in which anybody landed, then for each day, in hours."""
LONGEST = 24 * 60
"""So many hours a curve goes on at least while somebody is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A published version of a policy."""

    policy: str
    policy_title: str
    version: int
    published_at: datetime
    effective_at: datetime

    @property
    def key(self) -> str:
        """As an address names it."""
        return f"{self.policy}@{self.version}"

    @property
    def effective_hours(self) -> float:
        """Hours from its publication until it takes effect."""
        return (self.effective_at - self.published_at) / HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One person in one queue, of whom the change asks something new there."""

    person_id: int
    person: str
    team: str
    """Path as the change took effect; empty for in no team."""
    queue: str
    queue_name: str
    arrival: Arrival
    hours: float | None
    """From publication until they had shown it; None: not yet."""

    @property
    def is_counted(self) -> bool:
        """False for who left before, or was exempt as it took effect."""
        return self.arrival in (Arrival.LANDED, Arrival.NOT_YET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Some people: how many of them have landed, and when."""

    counted: int
    hours: tuple[float, ...]
    """From publication until each landed, in order."""

    @property
    def landed(self) -> int:
        """People who have shown it."""
        return len(self.hours)

    def landed_by(self, hours: float) -> int:
        """People who had shown it so many hours after publication."""
        return bisect_right(self.hours, hours)

    def hours_to(self, percent: int) -> float | None:
        """Hours until so many per cent had shown it, rounded up to a tenth; None: not yet, or nobody is counted."""
        needed = -(-percent * self.counted // 100)
        if not self.counted or needed > self.landed:
            return None
        return ceil(10 * self.hours[needed - 1]) / 10

    def share_by(self, hours: float) -> float | None:
        """The same as a share in per cent, to a tenth; None when nobody is counted."""
        return round(100 * self.landed_by(hours) / self.counted, 1) if self.counted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has not landed, and in which queues."""

    person_id: int
    person: str
    team: str
    queues: tuple[tuple[str, str], ...]
    """Slug and name."""


@dataclass(frozen=True, kw_only=True)
class Landing:
    """One change and everybody of whom it asks something new."""

    change: Change
    until: datetime
    """Nothing that happened later is counted."""
    arrived: tuple[Arrived, ...]
    roots: tuple[str, ...] | None
    """Team trees that were asked about; None means everybody."""

    @property
    def elapsed(self) -> float:
        """Hours from publication to `until`."""
        return (self.until - self.change.published_at) / HOUR

    @property
    def is_effective(self) -> bool:
        """It governs the work, or did."""
        return self.change.effective_at <= self.until

    @cached_property
    def figures(self) -> Figures:
        """Everybody: a person has landed when they have in each of their queues."""
        return _figures(self.arrived)

    @cached_property
    def by_queue(self) -> tuple[tuple[str, str, Figures], ...]:
        """Slug, name and figures of each queue, by name."""
        queues = sorted({(each.queue_name, each.queue) for each in self.arrived if each.is_counted})
        return tuple(
            (slug, name, _figures(each for each in self.arrived if each.queue == slug)) for name, slug in queues
        )

    @cached_property
    def by_team(self) -> tuple[tuple[str, Figures], ...]:
        """Path and figures of each team with everybody below it; the empty path stands for in no team."""
        found: dict[str, list[Arrived]] = defaultdict(list)
        for each in self.arrived:
            if each.is_counted:
                for path in trees(each.team, self.roots):
                    found[path].append(each)
        return tuple((path, _figures(mine)) for path, mine in sorted(found.items()))

    @cached_property
    def waiting(self) -> tuple[Person, ...]:
        """Who is counted and has not landed, by name."""
        found: dict[int, list[Arrived]] = defaultdict(list)
        for each in self.arrived:
            if each.arrival is Arrival.NOT_YET:
                found[each.person_id].append(each)
        people = (
            Person(
                person_id=mine[0].person_id,
                person=mine[0].person,
                team=mine[0].team,
                queues=tuple(sorted(((each.queue, each.queue_name) for each in mine), key=lambda each: each[1])),
            )
            for mine in found.values()
        )
        return tuple(sorted(people, key=lambda each: (each.person.casefold(), each.person_id)))

    def left_out(self, arrival: Arrival) -> int:
        """People who are not counted for this reason, in any of their queues, and are in no other."""
        counted = {each.person_id for each in self.arrived if each.is_counted}
        return len({each.person_id for each in self.arrived if each.arrival == arrival} - counted)

    @cached_property
    def end(self) -> float:
        """Where the curve ends, in hours since publication."""
        last = max((*self.figures.hours[-1:], self.change.effective_hours), default=0.0)
        if self.figures.landed == self.figures.counted:
            return min(self.elapsed, last)
        return min(self.elapsed, max(last, LONGEST))

    @cached_property
    def instants(self) -> tuple[float, ...]:
        """Hours since publication at which the curve has a point."""
        steps = {float(_step(each)) for each in self.figures.hours}
        steps |= {0.0, self.end, self.change.effective_hours}
        return tuple(sorted(each for each in steps if each <= max(self.end, 0.0)))


def _step(hours: float) -> int:
    """Give the end of the hour, or later of the day, in which somebody landed."""
    return ceil(hours) if hours <= FINE else COARSE * ceil(hours / COARSE)


def _figures(arrived: Iterable[Arrived]) -> Figures:
    """Count people: each has landed when they have in every queue in which they are counted."""
    found: dict[int, list[float | None]] = defaultdict(list)
    for each in arrived:
        if each.is_counted:
            found[each.person_id].append(each.hours)
    landed = [
        max(mine) for each in found.values() if len(mine := [hour for hour in each if hour is not None]) == len(each)
    ]
    return Figures(counted=len(found), hours=tuple(sorted(landed)))
