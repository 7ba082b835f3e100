"""The report over a large organisation: the first after a start, warm, of another instant, after something new, files.

The organisation is written once for each engine; what is measured is a process of its own, as a server is one.

    python -m benchmarks.everybody ADDRESS        only that, on a database that is filled already
"""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from benchmarks import memory
from benchmarks.measure import ENGINES, Row, app_on, database
from benchmarks.organisation import organise
from benchmarks.population import signed_in
from lms import clock
from lms.domain.readiness import readinesses
from lms.extensions import Base, db, writing
from lms.models import Identity, Person, Policy, Spell, SpellKind, Touch, Version
from lms.models.histories import person_histories, policy_histories
from lms.models.proof import Proven, record_evidence
from lms.policies.publishing import publish_draft
from tests.cast import Cast

PEOPLE = int(os.environ.get("MUSTER_BENCH_PEOPLE", "10000"))
POLICIES = 50
SECRET = "a secret for benchmarks, 32 or more"
IS_LARGE = PEOPLE > 10_000
GOALS = {
    "report page, first after start": 8.0 if IS_LARGE else 1.0,
    "report page, warm": 0.25 if IS_LARGE else 0.04,
    "report page, a past instant, first": 8.0 if IS_LARGE else 1.0,
    "report page, a past instant, warm": 0.6 if IS_LARGE else 0.1,
    "report page, after one new record": math.inf,
    "CSV, one policy, everybody": 1.5 if IS_LARGE else 0.15,
    "CSV, all standings": 40.0 if IS_LARGE else 4.0,
    "one person's standing with every policy": 0.005,
    "a version is published": 0.1,
    "report page, after it was": math.inf,
    "how changes land": math.inf,
    "readiness over time, a quarter": math.inf,
    "what lies ahead, eight weeks": math.inf,
}
"""Seconds; of some nobody set one."""
SAID = {"report page, after one new record": "next request"}
"""Goals that are no time: what is measured fails where they are missed."""
FLOORS = {
    "report page, first after start": "rows",
    "report page, a past instant, first": "rows",
    "CSV, all standings": "rows",
}
"""What these are held against; the others against a page without figures."""
MEMORY = {
    "memory of a server that has the report": "held",
    "the same, at most": "peak",
}
MOST_WRITTEN = 100
MEMORY_GOAL = 1024 if IS_LARGE else 250
"""Megabytes of a server process."""


def rows() -> Iterator[Row]:
    """Both engines."""
    for engine in ENGINES:
        with database(engine) as url:
            with app_on(url) as app:
                organise(app, people=PEOPLE, policies=POLICIES)
            yield from _told(engine, _measured(url))


def _measured(url: str) -> dict[str, Any]:
    """What a process of its own measured."""
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.everybody", url], capture_output=True, text=True, check=True
    )
    measured: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return measured


def _told(engine: str, measured: dict[str, Any]) -> Iterator[Row]:
    size = f"{PEOPLE:,} people, {POLICIES} policies, {measured['records']:,} records, {engine}"
    for work, goal in GOALS.items():
        taken, floor = measured[work], measured[FLOORS.get(work, "page")]
        yield Row(
            work=work,
            size=size,
            measured=f"{taken * 1000:,.0f} ms",
            floor=f"{floor * 1000:,.0f} ms",
            ratio=f"{taken / floor:.1f}",
            goal=SAID.get(work, "–") if goal == math.inf else f"≤ {goal * 1000:,.0f} ms",
            is_met=taken <= goal,
        )
    for work, name in MEMORY.items():
        yield Row(
            work=work,
            size=size,
            measured=f"{measured[name]:,.0f} MB",
            goal=f"≤ {MEMORY_GOAL} MB",
            is_met=measured[name] <= MEMORY_GOAL,
        )
    yield Row(
        work="rows written by publishing",
        size=size,
        measured=str(measured["rows written"]),
        goal="the same for anybody",
        is_met=measured["rows written"] < MOST_WRITTEN,
    )


def _child(url: str) -> dict[str, Any]:
    with app_on(url) as app:
        app.config["SECRET_KEY"] = SECRET
        reader = signed_in(app, [Cast.of_database().rune], secret=SECRET)[0]
        return _figures(app, reader.cookie)


def _figures(app: Flask, cookie: str) -> dict[str, Any]:
    client = app.test_client(use_cookies=False)

    def get(path: str) -> bytes:
        response = client.get(path, headers={"Cookie": cookie})
        assert response.status_code == 200, (path, response.status_code)
        return response.get_data()

    found: dict[str, Any] = {"page": _seconds(lambda: get("/readiness/gate"), runs=5)}
    found["rows"] = _seconds(_every_row)
    found["report page, first after start"] = _seconds(lambda: get("/readiness/"))
    found["report page, warm"] = _seconds(lambda: get("/readiness/"), runs=9)
    past = (clock.now() - timedelta(days=40)).isoformat().replace("+00:00", "Z")
    found["report page, a past instant, first"] = _seconds(lambda: get(f"/readiness/?at={past}"))
    found["report page, a past instant, warm"] = _seconds(lambda: get(f"/readiness/?at={past}"), runs=5)
    found["report page, after one new record"] = _after_a_record(get)
    found["CSV, one policy, everybody"] = _seconds(lambda: get("/readiness/report.csv?policy=policy-03"), runs=3)
    found["CSV, all standings"] = _seconds(lambda: get("/readiness/report.csv"))
    found["one person's standing with every policy"] = _one_person()
    found["how changes land"] = _seconds(lambda: get("/readiness/changes"))
    found["readiness over time, a quarter"] = _seconds(lambda: get(f"/readiness/over-time?{_quarter()}"))
    found["what lies ahead, eight weeks"] = _seconds(lambda: get("/readiness/ahead?weeks=8"))
    before = _rows_of_all_tables()
    found["a version is published"] = _seconds(_publish)
    found["rows written"] = _rows_of_all_tables() - before
    found["report page, after it was"] = _seconds(lambda: get("/readiness/"))
    found["records"] = db.session.scalar(text("SELECT count(*) FROM evidence"))
    found["held"], found["peak"] = memory.of_a_server(str(db.engine.url.render_as_string(False)), cookie)
    return found


def _seconds(work: Callable[[], object], *, runs: int = 1) -> float:
    """Median; nothing is done before that is not counted."""
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[runs // 2]


def _every_row() -> None:
    """The floor: the driver gives every row of evidence, and nobody looks at it."""
    db.session.connection().exec_driver_sql(
        "SELECT person_id, policy_id, clause_set_id, occurred_at, recorded_at FROM evidence"
    ).fetchall()
    db.session.rollback()


def _after_a_record(get: Callable[[str], bytes]) -> float:
    """Somebody who is not ready proves something; the next page counts it."""
    before = get("/readiness/report.csv?policy=policy-02&state=ready").count(b"\n")
    lacking = get("/readiness/report.csv?policy=policy-02&state=overdue").decode().splitlines()[1].split(",")[0]
    _record(lacking)
    taken = _seconds(lambda: get("/readiness/"))
    assert get("/readiness/report.csv?policy=policy-02&state=ready").count(b"\n") > before
    return taken


@writing()
def _record(name: str) -> None:
    now = clock.now()
    person = db.session.scalars(
        select(Person).join(Identity, Identity.person_id == Person.id).where(Identity.name == name)
    ).one()
    version = db.session.scalars(
        select(Version)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == "policy-02", Version.effective_at <= now)
        .order_by(Version.number.desc())
    ).first()
    assert version is not None
    proven = Proven(kind="imported", occurred_at=now, facts={"source": "benchmark", "reference": ""})
    record_evidence(person, version, clauses={}, proven=proven, recorded_at=now)
    db.session.commit()


def _quarter() -> str:
    today = clock.now().date()
    return f"from={today - timedelta(days=90)}&to={today}"


def _rows_of_all_tables() -> int:
    counts = (
        db.session.scalar(select(func.count()).select_from(each)) or 0
        for each in Base.metadata.sorted_tables
        if each.name != Touch.__tablename__
    )
    found = sum(counts)
    db.session.rollback()
    return found


def _publish() -> None:
    """The draft that is waiting; whoever it concerns is not written to."""
    slug = db.session.scalar(select(Policy.slug).join(Version).where(Version.published_at.is_(None)))
    assert slug is not None
    publish_draft(slug, by="pia@demo.example", approved_by="lena@demo.example", now=clock.now())


def _one_person() -> float:
    person = db.session.scalar(select(Spell.person_id).where(Spell.kind == SpellKind.QUEUE).order_by(Spell.id.desc()))
    assert person is not None
    policies = policy_histories()

    def ask() -> None:
        now = clock.now()
        history = person_histories([person])[person]
        readinesses(policies.values(), history, queues=sorted(history.queues), at=now, known_at=now)
        db.session.rollback()

    ask()
    return _seconds(ask, runs=5)


if __name__ == "__main__":
    print(json.dumps(_child(sys.argv[1])))
