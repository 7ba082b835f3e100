"""`muster readiness` and `muster verify`: what is so, and whether the record can be trusted."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from lms.commands.terminal import MOMENT, REFUSED, database, plural, print_table, progress, put_in_place

if TYPE_CHECKING:
    from lms.readiness.export import Narrowed
    from lms.readiness.overview import Overview


FORMATS = ["table", "csv", "json", "xlsx", "pdf"]
BINARY = ("xlsx", "pdf")


@click.command()
@click.option("--as-of", type=MOMENT, metavar="AT", help="When it is true; now if left out. May lie ahead.")
@click.option("--known-at", type=MOMENT, metavar="AT", help="What was recorded by then; now if left out.")
@click.option("--queue", metavar="QUEUE", help="This queue only.")
@click.option("--team", metavar="PATH", help="This team and those below it only; - for people in no team.")
@click.option("--policy", metavar="POLICY", help="This policy only.")
@click.option("--state", metavar="STANDING", help="Rows of this standing only, such as overdue.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--language", metavar="CODE", default="en", show_default=True, help="Of the PDF: en, es or ar.")
@click.option("-o", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this file.")
def readiness(
    as_of: datetime | None, known_at: datetime | None, form: str, language: str, file: Path | None, **narrowed: str
) -> None:
    """Where everybody stands: one row for each person, queue and policy.

    AT is ISO 8601 with an offset or Z, or a date (its beginning in UTC).

    \b
    Example:
      muster readiness --as-of 2026-03-08T00:00Z --queue legal-requests --format xlsx -o readiness.xlsx
    """
    from lms import clock
    from lms.readiness.overview_queries import overview
    from lms.replica import turn_to_replica, with_replica

    if form in BINARY and file is None:
        raise click.UsageError(f"Say with -o FILE where the {form.upper()} file goes.")
    if form == "table" and file is not None:
        raise click.UsageError("A table is for the screen; a file has a --format, such as csv or xlsx.")

    def answer() -> None:
        now = turn_to_replica(known_at, now=clock.now())
        at, known = as_of or now, min(known_at or now, now)
        asked = _narrowed(at=at, known_at=known, **narrowed)
        report = overview(
            scope=None,
            at=at,
            known_at=known,
            now=now,
            queue=asked.queue or None,
            team=asked.team or None,
            policy=asked.policy or None,
        )
        if form == "table":
            _print_rows(report.in_state(asked.state))
        else:
            _write(form, report, asked, language=language, file=file)

    with database():
        with_replica(answer)


def _narrowed(
    *, queue: str | None, team: str | None, policy: str | None, state: str | None, at: datetime, known_at: datetime
) -> "Narrowed":
    """What was typed; DomainError where there is no such queue, team, policy or standing."""
    from lms.accounts.queries import queue_slugs
    from lms.domain.errors import DomainError
    from lms.domain.standing import State
    from lms.readiness.export import Narrowed
    from lms.readiness.queries import choices
    from lms.readiness.report import NO_TEAM

    offered = choices(None, at=at, known_at=known_at, team=team or "")
    known = (
        ("queue", queue, queue_slugs()),
        ("team", None if team == NO_TEAM else team, offered.teams),
        ("policy", policy, [slug for slug, _ in offered.policies]),
        ("standing", state, [each.value for each in State]),
    )
    for what, typed, there_are in known:
        if typed is not None and typed not in there_are:
            raise DomainError(f"There is no {what} {typed}. There are: {', '.join(there_are) or 'none yet'}.")
    return Narrowed(queue=queue or "", team=team or "", policy=policy or "", state=State(state) if state else None)


def _print_rows(report: "Overview") -> None:
    from lms.readiness import export
    from lms.replica import is_read_from_replica

    rows = [export.cells(row) for row in export.rows_of(report, None)]
    print_table(export.COLUMNS, rows, numbers=("held", "required"))
    source = ", read from the replica" if is_read_from_replica() else ""
    moments = f"as of {export.utc(report.at)}, known at {export.utc(report.known_at)}"
    click.echo(f"{plural(len(rows), 'row')}, {moments}{source}.")


def _write(form: str, report: "Overview", narrowed: "Narrowed", *, language: str, file: Path | None) -> None:
    """Into a file that is put in its place when it is whole, or a piece at a time onto the screen."""
    from lms.languages import LANGUAGES, speaking
    from lms.readiness import export, paper, workbook

    if language not in LANGUAGES:
        raise click.UsageError(f"There is no language {language}. There are: {', '.join(LANGUAGES)}.")
    pieces = {"csv": export.csv_pieces, "json": export.json_pieces}
    if file is None:
        for piece in pieces[form](report, narrowed):
            click.echo(piece, nl=False)
        return
    with progress(f"Writing {file.name}") as show, put_in_place(file) as out:
        if form in pieces:
            out.writelines(piece.encode() for piece in pieces[form](report, narrowed, show=show))
        elif form == "xlsx":
            workbook.write(report, narrowed, out, show=show)
        else:
            with speaking(language):
                out.write(paper.pdf(report, narrowed))
    click.echo(f"{file}, as of {export.utc(report.at)}, known at {export.utc(report.known_at)}.", err=True)


@click.command()
@click.option("--as-of", type=MOMENT, metavar="AT", help="From when, and as known then; now if left out.")
@click.option("--weeks", type=click.IntRange(1, 52), default=13, show_default=True, help="Whole weeks after this one.")
@click.option("--zone", default="UTC", show_default=True, help="Whose clocks say when it is Monday.")
@click.option("--queue", metavar="QUEUE", help="This queue only.")
@click.option("--table", type=click.Choice(["training", "ready"]), default="training", show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def ahead(as_of: datetime | None, weeks: int, zone: str, queue: str | None, table: str, form: str) -> None:
    """What lies ahead by week: training minutes by team, or ready people by queue if nobody trains.

    JSON holds both and what changes that.

    \b
    Example:
      muster ahead --weeks 8 --zone Europe/Dublin --format csv
    """
    from lms import clock
    from lms.accounts.queries import queue_slugs
    from lms.domain.errors import DomainError
    from lms.forms import zone_of
    from lms.readiness import ahead_files as files
    from lms.readiness import ahead_queries

    with database():
        if queue is not None and queue not in queue_slugs():
            raise DomainError(f"There is no queue {queue}. There are: {', '.join(queue_slugs()) or 'none yet'}.")
        at = as_of or clock.now()
        found = ahead_queries.ahead(scope=None, at=at, zone=ZoneInfo(zone_of(zone)), weeks=weeks, queue=queue)
    is_ready = table == "ready"
    if form == "json":
        click.echo(files.json_text(found), nl=False)
    elif form == "csv":
        click.echo(files.ready_csv(found) if is_ready else files.training_csv(found), nl=False)
    else:
        columns = files.READY if is_ready else files.TRAINING
        records = files.ready_records(found) if is_ready else files.training_records(found)
        rows = [tuple(record[column] for column in columns) for record in records]
        print_table(columns, rows, numbers=("counted", "ready", "provisional", "not_ready", *files.TRAINING[3:]))
        click.echo(f"{plural(len(rows), 'row')}, as known at {files.utc(found.at)}; weeks begin in {zone}.")


@click.command()
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Check the whole record: guards, digests, evidence, scores. Exits with 1 when anything is wrong.

    \b
    Example:
      muster verify && echo "the record is whole"
    """
    from lms.verifying import CHECKS, run

    findings: list[str] = []
    with database(), progress("Verifying") as show:
        for done, check in enumerate(CHECKS):
            show(done, len(CHECKS))
            findings += run(check)
    for finding in findings:
        click.echo(finding)
    if findings:
        click.echo(
            f"{plural(len(findings), 'finding')}. Keep this database as it is, and compare it with a backup.", err=True
        )
        ctx.exit(REFUSED)
    click.echo("The record is whole.")
