"""Published versions: their digests, and the hashes of their clauses, lessons and items, computed anew."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from lms.domain.policies import Block
from lms.domain.quizzes import QuizRules
from lms.extensions import db
from lms.library import digests, normalising
from lms.library.clauses import TextRefused, split
from lms.library.digests import Json
from lms.models import (
    ClauseRow,
    ItemKey,
    ItemRevision,
    LessonRevision,
    Policy,
    Version,
    VersionClause,
    VersionItem,
    VersionLesson,
)


def lessons() -> Iterator[str]:
    """Each revision of a lesson bears the digest of its text."""
    for slug, digest, body in db.session.execute(
        select(LessonRevision.slug, LessonRevision.digest, LessonRevision.body).order_by(LessonRevision.id)
    ):
        if _given(lambda body=body: digests.lesson_digest(digests.lesson_from_dict(body))) != digest:
            yield f"A revision of the lesson {slug} is not the text that its digest names."


def items() -> Iterator[str]:
    """Each revision of an item bears the digest of its question and key."""
    for slug, digest, question, key in db.session.execute(
        select(ItemRevision.slug, ItemRevision.digest, ItemRevision.question, ItemKey.key)
        .outerjoin(ItemKey, ItemKey.item_id == ItemRevision.id)
        .order_by(ItemRevision.id)
    ):
        if key is None:
            yield f"A revision of the item {slug} has lost its key."
        elif _given(lambda pair=(question, key): digests.item_digest(digests.item_from(*pair))) != digest:
            yield f"A revision of the item {slug} is not the question and key that its digest names."


def versions() -> Iterator[str]:
    """Each published version is what was frozen: digest over everything, hashes of every clause."""
    published = db.session.execute(
        select(Version.id, Version.number, Version.text, Version.quiz, Version.digest, Policy.slug)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Version.published_at.is_not(None))
        .order_by(Policy.slug, Version.number)
    ).all()
    frozen_lessons, frozen_items = _frozen_lessons(), _frozen_items()
    for row in published:
        name = f"Version {row.number} of {row.slug}"
        if _given(lambda row=row: _digest(row, frozen_lessons[row.id], frozen_items[row.id])) != row.digest:
            yield f"{name} is not what was published: its digest is another."
        for finding in _clauses(row.id, row.text):
            yield f"{name}: {finding}"


def _given(compute: Callable[[], str]) -> str | None:
    """A digest, or None where what somebody wrote there is not even of its kind."""
    try:
        return compute()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None


def _digest(row: Any, lessons: list[Json], items: list[tuple[Json, Json]]) -> str:
    return digests.version_digest(
        row.text,
        lessons=[digests.lesson_from_dict(body) for body in lessons],
        items=[digests.item_from(question, key) for question, key in items],
        rules=QuizRules(**row.quiz),
    )


def _frozen_lessons() -> dict[int, list[Json]]:
    found: dict[int, list[Json]] = defaultdict(list)
    for version_id, body in db.session.execute(
        select(VersionLesson.version_id, LessonRevision.body).join(
            LessonRevision, LessonRevision.id == VersionLesson.lesson_id
        )
    ):
        found[version_id].append(body)
    return found


def _frozen_items() -> dict[int, list[tuple[Json, Json]]]:
    """Questions and keys by version; one that lost its key is told by `items`, and by the digest."""
    found: dict[int, list[tuple[Json, Json]]] = defaultdict(list)
    for version_id, question, key in db.session.execute(
        select(VersionItem.version_id, ItemRevision.question, ItemKey.key)
        .join(ItemRevision, ItemRevision.id == VersionItem.item_id)
        .join(ItemKey, ItemKey.item_id == ItemRevision.id)
    ):
        found[version_id].append((question, key))
    return found


def _clauses(version_id: int, text: str) -> Iterator[str]:
    rows = db.session.execute(
        select(ClauseRow.slug, *VersionClause.__table__.columns)
        .join(ClauseRow, ClauseRow.id == VersionClause.clause_id)
        .where(VersionClause.version_id == version_id)
        .order_by(VersionClause.position)
    ).all()
    try:
        sections = split(text)
    except TextRefused as refused:
        yield f"its text cannot be read any more. {refused}"
        return
    is_split_alike = len(sections) == len(rows)  # else frozen by a release that split texts otherwise
    for place, row in enumerate(rows):
        blocks = sections[place].blocks if is_split_alike else _blocks(row.source)
        if normalising.text_hash(blocks) != row.text_hash or (is_split_alike and sections[place].source != row.source):
            yield f"the clause {row.slug} is not the text that its hash names."
        if normalising.title_hash(row.title) != row.title_hash:
            yield f"the heading of the clause {row.slug} is not the one that its hash names."
        if is_split_alike and normalising.links_hash(sections[place].links) != row.links_hash:
            yield f"the links of the clause {row.slug} are not those that its hash names."


def _blocks(source: str) -> tuple[Block, ...]:
    return tuple(block for section in split(source) for block in section.blocks)
