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
    from lms.readiness.report import Report
    from lms.replica import is_read_from_replica, turn_to_replica, with_replica

    def answer() -> tuple[Report, bool]:
        instant = turn_to_replica(known_at, now=clock.now())
        found = standings(scope=None, at=as_of or instant, known_at=known_at or instant, queue=queue)
        return found, is_read_from_replica()

    with database():
        if queue is not None and queue not in queue_slugs():
            raise DomainError(f"There is no queue {queue}. There are: {', '.join(queue_slugs()) or 'none yet'}.")
        report, is_from_replica = with_replica(answer)
    if form == "csv":
        click.echo(export.csv_text(report), nl=False)
    elif form == "json":
        click.echo(export.json_text(report), nl=False)
    else:
        rows = [tuple(export.record(row)[column] for column in export.COLUMNS) for row in report.rows]
        print_table(export.COLUMNS, rows, numbers=("held", "required"))
        source = ", read from the replica" if is_from_replica else ""
        moments = f"as of {export.utc(report.at)}, known at {export.utc(report.known_at)}"
        click.echo(f"{plural(len(rows), 'row')}, {moments}{source}.")


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
