"""Which settings are in force when, as dated stories: what is recorded last counts, also over what was to come."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis.strategies import randoms

from lms.domain.intervals import FOREVER
from lms.domain.settings import in_force, terms
from tests.domain.make import (
    day,
    make_evidence,
    make_person,
    make_policy,
    make_settings,
    make_spell,
    make_version,
    told,
)

V1 = make_version(1, "1 Jan", "a b")
NOW = make_settings("legal")
PLANNED = make_settings("spam", "1 Mar", recorded="1 Feb")
TAKEN_BACK = make_settings("legal", "10 Feb", recorded="10 Feb")
AFTER = make_settings("abuse", "1 Apr", recorded="10 Feb")
CORRECTED = make_settings("abuse", "1 Mar", recorded="10 Feb")

STORIES = (
    ("alone they stay", [NOW], [("legal", "1 Jan", None)]),
    ("what is planned follows", [NOW, PLANNED], [("legal", "1 Jan", "1 Mar"), ("spam", "1 Mar", None)]),
    ("recorded later from an earlier moment, they take its place", [NOW, PLANNED, TAKEN_BACK],
     [("legal", "1 Jan", "10 Feb"), ("legal", "10 Feb", None)]),
    ("recorded later from a later moment, they follow it", [NOW, PLANNED, AFTER],
     [("legal", "1 Jan", "1 Mar"), ("spam", "1 Mar", "1 Apr"), ("abuse", "1 Apr", None)]),
    ("from the same moment, the last recorded count", [NOW, PLANNED, CORRECTED],
     [("legal", "1 Jan", "1 Mar"), ("abuse", "1 Mar", None)]),
    ("the last recorded take back all that begins later", [NOW, PLANNED, AFTER, make_settings("legal", "20 Feb")],
     [("legal", "1 Jan", "20 Feb"), ("legal", "20 Feb", None)]),
    ("without any there is nothing", [], []),
)  # fmt: skip


@pytest.mark.parametrize(("why", "recorded", "expected"), STORIES, ids=[story[0] for story in STORIES])
def test_what_is_in_force_when(why, recorded, expected):
    found = [(" ".join(each.queues), time.start, time.end) for each, time in terms(recorded)]
    assert found == [(queues, day(start), day(end) if end else FOREVER) for queues, start, end in expected], why
    assert terms(reversed(recorded)) == terms(recorded)


@settings(deadline=None, max_examples=100)
@given(randoms())
def test_the_times_say_what_is_in_force_at_each_moment(random: Random):
    made = [
        make_settings(str(place), f"{random.randint(1, 20)} Mar", recorded=f"{place + 1} Feb") for place in range(6)
    ]
    found = terms(made)
    for number in range(1, 29):
        at = day(f"{number} Mar 12:00")
        assert [each for each, time in found if time.start <= at < time.end] == [
            each for each in [in_force(made, at)] if each
        ]
    assert [time.end for _, time in found[:-1]] == [time.start for _, time in found[1:]]


READINESS = (
    ("before it begins nobody notices", [NOW, PLANNED], "20 Feb", "READY, held 1"),
    ("from its moment on it counts", [NOW, PLANNED], "1 Mar",
     "NOT_REQUIRED (not_concerned)"),
    ("taken back, it never counts", [NOW, PLANNED, TAKEN_BACK], "2 Mar", "READY, held 1"),
)  # fmt: skip


@pytest.mark.parametrize(("why", "recorded", "at", "expected"), READINESS, ids=[story[0] for story in READINESS])
def test_readiness_follows(why, recorded, at, expected):
    person = make_person(make_evidence(1, "5 Jan"))
    assert told(make_policy(V1, settings=recorded), person, at) == expected, why


def test_as_known_before_they_were_taken_back_they_would_have_counted():
    policy, person = make_policy(V1, settings=[NOW, PLANNED, TAKEN_BACK]), make_person(make_evidence(1, "5 Jan"))
    assert told(policy, person, "2 Mar", known="9 Feb") == "NOT_REQUIRED (not_concerned)"


def test_other_days_alone_start_nobody_anew():
    recorded = [NOW, make_settings("legal", "10 Jan", onboarding_days=60, grace_days=30)]
    policy, person = make_policy(V1, settings=recorded), make_person()
    assert told(policy, person, "9 Jan") == told(policy, person, "12 Jan") == "DUE until 15 Jan: v1 a b"
    newcomer = make_person(legal=make_spell("20 Jan"))
    assert told(policy, newcomer, "22 Jan") == "DUE until 21 Mar: v1 a b"


def test_what_was_won_before_any_lasts_as_long_as_the_first_that_came_into_force_say():
    wrong = make_settings("legal", "1 Mar", recorded="1 Feb", valid_days=30)
    mended = make_settings("legal", "1 Mar", recorded="2 Feb", valid_days=300)
    person = make_person(make_evidence(1, "5 Jan"))
    for recorded in ([wrong, mended], [mended, wrong]):
        assert told(make_policy(V1, settings=recorded), person, "2 Mar") == "READY, held 1"
