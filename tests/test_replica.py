"""Reports from a real streaming replica: of now when it has everything, else of the instant that it has replayed."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from deploy.rehearsal.postgresql import Pair
from lms import clock
from lms.extensions import REPLICA, db, engine_of_session, writing
from lms.models import Override, Queue
from lms.readiness.actions import OverrideOver, end_override
from lms.replica import WROTE, turn_to_replica
from lms.serving import put_together
from tests.cast import Cast
from tests.cli.conftest import _typing
from tests.page import Reader
from tests.pair import NAME, app_on, filled_pair, read_from
from tests.readiness.asking import QUEUE, WHY, address, give

PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Iterator[tuple[Pair, dict[str, int]]]:
    """One pair for all; `postgresql_server` sees to a user that PostgreSQL runs as."""
    with filled_pair(tmp_path_factory.mktemp("shelf")) as found:
        yield found


@pytest.fixture
def both(running: tuple[Pair, dict[str, int]]) -> Iterator[Pair]:
    """The pair, with a replica that has caught up."""
    both, _ = running
    wait_until(lambda: caught_up(both))
    yield both
    both.replica.sql("SELECT pg_wal_replay_resume()")


@pytest.fixture
def app(both: Pair) -> Iterator[Flask]:
    with app_on(both) as app, app.app_context():
        yield app


@pytest.fixture
def late(running: tuple[Pair, dict[str, int]]) -> int:
    """Somebody who is overdue."""
    return running[1]["overdue"]


def caught_up(both: Pair) -> bool:
    written = both.primary.sql("SELECT pg_current_wal_flush_lsn()")
    return both.replica.sql(f"SELECT pg_last_wal_replay_lsn() >= '{written}'") == "t"


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def paused(both: Pair) -> Iterator[datetime]:
    """A replica that replays nothing; gives the instant of the last commit that it has replayed."""
    both.replica.sql("SELECT pg_wal_replay_pause()")
    wait_until(lambda: both.replica.sql("SELECT pg_get_wal_replay_pause_state()") == "paused")
    said = both.replica.sql("SET TIME ZONE 'UTC'; SELECT pg_last_xact_replay_timestamp()").splitlines()[-1]
    yield datetime.fromisoformat(re.sub(r"\+00$", "+00:00", said))
    both.replica.sql("SELECT pg_wal_replay_resume()")
    wait_until(lambda: caught_up(both))


def let_in(report: dict[str, Any]) -> set[str]:
    return {row["override_until"] for row in report["rows"] if row["queue"] == QUEUE} - {None}


def report_of(reader: Reader, query: str = "") -> dict[str, Any]:
    return json.loads(reader.get(f"/readiness/report.json{query}").text)


def end_all(app: Flask) -> None:
    """No override is left for the next test."""
    for number in db.session.scalars(select(Override.id)).all():
        with suppress(OverrideOver):
            end_override(number, by=Cast.of_database().lena, reason="The test is over.", now=clock.now())


def test_a_replica_that_has_everything_answers_as_of_now(app: Flask, both: Pair) -> None:
    pia, before = Reader.signed_in(app, "pia"), clock.now()
    wait_until(lambda: caught_up(both))
    said = report_of(pia)
    assert read_from(app) == {("replica", ""): 1}
    assert before <= datetime.fromisoformat(said["known_at"]) <= clock.now()
    assert said["as_of"] == said["known_at"]
    frozen = f"?at={said['as_of']}&known={said['known_at']}"
    with app_on(both, report_database_url="") as other, other.app_context():
        assert report_of(Reader.signed_in(other, "pia"), frozen) == said


def test_one_that_lags_answers_truthfully_as_of_what_it_has_replayed(app: Flask, both: Pair, late: int) -> None:
    pia = Reader.signed_in(app, "pia")
    wait_until(lambda: caught_up(both))
    with paused(both) as instant:
        give(late, Cast.of_database().lena)
        said = report_of(pia)
        assert datetime.fromisoformat(said["known_at"]) == datetime.fromisoformat(said["as_of"]) == instant
        assert not let_in(said)
        in_csv = pia.get("/readiness/report.csv")
        assert f"{instant:%Y%m%dT%H%M%SZ}" in in_csv.response.headers["Content-Disposition"]
        assert read_from(app) == {("replica", ""): 2}
        with app_on(both, report_database_url="") as other, other.app_context():
            pia_elsewhere = Reader.signed_in(other, "pia")
            frozen = f"?at={said['as_of']}&known={said['known_at']}"
            assert report_of(pia_elsewhere, frozen) == said, "the primary says the same of that instant"
            assert let_in(report_of(pia_elsewhere))
    assert let_in(report_of(pia))
    assert read_from(app) == {("replica", ""): 3}
    end_all(app)


def test_the_report_is_put_together_ahead_from_where_it_is_read(app: Flask, both: Pair) -> None:
    wait_until(lambda: caught_up(both))
    put_together(app)
    assert read_from(app) == {("replica", ""): 1}


def test_the_pages_beside_the_report_speak_of_the_same_instant(app: Flask, both: Pair, late: int) -> None:
    pia = Reader.signed_in(app, "pia")
    wait_until(lambda: caught_up(both))
    with paused(both) as instant:
        give(late, Cast.of_database().lena)
        ahead = json.loads(pia.get("/readiness/ahead/ahead.json").text)
        assert datetime.fromisoformat(ahead["as_of"]) == instant
        assert read_from(app) == {("replica", ""): 1}
    end_all(app)


def test_what_is_asked_of_a_later_instant_is_read_from_the_primary(app: Flask, both: Pair, late: int) -> None:
    pia = Reader.signed_in(app, "pia")
    wait_until(lambda: caught_up(both))
    with paused(both) as instant:
        give(late, Cast.of_database().lena)
        asked = clock.now().isoformat().replace("+00:00", "Z")
        said = report_of(pia, f"?at={asked}&known={asked}")
        assert said["known_at"] == asked
        assert let_in(said)
        assert read_from(app) == {("primary", "asked later"): 1}
        earlier = (instant - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        assert report_of(pia, f"?at={asked}&known={earlier}")["known_at"] == earlier
        assert read_from(app)["replica", ""] == 1
    end_all(app)


def test_who_has_just_written_sees_it_and_the_gate_is_always_of_now(app: Flask, both: Pair, late: int) -> None:
    lena = Reader.signed_in(app, "lena")
    wait_until(lambda: caught_up(both))
    with paused(both):
        form = lena.get(address(late)).soup.select_one("form[action$='/gate/override']")
        fields = {each["name"]: each["value"] for each in form.select("input") if each["name"] != "csrf_token"}
        lena.post("/readiness/gate/override", {**fields, "reason": WHY})
        assert WHY in lena.get(address(late)).words
        assert let_in(report_of(lena))
        assert not let_in(report_of(Reader.signed_in(app, "pia")))
        assert read_from(app) == {("primary", "own write"): 1, ("replica", ""): 1}
        lena.client.set_cookie(WROTE, "nonsense")
        assert not let_in(report_of(lena))
    end_all(app)


def test_one_that_is_too_far_behind_is_not_read(both: Pair, late: int, caplog: pytest.LogCaptureFixture) -> None:
    with app_on(both, report_lag_seconds=1) as app, app.app_context():
        pia = Reader.signed_in(app, "pia")
        wait_until(lambda: caught_up(both))
        with paused(both):
            give(late, Cast.of_database().lena)
            time.sleep(1.1)
            assert let_in(report_of(pia))
            assert read_from(app) == {("primary", "behind"): 1}
        assert "the primary: the replica is behind" in caplog.text
        report_of(pia)
        assert "read from the replica" in caplog.text
        end_all(app)


def test_one_that_does_not_answer_is_left_alone_for_a_while(both: Pair, caplog: pytest.LogCaptureFixture) -> None:
    with app_on(both, report_database_url="postgresql://muster@127.0.0.1:9/muster") as app, app.app_context():
        pia, tried = Reader.signed_in(app, "pia"), []
        event.listen(db.engines[REPLICA], "do_connect", lambda *rest: tried.append(rest))
        for _ in range(3):
            assert report_of(pia)["rows"]
        assert len(tried) == 1
        assert read_from(app) == {("primary", "away"): 3}
        assert "The replica failed" in caplog.text
        app.extensions[REPLICA].leave_until = clock.now()
        report_of(pia)
        assert len(tried) == 2


def test_one_that_breaks_off_is_answered_by_the_primary(app: Flask, both: Pair) -> None:
    pia, sent = Reader.signed_in(app, "pia"), []
    wait_until(lambda: caught_up(both))

    def break_off(connection: Any, cursor: Any, *rest: Any) -> None:
        sent.append(cursor.connection.info.backend_pid)
        if len(sent) == 4:
            both.replica.sql(f"SELECT pg_terminate_backend({sent[0]})")

    event.listen(db.engines[REPLICA], "before_cursor_execute", break_off)
    assert report_of(pia)["rows"]
    assert read_from(app) == {("replica", ""): 1, ("primary", "away"): 1}


def test_if_the_primary_is_gone_as_well_it_is_not_now(app: Flask, both: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pia = Reader.signed_in(app, "pia")
    wait_until(lambda: caught_up(both))

    def break_off(**asked: object) -> None:
        pid = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{NAME}'"
        for server in (both.replica, both.primary):
            server.sql(pid)
        db.session.scalar(text("SELECT 1"))

    monkeypatch.setattr("lms.readiness.views.overview", break_off)
    answer = pia.get("/readiness/report.json", expect=503).response
    assert answer.headers["Retry-After"]
    assert read_from(app)["primary", "away"] == 1


def test_writing_goes_to_the_primary_and_so_does_reading_after_it(app: Flask, both: Pair) -> None:
    wait_until(lambda: caught_up(both))
    assert engine_of_session() is db.engine
    turn_to_replica(None, now=clock.now())
    assert engine_of_session() is db.engines[REPLICA]
    with writing():
        db.session.add(Queue(slug="spam", name="Spam"))
        db.session.commit()
        assert engine_of_session() is db.engine
    assert engine_of_session() is db.engine
    assert db.session.scalar(select(Queue.name).where(Queue.slug == "spam")) == "Spam"
    turn_to_replica(None, now=clock.now())
    db.session.remove()
    assert engine_of_session() is db.engine, "a new request begins on the primary"


def test_nothing_but_the_report_reads_from_it(app: Flask, both: Pair, late: int) -> None:
    sent: list[str] = []
    event.listen(db.engines[REPLICA], "before_cursor_execute", lambda *rest: sent.append(rest[2]))
    for name, path in (("ada", "/"), ("ada", "/record"), ("lena", address(late)), ("lena", "/coaching/")):
        Reader.signed_in(app, name).get(path)
    assert not sent
    lena = Reader.signed_in(app, "lena")
    for path in ("", "over-time", "changes", "ahead"):
        page = lena.get(f"/readiness/{path}")
        assert sent, path
        assert "Read from the replica." in page.words
        sent.clear()


def test_the_command_says_where_it_was_read(app: Flask, both: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _typing(both.primary.url(NAME), monkeypatch)
    assert "read from the replica" not in run("readiness").output
    monkeypatch.setenv("MUSTER_REPORT_DATABASE_URL", both.replica.url(NAME))
    wait_until(lambda: caught_up(both))
    assert run("readiness").output.endswith("Z, read from the replica.\n")
    with paused(both) as instant:
        with writing():
            db.session.add(Queue(slug="later", name="Later"))
            db.session.commit()
        known_at = json.loads(run("readiness", "--format", "json").output)["known_at"]
        assert datetime.fromisoformat(known_at) == instant


def test_the_page_and_figures_of_the_system_tell_how_far_it_is_behind(both: Pair) -> None:
    token = "a token for tests, long enough"
    with app_on(both, metrics_token=token) as app, app.app_context():
        rune = Reader.signed_in(app, "rune")
        said = rune.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
        assert re.search(r"^muster_replica_behind_seconds \d", said, re.MULTILINE)
        assert "muster_reports_read_total{" not in said
        assert "Replica for reports Good 0 s behind" in rune.get("/system").words
    gone = {"metrics_token": token, "report_database_url": "postgresql://muster@127.0.0.1:9/muster"}
    with app_on(both, **gone) as app, app.app_context():
        rune = Reader.signed_in(app, "rune")
        assert "Replica for reports Look at this does not answer" in rune.get("/system").words
        said = rune.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
        assert "muster_replica_behind_seconds" not in said
        assert "muster_mails_waiting" in said
