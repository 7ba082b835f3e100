"""Reads what goes into a pack, some rows at a time: people, records of evidence, attempts. Versions are in `versions`,
conditions in `whose`.

Pages are cut by the number of the row, so that nothing stays open between them however slowly they are fetched.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lms.evidence_pack.asked import Asked
from lms.evidence_pack.whose import is_in, proved, tried
from lms.extensions import db
from lms.models import (
    Attempt,
    Erasure,
    Evidence,
    Identity,
    ItemRevision,
    Person,
    PersonKind,
    Policy,
    Response,
    Revocation,
    Version,
)
from lms.models.asked import asked_items
from lms.readiness.queries import Row, standings

AT_ONCE = 500
"""People, records or attempts that are in memory at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """A person of the pack and where they stand at its end."""

    id: int
    subject: str
    name: str | None
    """None for somebody whose name was erased."""
    erased_at: datetime | None
    standings: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A record of evidence with what stands beside it."""

    row: Any
    revocations: Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """An attempt that was handed in, with what it asked where that may be told."""

    row: Any
    drawn: Sequence[Any]


def _in_pages(read: Callable[[int], Sequence[Any]]) -> Iterator[Sequence[Any]]:
    last = 0
    while rows := read(last):
        last = rows[-1].id
        yield rows


def count(asked: Asked) -> int:
    """How many records of evidence; one statement."""
    return db.session.scalar(select(func.count(Evidence.id)).where(*proved(asked))) or 0


def people(asked: Asked) -> Iterator[list[Whom]]:
    """Everybody whom the pack is about, with standings at its end as known then; 24 statements a page."""

    def read(last: int) -> Sequence[Any]:
        statement = (
            select(Person.id, Person.subject, Identity.name, Erasure.erased_at)
            .outerjoin(Identity, Identity.person_id == Person.id)
            .outerjoin(Erasure, Erasure.person_id == Person.id)
            .where(Person.id > last, Person.kind == PersonKind.HUMAN, is_in(asked))
        )
        return db.session.execute(statement.order_by(Person.id).limit(AT_ONCE)).all()

    for rows in _in_pages(read):
        stand: dict[int, list[Row]] = defaultdict(list)
        report = standings(
            scope=None,
            at=asked.to_at,
            known_at=asked.to_at,
            policy=asked.policy or None,
            people=[row.id for row in rows],
        )
        for each in report.rows:
            stand[each.person_id].append(each)
        yield [Whom(**row._asdict(), standings=tuple(stand[row.id])) for row in rows]


def proofs(asked: Asked) -> Iterator[list[Proof]]:
    """The records in the order in which they were written; two statements a page."""

    def read(last: int) -> Sequence[Any]:
        columns = (
            Evidence.id,
            Evidence.body,
            Evidence.leaf,
            Evidence.kind,
            Evidence.occurred_at,
            Evidence.recorded_at,
            Evidence.attempt_id,
            Evidence.version_id,
            Person.subject,
            Identity.name,
            Policy.slug,
            Policy.title,
            Version.number,
            Attempt.points,
            Attempt.maximum,
        )
        statement = (
            select(*columns)
            .join(Person, Person.id == Evidence.person_id)
            .join(Policy, Policy.id == Evidence.policy_id)
            .join(Version, Version.id == Evidence.version_id)
            .outerjoin(Identity, Identity.person_id == Evidence.person_id)
            .outerjoin(Attempt, Attempt.id == Evidence.attempt_id)
            .where(Evidence.id > last, *proved(asked))
        )
        return db.session.execute(statement.order_by(Evidence.id).limit(AT_ONCE)).all()

    for rows in _in_pages(read):
        taken_back = _revocations([row.id for row in rows], known_at=asked.to_at)
        yield [Proof(row=row, revocations=taken_back.get(row.id, ())) for row in rows]


def _revocations(ids: Sequence[int], *, known_at: datetime) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    statement = (
        select(
            Revocation.evidence_id,
            Revocation.reason,
            Revocation.occurred_at,
            Revocation.recorded_at,
            Person.subject.label("by"),
        )
        .join(Person, Person.id == Revocation.recorded_by)
        .where(Revocation.evidence_id.in_(ids), Revocation.recorded_at <= known_at)
    )
    for row in db.session.execute(statement.order_by(Revocation.id)):
        found[row.evidence_id].append(row)
    return found


def tries(asked: Asked) -> Iterator[list[Try]]:
    """Attempts that were handed in, in the order in which they were begun; at most two statements a page."""

    def read(last: int) -> Sequence[Any]:
        columns = (
            Attempt.id,
            Attempt.number,
            Attempt.version_id,
            Attempt.clauses,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.points,
            Attempt.maximum,
            Attempt.is_passed,
            Person.subject,
            Identity.name,
            Policy.slug,
            Policy.title,
            Version.number.label("version"),
        )
        statement = (
            select(*columns)
            .join(Person, Person.id == Attempt.person_id)
            .join(Policy, Policy.id == Attempt.policy_id)
            .join(Version, Version.id == Attempt.version_id)
            .outerjoin(Identity, Identity.person_id == Attempt.person_id)
            .where(Attempt.id > last, *tried(asked))
        )
        return db.session.execute(statement.order_by(Attempt.id).limit(AT_ONCE)).all()

    for rows in _in_pages(read):
        drawn = _drawn([row.id for row in rows]) if asked.has_answers else {}
        yield [Try(row=row, drawn=drawn.get(row.id, ())) for row in rows]


def _drawn(ids: Sequence[int]) -> dict[int, list[Any]]:
    """What was asked in the end, without keys, and what was answered, as far as that is not erased."""
    found: dict[int, list[Any]] = defaultdict(list)
    items = asked_items(lambda table: table.attempt_id.in_(ids)).c
    statement = (
        select(
            items.attempt_id,
            items.position,
            items.option_order,
            ItemRevision.digest,
            ItemRevision.question,
            Response.options,
            Response.citation,
            Response.typed,
        )
        .join(ItemRevision, ItemRevision.id == items.item_id)
        .outerjoin(Response, (Response.attempt_id == items.attempt_id) & (Response.item_id == items.item_id))
        .order_by(items.attempt_id, items.position)
    )
    for row in db.session.execute(statement):
        found[row.attempt_id].append(row)
    return found
