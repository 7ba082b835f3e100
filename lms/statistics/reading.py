"""Reads first attempts, items with keys and clauses of one version: a fixed number of statements, scope in each WHERE.

A first attempt is the first that a person handed in at a version; who was erased left no answers and is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from lms.domain.quizzes import Item
from lms.extensions import db
from lms.library.digests import item_from
from lms.models import (
    Attempt,
    AttemptState,
    ClauseRow,
    Erasure,
    ItemCorrection,
    ItemKey,
    ItemRevision,
    Policy,
    Response,
    Version,
    VersionClause,
    VersionItem,
)
from lms.models.asked import asked_items
from lms.models.corrections import last_correction
from lms.statistics.answers import Stored
from lms.training.queries import Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Who asks: an owner sees their own policies, an administrator all but what is need-to-know, a vendor's none."""

    person_id: int
    sees_all: bool
    vendor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLine:
    """A policy with a quiz, as a list names it."""

    slug: str
    title: str
    people: int
    """Who handed in a quiz of it."""
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A published version with a quiz."""

    id: int
    number: int
    is_tried: bool
    """Somebody handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFound:
    """A policy that the reader may ask about, with its versions, newest first."""

    slug: str
    title: str
    is_mine: bool
    is_need_to_know: bool
    is_being_taken: bool
    """The reader has an open attempt at it."""
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseLine:
    """What a clause is called, and whether it is need-to-know, in this version or the newest."""

    title: str
    is_need_to_know: bool


def _may_see(sight: Sight) -> ColumnElement[bool]:
    if sight.vendor:
        return false()
    mine = Policy.owner_id == sight.person_id
    return or_(mine, ~Policy.is_need_to_know) if sight.sees_all else mine


def policies(sight: Sight) -> list[PolicyLine]:
    """The policies with a quiz that the reader may ask about, by title; one statement."""
    is_done = and_(Attempt.policy_id == Policy.id, Attempt.state == AttemptState.SUBMITTED, _is_kept())
    rows = db.session.execute(
        select(Policy.slug, Policy.title, func.count(Attempt.person_id.distinct()), func.max(Attempt.submitted_at))
        .outerjoin(Attempt, is_done)
        .where(_may_see(sight), exists().where(Version.policy_id == Policy.id, VersionItem.version_id == Version.id))
        .group_by(Policy.id)
        .order_by(Policy.title, Policy.slug)
    )
    return [PolicyLine(slug=slug, title=title, people=people, last_at=last) for slug, title, people, last in rows]


def policy(slug: str, sight: Sight) -> PolicyFound | None:
    """One of these policies; None for what does not exist for the reader. One statement."""
    is_tried = exists().where(Attempt.version_id == Version.id, Attempt.state == AttemptState.SUBMITTED, _is_kept())
    is_being_taken = exists().where(
        Attempt.policy_id == Policy.id, Attempt.person_id == sight.person_id, Attempt.state == AttemptState.OPEN
    )
    rows = db.session.execute(
        select(Policy, Version.id, Version.number, is_tried.label("is_tried"), is_being_taken.label("is_being_taken"))
        .join(Version, Version.policy_id == Policy.id)
        .where(
            Policy.slug == slug,
            _may_see(sight),
            Version.published_at.is_not(None),
            exists().where(VersionItem.version_id == Version.id),
        )
        .order_by(Version.number.desc())
    ).all()
    if not rows:
        return None
    found = rows[0].Policy
    return PolicyFound(
        slug=found.slug,
        title=found.title,
        is_mine=found.owner_id == sight.person_id,
        is_need_to_know=found.is_need_to_know,
        is_being_taken=rows[0].is_being_taken,
        versions=tuple(VersionLine(id=row.id, number=row.number, is_tried=row.is_tried) for row in rows),
    )


def items(version_id: int) -> list[tuple[int, Item]]:
    """The items of a version with the keys that count today, by id, each with its revision; one statement."""
    rows = db.session.execute(
        select(ItemRevision.id, ItemRevision.question, ItemKey.key, ItemCorrection)
        .join(VersionItem, VersionItem.item_id == ItemRevision.id)
        .join(ItemKey, ItemKey.item_id == ItemRevision.id)
        .outerjoin(ItemCorrection, last_correction(ItemRevision.id))
        .where(VersionItem.version_id == version_id)
        .order_by(ItemRevision.slug)
    )
    return [(revision, _as_it_counts(item_from(question, key), last)) for revision, question, key, last in rows]


def _as_it_counts(item: Item, last: ItemCorrection | None) -> Item:
    return Correction(id=last.id, kind=last.kind, key=last.key).of(item) if last else item


def clauses(version_id: int, newest_id: int) -> dict[str, ClauseLine]:
    """The clauses of a version, by id; one statement."""
    rows = db.session.execute(
        select(ClauseRow.slug, VersionClause.title, VersionClause.is_need_to_know, VersionClause.version_id)
        .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
        .where(VersionClause.version_id.in_({version_id, newest_id}))
    ).all()
    secret = {row.slug for row in rows if row.is_need_to_know}
    rows.sort(key=lambda row: row.version_id == version_id)
    return {row.slug: ClauseLine(title=row.title, is_need_to_know=row.slug in secret) for row in rows}


def first_answers(version_id: int, *, since: datetime | None, until: datetime | None) -> Sequence[Stored]:
    """The answers of everybody's first attempt at a version that was handed in between; one statement.

    Of an item that was swapped for another, only the other counts: it was asked in its place.
    """
    first = first_attempts(Attempt.version_id == version_id)
    asked = asked_items()
    rows: Select[Stored] = (
        select(
            asked.c.attempt_id,
            asked.c.item_id,
            cast(Response.options, Text),  # read by us, once for each different answer
            Response.citation,
            Response.typed,
            Response.seconds,
        )
        .join(first, first.c.id == asked.c.attempt_id)
        .outerjoin(Response, and_(Response.attempt_id == asked.c.attempt_id, Response.item_id == asked.c.item_id))
        .where(
            first.c.place == 1,
            first.c.submitted_at >= since if since else true(),
            first.c.submitted_at < until if until else true(),
        )
    )
    return db.session.execute(rows).all()


def first_attempts(*where: ColumnElement[bool]) -> Subquery:
    """Attempts that were handed in; `place` 1 is the first of a person at a version."""
    place = func.row_number().over(partition_by=(Attempt.person_id, Attempt.version_id), order_by=Attempt.number)
    return (
        select(Attempt.id, Attempt.person_id, Attempt.submitted_at, place.label("place"))
        .where(Attempt.state == AttemptState.SUBMITTED, _is_kept(), *where)
        .subquery()
    )


def _is_kept() -> ColumnElement[bool]:
    return ~exists().where(Erasure.person_id == Attempt.person_id)
