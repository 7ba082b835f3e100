"""Queries for versions in other languages: which there are, and their words. Feedback is given only where asked for."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from lms.domain.policies import Clause
from lms.domain.translations import ORIGINAL, Translation
from lms.extensions import db
from lms.library.translating import clauses_in
from lms.library.translation_digests import from_dict
from lms.models import Policy, TranslationFeedback, TranslationRow, Version
from lms.policies.reading import clauses_of, version_clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as a reader gets it."""

    asked: str
    """The language they asked for."""
    language: str
    """The language of what is translated; English where nothing is."""
    others: tuple[str, ...]
    """Other languages that there are."""
    untranslated: frozenset[str]
    """Clauses that are shown in English beside translated ones."""
    title: str = ""
    """Of the policy, where it is translated."""


ENGLISH = Reading(asked=ORIGINAL, language=ORIGINAL, others=(), untranslated=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A translation as it was recorded."""

    id: int
    digest: str
    words: Translation


def newest_rows(policy_id: int) -> dict[tuple[int, str], TranslationRow]:
    """What counts of each version of a policy and language; one statement."""
    last = (
        select(func.max(TranslationRow.id))
        .join(Version, Version.id == TranslationRow.version_id)
        .where(Version.policy_id == policy_id)
        .group_by(TranslationRow.version_id, TranslationRow.language)
    )
    rows = db.session.scalars(select(TranslationRow).where(TranslationRow.id.in_(last)))
    return {(row.version_id, row.language): row for row in rows}


def translations(version_ids: Collection[int], language: str) -> dict[int, Stored]:
    """Words of versions in one language, by version, without feedback; one statement, none for English."""
    if language == ORIGINAL or not version_ids:
        return {}
    last = (
        select(func.max(TranslationRow.id))
        .where(TranslationRow.version_id.in_(version_ids), TranslationRow.language == language)
        .group_by(TranslationRow.version_id)
    )
    rows = db.session.scalars(
        select(TranslationRow).where(TranslationRow.id.in_(last), TranslationRow.is_empty.is_(False))
    )
    return {row.version_id: _stored(row) for row in rows}


def translation_of(translation_id: int | None) -> Stored | None:
    """What an attempt was begun in, without feedback; one statement, none for English."""
    return _stored(db.session.get_one(TranslationRow, translation_id)) if translation_id is not None else None


def feedback_in(translation_id: int) -> dict[str, dict[str, str]]:
    """Feedback by item and option, for results only; one statement."""
    return db.session.get_one(TranslationFeedback, translation_id).feedback


def _stored(row: TranslationRow) -> Stored:
    return Stored(id=row.id, digest=row.digest, words=from_dict(row.language, row.body))


def languages_of(version_id: int) -> tuple[str, ...]:
    """Codes of the languages in which there is something of a version, English first; one statement."""
    last = select(func.max(TranslationRow.id)).where(TranslationRow.version_id == version_id)
    found = db.session.scalars(
        select(TranslationRow.language)
        .where(TranslationRow.id.in_(last.group_by(TranslationRow.language)), TranslationRow.is_empty.is_(False))
        .order_by(TranslationRow.language)
    )
    return (ORIGINAL, *found)


def titles_in(language: str) -> dict[str, str]:
    """Titles of policies, by slug, where they are translated; one statement, none for English."""
    if language == ORIGINAL:
        return {}
    last = (
        select(func.max(TranslationRow.id))
        .where(TranslationRow.language == language)
        .group_by(TranslationRow.version_id)
    )
    rows = db.session.execute(
        select(Policy.slug, TranslationRow.body["title"].as_string())
        .join(Version, Version.id == TranslationRow.version_id)
        .join(Policy, Policy.id == Version.policy_id)
        .where(TranslationRow.id.in_(last), TranslationRow.is_empty.is_(False), Version.published_at.is_not(None))
        .order_by(Version.number)
    )
    return {slug: title for slug, title in rows if title}


def read_in(version_id: int, *, language: str) -> tuple[tuple[Clause, ...], Reading]:
    """The clauses of a version as far as they are translated; three statements, four in another language."""
    clauses = version_clauses(version_id)
    found = translations([version_id], language).get(version_id)
    shown = language if found else ORIGINAL
    untranslated = {clause.id for clause in clauses if clause.id not in found.words.clauses} if found else ()
    reading = Reading(
        asked=language,
        language=shown,
        others=tuple(code for code in languages_of(version_id) if code != shown),
        untranslated=frozenset(untranslated),
        title=found.words.title if found else "",
    )
    return clauses_in(clauses, found.words) if found else clauses, reading


def both_in(older: int, newer: int, *, language: str) -> tuple[tuple[tuple[Clause, ...], tuple[Clause, ...]], Reading]:
    """The clauses of two versions in a language that has all of them, else in English; two or three statements."""
    clauses = clauses_of([older, newer])
    stored = translations([older, newer], language)
    is_whole = all(
        row in stored and all(clause.id in stored[row].words.clauses for clause in clauses[row])
        for row in (older, newer)
    )
    reading = Reading(
        asked=language,
        language=language if is_whole else ORIGINAL,
        others=(ORIGINAL,) if is_whole else (),
        untranslated=frozenset(),
        title=stored[newer].words.title if is_whole else "",
    )
    old, new = (clauses_in(clauses[row], stored[row].words) if is_whole else clauses[row] for row in (older, newer))
    return (old, new), reading
