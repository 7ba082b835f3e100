"""The worst over a queue's policies, the share over people, and what the gate answers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from lms.domain.readiness import ANSWERS, Answer, gate, readiness, share, worst
from lms.domain.standing import State
from tests.domain.histories import make_asked, make_case, randoms
from tests.domain.make import (
    day,
    make_evidence,
    make_hold,
    make_override,
    make_person,
    make_policy,
    make_refresher,
    make_seen,
    make_spell,
    make_version,
    material,
)

V1 = make_version(1, "1 Jan", "a b")
FIRST = make_policy(V1)
URGENT = make_policy(V1, make_version(2, "1 Feb", "a b", material("b"), provisional="4 Feb"))
SECOND = replace(make_policy(make_version(1, "1 Jan", "c")), slug="second")
ELSEWHERE = replace(make_policy(make_version(1, "1 Jan", "d@spam")), slug="elsewhere")
PASSED = make_evidence(1, "5 Jan")
BOTH = (PASSED, make_evidence(1, "5 Jan", policy="second"))


def found(person, at, *policies, queue="legal"):
    return readiness(policies or (FIRST,), person, queue=queue, at=day(at), known_at=day(at))


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("ready overdue held due", "held"),
        ("ready overdue due provisional", "overdue"),
        ("ready due provisional", "due"),
        ("ready provisional exempt", "provisional"),
        ("exempt ready not_required", "ready"),
        ("exempt not_required", "exempt"),
        ("not_required", "ready"),
        ("", "ready"),
    ],
)
def test_the_worst_state_counts_and_what_is_not_asked_is_left_out(states, expected):
    assert worst(State(each) for each in states.split()) == expected


def test_one_policy_overdue_makes_the_queue_overdue():
    person = make_person(PASSED)
    assert found(person, "20 Jan").state is State.READY
    both = found(person, "20 Jan", FIRST, SECOND)
    assert both.state is State.OVERDUE
    assert [each.state for each in both.standings] == [State.READY, State.OVERDUE]
    assert found(make_person(*BOTH), "20 Jan", FIRST, SECOND).state is State.READY


def test_a_hold_on_the_queue_counts_even_without_any_policy():
    held = make_person(make_hold("10 Jan - 20 Jan"))
    here = found(held, "11 Jan", ELSEWHERE)
    assert (here.state, here.because, here.is_required) == (State.HELD, "hold", False)
    assert here.changes_at == day("20 Jan")
    on_leave = make_person(make_hold("10 Jan"), leave="10 Jan")
    assert found(on_leave, "11 Jan").state is State.EXEMPT


def test_nothing_required_is_ready_and_counts_in_no_share():
    nothing = found(make_person(), "20 Jan", ELSEWHERE)
    assert (nothing.state, nothing.is_required) == (State.READY, False)
    assert share([[nothing]]).ready_share is None
    assert share([[nothing]]).may_work_share is None


GATES = [
    ("ready may work", make_person(PASSED), "20 Jan", Answer.ALLOW, "ready"),
    ("provisional may work", make_person(PASSED, make_seen(2, "1 Feb")), "2 Feb", Answer.ALLOW, "provisional"),
    ("waived may work", make_person(waived="1 Jan"), "20 Jan", Answer.ALLOW, "exempt"),
    ("due may work with caution", make_person(), "10 Jan", Answer.CAUTION, "due"),
    ("overdue may not", make_person(), "20 Jan", Answer.DENY, "overdue"),
    ("held may not", make_person(PASSED, make_refresher("10 Jan")), "20 Jan", Answer.DENY, "held"),
    ("who is on leave may not", make_person(PASSED, leave="10 Jan"), "20 Jan", Answer.DENY, "leave"),
    ("who is not in the queue may not", make_person(abuse="1 Jan"), "20 Jan", Answer.DENY, "not_in_queue"),
    ("who has left may not", make_person(PASSED, employed="1 Jan - 10 Jan"), "20 Jan", Answer.DENY, "leaver"),
    ("an override lets in", make_person(make_override("20 Jan")), "20 Jan", Answer.ALLOW, "override"),
    ("for twelve hours", make_person(make_override("20 Jan")), "20 Jan 11:59", Answer.ALLOW, "override"),
    ("not longer", make_person(make_override("20 Jan")), "20 Jan 12:00", Answer.DENY, "overdue"),
    ("shorter if said", make_person(make_override("20 Jan - 20 Jan 01:00")), "20 Jan 02:00", Answer.DENY, "overdue"),
    ("not into another queue", make_person(make_override("20 Jan", "spam")), "20 Jan", Answer.DENY, "overdue"),
    ("over a hold", make_person(make_hold("1 Jan"), make_override("20 Jan")), "20 Jan", Answer.ALLOW, "override"),
    ("into any queue", make_person(make_override("20 Jan"), abuse="1 Jan"), "20 Jan", Answer.ALLOW, "override"),
    ("not over leave", make_person(make_override("20 Jan"), leave="1 Jan"), "20 Jan", Answer.DENY, "leave"),
    (
        "not over having left",
        make_person(make_override("20 Jan"), employed="1 Jan - 10 Jan"),
        "20 Jan",
        Answer.DENY,
        "leaver",
    ),
]


@pytest.mark.parametrize(("person", "at", "answer", "because"), [pytest.param(*each[1:], id=each[0]) for each in GATES])
def test_the_gate(person, at, answer, because):
    asked = gate(found(person, at, URGENT))
    assert (asked.answer, asked.because) == (answer, because)


def test_a_queue_may_set_its_own_answers_and_what_it_leaves_out_is_denied():
    due = found(make_person(), "10 Jan")
    assert gate(due, {**ANSWERS, State.DUE: Answer.DENY}).answer is Answer.DENY
    assert gate(due, {State.READY: Answer.ALLOW}).answer is Answer.DENY


def test_a_share_counts_the_ready_and_beside_them_the_provisional_and_who_may_work():
    people = [
        make_person(PASSED),
        make_person(PASSED, make_seen(2, "1 Feb")),
        make_person(),
        make_person(leave="1 Jan"),
        make_person(abuse="1 Jan"),
    ]
    counted = share([found(each, "2 Feb", URGENT)] for each in people)
    assert (counted.counted, counted.ready, counted.provisional, counted.may_work) == (3, 0, 1, 2)
    assert counted.ready_share == 0
    assert counted.may_work_share == pytest.approx(2 / 3)


def test_a_person_counts_once_with_the_worst_queue_and_may_work_in_any():
    person = make_person(make_hold("10 Jan", "abuse"), PASSED, legal="1 Jan", abuse="1 Jan")
    in_abuse = replace(make_policy(make_version(1, "1 Jan", "e@abuse")), slug="third")
    both = [found(person, "12 Jan", FIRST, in_abuse, queue=queue) for queue in ("legal", "abuse")]
    counted = share([both])
    assert (counted.counted, counted.ready, counted.may_work) == (1, 0, 1)


def test_the_end_of_an_override_is_a_change():
    assert found(make_person(PASSED, make_override("20 Jan")), "20 Jan").changes_at == day("20 Jan 12:00")
    assert found(make_person(PASSED, leave=make_spell("1 Feb", recorded="2 Jan")), "6 Jan").changes_at == day("1 Feb")


@settings(max_examples=100, deadline=None)
@given(randoms)
def test_every_share_lies_between_0_and_1(random):
    policy, _, queue = make_case(random)
    at, known_at = make_asked(random)
    people = [make_case(random)[1] for _ in range(4)]
    rows = [[readiness([policy], each, queue=queue, at=at, known_at=known_at)] for each in people]
    counted = share(rows)
    assert 0 <= counted.ready + counted.provisional <= counted.counted <= len(people)
    assert counted.ready_share is None or 0 <= counted.ready_share <= 1
    assert counted.may_work_share is None or 0 <= counted.may_work_share <= 1
    assert all(row.state is not State.NOT_REQUIRED for (row,) in rows)
