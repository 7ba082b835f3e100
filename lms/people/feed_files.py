"""leave.csv, queues.csv and evidence.csv as bytes to typed rows, with every mistake by row and column. Pure.

Format: formats.md. Bad input: reliability.md 4.3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from lms.domain.errors import Told
from lms.people import people_cells as cells
from lms.people.table_file import FileUnreadable, Problem, other_width, table_of

LONGEST_WORD = 200


def moment(cell: str) -> datetime:
    """A moment with its offset, or a day, which begins at midnight UTC."""
    try:
        if len(cell) == len("2026-03-01"):
            return datetime.combine(cells.day(cell), datetime.min.time(), UTC)
        found = datetime.fromisoformat(cell)
    except ValueError:
        wrong = Told("write a day like 2026-03-01, or a moment like 2026-03-01T09:30:00Z")
        raise cells.CellWrong(wrong) from None
    if found.tzinfo is None:
        raise cells.CellWrong(Told("write its offset too, like 2026-03-01T09:30:00Z"))
    return found.astimezone(UTC)


def number(cell: str) -> int:
    """A version: 1, 2, 3 …"""
    if not (cell.isascii() and cell.isdecimal()) or not 0 < int(cell[:9]) < 10_000:
        raise cells.CellWrong(Told("write the number of a version, like 3"))
    return int(cell)


def slug(cell: str) -> str:
    """One queue or policy, as it is called here."""
    (only,) = cells.queues(cell) if len(cells.queues(cell)) == 1 else ("",)
    if not only:
        raise cells.CellWrong(Told("write one, not several"))
    return only


def word(cell: str) -> str:
    """A few words."""
    if len(cell) > LONGEST_WORD:
        raise cells.CellWrong(Told("it is longer than %(longest)s characters", longest=LONGEST_WORD))
    return cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of file."""

    name: str
    columns: Mapping[str, Callable[[str], Any]]
    required: tuple[str, ...]
    can_be_full: bool = False
    """A file may say that it names all that is open or ahead."""


LEAVE = Kind(
    name="leave",
    columns={"external_id": cells.external_id, "starts_on": cells.day, "ends_on": cells.day, "kind": word},
    required=("external_id", "starts_on"),
    can_be_full=True,
)
QUEUES = Kind(
    name="queues",
    columns={"external_id": cells.external_id, "queue": slug, "starts_on": cells.day, "ends_on": cells.day},
    required=("external_id", "queue", "starts_on"),
    can_be_full=True,
)
EVIDENCE = Kind(
    name="evidence",
    columns={
        "external_id": cells.external_id,
        "policy": slug,
        "version": number,
        "occurred_at": moment,
        "source": word,
        "reference": word,
    },
    required=("external_id", "policy", "version", "occurred_at", "source"),
)
KINDS = {kind.name: kind for kind in (LEAVE, QUEUES, EVIDENCE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One row; a cell that is empty or whose column is left out is not in `said`."""

    row: int
    said: Mapping[str, Any]

    def day(self, name: str) -> date | None:
        """A day, if it is there."""
        return self.said.get(name)


def read(kind: Kind, content: bytes) -> tuple[tuple[FeedRow, ...], tuple[Problem, ...]]:
    """The good rows and all the mistakes of a file."""
    rows: list[FeedRow] = []
    problems: list[Problem] = []
    try:
        header, lines = table_of(content, columns=kind.columns, required=kind.required)
        for at, line in lines:
            if len(line) != len(header):
                problems.append(other_width(at, line, header))
                continue
            said, found = _cells(kind, at, dict(zip(header, line, strict=True)))
            problems += found
            if not found:
                rows.append(FeedRow(row=at, said=said))
        if not rows and not problems:
            raise FileUnreadable(Told("There is nothing in this file: it has no rows below its header."))
    except FileUnreadable as unreadable:
        problems.append(unreadable.problem)
    return tuple(rows), tuple(problems)


def _cells(kind: Kind, at: int, line: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    said: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, cell in line.items():
        try:
            text = cells.tidy(cell)
            if text:
                said[column] = kind.columns[column](text)
            elif column in kind.required:
                raise cells.CellWrong(Told("it is empty"))
        except cells.CellWrong as wrong:
            problems.append(Problem(row=at, column=column, message=wrong.args[0]))
    if said.get("starts_on") and said.get("ends_on") and said["ends_on"] < said["starts_on"]:
        problems.append(Problem(row=at, column="ends_on", message=Told("it lies before starts_on")))
    return said, problems
