"""An app and its database that are set again to the same beginning before each test."""

import shutil
from pathlib import Path
from typing import Protocol

from flask import Flask
from sqlalchemy import Engine, create_engine, text

from lms.extensions import Base, db, limiter


class Stage(Protocol):
    """One app on one engine."""

    def set_again(self) -> Flask:
        """Bring the database back to the beginning and give the app."""

    def close(self) -> None:
        """Let go of every connection."""


class SqliteStage:
    """The file is copied anew."""

    def __init__(self, app: Flask, template: Path) -> None:
        self._app, self._template = app, template

    def set_again(self) -> Flask:
        """Copy the file; the log of the test before belongs to the file that is gone."""
        path = self._template.with_name("stage.db")
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self._template, path)
        return _fresh(self._app)

    def close(self) -> None:
        """Every test disposes of its connections itself."""


class PostgresqlStage:
    """Every table is emptied, with the guards out of the way, and filled again from a copy in a schema of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        with app.app_context():
            self._engine: Engine = create_engine(db.engine.url)
        tables = [table.name for table in Base.metadata.sorted_tables]
        with self._engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA beginning"))
            for table in tables:
                connection.execute(text(f"CREATE TABLE beginning.{table} AS TABLE public.{table}"))
            numbered = connection.execute(
                text("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'")
            ).all()
        script = ["SET LOCAL session_replication_role = replica"]
        script += [f"DELETE FROM public.{table}" for table in tables]
        script += [f"INSERT INTO public.{table} SELECT * FROM beginning.{table}" for table in tables]
        script += [f"SELECT setval('public.{name}', {max(last, 1)}, {last > 0})" for name, last in numbered]
        self._script = "; ".join(script)

    def set_again(self) -> Flask:
        """One round trip."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(self._script)
        return _fresh(self._app)

    def close(self) -> None:
        """Let go of our own connection."""
        self._engine.dispose()


def _fresh(app: Flask) -> Flask:
    with app.app_context():
        limiter.reset()
    return app
