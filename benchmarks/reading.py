"""What reading costs: the report, a person's home page, the matching of real histories, the second start."""

import subprocess
import sys
import time
from collections.abc import Iterator

from sqlalchemy import text

from benchmarks.measure import ENGINES, MUSTER, Row, against, app_on, database, seconds
from benchmarks.population import populate
from lms import clock
from lms.config import ROOT
from lms.extensions import db
from lms.library.clauses import first_version
from lms.library.histories import read, trace
from lms.models.histories import person_histories, policy_histories
from lms.readiness.queries import standings
from lms.training.queries import home

PEOPLE = 60
REPORT_GOAL = 0.4
HOME_GOAL = 0.1
HISTORY_GOAL = 3.0
START_GOAL = 5.0
REAL_POLICIES = ROOT.parent / "shared" / "real-policies"


def rows() -> Iterator[Row]:
    """The report and the home page on both databases, then what needs none."""
    for engine in ENGINES:
        with database(engine) as url, app_on(url) as app:
            readers = populate(app, people=PEOPLE, policy="abuse-reports", secret=app.config["SECRET_KEY"])
            people = [reader.person_id for reader in readers]
            yield _report(engine, people)
            yield _home(engine, people[0])
    if REAL_POLICIES.exists():
        yield _history()
    yield _second_start()


def _report(engine: str, people: list[int]) -> Row:
    """Floor: reading the same rows into the same values, without any rule."""

    def report() -> None:
        now = clock.now()
        standings(scope=None, at=now, known_at=now)
        db.session.remove()

    def rows_alone() -> None:
        policy_histories()
        person_histories(people)
        db.session.remove()

    return against("readiness of everybody", f"{PEOPLE} people, {engine}", seconds(report), seconds(rows_alone),
                    goal=REPORT_GOAL)  # fmt: skip


def _home(engine: str, person: int) -> Row:
    """Floor: one statement there and back."""

    def page() -> None:
        home(person, now=clock.now())
        db.session.remove()

    def one_statement() -> None:
        db.session.execute(text("SELECT 1"))
        db.session.remove()

    size = f"{len(home(person, now=clock.now()).lines)} policies to learn, {engine}"
    return against("home page of an agent", size, seconds(page), seconds(one_statement),
                    goal=HOME_GOAL)  # fmt: skip


def _history() -> Row:
    """Floor: splitting the same texts into clauses without matching them."""
    histories = [read(folder) for folder in sorted(REAL_POLICIES.iterdir()) if folder.is_dir()]

    def match() -> None:
        for history in histories:
            for _ in trace(history):
                pass

    def split_alone() -> None:
        for history in histories:
            for version in history.versions:
                first_version(version.text)

    versions = sum(len(history.versions) for history in histories)
    size = f"{len(histories)} real histories, {versions} versions"
    return against("splitting and matching", size, seconds(match, runs=1), seconds(split_alone, runs=1),
                    goal=HISTORY_GOAL * len(histories))  # fmt: skip


def _second_start() -> Row:
    """`muster init` on a database that is current, and the interpreter alone as the floor."""
    with database("sqlite") as url:
        command = [MUSTER, "init"]

        def start() -> None:
            subprocess.run(
                command, check=True, capture_output=True, env={"MUSTER_DATABASE_URL": url, "MUSTER_ENV": "test"}
            )

        start()
        begin = time.perf_counter()
        start()
        taken = time.perf_counter() - begin
    floor = seconds(lambda: subprocess.run([sys.executable, "-c", "import flask, sqlalchemy"], check=True), runs=3)
    return against("second start, before serving", "sqlite", taken, floor, goal=START_GOAL)
