"""Signing in with an OpenID provider: a real one on loopback, and every way in which its answer cannot be trusted."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from pydantic import ValidationError
from sqlalchemy import select

from lms.accounts import providers
from lms.config import OidcProvider, Settings
from lms.extensions import db
from lms.models import AuditEntry, ProviderLink, SignInSession
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.cast import leave


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def provider(app, running) -> Iterator[Provider]:
    """The provider, known to the app for this test."""
    running.person = {"sub": "p-1", "email": "Ada@demo.example", "email_verified": True}
    running.changes, running.signs_with, running.is_down = {}, running.key, False
    was = app.extensions["muster"]
    each = OidcProvider(
        name="northlane", label="Northlane", issuer=running.issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    )
    settings = was.model_copy(update={"oidc_providers": [each]})
    app.extensions["muster"] = settings
    providers.register(app, settings)
    yield running
    app.extensions["muster"] = was


def go(reader, target=""):
    """To the provider and back; the answer to coming back."""
    there = reader.post("/sign-in/with/northlane", {"next": target}, expect=302).location
    back = urlsplit(requests.get(there, allow_redirects=False, timeout=5).headers["Location"])
    return reader._send("get", f"{back.path}?{back.query}")


def is_in(reader):
    return reader._send("get", "/record").status == 200


def test_the_page_has_a_button_for_it(provider, stranger):
    assert "Sign in with Northlane" in stranger.get("/sign-in").words


def test_who_is_known_by_a_verified_e_mail_is_let_in_and_linked(provider, cast, stranger):
    assert go(stranger, "/record").location == "/record"
    stranger.get("/record")
    link = db.session.scalars(select(ProviderLink)).one()
    assert (link.person_id, link.provider, link.provider_subject) == (cast.ada, "northlane", "p-1")
    assert db.session.scalars(select(SignInSession)).one().way == "northlane"
    assert "provider linked" in db.session.scalars(select(AuditEntry.act)).all()


def test_from_then_on_the_provider_s_own_identifier_counts(provider, cast, stranger, app):
    go(stranger)
    stranger.post("/sign-out")
    provider.person = {"sub": "p-1", "email": "another@demo.example"}
    go(stranger)
    assert is_in(stranger)
    assert len(db.session.scalars(select(ProviderLink)).all()) == 1


def test_never_to_another_site_afterwards(provider, stranger):
    assert go(stranger, "//evil.example").location == "/"


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "p-1", "email": "ada@demo.example"},
        {"sub": "p-1", "email": "ada@demo.example", "email_verified": False},
        {"sub": "p-1", "email": "ada@demo.example", "email_verified": "true"},
        {"sub": "p-1", "email": "nobody@demo.example", "email_verified": True},
        {"sub": "p-1"},
        {"sub": ""},
    ],
)
def test_who_is_not_known_is_not_let_in_and_told_so(provider, stranger, person):
    provider.person = person
    assert go(stranger).location == "/sign-in"
    assert "Ask your administrator." in stranger.get("/sign-in").words
    assert not is_in(stranger)


def test_nor_is_who_has_left(provider, cast, stranger):
    leave(cast.ada)
    assert go(stranger).location == "/sign-in"


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"aud": "another client"},
        {"iss": "https://another.example"},
        {"exp": 1_000_000_000},
    ],
)
def test_an_answer_that_is_not_meant_for_us_is_refused(provider, stranger, changes):
    provider.changes = changes
    assert go(stranger).location == "/sign-in"
    assert "could not be trusted" in stranger.get("/sign-in").words
    assert not is_in(stranger)


def test_nor_is_one_that_somebody_else_signed(provider, stranger):
    provider.signs_with = provider.other_key
    assert go(stranger).location == "/sign-in"
    assert not is_in(stranger)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(provider, stranger, app):
    from tests.page import Reader

    there = stranger.post("/sign-in/with/northlane", expect=302).location
    back = urlsplit(requests.get(there, allow_redirects=False, timeout=5).headers["Location"])
    thief = Reader(app)
    thief._send("get", f"{back.path}?{back.query}")
    assert not is_in(thief)
    stranger._send("get", f"{back.path}?{back.query}")
    assert is_in(stranger)
    stranger.post("/sign-out")
    stranger._send("get", f"{back.path}?{back.query}")
    assert not is_in(stranger)


def test_a_provider_that_is_down_is_told(provider, stranger, app):
    provider.is_down = True
    assert stranger.post("/sign-in/with/northlane").location == "/sign-in"
    assert "cannot be reached" in stranger.get("/sign-in").words
    stranger.post("/sign-in/with/nobody", expect=404)
    stranger.get("/sign-in/with/nobody/done", expect=404)


def test_what_the_provider_refuses_is_told(provider, stranger):
    page = stranger._send("get", "/sign-in/with/northlane/done?error=access_denied&state=x")
    assert page.location == "/sign-in"


def test_local_passwords_can_be_turned_off(provider, stranger, app):
    app.extensions["muster"] = app.extensions["muster"].model_copy(update={"local_passwords": False})
    page = stranger.get("/sign-in")
    assert page.soup.find("input", attrs={"name": "password"}) is None
    assert "Sign in with Northlane" in page.words
    stranger.post("/sign-in", {"email": "ada@demo.example", "password": "whatever it was"}, expect=404)


def test_but_not_without_another_way_in():
    with pytest.raises(ValidationError, match="nobody could sign in"):
        Settings(local_passwords=False)
    with pytest.raises(ValidationError, match="MUSTER_SECOND_FACTOR must be"):
        Settings(second_factor="sometimes")
