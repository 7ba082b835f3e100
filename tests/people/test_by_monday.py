"""A real organisation by Monday: from nobody to 500 people who sign in and are counted, and the day after."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
import requests
from flask import Flask
from sqlalchemy import select

from lms import clock
from lms.accounts.actions import set_password
from lms.app import create_app
from lms.config import ROOT, OidcProvider
from lms.extensions import db
from lms.migrating import migrate
from lms.models import Identity, Policy, Version
from lms.people.importing import import_people
from lms.policies.loading import load_shelf
from lms.readiness.queries import standings
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.conftest import empty_database, settings_for
from tests.page import Page, Reader

PASSWORD = "a quiet morning in Dublin"
TEAMS = ("North/Days", "North/Nights", "South/Days", "South/Nights")
VENDORS = ("Acme Moderation", "Borealis Support")
COLUMNS = "external_id,name,email,role,team,vendor,coach_email,queues,timezone,language,ends_on\n"
OFFICE = "".join(
    f"{name},{name.capitalize()},{name}@{place}.example,{role},,,,,UTC,en,\n"
    for name, place, role in (
        ("rune", "company", "administrator"),
        ("pia", "demo", "owner"),
        ("lena", "demo", "owner"),
    )
)
"""Who runs it, and who own and approve the shipped policies."""


def line(number: int, **changes: str) -> str:
    """Somebody of the feed: every tenth coaches, half of them work for a vendor."""
    cells = {
        "external_id": f"p{number:03}",
        "name": f"Person {number:03}",
        "email": f"p{number:03}@company.example",
        "role": "coach" if number % 10 == 0 else "agent",
        "team": TEAMS[number % 4],
        "vendor": VENDORS[number % 2] if number % 4 > 1 else "",
        "coach_email": "",
        "queues": ("abuse-reports", "legal-requests")[number % 2] if number else "abuse-reports;escalations",
        "timezone": "Europe/Dublin",
        "language": "en",
        "ends_on": "",
    } | changes
    return ",".join(cells.values()) + "\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def empty(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path, running: Provider) -> Iterator[Flask]:
    """The app on a database with nobody in it, and a provider beside it."""
    with empty_database(engine_name, request, tmp_path) as url:
        each = OidcProvider(
            name="northlane", label="Northlane", issuer=running.issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
        )
        app = create_app(settings_for(url).model_copy(update={"oidc_providers": [each]}))
        with app.app_context():
            migrate(db.engine)
            yield app
            db.session.remove()
            db.engine.dispose()


def inside(app: Flask, act: Callable[[], object]) -> object:
    with app.app_context():
        done = act()
        db.session.remove()
        return done


def bring(rune: Reader, kind: str, content: str, **more: str) -> Page:
    """A file on screen: looked at, then brought in; the page that showed what it would do."""
    file = (io.BytesIO(content.encode()), f"{kind}.csv")
    fields = {"kind": kind, "file": file, **more}
    page = rune.post("/people/feeds", fields, expect=200, content_type="multipart/form-data")
    rune.post(page.soup.select_one("form[action$=confirm]")["action"], {"sure": "yes"})
    return page


def test_from_nobody_to_five_hundred_and_the_day_after(empty: Flask, running: Provider, tmp_path: Path) -> None:
    rune = bring_everybody_in(empty, two_policies(tmp_path))
    assert inside(empty, lambda: _ready("legal-requests")) == {f"Person {each:03}" for each in range(1, 100, 2)}

    by_code = enter_by_code(empty, rune)
    by_provider = enter_by_provider(empty, running)

    # The day after: three have left, two are new, one has another name, one another team; the report follows.
    gone = {1, 3, 5}
    rows = [line(each) for each in range(500) if each not in gone | {7, 9}]
    rows += [line(7, name="Person Renamed"), line(9, team="South/Nights"), line(500), line(501)]
    page = bring(rune, "people", COLUMNS + OFFICE + "".join(rows), full="yes")
    assert "3 people would leave." in page.words
    assert "2 created" in page.words
    assert "/sign-in" in by_code.get("/record", expect=302).location
    assert "/sign-in" in by_provider.get("/record", expect=302).location
    left = {f"Person {each:03}" for each in range(1, 100, 2) if each not in gone | {7}}
    assert inside(empty, lambda: _ready("legal-requests")) == left | {"Person Renamed"}
    assert inside(empty, lambda: _team("p009")) == "South/Nights"


def two_policies(folder: Path) -> Path:
    """Of the shipped shelf, what the two queues need."""
    (folder / "shelf" / "content").mkdir(parents=True)
    (folder / "shelf" / "quizzes").mkdir()
    for slug in ("abuse-reports", "legal-requests"):
        shutil.copytree(ROOT / "content" / slug, folder / "shelf" / "content" / slug)
        shutil.copy(ROOT / "quizzes" / f"{slug}.yaml", folder / "shelf" / "quizzes")
    return folder / "shelf"


def bring_everybody_in(app: Flask, shelf: Path) -> Reader:
    """The first administrator comes by the command line, and brings 500 people with what they learned before."""
    inside(app, lambda: import_people(f"{COLUMNS}{OFFICE}".encode(), now=clock.now()))
    inside(app, lambda: set_password(_number_of("rune"), PASSWORD, now=clock.now()))
    rune = Reader(app)
    rune.post("/sign-in", {"email": "rune@company.example", "password": PASSWORD})
    assert "500 created" in bring(rune, "people", COLUMNS + "".join(map(line, range(500)))).words
    inside(app, lambda: load_shelf(shelf, is_publishing=True, now=clock.now()))
    version = inside(app, _version_in_force)
    assert isinstance(version, tuple)
    number, published_at = version
    learned = (published_at + timedelta(hours=1)).isoformat()
    past = "external_id,policy,version,occurred_at,source,reference\n" + "".join(
        f"p{each:03},legal-requests,{number},{learned},old LMS,r{each}\n" for each in range(1, 100, 2)
    )
    bring(rune, "evidence", past)
    return rune


def enter_by_code(app: Flask, rune: Reader) -> Reader:
    """Invited, with a password and an authenticator app, then in a browser that never saw them."""
    page = rune.post("/account/invitations", {"person": str(inside(app, lambda: _number_of("p001")))}, expect=200)
    token = page.text.split("/link/")[1].split("<")[0]
    one = Reader(app)
    one.post(f"/link/{token}")
    one.post(f"/link/{token}/password", {"password": PASSWORD, "again": PASSWORD})
    one.post("/account/codes", {"password": PASSWORD})
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", one.get("/account/factors").text)
    assert secret
    codes = pyotp.TOTP(secret[1])
    one.post("/account/codes/confirm", {"code": codes.at(clock.now())}, expect=200)
    again = Reader(app)
    assert "code" in again.post("/sign-in", {"email": "p001@company.example", "password": PASSWORD}).location
    again.post("/sign-in/code", {"code": codes.at(clock.now() + timedelta(seconds=30))})
    again.get("/record")
    return again


def enter_by_provider(app: Flask, running: Provider) -> Reader:
    """Vouched for by the provider."""
    running.person = {"sub": "o-3", "email": "p003@company.example", "email_verified": True}
    other = Reader(app)
    there = other.post("/sign-in/with/northlane", {}, expect=302).location
    back = urlsplit(requests.get(there, allow_redirects=False, timeout=5).headers["Location"])
    other._send("get", f"{back.path}?{back.query}")
    other.get("/record")
    return other


def _version_in_force() -> tuple[int, object]:
    row = db.session.execute(
        select(Version.number, Version.published_at)
        .where(Version.effective_at <= clock.now(), Version.published_at.is_not(None))
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == "legal-requests")
        .order_by(Version.number.desc())
    ).first()
    assert row is not None
    return row.number, row.published_at


def _number_of(external_id: str) -> int:
    return db.session.scalars(select(Identity.person_id).where(Identity.external_id == external_id)).one()


def _ready(policy: str) -> set[str]:
    now = clock.now()
    rows = standings(scope=None, at=now, known_at=now, policy=policy).rows
    return {row.person for row in rows if row.standing.value == "ready" and row.queue == policy}


def _team(external_id: str) -> str:
    now = clock.now()
    rows = standings(scope=None, at=now, known_at=now).rows
    number = _number_of(external_id)
    return next(row.team for row in rows if row.person_id == number)
