"""A directory keeps people over SCIM: what it says counts from this moment, what it deletes stays on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import func, select

from lms import clock
from lms.accounts.sessions import reaches_of
from lms.app import create_app
from lms.config import Settings
from lms.extensions import db
from lms.models import AuditEntry, Identity, Person, ScimResource, Spell, SpellKind
from lms.people.importing import import_people
from lms.privacy.actions import erase
from lms.scim.mapping import NOWHERE
from tests.cast import Cast
from tests.page import Reader
from tests.scim.conftest import TOKEN, Directory

NORA = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "Nora.New@demo.example",
    "externalId": "d-100",
    "name": {"givenName": "Nora", "familyName": "New"},
    "emails": [{"value": "other@demo.example"}, {"value": "nora@demo.example", "primary": True}],
    "timezone": "Europe/Dublin",
    "preferredLanguage": "es",
    "roles": [{"value": "agent"}, {"value": "keyholder"}],
    "active": True,
}
ROLES = [{"value": "coach"}]


@pytest.fixture
def owned(app: Flask) -> Callable[[str], None]:
    def declare(text: str) -> None:
        settings = app.extensions["muster"]
        app.extensions["muster"] = settings.model_copy(update={"field_owners": text})

    return declare


def identity(**by: Any) -> Identity:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Identity).filter_by(**by)).one()


def subject_of(name: str) -> str:
    found = db.session.scalar(select(Person.subject).join(Identity).where(Identity.external_id == name))
    db.session.rollback()
    assert found
    return found


def spells(person_id: int, kind: SpellKind) -> list[Spell]:
    return list(db.session.scalars(select(Spell).where(Spell.person_id == person_id, Spell.kind == kind)))


def acts(person_id: int) -> list[str]:
    return list(db.session.scalars(select(AuditEntry.act).where(AuditEntry.person_id == person_id)))


def is_here(person_id: int) -> bool:
    db.session.rollback()
    return reaches_of(person_id, clock.now()) is not None


class TestWhoMayAsk:
    def test_without_a_token_in_the_settings_there_is_no_such_address(self, app: Flask) -> None:
        without = create_app(app.extensions["muster"].model_copy(update={"scim_token": ""})).test_client()
        assert without.get("/scim/v2/Users", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404

    @pytest.mark.parametrize("header", ["", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer ", "Bearer ü"])
    @pytest.mark.parametrize("path", ["/Users", "/Groups", "/ServiceProviderConfig", "/nothing"])
    def test_only_who_has_it_may_ask(self, directory: Directory, header: str, path: str) -> None:
        answer = directory("GET", path, expect=401, Authorization=header)
        assert "token" in answer["detail"]

    def test_two_tokens_hold_while_one_is_renewed(self, app: Flask, directory: Directory) -> None:
        settings = app.extensions["muster"].model_copy(update={"scim_token": f"{'n' * 40}, {TOKEN}"})
        app.extensions["muster"] = settings
        directory("GET", "/Users")
        directory("GET", "/Users", Authorization=f"Bearer {'n' * 40}")

    @pytest.mark.parametrize("token", ["short", f"{'n' * 40},short", f"{'n' * 40},"])
    def test_a_token_is_long(self, token: str) -> None:
        with pytest.raises(ValidationError, match="MUSTER_SCIM_TOKEN must have 32"):
            Settings(scim_token=token)

    def test_being_signed_in_is_not_enough(self, app: Flask, directory: Directory) -> None:
        Reader.signed_in(app, "rune").get("/scim/v2/Users", expect=401)


class TestSomebodyNew:
    def test_they_are_here_from_this_moment(self, directory: Directory) -> None:
        before = clock.now()
        made = directory("POST", "/Users", NORA, expect=201)
        nora = identity(external_id="d-100")
        assert (nora.name, nora.email, nora.timezone, nora.language) == (
            "Nora New",
            "nora@demo.example",
            "Europe/Dublin",
            "es",
        )
        [employment] = spells(nora.person_id, SpellKind.EMPLOYMENT)
        assert before <= employment.start_at <= clock.now()
        assert [spell.role for spell in spells(nora.person_id, SpellKind.ROLE)] == ["agent"]
        assert made["id"] == subject_of("d-100")
        assert made["roles"] == NORA["roles"]
        assert acts(nora.person_id) == ["person created"]
        recorder = db.session.scalars(select(Identity).where(Identity.person_id == employment.recorded_by)).one()
        assert recorder.external_id == "system:scim"

    def test_what_muster_has_no_use_for_is_kept_and_a_password_is_not(self, directory: Directory) -> None:
        said = NORA | {"password": "their own", "nickName": "No", "locale": "es-ES", "timezone": "Mars/Base"}
        made = directory("POST", "/Users", said, expect=201)
        assert made["nickName"] == "No"
        assert made["timezone"] == "Mars/Base"
        assert identity(external_id="d-100").timezone == "UTC"
        kept = db.session.scalars(select(ScimResource)).one()
        assert "password" not in kept.payload
        assert "their own" not in str(kept.payload)

    def test_who_is_not_active_has_no_access(self, directory: Directory) -> None:
        made = directory("POST", "/Users", NORA | {"active": False}, expect=201)
        assert made["active"] is False
        assert not is_here(identity(external_id="d-100").person_id)

    def test_without_an_e_mail_and_an_external_id_they_get_ones_that_lead_nowhere(self, directory: Directory) -> None:
        made = directory("POST", "/Users", {"schemas": NORA["schemas"], "userName": "nora"}, expect=201)
        nora = db.session.scalars(select(Identity).join(Person).where(Person.subject == made["id"])).one()
        assert nora.email.endswith("@no-mail.invalid")
        assert nora.external_id.startswith("scim:")
        assert nora.name == "nora"
        assert NOWHERE.hex not in nora.email

    @pytest.mark.parametrize(
        ("said", "status", "why"),
        [
            ({"userName": "ada@demo.example"}, 409, "userName"),
            ({"userName": "ADA@demo.example"}, 409, "userName"),
            ({"externalId": "ada"}, 409, "externalId"),
            ({"emails": [{"value": "ada@demo.example"}]}, 409, "e-mail"),
            ({"emails": [{"value": "no address"}]}, 400, "not a valid email address"),
            ({"userName": "x" * 321}, 400, "userName"),
            ({"externalId": "x" * 201}, 400, "externalId"),
            ({"externalId": "system:x"}, 400, "taken by Muster"),
            ({"displayName": "…"}, 400, "Write a name"),
            ({"displayName": "x" * 1_000_000}, 400, "are allowed"),
            ({"displayName": "No\u202era"}, 400, "invisible"),
            ({"nickName": "No\0ra"}, 400, "NUL"),
            ({"roles": ROLES}, 400, "covers the people of a team"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence_and_leaves_nothing(
        self, directory: Directory, said: dict[str, Any], status: int, why: str
    ) -> None:
        answer = directory("POST", "/Users", NORA | said, expect=status)
        assert why in answer["detail"]
        assert db.session.scalar(select(func.count(ScimResource.id))) == 0
        assert db.session.scalar(select(func.count(Identity.person_id))) == 6


class TestSomebodyKnown:
    def test_whom_a_file_brought_in_the_directory_finds_and_changes(self, directory: Directory, cast: Cast) -> None:
        found = directory("GET", '/Users?filter=userName eq "ADA@demo.example"')
        assert found["totalResults"] == 1
        ada = found["Resources"][0]
        assert (ada["externalId"], ada["displayName"], ada["active"]) == ("ada", "Ada", True)
        patch = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "displayName", "value": "Ada West"}],
        }
        directory("PATCH", f"/Users/{ada['id']}", patch, expect=204)
        assert identity(external_id="ada").name == "Ada West"
        assert len(spells(cast.ada, SpellKind.EMPLOYMENT)) == 1
        assert len(spells(cast.ada, SpellKind.QUEUE)) == 3

    def test_inactive_ends_access_with_the_next_request_and_keeps_the_record(
        self, app: Flask, directory: Directory, cast: Cast
    ) -> None:
        reader = Reader.signed_in(app, "ada")
        reader.get("/")
        ada = directory("GET", f"/Users/{subject_of('ada')}")
        directory("PUT", f"/Users/{ada['id']}", ada | {"active": False})
        assert "/sign-in" in reader.get("/", expect=302).location
        assert spells(cast.ada, SpellKind.EMPLOYMENT)
        assert directory("GET", f"/Users/{ada['id']}")["active"] is False
        directory("PUT", f"/Users/{ada['id']}", ada | {"active": True})
        assert is_here(cast.ada)

    def test_taking_active_out_says_nothing(self, directory: Directory, cast: Cast) -> None:
        path = f"/Users/{subject_of('ada')}"
        ada = directory("GET", path)
        directory("PUT", path, ada | {"active": False})
        del ada["active"]
        assert "active" not in directory("PUT", path, ada)
        assert not is_here(cast.ada)

    def test_who_starts_later_starts_then(self, directory: Directory) -> None:
        start = clock.now() + timedelta(days=9)
        row = f"external_id,name,email,starts_on\nz1,Zoe,zoe@demo.example,{start:%Y-%m-%d}\n"
        import_people(row.encode(), now=clock.now())
        path = f"/Users/{subject_of('z1')}"
        zoe = directory("GET", path)
        assert zoe["active"] is False
        directory("PUT", path, zoe | {"active": True})
        assert not is_here(identity(external_id="z1").person_id)

    def test_a_name_that_another_source_changed_since_is_shown(self, directory: Directory) -> None:
        made = directory("POST", "/Users", NORA, expect=201)
        row = b"external_id,name,email,timezone,language,role\nd-100,Nora Old,old@demo.example,UTC,ar,agent\n"
        import_people(row, now=clock.now())
        now = directory("GET", f"/Users/{made['id']}")
        assert now["displayName"] == "Nora Old"
        assert now["emails"] == [{"value": "old@demo.example", "type": "work", "primary": True}]
        assert (now["timezone"], now["preferredLanguage"]) == ("UTC", "ar")
        assert now["meta"]["version"] != made["meta"]["version"]

    def test_roles_that_another_source_changed_since_are_shown_beside_the_directorys_own(
        self, directory: Directory
    ) -> None:
        made = directory("POST", "/Users", NORA, expect=201)
        row = b"external_id,name,email,role\nd-100,Nora New,nora@demo.example,owner\n"
        import_people(row, now=clock.now() + timedelta(days=1))
        db.session.rollback()
        assert directory("GET", f"/Users/{made['id']}")["roles"] == NORA["roles"]  # not yet
        row = b"external_id,name,email,role\nd-100,Nora New,nora@demo.example,agent;owner\n"
        import_people(row, now=clock.now())
        now = directory("GET", f"/Users/{made['id']}")["roles"]
        assert {each["value"] for each in now} == {"keyholder", "agent", "owner"}

    def test_an_older_state_is_not_written_over_a_newer_one(self, directory: Directory) -> None:
        made = directory("POST", "/Users", NORA, expect=201)
        path, version = f"/Users/{made['id']}", made["meta"]["version"]
        directory("PUT", path, made | {"nickName": "No"})
        directory("PUT", path, made | {"nickName": "Old"}, expect=412, **{"If-Match": version})
        directory("DELETE", path, expect=412, **{"If-Match": version})
        assert directory("GET", path)["nickName"] == "No"


class TestDeleted:
    def test_they_have_left_and_their_record_stays(self, directory: Directory, cast: Cast) -> None:
        path = f"/Users/{subject_of('ada')}"
        directory("DELETE", path, expect=204)
        directory("GET", path, expect=404)
        directory("DELETE", path, expect=404)
        directory("PUT", path, NORA, expect=404)
        assert directory("GET", '/Users?filter=externalId eq "ada"')["totalResults"] == 0
        assert not is_here(cast.ada)
        assert identity(external_id="ada").name == "Ada"
        assert "person left" in acts(cast.ada)

    def test_the_same_external_id_is_the_same_person_again(self, directory: Directory) -> None:
        made = directory("POST", "/Users", NORA, expect=201)
        nora = identity(external_id="d-100").person_id
        directory("DELETE", f"/Users/{made['id']}", expect=204)
        again = directory("POST", "/Users", NORA | {"displayName": "Nora Again"}, expect=201)
        assert again["id"] == made["id"]
        assert is_here(nora)
        assert identity(external_id="d-100").name == "Nora Again"

    def test_a_new_external_id_is_somebody_else_even_with_the_same_e_mail(self, directory: Directory) -> None:
        made = directory("POST", "/Users", NORA, expect=201)
        directory("DELETE", f"/Users/{made['id']}", expect=204)
        other = directory("POST", "/Users", NORA | {"externalId": "d-200"}, expect=201)
        assert other["id"] != made["id"]
        assert identity(external_id="d-100").email == f"{made['id']}@left.invalid"
        assert identity(external_id="d-200").email == "nora@demo.example"

    def test_somebody_erased_is_gone_here_too(self, directory: Directory, cast: Cast) -> None:
        made = directory("POST", "/Users", NORA, expect=201)
        nora = identity(external_id="d-100").person_id
        directory("DELETE", f"/Users/{made['id']}", expect=204)
        erase(nora, reason="She asked for it.", by=cast.rune, now=clock.now() + timedelta(seconds=1))
        assert db.session.scalar(select(func.count(ScimResource.id))) == 0


class TestOneOwnerPerField:
    def test_what_another_source_owns_is_not_taken_and_noted(
        self, directory: Directory, cast: Cast, owned: Callable[[str], None]
    ) -> None:
        owned("name=feed, employment=hand, timezone=scim")
        path = f"/Users/{subject_of('ada')}"
        ada = directory("GET", path)
        wanted = ada | {"displayName": "Another", "active": False, "timezone": "UTC"}
        now = directory("PUT", path, wanted)
        assert (now["displayName"], now["active"], now["timezone"]) == ("Ada", True, "UTC")
        assert is_here(cast.ada)
        noted = db.session.scalars(
            select(AuditEntry.after).where(AuditEntry.person_id == cast.ada, AuditEntry.act == "values not taken")
        ).all()
        assert {"name": "feed"} in noted
        assert {"employment": "hand"} in noted
