"""The report as an XLSX workbook: typed cells, no formula, however many rows in the same memory.

In English and UTC like the other files, so that a file means the same for everybody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, BinaryIO

from lms.domain.standing import State
from lms.readiness.export import COLUMNS, NOT_LET_IN, Narrowed, Show, counting, rows_of, utc
from lms.readiness.lines import Line
from lms.readiness.overview import Overview

MOST_ROWS = 1_048_575
"""Of a sheet, below its heads; more go on on another sheet."""
OPTIONS = {
    "constant_memory": True,  # a row is on the disk before the next is made
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS = (28, 28, 24, 28, 14, 8, 10, 26, 10, 26, 28, 40)
"""Of the columns of the rows, in letters."""
BESIDE = (State.PROVISIONAL, State.DUE, State.OVERDUE, State.HELD, State.EXEMPT)
"""Where people of a queue stand who are not ready."""
HOW = (
    "A person is ready for a policy when every clause that concerns them has been proven, on its current meaning, "
    "within its validity; in a queue they stand where they stand worst over its policies.",
    "A share is the number of people who are ready, of those of whom something is required and who are not exempt.",
    "Nothing is stored: it was worked out from the records known at the second moment, and can be worked out again.",
)

Value = str | int | float | datetime | None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet that is being written, from its heads downwards."""

    sheet: Any
    moment: Any
    """The format of moments, which says their zone."""
    percent: Any

    def write(self, row: int, values: Sequence[Value]) -> None:
        """One row; a text is a text, whatever it looks like."""
        for column, value in enumerate(values):
            if value is None or value == "":
                continue
            if isinstance(value, datetime):
                self.sheet.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None), self.moment)
            elif isinstance(value, float):
                self.sheet.write_number(row, column, value, self.percent)
            elif isinstance(value, int):
                self.sheet.write_number(row, column, value)
            else:
                self.sheet.write_string(row, column, value)


class _Book:
    """The workbook and what its sheets share."""

    def __init__(self, out: BinaryIO, report: Overview) -> None:
        from xlsxwriter import Workbook

        self.book = Workbook(out, OPTIONS)
        self.book.set_properties(
            {"title": "Readiness", "created": report.known_at.astimezone(UTC).replace(tzinfo=None)}
        )
        self.bold = self.book.add_format({"bold": True, "bottom": 1})
        self.moment = self.book.add_format({"num_format": 'yyyy-mm-dd hh:mm:ss" UTC"', "align": "left"})
        self.percent = self.book.add_format({"num_format": "0.0 %"})

    def sheet(self, name: str, heads: Sequence[str], widths: Sequence[int]) -> _Sheet:
        """A new sheet whose heads stay in sight."""
        made = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        for column, head in enumerate(heads):
            made.write_string(0, column, head, self.bold)
        made.freeze_panes(1, 0)
        return _Sheet(made, self.moment, self.percent)

    def table(self, name: str, heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Value]]) -> None:
        """A sheet of rows that can be filtered."""
        made, last = self.sheet(name, heads, widths), 0
        for last, values in enumerate(rows, start=1):
            made.write(last, values)
        made.sheet.autofilter(0, 0, last, len(heads) - 1)


def write(report: Overview, narrowed: Narrowed, out: BinaryIO, *, show: Show | None = None) -> None:
    """Write the workbook into an open file: rows, headline, heat map, and what it is about."""
    made = _Book(out, report)
    rows = rows_of(report, narrowed)
    _write_rows(made, counting(rows, len(rows), show))
    heads = ["queue", "name", "ready", "of", "share", *(["may_work"] if not narrowed.policy else []), *BESIDE]
    made.table("Headline", heads, [24, 28, *[12] * (len(heads) - 2)], _headline(report, narrowed))
    heat = ["team", *(f"{slug} {what}" for slug, _ in report.policies for what in ("ready", "of"))]
    made.table("Heat map", heat, [28, *[18] * (len(heat) - 1)], _heat_map(report))
    about = made.sheet("About", ["what", "value"], [16, 120])
    for number, values in enumerate(_about(report, narrowed), start=1):
        about.write(number, values)
    made.book.close()


def _write_rows(made: _Book, rows: Iterator[Line]) -> None:
    number = 1
    while True:
        some = islice(rows, MOST_ROWS)
        first = next(some, None)
        if first is None and number > 1:
            return
        name = "Readiness" if number == 1 else f"Readiness {number}"
        mine = (values(row) for part in ((first,) if first else (), some) for row in part)
        made.table(name, COLUMNS, WIDTHS, mine)
        number += 1


def values(row: Line) -> tuple[Value, ...]:
    """One row in the order of the columns, typed as a sheet knows it."""
    return (
        row.person,
        row.team,
        row.queue,
        row.policy,
        row.standing.value,
        row.held,
        row.required,
        row.due_at,
        row.gate.value if row.gate else None,
        *((row.let_in.until, row.let_in.by, row.let_in.reason) if row.let_in else NOT_LET_IN),
    )


def _headline(report: Overview, narrowed: Narrowed) -> Iterator[list[Value]]:
    everybody = replace(report.everybody, name="everybody, each once") if report.queues else None
    for each in (*([everybody] if everybody else []), *report.queues):
        may_work = [each.share.may_work] if not narrowed.policy else []
        share = each.share.ready / each.share.counted if each.share.counted else None
        people = (each.states.get(state, 0) for state in BESIDE)
        yield [each.queue, each.name, each.share.ready, each.share.counted, share, *may_work, *people]


def _heat_map(report: Overview) -> Iterator[list[Value]]:
    for team in report.teams:
        cells = (report.cells[team, slug] for slug, _ in report.policies)
        yield [team or "(in no team)", *(count for cell in cells for count in (cell.ready, cell.counted))]


def _about(report: Overview, narrowed: Narrowed) -> Iterator[tuple[str, Value]]:
    yield "as of", report.at
    yield "known at", report.known_at
    yield "as of, exactly", utc(report.at)
    yield "known at, exactly", utc(report.known_at)
    yield "zone", "UTC"
    yield "narrowed to", narrowed.words
    yield "headline and heat map", "everybody of the queue, team and policy above, whatever their standing"
    for each in HOW:
        yield "how it is computed", each
