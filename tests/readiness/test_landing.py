"""The figures of a landing, counted from people: hours to 50, 80 and 95 %, curves, teams, queues, who is missing."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.domain.landing import Arrival
from lms.readiness.landing import Arrived, Change, Figures, Landing

PUBLISHED = datetime(2026, 3, 1, 8, tzinfo=UTC)
NAMES = {"legal": "Legal requests", "abuse": "Abuse reports"}


def arrived(person, hours=None, *, queue="legal", team="EMEA/Dublin", arrival=None):
    return Arrived(
        person_id=person,
        person=f"Agent-{person}",
        team=team,
        queue=queue,
        queue_name=NAMES[queue],
        arrival=arrival or (Arrival.NOT_YET if hours is None else Arrival.LANDED),
        hours=hours,
    )


def landing(*people, effective=48, until=240, roots=None):
    return Landing(
        change=Change(
            policy="legal",
            policy_title="Legal requests",
            version=2,
            published_at=PUBLISHED,
            effective_at=PUBLISHED + timedelta(hours=effective),
        ),
        until=PUBLISHED + timedelta(hours=until),
        arrived=people,
        roots=roots,
    )


@pytest.mark.parametrize(
    ("counted", "hours", "goal", "expected"),
    [
        pytest.param(20, range(1, 21), 50, 10, id="half of twenty are ten"),
        pytest.param(20, range(1, 21), 95, 19, id="95 of a hundred are nineteen of twenty"),
        pytest.param(20, range(1, 20), 95, 19, id="the last one is not waited for"),
        pytest.param(20, range(1, 19), 95, None, id="eighteen of twenty are not 95 per cent: not yet"),
        pytest.param(3, (1.0, 2.0), 80, None, id="two of three are not 80 per cent"),
        pytest.param(3, (1.0, 2.0), 50, 2, id="two of three are more than half, one is less"),
        pytest.param(1, (0.0,), 95, 0, id="at publication"),
        pytest.param(1, (5.01,), 50, 5.1, id="rounded up, never earlier than it was"),
        pytest.param(0, (), 50, None, id="nobody"),
    ],
)
def test_hours_to_so_many_per_cent(counted, hours, goal, expected):
    assert Figures(counted=counted, hours=tuple(map(float, hours))).hours_to(goal) == expected


def test_a_person_has_landed_when_they_have_in_each_of_their_queues():
    found = landing(
        arrived(1, 10), arrived(1, 30, queue="abuse"), arrived(2, 5), arrived(2, queue="abuse"), arrived(3, 7)
    )
    assert (found.figures.counted, found.figures.hours) == (3, (7, 30))
    assert {slug: each.hours for slug, _, each in found.by_queue} == {"legal": (5, 7, 10), "abuse": (30,)}
    assert [(each.person_id, each.queues) for each in found.waiting] == [(2, (("abuse", "Abuse reports"),))]


def test_who_left_or_was_exempt_is_told_beside_and_not_counted():
    found = landing(
        arrived(1, 10),
        arrived(2, arrival=Arrival.LEFT),
        arrived(3, arrival=Arrival.EXEMPT),
        arrived(4, arrival=Arrival.LEFT),
        arrived(4, 20, queue="abuse"),
    )
    assert found.figures == Figures(counted=2, hours=(10, 20))
    assert (found.left_out(Arrival.LEFT), found.left_out(Arrival.EXEMPT)) == (1, 1)
    assert found.waiting == ()
    assert [slug for slug, _, _ in found.by_queue] == ["abuse", "legal"]


def test_a_team_counts_everybody_below_it_as_far_up_as_was_asked():
    people = (arrived(1, 10), arrived(2, team="EMEA/Cork"), arrived(3, 4, team=""), arrived(4, 9, team="EMEA"))
    every = {path: (each.landed, each.counted) for path, each in landing(*people).by_team}
    assert every == {"": (1, 1), "EMEA": (2, 3), "EMEA/Dublin": (1, 1), "EMEA/Cork": (0, 1)}
    assert [path for path, _ in landing(*people[:2], roots=("EMEA/Dublin", "EMEA/Cork")).by_team] == [
        "EMEA/Cork",
        "EMEA/Dublin",
    ]


def test_the_curve_has_a_point_an_hour_then_a_day_and_at_the_moment_of_effect():
    found = landing(
        arrived(1, 0.4), arrived(2, 0.9), arrived(3, 20.0), arrived(4, 169), arrived(5, 190), effective=36.5
    )
    assert found.instants == (0, 1, 20, 36.5, 190)
    assert [found.figures.landed_by(each) for each in found.instants] == [0, 2, 3, 3, 5]
    waiting = landing(arrived(1, 169), arrived(2), effective=36.5)
    assert waiting.instants == (0, 36.5, 192, 240)
    assert waiting.figures.share_by(240) == 50
    assert landing(arrived(1, 3), effective=500).instants == (0, 3, 240)


def test_a_curve_with_somebody_missing_does_not_go_on_for_ever():
    assert landing(arrived(1, 3), arrived(2), until=24 * 400).end == 24 * 60
    assert landing(arrived(1, 3), arrived(2), until=24 * 400, effective=24 * 90).end == 24 * 90
    assert landing(arrived(1, 3), until=24 * 400).end == 48
    assert landing().end == 48
    assert landing().figures.share_by(5) is None


def test_before_it_takes_effect_it_is_not_effective():
    assert not landing(arrived(1), effective=300).is_effective
    assert landing(arrived(1), effective=240).is_effective
