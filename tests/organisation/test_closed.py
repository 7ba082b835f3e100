"""What is closed is offered nowhere and taken from nobody; what was recorded about it is shown as it was."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import AuditEntry, SpellKind, Team
from lms.organisation import closing
from lms.people.actions import change
from lms.people.changing import Change, ChangeRefused, Word
from lms.people.claims import take
from lms.people.feed_files import QUEUES
from lms.people.importing import ImportRefused, import_people
from lms.people.spells import SpellRefused, begin_spell
from lms.policies.refusals import ContentRefused
from tests.accounts.test_claims import ADA, ROLES, now_of, provider
from tests.organisation.test_closing import WHY, closed  # noqa: F401 - a fixture
from tests.people.test_feeding import send
from tests.scim.conftest import directory  # noqa: F401 - a fixture
from tests.scim.test_groups import SCHEMA, group, members, patch, places
from tests.training.make import DAY, FIRST, HOUR, simple

pytestmark = pytest.mark.usefixtures("closed")
HEAD = "external_id,name,email,team,queues\n"


def options(page, name):
    return [option["value"] for option in page.soup.select(f"select[name={name}] option")]


class TestOnScreen:
    @pytest.mark.parametrize(
        ("who", "url"),
        [
            ("rune", "/people"),
            ("rune", "/people/change?person=1"),
            ("rune", "/people/new"),
            ("rune", "/readiness/"),
            ("rune", "/organisation/teams/new"),
            ("lena", "/coaching/"),
        ],
    )
    def test_no_form_and_no_filter_offers_it(self, cast, sign_in, who, url):
        page = sign_in(who).get(url)
        offered = [*options(page, "team"), *options(page, "parent"), *options(page, "queue")]
        assert "EMEA" in offered
        assert "Americas/Austin" not in offered
        assert "escalations" not in offered

    def test_an_address_that_asks_for_it_still_finds_what_was(self, cast, sign_in):
        rune = sign_in("rune")
        assert "Americas/Austin" in options(rune.get("/people?team=Americas/Austin"), "team")
        assert "escalations" in options(rune.get("/readiness/?queue=escalations"), "queue")
        assert "Americas/Austin" in rune.get(f"/people/{cast.sam}").words  # everything that was recorded

    def test_a_report_of_a_day_when_it_was_open_offers_and_shows_it(self, cast, sign_in):
        then = f"{clock.now() - HOUR:%Y-%m-%dT%H:%M:%S}Z"
        page = sign_in("rune").get(f"/readiness/?at={then}")
        assert "Americas/Austin" in options(page, "team")
        assert "escalations" in options(page, "queue")
        assert sign_in("rune").get(f"/readiness/?at={then}&team=Americas/Austin&queue=escalations")

    def test_a_form_that_names_it_all_the_same_is_refused(self, cast, sign_in):
        fields = {"people": str(cast.ada), "word": "team", "team": "Americas/Austin", "why": WHY}
        sign_in("rune").post("/people/change", fields, expect=422)


class TestByHand:
    @pytest.mark.parametrize(
        ("word", "more"),
        [
            (Word.TEAM, {"team": "Americas/Austin"}),
            (Word.QUEUE, {"queue": "escalations"}),
            (Word.ROLE, {"team": "Americas/Austin", "role": "coach"}),
        ],
    )
    def test_nobody_is_put_into_it(self, cast, word, more):
        asked = Change(word=word, start_at=clock.now(), why=WHY, **more)
        with pytest.raises(ChangeRefused, match="is closed"):
            change([cast.ada], asked, by=cast.rune, now=clock.now())

    def test_nor_by_a_time_in_it(self, cast):
        with pytest.raises(SpellRefused, match="escalations is closed"):
            begin_spell(cast.ada, SpellKind.QUEUE, queue="escalations", start_at=clock.now(), by=cast.rune,
                        now=clock.now())  # fmt: skip

    def test_once_it_is_open_again_they_are(self, cast, closed):  # noqa: F811
        closing.open_queue(closed.queue, why=WHY, by=cast.rune, now=clock.now())
        asked = Change(word=Word.QUEUE, queue="escalations", start_at=clock.now(), why=WHY)
        change([cast.ada], asked, by=cast.rune, now=clock.now())
        assert "escalations" in places(cast.ada)


class TestAFile:
    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            ("ada,Ada,ada@demo.example,Americas/Austin,", "row 2, team: the team “Americas/Austin” is closed"),
            ("n1,Nora,nora@demo.example,Americas/Austin/Nights,", "row 2, team: the team “Americas/Austin” is closed"),
            ("ada,Ada,ada@demo.example,EMEA/Dublin,escalations;abuse-reports",
             "row 2, queues: the queue “escalations” is closed"),
        ],
    )  # fmt: skip
    def test_of_people_that_names_it_is_told_by_row_and_column(self, cast, row, sentence):
        before = db.session.scalars(select(Team.path)).all()
        with pytest.raises(ImportRefused, match=sentence):
            import_people(f"{HEAD}{row}\n".encode(), now=clock.now())
        assert db.session.scalars(select(Team.path)).all() == before

    def test_of_queues_likewise(self, cast):
        with pytest.raises(ImportRefused, match="row 2, queue: this queue is closed"):
            send(cast, QUEUES, "sam,escalations,2026-07-01,")

    def test_of_a_policy_that_names_it_is_refused(self, cast, tmp_path):
        with pytest.raises(ContentRefused, match="the queue “escalations” is closed"):
            simple(tmp_path, ago=DAY, audience=["escalations"])

    def test_of_a_policy_with_a_clause_that_names_it_too(self, cast, tmp_path):
        shelf = simple(tmp_path, ago=DAY)
        changed = FIRST | {"kinds": "A subpoena opens less than it did."}
        shelf.version(changed, ago=-DAY, queues={"kinds": "escalations"})
        with pytest.raises(ContentRefused, match="the queue “escalations” is closed"):
            shelf.publish()


class TestADirectory:
    @pytest.mark.parametrize("name", ["Americas/Austin", "Americas/Austin/Nights", "queue:escalations", "escalations"])
    def test_does_not_make_it_or_hang_anything_below_it(self, directory, cast, name):  # noqa: F811
        before = db.session.scalars(select(Team.path)).all()
        said = directory("POST", "/Groups", SCHEMA | {"displayName": name}, expect=400)
        assert "is closed. Open it again in Muster first" in said["detail"]
        assert said["scimType"] == "invalidValue"
        db.session.rollback()
        assert db.session.scalars(select(Team.path)).all() == before

    @pytest.mark.parametrize("name", ["Americas/Austin", "escalations"])
    def test_puts_nobody_into_it_and_still_finds_it(self, directory, cast, name):  # noqa: F811
        path = f"/Groups/{group(directory, name)['id']}"
        said = directory("PATCH", path, patch("add", path="members", value=members(cast.cole)), expect=400)
        assert "is closed" in said["detail"]
        assert name not in places(cast.cole)

    def test_does_not_rename_it_and_may_forget_it(self, directory, cast):  # noqa: F811
        path = f"/Groups/{group(directory, 'Americas/Austin')['id']}"
        renaming = patch("replace", path="displayName", value="Americas/Dallas")
        assert "is closed" in directory("PATCH", path, renaming, expect=400)["detail"]
        directory("DELETE", path, expect=204)
        said = directory("POST", "/Groups", SCHEMA | {"displayName": "Americas/Austin"}, expect=400)
        assert "is closed" in said["detail"]


class TestAProvider:
    def test_that_says_a_closed_team_is_heard_about_the_rest(self, cast):
        each = provider(team_claim="department", **ROLES)
        take(each, cast.ada, ADA | {"groups": ["ts-admins"], "department": "Americas/Austin"}, now=clock.now())
        assert now_of(cast.ada) == {("administrator", None)}
        assert "EMEA/Dublin" in places(cast.ada)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "values not taken")).one()
        assert entry.after == {"why": "the team “Americas/Austin” is closed"}
