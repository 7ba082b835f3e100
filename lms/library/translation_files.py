"""The files of a translation: `v2.es.md`, `lessons/<slug>.es.md`, `quizzes/<policy>.es.yaml`.

Each holds words for what its English file holds, under the same ids. Source: content/README.md.
"""

from dataclasses import dataclass

from pydantic import Field

from lms.domain.policies import Section
from lms.domain.translations import ClauseWords, ItemWords, LessonWords
from lms.library import formats, lesson_files, strict_yaml
from lms.library.clauses import INTRODUCTION, TextRefused, split
from lms.library.formats import Form, Line, Slug, Text
from lms.library.item_rules import twin_key
from lms.library.problems import ContentError, Problem
from lms.library.quiz_files import MAX_ITEMS
from lms.library.strict_yaml import Document


class LessonWordsForm(Form):
    """The front matter of a translated lesson."""

    title: Line
    sensitive: Line | None = None


class OptionWordsForm(Form):
    """One of `options`."""

    id: Slug
    text: Text | None = None
    """Left out where nothing is chosen: a number, a short text."""
    forms: list[Line] = Field(default_factory=list)
    """Of a short text: what may be written in this language."""
    feedback: Text | None = None


class NamedWordsForm(Form):
    """One of `choices` or `units`."""

    id: Slug
    text: Text


class ItemWordsForm(Form):
    """One of `items`; those of a case stand here like any others."""

    id: Slug
    stem: Text
    sensitive: Line | None = None
    options: list[OptionWordsForm] = Field(default_factory=list)
    choices: list[NamedWordsForm] = Field(default_factory=list)
    units: list[NamedWordsForm] = Field(default_factory=list)
    case: Text | None = None


class QuizWordsForm(Form):
    """The whole of a translated quiz file."""

    items: list[ItemWordsForm] = Field(max_length=MAX_ITEMS)


@dataclass(frozen=True, slots=True)
class QuizWords:
    """A translated quiz file as read, with the line on which each item begins."""

    items: dict[str, ItemWords]
    document: Document


def text(written: str, *, file: str) -> dict[str, ClauseWords]:
    """Clauses by id; their headings say which they are. Raises ContentError with every problem."""
    try:
        sections = split(written)
    except TextRefused as refused:
        message = str(refused).removeprefix(f"Line {refused.line}: ").rstrip(".")
        raise ContentError([Problem(file, refused.line, "", message, "change the text there")]) from refused
    remedy = "write the id of the clause behind its title, as in `## Título {#need-to-know}`"
    problems = [
        Problem(file, section.line, section.title, "this heading does not say which clause it is", remedy)
        for section in sections
        if _id(section) is None
    ]
    problems += [
        Problem(file, section.line, section.title, "a translation has the id of a clause alone", "delete the rest")
        for section in sections
        if section.queues or section.is_need_to_know
    ]
    if problems:
        raise ContentError(problems)
    return {
        str(_id(section)): ClauseWords(title=section.title, source=section.source, path=section.path)
        for section in sections
    }


def _id(section: Section) -> str | None:
    return section.explicit_id or (INTRODUCTION if section.level == 0 else None)


def lesson(written: str, *, file: str) -> LessonWords:
    """Read the words of a lesson. Raises ContentError with every problem."""
    front, body, first_line = lesson_files.front_matter(written, file)
    form = formats.read_as(LessonWordsForm, strict_yaml.load(front, file=file, first_line=2))
    parts = lesson_files.parts(body, first_line)
    problems = [
        Problem(file, part.line, part.title, "a translation does not say what a section teaches", "delete the braces")
        for part in parts
        if part.title.rstrip().endswith("}")
    ]
    if problems:
        raise ContentError(problems)
    return LessonWords(
        title=form.title,
        sensitive=form.sensitive or "",
        sections=tuple((part.title, "\n".join(part.body).strip("\n") + "\n") for part in parts),
    )


def quiz(written: str, *, file: str) -> QuizWords:
    """Read the words of a quiz. Raises ContentError with every problem."""
    document = strict_yaml.load(written, file=file)
    form = formats.read_as(QuizWordsForm, document)
    ids = ((("items", index, "id"), item.id) for index, item in enumerate(form.items))
    problems = formats.refuse_twins(ids, document=document, what="items")
    for index, item in enumerate(form.items):
        path: strict_yaml.Path = ("items", index, "options")
        options = list(enumerate(item.options))
        named = (((*path, place, "id"), option.id) for place, option in options)
        problems += formats.refuse_twins(named, document=document, what="options")
        said = (((*path, place, "text"), twin_key(option.text)) for place, option in options if option.text)
        problems += formats.refuse_twins(said, document=document, what="options that say")
    if problems:
        raise ContentError(problems)
    return QuizWords({item.id: _words(item) for item in form.items}, document)


def _words(item: ItemWordsForm) -> ItemWords:
    return ItemWords(
        stem=item.stem,
        sensitive=item.sensitive or "",
        options={option.id: option.text for option in item.options if option.text},
        choices={each.id: each.text for each in item.choices},
        units={each.id: each.text for each in item.units},
        case=item.case or "",
        feedback={option.id: option.feedback for option in item.options if option.feedback},
        forms={option.id: tuple(option.forms) for option in item.options if option.forms},
    )
