"""A person's own data can be had, who they were can be erased, and what they proved can still be verified."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms import clock
from lms.accounts.actions import set_password
from lms.cli import main
from lms.coaching.actions import move_due
from lms.config import Settings
from lms.extensions import db, writing
from lms.models import Attempt, AuditEntry, Credential, Evidence, Identity, Response, SignInSession
from lms.people.spells import end_employment
from lms.privacy import actions
from lms.privacy.actions import NotErased
from lms.verifying import verify
from lms.verifying.erasures import erasures
from tests.training.make import DAY, fail, prove, refresher

WHY = "Asked for in writing on 3 March."
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
SETTINGS = Settings(env="test", keep_leavers_days=30)


@pytest.fixture
def gone(cast, simple):
    """Sam worked in abuse reports, trained, and has left."""
    shelf = simple(ago=20 * DAY, audience=["abuse-reports", "legal-requests"])
    set_password(cast.sam, "a quiet morning in Austin", now=clock.now() - 19 * DAY)
    fail(cast.sam, at=clock.now() - 19 * DAY, wrong=("notice",))
    move_due(cast.ada, policy="legal-requests", due_at=clock.now() + DAY, reason="She is at a course.", by=cast.cole,
             now=clock.now())  # fmt: skip
    prove(cast.ada, at=clock.now() - 2 * DAY)
    end_employment(cast.sam, at=clock.now() - DAY, by=cast.rune, now=clock.now())
    return shelf


def rows(table, person):
    return db.session.scalars(select(table).where(table.person_id == person)).all()


class TestOnesOwn:
    def test_everybody_can_have_all_that_is_kept_about_them(self, cast, sign_in, simple):
        simple(ago=10 * DAY)
        prove(cast.ada, at=clock.now() - DAY)
        refresher(cast.ada, cast.cole, "notice")
        page = sign_in("ada").get("/privacy/mine.json")
        given = {each["table"]: each["rows"] for each in json.loads(page.text)["tables"]}
        assert given["identities"][0]["email"] == "ada@demo.example"
        assert given["evidence"][0]["body"]["policy"] == "legal-requests"
        assert given["evidence"][0]["version_id"] == "legal-requests version 1"
        assert given["responses"]
        assert given["refreshers"][0]["assigned_by"] == "a colleague"
        assert given["refreshers"][0]["person_id"] == "this person"

    def test_but_no_secret_and_no_name_of_a_colleague(self, cast, sign_in, simple):
        simple(ago=10 * DAY)
        set_password(cast.ada, "a quiet morning in Dublin", now=clock.now())
        prove(cast.ada, at=clock.now() - DAY)
        text = sign_in("ada").get("/privacy/mine.json").text
        for secret in ("argon2", "token_hash", '"salt"', "Cole", "cole@"):
            assert secret not in text

    def test_everybody_can_read_what_is_kept(self, cast, sign_in):
        page = sign_in("sam").get("/privacy")
        assert "Argon2id hash" in page.words
        assert "90 days after it was last used" in page.words
        assert "until an administrator erases them" in page.words
        assert "Kept too long" not in page.words


class TestErasing:
    def test_who_they_were_is_gone_and_what_they_proved_is_not(self, cast, gone, sign_in):
        leaves = [row.leaf for row in db.session.scalars(select(Evidence))]
        actions.erase(cast.sam, reason=WHY, by=cast.rune, now=clock.now())
        for table in (Identity, Credential, SignInSession):
            assert not rows(table, cast.sam), table
        answered = select(Attempt.person_id).join(Response, Response.attempt_id == Attempt.id).distinct()
        assert db.session.scalars(answered).all() == [cast.ada]
        assert [row.leaf for row in db.session.scalars(select(Evidence))] == leaves
        assert verify() == []

    def test_what_is_left_is_told_when_something_was_left(self, cast, gone):
        actions.erase(cast.sam, reason=WHY, by=cast.rune, now=clock.now())
        with writing():
            db.session.add(Credential(person_id=cast.sam, password_hash="x", changed_at=clock.now()))
            db.session.flush()
            assert list(erasures()) == ["credentials: 1 rows of erased people are left."]

    def test_a_second_time_changes_nothing(self, cast, gone):
        for _ in range(2):
            actions.erase(cast.sam, reason=WHY, by=cast.rune, now=clock.now())
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "person erased")).all()
        assert [entry.reason for entry in entries] == [WHY]

    def test_somebody_who_works_here_is_not_erased(self, cast):
        with pytest.raises(NotErased, match="Ada works here"):
            actions.erase(cast.ada, reason=WHY, by=cast.rune, now=clock.now())

    def test_nor_without_a_reason_nor_somebody_nobody_knows(self, cast, gone):
        with pytest.raises(NotErased, match="10 characters"):
            actions.erase(cast.sam, reason="Because.", by=cast.rune, now=clock.now())
        with pytest.raises(NotErased, match="no such person"):
            actions.erase(10**6, reason=WHY, by=cast.rune, now=clock.now())

    def test_an_administrator_types_the_external_id_to_be_sure(self, cast, gone, sign_in):
        rune, url = sign_in("rune"), f"/privacy/people/{cast.sam}"
        assert "There is no way back" in rune.get(url).words
        wrong = rune.post(f"{url}/erase", {"external_id": "ada", "reason": WHY}, expect=422)
        assert "not the external id of this person" in wrong.words
        rune.post(f"{url}/erase", {"external_id": "", "reason": ""}, expect=422)
        rune.post(f"{url}/erase", {"external_id": "sam", "reason": "Because."}, expect=422)
        rune.post(f"{url}/erase", {"external_id": "sam", "reason": WHY})
        page = rune.get(url)
        assert "somebody erased" in page.words
        assert "sam@demo.example" not in page.text
        rune.post(f"{url}/erase", {"external_id": "sam", "reason": WHY})

    def test_every_page_still_opens(self, cast, gone, sign_in):
        actions.erase(cast.sam, reason=WHY, by=cast.rune, now=clock.now())
        for name, url in (("rune", "/audit"), ("rune", "/readiness/"), ("lena", "/coaching/"), ("ada", "/record")):
            assert "Sam" not in sign_in(name).get(url).words
        sign_in("rune").get(f"/privacy/people/{cast.ada}")
        sign_in("rune").get("/privacy/people/1000000", expect=404)

    def test_giving_somebodys_data_out_is_noted(self, cast, sign_in):
        page = sign_in("rune").post(f"/privacy/people/{cast.ada}/export", expect=200)
        assert "ada@demo.example" in page.text
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.act == "person exported")).one().by == cast.rune


class TestTidying:
    def test_a_dry_run_tells_and_deletes_nothing(self, cast, gone):
        later = clock.now() + timedelta(days=100)
        found = actions.tidy(SETTINGS, is_dry_run=True, by=None, now=later)
        assert found.people == ("Sam",)
        assert rows(Identity, cast.sam)

    def test_leavers_are_erased_after_the_days_of_the_settings_and_others_are_not(self, cast, gone, sign_in):
        sign_in("ada")
        actions.tidy(SETTINGS, is_dry_run=False, by=None, now=clock.now() + timedelta(days=28))
        assert rows(Identity, cast.sam)
        assert rows(SignInSession, cast.ada)
        for _ in range(2):
            actions.tidy(SETTINGS, is_dry_run=False, by=cast.rune, now=clock.now() + timedelta(days=100))
        assert not rows(Identity, cast.sam)
        assert rows(Identity, cast.ada)
        assert not rows(SignInSession, cast.ada)
        noted = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "kept too long, deleted")).one()
        assert noted.after["people"] == 1

    def test_nobody_is_erased_when_the_settings_say_never(self, cast, gone):
        found = actions.tidy(Settings(env="test"), is_dry_run=True, by=None, now=clock.now() + timedelta(days=4000))
        assert found.people == ()

    def test_an_administrator_sees_it_first(self, cast, sign_in):
        rune = sign_in("rune")
        assert "Nothing is kept too long." in rune.get("/privacy/tidy").words
        with writing():
            old = SignInSession(
                token_hash="0" * 64, person_id=cast.sam, agent="", created_at=LONG_AGO, last_seen_at=LONG_AGO
            )
            db.session.add(old)
            db.session.commit()
        assert "1 session last used more than 90 days ago: deleted." in rune.get("/privacy/tidy").words
        rune.post("/privacy/tidy")
        assert "Nothing is kept too long." in rune.get("/privacy/tidy").words


class TestCommands:
    def test_they_give_out_and_erase(self, cast, gone, database_url, monkeypatch):
        monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
        run = CliRunner().invoke
        given = run(main, ["privacy", "export", "sam@demo.example"])
        assert json.loads(given.output)["tables"]
        assert run(main, ["privacy", "erase", "nobody@demo.example", "--why", WHY, "--yes"]).exit_code == 1
        done = run(main, ["privacy", "erase", "sam@demo.example", "--why", WHY, "--yes"])
        assert "Erased." in done.output
        dry = run(main, ["privacy", "tidy", "--dry-run"])
        assert "nothing was deleted" in dry.output
        assert "deleted." in run(main, ["privacy", "tidy"]).output
