"""Reads a published version as a pack holds it: all that its digest is made of, but for the keys of its items."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.domain.quizzes import QuizRules
from lms.evidence_pack.asked import Asked
from lms.extensions import db
from lms.library import digests
from lms.library.digests import Json
from lms.models import (
    ClauseRow,
    ItemKey,
    ItemRevision,
    LessonRevision,
    Person,
    Policy,
    Version,
    VersionClause,
    VersionItem,
    VersionLesson,
)
from lms.models.proof import stamp

WITHHELD = "Need-to-know: the text and the lessons are not in this pack."

_Author, _Approver = aliased(Person), aliased(Person)


def version_of(slug: str, number: int, *, known_at: datetime) -> int | None:
    """The id of a published version; one statement."""
    return db.session.scalar(
        select(Version.id)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == slug, Version.number == number, Version.published_at <= known_at)
    )


def is_secret(slug: str) -> bool:
    """True where the policy, or a clause in any of its versions, is need-to-know; one statement."""
    marked = (
        select(VersionClause.id).join(ClauseRow).where(ClauseRow.policy_id == Policy.id, VersionClause.is_need_to_know)
    )
    return bool(
        db.session.scalar(select(Policy.id).where(Policy.slug == slug, Policy.is_need_to_know | marked.exists()))
    )


def frozen(version_id: int, asked: Asked) -> Json:
    """One version; `digest` can be computed anew from the rest unless its text is withheld. Five statements."""
    row = _row(version_id)
    is_withheld = not asked.has_secrets and is_secret(row.slug)
    lessons = _lessons(version_id)
    is_withdrawn = row.withdrawn_recorded_at is not None and row.withdrawn_recorded_at <= asked.to_at
    return {
        "policy": row.slug,
        "title": row.title,
        "number": row.number,
        "language": "en",
        "digest": row.digest,
        "reason": row.reason,
        "author": row.author,
        "approver": row.approver,
        "published_at": stamp(row.published_at),
        "effective_at": stamp(row.effective_at),
        "withdrawn_at": stamp(row.withdrawn_at) if is_withdrawn else None,
        "text": None if is_withheld else row.text,
        "lessons": [
            {"digest": digest, "lesson": None if is_withheld else lesson, "slug": lesson["slug"]}
            for digest, lesson in lessons
        ],
        "items": _items(version_id, has_keys=asked.has_keys),
        "rules": digests.rules_to_dict(QuizRules(**row.quiz)),
        "clauses": _clauses(version_id),
        "withheld": WITHHELD if is_withheld else None,
    }


def _row(version_id: int) -> Any:
    return db.session.execute(
        select(
            *Version.__table__.columns,
            Policy.slug,
            Policy.title,
            _Author.subject.label("author"),
            _Approver.subject.label("approver"),
        )
        .join(Policy, Policy.id == Version.policy_id)
        .outerjoin(_Author, _Author.id == Version.author_id)
        .outerjoin(_Approver, _Approver.id == Version.approver_id)
        .where(Version.id == version_id)
    ).one()


def _lessons(version_id: int) -> list[tuple[str, Json]]:
    rows = db.session.execute(
        select(LessonRevision.digest, LessonRevision.body)
        .join(VersionLesson, VersionLesson.lesson_id == LessonRevision.id)
        .where(VersionLesson.version_id == version_id)
        .order_by(VersionLesson.position, LessonRevision.digest)
    )
    return [(digest, digests.lesson_to_dict(digests.lesson_from_dict(body))) for digest, body in rows]


def _items(version_id: int, *, has_keys: bool) -> list[Json]:
    """Only the digests, as long as somebody may still be asked one of them."""
    statement = (
        select(ItemRevision.digest, ItemRevision.question, ItemKey.key)
        .join(VersionItem, VersionItem.item_id == ItemRevision.id)
        .join(ItemKey, ItemKey.item_id == ItemRevision.id)
        .where(VersionItem.version_id == version_id)
        .order_by(ItemRevision.digest)
    )
    if not has_keys:
        return [{"digest": digest} for digest in db.session.scalars(statement)]
    items = ((row.digest, digests.item_from(row.question, row.key)) for row in db.session.execute(statement))
    return [
        {"digest": digest, "question": digests.item_question(item), "key": digests.item_key(item)}
        for digest, item in items
    ]


def _clauses(version_id: int) -> list[Json]:
    rows = db.session.execute(
        select(ClauseRow.slug, VersionClause.text_hash)
        .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
        .where(VersionClause.version_id == version_id)
        .order_by(VersionClause.position)
    )
    return [{"clause": slug, "text_sha256": text_hash} for slug, text_hash in rows]
