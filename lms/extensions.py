"""The database (naming convention, UTC type, read and write transactions on both engines) and Flask's extensions.

A request reads unless an action writes: `writing()` is the only door to a write transaction, so a GET that
writes fails in the database itself. It reads from the primary unless `lms/replica.py` turned its session.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, TypeDecorator, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase

from lms.locks import writer_turn


class Base(DeclarativeBase):
    """All tables; constraint names are settled so that migrations can name them on both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcMoment(TypeDecorator[datetime]):
    """An aware UTC moment on both engines; SQLite would give back a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: always UTC; a naive moment is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a zone must not be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


REPLICA = "replica"
"""Name of the engine that reports may read from."""

_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)


class RequestSession(Session):
    """A session that reads from the engine it was turned to, and always writes to the primary."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """SQLAlchemy's hook."""
        turned: Engine | None = self.info.get(REPLICA)
        return super().get_bind(*args, **kwargs) if turned is None or _is_writing.get() else turned

    def close(self) -> None:
        """A connection that broke while nothing was asked of it does not undo an answer that is ready."""
        try:
            super().close()
        except DBAPIError:
            self.invalidate()


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False, "class_": RequestSession})
csrf = CSRFProtect()
login_manager = LoginManager()
limiter = Limiter(key_func=get_remote_address, headers_enabled=False)


def engine_of_session() -> Engine:
    """The engine that this request's session reads from at this moment: the primary or the replica."""
    return db.session.get_bind()  # type: ignore[return-value]  # an engine: no session here is bound to a connection


def turn_to(engine: Engine | None) -> None:
    """End the read under way and read from another engine until the request ends or writes; None is the primary."""
    db.session.rollback()
    db.session.info[REPLICA] = engine


def end_read() -> None:
    """End the read under way; the next statement begins another, which sees what was committed until then.

    Before something long is worked out: a database ends what is idle for too long.
    """
    db.session.rollback()


def dispose_engines() -> None:
    """Close every connection that is kept."""
    for engine in db.engines.values():
        engine.dispose()


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: ends the read before it, waits for the turn, rolls back what was not committed.

    Also a decorator for actions. Nothing read before it is trusted: an action loads again under the lock. What is
    read after it comes from the primary.
    """
    turn_to(None)
    db.session.expire_all()
    token = _is_writing.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        _is_writing.reset(token)


def is_writing() -> bool:
    """True inside `writing()`."""
    return _is_writing.get()


OUT_OF_REACH = ("08", "57P01", "57P02", "57P03", "53300")
"""How SQLSTATEs begin when there is no PostgreSQL to speak to: connection, shutdown, starting, no slot left."""
IN_USE = ("55P03", "40001", "40P01", "25P03")
"""Somebody else held what was needed, or we were too slow on a busy machine, and this transaction was undone."""


def is_out_of_reach(error: DBAPIError) -> bool:
    """Did the database go away, or was it not there?"""
    state = getattr(error.orig, "sqlstate", "")  # psycopg says None of a connection that was not made or broke
    return error.connection_invalidated or state is None or state.startswith(OUT_OF_REACH)


def is_in_use(error: DBAPIError) -> bool:
    """Was something held by somebody else for too long?"""
    name = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or getattr(error.orig, "sqlstate", "") in IN_USE


def prepare_engine(engine: Engine) -> None:
    """Set up transactions of an engine: see `_sqlite` and `_postgresql`."""
    if engine.dialect.name == "sqlite":
        _sqlite(engine)
    else:
        _postgresql(engine)


def _sqlite(engine: Engine) -> None:
    turn = writer_turn(str(engine.url.database))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own timing loses updates
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # NORMAL acknowledges before the disk has it
            "foreign_keys=ON",
            "recursive_triggers=ON",  # INSERT OR REPLACE must meet the delete triggers
            "trusted_schema=OFF",
            "mmap_size=0",
            "busy_timeout=5000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        is_writing = _is_writing.get()
        if is_writing and not connection.info.get("has_turn"):  # migrations begin several on one connection
            turn.take()
            connection.info["has_turn"] = True
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if is_writing else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    @event.listens_for(engine, "checkin")
    def give_turn(connection: Any, record: Any) -> None:
        if record.info.pop("has_turn", False):
            turn.give()


def _postgresql(engine: Engine) -> None:
    from psycopg import IsolationLevel

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.execute("SET synchronous_commit=on")
        connection.execute("SET statement_timeout='10s'")
        connection.execute("SET lock_timeout='2s'")
        connection.execute("SET idle_in_transaction_session_timeout='30s'")
        connection.execute("SET TIME ZONE 'UTC'")
        connection.commit()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # The driver sends these with its BEGIN before the first statement; nothing has been sent yet.
        driver, is_writing = connection.connection.dbapi_connection, _is_writing.get()
        driver.read_only = not is_writing
        # All statements of a reading request see one moment, as on SQLite: whom the second names, the first gave.
        driver.isolation_level = None if is_writing else IsolationLevel.REPEATABLE_READ
