"""The restore drill: backups at random moments under write load, each restored, verified and held to account.

Four writers ask for new passwords, each of which writes two rows, as fast as they can.
"""

import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from benchmarks.measure import ENGINES, Row, app_on, database
from benchmarks.population import populate
from lms import clock
from lms.accounts import links
from lms.app import create_app
from lms.backup import making, restoring
from lms.extensions import db
from lms.models import AuditEntry
from lms.verifying import verify

BACKUPS = 30
WRITERS = 4
POLICY = "legal-requests"
ACT = "password forgotten"


def rows() -> Iterator[Row]:
    """One row per database."""
    for engine in ENGINES:
        yield _row(engine, BACKUPS)


def _row(engine: str, backups: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="muster-drill-") as folder, database(engine) as url:
        with app_on(url) as app:
            populate(app, people=30, policy=POLICY, secret="a secret for benchmarks, 32 or more")
            made = _under_load(app, Path(folder), backups)
        lost, wrong, took = 0, 0, []
        for path, before, after in made:
            begin = time.perf_counter()
            kept, findings = _restored(engine, path)
            took.append(time.perf_counter() - begin)
            lost += max(0, before - kept)
            wrong += len(findings) + (kept > after)
            for sentence in findings[:3]:
                print(f"  {sentence}", file=sys.stderr)
    return Row(
        work=f"restore drill, {engine}",
        size=f"{backups} backups, {WRITERS} writers, {made[-1][2]} acts",
        measured=f"{len(made)} restored and verified, {lost} lost, {wrong} wrong, {sum(took) / len(took):.1f} s each",
        goal="0 lost, 0 wrong",
        is_met=len(made) == backups and lost == wrong == 0,
    )


def _under_load(app: Flask, folder: Path, backups: int) -> list[tuple[Path, int, int]]:
    """Each backup with the number of acts acknowledged before it began and after it ended."""
    stop, acknowledged = threading.Event(), []

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                links.forgotten("nobody@demo.example", now=clock.now())
                acknowledged.append(1)
            db.session.remove()

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    chance, made = random.Random(), []
    try:
        for number in range(backups):
            stop.wait(chance.random() / 2)
            before = len(acknowledged)
            path = making.back_up(folder / f"{number}.zip", now=clock.now())
            made.append((path, before, len(acknowledged) + WRITERS))
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    return made


def _restored(engine: str, path: Path) -> tuple[int, list[str]]:
    """How many of the acts are there, and what verifying finds."""
    with database(engine) as url:
        app = create_app(_settings(url))
        with app.app_context():
            restoring.restore(path)
            kept = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.act == ACT)) or 0
            findings = verify()
            db.session.remove()
            db.engine.dispose()
    return kept, findings


def _settings(url: str):
    from lms.config import Settings

    return Settings(env="test", database_url=url, secret_key="a secret for benchmarks, 32 or more")
