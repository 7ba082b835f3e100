"""From the rows of a version back to domain values: clauses, changes, lessons, questions, and what changed when.

For pages and lists see `queries.py`. Nothing here reads the keys of items, or writes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, select

from lms.domain.policies import Block, Change, Clause, Link, Sort, Verdict
from lms.domain.quizzes import Item, Lesson, QuizRules
from lms.extensions import db
from lms.library.clauses import split
from lms.library.digests import item_from, lesson_from_dict
from lms.models import (
    ChangeRow,
    ClauseRow,
    ItemRevision,
    LessonRevision,
    Version,
    VersionClause,
    VersionItem,
    VersionLesson,
)
from lms.models.corrections import is_void

TEXTS_KEPT = 256
"""Texts whose sections stay in memory: parsing one takes tens of milliseconds, and a published text never changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An item that was frozen into a version, without its key: safe to show before submission."""

    revision_id: int
    digest: str
    """Names the revision, key included."""
    item: Item
    """No option is marked right and none has feedback. For a decision the clauses to choose from are in
    `item.citations`; which of them stands in `cites_key` says nothing."""


def version_clauses(version_id: int) -> tuple[Clause, ...]:
    """The clauses of one version, in the order of its text; empty for a version that does not exist."""
    return clauses_of([version_id]).get(version_id, ())


def clauses_of(version_ids: Iterable[int]) -> dict[int, tuple[Clause, ...]]:
    """The clauses of several versions, by version; two statements however many."""
    ids = list(version_ids)
    texts = dict(db.session.execute(select(Version.id, Version.text).where(Version.id.in_(ids))).all())
    rows: dict[int, list[tuple[VersionClause, str]]] = defaultdict(list)
    for row, slug in db.session.execute(
        select(VersionClause, ClauseRow.slug)
        .join(ClauseRow, ClauseRow.id == VersionClause.clause_id)
        .where(VersionClause.version_id.in_(ids))
        .order_by(VersionClause.version_id, VersionClause.position)
        .execution_options(populate_existing=True)  # rows of a draft are replaced, and SQLite uses their ids again
    ):
        rows[row.version_id].append((row, slug))
    return {version_id: _rebuilt(rows[version_id], text) for version_id, text in texts.items()}


def _rebuilt(rows: list[tuple[VersionClause, str]], text: str) -> tuple[Clause, ...]:
    blocks = _blocks(text)
    if len(blocks) != len(rows):  # frozen by a release that split texts otherwise: what was frozen counts
        blocks = tuple(tuple(block for part in _blocks(row.source) for block in part) for row, _ in rows)
    return tuple(_clause(row, slug, mine) for (row, slug), mine in zip(rows, blocks, strict=True))


@lru_cache(maxsize=TEXTS_KEPT)
def _blocks(text: str) -> tuple[tuple[Block, ...], ...]:
    return tuple(section.blocks for section in split(text))


def _clause(row: VersionClause, slug: str, blocks: tuple[Block, ...]) -> Clause:
    return Clause(
        id=slug,
        title=row.title,
        level=row.level,
        path=tuple(row.path),
        source=row.source,
        blocks=blocks,
        queues=frozenset(row.queues),
        text_hash=row.text_hash,
        title_hash=row.title_hash,
        links_hash=row.links_hash,
        is_need_to_know=row.is_need_to_know,
    )


def changes_of(version_ids: Iterable[int]) -> dict[int, tuple[Change, ...]]:
    """The changes of several versions, in the order in which they were written; one statement."""
    ids = list(version_ids)
    found: dict[int, list[Change]] = {version_id: [] for version_id in ids}
    for row, slug in db.session.execute(
        select(ChangeRow, ClauseRow.slug)
        .join(ClauseRow, ClauseRow.id == ChangeRow.clause_id)
        .where(ChangeRow.version_id.in_(ids))
        .order_by(ChangeRow.id)
        .execution_options(populate_existing=True)
    ):
        found[row.version_id].append(change_from(row, slug))
    return {version_id: tuple(changes) for version_id, changes in found.items()}


def change_from(row: ChangeRow, slug: str) -> Change:
    """One change as the rules see it."""
    return Change(
        clause=slug,
        sorts=frozenset(Sort(sort) for sort in row.sorts),
        links=tuple(
            Link(predecessor=name, similarity=similarity, is_confirmed=is_confirmed)
            for name, similarity, is_confirmed in row.links
        ),
        proposed=row.proposed,
        proposed_because=row.proposed_because,
        verdict=Verdict(row.verdict) if row.verdict else None,
        reason=row.reason,
        gained_queues=frozenset(row.gained_queues),
    )


def lessons_of(version_id: int) -> tuple[Lesson, ...]:
    """The lessons that were frozen into a version, in the order of their slugs; one statement."""
    return tuple(
        lesson_from_dict(body)
        for body in db.session.scalars(
            select(LessonRevision.body)
            .join(VersionLesson, VersionLesson.lesson_id == LessonRevision.id)
            .where(VersionLesson.version_id == version_id)
            .order_by(VersionLesson.position)
        )
    )


def questions_of(version_id: int) -> tuple[Question, ...]:
    """The items that were frozen into a version, without keys, in the order of their ids; one statement."""
    rows = db.session.execute(
        select(ItemRevision, is_void(ItemRevision.id))
        .join(VersionItem, VersionItem.item_id == ItemRevision.id)
        .where(VersionItem.version_id == version_id)
        .order_by(ItemRevision.slug)
    )
    return tuple(
        Question(revision_id=row.id, digest=row.digest, item=replace(keyless(row.question), is_void=void))
        for row, void in rows
    )


def keyless(question: Mapping[str, Any]) -> Item:
    """The item of a stored question, without key and feedback; citations are kept, in the order of the alphabet."""
    citations = list(question["citations"])
    return item_from(
        question,
        {
            "keys": [],
            "feedback": {},
            "right_until": {},
            "cites_key": citations[0] if citations else None,  # the first of the alphabet: gives nothing away
            "cites_others": citations[1:],
        },
    )


def rules_of(version: Version) -> QuizRules | None:
    """The quiz rules of a version; None where proof is by attestation."""
    return QuizRules(**version.quiz) if version.quiz else None


def changed_in(policy_id: int) -> dict[str, frozenset[int]]:
    """Numbers of the published versions that changed a clause materially (its removal too), by clause; one statement.

    A version that was withdrawn changed nothing. Added clauses count in the version that added them.
    """
    return _material(ChangeRow.verdict == Verdict.MATERIAL, Version.policy_id == policy_id, PUBLISHED)


PUBLISHED: ColumnElement[bool] = Version.published_at.is_not(None) & Version.withdrawn_at.is_(None)


def _material(*where: ColumnElement[bool]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for slug, number in db.session.execute(
        select(ClauseRow.slug, Version.number)
        .join(ChangeRow, ChangeRow.clause_id == ClauseRow.id)
        .join(Version, Version.id == ChangeRow.version_id)
        .where(*where)
    ):
        found[slug].add(number)
    return {slug: frozenset(numbers) for slug, numbers in found.items()}
