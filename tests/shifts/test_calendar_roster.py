"""A roster as a calendar: what recurs, over changes of clocks; without end it is bounded; what is wrong is told."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.extensions import db, writing
from lms.models import Identity, ShiftRow
from lms.people.importing import ImportRefused
from lms.privacy.actions import erase
from lms.shifts import calendar_roster, calendar_times
from lms.shifts.calendar_roster import read_calendar
from tests.cast import leave
from tests.shifts.files import NOW, bring, calendar, event, on_shift, rows_written

LATER = NOW + timedelta(hours=1)
FIVE = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Dublin",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0500",
        "TZOFFSETTO:+0500",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
)
"""Dublin as it never was."""


def refused(*events, more=()):
    content = events[0] if isinstance(events[0], bytes) else calendar(*events, more=more)
    problems = [str(each) for each in read_calendar(content, now=NOW).problems]
    assert problems
    return problems


def times(*events, more=(), now=NOW):
    roster = read_calendar(calendar(*events, more=more), now=now)
    assert [str(each) for each in roster.problems] == []
    return [f"{each.start:%m-%d %H:%M}-{each.end:%H:%M}" for each in roster.said]


class TestTimes:
    def test_a_zone_utc_a_duration_and_the_calendars_own_zone(self):
        assert times(event()) == ["03-30 07:00-15:00"]
        assert times(event(start="20260330T080000Z", end="20260330T160000Z", zone="")) == ["03-30 08:00-16:00"]
        assert times(event(end=None, more=["DURATION:PT6H30M"])) == ["03-30 07:00-13:30"]
        assert times(event(zone=""), more=["X-WR-TIMEZONE:America/New_York"]) == ["03-30 12:00-20:00"]

    def test_names_of_zones_as_windows_says_them(self):
        assert times(event(zone=";TZID=GMT Standard Time")) == ["03-30 07:00-15:00"]

    def test_a_time_shown_twice_is_the_first(self):
        assert times(event(start="20261025T013000", end="20261025T080000")) == ["10-25 00:30-08:00"]

    def test_begin_and_end_in_two_zones(self):
        one = event(more=["RRULE:FREQ=DAILY;COUNT=1"]).replace("DTEND;TZID=Europe/Dublin", "DTEND;TZID=Asia/Kolkata")
        assert times(one.replace("T160000", "T200000")) == ["03-30 07:00-14:30"]

    def test_the_right_definition_of_a_zone_is_taken(self):
        right = FIVE.replace("+0500", "+0530").replace("Europe/Dublin", "Asia/Kolkata")
        assert times(event(zone=";TZID=Asia/Kolkata"), more=[right]) == ["03-30 02:30-10:30"]


class TestRecurring:
    def test_a_night_ends_when_its_clocks_say_so_on_the_days_on_which_they_change(self):
        nights = event(start="20260327T220000", end="20260328T060000", more=["RRULE:FREQ=DAILY;COUNT=3"])
        assert times(nights) == ["03-27 22:00-06:00", "03-28 22:00-05:00", "03-29 21:00-05:00"]

    def test_a_time_that_clocks_skip_one_day_is_read_with_the_offset_before(self):
        early = event(start="20260328T013000", end="20260328T093000", more=["RRULE:FREQ=DAILY;COUNT=3"])
        assert times(early) == ["03-28 01:30-09:30", "03-29 01:30-08:30", "03-30 00:30-08:30"]

    def test_weekdays_without_the_days_taken_out_and_with_the_one_added(self):
        rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE;UNTIL=20260408T235959Z", "EXDATE;TZID=Europe/Dublin:20260331T080000",
                "RDATE;TZID=Europe/Dublin:20260403T080000"]  # fmt: skip
        assert [each[:5] for each in times(event(more=rule))] == ["03-30", "04-01", "04-06", "04-07", "04-08", "04-03"]

    def test_until_a_day_or_a_local_time(self):
        assert len(times(event(more=["RRULE:FREQ=DAILY;UNTIL=20260401"]))) == 3
        assert len(times(event(more=["RRULE:FREQ=DAILY;UNTIL=20260401T080000"]))) == 3

    def test_months(self):
        assert len(times(event(more=["RRULE:FREQ=MONTHLY;BYDAY=-1MO;COUNT=3"]))) == 3

    def test_without_end_it_is_followed_to_the_month_four_months_ahead(self):
        found = times(event(start="20250101T080000", end="20250101T160000", more=["RRULE:FREQ=DAILY"]))
        assert (found[0], found[-1]) == ("02-18 08:00-16:00", "06-30 07:00-15:00")

    def test_one_of_its_times_may_be_moved_or_called_off(self):
        daily = event(more=["RRULE:FREQ=DAILY;COUNT=3"])
        moved = event(start="20260331T100000", end="20260331T180000",
                      more=["RECURRENCE-ID;TZID=Europe/Dublin:20260331T080000"])  # fmt: skip
        assert times(daily, moved) == ["03-30 07:00-15:00", "04-01 07:00-15:00", "03-31 09:00-17:00"]
        off = moved.replace("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT")
        assert times(daily, off) == ["03-30 07:00-15:00", "04-01 07:00-15:00"]


class TestBringingIn:
    def test_twice_is_once_and_another_time_takes_the_place_of_the_first(self, cast):
        assert bring(calendar(event())) == (1, 0, 0, 0)
        assert bring(calendar(event()), now=LATER) == (0, 0, 0, 1)
        assert bring(calendar(event(end="20260330T170000")), now=LATER) == (0, 1, 0, 0)
        assert on_shift(now=LATER) == ["Ada legal-requests 03-30 07:00-16:00"]

    def test_what_a_series_no_longer_has_is_called_off_and_nothing_of_others(self, cast):
        bring(calendar(event(more=["RRULE:FREQ=DAILY;COUNT=3"]), event("other", "20260405T080000", "20260405T160000")))
        fewer = event(more=["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Dublin:20260331T080000"])
        assert bring(calendar(fewer), now=LATER) == (0, 0, 1, 2)
        assert [each[19:24] for each in on_shift(now=LATER)] == ["03-30", "04-01", "04-05"]
        off = event(more=["RRULE:FREQ=DAILY;COUNT=3", "STATUS:CANCELLED"])
        assert bring(calendar(off), now=LATER) == (0, 0, 2, 0)

    def test_a_series_is_not_called_off_where_it_is_no_longer_looked_at(self, cast):
        series = event(more=["RRULE:FREQ=DAILY"])
        bring(calendar(series))
        brought = bring(calendar(series), now=NOW + timedelta(days=60))
        assert brought[1:3] == (0, 0)
        assert brought[0] > 50

    def test_several_people_of_one_event_and_ids_and_a_queue_by_its_slug(self, cast):
        two = event(more=["ATTENDEE:mailto:ada@demo.example", "ATTENDEE:mailto:sam@demo.example"])
        other = event("e2", more=["X-MUSTER-PERSON:sam", "X-MUSTER-QUEUE:abuse-reports", "SUMMARY:Nights"])
        assert bring(calendar(two, other)) == (3, 0, 0, 0)
        assert [each[:12] for each in on_shift()] == ["Ada legal-re", "Sam abuse-re", "Sam legal-re"]

    def test_of_several_people_no_email_is_kept_and_twice_is_once_also_by_another_email(self, cast):
        def two(of_ada):
            return calendar(event(more=[f"ATTENDEE:mailto:{of_ada}", "ATTENDEE:mailto:sam@demo.example"]))

        assert bring(two("ada@demo.example")) == (2, 0, 0, 0)
        with writing():
            changed = update(Identity).where(Identity.person_id == cast.ada).values(email="ada.b@demo.example")
            db.session.execute(changed)
            db.session.commit()
        assert bring(two("ada.b@demo.example"), now=LATER) == (0, 0, 0, 2)
        leave(cast.ada)
        erase(cast.ada, reason="They asked for it today.", by=None, now=clock.now() + timedelta(seconds=5))
        kept = [each for row in db.session.execute(select(ShiftRow.external_id, ShiftRow.series)) for each in row]
        words = {
            word for each in kept for word in re.split(r"\W", each)
        }  # a digest may hold the three letters of "ada"
        assert not words & {"ada", "sam", "demo", "example"}, kept
        assert not any("@" in each or "sam" in each for each in kept), kept

    def test_two_events_of_several_people_with_one_uid_are_told_where_they_name_the_same(self):
        one = event(more=["ATTENDEE:mailto:ada@demo.example", "ATTENDEE:mailto:sam@demo.example"])
        other = event(more=["ATTENDEE:mailto:sam@demo.example", "ATTENDEE:mailto:lena@demo.example"])
        assert refused(one, other) == ["row 12, UID: row 4 has the same one"]

    def test_nobody_and_nowhere(self, cast):
        stranger = event(more=["ATTENDEE:mailto:zoe@demo.example", "SUMMARY:Tax"])
        with pytest.raises(ImportRefused) as caught:
            bring(calendar(stranger))
        db.session.rollback()
        assert [str(each) for each in caught.value.problems] == [
            "row 4, ATTENDEE: nobody has it; import people first",
            "row 4, queue: there is no such queue",
        ]
        assert rows_written() == 0


BAD = {
    "no zone": (event(zone=""), "DTSTART: it names no time zone; write it with TZID, or in UTC with a Z"),
    "no such zone": (event(zone=";TZID=Mars/Olympus"), "there is no time zone “Mars/Olympus”"),
    "a whole day": (event(start="20260330", end="20260331", zone=";VALUE=DATE"), "it is a whole day"),
    "skipped by clocks": (event(start="20260329T013000", end="20260329T080000"), "clocks in Europe/Dublin skip"),
    "an end that clocks skip": (event(start="20260328T230000", end="20260329T013000"), "DTEND: clocks in"),
    "ends first": (event(end="20260330T070000"), "DTEND: it ends before it begins"),
    "no end": (event(end=None), "DTEND: it is missing"),
    "no begin": (event().replace("DTSTART", "X-START"), "DTSTART: it is missing"),
    "broken": (event(start="2026033T080000"), "DTSTART: it cannot be read"),
    "nobody": (event().replace("ATTENDEE", "X-WHO"), "ATTENDEE: it names nobody"),
    "no address": (event(more=["ATTENDEE:mailto:ada"]), "ATTENDEE: “ada” is no e-mail address"),
    "a person of ours": (event(more=["X-MUSTER-PERSON:system:x"]), "X-MUSTER-PERSON: ids that begin with"),
    "no queue": (event(more=["SUMMARY:"]), "SUMMARY: it names no queue"),
    "no uid": (event(uid=""), "UID: each event needs one"),
    "every second": (event(more=["RRULE:FREQ=SECONDLY"]), "RRULE: a shift repeats DAILY, WEEKLY or MONTHLY"),
    "never": (event(more=["RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"]), "RRULE: a shift repeats"),
    "never, by interval": (event(more=["RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU"]), "RRULE: a shift repeats"),
    "the sixth Monday": (event(more=["RRULE:FREQ=MONTHLY;BYDAY=6MO"]), "RRULE: a shift repeats"),
    "no interval": (event(more=["RRULE:FREQ=DAILY;INTERVAL=0"]), "RRULE: a shift repeats"),
    "two rules": (event(more=["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"]), "RRULE: there is more than one"),
    "since long ago": (
        event(start="20200330T080000", end="20200330T160000", more=["RRULE:FREQ=DAILY"]),
        "DTSTART: it began more than three years ago",
    ),
    "an old word": (event(more=["EXRULE:FREQ=DAILY"]), "EXRULE: it is no longer part"),
    "a period": (event(more=["RDATE;VALUE=PERIOD:20260401T080000Z/PT5H"]), "RDATE: it is a period"),
    "a range": (
        event(more=["RECURRENCE-ID;RANGE=THISANDFUTURE:20260330T080000Z"]),
        "RECURRENCE-ID: RANGE is not read",
    ),
    "a moved day": (event(more=["RECURRENCE-ID;VALUE=DATE:20260330"]), "RECURRENCE-ID: it is a whole day"),
    "no events": (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "There is nothing in this file"),
    "cut off": (calendar(event())[:-40], "The file cannot be read as one calendar"),
    "no text": (calendar(event()).replace(b"Ada", b"Ad\xe9"), "row 8: The file is not UTF-8"),
}


@pytest.mark.parametrize(("what", "said"), BAD.values(), ids=BAD)
def test_a_bad_event_is_told_by_line_and_property(what, said):
    problems = refused(what)
    assert any(said in each for each in problems), problems


def test_where_clocks_change_no_definition_is_held_against_them():
    twice = event(start="20261025T013000", end="20261025T013000", more=["DURATION:PT1H"])
    assert not [each for each in read_calendar(calendar(twice, more=[FIVE]), now=NOW).problems if "VTIMEZONE" in
                str(each.message)]  # fmt: skip


def test_a_definition_of_a_zone_that_is_not_the_worlds_is_refused():
    assert "the file's own definition of Europe/Dublin (VTIMEZONE) is not" in refused(event(), more=[FIVE])[0]
    assert "VTIMEZONE" in refused(event(), more=[FIVE.replace("TZOFFSETTO", "X-TO")])[0]


def test_two_events_with_one_uid():
    assert refused(event(), event()) == ["row 11, UID: row 4 has the same one"]


def test_rules_that_cannot_be_read(monkeypatch):
    def nothing(*args, **more):
        raise ValueError

    monkeypatch.setattr(calendar_times, "rrulestr", nothing)
    assert "RRULE: it cannot be read" in refused(event(more=["RRULE:FREQ=DAILY"]))[0]


def test_files_are_bounded(monkeypatch):
    monkeypatch.setattr(calendar_roster, "MOST_SHIFTS", 20)
    assert refused(event(more=["RRULE:FREQ=DAILY"])) == ["The file comes to more than 20 shifts; split it."]
    monkeypatch.setattr(calendar_roster, "MOST_TIMES", 10)
    over = event(start="20250101T080000", end="20250101T160000", more=["RRULE:FREQ=DAILY;UNTIL=20250201T000000Z"])
    assert refused(over) == ["The series of the file come to more than 10 times; begin them later."]
    monkeypatch.setattr(calendar_roster, "MOST_EVENTS", 1)
    assert refused(event(), event("e2")) == ["The file has more than 1 events; split it."]
    monkeypatch.setattr(calendar_roster, "LARGEST_FILE", 10)
    assert "larger than" in refused(event())[0]
