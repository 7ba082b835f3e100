"""What must be so in each item of a quiz file, by its type. Source: domain.md section 6, quizzes/README.md."""

import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from lms.domain.marking import normal_form
from lms.domain.quizzes import ItemType
from lms.library import formats
from lms.library.formats import Wrong
from lms.library.problems import Problem
from lms.library.strict_yaml import Document, Path

if TYPE_CHECKING:
    from lms.library.quiz_files import ChoiceForm, ItemForm, OptionForm, PartForm, UnitForm

MAX_OPTIONS = 10
FEWEST_TO_ORDER = 3
"""Two have an order that is guessed half of the time."""
ONE_KEY = frozenset({ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.DECISION, ItemType.NUMBER, ItemType.SHORT})
NO_KEY = frozenset({ItemType.ORDERING, ItemType.MATCHING})

Found = Iterator[tuple[str, Wrong]]
"""A key of the item, and what is wrong with it."""


def twin_key(text: str) -> str:
    """Give what two texts that look the same have in common: case, spaces and composed letters make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def of_case(case: "ItemForm") -> Found:
    """Check a vignette; its items are checked like any others."""
    if len(case.items) < 2:
        yield "items", Wrong("a case has two items or more", "add items, or write it as one item with its stem")
    for key in ("options", "choices", "units", "cites", "clauses"):
        if getattr(case, key):
            yield key, Wrong(f"a case has no {key} of its own", "move them into its items")
    if case.critical:
        yield "critical", Wrong("a case is not critical as a whole", "say it in its items")


def of_item(item: "PartForm", path: Path, document: Document) -> list[Problem]:
    """Check one item, of a case or on its own."""
    if item.type not in list(ItemType):
        wrong = Wrong("a case cannot stand in a case", "give the item another type")
        return [formats.problem_at(document, (*path, "type"), wrong)]
    kind = ItemType(item.type)
    checks = (_of_options, _of_number, _of_short, _of_matching, _of_strangers, _of_citations)
    problems = [
        formats.problem_at(document, (*path, key), wrong) for check in checks for key, wrong in check(item, kind)
    ]
    if not item.clauses:
        wrong = Wrong("no clause is named", "name the clauses that it tests")
        problems.append(formats.problem_at(document, (*path, "clauses"), wrong))
    clauses = (((*path, "clauses", place), clause) for place, clause in enumerate(item.clauses))
    problems += formats.refuse_twins(clauses, document=document, what="clauses")
    named: list[tuple[str, Sequence[OptionForm | ChoiceForm | UnitForm]]] = [
        ("options", item.options),
        ("choices", item.choices),
        ("units", item.units),
    ]
    for name, those in named:
        entries = list(enumerate(those))
        ids = (((*path, name, place, "id"), each.id) for place, each in entries)
        problems += formats.refuse_twins(ids, document=document, what=name)
        texts = (((*path, name, place, "text"), twin_key(each.text)) for place, each in entries)
        problems += formats.refuse_twins(texts, document=document, what=f"{name} that say")
    for place, option in enumerate(item.options):
        if option.key and option.right_until is not None:
            wrong = Wrong("a key is right now, not until then", "delete `right_until`, or delete `key`")
            problems.append(formats.problem_at(document, (*path, "options", place, "right_until"), wrong))
    return problems


def _of_options(item: "PartForm", kind: ItemType) -> Found:
    count, keys = len(item.options), sum(option.key for option in item.options)
    fewest = 1 if kind in (ItemType.NUMBER, ItemType.SHORT) else FEWEST_TO_ORDER if kind is ItemType.ORDERING else 2
    if not fewest <= count <= MAX_OPTIONS:
        yield "options", Wrong(f"there are {count} options", f"give {fewest} to {MAX_OPTIONS}")
    elif kind is ItemType.TRUE_FALSE and count != 2:
        yield "options", Wrong(f"there are {count} options", "give two, or make the type single")
    if kind in NO_KEY:
        if keys:
            remedy = "delete `key`: they stand in the right order" if kind is ItemType.ORDERING else "write `match`"
            yield "options", Wrong(f"no option of the type {kind} is the right one", remedy)
    elif not keys:
        yield "options", Wrong("no option is the right one", "write `key: true` on it")
    elif keys > 1 and kind in ONE_KEY:
        remedy = "leave one `key: true`" + (", or make the type multiple" if kind is ItemType.SINGLE else "")
        yield "options", Wrong(f"{keys} options are right", remedy)


def _of_number(item: "PartForm", kind: ItemType) -> Found:
    if kind is not ItemType.NUMBER:
        return
    values: list[Decimal] = []
    for option in item.options:
        try:
            values.append(formats.amount(option.text))
        except Wrong as wrong:
            yield "options", Wrong(f"option {option.id}: {wrong.message}", wrong.remedy)
    if any(abs(one - other) <= 2 * item.tolerance for one, other in combinations(values, 2)):
        yield "tolerance", Wrong("with it a number can be two options at once", "make it smaller")
    if item.units and item.units[0].factor != 1:
        yield "units", Wrong("the first unit is the one of the options", "give it no factor; begin with the smallest")
    if any(not unit.factor for unit in item.units):
        yield "units", Wrong("a unit is nothing", "make its factor more than 0")


def _of_short(item: "PartForm", kind: ItemType) -> Found:
    if kind is not ItemType.SHORT:
        return
    forms: dict[str, str] = {}
    for option in item.options:
        for text in (option.text, *option.also):
            form = normal_form(text)
            if not form:
                yield "options", Wrong(f"option {option.id} has no letters or digits", "write what a person would type")
            if forms.setdefault(form, option.id) != option.id:
                yield "options", Wrong(f"`{text}` is in {forms[form]} and {option.id}", "leave it in one of them")


def _of_matching(item: "PartForm", kind: ItemType) -> Found:
    if kind is not ItemType.MATCHING:
        return
    if not 2 <= len(item.choices) <= MAX_OPTIONS:
        yield "choices", Wrong(f"there are {len(item.choices)} choices", f"give 2 to {MAX_OPTIONS}")
    known = {choice.id for choice in item.choices}
    for option in item.options:
        if option.match not in known:
            yield "options", Wrong(f"option {option.id} matches no choice", "write `match:` with the id of a choice")


def _of_strangers(item: "PartForm", kind: ItemType) -> Found:
    """Name what another type has."""

    def used(name: str) -> Sequence["OptionForm"]:
        return [option for option in item.options if getattr(option, name)]

    for is_there, key, owner in (
        (used("match"), "options", ItemType.MATCHING),
        (used("also"), "options", ItemType.SHORT),
        (item.choices, "choices", ItemType.MATCHING),
        (item.units, "units", ItemType.NUMBER),
        (item.tolerance, "tolerance", ItemType.NUMBER),
    ):
        if is_there and kind is not owner:
            word = "match" if is_there and key == "options" and owner is ItemType.MATCHING else key
            word = "also" if owner is ItemType.SHORT else word
            yield key, Wrong(f"`{word}` belongs to the type {owner}", "delete it, or change the type")


def _of_citations(item: "PartForm", kind: ItemType) -> Found:
    if kind is not ItemType.DECISION:
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
