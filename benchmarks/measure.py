"""How a benchmark is measured: the median of several runs, and databases that it may fill and throw away."""

import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from lms.app import create_app
from lms.config import Settings
from lms.extensions import db
from lms.migrating import migrate
from tests.conftest import _administer, _database_of, own_postgresql

ENGINES = ("sqlite", "postgresql")
MUSTER = str(Path(sys.executable).with_name("muster"))
"""The command as it is installed beside this interpreter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    work: str
    size: str
    measured: str
    floor: str = "–"
    ratio: str = "–"
    goal: str
    is_met: bool


def seconds(work: Callable[[], object], *, runs: int = 5) -> float:
    """Median seconds of some runs after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def milliseconds(value: float) -> str:
    """As it is printed."""
    return f"{value * 1000:.1f} ms"


@contextmanager
def database(engine: str) -> Iterator[str]:
    """Address of an empty database that is gone afterwards; durable, unlike those of the tests."""
    if engine == "sqlite":
        folder = Path(tempfile.mkdtemp(prefix="muster-bench-"))
        yield f"sqlite:///{folder / 'muster.db'}"
        shutil.rmtree(folder)
        return
    server, name = own_postgresql("bench", is_durable=True), f"muster_bench_{uuid.uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name}")
    yield _database_of(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def app_on(url: str) -> Iterator[Flask]:
    """The app on a migrated database."""
    app = create_app(Settings(env="test", database_url=url, secret_key="a secret for benchmarks, 32 or more"))
    with app.app_context():
        migrate(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def against(work: str, size: str, measured: float, floor: float, *, goal: float) -> Row:
    """A line for a time that has a floor of the same run, both in seconds."""
    return Row(
        work=work,
        size=size,
        measured=milliseconds(measured),
        floor=milliseconds(floor),
        ratio=f"{measured / floor:.1f}",
        goal=f"≤ {milliseconds(goal)}",
        is_met=measured <= goal,
    )
