"""Groups of a directory are teams and queues: who is a member works there from this moment."""

from typing import Any

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import Identity, Person, Queue, Spell, SpellEnd, SpellKind, Team
from lms.models.dated import spells_at
from tests.cast import Cast
from tests.scim.conftest import Directory

SCHEMA = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"]}


def subject(person_id: int) -> str:
    return db.session.scalars(select(Person.subject).where(Person.id == person_id)).one()


def places(person_id: int) -> set[str]:
    """Team and queues of now."""
    db.session.rollback()
    now = clock.now()
    teams = spells_at(Team.path, kinds=[SpellKind.TEAM], at=now, known_at=now).join(Team, Team.id == Spell.team_id)
    queues = spells_at(Queue.slug, kinds=[SpellKind.QUEUE], at=now, known_at=now).join(
        Queue, Queue.id == Spell.queue_id
    )
    return {
        place
        for wanted in (teams, queues)
        for (place,) in db.session.execute(wanted.where(Spell.person_id == person_id))
    }


def group(directory: Directory, name: str) -> dict[str, Any]:
    [found] = directory("GET", f'/Groups?filter=displayName eq "{name}"')["Resources"]
    return found


def members(*people: int) -> list[dict[str, str]]:
    return [{"value": subject(person)} for person in people]


def patch(op: str, **rest: Any) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": op, **rest}],
    }


class TestWhatThereIs:
    def test_every_team_and_queue_is_a_group_with_its_people(self, directory: Directory, cast: Cast) -> None:
        found = directory("GET", "/Groups?count=50")["Resources"]
        assert [each["displayName"] for each in found] == [
            "Americas", "Americas/Austin", "EMEA", "EMEA/Dublin", "abuse-reports", "escalations", "legal-requests",
        ]  # fmt: skip
        dublin = group(directory, "EMEA/Dublin")
        assert {each["display"] for each in dublin["members"]} == {"Ada", "Cole"}
        assert dublin["members"][0]["$ref"].endswith(f"/scim/v2/Users/{dublin['members'][0]['value']}")

    def test_members_can_be_left_out(self, directory: Directory) -> None:
        [found] = directory("GET", '/Groups?filter=displayName eq "EMEA"&excludedAttributes=members')["Resources"]
        assert "members" not in found

    def test_who_was_deleted_is_in_no_group(self, directory: Directory, cast: Cast) -> None:
        directory("DELETE", f"/Users/{subject(cast.ada)}", expect=204)
        assert {each["display"] for each in group(directory, "EMEA/Dublin")["members"]} == {"Cole"}


class TestTeams:
    def test_a_new_group_is_a_team_with_its_parents_and_takes_its_members(
        self, directory: Directory, cast: Cast
    ) -> None:
        said = SCHEMA | {"displayName": "APAC/Manila/Nights", "members": members(cast.ada), "externalId": "g-1"}
        before = clock.now()
        made = directory("POST", "/Groups", said, expect=201)
        assert made["externalId"] == "g-1"
        assert {"APAC", "APAC/Manila"} <= set(db.session.scalars(select(Team.path)))
        assert "APAC/Manila/Nights" in places(cast.ada)
        assert "EMEA/Dublin" not in places(cast.ada)
        [_, moved] = db.session.scalars(
            select(Spell).where(Spell.person_id == cast.ada, Spell.kind == SpellKind.TEAM).order_by(Spell.id)
        )
        assert before <= moved.start_at <= clock.now()

    def test_members_come_and_go(self, directory: Directory, cast: Cast) -> None:
        path = f"/Groups/{group(directory, 'Americas/Austin')['id']}"
        directory("PATCH", path, patch("add", path="members", value=members(cast.ada)), expect=204)
        assert "Americas/Austin" in places(cast.ada)
        directory("PATCH", path, patch("remove", path=f'members[value eq "{subject(cast.ada)}"]'), expect=204)
        assert "Americas/Austin" not in places(cast.ada)
        assert "Americas/Austin" in places(cast.sam)
        directory("PUT", path, SCHEMA | {"displayName": "Americas/Austin"})
        assert "Americas/Austin" not in places(cast.sam)

    def test_renaming_a_group_renames_the_team_and_its_people_stay(self, directory: Directory, cast: Cast) -> None:
        path = f"/Groups/{group(directory, 'EMEA/Dublin')['id']}"
        directory("PATCH", path, patch("replace", path="displayName", value="Europe/Cork"), expect=204)
        assert "Europe/Cork" in places(cast.ada)
        assert group(directory, "Europe/Cork")["id"] == path.rpartition("/")[2]

    def test_deleting_a_group_leaves_the_team_without_people(self, directory: Directory, cast: Cast) -> None:
        path = f"/Groups/{group(directory, 'Americas/Austin')['id']}"
        directory("DELETE", path, expect=204)
        directory("GET", path, expect=404)
        assert "Americas/Austin" not in places(cast.sam)
        assert db.session.scalar(select(Team.id).where(Team.path == "Americas/Austin"))
        again = directory("POST", "/Groups", SCHEMA | {"displayName": "Americas/Austin"}, expect=201)
        assert again["id"] == path.rpartition("/")[2]

    @pytest.mark.parametrize(
        ("said", "status", "why"),
        [
            ({"displayName": "EMEA"}, 409, "already"),
            ({"displayName": "emea"}, 409, "EMEA"),
            ({"displayName": "abuse-reports"}, 409, "already"),
            ({"displayName": "queue:abuse-reports"}, 409, "already"),
            ({"displayName": "queue:Not A Queue"}, 400, "no queue"),
            ({"displayName": "queue:"}, 400, "displayName"),
            ({"displayName": "A//B"}, 400, "no name"),
            ({"displayName": "x" * 700}, 400, "are allowed"),
            ({"displayName": "A\0"}, 400, "NUL"),
            ({"displayName": "New", "externalId": "x" * 201}, 400, "externalId"),
            ({"displayName": "New", "members": [{"value": "nobody"}]}, 400, "there is no user nobody"),
        ],
    )
    def test_what_cannot_be_is_refused_and_leaves_nothing(
        self, directory: Directory, said: dict[str, Any], status: int, why: str
    ) -> None:
        teams = db.session.scalars(select(Team.path)).all()
        assert why in directory("POST", "/Groups", SCHEMA | said, expect=status)["detail"]
        db.session.rollback()
        assert db.session.scalars(select(Team.path)).all() == teams

    @pytest.mark.parametrize("name", ["EMEA", "EMEA/Dublin/", "EMEA/Dublin/Below", "x" * 700])
    def test_a_name_that_cannot_be_is_refused_when_renaming(self, directory: Directory, name: str) -> None:
        path = f"/Groups/{group(directory, 'EMEA/Dublin')['id']}"
        directory("PATCH", path, patch("replace", path="displayName", value=name), expect=400)
        assert group(directory, "EMEA/Dublin")

    def test_a_coach_does_not_lose_the_team_they_cover(self, directory: Directory, cast: Cast) -> None:
        path = f"/Groups/{group(directory, 'EMEA/Dublin')['id']}"
        gone = patch("remove", path=f'members[value eq "{subject(cast.cole)}"]')
        assert "covers the people" in directory("PATCH", path, gone, expect=400)["detail"]

    def test_a_group_inside_a_group_is_kept_and_moves_nobody(self, directory: Directory, cast: Cast) -> None:
        inner = group(directory, "EMEA/Dublin")["id"]
        said = SCHEMA | {"displayName": "Nights", "members": [{"value": inner, "type": "Group"}]}
        made = directory("POST", "/Groups", said, expect=201)
        assert made["members"][0]["value"] == inner
        assert "EMEA/Dublin" in places(cast.ada)


class TestQueues:
    def test_members_are_in_the_queue_besides_their_others(self, directory: Directory, cast: Cast) -> None:
        path = f"/Groups/{group(directory, 'escalations')['id']}"
        directory("PATCH", path, patch("add", path="members", value=members(cast.sam)), expect=204)
        assert places(cast.sam) == {"Americas/Austin", "abuse-reports", "escalations"}
        directory("PATCH", path, patch("remove", path=f'members[value eq "{subject(cast.ada)}"]'), expect=204)
        assert places(cast.ada) == {"EMEA/Dublin", "abuse-reports", "legal-requests"}

    def test_a_group_called_queue_makes_one(self, directory: Directory, cast: Cast) -> None:
        said = SCHEMA | {"displayName": "queue:appeals", "members": members(cast.sam)}
        made = directory("POST", "/Groups", said, expect=201)
        assert made["displayName"] == "queue:appeals"
        assert "appeals" in places(cast.sam)

    def test_a_queue_keeps_its_name_whatever_the_directory_calls_it(self, directory: Directory, cast: Cast) -> None:
        path = f"/Groups/{group(directory, 'escalations')['id']}"
        directory("PATCH", path, patch("replace", path="displayName", value="T&S escalations"), expect=204)
        assert group(directory, "T&S escalations".replace("&", "%26"))
        assert "escalations" in places(cast.ada)

    def test_deleting_a_group_empties_the_queue(self, directory: Directory, cast: Cast) -> None:
        directory("DELETE", f"/Groups/{group(directory, 'escalations')['id']}", expect=204)
        assert "escalations" not in places(cast.ada)
        assert db.session.scalar(select(Identity.name).where(Identity.person_id == cast.ada)) == "Ada"
        assert db.session.scalar(select(SpellEnd.id).limit(1))
