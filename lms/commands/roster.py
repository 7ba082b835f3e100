"""`muster roster`: who is on shift where and when."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.commands.terminal import MOMENT, database, plural

if TYPE_CHECKING:
    from lms.shifts.queries import Gap

MOST_SHOWN = 200
"""Lines of each kind."""


@click.group()
def roster() -> None:
    """Who is on shift in which queue and when."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """Bring in a roster as CSV or iCalendar: all of it or nothing; the second time changes nothing.

    Columns of a CSV file (the last two may be left out): shift_id, external_id, queue, starts_at, ends_at, timezone,
    status. The same shift_id or UID another time means the same shift. More in docs/rosters.md.

    \b
    Example:
      muster roster import week-48.ics --dry-run
    """
    from lms import clock
    from lms.shifts.importing import import_roster

    with database():
        brought = import_roster(file.read_bytes(), is_dry_run=dry_run, now=clock.now())
    for mark, lines in (("+", brought.new), ("~", brought.changed), ("-", brought.called_off)):
        for line in lines[:MOST_SHOWN]:
            click.echo(f"{mark} {line}")
        if len(lines) > MOST_SHOWN:
            click.echo(f"{mark} … and {len(lines) - MOST_SHOWN} more")
    done = " Nothing was written: this was a dry run." if dry_run else ""
    counts = f"{len(brought.new)} new, {len(brought.changed)} changed, {len(brought.called_off)} called off"
    click.echo(f"{counts}, {brought.unchanged} unchanged.{done}")


@roster.command()
@click.option("--week", type=MOMENT, metavar="AT", help="A moment in the week; now if left out.")
def gaps(week: datetime | None) -> None:
    """Where a week has too few ready people on shift, Monday to Sunday in UTC, and who could change that soonest.

    \b
    Example:
      muster roster gaps --week 2026-03-23
    """
    from zoneinfo import ZoneInfo

    from lms import clock
    from lms.shifts import queries

    now = clock.now()
    with database():
        found = queries.week(None, day=(week or now).date(), zone=ZoneInfo("UTC"), now=now)
    for gap in found.gaps:
        click.echo(_line(gap, found.names))
    click.echo(f"{plural(len(found.gaps), 'gap')} in the week of {found.start:%Y-%m-%d}.")


def _line(gap: "Gap", names: dict[int, str]) -> str:
    time = gap.time
    fixes = ", ".join(f"{names[each.person]} {each.minutes} min" for each in gap.fixes)
    said = f"{time.start:%a %H:%M}-{time.end:%H:%M} UTC, {gap.queue}: {time.ready} of {time.minimum}"
    return f"{said}; shortest fix: {fixes}" if fixes else said
