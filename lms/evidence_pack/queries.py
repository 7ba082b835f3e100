"""Reads what goes into a pack, some rows at a time: people, records of evidence, attempts. Versions are in `versions`,
conditions in `whose`.

Pages are cut by the number of the row, so that nothing stays open between them however slowly they are fetched.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from lms.evidence_pack.asked import Asked
from lms.evidence_pack.whose import is_in, proved, tried
from lms.extensions import db
from lms.models import (
    Attempt,
    AttemptScore,
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

    again = aliased(AttemptScore)  # by which a correction gave a record again: that names no attempt of its own
    columns = (Evidence.body, Evidence.leaf, Evidence.kind, Evidence.occurred_at, Evidence.recorded_at)

    def read(last: int) -> Sequence[Any]:
        statement = (
            _rows_of(Evidence, asked)
            .add_columns(*columns, Attempt.id.label("attempt"))
            .outerjoin(again, again.evidence_id == Evidence.id)
            .outerjoin(Attempt, Attempt.id == func.coalesce(Evidence.attempt_id, again.attempt_id))
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

    columns = (Attempt.number, Attempt.clauses, Attempt.started_at, Attempt.submitted_at)

    def read(last: int) -> Sequence[Any]:
        statement = _rows_of(Attempt, asked).add_columns(*columns).where(Attempt.id > last, *tried(asked))
        return db.session.execute(statement.order_by(Attempt.id).limit(AT_ONCE)).all()

    for rows in _in_pages(read):
        drawn = _drawn([row.id for row in rows]) if asked.has_answers else {}
        yield [Try(row=row, drawn=drawn.get(row.id, ())) for row in rows]


def _rows_of(table: type[Attempt] | type[Evidence], asked: Asked) -> Select[Any]:
    """Attempts or records with what both say: whose, of which version, and the score beside the one handed in with."""
    return (
        select(
            table.id,
            table.version_id,
            Person.subject,
            Identity.name,
            Policy.slug,
            Policy.title,
            Version.number.label("version"),
            _known(AttemptScore.points, Attempt.points_then, asked).label("points"),
            _known(AttemptScore.maximum, Attempt.maximum_then, asked).label("maximum"),
            _known(AttemptScore.is_passed, Attempt.is_passed_then, asked).label("is_passed"),
            Attempt.points_then.label("points_then"),
            Attempt.maximum_then.label("maximum_then"),
            Attempt.is_passed_then.label("is_passed_then"),
        )
        .select_from(table)
        .join(Person, Person.id == table.person_id)
        .join(Policy, Policy.id == table.policy_id)
        .join(Version, Version.id == table.version_id)
        .outerjoin(Identity, Identity.person_id == table.person_id)
    )


def _known(column: Any, then: Any, asked: Asked) -> ColumnElement[Any]:
    """Of the last score that an attempt had at the end of the pack; without a correction by then, as handed in."""
    last = (
        select(column)
        .where(AttemptScore.attempt_id == Attempt.id, AttemptScore.recorded_at <= asked.to_at)
        .order_by(AttemptScore.id.desc())
        .limit(1)
        .correlate(Attempt)
    )
    return func.coalesce(last.scalar_subquery(), then)


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
