"""roster.csv as bytes to shifts, with every mistake by row and column. Pure. Format: docs/rosters.md."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lms.domain.errors import Told
from lms.people import people_cells as cells
from lms.people.feed_files import FeedRow, Kind, read, slug
from lms.people.table_file import Problem
from lms.shifts.saying import LONGEST_KEY, MOST_SHIFTS, Roster, Said, moment_in, wrong_span

CALLED_OFF = "cancelled"


def key(cell: str) -> str:
    """What the roster calls the shift."""
    if len(cell) > LONGEST_KEY:
        raise cells.CellWrong(Told("it is longer than %(longest)s characters", longest=LONGEST_KEY))
    return cell


def clock_time(cell: str) -> datetime:
    """A day and a time, with an offset or as clocks of `timezone` show it."""
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        found = None
    if found is None or len(cell) <= len("2026-03-01"):
        raise cells.CellWrong(Told("write a day and a time, like 2026-03-01T22:00 or 2026-03-01T22:00+01:00"))
    if not cells.FIRST_YEAR <= found.year <= cells.LAST_YEAR:
        raise cells.CellWrong(Told("the year of %(day)s cannot be right", day=f"{found:%Y-%m-%d}"))
    return found


def status(cell: str) -> bool:
    """Whether the shift is called off."""
    if cell.casefold() not in (CALLED_OFF, "confirmed"):
        raise cells.CellWrong(Told("write cancelled, or leave it empty"))
    return cell.casefold() == CALLED_OFF


ROSTER = Kind(
    name="roster",
    columns={
        "shift_id": key,
        "external_id": cells.external_id,
        "queue": slug,
        "starts_at": clock_time,
        "ends_at": clock_time,
        "timezone": cells.timezone,
        "status": status,
    },
    required=("shift_id", "external_id", "queue", "starts_at", "ends_at"),
)


def read_table(content: bytes, *, now: datetime) -> Roster:
    """The shifts of a file."""
    rows, problems = read(ROSTER, content)
    found = list(problems)
    if len(rows) > MOST_SHIFTS:
        found.append(Problem(message=Told("The file has more than %(rows)s rows; split it.", rows=MOST_SHIFTS)))
        return Roster(said=(), problems=found)
    said: list[Said] = []
    keys: dict[str, int] = {}
    for row in rows:
        first = keys.setdefault(row.said["shift_id"], row.row)
        if first != row.row:
            message = Told("row %(row)s has the same one", row=first)
            found.append(Problem(row=row.row, column="shift_id", message=message))
        elif shift := _shift(row, found, now=now):
            said.append(shift)
    return Roster(said=said, problems=found)


def _shift(row: FeedRow, problems: list[Problem], *, now: datetime) -> Said | None:
    start, end = (_instant(row, column, problems) for column in ("starts_at", "ends_at"))
    if start is None or end is None:
        return None
    if wrong := wrong_span(start, end, now=now):
        problems.append(Problem(row=row.row, column="ends_at", message=wrong))
        return None
    name = row.said["shift_id"]
    return Said(
        row=row.row,
        key=name,
        series=name,
        person=row.said["external_id"],
        queue=row.said["queue"],
        start=start,
        end=end,
        is_called_off=row.said.get("status", False),
    )


def _instant(row: FeedRow, column: str, problems: list[Problem]) -> datetime | None:
    typed: datetime = row.said[column]
    if typed.tzinfo is not None:
        return typed.astimezone(UTC)
    if "timezone" not in row.said:
        message = Told("write its offset too, like 2026-03-01T22:00+01:00, or fill the column timezone")
        problems.append(Problem(row=row.row, column=column, message=message))
        return None
    found, wrong = moment_in(typed, ZoneInfo(row.said["timezone"]))
    if wrong:
        problems.append(Problem(row=row.row, column=column, message=wrong))
    return found
