"""people.csv as bytes to rows: a typed `PersonRow` for each line, and every mistake by row and column.

Pure; knows nothing of the database. What rows change is in `people_import.py`, single cells in `people_cells.py`.
Format: formats.md, people.csv. Bad input: reliability.md 4.3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lms.access import Role
from lms.domain.errors import Told
from lms.people import people_cells as cells
from lms.people.table_file import FileUnreadable, Problem, other_width, table_of

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
    effective_at: datetime | None = None
    """The moment instead of the day, from a source that tells things as they happen; no column of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFile:
    """The good rows and all the mistakes of a file."""

    rows: tuple[PersonRow, ...]
    problems: tuple[Problem, ...]
    emails: Mapping[str, int]
    """Row of each e-mail, of bad rows too: nobody is called unknown because another cell of theirs is wrong."""


def read(content: bytes) -> PeopleFile:
    """Read a file in UTF-8, with or without byte order mark, cells parted by commas or semicolons."""
    rows: list[PersonRow] = []
    problems: list[Problem] = []
    ids: dict[str, int] = {}
    emails: dict[str, int] = {}
    try:
        header, lines = table_of(content, columns=READERS, required=REQUIRED)
        for number, line in lines:
            if len(line) != len(header):
                problems.append(other_width(number, line, header))
                continue
            said, found = _cells(number, dict(zip(header, line, strict=True)))
            for column, seen in (("external_id", ids), ("email", emails)):
                first = seen.setdefault(said[column], number) if said.get(column) else number
                if first != number:
                    same = Told("row %(row)s has the same one", row=first)
                    found.append(Problem(row=number, column=column, message=same))
            problems += found
            if not found:
                rows.append(PersonRow(row=number, has_end="ends_on" in header, **said))
        if not rows and not problems:
            raise FileUnreadable(Told("There is nobody in this file: it has no rows below its header."))
    except FileUnreadable as unreadable:
        problems.append(unreadable.problem)
    return PeopleFile(rows=tuple(rows), problems=tuple(problems), emails=emails)


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
                raise cells.CellWrong(Told("it is empty"))
            elif column in EMPTY:
                said[column] = EMPTY[column]
        except cells.CellWrong as wrong:
            problems.append(Problem(row=number, column=column, message=wrong.args[0]))
    if not problems and said.get("starts_on") and said.get("ends_on") and said["ends_on"] < said["starts_on"]:
        problems.append(Problem(row=number, column="ends_on", message=Told("it lies before starts_on")))
    return said, problems
