"""One shift as a file says it, whatever kind of file; and how a time that clocks skip or show twice is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lms.domain.errors import Told
from lms.domain.staffing import instants
from lms.people.table_file import Problem

LONGEST_SHIFT = timedelta(hours=24)
FARTHEST_AHEAD = timedelta(days=400)
FIRST_YEAR = 2000
MOST_SHIFTS = 50_000
"""In one file."""
LONGEST_KEY = 200
"""Of what a roster calls a shift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A shift."""

    row: int
    key: str
    """What the roster calls it: the same key another time means the same shift."""
    series: str
    """What it calls everything that it says together with it."""
    person: str
    """External id, or e-mail where `is_email`."""
    is_email: bool = False
    is_one_of_several: bool = False
    """Others have a shift by the same key, so that it takes the person as well to tell which is meant."""
    queue: str
    """Slug, or its name."""
    start: datetime
    end: datetime
    is_called_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What a file says, and every mistake in it."""

    said: Sequence[Said]
    problems: Sequence[Problem]
    series: frozenset[str] = frozenset()
    """Of these the file says everything from `whole_from` on: what it does not name is called off."""
    whole_from: datetime | None = None


def moment_in(local: datetime, zone: ZoneInfo) -> tuple[datetime | None, Told | None]:
    """The one instant at which clocks in a zone show a time, or what is wrong with it."""
    found = instants(local, zone)
    if len(found) == 1:
        return found[0], None
    if not found:
        return None, skipped(local, zone)
    first, second = (f"{each.astimezone(zone):%Y-%m-%dT%H:%M%z}" for each in found)
    twice = Told(
        "clocks in %(zone)s show %(time)s twice; write %(first)s or %(second)s",
        zone=zone.key,
        time=f"{local:%Y-%m-%d %H:%M}",
        first=first,
        second=second,
    )
    return None, twice


def skipped(local: datetime, zone: ZoneInfo) -> Told:
    """What is said of a time that clocks in a zone never show."""
    shown = f"{local:%Y-%m-%d %H:%M}"
    return Told("clocks in %(zone)s skip %(time)s; write a time that they show", zone=zone.key, time=shown)


def wrong_span(start: datetime, end: datetime, *, now: datetime) -> Told | None:
    """What is wrong with the begin and end of a shift, if anything is."""
    if end <= start:
        return Told("it ends before it begins; look at both times, and at the day of the second")
    if end - start > LONGEST_SHIFT:
        return Told("it is longer than %(hours)s hours; split it", hours=LONGEST_SHIFT // timedelta(hours=1))
    if start.year < FIRST_YEAR or start > now + FARTHEST_AHEAD:
        return Told("the year of %(day)s cannot be right", day=f"{start.astimezone(UTC):%Y-%m-%d}")
    return None
