"""A team with one policy in force, and people who are where a coach looks."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import clock
from lms.coaching.actions import assign_refresher
from lms.extensions import db, writing
from lms.models import RefresherEnd
from tests.cast import Cast
from tests.conftest import Scene
from tests.readiness.make import WORDS, Edition, Paper, crew, prove, publish

NOTE = "We saw two cases last week. Read the clause on freezing again."

LEGAL = Paper(
    slug="legal",
    title="Legal requests",
    audience=["legal-requests"],
    grace_days=7,
    editions=[
        Edition(clauses={"intake": WORDS, "freeze": "Freeze the account within four hours."}, published=100),
        Edition(
            clauses={"intake": WORDS, "freeze": "Freeze the account within two hours and tell the lead."},
            published=12,
            effective=6,
            changed=["freeze"],
        ),
    ],
)
LATER = Paper(
    slug="later",
    title="Messaging",
    audience=["legal-requests"],
    editions=[Edition(clauses={"messages": WORDS}, published=3, effective=-3)],
)


@pytest.fixture
def papers(cast: Cast, scene: Scene, tmp_path: Path) -> None:
    """One policy in force, one that is only coming."""
    scene("coaching-papers", lambda: publish(tmp_path, LEGAL, LATER))


@pytest.fixture
def team(cast: Cast, scene: Scene, tmp_path: Path) -> dict[str, int]:
    """Ready (Agent-1), due tomorrow (Agent-2), a newcomer who is late (Agent-3), and Ada, who is due tomorrow."""
    people: dict[str, int] = scene("coaching-team", lambda: _form_team(cast, tmp_path))
    return dict(people)


def _form_team(cast: Cast, folder: Path) -> dict[str, int]:
    publish(folder, LEGAL, LATER)
    ready, due, late = crew(3, team="EMEA/Dublin", queues=["legal-requests"])
    for person in (ready, due, cast.ada):
        prove(person, "legal", 1, days=90)
    prove(ready, "legal", 2, days=2, clauses=["freeze"])
    return {"ready": ready, "due": due, "late": late, "ada": cast.ada, "sam": cast.sam}


@pytest.fixture
def assign(team, cast):
    """`assign("ada", …)`: Cole assigns a refresher now, or so many days ago."""

    def make(*names: str, days: float = 0, **changed: object) -> tuple[int, ...]:
        now = clock.now() - timedelta(days=days)
        order = {
            "people": [team[name] for name in names],
            "policy": "legal",
            "clauses": ["freeze"],
            "due_at": now + timedelta(days=3),
            "note": NOTE,
            "is_blocking": False,
            "by": cast.cole,
        }
        return assign_refresher(**(order | changed), now=now)

    return make


@pytest.fixture
def finish(team):
    """`finish(refresher, "ready")`: it was passed just now."""

    def end(refresher: int, name: str) -> None:
        evidence = prove(team[name], "legal", 2, days=0, clauses=["freeze"])
        with writing():
            db.session.add(
                RefresherEnd(
                    refresher_id=refresher,
                    evidence_id=evidence,
                    reason="",
                    ended_at=clock.now(),
                    ended_by=team[name],
                )
            )
            db.session.commit()

    return end


@pytest.fixture
def count_rows(app: Flask) -> Callable[[type], int]:
    """How many rows a table has now."""

    def count(table: type) -> int:
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(table)) or 0

    return count
