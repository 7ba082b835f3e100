"""A due moment is moved either way, with a reason, never into the past, by who answers for the person."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from lms import clock
from lms.coaching.actions import move_due
from lms.coaching.refusals import DueInThePast, NothingDue, NotYourPeople, WordsMissing, YourOwnRecord
from lms.domain.standing import State
from lms.models import DueDecision, SpellKind
from lms.readiness.queries import standings
from tests.readiness.make import end_spells, spell

WHY = "They were on the other site all week."


def local(days: float, zone: str = "Europe/Dublin") -> str:
    return f"{(clock.now() + timedelta(days=days)).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def row_of(person: int):
    now = clock.now()
    found = standings(scope=None, at=now, known_at=now, people=[person], policy="legal")
    return found.rows[0]


def test_an_overdue_person_is_given_more_time(team, sign_in):
    cole = sign_in("cole")
    assert row_of(team["late"]).standing is State.OVERDUE
    url = f"/coaching/people/{team['late']}/due/legal"
    assert "Your time: Europe/Dublin" in cole.get(url).words
    typed = local(5)
    page = cole.post(url, {"due_at": typed, "reason": WHY})
    assert page.location.endswith(f"/coaching/people/{team['late']}")
    found = row_of(team["late"])
    assert found.standing is State.DUE
    assert f"{found.due_at.astimezone(ZoneInfo('Europe/Dublin')):%Y-%m-%dT%H:%M}" == typed
    said = cole.get(page.location).words
    assert "The due moment is moved" in said
    assert WHY in said


def test_it_can_be_brought_forward(team, cast, sign_in):
    before = row_of(team["due"]).due_at
    sign_in("cole").post(f"/coaching/people/{team['due']}/due/legal", {"due_at": local(0.2), "reason": WHY})
    assert row_of(team["due"]).due_at < before


def test_what_is_wrong_is_said_beside_it_and_nothing_is_written(team, sign_in, count_rows):
    cole = sign_in("cole")
    for due_at, reason, said in (
        (local(-1), WHY, "passed already"),
        ("soon", WHY, "Write a day and a time"),
        ("", WHY, "Say when"),
        (local(2), "late", "10 to 2000"),
        (local(2), "x" * 2001, "10 to 2000"),
        (local(2), "", "Say why"),
        ("9999-12-31T23:59", WHY, "Write a day and a time"),
        ("0001-01-01T00:00", WHY, "Write a day and a time"),
        ("1999-01-01T00:00", WHY, "passed already"),
    ):
        fields = {"due_at": due_at, "reason": reason}
        page = cole.post(f"/coaching/people/{team['due']}/due/legal", fields, expect=422)
        assert said in page.words, fields
    assert count_rows(DueDecision) == 0


def test_the_form_comes_back_with_what_was_typed(team, sign_in):
    typed = {"due_at": local(2), "reason": "late"}
    page = sign_in("cole").post(f"/coaching/people/{team['due']}/due/legal", typed, expect=422)
    assert page.soup.find("input", attrs={"name": "due_at"})["value"] == typed["due_at"]
    assert page.soup.find("textarea").get_text(strip=True) == "late"


def test_nobody_elses_people_and_nothing_that_is_not_due(team, cast, sign_in):
    cole = sign_in("cole")
    fields = {"due_at": local(2), "reason": WHY}
    for person, policy in ((cast.sam, "legal"), (team["ready"], "legal"), (team["due"], "nope"), (999, "legal")):
        cole.get(f"/coaching/people/{person}/due/{policy}", expect=404)
        cole.post(f"/coaching/people/{person}/due/{policy}", fields, expect=404)
    sign_in("ada").post(f"/coaching/people/{team['due']}/due/legal", fields, expect=404)


def test_the_action_itself_refuses(team, cast):
    now = clock.now()
    order = {"policy": "legal", "due_at": now + timedelta(days=1), "reason": WHY, "by": cast.cole, "now": now}
    spell(cast.cole, SpellKind.QUEUE, days=100, queue="legal-requests")
    with pytest.raises(YourOwnRecord):
        move_due(cast.cole, **order)
    with pytest.raises(NotYourPeople):
        move_due(cast.sam, **order)
    with pytest.raises(NotYourPeople):
        move_due(team["due"], **order | {"by": cast.ada})
    with pytest.raises(NothingDue):
        move_due(team["ready"], **order)
    with pytest.raises(NothingDue):
        move_due(team["due"], **order | {"policy": "nope"})
    with pytest.raises(DueInThePast):
        move_due(team["due"], **order | {"due_at": now - timedelta(seconds=1)})
    with pytest.raises(WordsMissing):
        move_due(team["due"], **order | {"reason": "   too short"})


def test_pressed_twice_it_is_one_decision(team, cast, count_rows):
    now = clock.now()
    order = {"policy": "legal", "due_at": now + timedelta(days=1), "reason": WHY, "by": cast.cole}
    for seconds in (0, 5):
        move_due(team["due"], **order, now=now + timedelta(seconds=seconds))
    assert count_rows(DueDecision) == 1
    move_due(team["due"], **order, now=now + timedelta(minutes=5))
    assert count_rows(DueDecision) == 2


def test_a_role_that_ended_moves_nothing(team, cast, sign_in, count_rows):
    cole = sign_in("cole")
    token = cole.token()
    end_spells(cast.cole, SpellKind.ROLE)
    cole.post(
        f"/coaching/people/{team['due']}/due/legal",
        {"csrf_token": token, "due_at": local(2), "reason": WHY},
        expect=404,
    )
    assert count_rows(DueDecision) == 0
