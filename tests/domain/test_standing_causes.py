"""What ends a coverage and when that is due: changes, revocations, expiries, leave, decisions, re-entry."""

# ruff: noqa: E501 (a story is one line)

import pytest

from tests.domain.make import (
    make_decision,
    make_evidence,
    make_person,
    make_policy,
    make_settings,
    make_spell,
    make_version,
    material,
    removed,
    told,
)

V1 = make_version(1, "1 Jan", "a b")
V2 = make_version(2, "1 Mar", "a b", material("b"))
SHORT = make_version(2, "1 Mar", "a b", material("b"), grace=2)
LATE_V2 = make_version(2, "1 Mar", "a b", material("b"), recorded="9 Mar")
V3 = make_version(3, "5 Mar", "a b", material("b"))
ADDS = make_version(2, "1 Mar", "a b c", material("c"))
P1 = make_policy(V1)
P2 = make_policy(V1, V2)
YEARLY = make_policy(V1, valid_days=100, window_days=30)
PASSED = make_evidence(1, "5 Jan")
WON_B = make_evidence(2, "2 Mar", "b", revoked="10 Mar")
REVOKED = make_evidence(1, "5 Jan", revoked="1 Feb")
REVOKED_LATE = make_evidence(1, "5 Jan", revoked="1 Feb", revoked_recorded="20 Feb")
TWO_RULES = make_policy(V1, V2, settings=[make_settings(), make_settings(since="15 Feb", grace_days=20)])
SHORTER = make_policy(V1, settings=[make_settings(valid_days=100), make_settings(since="1 Feb", valid_days=10)])


def person(*records, **spells):
    return make_person(PASSED, *records, **spells)


def decided(due, at, **more):
    return person(make_decision(due, at, **more))


STORIES = [
    ("a change gives the grace of the policy", P2, person(), "3 Mar", "DUE until 8 Mar: v2 b"),
    ("or that of its version", make_policy(V1, SHORT), person(), "2 Mar", "DUE until 3 Mar: v2 b"),
    ("a change of what was never covered adds no time", P2, make_person(), "3 Mar", "OVERDUE since 15 Jan: v2 a b"),
    ("nor a second one", make_policy(V1, V2, V3), person(), "9 Mar", "OVERDUE since 8 Mar: v3 b"),
    ("an added clause has the grace, not the onboarding", make_policy(V1, ADDS), person(), "2 Mar", "DUE until 8 Mar: v2 c"),
    ("a clock starts when its cause was recorded", make_policy(V1, LATE_V2), person(), "10 Mar", "DUE until 16 Mar: v2 b"),
    ("a revocation gives the grace", P1, make_person(REVOKED), "2 Feb", "DUE until 8 Feb: v1 a b"),
    ("it does not count before it occurred", P1, make_person(REVOKED), "31 Jan", "READY, held 1"),
    ("a revocation recorded late", P1, make_person(REVOKED_LATE), "21 Feb", "DUE until 27 Feb: v1 a b"),
    ("the latest cause counts", P2, person(WON_B), "12 Mar", "DUE until 17 Mar: v2 b"),
    ("other evidence stands when one is revoked", P1, person(REVOKED), "3 Feb", "READY, held 1"),
    ("revoked at once is never covered", P1, make_person(make_evidence(1, "5 Jan", revoked="5 Jan")), "20 Jan", "OVERDUE since 15 Jan: v1 a b"),
    ("an expiry is due at once", YEARLY, person(), "15 Apr", "OVERDUE since 15 Apr: v1 a b"),
    ("the day before it is not", YEARLY, person(), "14 Apr", "READY, held 1"),
    ("renewed too early gains no days", YEARLY, person(make_evidence(1, "1 Mar")), "9 Jun", "OVERDUE since 9 Jun: v1 a b"),
    ("a revoked one opens its window too", YEARLY, make_person(make_evidence(1, "5 Jan", revoked="1 Apr"), make_evidence(1, "2 Apr")), "23 Jul", "READY, held 1"),
    ("every possible expiry opens its window", YEARLY, person(make_evidence(1, "1 Apr"), make_evidence(1, "12 Jun")), "17 Oct", "READY, held 1"),
    ("validity is that when it was won", SHORTER, person(), "10 Apr", "READY, held 1"),
    ("and not that of later settings", SHORTER, make_person(make_evidence(1, "2 Feb")), "12 Feb", "OVERDUE since 12 Feb: v1 a b"),
    ("an unlearning does not expire", make_policy(V1, make_version(2, "1 Feb", "a", removed("b")), valid_days=30), person(make_evidence(2, "1 Feb"), make_evidence(2, "1 Mar", "a")), "20 Mar", "READY, held 2"),
    ("evidence of another policy proves nothing", P1, make_person(make_evidence(1, "5 Jan", policy="other")), "10 Jan", "DUE until 15 Jan: v1 a b"),
    ("nor does evidence on an unknown version", P1, make_person(make_evidence(7, "5 Jan")), "10 Jan", "DUE until 15 Jan: v1 a b"),
    ("grace is that at the cause", TWO_RULES, person(), "9 Mar", "DUE until 21 Mar: v2 b"),
    ("onboarding is that at the entry", TWO_RULES, make_person(), "16 Jan", "OVERDUE since 15 Jan: v1 a b"),
    # leave
    ("leave before the change takes nothing", P2, person(leave="1 Feb - 20 Feb"), "3 Mar", "DUE until 8 Mar: v2 b"),
    ("leave moves the due moment by its length", P2, person(leave="5 Mar - 7 Mar"), "7 Mar", "DUE until 10 Mar: v2 b"),
    ("planned leave moves it already", P2, person(leave=make_spell("5 Mar - 7 Mar", recorded="1 Mar")), "3 Mar", "DUE until 10 Mar: v2 b"),
    ("leave running at the change counts from it", P2, person(leave="20 Feb - 4 Mar"), "5 Mar", "DUE until 11 Mar: v2 b"),
    ("after a week of leave a week remains", P2, person(leave="7 Mar - 14 Mar"), "14 Mar", "DUE until 21 Mar: v2 b"),
    ("after six days what was left remains", P2, person(leave="7 Mar - 13 Mar"), "13 Mar", "DUE until 14 Mar: v2 b"),
    ("what overlaps counts once", P2, person(leave=["3 Mar - 6 Mar", "4 Mar - 7 Mar"]), "8 Mar", "DUE until 12 Mar: v2 b"),
    ("a waiver counts like leave", P2, person(waived="3 Mar - 5 Mar"), "6 Mar", "DUE until 10 Mar: v2 b"),
    ("a waiver and leave at once count once", P2, person(waived="3 Mar - 5 Mar", leave="3 Mar - 5 Mar"), "6 Mar", "DUE until 10 Mar: v2 b"),
    ("an open waiver still to come cuts no leave short", P2, person(leave=make_spell("5 Mar - 7 Mar", recorded="1 Mar"), waived=make_spell("6 Mar", recorded="1 Mar")), "3 Mar", "DUE until 10 Mar: v2 b"),
    ("the second leave sees the moved moment", P2, person(leave=["5 Mar - 8 Mar", "9 Mar - 11 Mar"]), "12 Mar", "DUE until 13 Mar: v2 b"),
    ("a cancelled leave never was", P2, person(leave=make_spell("3 Mar - 3 Mar")), "8 Mar", "OVERDUE since 8 Mar: v2 b"),
    ("an expiry in leave is due on return", YEARLY, person(leave="10 Apr - 20 Apr"), "20 Apr", "OVERDUE since 20 Apr: v1 a b"),
    # decisions
    ("an extension replaces the due moment", P2, decided("15 Mar", "3 Mar"), "9 Mar", "DUE until 15 Mar: v2 b"),
    ("so does bringing forward", P2, decided("5 Mar", "3 Mar"), "5 Mar", "OVERDUE since 5 Mar: v2 b"),
    ("never to before it was decided", P2, decided("1 Mar", "3 Mar"), "3 Mar", "OVERDUE since 3 Mar: v2 b"),
    ("nor to before it was recorded", P2, decided("5 Mar", "3 Mar", recorded="6 Mar"), "6 Mar", "OVERDUE since 6 Mar: v2 b"),
    ("the last decided counts", P2, person(make_decision("20 Mar", "4 Mar"), make_decision("12 Mar", "3 Mar")), "9 Mar", "DUE until 20 Mar: v2 b"),
    ("what was covered then is not touched", P2, decided("30 Mar", "20 Feb"), "9 Mar", "OVERDUE since 8 Mar: v2 b"),
    ("nor what was covered since", P2, person(make_decision("30 Mar", "1 Mar"), WON_B), "12 Mar", "DUE until 17 Mar: v2 b"),
    ("later leave moves what was decided", P2, person(make_decision("15 Mar", "9 Mar"), leave="10 Mar - 12 Mar"), "16 Mar", "DUE until 17 Mar: v2 b"),
    ("leave after it does not", P2, person(make_decision("15 Mar", "9 Mar"), leave="16 Mar - 18 Mar"), "18 Mar", "OVERDUE since 15 Mar: v2 b"),
    ("a decision does not outlive a re-entry", P1, make_person(make_decision("10 Feb", "10 Jan"), legal=["1 Jan - 1 Feb", "1 Jun"]), "2 Jun", "DUE until 15 Jun: v1 a b"),
    # entering
    ("ninety days away are bridged", P1, make_person(legal=["1 Jan - 10 Jan", "10 Apr"]), "10 Apr", "DUE until 17 Apr: v1 a b"),
    ("a day more is a new entry", P1, make_person(legal=["1 Jan - 10 Jan", "11 Apr"]), "11 Apr", "DUE until 25 Apr: v1 a b"),
    ("an absence still to come counts like leave", P1, make_person(legal=["1 Jan - 10 Jan", make_spell("13 Jan", recorded="5 Jan")]), "9 Jan", "DUE until 18 Jan: v1 a b"),
    ("a longer one to come does not", P1, make_person(legal=["1 Jan - 10 Jan", make_spell("13 Aug", recorded="5 Jan")]), "9 Jan", "DUE until 15 Jan: v1 a b"),
    ("leaving the company is an absence too", P1, make_person(employed=["1 Jan - 10 Jan", "1 Aug"]), "2 Aug", "DUE until 15 Aug: v1 a b"),
    ("a new requirement starts for those there", make_policy(V1, settings=[make_settings("spam"), make_settings("legal", "1 Feb")]), make_person(), "2 Feb", "DUE until 15 Feb: v1 a b"),
    ("also when it had been taken away", make_policy(V1, settings=[make_settings(), make_settings("spam", "1 Feb"), make_settings(since="1 Mar")]), make_person(), "2 Mar", "DUE until 15 Mar: v1 a b"),
    ("settings recorded late start no clock before", make_policy(V1, settings=[make_settings("spam"), make_settings("legal", "1 Feb", recorded="20 Feb")]), make_person(), "21 Feb", "DUE until 6 Mar: v1 a b"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "who", "at", "expected"), [pytest.param(*story[1:], id=story[0]) for story in STORIES]
)
def test_causes_and_clocks(policy, who, at, expected):
    assert told(policy, who, at) == expected


def test_open_leave_counts_up_to_now_and_leaves_the_grace_when_its_end_is_known():
    assert told(P2, person(leave="3 Mar"), "20 Mar") == "EXEMPT (leave)"
    ended = make_spell("3 Mar - 25 Mar", ended_recorded="24 Mar")
    assert told(P2, person(leave=ended), "25 Mar", known="20 Mar") == "EXEMPT (leave)"
    assert told(P2, person(leave=ended), "25 Mar") == "DUE until 1 Apr: v2 b"
