"""Times of an iCalendar file: what its clocks say, in which zone, and when a shift that recurs takes place.

Pure. A zone is one that the world knows by that name; a file's own definition is only held against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from lms.domain.errors import Told
from lms.domain.staffing import instants
from lms.people import people_cells as cells
from lms.shifts.saying import skipped

OLDEST_SERIES = timedelta(days=3 * 366)
RULES = {
    "DAILY": {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"},
    "WEEKLY": {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"},
    "MONTHLY": {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "WKST"},
}
"""Parts of a rule that always come to a next time soon, so that looking for it ends."""


class EventWrong(ValueError):
    """An event that is no shift; `column` is what of it is wrong."""

    def __init__(self, column: str, told: Told) -> None:
        self.column, self.told = column, told
        super().__init__(str(told))


@dataclass(frozen=True, slots=True)
class ClockTime:
    """What clocks in a zone show."""

    local: datetime
    zone: ZoneInfo

    def strict(self, column: str) -> datetime:
        """The one instant at which they do; raise EventWrong for a time they skip; of two the first (RFC 5545)."""
        found = instants(self.local, self.zone)
        if not found:
            raise EventWrong(column, skipped(self.local, self.zone))
        return found[0]

    def lenient(self) -> datetime:
        """The same, and one time of many that clocks skip is read with the offset before (RFC 5545)."""
        return self.local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def later(self, by: timedelta) -> "ClockTime":
        """What the same clocks show when they go on by this, whatever happens to them between."""
        return ClockTime(self.local + by, self.zone)


class Zones:
    """The zones of a calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self._own = {str(each.get("TZID", "")): each for each in calendar.walk("VTIMEZONE")}
        self._default = str(calendar.get("X-WR-TIMEZONE", ""))

    def read(self, prop: Any, column: str) -> ClockTime:
        """A property that is a day and a time; raise EventWrong."""
        value, name = prop.dt, str(prop.params.get("TZID", ""))
        if not isinstance(value, datetime):
            raise EventWrong(column, Told("it is a whole day; a shift needs a time of day"))
        if not name and value.tzinfo is not None:
            return ClockTime(value.astimezone(UTC).replace(tzinfo=None), ZoneInfo("UTC"))
        zone = self._named(name or self._default, column)
        found = ClockTime(value.replace(tzinfo=None), zone)
        if name in self._own:
            self._compare(name, found, column)
        return found

    def _named(self, name: str, column: str) -> ZoneInfo:
        if not name:
            raise EventWrong(column, Told("it names no time zone; write it with TZID, or in UTC with a Z"))
        try:
            return ZoneInfo(cells.timezone(WINDOWS_TO_OLSON.get(name, name)))
        except cells.CellWrong as wrong:
            raise EventWrong(column, wrong.args[0]) from None

    def _compare(self, name: str, time: ClockTime, column: str) -> None:
        """Hold the file's own definition of a zone against the world's, where there is no change of clocks."""
        if len(instants(time.local, time.zone)) != 1:
            return
        ours = time.local.replace(tzinfo=time.zone).utcoffset()
        try:
            theirs = self._own[name].to_tz(lookup_tzid=False).utcoffset(time.local)
        except (ValueError, KeyError, TypeError, AttributeError):
            theirs = None
        if theirs != ours:
            told = Told(
                "the file's own definition of %(zone)s (VTIMEZONE) is not what clocks there show on %(day)s; take the "
                "definition out, or write the time in UTC",
                zone=name,
                day=f"{time.local:%Y-%m-%d}",
            )
            raise EventWrong(column, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when until when one event lasts, as its own clocks show it."""

    start: ClockTime
    end: ClockTime | None
    """None: `lasts` says it."""
    lasts: timedelta = timedelta()

    def on(self, local: datetime) -> tuple[datetime, datetime]:
        """Begin and end in UTC of the time that begins when the clocks show this; the end is what they show then."""
        start = ClockTime(local, self.start.zone)
        begin = start.lenient()
        if self.end is None:
            return begin, begin + self.lasts
        if self.end.zone == self.start.zone:
            return begin, start.later(self.end.local - self.start.local).lenient()
        return begin, begin + (self.end.lenient() - self.start.lenient())


def span_of(event: Event, zones: Zones) -> Span:
    """The begin and end of an event; raise EventWrong."""
    if "DTSTART" not in event:
        raise EventWrong("DTSTART", Told("it is missing"))
    start = zones.read(event["DTSTART"], "DTSTART")
    start.strict("DTSTART")
    if "DTEND" in event:
        end = zones.read(event["DTEND"], "DTEND")
        end.strict("DTEND")
        return Span(start=start, end=end)
    if "DURATION" not in event:
        raise EventWrong("DTEND", Told("it is missing"))
    return Span(start=start, end=None, lasts=event["DURATION"].dt)


def times_of(event: Event, zones: Zones, span: Span, *, now: datetime, until: datetime) -> Iterator[datetime]:
    """What the clocks show when an event that may recur begins, in order, up to `until`; raise EventWrong."""
    if "EXRULE" in event:
        raise EventWrong("EXRULE", Told("it is no longer part of the format; write EXDATE"))
    skipped = {each.lenient() for each in _listed(event, "EXDATE", zones)}
    added = [each.lenient().astimezone(span.start.zone).replace(tzinfo=None) for each in _listed(event, "RDATE", zones)]
    if "RRULE" in event:
        if span.start.lenient() < now - OLDEST_SERIES:
            raise EventWrong("DTSTART", Told("it began more than three years ago; begin the series later"))
        times = _repeated(event["RRULE"], span.start, until)
    else:
        times = iter([span.start.local])
    seen: set[datetime] = set()
    for local in (*times, *sorted(added)):
        begin = ClockTime(local, span.start.zone).lenient()
        if begin not in skipped and begin not in seen and begin < until:
            seen.add(begin)
            yield local


def _listed(event: Event, name: str, zones: Zones) -> Iterator[ClockTime]:
    found = event.get(name, [])
    for each in found if isinstance(found, list) else [found]:
        if str(each.params.get("VALUE", "")).upper() == "PERIOD":
            raise EventWrong(name, Told("it is a period; write the moments at which it begins"))
        for one in each.dts:
            yield zones.read(one, name)


def _repeated(rule: Any, start: ClockTime, until: datetime) -> Iterator[datetime]:
    if isinstance(rule, list):
        raise EventWrong("RRULE", Told("there is more than one; write an event for each"))
    if not _comes_again_soon(rule):
        raise EventWrong(
            "RRULE",
            Told("a shift repeats DAILY, WEEKLY or MONTHLY with INTERVAL, COUNT, UNTIL and BYDAY or BYMONTHDAY"),
        )
    last = rule.pop("UNTIL", [None])[0]
    try:
        every = rrulestr(rule.to_ical().decode(), dtstart=start.local)
    except (ValueError, TypeError) as wrong:
        raise EventWrong("RRULE", Told("it cannot be read; write it like FREQ=WEEKLY;BYDAY=MO,TU")) from wrong
    for local in every:
        begin = ClockTime(local, start.zone).lenient()
        if begin >= until or _is_after(local, begin, last):
            return
        yield local


def _comes_again_soon(rule: Any) -> bool:
    """It has only parts with which there is a next time before long: whoever looks for it comes to an end."""
    frequency = str((rule.get("FREQ") or [""])[0]).upper()
    parts = {name.upper() for name in rule}
    intervals, days = rule.get("INTERVAL") or [1], [str(each) for each in rule.get("BYDAY") or []]
    if not parts <= RULES.get(frequency, set()) or {"BYDAY", "BYMONTHDAY"} <= parts:
        return False
    if frequency == "DAILY" and {"BYDAY", "INTERVAL"} <= parts:
        return False
    places = [each[:-2] for each in days if each[:-2]]
    if places and (frequency != "MONTHLY" or any(not 1 <= abs(int(each)) <= 5 for each in places)):
        return False
    return min(intervals) >= 1 and all(1 <= abs(each) <= 31 for each in rule.get("BYMONTHDAY") or [])


def _is_after(local: datetime, begin: datetime, last: Any) -> bool:
    if last is None:
        return False
    if not isinstance(last, datetime):
        return local.date() > last
    return begin > last.astimezone(UTC) if last.tzinfo else local > last
