"""Reads our own table of items. What a cell may say stands in docs/items.md; each row that is not right says why."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from lms.domain.errors import Told
from lms.domain.quizzes import Case, Choice, Item, ItemType, Option, Teaching, Unit
from lms.exchange import notes
from lms.exchange.csv_rows import COLUMNS, FORMULA, PLACES, REQUIRED, is_guarded, parted
from lms.exchange.naming import id_of, ids_of, letters
from lms.exchange.sources import UNSAID, FileRefused, Found, Source, Unread
from lms.exchange.texts import text_of
from lms.library import formats
from lms.library.formats import Wrong

_ID = re.compile(r"[a-z0-9-]{1,64}")
_YES, _NO = frozenset({"true", "yes", "1", "x"}), frozenset({"", "false", "no", "0"})
_OLD = re.compile(r"(\d{1,2})\s*:\s*(\d{1,4})", re.ASCII)


class _CellWrong(Exception):
    """A cell that says what it cannot."""

    def __init__(self, column: str, why: Told) -> None:
        super().__init__(why)
        self.told = notes.bad_cell(column, why)


def read(content: bytes) -> Source:
    """Every row of a table. Raises FileRefused."""
    text = text_of(content).lstrip("\n")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    lines = _lines(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    header = [cell.strip().casefold() for cell in next(lines)[1]]
    _check(header)
    cases: dict[str, Case] = {}
    entries: list[Found | Unread] = []
    for number, line in lines:
        cells = dict(zip(header, line, strict=False))
        if len(line) > len(header) and any(cell.strip() for cell in line[len(header) :]):
            why = Told("It has more cells than the header; look for a stray comma or quote.")
            entries.append(Unread(place=str(number), name="", why=(why,)))
        else:
            entries.append(_entry(str(number), cells, cases))
    return Source(entries=tuple(entries))


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the number that a spreadsheet gives it."""
    number = 0
    while True:
        number += 1
        try:
            line = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise FileRefused(
                "Row %(row)s cannot be read; look for a stray quote, or a cell of more than %(longest)s characters.",
                row=number,
                longest=csv.field_size_limit(),
            ) from None
        if any(cell.strip() for cell in line):
            yield number, line


def _check(header: list[str]) -> None:
    named = [column for column in header if column]
    missing = [column for column in REQUIRED if column not in named]
    unknown = [column[:40] for column in named if column not in COLUMNS]
    twice = sorted({column for column in named if named.count(column) > 1})
    if missing or unknown or twice:
        raise FileRefused(
            "The first row must name the columns as in the template: not known, missing or twice is %(columns)s.",
            columns=", ".join([*missing, *unknown[:5], *twice]),
        )


def _entry(place: str, raw: Mapping[str, str], cases: dict[str, Case]) -> Found | Unread:
    cells = {column: _unguarded(cell) for column, cell in raw.items()}
    name = cells.get("id", "") or cells.get("stem", "")[:60]
    told = (notes.FORMULA,) * any(cell.lstrip().startswith(FORMULA) for cell in raw.values())
    try:
        item = _item(cells, cases)
    except _CellWrong as wrong:
        return Unread(place=place, name=name, why=(wrong.told,))
    return Found(place=place, name=name, item=item, notes=told)


def _unguarded(cell: str) -> str:
    """A cell without the quote that keeps a spreadsheet from running it."""
    text = cell.strip()
    return text[1:] if is_guarded(text) else text


def _item(cells: Mapping[str, str], cases: dict[str, Case]) -> Item:
    def said(column: str) -> str:
        return cells.get(column, "")

    type = said("type").casefold()
    if type not in list(ItemType):
        raise _CellWrong("type", Told("write one of %(types)s", types=", ".join(ItemType)))
    if not said("stem"):
        raise _CellWrong("stem", Told("it is empty"))
    kind = ItemType(type)
    options, choices = _options(kind, cells)
    cites = parted(said("cites"))
    if said("credit") not in ("", "whole", "part"):
        raise _CellWrong("credit", Told("write whole or part, or leave it empty"))
    item = Item(
        id=id_of(said("id") or said("stem")[:60]),
        type=kind,
        clauses=tuple(dict.fromkeys(parted(said("clause")))),
        stem=said("stem"),
        options=options,
        choices=choices,
        units=_units(said("units")),
        tolerance=_amount("tolerance", said("tolerance") or "0"),
        cites_key=cites[0] if cites else None,
        cites_others=tuple(cites[1:]),
        is_whole=said("credit") == "whole",
        is_critical=_truth("critical", said("critical")),
        is_pilot=_truth("pilot", said("pilot")),
        sensitive=" ".join(said("sensitive").split()),
        validity=_validity(cells),
        case=_case(said("case"), said("case_text"), cases),
    )
    return _with_ids(item, said("ids")) if said("ids") else item


def _with_ids(item: Item, cell: str) -> Item:
    """The same with its own ids of options, choices and units, which a `|` parts."""
    those = [each for each in (item.options, item.choices, item.units) if each]
    given = [tuple(part.split()) for part in parted(cell)]
    is_right = len(those) == len(given) and all(
        len(each) == len(ids) == len(set(ids)) and all(map(_ID.fullmatch, ids))
        for each, ids in zip(those, given, strict=False)
    )
    if not is_right:
        raise _CellWrong("ids", Told("write an id for each option, then | and one for each choice or unit"))
    names = iter(given)
    options = next(names)
    choices = dict(zip((choice.id for choice in item.choices), next(names) if item.choices else (), strict=True))
    units = next(names) if item.units else ()
    return replace(
        item,
        options=tuple(
            replace(option, id=id, match=choices[option.match] if option.match else None)
            for option, id in zip(item.options, options, strict=True)
        ),
        choices=tuple(replace(choice, id=choices[choice.id]) for choice in item.choices),
        units=tuple(replace(unit, id=id) for unit, id in zip(item.units, units, strict=True)),
    )


def _options(kind: ItemType, cells: Mapping[str, str]) -> tuple[tuple[Option, ...], tuple[Choice, ...]]:
    texts = [(place, cells.get(f"option_{place}", "")) for place in PLACES]
    last = max((place for place, text in texts if text), default=0)
    texts = texts[:last]
    for place, text in texts:
        if not text:
            raise _CellWrong(f"option_{place}", Told("it is empty, and one behind it is not"))
    keys = _places("key", cells.get("key", ""), last)
    old = {int(place): int(until) for place, until in _OLD.findall(cells.get("old_rule", ""))}
    if _OLD.sub("", cells.get("old_rule", "")).strip(" ,;") or not old.keys() <= set(range(1, last + 1)):
        raise _CellWrong("old_rule", Told("write the number of an option, a colon and a version, such as 2:1"))
    pairs = _pairs(texts) if kind is ItemType.MATCHING else {}
    names = tuple(dict.fromkeys((*parted(cells.get("choices", "")), *(right for _, right in pairs.values()))))
    of = dict(zip(names, letters(len(names)), strict=True))
    made = []
    for (place, text), letter in zip(texts, letters(last), strict=True):
        words, *also = (parted(text) or [text]) if kind is ItemType.SHORT else [pairs.get(place, (text, ""))[0]]
        made.append(
            Option(
                id=letter,
                text=words,
                also=tuple(also),
                is_key=place in keys,
                feedback=cells.get(f"feedback_{place}", ""),
                right_until=old.get(place),
                match=of[pairs[place][1]] if pairs else None,
            )
        )
    return tuple(made), tuple(Choice(id=id, text=text) for text, id in of.items())


def _pairs(texts: list[tuple[int, str]]) -> dict[int, tuple[str, str]]:
    pairs = {}
    for place, text in texts:
        sides = parted(text, "=>")
        if len(sides) != 2:
            raise _CellWrong(f"option_{place}", Told("write what belongs together with => between"))
        pairs[place] = (sides[0], sides[1])
    return pairs


def _places(column: str, cell: str, last: int) -> set[int]:
    numbers = cell.replace(",", " ").replace(";", " ").split()
    if not all(each.isascii() and each.isdecimal() and 1 <= int(each[:4]) <= last for each in numbers):
        raise _CellWrong(column, Told("write numbers of options, such as 1 or 1 3"))
    return set(map(int, numbers))


def _units(cell: str) -> tuple[Unit, ...]:
    """`minutes | hours = 60`: how many of the first one of each is."""
    sides = [parted(part, "=", other="|") for part in parted(cell, other="=", is_raw=True)]
    if any(len(each) not in (1, 2) for each in sides):
        raise _CellWrong("units", Told("write them as minutes | hours = 60"))
    ids = ids_of(each[0] for each in sides)
    return tuple(
        Unit(id=id, text=each[0], factor=_amount("units", each[1]) if each[1:] else Decimal(1))
        for id, each in zip(ids, sides, strict=True)
    )


def _amount(column: str, cell: str) -> Decimal:
    try:
        return formats.amount(cell.replace(",", "."))
    except Wrong:
        raise _CellWrong(column, Told("write a number of 0 or more, such as 0.5")) from None


def _truth(column: str, cell: str) -> bool:
    if cell.casefold() not in _YES | _NO:
        raise _CellWrong(column, Told("write true, or leave it empty"))
    return cell.casefold() in _YES


def _validity(cells: Mapping[str, str]) -> Teaching:
    numbers: dict[str, int | None] = {}
    for column in ("since", "until", "checked"):
        cell = cells.get(column, "")
        if cell and not (cell.isascii() and cell.isdecimal() and 0 < int(cell[:6]) < 10_000):
            raise _CellWrong(column, Told("write the number of a version, such as 2"))
        numbers[column] = int(cell) if cell else None
    if numbers["since"] is None:
        if numbers["until"] or numbers["checked"]:
            raise _CellWrong("since", Told("it is empty, and until or checked is not"))
        return UNSAID
    return Teaching(since=numbers["since"], until=numbers["until"], checked=numbers["checked"] or numbers["since"])


def _case(called: str, text: str, cases: dict[str, Case]) -> Case | None:
    """The vignette that a row belongs to; its text stands in the first row of it."""
    if not called:
        return None
    known = cases.get(called)
    if known is None and not text:
        raise _CellWrong("case_text", Told("it is empty in the first row of the case"))
    if known is not None and text and text != known.text:
        raise _CellWrong("case_text", Told("it is another one than in the first row of the case"))
    words, place = (known.text, known.place + 1) if known else (text, 1)
    cases[called] = Case(id=id_of(called, other="case"), text=words, place=place)
    return cases[called]
