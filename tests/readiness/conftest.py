"""A mixed population: somebody in every state, in two teams, two queues and three policies."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from lms.extensions import db, writing
from lms.models import Acknowledgement, DueDecision, Policy, Refresher, SpellKind, Version
from tests.cast import Cast
from tests.conftest import Scene
from tests.readiness.make import WORDS, Edition, Paper, ago, crew, one_moment, prove, publish, spell

FREEZE, FREEZE_NOW = "Freeze the account within four hours.", "Freeze the account within two hours and tell the lead."

LEGAL = Paper(
    slug="legal",
    title="Legal requests",
    audience=["legal-requests"],
    grace_days=7,
    editions=[
        Edition(clauses={"intake": WORDS, "freeze": FREEZE}, published=100),
        Edition(clauses={"intake": WORDS, "freeze": FREEZE_NOW}, published=12, effective=10, changed=["freeze"]),
        Edition(
            clauses={
                "intake": WORDS,
                "freeze": FREEZE_NOW,
                "silence": "Say nothing to the user while a court forbids it.",
            },
            published=3,
            effective=-4,
            changed=["silence"],
        ),
    ],
)
ABUSE = Paper(
    slug="abuse",
    title="Abuse reports",
    audience=["abuse-reports"],
    grace_days=30,
    valid_days=80,
    editions=[
        Edition(clauses={"harm": "Serious harm is answered within one day."}, published=100),
        Edition(
            clauses={"harm": "Serious harm is answered within four hours, by two people."},
            published=2,
            changed=["harm"],
            provisional_hours=96,
        ),
    ],
)
SECRETS = Paper(
    slug="secrets",
    title="Confidentiality",
    audience=[],
    proof="attest",
    editions=[Edition(clauses={"secrets": WORDS}, published=100)],
)


@pytest.fixture
def papers(cast: Cast, scene: Scene, tmp_path: Path) -> None:
    """Three policies: one with a version that is coming, an emergency, one for everybody."""
    scene("readiness-papers", lambda: publish(tmp_path, LEGAL, ABUSE, SECRETS))


@pytest.fixture
def mixed(cast: Cast, scene: Scene, tmp_path: Path) -> dict[str, int]:
    """People by where they stand in legal requests: ready, overdue, due, held, leave, waived, newcomer; and Sam."""
    return set_mixed(cast, scene, tmp_path)


def set_mixed(cast: Cast, scene: Scene, folder: Path) -> dict[str, int]:
    """What `mixed` gives, for the fixtures of other folders."""
    people: dict[str, int] = scene("readiness-mixed", lambda: _mix(cast, folder))
    return dict(people)


@one_moment()
def _mix(cast: Cast, folder: Path) -> dict[str, int]:
    publish(folder, LEGAL, ABUSE, SECRETS)
    names = ("ready", "overdue", "due", "held", "leave", "waived", "newcomer", "blocked")
    people = dict(zip(names, crew(len(names), team="EMEA/Dublin", queues=["legal-requests"]), strict=True))
    for name, person in people.items():
        prove(person, "secrets", 1, days=90)
        if name != "newcomer":
            prove(person, "legal", 1, days=90)
    for name in ("ready", "held", "blocked"):
        prove(people[name], "legal", 2, days=9, clauses=["freeze"])
    spell(people["held"], SpellKind.HOLD, days=1, queue="legal-requests", reason="QA found two leaks.")
    spell(people["leave"], SpellKind.LEAVE, days=5, until=-5)
    spell(people["waived"], SpellKind.WAIVER, days=5, until=-5, policy="legal")
    extend(people["due"], days=-2)
    block(people["blocked"], by=cast.cole)
    prove(cast.ada, "secrets", 1, days=90)
    prove(cast.ada, "legal", 2, days=9)
    prove(cast.ada, "abuse", 1, days=50)
    return people | {"ada": cast.ada, "sam": cast.sam}


@writing()
def extend(person_id: int, *, days: float) -> None:
    """Somebody moved the due moment of legal requests yesterday."""
    db.session.add(
        DueDecision(
            person_id=person_id,
            policy_id=db.session.scalar(select(Policy.id).where(Policy.slug == "legal")),
            due_at=ago(days),
            reason="They were at another site.",
            decided_by=person_id,
            occurred_at=ago(1),
            recorded_at=ago(1),
        )
    )
    db.session.commit()


@writing()
def block(person_id: int, *, by: int) -> None:
    """Somebody has a blocking refresher on legal requests."""
    db.session.add(
        Refresher(
            person_id=person_id,
            policy_id=db.session.scalar(select(Policy.id).where(Policy.slug == "legal")),
            clauses=["intake"],
            due_at=ago(-3),
            note="Please read intake again.",
            is_blocking=True,
            assigned_by=by,
            assigned_at=ago(1),
        )
    )
    db.session.commit()


@pytest.fixture
def acknowledge() -> Callable[..., None]:
    """`acknowledge(person, "abuse", 2, days=1)`: somebody has seen an emergency version."""

    @writing()
    def see(person_id: int, slug: str, number: int, *, days: float) -> None:
        version = db.session.scalar(
            select(Version.id)
            .join(Policy, Policy.id == Version.policy_id)
            .where(Policy.slug == slug, Version.number == number)
        )
        db.session.add(
            Acknowledgement(person_id=person_id, version_id=version, occurred_at=ago(days), recorded_at=ago(days))
        )
        db.session.commit()

    return see


@pytest.fixture
def count_statements(app: Flask) -> Callable[[Callable[[], object]], int]:
    """How many statements a call sends."""

    def count(call: Callable[[], object]) -> int:
        sent: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
            db.session.rollback()
        return len(sent)

    return count
