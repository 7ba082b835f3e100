"""Keeps translations beside the versions that they are of: what is new or different is added, nothing is replaced.

Nothing here commits. What a page shows of them is in `translations.py`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.policies import Clause
from lms.domain.quizzes import Item, Lesson
from lms.domain.translations import Translation, Worded, carried
from lms.extensions import db
from lms.library import digests, translation_digests
from lms.library.shelf import ShelfPolicy
from lms.library.shelf_translations import ShelfTranslation
from lms.models import (
    ItemRevision,
    LessonRevision,
    Policy,
    TranslationFeedback,
    TranslationRow,
    Version,
    VersionItem,
    VersionLesson,
)
from lms.policies.reading import clauses_of
from lms.policies.refusals import ContentRefused
from lms.policies.translations import newest_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTranslation:
    """A translation of a version that was new or different."""

    policy: str
    number: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frozen:
    """A version and what it is made of."""

    version_id: int
    number: int
    clauses: tuple[Clause, ...]
    lessons: frozenset[str]
    """Digests."""
    items: frozenset[str]


def keep_translations(
    policy: Policy, shelf_policy: ShelfPolicy, *, by: int | None, now: datetime
) -> list[KeptTranslation]:
    """Record the translations of a policy's versions as the shelf has them, and say which were new or different.

    Words of lessons and items count for versions that froze the very lesson or item that is on the shelf now. A
    language that is no longer on the shelf gets an empty translation, so that English is read again.
    Raises ContentRefused.
    """
    known = newest_rows(policy.id)
    languages = sorted({*shelf_policy.translations, *(language for _, language in known)})
    if not languages:
        return []
    kept = []
    versions = _versions(policy.id)
    for language in languages:
        translation = shelf_policy.translations.get(language, ShelfTranslation())
        earlier: list[Worded] = []
        for version in versions:
            made = _made(version, shelf_policy, translation, language=language, earlier=earlier)
            earlier += [Worded(clause=each, words=made.clauses.get(each.id)) for each in version.clauses]
            row = known.get((version.version_id, language))
            if _is_added(version, made, policy=policy.slug, known=row, now=now):
                kept.append(KeptTranslation(policy=policy.slug, number=version.number, language=language))
                about = f"{policy.slug} version {version.number} ({language})"
                auditing.note(Act.TRANSLATION_LOADED, by=by, at=now, about=about)
    db.session.flush()
    return kept


def _made(
    version: _Frozen,
    shelf_policy: ShelfPolicy,
    translation: ShelfTranslation,
    *,
    language: str,
    earlier: Sequence[Worded],
) -> Translation:
    own = translation.texts.get(version.number, {})
    unknown = sorted(own.keys() - {clause.id for clause in version.clauses})
    if unknown:
        raise ContentRefused(
            "content/%(slug)s/v%(number)s.%(language)s.md: version %(number)s has no clause “%(clause)s”. Write the id "
            "of one of its clauses behind the heading, as in {#id}.",
            slug=shelf_policy.slug,
            number=version.number,
            language=language,
            clause=unknown[0],
        )
    clauses = carried(own, version.clauses, earlier=earlier)
    lessons = _same(shelf_policy.lessons, version.lessons)
    items = _same(shelf_policy.items, version.items)
    is_any = bool(clauses or translation.lessons.keys() & lessons or translation.items.keys() & items)
    return Translation(
        language=language,
        title=translation.title if is_any else "",
        clauses=clauses,
        lessons={slug: words for slug, words in translation.lessons.items() if slug in lessons},
        items={item_id: words for item_id, words in translation.items.items() if item_id in items},
    )


def _same(parts: Sequence[Lesson | Item], frozen: frozenset[str]) -> set[str]:
    """Slugs or ids of lessons or items that a version froze as they are on the shelf now."""
    found = set()
    for part in parts:
        if isinstance(part, Lesson):
            name, digest = part.slug, digests.lesson_digest(part)
        else:
            name, digest = part.id, digests.item_digest(part)
        if digest in frozen:
            found.add(name)
    return found


def _is_added(version: _Frozen, made: Translation, *, policy: str, known: TranslationRow | None, now: datetime) -> bool:
    body, feedback = translation_digests.to_dict(made), translation_digests.feedback_of(made)
    forms = translation_digests.forms_of(made)
    digest = translation_digests.digest(
        body, feedback, forms=forms, policy=policy, number=version.number, language=made.language
    )
    if (known is None and made.is_empty) or (known is not None and known.digest == digest):
        return False
    row = TranslationRow(
        version_id=version.version_id,
        language=made.language,
        digest=digest,
        is_empty=made.is_empty,
        body=body,
        recorded_at=now,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(TranslationFeedback(translation_id=row.id, feedback=feedback, forms=forms))
    return True


def _versions(policy_id: int) -> list[_Frozen]:
    """All versions of a policy, its draft too, oldest first; five statements."""
    numbers = dict(db.session.execute(select(Version.id, Version.number).where(Version.policy_id == policy_id)).all())
    clauses = clauses_of(numbers)
    lessons = _digests(
        select(VersionLesson.version_id, LessonRevision.digest)
        .join(LessonRevision, LessonRevision.id == VersionLesson.lesson_id)
        .where(VersionLesson.version_id.in_(numbers))
    )
    items = _digests(
        select(VersionItem.version_id, ItemRevision.digest)
        .join(ItemRevision, ItemRevision.id == VersionItem.item_id)
        .where(VersionItem.version_id.in_(numbers))
    )
    return [
        _Frozen(
            version_id=version_id,
            number=number,
            clauses=clauses[version_id],
            lessons=frozenset(lessons[version_id]),
            items=frozenset(items[version_id]),
        )
        for version_id, number in sorted(numbers.items(), key=lambda pair: pair[1])
    ]


def _digests(query: object) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for version_id, digest in db.session.execute(query):  # type: ignore[call-overload]
        found[version_id].add(digest)
    return found
