"""An app and its database that are set again to the same beginning before each test."""

import shutil
from pathlib import Path
from typing import Protocol

from flask import Flask
from sqlalchemy import Engine, create_engine, text

from lms.extensions import Base, db, limiter
from lms.models import memory

BEGINNING = "beginning"
"""The scene with the cast and nothing else."""


class Stage(Protocol):
    """One app on one engine."""

    scenes: dict[str, object]
    """What the builders of kept scenes gave, by name."""

    def set_again(self, scene: str = BEGINNING) -> Flask:
        """Bring the database back to a scene and give the app."""

    def keep(self, scene: str) -> None:
        """Remember the database as it is now."""

    def close(self) -> None:
        """Let go of every connection."""


class SqliteStage:
    """Files are copied."""

    def __init__(self, app: Flask, template: Path) -> None:
        self._app, self._template = app, template
        self._path = template.with_name("stage.db")
        self.scenes: dict[str, object] = {}

    def set_again(self, scene: str = BEGINNING) -> Flask:
        """Copy the file; the log of the test before belongs to the file that is gone."""
        for suffix in ("-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self._file(scene), self._path)
        return _fresh(self._app)

    def keep(self, scene: str) -> None:
        """The last connection that closes empties the log into the file."""
        shutil.copy(self._path, self._file(scene))

    def close(self) -> None:
        """Every test disposes of its connections itself."""

    def _file(self, scene: str) -> Path:
        return self._template if scene == BEGINNING else self._template.with_name(f"scene-{scene}.db")


class PostgresqlStage:
    """Every table is emptied, with the guards out of the way, and filled again from a copy in a schema of its own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        with app.app_context():
            self._engine: Engine = create_engine(db.engine.url)
        self._scripts: dict[str, str] = {}
        self.scenes: dict[str, object] = {}
        self.keep(BEGINNING)

    def keep(self, scene: str) -> None:
        """Copy every table."""
        schema = f"scene_{scene.replace('-', '_')}"
        tables = [table.name for table in Base.metadata.sorted_tables]
        with self._engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
            for table in tables:
                connection.execute(text(f"CREATE TABLE {schema}.{table} AS TABLE public.{table}"))
            numbered = connection.execute(
                text("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'")
            ).all()
        script = ["SET LOCAL session_replication_role = replica"]
        script += [f"DELETE FROM public.{table}" for table in tables]
        script += [f"INSERT INTO public.{table} SELECT * FROM {schema}.{table}" for table in tables]
        script += [f"SELECT setval('public.{name}', {max(last, 1)}, {last > 0})" for name, last in numbered]
        self._scripts[scene] = "; ".join(script)

    def set_again(self, scene: str = BEGINNING) -> Flask:
        """One round trip."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(self._scripts[scene])
        return _fresh(self._app)

    def close(self) -> None:
        """Let go of our own connection and of those that the app has kept from test to test."""
        self._engine.dispose()
        with self._app.app_context():
            db.engine.dispose()


def _fresh(app: Flask) -> Flask:
    with app.app_context():
        limiter.reset()
    memory.forget()
    return app
