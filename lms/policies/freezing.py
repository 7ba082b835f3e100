"""Writes what a version is made of into the rows of its draft: clauses, changes, lessons, items, quiz rules, digest.

Rows are written only where something differs, so that loading the same again writes nothing. Lessons and items are
kept once for each exact text and shared between versions. Nothing here commits; publishing is in `publishing.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from lms.domain.changes import Comparison
from lms.domain.policies import Change, Clause
from lms.domain.quizzes import Item, Lesson, QuizRules
from lms.extensions import Base, db
from lms.library import digests
from lms.models import (
    ChangeRow,
    ClauseRow,
    ItemKey,
    ItemRevision,
    LessonRevision,
    Version,
    VersionClause,
    VersionItem,
    VersionLesson,
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decided the verdict of a change, and when; none for a verdict that a file gives."""

    person_id: int | None
    at: datetime | None


NOBODY = Decider(person_id=None, at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a version is made of."""

    text: str
    comparison: Comparison
    """The first version has no changes."""
    deciders: Mapping[str, Decider]
    """By clause, for the verdicts that a person gave here."""
    lessons: tuple[Lesson, ...]
    items: tuple[Item, ...]
    rules: QuizRules | None
    """None where proof is by attestation."""


def write(version: Version, contents: Contents) -> bool:
    """Write the contents into the rows of a draft; True when anything was different before."""
    is_changed = _set_columns(version, contents)
    lessons = _lesson_ids(version.policy_id, contents.lessons)
    parts = [
        write_comparison(version, contents.comparison, contents.deciders),
        _replace(
            VersionLesson, version, [{"lesson_id": row, "position": n} for n, row in enumerate(lessons)], by="position"
        ),
        write_items(version, contents.items),
    ]
    return any([is_changed, *parts])


def write_items(version: Version, items: Sequence[Item]) -> bool:
    """Write the items of a draft alone; True when it had others before."""
    ids = _item_ids(version.policy_id, items)
    return _replace(VersionItem, version, [{"item_id": row} for row in sorted(ids)], by="item_id")


def write_comparison(version: Version, comparison: Comparison, deciders: Mapping[str, Decider]) -> bool:
    """Write the clauses and changes of a draft alone; True when anything was different before."""
    ids = _clause_ids(version.policy_id, comparison)
    clauses = [
        _clause_row(clause, position=position, clause_id=ids[clause.id])
        for position, clause in enumerate(comparison.clauses)
    ]
    changes = [
        _change_row(change, ids[change.clause], deciders.get(change.clause, NOBODY)) for change in comparison.changes
    ]
    parts = [
        _replace(VersionClause, version, clauses, by="position"),
        _replace(ChangeRow, version, changes, by="id"),
    ]
    return any(parts)


def _set_columns(version: Version, contents: Contents) -> bool:
    wanted = {
        "text": contents.text,
        "quiz": digests.rules_to_dict(contents.rules) if contents.rules else {},
        "digest": digests.version_digest(
            contents.text, lessons=contents.lessons, items=contents.items, rules=contents.rules or QuizRules()
        ),
    }
    different = {column: value for column, value in wanted.items() if getattr(version, column) != value}
    for column, value in different.items():
        setattr(version, column, value)
    db.session.flush()
    return bool(different)


def _replace(table: type[Base], version: Version, rows: Sequence[Row], *, by: str) -> bool:
    """Make `rows`, in the order of column `by`, all that a table has of this version; True if it had others."""
    columns = table.__table__.columns
    here = columns["version_id"] == version.id
    if rows:
        chosen = [columns[name] for name in rows[0]]
        stored = db.session.execute(select(*chosen).where(here).order_by(columns[by])).all()
        if [dict(row._mapping) for row in stored] == list(rows):
            return False
    gone = db.session.execute(delete(table).where(here).execution_options(synchronize_session=False))
    if rows:
        db.session.execute(insert(table), [{**row, "version_id": version.id} for row in rows])
    return bool(rows) or gone.rowcount > 0


def _clause_row(clause: Clause, *, position: int, clause_id: int) -> Row:
    return {
        "clause_id": clause_id,
        "position": position,
        "title": clause.title,
        "level": clause.level,
        "path": list(clause.path),
        "source": clause.source,
        "queues": sorted(clause.queues),
        "is_need_to_know": clause.is_need_to_know,
        "text_hash": clause.text_hash,
        "title_hash": clause.title_hash,
        "links_hash": clause.links_hash,
    }


def _change_row(change: Change, clause_id: int, decider: Decider) -> Row:
    return {
        "clause_id": clause_id,
        "sorts": sorted(change.sorts),
        "links": [[link.predecessor, link.similarity, link.is_confirmed] for link in change.links],
        "gained_queues": sorted(change.gained_queues),
        "proposed": change.proposed,
        "proposed_because": change.proposed_because,
        "verdict": change.verdict.value if change.verdict else None,
        "reason": change.reason,
        "decided_by": decider.person_id,
        "decided_at": decider.at,
    }


def _clause_ids(policy_id: int, comparison: Comparison) -> dict[str, int]:
    """Row ids by slug; clauses that appear for the first time are given a row."""
    wanted = [*(clause.id for clause in comparison.clauses), *(change.clause for change in comparison.changes)]
    query = select(ClauseRow.slug, ClauseRow.id).where(ClauseRow.policy_id == policy_id)
    known = {slug for slug, _ in db.session.execute(query)}
    missing = [slug for slug in dict.fromkeys(wanted) if slug not in known]
    if missing:
        db.session.execute(insert(ClauseRow), [{"policy_id": policy_id, "slug": slug} for slug in missing])
    return {slug: clause_id for slug, clause_id in db.session.execute(query)}


def _lesson_ids(policy_id: int, lessons: Sequence[Lesson]) -> list[int]:
    """Ids of the revisions of these lessons, in their order; a text that is new is kept."""
    by_digest = {digests.lesson_digest(lesson): lesson for lesson in sorted(lessons, key=lambda one: one.slug)}
    rows = [
        {"policy_id": policy_id, "slug": lesson.slug, "digest": digest, "body": digests.lesson_to_dict(lesson)}
        for digest, lesson in by_digest.items()
    ]
    ids, _ = _revisions(LessonRevision, policy_id, rows)
    return [ids[digest] for digest in by_digest]


def _item_ids(policy_id: int, items: Sequence[Item]) -> list[int]:
    """Ids of the revisions of these items; of a revision that is new the key is kept in its own table."""
    by_digest = {digests.item_digest(item): item for item in items}
    rows = [
        {"policy_id": policy_id, "slug": item.id, "digest": digest, "question": digests.item_question(item)}
        for digest, item in by_digest.items()
    ]
    ids, added = _revisions(ItemRevision, policy_id, rows)
    if added:
        keys = [{"item_id": ids[digest], "key": digests.item_key(by_digest[digest])} for digest in added]
        db.session.execute(insert(ItemKey), keys)
    return [ids[digest] for digest in by_digest]


def _revisions(table: Any, policy_id: int, rows: Sequence[Row]) -> tuple[dict[str, int], list[str]]:
    """Ids by digest of all revisions of a policy, after adding those that are missing; and the digests added."""
    query = select(table.digest, table.id).where(table.policy_id == policy_id)
    known = {digest for digest, _ in db.session.execute(query)}
    missing = [row for row in rows if row["digest"] not in known]
    if missing:
        db.session.execute(insert(table), missing)
    return {digest: row_id for digest, row_id in db.session.execute(query)}, [row["digest"] for row in missing]
