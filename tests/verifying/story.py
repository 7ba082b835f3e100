"""A whole record, and what it takes to change it behind the application's back.

A tampering happens in a transaction that is never committed, with the triggers out of the way, as an attacker would.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text, update

from lms import clock
from lms.correcting.actions import correct, tried_out
from lms.correcting.queries import asked_item
from lms.domain.correcting import CorrectionKind, NewKey
from lms.extensions import db, writing
from lms.models import AttemptItem, Evidence, ItemRevision
from lms.training import attesting
from lms.verifying import CHECKS, run
from lms.verifying.database import schema
from tests.cast import Cast
from tests.training.make import FIRST, HOUR, MINUTE, RULES, Shelf, fail, prove, second, simple

Tampering = Callable[["Story"], None]
Case = tuple[str, tuple[str, ...], Tampering, str]
"""What is tampered with, the tables whose guards stand in the way, the tampering, and words of what is found."""


@dataclass(frozen=True)
class Story:
    """What was built: one policy with two versions, a failed and a passed attempt, another policy that is signed."""

    cast: Cast
    failed: int
    """An attempt of Ada's."""
    passed: int
    """Its retake."""
    attested: int
    """Evidence of Sam's."""
    corrected: int
    """An attempt of Pia's, by a key that was wrong for a while: its evidence ended, and was given again."""

    @property
    def evidence(self) -> int:
        return db.session.scalars(select(Evidence.id).where(Evidence.attempt_id == self.passed)).one()


def told(root: Path) -> Story:
    cast = Cast.of_database()
    now = clock.now()
    shelf = simple(root / "quiz", ago=timedelta(days=2))
    failed = fail(cast.ada, at=now - 5 * HOUR)
    passed = prove(cast.ada, at=now - 4 * HOUR)
    second(shelf, ago=2 * HOUR)
    shelf.in_spanish(1, *FIRST).in_spanish(2, "notice").publish()
    prove(cast.ada, at=now - HOUR, language="es")
    signed = Shelf(root / "sign", slug="confidentiality", title="Confidentiality", proof="attest", audience="everybody")
    signed.version({"screens": FIRST["genuine"], "press": FIRST["notice"]}, ago=timedelta(days=2)).publish()
    attested = attesting.attest(cast.sam, "confidentiality", now=now - MINUTE)
    assert attested is not None
    return Story(cast, failed, passed, attested, _corrected(root, cast))


def _corrected(root: Path, cast: Cast) -> int:
    shelf = Shelf(root / "all", slug="screens", title="Screens", audience="everybody", rules=RULES | {"pass_mark": 90})
    shelf.version(FIRST, ago=timedelta(days=2)).items_for(*FIRST, count=2).publish()
    now = clock.now()
    attempt_id = prove(cast.sam, "screens", at=now - HOUR)
    number = db.session.scalars(
        select(ItemRevision.id)
        .join(AttemptItem, AttemptItem.item_id == ItemRevision.id)
        .where(AttemptItem.attempt_id == attempt_id)
        .order_by(AttemptItem.position)
    ).all()
    for item, kind, new in (
        (number[0], CorrectionKind.VOID, None),
        (number[1], CorrectionKind.RESCORE, NewKey(right=("b",))),
        (number[1], CorrectionKind.RESTORE, None),
    ):
        asked = asked_item("screens", item)
        assert asked is not None
        seen = tried_out(asked, kind, new).digest
        reason = "Somebody read it again, and it is wrong."
        correct("screens", item, kind, new=new, reason=reason, seen=seen, by=cast.pia, now=now)
    return attempt_id


def findings(story: Story, tamper: Tampering, *tables: str) -> list[str]:
    """What is found after a tampering that is then undone."""
    with writing():
        _without_guards(tables)
        tamper(story)
        db.session.flush()
        found = [finding for check in CHECKS if check is not schema for finding in run(check)]
    return [finding for finding in found if not finding.startswith("The guard")]


def _without_guards(tables: tuple[str, ...]) -> None:
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA defer_foreign_keys=ON"))
        query = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        for table in tables:
            for name in db.session.scalars(query, {"table": table}).all():
                db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        for table in tables:
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def change(table: Any, row: Any, **values: Any) -> None:
    done = db.session.execute(update(table.__table__).where(row).values(**values))
    assert done.rowcount
