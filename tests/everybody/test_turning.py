"""Where people stand in a queue through a time, what turns them, and why: stories, and the scalar rule."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from lms.domain.intervals import INSTANT
from lms.domain.readiness import readiness, worst
from lms.domain.records import SpellEnd
from lms.domain.standing import State
from lms.everybody.courses import courses
from lms.everybody.intervals import FOREVER, Intervals, moment, number
from lms.everybody.known import KnownPolicy
from lms.everybody.standing import STATES
from lms.everybody.telling import everybody
from lms.everybody.turning import through, turns
from tests.domain import make
from tests.domain.histories import QUEUES, make_asked, make_person, make_policy, randoms
from tests.domain.make import day, make_evidence, make_settings, make_version, material, written

PEOPLE = 3
DAYS = 40


def always(people):
    return Intervals(*(np.full((len(people), 1), each) for each in (-FOREVER, FOREVER, -FOREVER)))


def turning(policies, people, queue, *, start, end, known_at, seen=None):
    known = everybody(people, known_at)
    every = {each.slug: KnownPolicy(each, known) for each in policies}
    starts = np.full(len(people), number(start))
    asked = {queue: np.arange(len(people))}
    mine = {slug: courses(each, asked, starts, end)[queue] for slug, each in every.items()}
    found = through(mine, always(people) if seen is None else seen, number(end))
    return found, list(turns(found, mine, every))


def counted(policies, person, queue, *, at, known_at):
    """The state of the headline by the scalar rule."""
    found = readiness(policies, person, queue=queue, at=at, known_at=known_at)
    return worst(each.state for each in found.standings) if found.is_required else State.NOT_REQUIRED


@settings(max_examples=25, deadline=None)
@given(randoms)
def test_everybody_stands_at_every_instant_as_the_rule_says_and_turns_in_between(random):
    policy, other = make_policy(random), replace(make_policy(random), slug="other")
    people = [make_person(random, policy) for _ in range(PEOPLE)]
    start, known_at = make_asked(random)
    asked = {"start": start, "end": start + timedelta(days=DAYS), "known_at": known_at}
    for queue in QUEUES:
        found, turned = turning([policy, other], people, queue, **asked)
        stands = [counted([policy, other], each, queue, at=start, known_at=known_at) for each in people]
        todo = {row: [each for each in turned if each.row == row] for row in range(PEOPLE)}
        for half_day in range(0, 2 * DAYS, 7):
            at = start + timedelta(days=half_day / 2)
            for row, person in enumerate(people):
                while todo[row] and todo[row][0].at <= number(at):
                    turn = todo[row].pop(0)
                    assert (stands[row], moment(turn.at) > start) == (turn.before, True)
                    stands[row] = turn.after
                assert stands[row] is counted([policy, other], person, queue, at=at, known_at=known_at)
            assert [STATES[each] for each in found.at(PEOPLE, number(at))] == stands
        for turn in turned:
            just_before = counted(
                [policy, other], people[turn.row], queue, at=moment(turn.at) - INSTANT, known_at=known_at
            )
            assert just_before is turn.before


A = make.make_clause("a")
ONE = make_version(1, "1 Jan", "a b")
TWO = make_version(2, "1 Mar", "a b", material("a"), published="1 Feb")
PASSED = make_evidence(1, "5 Jan", "a b")

STORIES = (
    ("a version takes effect, and its grace ends", make.make_policy(ONE, TWO), make.make_person(PASSED), [
        "1 Mar ready due version 2", "8 Mar due overdue grace"]),
    ("without grace it is overdue by the version", make.make_policy(ONE, replace(TWO, grace_days=0)),
     make.make_person(PASSED), ["1 Mar ready overdue version 2"]),
    ("what was shown runs out", make.make_policy(ONE, valid_days=50), make.make_person(PASSED), [
        "24 Feb ready overdue validity"]),
    ("what ran out while something else was due", make.make_policy(ONE, TWO, valid_days=58),
     make.make_person(PASSED), ["1 Mar ready due version 2", "4 Mar due overdue validity"]),
    ("leave begins and ends", make.make_policy(ONE), make.make_person(PASSED, leave="20 Feb - 2 Mar"), [
        "20 Feb ready exempt leave", "2 Mar exempt ready back"]),
    ("back from leave after a change", make.make_policy(ONE, TWO), make.make_person(PASSED, leave="20 Feb - 2 Mar"), [
        "20 Feb ready exempt leave", "2 Mar exempt due back", "9 Mar due overdue grace"]),
    ("a waiver ends", make.make_policy(ONE), make.make_person(waived="1 Feb - 2 Mar"), [
        "2 Mar exempt overdue waiver"]),
    ("a waiver begins", make.make_policy(ONE), make.make_person(PASSED, waived="20 Feb - 10 Apr"), [
        "20 Feb ready exempt waived"]),
    ("a hold begins and ends", make.make_policy(ONE), make.make_person(PASSED, make.make_hold("20 Feb - 2 Mar")), [
        "20 Feb ready held held", "2 Mar held ready hold"]),
    ("the provisional time of an emergency ends",
     make.make_policy(ONE, make_version(2, "1 Feb", "a b", material("a"), provisional="20 Feb", grace=30)),
     make.make_person(PASSED, make.make_seen(2, "1 Feb")), [
        "20 Feb provisional due emergency", "3 Mar due overdue grace"]),
    ("somebody joins and leaves the queue", make.make_policy(ONE), make.make_person(legal="20 Feb - 4 Mar"), [
        "20 Feb not_required due joins", "4 Mar due not_required leaves"]),
    ("the policy is retired", make.make_policy(ONE, retired="20 Feb"), make.make_person(PASSED), [
        "20 Feb ready not_required retired"]),
    ("the requirement reaches another queue",
     make.make_policy(ONE, settings=[make_settings("abuse"), make_settings("legal", "20 Feb", recorded="1 Jan")]),
     make.make_person(), ["20 Feb not_required due requirement", "6 Mar due overdue grace"]),
    ("what was shown is taken back", make.make_policy(ONE),
     make.make_person(make_evidence(1, "5 Jan", "a b", revoked="20 Feb", revoked_recorded="6 Jan")), [
        "20 Feb ready due proof", "27 Feb due overdue grace"]),
)  # fmt: skip


@pytest.mark.parametrize(("story", "policy", "person", "expected"), STORIES, ids=[each[0] for each in STORIES])
def test_what_turns_somebody(story, policy, person, expected):
    _, found = turning([policy], [person], "legal", start=day("10 Feb"), end=day("1 Apr"), known_at=day("1 Apr"))
    assert [line(each) for each in found] == expected


def line(turn):
    version = f" {turn.version}" if turn.version else ""
    return f"{written(moment(turn.at))} {turn.before} {turn.after} {turn.kind}{version}"


def test_the_policy_that_decides_is_named():
    other = replace(make.make_policy(ONE, valid_days=45), slug="other")
    mine = replace(PASSED, policy="other")
    _, found = turning(
        [make.make_policy(ONE, TWO), other],
        [make.make_person(PASSED, mine)],
        "legal",
        start=day("10 Feb"),
        end=day("1 Apr"),
        known_at=day("10 Feb"),
    )
    assert [(each.policy, line(each)) for each in found] == [("other", "19 Feb ready overdue validity")]


def test_who_comes_to_the_teams_that_are_looked_at_moves_and_counts_from_then_on():
    columns = ([day("20 Feb")], [day("4 Mar")], [day("20 Feb")])
    seen = Intervals(*(np.array([[number(each) for each in column]]) for column in columns))
    asked = {"start": day("10 Feb"), "end": day("1 Apr"), "known_at": day("10 Feb")}
    found, turned = turning([make.make_policy(ONE)], [make.make_person(PASSED)], "legal", seen=seen, **asked)
    assert [line(each) for each in turned] == ["20 Feb not_required ready moves", "4 Mar ready not_required moves"]
    assert [STATES[found.at(1, number(day(each)))[0]] for each in ("19 Feb", "20 Feb", "4 Mar")] == [
        State.NOT_REQUIRED,
        State.READY,
        State.NOT_REQUIRED,
    ]


def test_who_is_hired_into_these_teams_joins():
    hired = make.make_person(PASSED, employed="20 Feb", legal="20 Feb")
    hired = replace(hired, employment=tuple(replace(each, recorded_at=day("1 Jan")) for each in hired.employment))
    hired = replace(hired, queues={"legal": tuple(replace(e, recorded_at=day("1 Jan")) for e in hired.queues["legal"])})
    seen = Intervals(*(np.array([[each]]) for each in (number(day("20 Feb")), FOREVER, number(day("20 Feb")))))
    asked = {"start": day("10 Feb"), "end": day("1 Apr"), "known_at": day("10 Feb")}
    _, turned = turning([make.make_policy(ONE)], [hired], "legal", seen=seen, **asked)
    assert [line(each) for each in turned] == ["20 Feb not_required ready joins"]


def test_what_comes_after_the_end_is_not_told():
    ends = (SpellEnd(at=day("2 May"), recorded_at=day("1 Jan")),)
    person = make.make_person(PASSED)
    person = replace(person, employment=tuple(replace(each, ends=ends) for each in person.employment))
    seen = Intervals(*(np.array([[each]]) for each in (number(day("1 Jan")), number(day("2 May")), 0)))
    asked = {"start": day("10 Feb"), "end": day("1 Apr"), "known_at": day("10 Feb")}
    assert turning([make.make_policy(ONE)], [person], "legal", seen=seen, **asked)[1] == []


def test_nobody_turns():
    policy = make.make_policy(ONE)
    found, turned = turning([policy], [], "legal", start=day("1 Feb"), end=day("2 Feb"), known_at=day("1 Feb"))
    assert (turned, found.at(0, number(day("1 Feb"))).tolist()) == ([], [])
