"""A week of legal requests that ended last Monday at 08:00 in Dublin: a change took effect in it, and grace ran out."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from lms import clock
from lms.extensions import db, writing
from lms.models import Identity, OutboxMail, SpellKind, WeeklyLetter
from lms.worker import Weeks, run_once
from tests.cast import Cast
from tests.mail.conftest import running as running  # a fixture
from tests.mail.conftest import server as server
from tests.mail.server import Server
from tests.readiness.make import Edition, Paper, crew, end_spells, prove, publish

DUBLIN = ZoneInfo("Europe/Dublin")
DAY = timedelta(days=1)
FIRST = "Freeze the account within four hours."
SECOND = "Freeze the account within two hours and tell the lead."
THIRD = "Freeze the account within one hour and tell the lead and the desk."


@cache
def last_monday() -> datetime:
    """08:00 in Dublin; the same through all tests, wherever they let the clock stand."""
    here = clock.now().astimezone(DUBLIN)
    monday = datetime.combine(here.date() - timedelta(days=here.weekday()), time(8), DUBLIN)
    return monday if monday + timedelta(hours=2) <= here else datetime.combine(monday.date() - 7 * DAY, time(8), DUBLIN)


def before(days: float) -> float:
    """Days ago of what was so many days before that Monday; negative is after it."""
    return (clock.now() - last_monday()) / DAY + days


@pytest.fixture
def now() -> datetime:
    """Five minutes after the week of the mail began."""
    return last_monday() + timedelta(minutes=5)


@pytest.fixture
def people(cast: Cast, tmp_path: Path) -> list[int]:
    """Four agents in Dublin who knew version 1; version 2 took effect on Friday, and one has shown they know it."""
    paper = Paper(
        slug="legal",
        title="Legal requests",
        audience=["legal-requests"],
        grace_days=1,
        editions=[
            Edition(clauses={"freeze": FIRST}, published=before(60)),
            Edition(clauses={"freeze": SECOND}, published=before(20), effective=before(3), changed=["freeze"]),
        ],
    )
    publish(tmp_path, paper)
    end_spells(cast.ada, SpellKind.QUEUE, days=before(40))
    made = crew(4, team="EMEA/Dublin", queues=["legal-requests"])
    for person in made:
        prove(person, "legal", 1, days=before(50))
    prove(made[0], "legal", 2, days=before(2))
    return made


@pytest.fixture
def all_know(people: list[int]) -> list[int]:
    """The others knew it before it took effect: nothing is other than a week before."""
    for person in people[1:]:
        prove(person, "legal", 2, days=before(10))
    return people


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datetime], None]]:
    """`at(moment)`: the clock stands there."""

    def stand(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    yield stand
    monkeypatch.undo()


@pytest.fixture
def work(app: Flask, server: Server, at: Callable[[datetime], None]) -> Callable[..., list[str]]:
    """`work(moment)`: a worker that was started anew does all there is to do; what was sent, as texts."""

    def run(moment: datetime) -> list[str]:
        sent = len(server.taken)
        at(moment)
        weeks = Weeks(app)
        while weeks.look_at_next():
            pass
        assert not weeks.stumbled
        run_once(app)
        return [mail.get_payload(decode=True).decode() for mail in server.taken[sent:]]

    return run


def letters() -> list[tuple[int, bool]]:
    """Whose week was looked at, and whether there was a mail."""
    db.session.rollback()
    return [(each.person_id, each.is_posted) for each in db.session.query(WeeklyLetter).order_by("person_id")]


def outbox() -> list[OutboxMail]:
    db.session.rollback()
    return db.session.query(OutboxMail).order_by("id").all()


@writing()
def identify(person: int, **values: str) -> None:
    """Change a column of somebody's identity."""
    for name, value in values.items():
        setattr(db.session.get_one(Identity, person), name, value)
    db.session.commit()
