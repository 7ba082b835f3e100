"""Whether it lives, whether it can work, figures for monitoring, and a page that says what to do."""

import json
import logging
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from lms import clock
from lms.accounts.actions import set_password
from lms.accounts.links import invite
from lms.config import Settings, unknown_settings
from lms.extensions import db, writing
from lms.models import BackupMade, OutboxMail, WorkerSign
from lms.observing import register
from lms.system import queries


def write(*rows):
    with writing():
        db.session.add_all(rows)
        db.session.commit()


def line(app, name):
    return next(each for each in queries.looked_at(app.extensions["muster"], now=clock.now()) if each.name == name)


class TestAliveAndReady:
    def test_a_process_that_answers_is_alive_and_asks_nothing(self, app, stranger):
        page = stranger.get("/healthz")
        assert (page.text, page.statements) == ("alive\n", [])

    def test_it_is_ready_when_it_can_work(self, app, stranger):
        assert stranger.get("/readyz").text == "ready\n"

    def test_an_old_schema_a_full_disk_and_a_wrong_clock_are_one_word_each(self, app, stranger, monkeypatch):
        monkeypatch.setattr(queries, "is_current", lambda engine: False)
        monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10, 9, 1))
        monkeypatch.setattr(queries, "_seconds_off", lambda now: 3600.0)
        page = stranger.get("/readyz", expect=503)
        assert page.text == "not ready: schema, disk, clock\n"

    def test_a_database_that_fails_is_told_without_details(self, app, stranger, monkeypatch):
        def fails(*args, **more):
            raise RuntimeError("password of the database")

        monkeypatch.setattr(queries, "wrong", fails)
        assert stranger.get("/readyz", expect=503).text == "not ready: database\n"


class TestThePage:
    def test_an_administrator_sees_what_it_runs_on(self, cast, sign_in):
        page = sign_in("rune").get("/system")
        for said in ("Database", "Guards of the record", "Worker", "Last backup", "Free disk", "Clock", "HTTPS"):
            assert said in page.words
        sign_in("lena").get("/system", expect=404)

    def test_a_worker_is_good_for_two_minutes(self, app, cast):
        assert (line(app, "Worker").state, line(app, "Worker").shown) == ("warn", "never seen")
        write(WorkerSign(id=1, seen_at=clock.now() - timedelta(seconds=90)))
        assert line(app, "Worker").state == "good"
        with writing():
            db.session.execute(update(WorkerSign).values(seen_at=clock.now() - timedelta(minutes=3)))
            db.session.commit()
        assert line(app, "Worker").state == "warn"

    def test_mail_that_waits_for_long_is_told(self, app, cast):
        invite([cast.ada], by=cast.rune, now=clock.now())
        assert line(app, "Outbox").state == "good"
        with writing():
            db.session.execute(update(OutboxMail).values(created_at=clock.now() - timedelta(hours=2)))
            db.session.commit()
        assert (line(app, "Outbox").state, line(app, "Outbox").shown) == ("warn", "1 waiting, oldest 120 min")

    def test_a_backup_is_good_for_a_day(self, app, cast):
        assert line(app, "Last backup").state == "warn"
        write(BackupMade(made_at=clock.now() - timedelta(hours=20), size=1, digest="0" * 64))
        assert line(app, "Last backup").state == "good"

    def test_a_guard_that_is_gone_is_bad(self, app, cast, database_url):
        with writing():
            on = "" if db.engine.dialect.name == "sqlite" else " ON spells"
            db.session.execute(text(f"DROP TRIGGER guard_spells_delete{on}"))
            db.session.commit()
        assert line(app, "Guards of the record").state == "bad"
        assert "guard_spells_delete" in line(app, "Guards of the record").shown

    def test_a_setting_that_means_nothing_is_told_with_the_one_that_was_meant(self, app, cast, monkeypatch):
        monkeypatch.setenv("MUSTER_TRUSTED_HOST", "a.example")
        monkeypatch.setenv("MUSTER_XYZZY", "1")
        assert unknown_settings() == {"MUSTER_TRUSTED_HOST": "MUSTER_TRUSTED_HOSTS", "MUSTER_XYZZY": ""}
        assert line(app, "MUSTER_TRUSTED_HOST").remedy == "Did you mean MUSTER_TRUSTED_HOSTS?"


class TestMetrics:
    def test_they_are_for_who_has_the_token(self, app, cast, stranger, monkeypatch):
        stranger.get("/metrics", expect=404)
        settings = app.extensions["muster"]
        monkeypatch.setitem(app.extensions, "muster", settings.model_copy(update={"metrics_token": "let me in"}))
        stranger.get("/metrics", expect=404)
        stranger.get("/metrics", headers={"Authorization": "Bearer wrong"}, expect=404)
        write(WorkerSign(id=1, seen_at=clock.now()), BackupMade(made_at=clock.now(), size=1, digest="0" * 64))
        stranger.get("/sign-in")
        said = stranger.get("/metrics", headers={"Authorization": "Bearer let me in"}).text
        assert 'muster_requests_total{endpoint="accounts.sign_in",method="GET",status="200"}' in said
        for name in ("mails_waiting", "oldest_mail_seconds", "backup_age_seconds", "worker_silent_seconds"):
            assert f"muster_{name}" in said


class TestTheLog:
    def test_each_request_is_one_line_with_its_number(self, app, cast, stranger, caplog):
        with caplog.at_level(logging.INFO, logger="muster.requests"):
            page = stranger.get("/sign-in?next=/record")
        assert len(caplog.records) == 1
        assert page.response.headers["X-Request-ID"] in caplog.text
        assert "accounts.sign_in" in caplog.text

    def test_nothing_that_somebody_typed_is_in_it(self, app, cast, stranger, sign_in, caplog):
        set_password(cast.ada, "a quiet morning in Dublin", now=clock.now())
        with caplog.at_level(logging.DEBUG):
            stranger.post("/sign-in", {"email": "ada@demo.example", "password": "canary wrong"}, expect=422)
            stranger.get("/link/canary-token", expect=404)
            stranger.get("/nowhere/canary", expect=404)
            stranger.post("/sign-in", {"email": "ada@demo.example", "password": "a quiet morning in Dublin"})
            sign_in("rune").get("/audit?who=canary")
        said = caplog.text.casefold()
        for word in ("canary", "ada@", "quiet morning", "127.0.0.1"):
            assert word not in said

    def test_in_production_a_line_is_json(self, app, caplog):
        settings = Settings(env="production", secret_key="x" * 32, trusted_hosts="localhost", database_url="sqlite://")
        from flask import Flask

        other = Flask("other")
        register(other, settings)
        with caplog.at_level(logging.INFO, logger="muster.requests"):
            other.test_client().get("/")
        assert json.loads(caplog.messages[-1])["status"] == 404

    def test_the_number_of_an_incident_is_that_of_its_request(self, app, cast, sign_in, monkeypatch):
        def fails(*args, **more):
            raise RuntimeError("a mistake of ours")

        monkeypatch.setattr(queries, "looked_at", fails)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        try:
            page = sign_in("rune")._send("get", "/system")
        finally:
            app.config["PROPAGATE_EXCEPTIONS"] = None
        assert page.status == 500
        assert page.response.headers["X-Request-ID"] in page.words


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_clock_that_is_off_is_told(app, cast):
    found = queries._clock(clock.now() + timedelta(minutes=5))
    assert (found.state, found.shown) == ("warn", "300 s from that of the database")
