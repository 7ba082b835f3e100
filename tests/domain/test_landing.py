"""How versions land: stories, each asked of both forms of the rule."""

import numpy as np
import pytest

from lms.domain.landing import landing
from lms.everybody.intervals import FOREVER, moment, number
from lms.everybody.landing import landings
from lms.everybody.telling import everybody
from tests.domain.make import (
    day,
    editorial,
    make_evidence,
    make_hold,
    make_person,
    make_policy,
    make_spell,
    make_version,
    material,
    removed,
    written,
)

V1 = make_version(1, "1 Jan", "intake genuine")
V2 = make_version(2, "1 Mar", "intake genuine", material("genuine"), published="20 Feb")
V3 = make_version(3, "1 Apr", "intake genuine delay", editorial("intake", "intake"), editorial("delay", "intake"))
V4 = make_version(4, "1 May", "intake genuine delay reports@abuse", material("reports"))
V5 = make_version(5, "1 Jun", "intake delay reports@abuse", removed("genuine"))
WITHDRAWN = make_version(2, "1 Mar", "intake genuine", material("genuine"), published="20 Feb", withdrawn="25 Feb")
OVERTAKEN = make_version(3, "1 Mar", "intake genuine", material("intake"), published="21 Feb")
REQUEUED = make_version(2, "1 Mar", "intake genuine@legal,abuse")
POLICY = make_policy(V1, V2, V3, V4, V5)
ABUSE_TOO = make_policy(V1, REQUEUED)

OLD = make_evidence(1, "5 Jan", "intake genuine")
DELTA = make_evidence(2, "22 Feb 12:00", "genuine")
LATER = make_evidence(2, "9 Mar", "genuine")


def told(policy, person, version, *, until="1 Jul", known=None, queue="legal"):
    """Ask both forms; "landed 22 Feb", "not_yet", "left", "exempt" or "nothing new"."""
    moments = {"until": day(until), "known_at": day(known or until)}
    found = landing(policy, person, version=version, queue=queue, **moments)
    columns = landings(
        policy,
        everybody([person], moments["known_at"]),
        {queue: np.arange(1)},
        version=version,
        until=number(moments["until"]),
    ).get(queue)
    assert (found is None) == (columns is None)
    if found is None or columns is None:
        return "nothing new"
    landed_at = None if columns.landed[0] == FOREVER else moment(columns.landed[0])
    by_columns = "exempt" if columns.is_exempt[0] else "left" if columns.has_left[0] else "not_yet"
    assert found.landed_at == (None if columns.is_exempt[0] else landed_at)
    assert found.arrival.value == ("landed" if found.landed_at else by_columns)
    return f"landed {written(found.landed_at)}" if found.landed_at else found.arrival.value


@pytest.mark.parametrize(
    ("person", "version", "asked", "expected"),
    [
        pytest.param(make_person(OLD), 2, {}, "not_yet", id="who shows nothing has not landed"),
        pytest.param(make_person(OLD, DELTA), 2, {}, "landed 22 Feb 12:00", id="training before the day counts"),
        pytest.param(make_person(OLD, LATER), 2, {}, "landed 9 Mar", id="training after it counts then"),
        pytest.param(make_person(OLD, LATER), 2, {"until": "8 Mar"}, "not_yet", id="and not before it happened"),
        pytest.param(
            make_person(OLD, make_evidence(2, "2 Mar", "genuine", recorded="9 Mar")),
            2,
            {"until": "9 Mar", "known": "5 Mar"},
            "not_yet",
            id="what was recorded late was not known",
        ),
        pytest.param(
            make_person(OLD, make_evidence(2, "2 Mar", "genuine", recorded="9 Mar")),
            2,
            {"until": "9 Mar"},
            "landed 2 Mar",
            id="and is known afterwards, for when it happened",
        ),
        pytest.param(make_person(DELTA), 2, {}, "not_yet", id="all that the version asks, not its changes only"),
        pytest.param(
            make_person(DELTA, make_evidence(2, "3 Mar", "intake")),
            2,
            {},
            "landed 3 Mar",
            id="the last piece lands somebody",
        ),
        pytest.param(make_person(OLD, DELTA), 3, {}, "nothing new", id="an editorial version asks nothing new"),
        pytest.param(make_person(OLD), 3, {}, "nothing new", id="not even of those who are behind"),
        pytest.param(make_person(OLD, DELTA), 4, {}, "nothing new", id="nor a clause for another queue"),
        pytest.param(
            make_person(OLD, DELTA, abuse="1 Jan"), 4, {"queue": "abuse"}, "not_yet", id="it is new in its own queue"
        ),
        pytest.param(make_person(legal="10 Mar"), 2, {}, "nothing new", id="who joins later is taught, not changed"),
        pytest.param(make_person(legal="27 Feb"), 2, {}, "not_yet", id="who joined just before counts"),
        pytest.param(
            make_person(OLD, legal="1 Jan - 5 Mar"), 2, {}, "left", id="who left before showing it is left out"
        ),
        pytest.param(
            make_person(OLD, DELTA, legal="1 Jan - 5 Mar"), 2, {}, "landed 22 Feb 12:00", id="who left after it counts"
        ),
        pytest.param(
            make_person(OLD, legal=["1 Jan - 5 Mar", "9 Mar"]), 2, {}, "not_yet", id="who is back counts as not yet"
        ),
        pytest.param(
            make_person(OLD, legal="1 Jan - 27 Feb"), 2, {}, "nothing new", id="who left before it is not asked"
        ),
        pytest.param(make_person(OLD, leave="27 Feb - 5 Mar"), 2, {}, "exempt", id="on leave as it took effect"),
        pytest.param(make_person(OLD, LATER, waived="27 Feb - 5 Mar"), 2, {}, "exempt", id="waived as it took effect"),
        pytest.param(
            make_person(OLD, LATER, leave="5 Mar - 8 Mar"), 2, {}, "landed 9 Mar", id="later leave does not stop"
        ),
        pytest.param(
            make_person(OLD, DELTA, make_hold("1 Feb")), 2, {}, "landed 22 Feb 12:00", id="a hold is not the change's"
        ),
        pytest.param(
            make_person(OLD, make_evidence(2, "22 Feb", "genuine", revoked="1 Mar")),
            2,
            {},
            "landed 22 Feb",
            id="the first instant stands, whatever is revoked later",
        ),
        pytest.param(
            make_person(OLD, make_evidence(4, "2 May", None)),
            2,
            {},
            "landed 2 May",
            id="a newer version proves it as well",
        ),
        pytest.param(make_person(OLD, DELTA), 5, {}, "not_yet", id="what went must be unlearned"),
        pytest.param(make_person(OLD, DELTA, make_evidence(5, "3 Jun", None)), 5, {}, "landed 3 Jun", id="and was"),
        pytest.param(make_person(OLD), 2, {"until": "25 Feb"}, "not_yet", id="before it takes effect"),
        pytest.param(make_person(OLD, DELTA), 1, {}, "landed 5 Jan", id="the first version is new for everybody"),
        pytest.param(make_person(OLD), 9, {}, "nothing new", id="a version that is not there"),
    ],
)
def test_the_stories(person, version, asked, expected):
    assert told(POLICY, person, version, **asked) == expected


def test_a_version_that_was_withdrawn_or_overtaken_never_lands():
    assert told(make_policy(V1, WITHDRAWN), make_person(OLD, DELTA), 2) == "nothing new"
    both = make_policy(V1, V2, OVERTAKEN)
    assert told(both, make_person(OLD), 2) == "nothing new"
    assert told(both, make_person(OLD, make_evidence(3, "2 Mar", "intake genuine")), 3) == "landed 2 Mar"


def test_a_clause_is_new_where_it_did_not_apply_before():
    person = make_person(OLD, legal="1 Jan", abuse="1 Jan")
    assert told(ABUSE_TOO, person, 2) == "nothing new"
    assert told(ABUSE_TOO, person, 2, queue="abuse") == "landed 1 Mar"
    stranger = make_person(abuse=make_spell("1 Jan"))
    assert told(ABUSE_TOO, stranger, 2, queue="abuse") == "not_yet"


def test_a_moment_has_a_zone():
    with pytest.raises(ValueError, match="zone"):
        landing(
            POLICY,
            make_person(),
            version=2,
            queue="legal",
            until=day("1 Jul").replace(tzinfo=None),
            known_at=day("1 Jul"),
        )
