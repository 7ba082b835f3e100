"""A CSV file as bytes to its header and numbered lines, whatever program wrote it; and how a mistake in it is told.

Pure. Bad input: reliability.md 4.3.
"""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lms.domain.errors import Told

LARGEST_FILE = 20_000_000
"""Bytes."""
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake, where it stands and what to do about it."""

    row: int | None = None
    """As a spreadsheet numbers it; None for the file as a whole."""
    column: str | None = None
    message: Told

    def __str__(self) -> str:
        where = ", ".join(part for part in (f"row {self.row}" if self.row else "", self.column or "") if part)
        return f"{where}: {self.message}" if where else self.message


class FileUnreadable(ValueError):
    """The file as a whole cannot be read."""

    def __init__(self, message: Told, *, row: int | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(row=row, message=message)


def other_width(row: int, line: Collection[str], header: Collection[str]) -> Problem:
    """What is said of a line that has more or fewer cells than the header."""
    message = Told(
        "it has %(cells)s cells and the header has %(columns)s; look for a stray comma or quote",
        cells=len(line),
        columns=len(header),
    )
    return Problem(row=row, message=message)


def _text(content: bytes, columns: Collection[str]) -> str:
    if len(content) > LARGEST_FILE:
        raise FileUnreadable(Told("The file is larger than %(size)s MB; split it.", size=LARGEST_FILE // 1_000_000))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileUnreadable(Told("The file is UTF-16. Save it as “CSV UTF-8” and import that."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        wrong = Told("The file is not UTF-8. Save it as “CSV UTF-8” and import that.")
        raise FileUnreadable(wrong, row=row) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise FileUnreadable(Told("There is a NUL character in the file; it is no CSV, or it is damaged."), row=row)
    if not text.strip():
        raise FileUnreadable(
            Told("The file is empty. Its first row names the columns: %(columns)s.", columns=", ".join(columns))
        )
    return text


def table_of(
    content: bytes, *, columns: Collection[str], required: Collection[str]
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header, and each line that is not blank with its number; raise FileUnreadable.

    UTF-8, with or without byte order mark, cells parted by commas or semicolons.
    """
    text = _text(content, columns)
    first = io.StringIO(text.lstrip(), newline=None).readline()
    if "\t" in first and "," not in first and ";" not in first:
        raise FileUnreadable(Told("The cells are parted by tabs. Save it with commas or semicolons."), row=1)
    separator = ";" if ";" in first and "," not in first else ","
    lines = _lines(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    number, header = next(lines)
    header = [name.strip().casefold() for name in header]
    _check_header(header, number, columns=columns, required=required)
    return header, lines


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            line = next(reader)
        except StopIteration:
            return
        except csv.Error:
            wrong = Told(
                "The row cannot be read; look for a stray quote, or a cell of more than %(longest)s characters.",
                longest=csv.field_size_limit(),
            )
            raise FileUnreadable(wrong, row=number) from None
        if number > MOST_ROWS + 1:
            raise FileUnreadable(Told("The file has more than %(rows)s rows; split it.", rows=MOST_ROWS))
        if any(cell.strip() for cell in line):
            yield number, line


def _check_header(header: Sequence[str], row: int, *, columns: Collection[str], required: Collection[str]) -> None:
    named = [name for name in header if name]
    twice = sorted({name for name in named if named.count(name) > 1})
    unknown = sorted(set(header) - set(columns))
    missing = [name for name in required if name not in header]
    known = ", ".join(columns)
    if missing:
        lacks = Told("The header lacks %(missing)s. It may name: %(known)s.", missing=", ".join(missing), known=known)
        raise FileUnreadable(lacks, row=row)
    if twice:
        raise FileUnreadable(Told("The header names %(twice)s twice; keep one.", twice=", ".join(twice)), row=row)
    if unknown:
        shown = ", ".join(f"“{''.join(filter(str.isprintable, name[:40]))}”" for name in unknown[:5])
        no_such = Told("There is no column %(unknown)s. The header may name: %(known)s.", unknown=shown, known=known)
        raise FileUnreadable(no_such, row=row)
