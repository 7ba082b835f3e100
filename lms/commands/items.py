"""`muster items`: items of other systems into a draft, and out again; corrections are in `items_corrections`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.commands.terminal import REFUSED, database, plural, print_table

if TYPE_CHECKING:
    from lms.exchange.fitting import Report

LARGEST = 10_000_000
"""Bytes; a larger file is refused by what reads it, so no more of it is read."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def items() -> None:
    """The questions of quizzes: from and for other systems, and what was wrong in them."""


@items.command("import")
@click.argument("file", type=FILE)
@click.option("--policy", required=True, metavar="POLICY", help="Into the draft of this policy.")
@click.option("--dry-run", is_flag=True, help="Only tell what would come in.")
@click.option("--clause", default="", metavar="ID", help="The clause of items that name none.")
@click.option("--replace", is_flag=True, help="Items in the file take the place of those with the same id.")
@click.option("--rest", is_flag=True, help="Bring in the others when some cannot come in.")
@click.pass_context
def import_(ctx: click.Context, file: Path, policy: str, dry_run: bool, clause: str, replace: bool, rest: bool) -> None:
    """Bring the items of FILE into the draft of a policy; the second time changes nothing.

    GIFT, Moodle XML, QTI 2.1 to 3.0 (a package or one item), our CSV or our YAML. Each is told with its line: what
    happens to it, what was lost, why it cannot come in. When one cannot, nothing comes in and the exit code is 1: look
    at the report, then say --rest.

    \b
    Example:
      muster items import moodle.xml --policy legal-requests --dry-run
    """
    from lms import clock
    from lms.policies.bringing import Outcome, bring_in, look

    with file.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    with database():
        if dry_run:
            report = look(policy, content, filename=file.name, clause=clause, is_replacing=replace)
        else:
            report = bring_in(
                policy, content, filename=file.name, clause=clause, is_replacing=replace, is_rest_wanted=rest, by=None,
                now=clock.now(),
            )  # fmt: skip
    _print(report)
    refused = report.counted(Outcome.REFUSED)
    if dry_run:
        click.echo(f"{plural(len(report.brought), 'item')} would come in. Nothing was written.")
    elif refused and not rest:
        click.echo("Nothing was written. Mend the file, or say --rest to bring in the others.")
    elif report.brought:
        click.echo(f"{plural(len(report.brought), 'item')} came in.")
    else:
        click.echo("Nothing was written: nothing in it can come in, or is new.")
    if refused and not rest:
        ctx.exit(REFUSED)


def _print(report: "Report") -> None:
    rows = [
        (
            line.place,
            line.name,
            line.item.id if line.item else "",
            line.outcome.value,
            " ".join((*line.why, *line.notes)),
        )
        for line in report.lines
    ]
    print_table(("line", "question", "id", "what happens", "what to know"), rows)
    for note in report.notes:
        click.echo(note)
    counts = (
        f"{report.counted(outcome)} {outcome.value}" for outcome in dict.fromkeys(o.outcome for o in report.lines)
    )
    click.echo(f"Read as {report.format.value}: {', '.join(counts)}.")


@items.command()
@click.argument("policy")
@click.option("--format", "kind", type=click.Choice(["yaml", "qti3", "csv"]), required=True, help="Of the file.")
@click.option("--version", "label", default="", metavar="LABEL", help="A number or `draft`; else the newest there is.")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Where to; else it is printed.")
def export(policy: str, kind: str, label: str, output: Path | None) -> None:
    """Write the items of POLICY, right answers included.

    YAML is a file for quizzes/, as `muster content load` reads it. QTI 3 is a package (ZIP).

    \b
    Example:
      muster items export legal-requests --format qti3 -o legal-requests.zip
    """
    from lms.policies.handing_out import hand_out

    with database():
        made = hand_out(policy, format=kind, version=label)
    _write(made.content, output)
    if output:
        click.echo(f"{plural(made.count, 'item')} in {output}.")
    if made.unsaid:
        names = ", ".join(sorted(made.unsaid))
        click.echo(f"With the key of their publication, since no file can say the one that counts: {names}.", err=True)


@items.command()
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Where to; else it is printed.")
def template(output: Path | None) -> None:
    """Write a table (CSV) with a row of each type of item, to be filled in.

    \b
    Example:
      muster items template -o items.csv
    """
    from lms import csv_files
    from lms.exchange.csv_rows import COLUMNS, TEMPLATE

    _write(csv_files.text_of(COLUMNS, TEMPLATE).encode(), output)


def _write(content: bytes, output: Path | None) -> None:
    if output:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
