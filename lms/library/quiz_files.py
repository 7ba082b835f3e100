"""`quizzes/<policy>.yaml`: quiz rules and the item bank of a policy. Source: formats.md, domain.md section 6."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from lms.domain.quizzes import Case, Choice, Item, ItemType, Option, QuizRules, Unit
from lms.library import formats, item_rules, strict_yaml, teaching
from lms.library.formats import Form, Line, Slug, Text, Truth, Wrong
from lms.library.problems import ContentError, Problem
from lms.library.strict_yaml import Document, Path
from lms.library.teaching import TeachingForm

MAX_ITEMS = 1000
CASE = "case"
"""The type of a vignette with items of its own."""
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
    if value != CASE and value not in list(ItemType):
        raise Wrong(f"there is no type {str(value)[:40]}", f"use one of {', '.join([*ItemType, CASE])}")
    return value


class OptionForm(Form):
    """One of `options`."""

    id: Slug
    text: Text
    key: Truth = False
    match: Slug | None = None
    also: list[Line] = Field(default_factory=list)
    feedback: Text | None = None
    right_until: Annotated[int | None, BeforeValidator(formats.or_null(formats.between(0, 9999)))] = None


class ChoiceForm(Form):
    """One of `choices`."""

    id: Slug
    text: Text


class UnitForm(Form):
    """One of `units`."""

    id: Slug
    text: Line
    factor: Annotated[Decimal, BeforeValidator(formats.amount)] = Decimal(1)


class CitesForm(Form):
    """`cites`."""

    key: Line
    others: list[Line]


class PartForm(Form):
    """One of the `items` of a case: what an item has, but for `since` and the like."""

    id: Slug
    type: Annotated[str, BeforeValidator(_type)]
    clauses: list[Line] = Field(default_factory=list)
    critical: Truth = False
    stem: Text
    options: list[OptionForm] = Field(default_factory=list)
    choices: list[ChoiceForm] = Field(default_factory=list)
    units: list[UnitForm] = Field(default_factory=list)
    tolerance: Annotated[Decimal, BeforeValidator(formats.amount)] = Decimal(0)
    credit: Literal["part", "whole"] = "part"
    cites: CitesForm | None = None


class ItemForm(TeachingForm, PartForm):
    """One of `items`."""

    pilot: Truth = False
    items: list[PartForm] = Field(default_factory=list)


class QuizForm(Form):
    """The whole of a quiz file."""

    quiz: RulesForm = RulesForm()
    items: list[ItemForm] = Field(max_length=MAX_ITEMS)


@dataclass(frozen=True, slots=True)
class QuizFile:
    """A quiz file as read, with the line on which each item begins."""

    rules: QuizRules
    items: tuple[Item, ...]
    """Those of a case one after the other."""
    document: Document
    paths: Mapping[str, Path]
    """Where each item stands in the document, by its id."""


def read(text: str, *, file: str) -> QuizFile:
    """Read a quiz file. Raises ContentError with every problem of the file."""
    document = strict_yaml.load(text, file=file)
    form = formats.read_as(QuizForm, document)
    problems: list[Problem] = []
    found: list[tuple[PartForm, ItemForm, Path]] = []
    for index, item in enumerate(form.items):
        path: Path = ("items", index)
        problems += [formats.problem_at(document, (*path, key), wrong) for key, wrong in teaching.problems(item)]
        if item.type == CASE:
            problems += [formats.problem_at(document, (*path, key), wrong) for key, wrong in item_rules.of_case(item)]
            found += [(part, item, (*path, "items", place)) for place, part in enumerate(item.items)]
        else:
            found.append((item, item, path))
    ids = [((*path, "id"), part.id) for part, _, path in found]
    ids += [(("items", index, "id"), item.id) for index, item in enumerate(form.items) if item.type == CASE]
    problems += formats.refuse_twins(ids, document=document, what="items")
    for part, _, path in found:
        problems += item_rules.of_item(part, path, document)
    if problems:
        raise ContentError(problems)
    return QuizFile(
        QuizRules(**form.quiz.model_dump()),
        tuple(_item(part, of) for part, of, _ in found),
        document,
        {part.id: path for part, _, path in found},
    )


def _item(form: PartForm, of: ItemForm) -> Item:
    """The item of a form; `of` is the entry of the file that it stands in: itself, or its case."""
    case = Case(id=of.id, text=of.stem, place=of.items.index(form) + 1) if of.type == CASE else None
    return Item(
        id=form.id,
        type=ItemType(form.type),
        clauses=tuple(form.clauses),
        stem=form.stem,
        options=tuple(
            Option(
                id=option.id,
                text=option.text,
                is_key=option.key,
                feedback=option.feedback or "",
                right_until=option.right_until,
                match=option.match,
                also=tuple(option.also),
            )
            for option in form.options
        ),
        validity=of.validity,
        is_critical=form.critical,
        sensitive=of.sensitive or "",
        cites_key=form.cites.key if form.cites else None,
        cites_others=tuple(form.cites.others) if form.cites else (),
        choices=tuple(Choice(id=choice.id, text=choice.text) for choice in form.choices),
        units=tuple(Unit(id=unit.id, text=unit.text, factor=unit.factor) for unit in form.units),
        tolerance=form.tolerance,
        is_whole=form.credit == "whole",
        is_pilot=of.pilot,
        case=case,
    )
