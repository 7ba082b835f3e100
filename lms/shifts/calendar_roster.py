"""An iCalendar file (RFC 5545) as bytes to shifts, with every mistake by line and property. Pure.

Which fields say who and where, and what of the format is not read: docs/rosters.md.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from lms.domain.errors import Told
from lms.domain.intervals import FOREVER
from lms.people import people_cells as cells
from lms.people.table_file import LARGEST_FILE, FileUnreadable, Problem
from lms.shifts.calendar_times import EventWrong, Zones, span_of, times_of
from lms.shifts.saying import LONGEST_KEY, MOST_SHIFTS, Roster, Said, wrong_span

MOST_EVENTS = 5_000
MOST_TIMES = 200_000
"""Of events that recur, also those that are over: looking at each takes some microseconds."""
MONTHS_AHEAD = 4
"""How far an event that recurs without end is followed: to the first of that month from now on."""
BACK = timedelta(days=31)
"""How far back an event that recurs is followed."""
PERSON, QUEUE = "X-MUSTER-PERSON", "X-MUSTER-QUEUE"
_BEGIN = "BEGIN:VEVENT"


def is_calendar(content: bytes) -> bool:
    """It begins like an iCalendar file."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def read_calendar(content: bytes, *, now: datetime) -> Roster:
    """The shifts of a file from a month back to some months ahead, as its events and their repetitions say."""
    try:
        calendar, lines = _parsed(content)
        zones = Zones(calendar)
    except FileUnreadable as unreadable:
        return Roster(said=(), problems=[unreadable.problem])
    events = list(zip(lines, calendar.walk("VEVENT"), strict=False))
    said: list[Said] = []
    problems: list[Problem] = []
    left = iter(range(MOST_TIMES))
    moved = {(str(each.get("UID", "")), at) for _, each in events if (at := _moved(each, zones)) is not None}
    for line, event in events:
        try:
            for shift in _Reader(line, event, zones, now, left).shifts(moved):
                said.append(shift)
                if len(said) > MOST_SHIFTS:
                    raise FileUnreadable(
                        Told("The file comes to more than %(rows)s shifts; split it.", rows=MOST_SHIFTS)
                    )
        except EventWrong as wrong:
            problems.append(Problem(row=line, column=wrong.column, message=wrong.told))
        except FileUnreadable as too_much:
            return Roster(said=(), problems=[*problems, too_much.problem])
    if not events:
        problems.append(Problem(message=Told("There is nothing in this file: it has no events (VEVENT).")))
    series = frozenset(str(event.get("UID", "")).strip() for _, event in events)
    return Roster(said=said, problems=[*problems, *_twice(said)], series=series, whole_from=now - BACK)


def _twice(said: list[Said]) -> Iterator[Problem]:
    first: dict[tuple[str, str], int] = {}
    for each in said:
        line = first.setdefault((each.key, each.person if each.is_one_of_several else ""), each.row)
        if line != each.row:
            yield Problem(row=each.row, column="UID", message=Told("row %(row)s has the same one", row=line))


def _parsed(content: bytes) -> tuple[Calendar, list[int]]:
    """The calendar, and the line at which each of its events begins."""
    if len(content) > LARGEST_FILE:
        raise FileUnreadable(Told("The file is larger than %(size)s MB; split it.", size=LARGEST_FILE // 1_000_000))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise FileUnreadable(Told("The file is not UTF-8. Export the calendar again as UTF-8."), row=row) from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip().upper() == _BEGIN]
    if len(lines) > MOST_EVENTS:
        raise FileUnreadable(Told("The file has more than %(events)s events; split it.", events=MOST_EVENTS))
    try:
        return Calendar.from_ical(text), lines
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        told = Told("The file cannot be read as one calendar; look for a part that begins and does not end.")
        raise FileUnreadable(told) from None


def _moved(event: Event, zones: Zones) -> datetime | None:
    """Which one of the times of a recurring event this event takes the place of."""
    if "RECURRENCE-ID" not in event or event.errors:
        return None
    try:
        return zones.read(event["RECURRENCE-ID"], "RECURRENCE-ID").lenient()
    except EventWrong:
        return None  # it is told when the event is read


class _Reader:
    """One event."""

    def __init__(self, line: int, event: Event, zones: Zones, now: datetime, left: Iterator[int]) -> None:
        self._line, self._event, self._zones, self._now, self._left = line, event, zones, now, left

    def shifts(self, moved: set[tuple[str, datetime]]) -> Iterator[Said]:
        """Everything that it comes to; raise EventWrong."""
        event = self._event
        for name, _ in event.errors:
            raise EventWrong(str(name or "VEVENT"), Told("it cannot be read; look at how it is written"))
        uid = self._uid()
        people = list(self._people())
        queue = str(event.get(QUEUE, "") or event.get("SUMMARY", "")).strip()
        if not queue:
            raise EventWrong("SUMMARY", Told("it names no queue; write one into SUMMARY or X-MUSTER-QUEUE"))
        is_off = str(event.get("STATUS", "")).upper() == "CANCELLED"
        for begin, start, end in () if is_off else self._times(uid, moved):
            if wrong := wrong_span(start, end, now=self._now):
                raise EventWrong("DTEND", wrong)
            for person, is_email in people:
                yield Said(
                    row=self._line,
                    key="/".join([uid, *begin]),
                    series=uid,
                    person=person,
                    is_email=is_email,
                    is_one_of_several=len(people) > 1,
                    queue=queue,
                    start=start,
                    end=end,
                )

    def _uid(self) -> str:
        uid = str(self._event.get("UID", "")).strip()
        if not uid or len(uid) > LONGEST_KEY:
            told = Told("each event needs one of its own, of at most %(longest)s characters", longest=LONGEST_KEY)
            raise EventWrong("UID", told)
        return uid

    def _people(self) -> Iterator[tuple[str, bool]]:
        """Whose shift it is: external id, or e-mail and True."""
        try:
            if PERSON in self._event:
                yield cells.external_id(cells.tidy(str(self._event[PERSON]))), False
                return
            named = self._event.get("ATTENDEE", [])
            for each in named if isinstance(named, list) else [named]:
                address = str(each)
                yield cells.email(address[7:] if address[:7].casefold() == "mailto:" else address), True
        except cells.CellWrong as wrong:
            raise EventWrong(PERSON if PERSON in self._event else "ATTENDEE", wrong.args[0]) from None
        if not named:
            told = Told("it names nobody; write the e-mail into ATTENDEE or the external id into X-MUSTER-PERSON")
            raise EventWrong("ATTENDEE", told)

    def _times(self, uid: str, moved: set[tuple[str, datetime]]) -> Iterator[tuple[list[str], datetime, datetime]]:
        """For each time that it takes place: which of several it is, when it begins, and when it ends."""
        event, now = self._event, self._now
        span = span_of(event, self._zones)
        if "RECURRENCE-ID" in event:
            if event["RECURRENCE-ID"].params.get("RANGE"):
                raise EventWrong("RECURRENCE-ID", Told("RANGE is not read; write an event for each time"))
            begin = self._zones.read(event["RECURRENCE-ID"], "RECURRENCE-ID").lenient()
            yield _names(begin), *span.on(span.start.local)
            return
        recurs = "RRULE" in event or "RDATE" in event
        for local in times_of(event, self._zones, span, now=now, until=_horizon(now) if recurs else FOREVER):
            if next(self._left, None) is None:
                many = Told(
                    "The series of the file come to more than %(times)s times; begin them later.", times=MOST_TIMES
                )
                raise FileUnreadable(many)
            start, end = span.on(local)
            if (uid, start) not in moved and (not recurs or start >= now - BACK):
                yield _names(start) if recurs else [], start, end


def _names(begin: datetime) -> list[str]:
    """One time of an event that recurs is called by when its rule says that it begins."""
    return [f"{begin:%Y%m%dT%H%M%SZ}"]


def _horizon(now: datetime) -> datetime:
    months = now.year * 12 + now.month - 1 + MONTHS_AHEAD
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
