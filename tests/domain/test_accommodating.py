"""When an attempt ends and how many there are, for somebody who is given more, as dated stories."""

from datetime import datetime, timedelta

import pytest

from lms.domain.accommodating import (
    ARRIVAL_GRACE,
    Accommodation,
    ExtraTime,
    attempts_given,
    in_force,
    is_late,
    seconds_until,
    time_limit,
)
from tests.domain.make import day

PLAIN, HALF_MORE, DOUBLE, NO_LIMIT = ExtraTime


def at(text: str) -> datetime:
    """A moment of 1 March, or of another day: `10:30`, `2 Mar 10:30`."""
    return day(text if " " in text else f"1 Mar {text}")


def given(time=PLAIN, begins="9:00", *, until=None, recorded=None, attempts=None) -> Accommodation:
    return Accommodation(
        time=time,
        attempts=attempts,
        from_at=at(begins),
        until_at=at(until) if until else None,
        recorded_at=at(recorded or begins),
    )


TIMES = (
    ("nobody gave anything", [], 30),
    ("half as long again", [given(HALF_MORE)], 45),
    ("twice as long", [given(DOUBLE)], 60),
    ("no limit at all", [given(NO_LIMIT)], None),
    ("only more attempts", [given(attempts=5)], 30),
    ("one recorded later takes the place of the first", [given(DOUBLE, "8:00"), given(HALF_MORE)], 45),
    ("it was ended before", [given(DOUBLE, "8:00"), given(PLAIN)], 30),
    ("it was over before", [given(DOUBLE, "8:00", until="9:59")], 30),
    ("one that is over does not wake up the one before it",
     [given(DOUBLE, "8:00"), given(HALF_MORE, "9:00", until="9:30")], 30),
    ("it begins when the attempt does", [given(DOUBLE, "10:00")], 60),
    ("it ends when the attempt begins", [given(DOUBLE, "8:00", until="10:00")], 30),
    ("given while the attempt is open", [given(DOUBLE, "10:20")], 60),
    ("given after its end", [given(DOUBLE, "10:50")], 60),
    ("no limit, given after its end", [given(NO_LIMIT, "10:50")], None),
    ("more while it is open", [given(HALF_MORE), given(DOUBLE, "10:20")], 60),
    ("less while it is open", [given(DOUBLE), given(HALF_MORE, "10:20")], 60),
    ("ended while it is open", [given(DOUBLE), given(PLAIN, "10:20")], 60),
    ("over while it is open", [given(DOUBLE, until="10:20")], 60),
    ("given and ended while it is open", [given(DOUBLE, "10:10"), given(PLAIN, "10:20")], 60),
    ("still to come", [given(DOUBLE, "11:30", recorded="9:00")], 30),
    ("written down for a moment that had passed, it counts from when it was",
     [given(DOUBLE, "9:00", recorded="10:20"), given(PLAIN, "9:30", recorded="10:40")], 60),
)  # fmt: skip


@pytest.mark.parametrize(("story", "accommodations", "minutes"), TIMES, ids=[story for story, *_ in TIMES])
def test_how_long_an_attempt_may_take(story, accommodations, minutes):
    """A quiz of 30 minutes, begun at 10:00 and looked at at 11:00."""
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert time_limit(30, accommodations, started_at=at("10:00"), now=at("11:00")) == expected


@pytest.mark.parametrize(("story", "accommodations", "minutes"), TIMES, ids=[story for story, *_ in TIMES])
def test_it_never_gets_shorter_while_it_is_under_way(story, accommodations, minutes):
    limits = [
        time_limit(30, accommodations, started_at=at("10:00"), now=at("10:00") + timedelta(minutes=passed))
        or timedelta.max
        for passed in range(0, 120, 5)
    ]
    assert limits == sorted(limits)


def test_half_a_minute_is_a_whole_one():
    limit = time_limit(15, [given(HALF_MORE)], started_at=at("10:00"), now=at("10:00"))
    assert limit == timedelta(minutes=23)


def test_seconds_until_the_end_are_whole_and_none_after_it():
    assert seconds_until(at("10:30"), at("10:29") + timedelta(milliseconds=1500)) == 58
    assert seconds_until(at("10:30"), at("10:40")) == 0
    assert seconds_until(None, at("10:40")) is None


def test_a_quiz_without_a_limit_has_none_for_anybody():
    assert time_limit(None, [given(DOUBLE)], started_at=at("10:00"), now=at("10:30")) is None


@pytest.mark.parametrize(
    ("story", "accommodations", "count"),
    [
        ("nobody gave anything", [], 3),
        ("more than everybody has", [given(attempts=5)], 5),
        ("fewer than everybody has: no accommodation takes anything away", [given(attempts=2)], 3),
        ("only more time", [given(DOUBLE)], 3),
        ("over", [given(attempts=5, until="9:30")], 3),
        ("ended", [given(attempts=5), given()], 3),
        ("still to come", [given(attempts=5, begins="12:00", recorded="9:00")], 3),
        ("more time instead of more attempts", [given(attempts=5), given(DOUBLE, "9:30")], 3),
    ],
)
def test_how_many_attempts_somebody_has(story, accommodations, count):
    assert attempts_given(3, accommodations, now=at("11:00")) == count


def test_what_is_recorded_last_counts_also_over_what_was_to_come():
    planned, called_off = given(DOUBLE, "2 Mar 9:00", recorded="9:00"), given(PLAIN, "10:00")
    assert in_force([planned], at("2 Mar 10:00")) is planned
    assert in_force([planned, called_off], at("2 Mar 10:00")) is None


def test_an_answer_on_its_way_at_the_end_still_counts():
    end = at("10:30")
    assert not is_late(end, end)
    assert not is_late(end, end + ARRIVAL_GRACE)
    assert is_late(end, end + ARRIVAL_GRACE + timedelta(microseconds=1))
    assert not is_late(None, end)
