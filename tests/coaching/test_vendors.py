"""A vendor's people see, and are seen by, their own and those above; the client sees readiness, not their quizzes."""

import pytest
from sqlalchemy import update

from lms.coaching.refusals import NotYourPeople
from lms.extensions import db, writing
from lms.models import Identity
from tests.cast import Cast

VENDOR = "Acme Moderation"


def employ(vendor: str, *people: int) -> None:
    with writing():
        db.session.execute(update(Identity).where(Identity.person_id.in_(people)).values(vendor=vendor))
        db.session.commit()


@pytest.fixture
def mixed(team: dict[str, int], cast: Cast) -> dict[str, int]:
    """Cole coaches for the vendor; Ada and Agent-2 work for it, the other two do not; Lena is the client's."""
    employ(VENDOR, cast.cole, cast.ada, team["due"])
    return team


def test_a_vendors_coach_sees_the_vendors_people_only(mixed, sign_in, cast):
    cole = sign_in("cole")
    board = cole.get("/coaching/").words
    assert "Ada" in board
    assert "Agent-3" not in board
    cole.get(f"/coaching/people/{cast.ada}")
    cole.get(f"/coaching/people/{mixed['late']}", expect=404)


def test_and_decides_about_them_only(mixed, assign):
    with pytest.raises(NotYourPeople):
        assign("late")
    assert assign("due")


def test_the_client_sees_everybody_and_no_quizzes_of_the_vendors(mixed, sign_in, cast):
    lena = sign_in("lena")
    board = lena.get("/coaching/").words
    assert "Ada" in board
    assert "Agent-3" in board
    page = lena.get(f"/coaching/people/{mixed['due']}").words
    assert f"They work for {VENDOR}; quizzes are seen by their coaches there." in page
    assert "quizzes are seen by their coaches" not in lena.get(f"/coaching/people/{mixed['late']}").words


def test_a_vendors_lead_reads_the_vendors_readiness(mixed, sign_in, cast):
    assert "Agent-3" in sign_in("lena").get("/readiness/").words
    employ(VENDOR, cast.lena)
    lena = sign_in("lena")
    assert "Agent-3" not in lena.get("/readiness/").words
    rows = lena.get("/readiness/report.json").response.get_json()["rows"]
    assert {row["person"] for row in rows} <= {"Ada", "Agent-2"}
    assert "Agent-3" not in lena.get("/readiness/report.csv").text


def test_also_who_owns_policies_there(mixed, sign_in, cast):
    employ("Another Vendor", cast.pia)
    assert "Ada" not in sign_in("pia").get("/readiness/").words
