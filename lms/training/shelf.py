"""Queries for what versions froze, many policies at once: texts, lessons, questions, rules. Never a key."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import defer, load_only

from lms.domain import records
from lms.domain.policies import Proof
from lms.domain.quizzes import Item, Lesson, QuizRules, is_fresh
from lms.extensions import db
from lms.models import (
    ChangeRow,
    ClauseRow,
    ItemRevision,
    LessonRevision,
    Policy,
    Version,
    VersionClause,
    VersionItem,
    VersionLesson,
)
from lms.models.corrections import is_void
from lms.training.kept import LESSONS, QUESTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A version with everything that a module of it needs."""

    policy_id: int
    slug: str
    title: str
    proof: Proof
    version_id: int
    number: int
    effective_at: datetime
    reason: str
    """Why the version was made."""
    is_emergency: bool
    is_need_to_know: bool
    rules: QuizRules | None
    """None where proof is by reading and signing."""
    lessons: tuple[Lesson, ...]
    items: tuple[Item, ...]
    """Without keys; what was found wrong since and is void is asked no more, and not here."""
    item_ids: Mapping[str, int]
    """Revision by item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A clause as one version has it."""

    title: str
    source: str
    """Markdown."""
    text_hash: str
    is_need_to_know: bool


Numbers = Mapping[str, Collection[int]]
"""Numbers of versions by policy."""


def frozen(targets: Mapping[str, int]) -> dict[str, Frozen]:
    """One version of each policy (`targets`: its number by slug), by slug.

    Three statements, and up to two for what this process has not read before.
    """
    chosen = _chosen({slug: [number] for slug, number in targets.items()})
    versions = db.session.execute(
        select(Policy, Version)
        .options(defer(Version.text, raiseload=True))
        .join(Version, Version.policy_id == Policy.id)
        .where(chosen)
    ).all()
    ids = [version.id for _, version in versions]
    lessons = _lessons(ids)
    items = _items(ids)
    return {
        policy.slug: Frozen(
            policy_id=policy.id,
            slug=policy.slug,
            title=policy.title,
            proof=policy.proof,
            version_id=version.id,
            number=version.number,
            effective_at=version.effective_at,
            reason=version.reason,
            is_emergency=version.provisional_hours is not None,
            is_need_to_know=policy.is_need_to_know,
            rules=rules_of(policy, version),
            lessons=tuple(lessons[version.id]),
            items=tuple(item for _, item in items[version.id]),
            item_ids={item.id: revision_id for revision_id, item in items[version.id]},
        )
        for policy, version in versions
    }


def rules_of(policy: Policy, version: Version) -> QuizRules | None:
    """The rules of a version's quiz; None where the policy is proven by reading and signing."""
    return None if policy.proof is Proof.ATTEST else QuizRules(**version.quiz)


def _lessons(version_ids: Collection[int]) -> Mapping[int, list[Lesson]]:
    rows = db.session.execute(
        select(VersionLesson.version_id, LessonRevision.id, LessonRevision.digest)
        .join(LessonRevision, LessonRevision.id == VersionLesson.lesson_id)
        .where(VersionLesson.version_id.in_(version_ids))
        .order_by(VersionLesson.position)
    ).all()
    known = LESSONS.of({digest: revision_id for _, revision_id, digest in rows})
    found: dict[int, list[Lesson]] = defaultdict(list)
    for version_id, _, digest in rows:
        found[version_id].append(known[digest])
    return found


def _items(version_ids: Collection[int]) -> Mapping[int, list[tuple[int, Item]]]:
    rows = db.session.execute(
        select(VersionItem.version_id, ItemRevision.id, ItemRevision.digest)
        .join(ItemRevision, ItemRevision.id == VersionItem.item_id)
        .where(VersionItem.version_id.in_(version_ids), ~is_void(ItemRevision.id))
        .order_by(ItemRevision.slug)
    ).all()
    known = QUESTIONS.of({digest: revision_id for _, revision_id, digest in rows})
    found: dict[int, list[tuple[int, Item]]] = defaultdict(list)
    for version_id, revision_id, digest in rows:
        found[version_id].append((revision_id, known[digest]))
    return found


def version_ids(slug: str, numbers: Collection[int]) -> dict[int, int]:
    """Ids of versions of a policy by number; one statement."""
    rows = db.session.execute(
        select(Version.number, Version.id)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == slug, Version.number.in_(numbers), Version.published_at.is_not(None))
    )
    return {number: version_id for number, version_id in rows}


def wordings(wanted: Numbers) -> dict[str, dict[int, dict[str, Wording]]]:
    """Titles and texts of the clauses of versions: by policy, number and clause, in order; one statement."""
    found: dict[str, dict[int, dict[str, Wording]]] = {slug: defaultdict(dict) for slug in wanted}
    for policy, number, clause, row in db.session.execute(
        select(Policy.slug, Version.number, ClauseRow.slug, VersionClause)
        .options(
            load_only(
                VersionClause.title,
                VersionClause.source,
                VersionClause.text_hash,
                VersionClause.is_need_to_know,
                raiseload=True,
            )
        )
        .join(Version, Version.id == VersionClause.version_id)
        .join(Policy, Policy.id == Version.policy_id)
        .join(ClauseRow, ClauseRow.id == VersionClause.clause_id)
        .where(_chosen(wanted))
        .order_by(VersionClause.version_id, VersionClause.position)
    ):
        found[policy][number][clause] = Wording(
            title=row.title, source=row.source, text_hash=row.text_hash, is_need_to_know=row.is_need_to_know
        )
    return found


def reasons(wanted: Numbers) -> dict[str, dict[int, dict[str, str]]]:
    """What was said about each changed clause: by policy, number of the version and clause; one statement."""
    found: dict[str, dict[int, dict[str, str]]] = {slug: defaultdict(dict) for slug in wanted}
    for policy, number, clause, reason in db.session.execute(
        select(Policy.slug, Version.number, ClauseRow.slug, ChangeRow.reason)
        .join(Version, Version.id == ChangeRow.version_id)
        .join(Policy, Policy.id == Version.policy_id)
        .join(ClauseRow, ClauseRow.id == ChangeRow.clause_id)
        .where(_chosen(wanted))
    ):
        found[policy][number][clause] = reason
    return found


def _chosen(wanted: Numbers) -> ColumnElement[bool]:
    each = (and_(Policy.slug == slug, Version.number.in_(numbers)) for slug, numbers in wanted.items() if numbers)
    return or_(false(), *each)


def changed_in(versions: Iterable[records.Version]) -> dict[str, set[int]]:
    """Numbers of the versions that changed each clause materially, its removal among them."""
    found: dict[str, set[int]] = defaultdict(set)
    for version in versions:
        for change in version.changes:
            if change.is_material:
                found[change.clause].add(version.number)
    return dict(found)


def fresh_items(version: Frozen, versions: Iterable[records.Version]) -> list[Item]:
    """The items of a version that may be asked, `versions` being those that were published when they are."""
    changes = changed_in(versions)
    return [
        item
        for item in version.items
        if is_fresh(item.validity, item.clauses, version=version.number, changed_in=changes)
    ]
