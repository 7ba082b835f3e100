"""A week of one queue as days and hours of a page, and a time in words, in the reader's language."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask_babel import get_locale

from lms.domain.staffing import OnShift, Time
from lms.readiness.queries import Within
from lms.shifts.queries import Gap, QueueWeek, Week

LEAST_SHOWN = 3
"""Of those who could close a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One hour of one day."""

    hour: int
    time: Time | None
    """Of an hour that comes twice the worse; None when clocks skip it."""
    is_twice: bool = False

    def count(self, counts: str) -> int:
        """How many count like that."""
        return self.time.counts.get(OnShift(counts), 0) if self.time else 0

    @property
    def is_empty(self) -> bool:
        """Nobody is needed and nobody is there."""
        return self.time is not None and not self.time.minimum and not sum(self.time.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day."""

    day: date
    words: str
    cells: tuple[Cell, ...]


def days(week: Week, queue: QueueWeek) -> tuple[Day, ...]:
    """The days of a week with 24 cells each."""
    found: dict[tuple[date, int], list[Time]] = defaultdict(list)
    for hour, time in queue.staffing.hours:
        found[hour.day, hour.hour].append(time)
    first = week.start.astimezone(week.zone).date()
    return tuple(
        Day(
            day=day,
            words=format_date(day, "EEE d MMM", locale=get_locale() or "en"),
            cells=tuple(_cell(hour, found.get((day, hour), [])) for hour in range(24)),
        )
        for day in (first + timedelta(days=number) for number in range(7))
    )


def _cell(hour: int, times: list[Time]) -> Cell:
    worst = min(times, key=lambda each: (each.ready - each.minimum, each.ready), default=None)
    return Cell(hour=hour, time=worst, is_twice=len(times) > 1)


def week_words(week: Week) -> str:
    """`Mon 23 Nov – Sun 29 Nov (Europe/Dublin)`."""
    first = week.start.astimezone(week.zone).date()
    here = get_locale() or "en"
    begin, end = (format_date(each, "EEE d MMM y", locale=here) for each in (first, first + timedelta(days=6)))
    return f"{begin} – {end} ({week.zone.key})"


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`Sun 29 Mar, 02:00–06:00 IST`."""
    here, there = start.astimezone(zone), end.astimezone(zone)
    is_one_day = there.date() == here.date() or there.replace(tzinfo=None) == _midnight_after(here)
    until = f"{there:%H:%M}" if is_one_day else _written(there)
    if until == "00:00":
        until = "24:00"
    return f"{_written(here)}–{until} {there:%Z}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`14:00`."""
    return f"{at.astimezone(zone):%H:%M}"


def _midnight_after(here: datetime) -> datetime:
    return datetime.combine(here.date() + timedelta(days=1), datetime.min.time())


def _written(value: datetime) -> str:
    return format_datetime(value.replace(tzinfo=None), "EEE d MMM, HH:mm", locale=get_locale() or "en")


def fixes(gap: Gap, names: Mapping[int, str]) -> tuple[list[tuple[int, str, int]], int]:
    """Ids, names and minutes of those who could close a gap soonest, and how many more could."""
    most = max(LEAST_SHOWN, gap.time.missing)
    shown = [(each.person, names[each.person], each.minutes) for each in gap.fixes[:most]]
    return shown, len(gap.fixes) - len(shown)


def whose(scope: Within) -> str:
    """Whose shifts are counted, where it is not everybody's."""
    teams = ", ".join(scope.teams or ())
    return ", ".join(each for each in (teams, scope.vendor) if each)
