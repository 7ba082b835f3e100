"""Models and migrations give the same schema on both engines, guards stand, history never cascades."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from lms.app import create_app
from lms.extensions import Base, db, writing
from lms.migrating import is_current, migrate
from lms.models import guards
from tests.cast import Cast, gather
from tests.conftest import _administer, _database_of, settings_for


def test_models_and_migrations_give_the_same_schema(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_guard_stands(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert guards.missing(connection) == frozenset()


def test_no_foreign_key_cascades_into_anything() -> None:
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.ondelete == "RESTRICT", f"{table.name}.{key.parent.name}"


def test_migrations_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server, name = request.getfixturevalue("postgresql_server"), f"muster_empty_{tmp_path.name.replace('-', '_')}"
        _administer(server, f"DROP DATABASE IF EXISTS {name}")
        _administer(server, f"CREATE DATABASE {name}")
        url = _database_of(server, name)
    app = create_app(settings_for(url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if request.param == "postgresql":
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def test_a_filled_database_is_upgraded_and_keeps_every_row(empty_app: Flask) -> None:
    migrate(db.engine, to="0004")
    assert not is_current(db.engine)
    gather()
    before = _counts()
    assert sum(before.values()) > 20
    migrate(db.engine)
    assert is_current(db.engine)
    after = _counts()
    assert {name: after[name] for name in before} == before
    with db.engine.connect() as connection:
        assert guards.missing(connection) == frozenset()


def test_migrating_twice_changes_nothing(empty_app: Flask) -> None:
    migrate(db.engine)
    migrate(db.engine)
    assert is_current(db.engine)


@pytest.mark.parametrize("empty_app", ["postgresql"], indirect=True)
def test_several_servers_may_set_the_database_up_at_once(empty_app: Flask) -> None:
    environment = os.environ | {
        "MUSTER_DATABASE_URL": empty_app.config["SQLALCHEMY_DATABASE_URI"],
        "MUSTER_ENV": "test",
        "MUSTER_SECRET_KEY": "a secret for tests only, 32 characters",
    }
    command = [sys.executable, "-c", "from lms.cli import main; main(['init'])"]
    servers = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(3)]
    assert [server.communicate()[1] for server in servers] == [b""] * 3
    assert [server.returncode for server in servers] == [0] * 3
    assert is_current(db.engine)


def test_the_turn_to_set_it_up_is_given_back_and_the_limits_too(app: Flask, engine_name: str) -> None:
    if engine_name == "postgresql":
        migrate(db.engine)
        with db.engine.connect() as connection:
            assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "2s"
            assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "10s"
            held = connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).scalar_one()
            assert held == 0


def _counts() -> dict[str, int]:
    there = set(inspect(db.engine).get_table_names()) & Base.metadata.tables.keys()
    with db.engine.connect() as connection:
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in sorted(there)}


@pytest.mark.parametrize("table", ["spells", "persons"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_history_refuses_to_be_changed(cast: Cast, table: str, statement: str) -> None:
    with writing():
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement.format(table)))
        db.session.rollback()


def test_a_row_cannot_be_replaced_past_its_guard(cast: Cast) -> None:
    if db.engine.dialect.name != "sqlite":
        with writing(), pytest.raises(DBAPIError, match="never emptied"):
            db.session.execute(text("TRUNCATE spells CASCADE"))
        return
    with writing(), pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text("INSERT OR REPLACE INTO persons SELECT * FROM persons"))


def test_reading_cannot_write(cast: Cast) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        db.session.execute(text("DELETE FROM sign_in_sessions"))
    db.session.rollback()
