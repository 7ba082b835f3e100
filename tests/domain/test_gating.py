"""The gate's whole answer: what a queue set, why, until when it stands; and that an override makes nobody ready."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from lms.domain.gating import GateSettings, answers_at, ask, needs_confirmation
from lms.domain.readiness import ANSWERS, Answer, readiness, share
from lms.domain.records import Override
from lms.domain.standing import State
from tests.domain.histories import Chance, make_asked, make_case, make_spells, randoms, some_moment
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
    written,
)

V1 = make_version(1, "1 Jan", "a b")
FIRST = make_policy(V1)
URGENT = make_policy(V1, make_version(2, "1 Feb", "a b", material("b"), published="2 Jan", provisional="4 Feb"))
SECOND = replace(make_policy(make_version(1, "1 Jan", "c"), onboarding_days=5), slug="second")
PASSED = make_evidence(1, "5 Jan")


def set_to(since, *, recorded=None, **answers):
    usual = {each: ANSWERS[each] for each in (State.PROVISIONAL, State.DUE, State.OVERDUE, State.HELD)}
    said = {State(state): Answer(answer) for state, answer in answers.items()}
    return GateSettings(from_at=day(since), recorded_at=day(recorded or since), answers=usual | said)


def asked(person, at, *policies, known=None, settings=(), queue="legal"):
    known_at = day(known or at)
    return ask(policies or (FIRST,), person, settings, queue=queue, at=day(at), known_at=known_at)


def line(found):
    until = f" until {written(found.until)}, then {found.then.value}" if found.until else ""
    return f"{found.answer.value} ({found.because}){until}"


STRICT = (set_to("1 Jan", due="deny"),)
STORIES = [
    ("who was never due stays let in", make_person(PASSED), "6 Jan", (), "allow (ready)"),
    ("due until it is overdue", make_person(), "10 Jan", (), "caution (due) until 15 Jan, then deny"),
    ("overdue until something is recorded", make_person(), "20 Jan", (), "deny (overdue)"),
    ("a standing may change and the answer not", make_person(), "10 Jan", STRICT, "deny (due)"),
    (
        "provisional until its time is over",
        make_person(PASSED, make_seen(2, "1 Feb")),
        "2 Feb",
        (),
        "allow (provisional) until 4 Feb, then caution",
    ),
    (
        "a change of the policy that is coming counts",
        make_person(PASSED),
        "20 Jan",
        (),
        "allow (ready) until 1 Feb, then caution",
    ),
    (
        "leave until it ends",
        make_person(PASSED, leave=make_spell("10 Jan - 12 Jan")),
        "11 Jan",
        (),
        "deny (leave) until 12 Jan, then allow",
    ),
    (
        "an override until it ends",
        make_person(make_override("20 Jan - 20 Jan 08:00")),
        "20 Jan",
        (),
        "allow (override) until 20 Jan 08:00, then deny",
    ),
    (
        "never longer than twelve hours",
        make_person(make_override("20 Jan - 22 Jan")),
        "20 Jan",
        (),
        "allow (override) until 20 Jan 12:00, then deny",
    ),
    (
        "leave ends what an override gives",
        make_person(make_override("20 Jan"), leave=make_spell("20 Jan 03:00 - 1 Feb", recorded="1 Jan")),
        "20 Jan",
        (),
        "allow (override) until 20 Jan 03:00, then deny",
    ),
    (
        "an override that ends changes nothing for who is ready",
        make_person(PASSED, make_override("20 Jan - 20 Jan 08:00")),
        "20 Jan",
        (),
        "allow (override) until 1 Feb, then caution",
    ),
    (
        "what the queue sets for later counts from then on",
        make_person(make_evidence(1, "5 Jan", "a")),
        "6 Jan",
        (set_to("1 Jan"), set_to("8 Jan", recorded="2 Jan", due="allow")),
        "caution (due) until 8 Jan, then allow",
    ),
    (
        "what is set later than it is known does not",
        make_person(),
        "6 Jan",
        (set_to("1 Jan", recorded="7 Jan", due="deny"),),
        "caution (due) until 15 Jan, then deny",
    ),
    (
        "a hold until it ends, whatever is due behind it",
        make_person(make_hold("2 Jan - 10 Jan")),
        "3 Jan",
        (),
        "deny (held) until 10 Jan, then caution",
    ),
    (
        "a queue may let in who is on hold",
        make_person(PASSED, make_hold("6 Jan - 10 Jan")),
        "7 Jan",
        (set_to("1 Jan", held="allow"),),
        "allow (held) until 1 Feb, then caution",
    ),
    (
        "who comes into the queue later",
        make_person(PASSED, legal=make_spell("10 Jan", recorded="5 Jan")),
        "6 Jan",
        (),
        "deny (not_in_queue) until 10 Jan, then allow",
    ),
    (
        "who leaves is denied from then on",
        make_person(PASSED, employed="1 Jan - 10 Jan"),
        "6 Jan",
        (),
        "allow (ready) until 10 Jan, then deny",
    ),
]


@pytest.mark.parametrize(
    ("person", "at", "settings", "told"), [pytest.param(*each[1:], id=each[0]) for each in STORIES]
)
def test_the_answer_and_until_when(person, at, settings, told):
    policy = FIRST if told == "allow (ready)" else URGENT
    assert line(asked(person, at, policy, settings=settings)) == told


def test_the_answer_tells_every_reason_most_urgent_first():
    person = make_person(make_hold("2 Jan"), make_refresher("3 Jan"), make_evidence(1, "5 Jan", "a"))
    found = asked(person, "7 Jan", FIRST, SECOND)
    assert [(each.policy, each.state.value, each.because, each.clauses) for each in found.reasons] == [
        (None, "held", "hold", ()),
        ("second", "held", "hold", ("c",)),
        ("requests", "held", "hold", ("b",)),
    ]
    assert [each.due_at for each in found.reasons] == [None, day("8 Jan"), day("15 Jan")]


def test_a_refresher_is_a_reason_and_what_is_waived_is_none():
    blocked = asked(make_person(PASSED, make_refresher("6 Jan")), "7 Jan")
    assert [(each.because, each.clauses) for each in blocked.reasons] == [("refresher", ())]
    assert asked(make_person(waived="1 Jan"), "7 Jan").reasons == ()
    assert asked(make_person(leave="1 Jan"), "7 Jan").reasons == ()


def test_an_override_hides_no_reason():
    found = asked(make_person(make_override("20 Jan")), "20 Jan")
    assert (found.answer, [each.clauses for each in found.reasons]) == (Answer.ALLOW, [("a", "b")])
    assert found.readiness.state is State.OVERDUE


def test_what_a_queue_set_last_counts_and_ready_is_always_let_in():
    settings = (set_to("1 Jan", due="deny"), set_to("3 Jan", due="allow"), set_to("2 Jan", recorded="4 Jan"))
    told = [answers_at(settings, at=day(at), known_at=day(known))[State.DUE] for at, known in
            (("1 Jan", "9 Jan"), ("3 Jan", "3 Jan"), ("3 Jan", "9 Jan"))]  # fmt: skip
    assert told == [Answer.DENY, Answer.ALLOW, Answer.CAUTION]
    assert answers_at((), at=day("1 Jan"), known_at=day("1 Jan")) == ANSWERS
    assert answers_at(settings, at=day("1 Jan"), known_at=day("9 Jan"))[State.READY] is Answer.ALLOW


@pytest.mark.parametrize(
    ("state", "answer", "needed"),
    [("overdue", "allow", True), ("held", "allow", True), ("due", "allow", False), ("overdue", "caution", False)],
)
def test_letting_in_who_is_overdue_or_on_hold_is_confirmed(state, answer, needed):
    assert needs_confirmation(set_to("1 Jan", **{state: answer}).answers) is needed


def test_a_share_counts_each_queue_by_what_it_set():
    due = readiness([FIRST], make_person(), queue="legal", at=day("10 Jan"), known_at=day("10 Jan"))
    strict = set_to("1 Jan", due="deny").answers
    assert share([[due]]).may_work == 1
    assert share([[due]], {"legal": strict}).may_work == 0
    assert share([[due]], {"abuse": strict}).may_work == 1


def random_settings(random: Chance) -> tuple[GateSettings, ...]:
    return tuple(
        GateSettings(
            from_at=some_moment(random),
            recorded_at=some_moment(random),
            answers={
                state: random.choice(list(Answer))
                for state in (State.PROVISIONAL, State.DUE, State.OVERDUE, State.HELD)
            },
        )
        for _ in range(random.randint(0, 3))
    )


def overridden(random: Chance, person, queue):
    return replace(person, overrides=tuple(Override(spell=each, queue=queue) for each in make_spells(random, 3)))


@settings(max_examples=150, deadline=None)
@given(randoms)
def test_the_answer_stands_until_the_told_instant(random):
    policy, person, queue = make_case(random)
    person, set_ = overridden(random, person, queue), random_settings(random)
    at, known_at = make_asked(random)
    now = ask([policy], person, set_, queue=queue, at=at, known_at=known_at)

    def answer(then):
        return ask([policy], person, set_, queue=queue, at=then, known_at=known_at).answer

    if now.until is None:
        later = [at + timedelta(hours=hours) for hours in (1, 12, 30, 90 * 24, 900 * 24)]
    else:
        assert now.until > at
        assert answer(now.until) is now.then is not now.answer
        span = now.until - at
        later = [at + span * part for part in (0.2, 0.5, 0.8)] + [now.until - timedelta(microseconds=1)]
    assert {answer(each) for each in later} == {now.answer}


@settings(max_examples=100, deadline=None)
@given(randoms)
def test_an_override_changes_no_standing_and_no_figure_of_who_is_ready(random):
    policy, person, queue = make_case(random)
    at, known_at = make_asked(random)
    let_in = overridden(random, person, queue)
    moments = {"queue": queue, "at": at, "known_at": known_at}
    without, within = (readiness([policy], each, **moments) for each in (person, let_in))
    assert (within.standings, within.state, within.because) == (without.standings, without.state, without.because)
    one, other = share([[without]]), share([[within]])
    assert (one.counted, one.ready, one.provisional) == (other.counted, other.ready, other.provisional)
