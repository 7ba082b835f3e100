"""One owner per field: what another source says is reported, and not taken."""

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from lms import clock
from lms.config import Settings
from lms.extensions import db
from lms.models import Identity
from lms.ownership import FIELDS, Source, may_write, owners_of
from lms.people.actions import Who, change, change_identity
from lms.people.changing import Change, ChangeRefused, Word
from lms.people.feed_files import LEAVE
from lms.people.feeding import feed
from lms.people.importing import ImportRefused, import_people
from tests.people.test_feeds import upload

FILE = (
    "external_id,name,email,role,team,queues,vendor,ends_on\n"
    "ada,Another Name,ada.w@demo.example,coach,Americas,escalations,Acme,2030-01-01\n"
    "n1,Nora New,nora@demo.example,agent,EMEA,abuse-reports,Acme,\n"
)
WHY = "The nights need two more people."


@pytest.fixture
def owned(app, cast):
    was = app.extensions["muster"]

    def declare(text):
        app.extensions["muster"] = was.model_copy(update={"field_owners": text})

    yield declare
    app.extensions["muster"] = was


class TestTheRule:
    @pytest.mark.parametrize("field", FIELDS)
    def test_the_owner_writes_and_nobody_else(self, field):
        owners = owners_of(f"{field}=oidc")
        assert [source for source in Source if may_write(owners, field, source)] == [Source.OIDC]

    def test_what_nobody_owns_everybody_writes(self):
        assert all(may_write({}, "team", source) for source in Source)

    @pytest.mark.parametrize("text", ["team=king", "shoe=feed", "team", "team=feed;email=feed"])
    def test_a_declaration_that_makes_no_sense_stops_the_start(self, text):
        with pytest.raises(ValidationError, match="is not understood"):
            Settings(field_owners=text)

    def test_spaces_and_empty_parts_do_not_matter(self):
        assert owners_of(" team = feed ,, email=oidc ") == {"team": Source.FEED, "email": Source.OIDC}


class TestAFile:
    def test_of_somebody_known_only_what_it_owns_is_taken(self, cast, owned):
        owned("name=oidc, email=oidc, team=scim, role=hand, queues=lms, employment=scim, vendor=feed, leave=hand")
        report = import_people(FILE.encode(), now=clock.now())
        ada = db.session.scalars(select(Identity).where(Identity.external_id == "ada")).one()
        assert (ada.name, ada.email, ada.vendor) == ("Ada", "ada@demo.example", "Acme")
        assert {(each.field, each.value, each.owner) for each in report.refused} == {
            ("name", "Another Name", "oidc"),
            ("email", "ada.w@demo.example", "oidc"),
            ("team", "Americas", "scim"),
            ("role", "coach", "hand"),
            ("queues", "escalations", "lms"),
            ("employment", "2030-01-01", "scim"),
        }
        assert [fact.column for each in report.differences if each.external_id == "ada" for fact in each.facts] == [
            "vendor"
        ]

    def test_of_somebody_new_everything_is(self, cast, owned):
        owned("name=oidc, team=scim")
        report = import_people(FILE.encode(), now=clock.now())
        assert db.session.scalar(select(Identity.name).where(Identity.external_id == "n1")) == "Nora New"
        assert {each.external_id for each in report.refused} == {"ada"}

    def test_what_is_so_already_is_not_reported(self, cast, owned):
        owned("name=oidc, queues=lms, team=scim")
        same = "external_id,name,email,team\nada,Ada,ada@demo.example,EMEA/Dublin\n"
        assert import_people(same.encode(), now=clock.now()).refused == ()

    def test_it_is_shown_on_screen(self, cast, owned, sign_in):
        owned("name=oidc")
        page = upload(sign_in("rune"), "people", FILE)
        assert "ada: name “Another Name” (oidc)" in page.words

    def test_a_file_of_leave_is_refused_where_leave_is_not_its_own(self, cast, owned):
        owned("leave=hand")
        with pytest.raises(ImportRefused, match="Leave belongs to another source here: hand"):
            feed(LEAVE, b"external_id,starts_on\nada,2026-07-01\n", by=cast.rune, now=clock.now())


class TestByHand:
    def test_a_change_of_what_another_source_owns_is_refused(self, cast, owned):
        owned("team=feed, employment=scim")
        for word, more in ((Word.TEAM, {"team": "Americas"}), (Word.LEFT, {})):
            asked = Change(word=word, start_at=clock.now(), why=WHY, **more)
            with pytest.raises(ChangeRefused, match="comes from another source here"):
                change([cast.ada], asked, by=cast.rune, now=clock.now())
        asked = Change(word=Word.QUEUE, queue="escalations", start_at=clock.now(), why=WHY)
        change([cast.sam], asked, by=cast.rune, now=clock.now())

    def test_so_is_a_name_but_not_what_stands_beside_it(self, cast, owned):
        owned("name=feed")
        who = {"name": "Ada", "email": "ada@demo.example", "timezone": "Europe/Dublin", "language": "en", "vendor": "A"}
        change_identity(cast.ada, Who(**who), why=WHY, by=cast.rune, now=clock.now())
        with pytest.raises(ChangeRefused, match="The name comes from another source here: feed"):
            change_identity(cast.ada, Who(**who | {"name": "Ada W"}), why=WHY, by=cast.rune, now=clock.now())

    def test_the_owner_stands_beside_the_field(self, cast, owned, sign_in):
        owned("team=feed")
        assert "Team (from feed)" in sign_in("rune").get(f"/people/{cast.ada}").words
