"""Which settings of a requirement are in force when: of those that began, the one recorded last.

So settings that are recorded later and begin earlier take the place of those that were to come. Source: domain.md
section 3.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Protocol, TypeVar

from lms.domain.intervals import FOREVER, Interval
from lms.domain.records import Settings


class Dated(Protocol):
    """What counts from a moment on, and was recorded at another."""

    @property
    def from_at(self) -> datetime:
        """From when it counts."""

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded."""


Set = TypeVar("Set", bound=Dated)


def in_force(settings: Iterable[Set], at: datetime) -> Set | None:
    """Give the last recorded of the settings in force at `at`, or None before there were any."""
    begun = [each for each in settings if each.from_at <= at]
    return _last(begun) if begun else None


def _last(begun: Iterable[Set]) -> Set:
    return max(begun, key=lambda each: (each.recorded_at, each.from_at))


def terms(settings: Iterable[Settings]) -> list[tuple[Settings, Interval]]:
    """Give the settings with the times in which they are in force, in order; who never is, is not among them."""
    settings = tuple(settings)
    starts = sorted({each.from_at for each in settings})
    found: list[tuple[Settings, Interval]] = []
    for start, end in pairwise([*starts, FOREVER]):
        governs = _last(each for each in settings if each.from_at <= start)
        if found and found[-1][0] is governs:
            found[-1] = (governs, found[-1][1]._replace(end=end))
        else:
            found.append((governs, Interval(start, end, max(start, governs.recorded_at))))
    return found
