"""What a person reads and signs in another language: a module's clauses and lessons, the items of an attempt. No SQL.

A clause is shown in that language when all its wordings on the page are there in it, so that old and new can be
compared; everything else is shown in English and marked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.domain.modules import ModuleLesson
from lms.domain.policies import Clause
from lms.domain.quizzes import Item, Lesson
from lms.domain.translations import ORIGINAL, Translation, item_in, lesson_in
from lms.languages import LANGUAGES
from lms.library.translating import clauses_in
from lms.policies.queries import Stored
from lms.training.teaching import Taught
from lms.training.words import statement

ClauseTexts = Mapping[int, Mapping[str, Clause]]
"""Clauses of versions, by number and id."""


class Translated:
    """The texts of a module in English and, as far as they are translated, in one other language."""

    def __init__(self, texts: ClauseTexts, words: Mapping[int, Translation]) -> None:
        self._english, self._words = texts, words
        self._worded: dict[int, dict[str, Clause]] = {
            number: {clause.id: clause for clause in clauses_in(tuple(texts[number].values()), words[number])}
            for number in words.keys() & texts.keys()
        }

    def of(self, part: Taught) -> tuple[ClauseTexts, str]:
        """The texts in which a clause is shown, and their language."""
        shown = {(part.number, part.clause)} if part.clause in self._english[part.number] else set()
        if part.old_number is not None:
            shown |= {(part.old_number, clause) for clause in part.old_clauses}
        if not all(number in self._worded and clause in self._words[number].clauses for number, clause in shown):
            return self._english, ORIGINAL
        return {**self._english, **self._worded}, self._words[part.number].language


def lessons_in(
    shown: Sequence[ModuleLesson], lessons: Sequence[Lesson], words: Translation | None
) -> tuple[tuple[ModuleLesson, ...], frozenset[str]]:
    """The lessons of a module as far as they are translated, and the slugs of those that are."""
    if words is None:
        return tuple(shown), frozenset()
    whole = {lesson.slug: lesson for lesson in lessons}
    known = words.lessons
    made = tuple(lesson_in(each, whole[each.slug], known[each.slug]) if each.slug in known else each for each in shown)
    return made, frozenset(each.slug for each in shown if each.slug in known)


def item_shown(
    item: Item, words: Translation | None, feedback: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[Item, str]:
    """An item in the language of an attempt, and that language; English where it is not translated."""
    mine = words.items.get(item.id) if words else None
    if words is None or mine is None:
        return item, ORIGINAL
    return item_in(item, replace(mine, feedback=(feedback or {}).get(item.id, {}))), words.language


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """The statement that a person signs."""

    words: str
    language: str
    translation: str
    """Digest of what was read beside the version itself; empty for English."""


def to_sign(
    title: str, number: int, clauses: Sequence[str], *, alive: Collection[str], stored: Stored | None
) -> ToSign:
    """The statement in the language in which every clause was read, if it is there in that language; else in English.

    `alive` are the clauses that the version has: what it removed was read in the words of an older one.
    """
    words = stored.words if stored else None
    read = {clause for clause in clauses if clause in alive}
    if stored is None or words is None or words.language not in LANGUAGES or not read <= words.clauses.keys():
        return ToSign(words=statement(title, number, len(clauses)), language=ORIGINAL, translation="")
    said = statement(words.title or title, number, len(clauses), words.language)
    return ToSign(words=said, language=words.language, translation=stored.digest)
