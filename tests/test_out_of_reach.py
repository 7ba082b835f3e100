"""When the database is away, or somebody holds what is needed: 503 and when to try again, then all is well."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask, Response
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from deploy.rehearsal.postgresql import Pair
from lms.app import create_app
from lms.errors import RETRY_AFTER
from lms.extensions import db, is_in_use, is_out_of_reach
from tests.cli.conftest import _typing
from tests.conftest import Readers, settings_for
from tests.page import Page, Reader
from tests.pair import NAME, app_on, filled_pair, read_from


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Iterator[Pair]:
    with filled_pair(tmp_path_factory.mktemp("shelf")) as (found, _):
        yield found


def is_later(page: Page) -> str:
    """What a page with 503 says to do."""
    assert (page.status, page.response.headers["Retry-After"]) == (503, RETRY_AFTER)
    assert "Busy just now" in page.words
    return page.soup.select_one("p.lead").get_text()


def test_without_a_database_each_answer_is_not_now_and_the_next_primary_is_found(
    both: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app_on(both, report_database_url="") as app, app.app_context():
        lena, ada = Reader.signed_in(app, "lena"), Reader.signed_in(app, "ada")
        lena.get("/readiness/")
        token = ada.token()
        both.primary.kill()
        for path in ("/readiness/", "/readiness/report.csv", "/", "/coaching/"):
            said = is_later(lena.get(path, expect=503))
            assert said == "The database cannot be reached. Try again in a moment."
        assert "may have been saved or not" in is_later(
            ada.post("/train/legal/start", {"csrf_token": token}, expect=503)
        )
        assert lena.get("/healthz").text == "alive\n"
        assert lena.get("/readyz", expect=503).text == "not ready: database\n"
        with lena.client.get("/static/style.css", buffered=True) as sheet:
            assert sheet.status_code == 200
        run = _typing(both.url(NAME), monkeypatch)
        assert "The database cannot be used" in run("readiness", expect=3).output
        both.replica.promote()
        lena.get("/readiness/")
        ada.post("/train/legal/start")
        assert lena.get("/readyz").text == "ready\n"
    with app_on(both) as app, app.app_context():
        Reader.signed_in(app, "lena").get("/readiness/")
        assert read_from(app) == {("primary", "away"): 1}, "what was promoted is no replica any more"


@contextmanager
def held(url: str) -> Iterator[None]:
    """Somebody who holds the whole table of sessions, in which each request looks up who asks."""
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("LOCK TABLE sign_in_sessions IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_somebody_else_holds_is_not_now_either(app: Flask, sign_in: Readers) -> None:
    lena = sign_in("lena")
    with held(app.config["SQLALCHEMY_DATABASE_URI"]):
        assert is_later(lena.get("/readiness/", expect=503)) == "Nothing was changed. Try again in a moment."
    lena.get("/readiness/")


def test_a_file_that_is_locked_is_in_use_and_not_out_of_reach(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
            connection.execute(text("CREATE TABLE one (two)"))
    assert is_in_use(caught.value)
    assert not is_out_of_reach(caught.value)
    with pytest.raises(DBAPIError) as mistake, engine.connect() as connection:
        connection.execute(text("SELECT three"))
    assert not is_in_use(mistake.value)
    assert not is_out_of_reach(mistake.value)
    engine.dispose()


def test_a_mistake_of_ours_stays_one(app: Flask, sign_in: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "lms.readiness.views.overview", lambda **asked: db.session.execute(text("SELECT nothing FROM nowhere"))
    )
    assert "Something went wrong on our side" in sign_in("lena").get("/readiness/", expect=500).words


def test_a_pool_that_is_used_up_is_not_now(database_url: str) -> None:
    app = create_app(settings_for(database_url))
    with app.app_context():
        lena = Reader.signed_in(app, "lena")
        db.session.remove()
        db.engine.pool._timeout = 0.05  # type: ignore[attr-defined]
        size = app.extensions["muster"].threads + 2 + 4
        taken = [db.engine.connect() for _ in range(size)]
        is_later(lena.get("/readiness/", expect=503))
        for each in taken:
            each.close()
        lena.get("/readiness/")
        db.session.remove()
        db.engine.dispose()


def test_a_connection_that_breaks_once_the_answer_is_ready_does_not_undo_it(
    app: Flask, engine_name: str, sign_in: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine_name != "postgresql":
        return
    lena, server = sign_in("lena"), create_engine(app.config["SQLALCHEMY_DATABASE_URI"])

    def cut_off(*given: object, **more: object) -> str:
        number = db.session.scalar(text("SELECT pg_backend_pid()"))
        with server.connect() as other:
            other.execute(text(f"SELECT pg_terminate_backend({number})"))
        return "made"

    monkeypatch.setattr("lms.readiness.views._file", lambda send: Response(cut_off()))
    with app.app_context():
        page = lena.client.get("/readiness/report.csv")
    assert (page.status_code, page.text) == (200, "made")
    server.dispose()
    lena.get("/readiness/")
