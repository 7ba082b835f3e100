"""Brings a database to the newest schema and says where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from lms.config import ROOT
from lms.extensions import writing

WAIT_SECONDS = 120
"""How long a server may wait for another that sets the database up."""
TURN = 6_878_737
"""Any number, the same for all servers."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Run the migrations that are missing up to `to`, each in one transaction; who else wants to, waits."""
    config = _config()
    with writing(), engine.connect() as connection, _turn(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _turn(connection: Connection) -> Iterator[None]:
    """Several servers that are started at once set the database up one after another; SQLite has its own turns."""
    if connection.dialect.name == "sqlite":
        yield
        return
    for limit in ("lock_timeout", "statement_timeout"):
        connection.execute(text(f"SET LOCAL {limit} = '{WAIT_SECONDS}s'"))
    connection.execute(text(f"SELECT pg_advisory_lock({TURN})"))
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text(f"SELECT pg_advisory_unlock({TURN})"))
        connection.commit()


def newest() -> str:
    """The number of the newest migration of this release."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_current(engine: Engine) -> bool:
    """True when nothing is left to migrate."""
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return set(heads) == set(ScriptDirectory.from_config(_config()).get_heads())
