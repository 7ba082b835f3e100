"""What a provider says of roles and team at sign-in, as the settings translate it."""

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from lms import clock
from lms.accounts.actions import SignInRefused
from lms.accounts.providers import sign_in_with
from lms.accounts.sessions import reaches_of
from lms.config import OidcProvider
from lms.extensions import db
from lms.models import AuditEntry, Identity, ProviderLink
from lms.people.claims import roles_of, team_of
from tests.people.test_at_once import at_once

NEEDED = {
    "name": "idp",
    "label": "The provider",
    "issuer": "https://idp.example",
    "client_id": "c",
    "client_secret": "s",
}
ROLES = {"roles_claim": "groups", "roles": {"ts-coaches": "coach", "ts-admins": "administrator"}}
TEAMS = {"team_claim": "department", "teams": {"D42": "Americas/Austin"}}
ADA = {"sub": "p-1", "email": "ada@demo.example", "email_verified": True}
NORA = {"sub": "p-9", "email": "nora@demo.example", "email_verified": True, "name": "Nora New"}


def provider(**more: Any) -> OidcProvider:
    return OidcProvider(**NEEDED, **more)


def enter(each: OidcProvider, claims: dict[str, Any]) -> None:
    sign_in_with(each, claims, agent="test", now=clock.now())
    db.session.expire_all()


def now_of(person_id: int) -> set[tuple[str, str | None]]:
    return {(reach.role.value, reach.team_path) for reach in reaches_of(person_id, clock.now()) or ()}


@pytest.fixture
def owned(app):
    was = app.extensions["muster"]
    yield lambda text: app.extensions.update(muster=was.model_copy(update={"field_owners": text}))
    app.extensions["muster"] = was


@pytest.mark.parametrize("claims", [ADA, NORA], ids=["somebody known", "somebody new"])
def test_two_tabs_that_come_back_at_once_both_get_in(app, cast, claims):
    each = provider(makes_people=True)
    assert at_once(app, lambda: sign_in_with(each, claims, agent="test", now=clock.now())) == []
    links = db.session.scalars(select(ProviderLink.person_id)).all()
    assert len(links) == 1
    assert db.session.get(Identity, links[0]).email == claims["email"]


class TestTheTables:
    @pytest.mark.parametrize(
        ("said", "roles"),
        [
            ({}, None),
            ({"groups": ["ts-coaches", "canteen"]}, {"coach"}),
            ({"groups": "ts-coaches"}, {"coach"}),
            ({"groups": ["ts-coaches", "ts-admins"]}, {"coach", "administrator"}),
            ({"groups": ["canteen"]}, {"agent"}),
            ({"groups": []}, {"agent"}),
            ({"groups": [7, None]}, {"agent"}),
        ],
    )
    def test_roles(self, said, roles):
        assert roles_of(provider(**ROLES), said) == roles

    @pytest.mark.parametrize(
        ("tables", "said", "team"),
        [
            (TEAMS, {"department": "D42"}, "Americas/Austin"),
            (TEAMS, {"department": ["D1", "D42"]}, "Americas/Austin"),
            (TEAMS, {"department": "D1"}, None),
            (TEAMS, {}, None),
            ({}, {"department": "D42"}, None),
            ({"team_claim": "department"}, {"department": " EMEA / Dublin "}, "EMEA/Dublin"),
            ({"team_claim": "department"}, {"department": ["A//B", "x" * 400, "A\u202eB", "EMEA"]}, "EMEA"),
        ],
    )
    def test_team(self, tables, said, team):
        assert team_of(provider(**tables), said) == team

    def test_a_role_that_there_is_not_stops_the_start(self):
        with pytest.raises(ValidationError, match="king"):
            provider(roles_claim="groups", roles={"ts": "king"})


class TestSigningIn:
    def test_without_tables_nothing_is_taken(self, cast):
        enter(provider(), ADA | {"groups": ["ts-admins"], "department": "Americas", "name": "Other"})
        assert now_of(cast.ada) == {("agent", None)}
        assert db.session.get(Identity, cast.ada).name == "Ada"

    def test_a_move_and_a_role_count_from_this_sign_in(self, cast):
        enter(provider(**ROLES, **TEAMS), ADA | {"groups": ["ts-coaches"], "department": "D42"})
        assert now_of(cast.ada) == {("coach", "Americas/Austin")}
        enter(provider(**ROLES, **TEAMS), ADA | {"groups": []})
        assert now_of(cast.ada) == {("agent", None)}

    def test_the_same_again_changes_nothing(self, cast):
        claims = ADA | {"groups": ["ts-coaches"], "department": "D42"}
        enter(provider(**ROLES, **TEAMS), claims)
        before = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.act == "person changed"))
        enter(provider(**ROLES, **TEAMS), claims)
        assert db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.act == "person changed")) == before

    def test_what_another_source_owns_is_not_taken_and_noted(self, cast, owned):
        owned("role=feed, team=scim")
        enter(provider(**ROLES, **TEAMS), ADA | {"groups": ["ts-admins"], "department": "D42"})
        assert now_of(cast.ada) == {("agent", None)}
        noted = db.session.scalars(select(AuditEntry.after).where(AuditEntry.act == "values not taken")).all()
        assert noted == [{"role": "feed", "team": "scim"}]

    def test_name_and_e_mail_only_where_they_are_the_providers(self, cast, owned):
        enter(provider(), ADA)
        owned("name=oidc, email=oidc")
        enter(provider(), ADA | {"name": "Ada West", "email": "ada.west@demo.example"})
        ada = db.session.get(Identity, cast.ada)
        assert (ada.name, ada.email) == ("Ada West", "ada.west@demo.example")
        enter(provider(), ADA | {"name": "…", "email": "ada@demo.example", "email_verified": False})
        db.session.refresh(ada)
        assert (ada.name, ada.email) == ("Ada West", "ada.west@demo.example")

    def test_what_makes_no_sense_is_noted_and_keeps_nobody_out(self, cast, owned):
        owned("email=oidc")
        enter(provider(), ADA)
        enter(provider(), ADA | {"email": "cole@demo.example"})
        [noted] = db.session.scalars(select(AuditEntry.after).where(AuditEntry.act == "values not taken")).all()
        assert "it belongs to cole" in noted["why"]
        assert db.session.get(Identity, cast.ada).email == "ada@demo.example"


class TestSomebodyNew:
    def test_is_made_where_the_settings_let_the_provider(self, cast):
        claims = NORA | {"groups": ["ts-coaches"], "department": "D42"}
        enter(provider(makes_people=True, **ROLES, **TEAMS), claims)
        nora = db.session.scalars(select(Identity).where(Identity.external_id == "idp:p-9")).one()
        assert (nora.name, nora.email) == ("Nora New", "nora@demo.example")
        assert now_of(nora.person_id) == {("coach", "Americas/Austin")}
        enter(provider(makes_people=True, **ROLES, **TEAMS), claims)
        assert db.session.scalar(select(func.count(Identity.person_id)).where(Identity.name == "Nora New")) == 1

    @pytest.mark.parametrize(
        ("tables", "changes"),
        [
            ({}, {}),
            ({"makes_people": True}, {"email_verified": False}),
            ({"makes_people": True}, {"email": "no address"}),
            ({"makes_people": True} | ROLES, {"groups": ["ts-coaches"]}),  # a coach of no team
        ],
    )
    def test_and_not_otherwise(self, cast, tables, changes):
        with pytest.raises(SignInRefused, match="Nobody here belongs"):
            enter(provider(**tables), NORA | changes)
        assert db.session.scalar(select(Identity.person_id).where(Identity.email == "nora@demo.example")) is None
