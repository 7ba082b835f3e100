"""The worked stories of domain.md section 4, one row each."""

import pytest

from lms.domain.standing import State, standing
from tests.domain.make import (
    day,
    editorial,
    make_decision,
    make_evidence,
    make_person,
    make_policy,
    make_refresher,
    make_seen,
    make_spell,
    make_version,
    material,
    told,
)

V1 = make_version(1, "1 Jan", "intake genuine disclose notify")
V2 = make_version(
    2, "1 Mar", "intake genuine disclose notify", material("genuine"), material("disclose"), published="20 Feb"
)
V3 = make_version(
    3, "1 Apr", "intake genuine disclose notify delay", editorial("notify", "notify"), editorial("delay", "notify")
)
V4 = make_version(4, "1 May", "intake genuine disclose notify delay reports@abuse", material("reports"))
EMERGENCY = make_version(
    2, "1 Mar", "intake genuine disclose notify", material("genuine"), material("disclose"), provisional="4 Mar"
)
REQUESTS = make_policy(V1, V2, V3, V4)
RENEWED = make_policy(V1, valid_days=100, window_days=30)

PASSED_V1 = make_evidence(1, "5 Jan", "intake genuine disclose notify")
PASSED_DELTA = make_evidence(2, "27 Feb", "genuine disclose")
ADA = make_person(PASSED_V1)
EARLY = make_person(PASSED_V1, PASSED_DELTA)
IN_BOTH = make_person(PASSED_V1, PASSED_DELTA, legal="1 Jan", abuse="1 Jun")
BEN = make_person(legal="10 Mar")
BEN_ON_LEAVE = make_person(legal="10 Mar", leave="20 Mar - 20 Apr")
CY = make_person(PASSED_V1, legal=["1 Jan - 1 Feb", "1 Jun"], abuse="1 Feb - 1 Jun")
CY_SOONER = make_person(PASSED_V1, legal=["1 Jan - 1 Feb", "1 Apr"], abuse="1 Feb - 1 Apr")
LATE = make_person(PASSED_V1, make_evidence(2, "2 Mar", "genuine disclose", recorded="9 Mar"))
DEE = make_person(legal=make_spell("1 Mar", recorded="20 Mar"))
AGAIN = make_person(PASSED_V1, make_evidence(1, "1 Apr", "intake genuine disclose notify"))
SEEN = make_person(PASSED_V1, make_seen(2, "1 Mar"))
EXTENDED = make_person(PASSED_V1, make_decision("15 Mar", "9 Mar"))
WITH_REFRESHER = make_person(PASSED_V1, make_refresher("20 Jan"))
ALL_OF_V2 = "intake genuine disclose notify"


@pytest.mark.parametrize(
    ("policy", "person", "queue", "at", "known", "expected"),
    [
        pytest.param(REQUESTS, ADA, "legal", "10 Jan", None, "READY, held 1", id="Ada passed v1"),
        pytest.param(REQUESTS, ADA, "legal", "25 Feb", None, "READY, held 1, upcoming 2", id="Ada is told of v2 early"),
        pytest.param(REQUESTS, ADA, "legal", "3 Mar", None, "DUE until 8 Mar: v2 genuine disclose", id="a week"),
        pytest.param(
            REQUESTS, ADA, "legal", "8 Mar", None, "OVERDUE since 8 Mar: v2 genuine disclose", id="then she is overdue"
        ),
        pytest.param(
            REQUESTS,
            make_person(PASSED_V1, leave="10 Mar - 11 Mar"),
            "legal",
            "12 Mar",
            None,
            "OVERDUE since 8 Mar: v2 genuine disclose",
            id="leave after the due moment changes nothing",
        ),
        pytest.param(REQUESTS, EARLY, "legal", "3 Mar", None, "READY, held 2", id="training before the day counts"),
        pytest.param(
            REQUESTS, EARLY, "legal", "10 May", None, "READY, held 4", id="v3 is editorial and v4 is not for legal"
        ),
        pytest.param(REQUESTS, IN_BOTH, "legal", "2 Jun", None, "READY, held 4", id="joining abuse leaves legal alone"),
        pytest.param(
            REQUESTS, IN_BOTH, "abuse", "2 Jun", None, "DUE until 15 Jun: v4 reports", id="abuse asks its one clause"
        ),
        pytest.param(REQUESTS, BEN, "legal", "19 Mar", None, f"DUE until 24 Mar: v2 {ALL_OF_V2}", id="Ben has 14 days"),
        pytest.param(REQUESTS, BEN_ON_LEAVE, "legal", "1 Apr", None, "EXEMPT (leave)", id="Ben is on leave"),
        pytest.param(
            REQUESTS,
            BEN_ON_LEAVE,
            "legal",
            "20 Apr",
            None,
            f"DUE until 27 Apr: v3 {ALL_OF_V2} delay",
            id="a week remains to Ben after a long leave",
        ),
        pytest.param(
            REQUESTS, CY, "legal", "2 Jun", None, "DUE until 15 Jun: v4 genuine disclose", id="Cy is back in 120 days"
        ),
        pytest.param(
            REQUESTS, CY_SOONER, "legal", "2 Apr", None, "DUE until 8 Apr: v3 genuine disclose", id="or after 59 days"
        ),
        pytest.param(
            REQUESTS, LATE, "legal", "5 Mar", "5 Mar", "DUE until 8 Mar: v2 genuine disclose", id="not recorded yet"
        ),
        pytest.param(REQUESTS, LATE, "legal", "5 Mar", "10 Mar", "READY, held 2", id="recorded since"),
        pytest.param(
            REQUESTS,
            DEE,
            "legal",
            "20 Mar",
            None,
            f"DUE until 3 Apr: v2 {ALL_OF_V2}",
            id="no clock ran before Dee's joining was recorded",
        ),
        pytest.param(RENEWED, AGAIN, "legal", "10 Jul", None, "READY, held 1", id="renewed in its window"),
        pytest.param(
            RENEWED, AGAIN, "legal", "24 Jul", None, f"OVERDUE since 24 Jul: v1 {ALL_OF_V2}", id="until 24 July"
        ),
        pytest.param(
            make_policy(V1, EMERGENCY), SEEN, "legal", "2 Mar", None, "PROVISIONAL: v2 genuine disclose", id="seen"
        ),
        pytest.param(
            make_policy(V1, EMERGENCY),
            SEEN,
            "legal",
            "4 Mar",
            None,
            "DUE until 8 Mar: v2 genuine disclose",
            id="the provisional time has an end",
        ),
        pytest.param(
            REQUESTS, EXTENDED, "legal", "10 Mar", None, "DUE until 15 Mar: v2 genuine disclose", id="Ada was extended"
        ),
        pytest.param(REQUESTS, WITH_REFRESHER, "legal", "25 Jan", None, "HELD (refresher)", id="a blocking refresher"),
    ],
)
def test_the_worked_stories(policy, person, queue, at, known, expected):
    assert told(policy, person, at, queue=queue, known=known) == expected


def test_what_happens_next_is_told_with_its_day():
    found = standing(REQUESTS, ADA, queue="legal", at=day("25 Feb"), known_at=day("25 Feb"))
    assert (found.changes_at, found.next_state) == (day("1 Mar"), State.DUE)
    renewed = standing(RENEWED, AGAIN, queue="legal", at=day("10 Jul"), known_at=day("10 Jul"))
    assert (renewed.changes_at, renewed.next_state) == (day("24 Jul"), State.OVERDUE)
