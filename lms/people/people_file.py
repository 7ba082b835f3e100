"""people.csv as bytes to rows: a typed `PersonRow` for each line, and every mistake by row and column.

Pure; knows nothing of the database. What rows change is in `people_import.py`, single cells in `people_cells.py`.
Format: formats.md, people.csv. Bad input: reliability.md 4.3.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.access import Role
from lms.people import people_cells as cells

LARGEST_FILE = 20_000_000
"""Bytes."""
MOST_ROWS = 100_000
FIRST_ROW = 2
"""Rows are numbered as a spreadsheet does: the header is row 1."""

READERS: Mapping[str, Callable[[str], Any]] = {
    "external_id": cells.external_id,
    "name": cells.name,
    "email": cells.email,
    "role": cells.roles,
    "team": cells.team,
    "vendor": cells.vendor,
    "coach_email": cells.email,
    "queues": cells.queues,
    "timezone": cells.timezone,
    "language": cells.language,
    "starts_on": cells.day,
    "ends_on": cells.day,
    "effective_on": cells.day,
}
"""The columns, in any order; those that are left out say nothing."""
REQUIRED = ("external_id", "name", "email")
EMPTY: Mapping[str, Any] = {"team": "", "vendor": "", "queues": frozenset()}
"""Where an empty cell says "none"; elsewhere it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake, where it stands and what to do about it."""

    row: int | None = None
    """As a spreadsheet numbers it; None for the file as a whole."""
    column: str | None = None
    message: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (f"row {self.row}" if self.row else "", self.column or "") if part)
        return f"{where}: {self.message}" if where else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """What a file says about one person; None says nothing, which leaves a person who is known as they are."""

    row: int
    external_id: str
    name: str
    email: str
    """Case-folded."""
    role: frozenset[Role] | None = None
    team: str | None = None
    """A path; empty for no team."""
    vendor: str | None = None
    coach_email: str | None = None
    queues: frozenset[str] | None = None
    timezone: str | None = None
    language: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    """The last day."""
    has_end: bool = False
    """The file has the column ends_on: an empty one says that no end is known."""
    effective_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFile:
    """The good rows and all the mistakes of a file."""

    rows: tuple[PersonRow, ...]
    problems: tuple[Problem, ...]
    emails: Mapping[str, int]
    """Row of each e-mail, of bad rows too: nobody is called unknown because another cell of theirs is wrong."""


class FileUnreadable(ValueError):
    """The file as a whole cannot be read."""

    def __init__(self, message: str, *, row: int | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(row=row, message=message)


def read(content: bytes) -> PeopleFile:
    """Read a file in UTF-8, with or without byte order mark, cells parted by commas or semicolons."""
    rows: list[PersonRow] = []
    problems: list[Problem] = []
    ids: dict[str, int] = {}
    emails: dict[str, int] = {}
    try:
        header, lines = _table(_text(content))
        for number, line in lines:
            if len(line) != len(header):
                count = f"it has {len(line)} cells and the header has {len(header)}; look for a stray comma or quote"
                problems.append(Problem(row=number, message=count))
                continue
            said, found = _cells(number, dict(zip(header, line, strict=True)))
            for column, seen in (("external_id", ids), ("email", emails)):
                first = seen.setdefault(said[column], number) if said.get(column) else number
                if first != number:
                    found.append(Problem(row=number, column=column, message=f"row {first} has the same one"))
            problems += found
            if not found:
                rows.append(PersonRow(row=number, has_end="ends_on" in header, **said))
        if not rows and not problems:
            raise FileUnreadable("There is nobody in this file: it has no rows below its header.")
    except FileUnreadable as unreadable:
        problems.append(unreadable.problem)
    return PeopleFile(rows=tuple(rows), problems=tuple(problems), emails=emails)


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise FileUnreadable(f"The file is larger than {LARGEST_FILE // 1_000_000} MB; split it.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileUnreadable("The file is UTF-16. Save it as “CSV UTF-8” and import that.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise FileUnreadable("The file is not UTF-8. Save it as “CSV UTF-8” and import that.", row=row) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise FileUnreadable("There is a NUL character in the file; it is no CSV, or it is damaged.", row=row)
    if not text.strip():
        raise FileUnreadable(f"The file is empty. Its first row names the columns: {', '.join(READERS)}.")
    return text


def _table(text: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header, and each line that is not blank with its number."""
    first = io.StringIO(text.lstrip(), newline=None).readline()
    if "\t" in first and "," not in first and ";" not in first:
        raise FileUnreadable("The cells are parted by tabs. Save it with commas or semicolons.", row=1)
    separator = ";" if ";" in first and "," not in first else ","
    lines = _lines(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    number, header = next(lines)
    header = [name.strip().casefold() for name in header]
    _check_header(header, number)
    return header, lines


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            line = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileUnreadable(f"The row cannot be read ({error}); look for a stray quote.", row=number) from None
        if number > MOST_ROWS + 1:
            raise FileUnreadable(f"The file has more than {MOST_ROWS} rows; split it.")
        if any(cell.strip() for cell in line):
            yield number, line


def _check_header(header: Sequence[str], row: int) -> None:
    named = [name for name in header if name]
    twice = sorted({name for name in named if named.count(name) > 1})
    unknown = sorted(set(header) - set(READERS))
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise FileUnreadable(f"The header lacks {', '.join(missing)}. It may name: {', '.join(READERS)}.", row=row)
    if twice:
        raise FileUnreadable(f"The header names {', '.join(twice)} twice; keep one.", row=row)
    if unknown:
        shown = ", ".join(f"“{''.join(filter(str.isprintable, name[:40]))}”" for name in unknown[:5])
        raise FileUnreadable(f"There is no column {shown}. The header may name: {', '.join(READERS)}.", row=row)


def _cells(number: int, line: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """What the cells of one line say, and what is wrong with them."""
    said: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, cell in line.items():
        try:
            text = cells.tidy(cell)
            if text:
                said[column] = READERS[column](text)
            elif column in REQUIRED:
                raise cells.CellWrong("it is empty")
            elif column in EMPTY:
                said[column] = EMPTY[column]
        except cells.CellWrong as wrong:
            problems.append(Problem(row=number, column=column, message=str(wrong)))
    if not problems and said.get("starts_on") and said.get("ends_on") and said["ends_on"] < said["starts_on"]:
        problems.append(Problem(row=number, column="ends_on", message="it lies before starts_on"))
    return said, problems
