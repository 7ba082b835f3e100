"""Translations of a version as values: the same clauses, lessons and items in the words of another language.

The English text is what was decided; a translation adds words and never a rule, so what it lacks is read in English.
Source: docs/decisions/0019-a-translation-is-words-beside-a-version.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.domain.marking import normal_form
from lms.domain.modules import ModuleLesson
from lms.domain.policies import Clause
from lms.domain.quizzes import TYPED, Item, Lesson, Option

ORIGINAL = "en"
"""The language of every text, lesson and item that a version freezes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseWords:
    """A clause in another language."""

    title: str
    source: str
    """Markdown."""
    path: tuple[str, ...] = ()
    """Headings above it in its file, outermost first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonWords:
    """A lesson in another language."""

    title: str
    sensitive: str
    sections: tuple[tuple[str, str], ...]
    """Title and Markdown of each section, in the order of the lesson's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWords:
    """An item in another language."""

    stem: str
    sensitive: str
    options: Mapping[str, str]
    """Texts by option."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Texts of what options are matched with."""
    units: Mapping[str, str] = field(default_factory=dict)
    case: str = ""
    """The vignette that the item is about."""
    feedback: Mapping[str, str] = field(default_factory=dict)
    """By option; empty where pages before submission read it."""
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Short text: what may be written in this language, by option; empty in the same places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """What there is of one version in one language."""

    language: str
    title: str
    """Of the policy; empty when it is not translated."""
    clauses: Mapping[str, ClauseWords]
    lessons: Mapping[str, LessonWords]
    items: Mapping[str, ItemWords]

    @property
    def is_empty(self) -> bool:
        """True when there is nothing of it."""
        return not (self.title or self.clauses or self.lessons or self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A clause as one version has it, and its words in another language, if there are any."""

    clause: Clause
    words: ClauseWords | None


def carried(
    own: Mapping[str, ClauseWords], clauses: Sequence[Clause], *, earlier: Sequence[Worded]
) -> dict[str, ClauseWords]:
    """Words for the clauses of a version: its own, else those of the last version that says the same in English.

    `earlier` are the clauses of the versions before it, oldest first. A clause whose text or title is another gets
    none, for words of a rule that changed would say the old rule.
    """
    known = {(each.clause.id, each.clause.text_hash, each.clause.title_hash): each.words for each in earlier}
    found = {}
    for clause in clauses:
        words = own.get(clause.id) or known.get((clause.id, clause.text_hash, clause.title_hash))
        if words is not None:
            found[clause.id] = words
    return found


def headings(clauses: Sequence[Clause], words: Mapping[str, ClauseWords]) -> dict[tuple[str, ...], str]:
    """Words of headings by where they stand in the English text: of clauses, and of headings above them.

    A file that has only some clauses of a version may leave out the headings above them; then another one tells.
    """
    found: dict[tuple[str, ...], str] = {}
    for clause in clauses:
        mine = words.get(clause.id)
        if mine is None:
            continue
        found[(*clause.path, clause.title)] = mine.title
        if len(mine.path) == len(clause.path):
            for depth, title in enumerate(mine.path, start=1):
                found.setdefault(clause.path[:depth], title)
    return found


def item_in(item: Item, words: ItemWords) -> Item:
    """Give the item in these words; ids, key and order stay, and what is not translated stays English.

    So do the answers that are recognised in what is written; those of the language come besides, see `with_forms`.
    """
    known = {} if item.type in TYPED else words.options
    return replace(
        item,
        stem=words.stem,
        sensitive=words.sensitive or item.sensitive,
        options=tuple(
            replace(
                option,
                text=known.get(option.id, option.text),
                feedback=words.feedback.get(option.id, option.feedback),
            )
            for option in item.options
        ),
        choices=tuple(replace(each, text=words.choices.get(each.id, each.text)) for each in item.choices),
        units=tuple(replace(each, text=words.units.get(each.id, each.text)) for each in item.units),
        case=replace(item.case, text=words.case or item.case.text) if item.case else None,
    )


def with_forms(item: Item, forms: Mapping[str, Sequence[str]]) -> Item:
    """Give a short text item that takes these forms too, by option; the English ones stay right in every language.

    So a form that the item takes for another option in English is not taken for this one. A translation that comes in
    has none, but a correction may have given the item a new answer since.
    """
    owner = {normal_form(text): option.id for option in item.options for text in (option.text, *option.also)}
    mine = {
        option.id: [text for text in forms.get(option.id, ()) if owner.get(normal_form(text), option.id) == option.id]
        for option in item.options
    }
    return replace(item, options=tuple(_taking(option, mine[option.id]) for option in item.options))


def _taking(option: Option, forms: Sequence[str]) -> Option:
    """The first form is the text, so that who reads the key reads it in that language."""
    text, *more = (*forms, option.text)
    return replace(option, text=text, also=(*more, *option.also))


def lesson_in(shown: ModuleLesson, lesson: Lesson, words: LessonWords) -> ModuleLesson:
    """Give what a module shows of a lesson in these words; `lesson` is the whole of it."""
    sections = tuple(
        replace(section, title=title, body=body)
        for section, (title, body) in zip(lesson.sections, words.sections, strict=True)
        if section in shown.sections
    )
    return replace(shown, title=words.title, sections=sections, sensitive=words.sensitive or shown.sensitive)
