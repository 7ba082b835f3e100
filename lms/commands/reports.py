"""`muster readiness` and `muster verify`: what is so, and whether the record can be trusted."""

from datetime import datetime

import click

from lms.commands.terminal import MOMENT, REFUSED, database, plural, print_table, progress


@click.command()
@click.option("--as-of", type=MOMENT, metavar="AT", help="When it is true; now if left out. May lie ahead.")
@click.option("--known-at", type=MOMENT, metavar="AT", help="What was recorded by then; now if left out.")
@click.option("--queue", metavar="QUEUE", help="This queue only.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def readiness(as_of: datetime | None, known_at: datetime | None, queue: str | None, form: str) -> None:
    """Where everybody stands: one row for each person, queue and policy.

    AT is ISO 8601 with an offset or Z, or a date (its beginning in UTC).

    \b
    Example:
      muster readiness --as-of 2026-03-08T00:00Z --queue legal-requests --format csv
    """
    from lms import clock
    from lms.accounts.queries import queue_slugs
    from lms.domain.errors import DomainError
    from lms.readiness import export
    from lms.readiness.queries import standings

    now = clock.now()
    with database():
        if queue is not None and queue not in queue_slugs():
            raise DomainError(f"There is no queue {queue}. There are: {', '.join(queue_slugs()) or 'none yet'}.")
        report = standings(scope=None, at=as_of or now, known_at=known_at or now, queue=queue)
    if form == "csv":
        click.echo(export.csv_text(report), nl=False)
    elif form == "json":
        click.echo(export.json_text(report), nl=False)
    else:
        rows = [tuple(export.record(row)[column] for column in export.COLUMNS) for row in report.rows]
        print_table(export.COLUMNS, rows, numbers=("held", "required"))
        click.echo(
            f"{plural(len(rows), 'row')}, as of {export.utc(report.at)}, known at {export.utc(report.known_at)}."
        )


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
    from lms.readiness import ahead_files as files
    from lms.readiness import ahead_queries
    from lms.readiness.ahead_forms import zone_of

    with database():
        if queue is not None and queue not in queue_slugs():
            raise DomainError(f"There is no queue {queue}. There are: {', '.join(queue_slugs()) or 'none yet'}.")
        at = as_of or clock.now()
        found = ahead_queries.ahead(scope=None, at=at, zone=zone_of(zone), weeks=weeks, queue=queue)
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
