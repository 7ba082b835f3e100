"""The report as rows of a file: the same columns for the page's downloads and for the command line, piece by piece."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lms import csv_files
from lms.domain.readiness import Answer
from lms.domain.standing import State
from lms.readiness.lines import Line, Lines
from lms.readiness.overview import Overview
from lms.readiness.report import NO_TEAM

Cell = str | int | None
Show = Callable[[int, int], None]
"""Is told how many rows are written and how many there are."""

COLUMNS = (
    *("person", "team", "queue", "policy", "standing", "held", "required", "due_at", "gate"),
    *("override_until", "override_by", "override_reason"),
)
"""What `muster readiness` prints; moments are ISO 8601 in UTC."""
NOT_LET_IN = (None, None, None)
AT_ONCE = 500
"""Rows of a piece of JSON."""
VALUES: dict[State | Answer, str] = {each: each.value for each in (*State, *Answer)}
"""Quicker than asking each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What was asked for besides the moments; empty is everything."""

    queue: str = ""
    team: str = ""
    policy: str = ""
    state: State | None = None

    @property
    def told(self) -> dict[str, str | None]:
        """By the name that the address and the command give it; None where it is not narrowed."""
        return {
            "queue": self.queue or None,
            "team": self.team or None,
            "policy": self.policy or None,
            "standing": self.state.value if self.state else None,
        }

    @property
    def words(self) -> str:
        """`queue legal-requests, standing overdue`, or `everything`."""
        said = {**self.told, "team": "none" if self.team == NO_TEAM else self.told["team"]}
        return ", ".join(f"{name} {value}" for name, value in said.items() if value) or "everything"


def cells(row: Line) -> tuple[Cell, ...]:
    """One row in the order of the columns, typed as JSON knows it."""
    return (
        row.person,
        row.team,
        row.queue,
        row.policy,
        VALUES[row.standing],
        row.held,
        row.required,
        utc(row.due_at) if row.due_at else None,
        VALUES[row.gate] if row.gate else None,
        *((utc(row.let_in.until), row.let_in.by, row.let_in.reason) if row.let_in else NOT_LET_IN),
    )


def record(row: Line) -> dict[str, Cell]:
    """One row by the names of the columns."""
    return dict(zip(COLUMNS, cells(row), strict=True))


def rows_of(report: Overview, narrowed: Narrowed | None) -> Lines:
    """The rows that a file has: all, made as they are read, or those in the state that was asked for."""
    return report.in_state(narrowed.state).rows if narrowed and narrowed.state else report.rows


def counting(rows: Iterable[Line], total: int, show: Show | None) -> Iterator[Line]:
    """The same rows; `show` is told of every thousand, and of the end."""
    if show is None:
        yield from rows
        return
    for number, row in enumerate(rows):
        if number % 1000 == 0:
            show(number, total)
        yield row
    show(total, total)


def csv_pieces(report: Overview, narrowed: Narrowed | None = None, *, show: Show | None = None) -> Iterator[str]:
    """CSV with one line for each row; see `csv_files`. What a reader asked for is in the name and moments in UTC."""
    rows = rows_of(report, narrowed)
    return csv_files.pieces(COLUMNS, map(cells, counting(rows, len(rows), show)))


def json_pieces(report: Overview, narrowed: Narrowed | None = None, *, show: Show | None = None) -> Iterator[str]:
    """An object with the two moments of the report, the zone, what it was narrowed to, and its rows."""
    asked = narrowed or Narrowed()
    rows = rows_of(report, asked)
    head = {"as_of": utc(report.at), "known_at": utc(report.known_at), "zone": "UTC", "narrowed_to": asked.told}
    encode = json.JSONEncoder(ensure_ascii=False).encode
    yield encode(head)[:-1] + ', "rows": ['
    piece: list[str] = []
    before = "\n"
    for row in counting(rows, len(rows), show):
        piece.append(before + encode(record(row)))
        before = ",\n"
        if len(piece) == AT_ONCE:
            yield "".join(piece)
            piece.clear()
    yield "".join([*piece, "\n]}\n"])


def csv_text(report: Overview) -> str:
    """All of the CSV at once."""
    return "".join(csv_pieces(report))


def json_text(report: Overview) -> str:
    """All of the JSON at once."""
    return "".join(json_pieces(report))


def utc(moment: datetime) -> str:
    """`2026-03-08T00:00:00Z`, with microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
