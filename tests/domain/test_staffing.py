"""Ready people on shift against the minimum, in five zones and over their changes of clocks.

A row of the table: zone, a day of the week in question, shifts and how people stand (both as local clocks show it),
the minimum, and every gap, in UTC.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from lms.domain.staffing import (
    WEEK_HOURS,
    Fix,
    Learner,
    Minimum,
    OnShift,
    Shift,
    Stand,
    hours,
    in_force,
    instants,
    staffing,
    week_of,
)

PEOPLE = ("ada", "ben", "cy")
BEFORE = datetime(2025, 1, 1, tzinfo=UTC)
UTC_, DUBLIN, NEW_YORK = "UTC", "Europe/Dublin", "America/New_York"
KOLKATA, LORD_HOWE = "Asia/Kolkata", "Australia/Lord_Howe"
MINUTES = {(0, "legal"): 4, (1, "legal"): 6, (2, "legal"): 2, (0, "abuse"): 1, (1, "abuse"): 1, (2, "abuse"): 1}


def local(text, zone, day):
    """The first instant at which clocks there show it, on `day` unless it says which; `+` the second."""
    text = text if "T" in text else f"{day}T{text}"
    return instants(datetime.fromisoformat(text.rstrip("+")), ZoneInfo(zone))[-1 if text.endswith("+") else 0]


def a_minimum(zone, text, *, from_at=BEFORE, recorded_at=BEFORE):
    """`Sun 02-06 2, Mon 00-24 1`: the rest of the week needs nobody."""
    people = [0] * WEEK_HOURS
    for part in filter(None, text.split(", ")):
        day, span, count = part.split()
        first, after = (int(each) for each in span.split("-"))
        for hour in range(first, after):
            people["Mon Tue Wed Thu Fri Sat Sun".split().index(day) * 24 + hour] = int(count)
    return Minimum(zone=zone, people=tuple(people), from_at=from_at, recorded_at=recorded_at)


def a_shift(text, zone, day):
    name, start, end = text.split()
    return Shift(PEOPLE.index(name), local(start, zone, day), local(end, zone, day))


def a_stand(text, zone, day):
    """`ben ready`, `ben not_ready:legal`, `ben ready 04:30` (from then on)."""
    name, counts, *since = text.split()
    word, _, lacks = counts.partition(":")
    stand = Stand(
        local(since[0], zone, day) if since else BEFORE, OnShift(word), frozenset(filter(None, lacks.split("+")))
    )
    return PEOPLE.index(name), stand


def asked(zone, day, shifts, stood, minimums):
    start, end = week_of(date.fromisoformat(day), ZoneInfo(zone))
    stands = {}
    for person, stand in (a_stand(each, zone, day) for each in stood):
        stands.setdefault(person, []).append(stand)
    shifts = [a_shift(each, zone, day) for each in shifts]
    return staffing(shifts, stands, minimums, start=start, end=end, zone=ZoneInfo(zone))


def told(gap):
    fixes = ", ".join(f"{PEOPLE[each.person]} {each.minutes}" for each in gap.fixes(MINUTES))
    return f"{gap.start:%a %H:%M}-{gap.end:%a %H:%M} {gap.ready}/{gap.minimum} {fixes}".strip()


SUN = "2026-03-29"
"""Dublin's clocks skip from 01:00 to 02:00."""
ADA_AND_BEN = ("ada ready", "ben not_ready:legal")
TABLE = {
    "one of two": (UTC_, SUN, ("ada 00:00 08:00", "ben 00:00 08:00"), ADA_AND_BEN,
        "Sun 02-06 2", ["Sun 02:00-Sun 06:00 1/2 ben 6"]),
    "two who could be made ready, the shorter first": (UTC_, SUN,
        ("ada 00:00 08:00", "ben 00:00 08:00"),
        ("ben not_ready:legal", "ada not_ready:legal"), "Sun 02-06 1", ["Sun 02:00-Sun 06:00 0/1 ada 4, ben 6"]),
    "minutes of every policy that is lacking": (UTC_, SUN, ("cy 00:00 08:00",), ("cy not_ready:legal+abuse",),
        "Sun 02-03 1", ["Sun 02:00-Sun 03:00 0/1 cy 3"]),
    "nobody needs what is not asked": (UTC_, SUN, (), (), "", []),
    "nobody on shift": (UTC_, SUN, (), (), "Sun 23-24 1, Mon 00-01 1",
        ["Mon 00:00-Mon 01:00 0/1", "Sun 23:00-Mon 00:00 0/1"]),
    "a shift that ends within an hour covers a part of it": (UTC_, SUN, ("ada 02:00 03:20",), ("ada ready",),
        "Sun 02-04 1", ["Sun 03:20-Sun 04:00 0/1"]),
    "who becomes ready within an hour counts from then": (UTC_, SUN, ("ada 02:00 04:00",),
        ("ada not_ready:legal", "ada ready 02:40"), "Sun 02-04 1", ["Sun 02:00-Sun 02:40 0/1 ada 4"]),
    "who stops being ready counts until then": (UTC_, SUN, ("ada 02:00 04:00",),
        ("ada ready", "ada not_ready:legal 03:10"), "Sun 02-04 1", ["Sun 03:10-Sun 04:00 0/1 ada 4"]),
    "the provisional are beside the ready": (UTC_, SUN, ("ada 02:00 03:00",), ("ada provisional:legal",),
        "Sun 02-03 1", ["Sun 02:00-Sun 03:00 0/1 ada 4"]),
    "who is exempt, away or unknown is not ready": (UTC_, SUN, tuple(f"{name} 02:00 03:00" for name in PEOPLE),
        ("ada exempt", "ben away"), "Sun 02-03 1", ["Sun 02:00-Sun 03:00 0/1"]),
    "another handover is another gap": (UTC_, SUN, ("ada 02:00 04:00", "ben 04:00 06:00"),
        ("ada not_ready:legal", "ben not_ready:legal"), "Sun 02-06 1",
        ["Sun 02:00-Sun 04:00 0/1 ada 4", "Sun 04:00-Sun 06:00 0/1 ben 6"]),
    "a handover of the ready is none": (UTC_, SUN, ("ada 02:00 04:00", "ben 04:00 06:00"),
        ("ada ready", "ben ready"), "Sun 02-06 1", []),
    "one person in two shifts at once is one": (UTC_, SUN, ("ada 02:00 04:00", "ada 03:00 04:00"),
        ("ada ready",), "Sun 02-04 2", ["Sun 02:00-Sun 04:00 1/2"]),
    "an hour that clocks leave out needs nobody": (DUBLIN, SUN, (), (),
        "Sun 01-02 1", []),
    "after clocks went on, hours are an hour earlier": (DUBLIN, SUN, (), (),
        "Sun 02-03 1", ["Sun 01:00-Sun 02:00 0/1"]),
    "a night over the change is seven hours": (DUBLIN, SUN, ("ada 2026-03-28T22:00 06:00",), ("ada ready",),
        "Sat 22-24 1, Sun 00-07 1", ["Sun 05:00-Sun 06:00 0/1"]),
    "an hour that comes twice is needed twice": (DUBLIN, "2026-10-25", ("ada 00:00 01:00",), ("ada ready",),
        "Sun 00-02 1", ["Sun 00:00-Sun 02:00 0/1"]),
    "the second of two like hours": (DUBLIN, "2026-10-25", ("ada 00:00 01:00+",), ("ada ready",),
        "Sun 00-02 1", ["Sun 01:00-Sun 02:00 0/1"]),
    "New York, before its change": (NEW_YORK, "2026-03-08", (), (), "Sun 01-03 1", ["Sun 06:00-Sun 07:00 0/1"]),
    "New York in autumn": (NEW_YORK, "2026-11-01", ("ada 01:00+ 02:00",), ("ada ready",),
        "Sun 01-02 1", ["Sun 05:00-Sun 06:00 0/1"]),
    "half an hour beside UTC": (KOLKATA, SUN, ("ada 09:00 10:00",), ("ada ready",),
        "Sun 09-11 1", ["Sun 04:30-Sun 05:30 0/1"]),
    "a week begins where it is": (KOLKATA, SUN, (), (), "Mon 00-01 1, Sun 23-24 1",
        ["Sun 18:30-Sun 19:30 0/1", "Sun 17:30-Sun 18:30 0/1"]),
    "clocks that go back by half an hour": (LORD_HOWE, "2026-04-05", (), (),
        "Sun 01-02 1", ["Sat 14:00-Sat 15:30 0/1"]),
    "clocks that go on by half an hour": (LORD_HOWE, "2026-10-04", (), (), "Sun 02-03 1", ["Sat 15:30-Sat 16:00 0/1"]),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "day", "shifts", "stood", "needed", "gaps"), TABLE.values(), ids=TABLE)
def test_gaps(zone, day, shifts, stood, needed, gaps):
    found = asked(zone, day, shifts, stood, [a_minimum(zone, needed)])
    assert [told(gap) for gap in found.gaps] == gaps


def test_an_hour_shows_its_worst_time():
    shifts = ("ada 02:00 03:00", "ben 02:30 03:00")
    found = asked(UTC_, SUN, shifts, ("ada ready", "ben ready"), [a_minimum(UTC_, "Sun 02-03 2")])
    [time] = [time for hour, time in found.hours if hour.day.isoformat() == SUN and hour.hour == 2]
    assert (time.ready, time.minimum, time.missing) == (1, 2, 1)
    assert len(found.hours) == WEEK_HOURS


def test_a_minimum_of_another_zone_counts_by_its_own_hours():
    found = asked(UTC_, SUN, (), (), [a_minimum(KOLKATA, "Sun 09-10 1")])
    assert [told(gap) for gap in found.gaps] == ["Sun 03:30-Sun 04:30 0/1"]


def test_the_last_recorded_of_those_that_began_is_in_force():
    first, later = a_minimum(UTC_, "Sun 00-24 1"), datetime(2026, 3, 29, 12, 30, tzinfo=UTC)
    second = a_minimum(UTC_, "Sun 00-24 2", from_at=later, recorded_at=later)
    third = a_minimum(UTC_, "", from_at=later + timedelta(hours=1), recorded_at=BEFORE)
    assert in_force([first], BEFORE - timedelta(days=1)) is None
    assert in_force([third, second, first], later + timedelta(hours=2)) is second
    found = asked(UTC_, SUN, (), (), [first, second])
    assert [told(gap) for gap in found.gaps] == ["Sun 00:00-Sun 12:30 0/1", "Sun 12:30-Mon 00:00 0/2"]


def test_before_any_minimum_nobody_is_needed():
    late = a_minimum(UTC_, "Sun 00-24 1", from_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert asked(UTC_, SUN, (), (), [late]).gaps == ()
    assert asked(UTC_, SUN, (), (), []).gaps == ()


def test_a_gap_tells_how_many_are_missing_and_who_could_learn():
    shifts = tuple(f"{name} 02:00 03:00" for name in PEOPLE)
    stood = ("ada not_ready:legal", "ben not_ready", "cy not_ready:legal")
    [gap] = asked(UTC_, SUN, shifts, stood, [a_minimum(UTC_, "Sun 02-03 3")]).gaps
    assert gap.missing == 3
    assert gap.learners == (Learner(0, frozenset({"legal"})), Learner(2, frozenset({"legal"})))
    assert gap.fixes(MINUTES) == (Fix(2, 2), Fix(0, 4))


@pytest.mark.parametrize(
    ("day", "zone", "count", "first"),
    [(SUN, DUBLIN, 23, [0, 2]), ("2026-10-25", DUBLIN, 25, [0, 1, 1]), ("2026-04-05", LORD_HOWE, 25, [0, 1, 1, 2]),
     ("2026-10-04", LORD_HOWE, 24, [0, 1, 2, 3]), (SUN, KOLKATA, 24, [0, 1]),
     ("2010-03-14", "America/St_Johns", 24, [0, 1])],
)  # fmt: skip
def test_a_day_has_the_hours_that_its_clocks_show(day, zone, count, first):
    start, end = week_of(date.fromisoformat(day), ZoneInfo(zone))
    mine = [each for each in hours(start, end, ZoneInfo(zone)) if each.day.isoformat() == day]
    assert len(mine) == count
    assert [each.hour for each in mine][: len(first)] == first
    assert all(one.end == two.start for one, two in pairwise(mine))


def test_clocks_that_change_within_an_hour_part_it():
    zone = ZoneInfo("America/St_Johns")
    first, second = hours(*week_of(date(2010, 3, 14), zone), zone)[-24:-22]
    assert (first.end - first.start, second.end - second.start) == (timedelta(minutes=1), timedelta(minutes=59))


def test_clocks_show_a_time_never_once_or_twice():
    skipped, after, twice = (
        instants(datetime.fromisoformat(each), ZoneInfo(DUBLIN))
        for each in ("2026-03-29T01:30", "2026-03-29T02:30", "2026-10-25T01:30")
    )
    assert skipped == ()
    assert after == (datetime(2026, 3, 29, 1, 30, tzinfo=UTC),)
    assert len(twice) == 2
