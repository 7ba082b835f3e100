"""Rows as a CSV file that a spreadsheet can open without harm, whole or piece by piece."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet runs a cell that begins like this; the last four are the full-width twins."""
_FIRST = frozenset(_STARTS_FORMULA)
AT_ONCE = 1000
"""Rows of a piece."""


def text_of(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """RFC 4180 with a header line; an absent value is empty; no cell can begin a formula."""
    return "".join(pieces(columns, ([row.get(name) for name in columns] for row in rows)))


def pieces(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The same text, some lines at a time, from rows in the order of the columns; rows are read as they are needed."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        writer.writerows(  # most cells stand as they are, which is found out without calling anything
            [each if each is None or (type(each) is str and each[:1] not in _FIRST) else cell(each) for each in row]
            for row in some
        )
        yield _taken(written)
    if written.tell():
        yield _taken(written)


def _taken(written: io.StringIO) -> str:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text


def cell(value: Any) -> str:
    """One value as it stands in the file."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
