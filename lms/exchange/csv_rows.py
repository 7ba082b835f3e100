"""Our own table of items: its columns, an item as a row, and a template with a row of each type.

Which column says what stands in docs/items.md. Guarding cells against spreadsheets is left to who writes the file.
"""

import re
from collections.abc import Iterable, Sequence

from lms.domain.quizzes import Item, ItemType, Option
from lms.exchange.naming import ids_of, letters
from lms.exchange.sources import plain_number
from lms.library.item_rules import MAX_OPTIONS

PLACES = range(1, MAX_OPTIONS + 1)
COLUMNS = (
    "id", "type", "clause", "stem", "key",
    *(name for place in PLACES for name in (f"option_{place}", f"feedback_{place}")),
    "choices", "tolerance", "units", "ids", "old_rule", "cites", "credit", "critical", "pilot", "sensitive", "since",
    "until", "checked", "case", "case_text",
)  # fmt: skip
REQUIRED = ("type", "stem")
FORMULA = tuple("=+-@＝＋－＠")
BETWEEN, ARROW = " | ", " => "

Row = dict[str, str]


def row_of(item: Item) -> Row:
    """An item as a row; what it has not is left out."""
    row = {"id": item.id, "type": item.type.value, "clause": BETWEEN.join(item.clauses), "stem": item.stem}
    row["key"] = _numbers(item.options, [option.is_key for option in item.options])
    names = {choice.id: choice.text for choice in item.choices}
    for place, option in enumerate(item.options, start=1):
        row[f"option_{place}"] = _option(item.type, option, names.get(option.match or "", ""))
        row[f"feedback_{place}"] = option.feedback
    until = [option.right_until is not None for option in item.options]
    old = [f"{place}:{option.right_until}" for place, option in enumerate(item.options, 1) if until[place - 1]]
    units = [escaped(unit.text, "|", "=") for unit in item.units]
    times = [f" = {plain_number(unit.factor)}" * bool(at) for at, unit in enumerate(item.units)]
    row |= {
        "choices": joined(names.values()),
        "tolerance": plain_number(item.tolerance) if item.tolerance else "",
        "units": BETWEEN.join(map(str.__add__, units, times)),
        "old_rule": ", ".join(old),
        "ids": _ids(item),
        "cites": BETWEEN.join([item.cites_key, *item.cites_others]) if item.cites_key else "",
        "credit": "whole" if item.is_whole else "",
        "critical": _truth(item.is_critical),
        "pilot": _truth(item.is_pilot),
        "sensitive": item.sensitive,
        "since": str(item.validity.since),
        "until": "" if item.validity.until is None else str(item.validity.until),
        "checked": str(item.validity.checked),
        "case": item.case.id if item.case else "",
        "case_text": item.case.text if item.case and item.case.place == 1 else "",
    }
    return {name: _told_apart(value.strip()) for name, value in row.items() if value.strip()}


def _told_apart(cell: str) -> str:
    """A cell whose own quote at its beginning cannot be taken for one that guards it."""
    return f"'{cell}" if is_guarded(cell) else cell


def is_guarded(cell: str) -> bool:
    """Tell whether a quote keeps a spreadsheet from running a cell."""
    return cell.startswith("'") and cell.lstrip("'").startswith(FORMULA)


def _ids(item: Item) -> str:
    """Ids of options, choices and units, unless they are those that `csv_reading` makes by itself."""
    own = [tuple(each.id for each in those) for those in (item.options, item.choices, item.units)]
    made = [letters(len(item.options)), letters(len(item.choices)), ids_of(unit.text for unit in item.units)]
    return "" if own == made else BETWEEN.join(" ".join(ids) for ids in own if ids)


def _option(type: ItemType, option: Option, match: str) -> str:
    if type is ItemType.MATCHING:
        return ARROW.join(escaped(text, "=>") for text in (option.text, match))
    return joined((option.text, *option.also)) if type is ItemType.SHORT else option.text


def joined(texts: Iterable[str]) -> str:
    """Several texts in one cell."""
    return BETWEEN.join(escaped(text, "|") for text in texts)


def escaped(text: str, *marks: str) -> str:
    """A text with a backslash before what would part it, and before a backslash."""
    return re.sub("|".join(map(re.escape, ("\\", *marks))), lambda found: f"\\{found.group()}", text)


def parted(cell: str, mark: str = "|", *, other: str = "", is_raw: bool = False) -> list[str]:
    """Undo `joined`; empty parts are left out.

    `other` is a mark that has a backslash too; with `is_raw` they stay, because the parts will be parted again.
    """
    parts, at = [""], 0
    while at < len(cell):
        special = next((each for each in ("\\", mark, other) if each and cell.startswith(each, at + 1)), "")
        if cell[at] == "\\" and special:
            parts[-1] += cell[at] + special if is_raw else special
            at += 1 + len(special)
        elif cell.startswith(mark, at):
            parts.append("")
            at += len(mark)
        else:
            parts[-1] += cell[at]
            at += 1
    return [part.strip() for part in parts if part.strip()]


def _numbers(options: Sequence[Option], chosen: Sequence[bool]) -> str:
    return " ".join(str(place) for place, (_, is_in) in enumerate(zip(options, chosen, strict=True), 1) if is_in)


def _truth(value: bool) -> str:
    return "true" if value else ""


TEMPLATE: tuple[Row, ...] = (
    {"id": "photo-1", "type": "single", "stem": "A worker’s first photo shows him in sunglasses. What do you do?",
     "key": "2", "option_1": "Let it stay, as glasses with the face free are fine.",
     "feedback_1": "The eyes must be free.", "option_2": "Take it down, and send *New photo needed*.",
     "feedback_2": "Right.", "option_3": "Take it down, and hand the case to your shift lead."},
    {"id": "photo-2", "type": "multiple", "stem": "Which two of these fit?", "key": "1 3", "option_1": "A headscarf",
     "option_2": "Sunglasses", "option_3": "A helmet with the face free", "credit": "whole"},
    {"id": "photo-3", "type": "true_false", "stem": "It is his second in 30 days that does not fit. You hand it on.",
     "key": "2", "option_1": "True", "option_2": "False"},
    {"id": "photo-4", "type": "ordering", "stem": "In which order do you go through a photo?", "option_1": "The face",
     "option_2": "The background", "option_3": "The note in the case"},
    {"id": "photo-5", "type": "matching", "stem": "What goes with what?", "option_1": "Sunglasses => Take it down",
     "option_2": "A headscarf => Let it stay", "choices": "Take it down | Let it stay | Hand it on"},
    {"id": "photo-6", "type": "number", "stem": "A photo came in at 15:00. How much time is there to decide?",
     "key": "1", "option_1": "240", "option_2": "1440", "feedback_2": "Right until version 1.", "old_rule": "2:1",
     "units": "minutes | hours = 60", "tolerance": "1", "since": "2"},
    {"id": "photo-7", "type": "short", "stem": "What do you send with it?", "key": "1",
     "option_1": "New photo needed | photo needed"},
    {"id": "photo-8", "type": "decision", "stem": "It is his third photo in 30 days that does not fit. What do you do?",
     "key": "1", "option_1": "Leave it, and hand it to your shift lead.", "option_2": "Take it down.",
     "cites": "the clause that says so | another one | and another"},
)  # fmt: skip
"""What a person fills in; each row but the last comes in as it is, once its clause is told."""
