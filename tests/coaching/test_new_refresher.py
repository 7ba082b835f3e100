"""A refresher from the board to the people: choose, preview, assign, see whom it reached."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from lms import clock
from lms.extensions import db
from lms.models import Refresher, SpellKind
from tests.coaching.conftest import NOTE
from tests.readiness.make import crew, end_spells, fail, prove, spell


def local(days: float, zone: str = "Europe/Dublin") -> str:
    return f"{(clock.now() + timedelta(days=days)).astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


@pytest.fixture
def order(team):
    """Fields of a refresher for the two who are due."""
    return {
        "policy": "legal",
        "person": [team["due"], team["ada"]],
        "clause": ["freeze"],
        "due_at": local(3),
        "note": NOTE,
    }


def ticked(page, name: str) -> list[str]:
    return [box["value"] for box in page.soup.find_all("input", attrs={"name": name}) if box.has_attr("checked")]


def hidden(page, action: str) -> dict[str, list[str]]:
    """What a form of the preview would send."""
    form = page.soup.find("form", action=action)
    fields: dict[str, list[str]] = {}
    for each in form.find_all("input"):
        fields.setdefault(each["name"], []).append(each["value"])
    return fields


def test_people_come_ticked_and_the_policy_is_chosen_first(team, sign_in):
    cole = sign_in("cole")
    page = cole.get(f"/coaching/refreshers/new?person={team['due']}&person={team['ada']}")
    assert "Choose a policy first" in page.words
    options = [option["value"] for option in page.soup.select("#filter-policy option")]
    assert options == ["", "legal"], "what is only coming cannot be refreshed"
    assert {each["value"] for each in page.soup.find_all("input", attrs={"name": "person"})} == {
        str(team["due"]),
        str(team["ada"]),
    }


def test_without_people_everybody_of_my_teams_can_be_chosen(team, cast, sign_in):
    page = sign_in("cole").get("/coaching/refreshers/new?policy=legal")
    assert ticked(page, "person") == []
    boxes = {each["value"] for each in page.soup.select('#person input[name="person"]')}
    assert boxes == {str(team[name]) for name in ("ada", "ready", "due", "late")}
    assert str(cast.cole) not in boxes


def test_the_clauses_missed_most_come_ticked(team, sign_in):
    fail(team["due"], "legal", 2, days=[3, 2], missed=["freeze"])
    page = sign_in("cole").get(f"/coaching/refreshers/new?policy=legal&person={team['due']}&person={team['late']}")
    assert ticked(page, "clause") == ["freeze"]
    assert "Freeze (missed by 1, not shown by 2)" in page.words
    assert "Intake (not shown by 1)" in page.words
    assert ticked(page, "person") == [str(team["due"]), str(team["late"])]


def test_else_the_clauses_not_shown_come_ticked(team, sign_in):
    cole = sign_in("cole")
    assert ticked(cole.get(f"/coaching/refreshers/new?policy=legal&person={team['late']}"), "clause") == [
        "intake",
        "freeze",
    ]
    assert ticked(cole.get(f"/coaching/refreshers/new?policy=legal&person={team['ready']}"), "clause") == []


def test_the_due_moment_is_in_the_coachs_zone(team, sign_in):
    page = sign_in("cole").get("/coaching/refreshers/new?policy=legal")
    assert page.soup.find("input", attrs={"name": "due_at"})["value"].endswith("T17:00")
    assert "Your time: Europe/Dublin" in page.words


def test_the_preview_says_who_how_long_and_who_is_away_and_writes_nothing(team, order, sign_in, count_rows):
    spell(team["ada"], SpellKind.LEAVE, days=2, until=-2)
    page = sign_in("cole").post("/coaching/refreshers/preview", order, expect=200)
    assert "2 people, about 2 minutes each. 1 of them is on leave until" in page.words
    assert "Ada 2 On leave until" in page.words
    assert "Agent-2 2 –" in page.words
    assert NOTE in page.words
    assert count_rows(Refresher) == 0


def test_the_minutes_are_those_of_the_persons_own_page(team, assign, sign_in, order, cast):
    preview = sign_in("cole").post("/coaching/refreshers/preview", order, expect=200)
    assign("ada")
    from lms.training.queries import home

    lines = [line for line in home(cast.ada, now=clock.now()).lines if line.refresher]
    assert f"about {lines[0].minutes} minutes each" in preview.words


def test_somebody_with_one_open_already_and_open_leave_is_told(team, order, assign, sign_in):
    assign("due", days=1)
    spell(team["ada"], SpellKind.LEAVE, days=2)
    said = sign_in("cole").post("/coaching/refreshers/preview", order, expect=200).words
    assert "Has 1 refresher on this policy open already." in said
    assert "On leave, nobody knows until when" in said


def test_from_preview_to_the_people(team, order, sign_in, cast):
    cole = sign_in("cole")
    preview = cole.post("/coaching/refreshers/preview", order | {"is_blocking": "y"}, expect=200)
    sent = {key: value for key, value in hidden(preview, "/coaching/refreshers").items() if key != "csrf_token"}
    page = cole.get(cole.post("/coaching/refreshers", sent).location)
    assert "2 refreshers are assigned" in page.words
    assert "Ada" in page.words
    assert "Agent-2" in page.words
    made = db.session.query(Refresher).order_by(Refresher.person_id).all()
    assert [row.person_id for row in made] == sorted((team["due"], team["ada"]))
    assert {(tuple(row.clauses), row.note, row.is_blocking, row.assigned_by) for row in made} == {
        (("freeze",), NOTE, True, cast.cole)
    }
    assert f"{made[0].due_at.astimezone(ZoneInfo('Europe/Dublin')):%Y-%m-%dT%H:%M}" == order["due_at"]


def test_coming_back_to_change_something_keeps_what_was_typed(team, order, sign_in):
    cole = sign_in("cole")
    offered = {"offered": [team["due"], team["ada"], team["late"]]}
    preview = cole.post("/coaching/refreshers/preview", order | offered, expect=200)
    sent = {k: v for k, v in hidden(preview, "/coaching/refreshers/preview").items() if k != "csrf_token"}
    page = cole.post("/coaching/refreshers/preview", sent | {"change": "yes"}, expect=200)
    assert sorted(ticked(page, "person")) == sorted(str(each) for each in order["person"])
    assert len(page.soup.select('#person input[name="person"]')) == 3
    assert page.soup.find("textarea").get_text(strip=True) == NOTE
    assert page.soup.find("input", attrs={"name": "due_at"})["value"] == order["due_at"]


def test_what_is_wrong_is_said_and_nothing_is_written(team, order, sign_in, count_rows):
    cole = sign_in("cole")
    for changed, said in (
        ({"clause": []}, "at least one clause"),
        ({"note": "short"}, "10 to 2000 characters"),
        ({"note": ""}, "Say why"),
        ({"due_at": ""}, "Say by when"),
        ({"due_at": "never"}, "Write a day and a time"),
        ({"due_at": "2020-01-01T00:00"}, "passed already"),
        ({"clause": ["gone"]}, "valid choice"),
        ({"offered": [team["due"]], "person": []}, "at least one person"),
    ):
        page = cole.post("/coaching/refreshers/preview", order | changed, expect=422)
        assert said in page.words, changed
        cole.post("/coaching/refreshers", order | changed, expect=422)
    assert count_rows(Refresher) == 0


def test_people_of_other_teams_cannot_be_named_anywhere(team, cast, order, sign_in, count_rows):
    cole = sign_in("cole")
    for person in (cast.sam, cast.lena, cast.cole, 999_999):
        cole.get(f"/coaching/refreshers/new?person={person}", expect=404)
        for path in ("/coaching/refreshers/preview", "/coaching/refreshers"):
            cole.post(path, order | {"person": [team["due"], person]}, expect=404)
            cole.post(path, order | {"offered": [team["due"]], "person": [team["due"], person]}, expect=404)
    assert count_rows(Refresher) == 0


def test_policies_that_are_not_in_force_cannot_be_named(team, order, sign_in):
    cole = sign_in("cole")
    for policy in ("later", "nope"):
        cole.get(f"/coaching/refreshers/new?policy={policy}", expect=404)
        cole.post("/coaching/refreshers", order | {"policy": policy}, expect=404)
    cole.post("/coaching/refreshers", order | {"policy": ""}, expect=404)


def test_only_coaches_and_leads_assign(team, order, sign_in):
    for name in ("ada", "pia", "rune"):
        reader = sign_in(name)
        reader.get("/coaching/refreshers/new", expect=404)
        for path in ("/coaching/refreshers/preview", "/coaching/refreshers"):
            reader.post(path, order, expect=404)


def test_a_role_that_ends_between_preview_and_assigning_assigns_nothing(team, cast, order, sign_in, count_rows):
    cole = sign_in("cole")
    cole.post("/coaching/refreshers/preview", order, expect=200)
    token = cole.token()
    end_spells(cast.cole, SpellKind.ROLE)
    cole.post("/coaching/refreshers", order | {"csrf_token": token}, expect=404)
    assert count_rows(Refresher) == 0


def test_the_result_shows_only_what_i_assigned(team, assign, cast, sign_in):
    [mine] = assign("ada")
    [lenas] = assign("due", by=cast.lena)
    cole = sign_in("cole")
    page = cole.get(f"/coaching/refreshers/assigned?refresher={mine}&refresher={lenas}")
    assert "1 refresher is assigned" in page.words
    assert "Agent-2" not in page.words
    cole.get(f"/coaching/refreshers/assigned?refresher={lenas}", expect=404)
    cole.get("/coaching/refreshers/assigned", expect=404)


def test_a_coach_without_people_or_policies_is_told_what_is_missing(app, cast, sign_in):
    cole = sign_in("cole")
    assert "No policy is in force yet" in cole.get("/coaching/refreshers/new").words
    end_spells(cast.ada, SpellKind.TEAM)
    assert "Nobody but you is in your teams" in cole.get("/coaching/refreshers/new").words


def test_choosing_takes_the_same_statements_for_three_and_thirty(team, order, sign_in):
    cole = sign_in("cole")
    cole.get("/coaching/refreshers/new?policy=legal")  # what is kept by digest has been read by now
    few = len(cole.get("/coaching/refreshers/new?policy=legal").statements)
    cole.post("/coaching/refreshers/preview", order, expect=200)  # what is kept by digest has been read by now
    sent = len(cole.post("/coaching/refreshers/preview", order, expect=200).statements)
    many = crew(30, team="EMEA/Dublin", queues=["legal-requests"], name="many")
    prove(many[0], "legal", 1, days=5)
    assert len(cole.get("/coaching/refreshers/new?policy=legal").statements) == few
    more = order | {"person": [*order["person"], *many]}
    assert len(cole.post("/coaching/refreshers/preview", more, expect=200).statements) == sent
