"""A policy of six questions that everybody is asked, and people who answer them as a story says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from lms.correcting import queries
from lms.correcting.actions import correct, tried_out
from lms.correcting.outcome import Outcome
from lms.domain.correcting import CorrectionKind, NewKey
from lms.domain.quizzes import Answer
from lms.extensions import db, writing
from lms.models import (
    Attempt,
    AttemptItem,
    AttemptState,
    Evidence,
    ItemRevision,
    Queue,
    Response,
    Revocation,
    SpellKind,
)
from lms.training import actions, attesting
from lms.training.drawn import as_frozen
from tests.cast import add_spell, make_person
from tests.training.make import DAY, FIRST, RULES, Shelf, start

SLUG = "legal-requests"
WHY = "Two lawyers told us that this question is wrong."
VOID, RESCORE, RESTORE = CorrectionKind.VOID, CorrectionKind.RESCORE, CorrectionKind.RESTORE
B = NewKey(right=("b",))


def published(root: Path, **rules: Any) -> Shelf:
    """Two items for each of three clauses, all of them drawn; key a; four of five right pass, and five of six."""
    shelf = Shelf(root, audience="everybody", rules=RULES | {"wait_minutes": 0} | rules)
    return shelf.version(FIRST, ago=10 * DAY).items_for(*FIRST, count=2).publish()


def answer(attempt_id: int, person: int, chosen: Mapping[str, str], *, at: datetime) -> None:
    """Hand in: a for every question, unless `chosen` says another option for it."""
    given = {each.position: Answer(options=(chosen.get(each.item.id, "a"),)) for each in as_frozen([attempt_id])}
    db.session.rollback()
    actions.submit_attempt(attempt_id, person, answers=given, now=at)


def sit(person: int, *, at: datetime, **chosen: str) -> int:
    """Answer a quiz; `notice_1="b"` names what is not answered with a. The id of the attempt."""
    attempt_id = start(person, at=at)
    answer(attempt_id, person, {name.replace("_", "-"): option for name, option in chosen.items()}, at=at)
    return attempt_id


def signed(person: int, *, at: datetime, **chosen: str) -> int:
    """The same, passed and signed."""
    attempt_id = sit(person, at=at, **chosen)
    assert attesting.sign(attempt_id, person, now=at)
    return attempt_id


def revision(item: str) -> int:
    """The number of an item's text."""
    return db.session.scalars(select(ItemRevision.id).where(ItemRevision.slug == item)).one()


def shown(item: str, kind: CorrectionKind, new: NewKey | None = None) -> Outcome:
    """The dry run."""
    asked = queries.asked_item(SLUG, revision(item))
    assert asked is not None
    found = tried_out(asked, kind, new)
    db.session.rollback()
    return found


def decide(
    item: str, kind: CorrectionKind, new: NewKey | None = None, *, by: int, at: datetime, reason: str = WHY
) -> Outcome:
    """Look, then do it."""
    seen = shown(item, kind, new).digest
    number = revision(item)
    return correct(SLUG, number, kind, new=new, reason=reason, seen=seen, by=by, now=at)


def score(attempt_id: int) -> tuple[str, bool | None]:
    """Points in hundredths and whether it is passed, as they count now."""
    db.session.rollback()
    row = db.session.execute(select(Attempt.points, Attempt.maximum, Attempt.is_passed).where(Attempt.id == attempt_id))
    points, maximum, is_passed = row.one()
    return f"{points // 100} of {maximum // 100}", is_passed


def standing(person: int) -> list[int]:
    """Evidence that nobody revoked."""
    db.session.rollback()
    revoked = select(Revocation.evidence_id)
    return list(
        db.session.scalars(
            select(Evidence.id).where(Evidence.person_id == person, Evidence.id.not_in(revoked)).order_by(Evidence.id)
        )
    )


@writing()
def as_well(attempt_id: int, people: Sequence[int]) -> None:
    """These people answered the same: the rows of an attempt again for each, handed in at the end."""
    tables = (Attempt.__table__, AttemptItem.__table__, Response.__table__)
    attempt, *_ = (dict(row._mapping) for row in db.session.execute(select(tables[0]).where(Attempt.id == attempt_id)))
    del attempt["id"]
    begun = [attempt | {"person_id": person, "state": AttemptState.OPEN} for person in people]
    new = db.session.scalars(insert(Attempt).returning(Attempt.id), [_named(row) for row in begun]).all()
    for table in tables[1:]:
        rows = [dict(row._mapping) for row in db.session.execute(select(table).where(table.c.attempt_id == attempt_id))]
        db.session.execute(insert(table), [row | {"attempt_id": number} for row in rows for number in new])
    db.session.execute(update(tables[0]).where(tables[0].c.id.in_(new)).values(state=AttemptState.SUBMITTED))
    db.session.commit()


def _named(row: dict[str, Any]) -> dict[str, Any]:
    then = {"points", "maximum", "is_passed", "result"}
    return {f"{name}_then" if name in then else name: value for name, value in row.items()}


@writing()
def crowd(count: int) -> list[int]:
    """People who work in a queue."""
    queue = db.session.scalars(select(Queue.id).where(Queue.slug == SLUG)).one()
    people = [make_person(f"one{number}") for number in range(count)]
    for person in people:
        add_spell(person, kind=SpellKind.EMPLOYMENT)
        add_spell(person, kind=SpellKind.QUEUE, queue_id=queue)
    ids = [person.id for person in people]
    db.session.commit()
    return ids
