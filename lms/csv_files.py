"""Rows as a CSV file that a spreadsheet can open without harm."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet runs a cell that begins like this; the last four are the full-width twins."""


def text_of(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """RFC 4180 with a header line; an absent value is empty; no cell can begin a formula."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell("" if value is None else str(value)) for name, value in row.items()})
    return written.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
