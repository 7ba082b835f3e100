"""Whether translations fit the versions they are of, and what they lack; a part of `muster content check`.

That lessons and items have the shape of the English ones is seen as they are read, in `shelf_translations.py`.
"""

from collections.abc import Iterable, Iterator

from lms.domain.quizzes import ItemType, is_right_for
from lms.domain.translations import Worded, carried
from lms.library.markdown_checks import of_markdown
from lms.library.problems import Problem
from lms.library.shelf import LESSONS, QUIZZES, ShelfPolicy
from lms.library.shelf_translations import ShelfTranslation
from lms.library.shelf_versions import ShelfVersion

MOST_NAMED = 8


def of_policy(policy: ShelfPolicy, settled: tuple[ShelfVersion, ...]) -> Iterator[Problem]:
    """Find what does not fit in the translations of one policy."""
    for language, translation in policy.translations.items():
        for version in settled:
            yield from _of_text(policy, version, translation, language)
        yield from _not_renewed(policy, settled, translation, language)
        yield from _of_words(policy, translation, language)
        yield from _missing(policy, settled, translation, language)


def _text_file(policy: ShelfPolicy, number: int, language: str) -> str:
    return f"{policy.folder}/v{number}.{language}.md"


def _of_text(
    policy: ShelfPolicy, version: ShelfVersion, translation: ShelfTranslation, language: str
) -> Iterator[Problem]:
    file = _text_file(policy, version.number, language)
    for clause, words in translation.texts.get(version.number, {}).items():
        if clause not in version.alive:
            message = f"version {version.number} has no clause `{clause}`"
            yield Problem(file, None, clause, message, "write the id of one of its clauses, or delete it")
        yield from of_markdown(words.source, file=file, field=clause, level="error")


def _not_renewed(
    policy: ShelfPolicy, settled: tuple[ShelfVersion, ...], translation: ShelfTranslation, language: str
) -> Iterator[Problem]:
    """Name the clauses that changed their meaning and whose words are still those of the version before."""
    for version in settled[1:]:
        own, before = (translation.texts.get(number, {}) for number in (version.number, version.number - 1))
        for change in version.material:
            words, old = own.get(change.clause), before.get(change.clause)
            if words and old and (words.title, words.source.strip()) == (old.title, old.source.strip()):
                file = _text_file(policy, version.number, language)
                message = f"`{change.clause}` changed, and its words are those of version {version.number - 1}"
                yield Problem(file, None, change.clause, message, "translate it anew", "warning")


def _of_words(policy: ShelfPolicy, translation: ShelfTranslation, language: str) -> Iterator[Problem]:
    drawn = {picture.address for lesson in policy.lessons for picture in lesson.pictures}
    for slug, lesson in translation.lessons.items():
        body = "\n\n".join(body for _, body in lesson.sections)
        file = f"{policy.folder}/{LESSONS}/{slug}.{language}.md"
        yield from of_markdown(body, file=file, field="", level="warning", known=drawn)
    file = f"{QUIZZES}/{policy.slug}.{language}.yaml"
    english = {item.id: item for item in policy.items}
    for item_id, item in translation.items.items():
        shown = "\n\n".join([item.stem, *item.options.values(), *item.feedback.values()])
        known = {picture.address for picture in english[item_id].pictures}
        yield from of_markdown(shown, file=file, field=item_id, level="warning", known=known)
        if english[item_id].type is ItemType.SHORT and not item.forms:
            message = f"only English answers to `{item_id}` are right"
            remedy = "give its options `forms`: what may be written in this language"
            yield Problem(file, None, item_id, message, remedy, "warning")


def _missing(
    policy: ShelfPolicy, settled: tuple[ShelfVersion, ...], translation: ShelfTranslation, language: str
) -> Iterator[Problem]:
    """Say what of the newest version is read in English by who reads this language."""
    newest = settled[-1]
    words: dict[str, object] = {}
    earlier: list[Worded] = []
    for version in settled:
        found = carried(translation.texts.get(version.number, {}), version.clauses, earlier=earlier)
        earlier += [Worded(clause=clause, words=found.get(clause.id)) for clause in version.clauses]
        words = dict(found)
    clauses = [clause.id for clause in newest.clauses if clause.id not in words]
    lessons = [
        each.slug
        for each in policy.lessons
        if each.slug not in translation.lessons and is_right_for(each.validity, newest.number)
    ]
    items = [
        each.id
        for each in policy.items
        if each.id not in translation.items and is_right_for(each.validity, newest.number)
    ]
    for file, what, missing in (
        (_text_file(policy, newest.number, language), "clauses", clauses),
        (f"{policy.folder}/{LESSONS}", "lessons", lessons),
        (f"{QUIZZES}/{policy.slug}.{language}.yaml", "items", items),
    ):
        if missing:
            message = f"{len(missing)} {what} have no words in `{language}`: {_listed(missing)}"
            yield Problem(file, None, "", message, "they are read in English until they are translated", "warning")


def _listed(names: Iterable[str]) -> str:
    every = sorted(names)
    return ", ".join([*every[:MOST_NAMED], *(["…"] if len(every) > MOST_NAMED else [])])
