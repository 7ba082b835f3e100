"""`quizzes/<policy>.yaml`: quiz rules and the item bank of a policy. Source: formats.md, domain.md section 6."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from lms.domain.quizzes import Item, ItemType, Option, QuizRules
from lms.library import formats, strict_yaml, teaching
from lms.library.formats import Form, Line, Slug, Text, Truth, Wrong
from lms.library.problems import ContentError, Problem
from lms.library.strict_yaml import Document, Path
from lms.library.teaching import TeachingForm

MAX_OPTIONS = 10
MAX_ITEMS = 1000
LATER_TYPES = frozenset({"ordering", "matching", "number", "short", "case"})
"""Types of formats.md that cannot be answered yet."""
LONGEST_LIMIT = 24 * 60
"""Minutes."""


class RulesForm(Form):
    """`quiz`."""

    pass_mark: Annotated[int, BeforeValidator(formats.between(1, 100))] = 80
    per_clause: Annotated[int, BeforeValidator(formats.between(1, 20))] = 2
    attempts: Annotated[int, BeforeValidator(formats.between(1, 20))] = 3
    wait_minutes: Annotated[int, BeforeValidator(formats.between(0, 7 * 24 * 60))] = 15
    retake: Literal["missed", "all"] = "missed"
    time_limit_minutes: Annotated[int | None, BeforeValidator(formats.or_null(formats.between(1, LONGEST_LIMIT)))] = (
        None
    )
    feedback: Literal["after_pass", "after_submission", "never"] = "after_pass"


def _type(value: object) -> object:
    if value in LATER_TYPES:
        known = ", ".join(ItemType)
        raise Wrong(f"items of the type {value} cannot be answered yet", f"use one of {known}")
    return value


class OptionForm(Form):
    """One of `options`."""

    id: Slug
    text: Text
    key: Truth = False
    feedback: Text | None = None
    right_until: Annotated[int | None, BeforeValidator(formats.or_null(formats.between(0, 9999)))] = None


class CitesForm(Form):
    """`cites`."""

    key: Line
    others: list[Line]


class ItemForm(TeachingForm):
    """One of `items`."""

    id: Slug
    type: Annotated[ItemType, BeforeValidator(_type)]
    clauses: list[Line]
    critical: Truth = False
    stem: Text
    options: list[OptionForm]
    cites: CitesForm | None = None


class QuizForm(Form):
    """The whole of a quiz file."""

    quiz: RulesForm = RulesForm()
    items: list[ItemForm] = Field(max_length=MAX_ITEMS)


@dataclass(frozen=True, slots=True)
class QuizFile:
    """A quiz file as read, with the line on which each item begins."""

    rules: QuizRules
    items: tuple[Item, ...]
    document: Document


def read(text: str, *, file: str) -> QuizFile:
    """Read a quiz file. Raises ContentError with every problem of the file."""
    document = strict_yaml.load(text, file=file)
    form = formats.read_as(QuizForm, document)
    ids = ((("items", index, "id"), item.id) for index, item in enumerate(form.items))
    problems = formats.refuse_twins(ids, document=document, what="items")
    for index, item in enumerate(form.items):
        problems += _of_item(item, ("items", index), document)
    if problems:
        raise ContentError(problems)
    return QuizFile(QuizRules(**form.quiz.model_dump()), tuple(map(_item, form.items)), document)


def twin_key(text: str) -> str:
    """Give what two texts that look the same have in common: case, spaces and composed letters make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _item(form: ItemForm) -> Item:
    return Item(
        id=form.id,
        type=form.type,
        clauses=tuple(form.clauses),
        stem=form.stem,
        options=tuple(
            Option(
                id=option.id,
                text=option.text,
                is_key=option.key,
                feedback=option.feedback or "",
                right_until=option.right_until,
            )
            for option in form.options
        ),
        validity=form.validity,
        is_critical=form.critical,
        sensitive=form.sensitive or "",
        cites_key=form.cites.key if form.cites else None,
        cites_others=tuple(form.cites.others) if form.cites else (),
    )


def _of_item(item: ItemForm, path: Path, document: Document) -> list[Problem]:
    problems = [
        formats.problem_at(document, (*path, key), wrong)
        for key, wrong in (*teaching.problems(item), *_of_options(item), *_of_citations(item))
    ]
    if not item.clauses:
        wrong = Wrong("no clause is named", "name the clauses that it tests")
        problems.append(formats.problem_at(document, (*path, "clauses"), wrong))
    clauses = (((*path, "clauses", place), clause) for place, clause in enumerate(item.clauses))
    problems += formats.refuse_twins(clauses, document=document, what="clauses")
    options = [((*path, "options", place), option) for place, option in enumerate(item.options)]
    ids = (((*where, "id"), option.id) for where, option in options)
    problems += formats.refuse_twins(ids, document=document, what="options")
    texts = (((*where, "text"), twin_key(option.text)) for where, option in options)
    problems += formats.refuse_twins(texts, document=document, what="options that say")
    for where, option in options:
        if option.key and option.right_until is not None:
            wrong = Wrong("a key is right now, not until then", "delete `right_until`, or delete `key`")
            problems.append(formats.problem_at(document, (*where, "right_until"), wrong))
    return problems


def _of_options(item: ItemForm) -> Iterator[tuple[str, Wrong]]:
    count, keys = len(item.options), sum(option.key for option in item.options)
    if not 2 <= count <= MAX_OPTIONS:
        yield "options", Wrong(f"there are {count} options", f"give 2 to {MAX_OPTIONS}")
    elif item.type is ItemType.TRUE_FALSE and count != 2:
        yield "options", Wrong(f"there are {count} options", "give two, or make the type single")
    if not keys:
        yield "options", Wrong("no option is the right one", "write `key: true` on it")
    elif keys > 1 and item.type is not ItemType.MULTIPLE:
        yield "options", Wrong(f"{keys} options are right", "leave one `key: true`, or make the type multiple")


def _of_citations(item: ItemForm) -> Iterator[tuple[str, Wrong]]:
    if item.type is not ItemType.DECISION:
        if item.cites:
            yield "cites", Wrong("only a decision has clauses to choose from", "delete it, or make the type decision")
    elif not item.cites:
        yield "cites", Wrong("a decision needs the clause that carries it", "add cites: {key: …, others: [ … ]}")
    elif len({item.cites.key, *item.cites.others}) != len(item.cites.others) + 1:
        yield "cites", Wrong("a clause stands here twice", "name each clause once")
    elif not item.cites.others:
        yield "cites", Wrong("there is only one clause to choose from", "name at least one other")
    elif item.cites.key not in item.clauses:
        yield "cites", Wrong("the clause to choose is not among `clauses`", f"add {item.cites.key} to `clauses`")
