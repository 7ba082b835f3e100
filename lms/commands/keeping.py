"""`muster people list`, `muster people change` and `muster people rename-vendor`: as on the screens."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from lms.commands.people import people
from lms.commands.terminal import MOMENT, REFUSED, database, print_table

if TYPE_CHECKING:
    from lms.people.changing import Change

ROLES = ("agent", "coach", "lead", "owner", "administrator")
STATES = ("here", "on leave", "coming", "left")
WORDS = ("team", "queue", "no queue", "role", "no role", "leave", "waiver", "left", "back")
"""The same as in the rooms of people, which are not loaded before a command runs; a test compares them."""


@people.command("list")
@click.option("--who", default="", help="Part of a name, e-mail or external id.")
@click.option("--team", default="", help="A path, with all below it.")
@click.option("--queue", default="")
@click.option("--role", type=click.Choice(ROLES))
@click.option("--vendor", default="")
@click.option("--state", type=click.Choice(STATES))
@click.option("--format", "form", type=click.Choice(("table", "csv")), default="table")
def list_(form: str, **asked: str | None) -> None:
    """Everybody of whom something is recorded, as of now.

    \b
    Example:
      muster people list --team EMEA --state here
    """
    from lms import clock, csv_files
    from lms.people import forms, queries
    from lms.people.rows import COLUMNS, row_of

    with database():
        question = forms.asked({name: value or "" for name, value in asked.items()})
        rows = [row_of(line) for line in queries.everybody(question, now=clock.now())]
    if form == "csv":
        click.echo(csv_files.text_of(COLUMNS, rows), nl=False)
    else:
        print_table(COLUMNS, [[row[column] for column in COLUMNS] for row in rows])


@people.command()
@click.argument("external_ids", nargs=-1, required=True)
@click.option("--what", required=True, type=click.Choice(WORDS))
@click.option("--team", default="", help="The team, or for a role whom it covers.")
@click.option("--queue", default="")
@click.option("--role", type=click.Choice(ROLES))
@click.option("--policy", default="", help="To waive.")
@click.option("--from", "start_at", type=MOMENT, help="Now if left out.")
@click.option("--until", "end_at", type=MOMENT, help="Open if left out.")
@click.option("--why", required=True, help="10 characters or more; it stays in the record.")
@click.option("--by", required=True, help="E-mail of the person who decides it.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.pass_context
def change(ctx: click.Context, external_ids: tuple[str, ...], by: str, dry_run: bool, **said: Any) -> None:
    """Change where the people with these EXTERNAL_IDS work, in which role, or whether: all of them or none.

    \b
    Example:
      muster people change ada ben --what queue --queue escalations --why "Two more at night" --by rune@company.example
    """
    from lms import clock
    from lms.accounts.queries import person_of_email
    from lms.people import actions, queries
    from lms.people.changing import plan, target_of

    now = clock.now()
    with database():
        decides, ids = person_of_email(by), queries.numbers_of(external_ids)
        unknown = [by] if decides is None else [each for each in external_ids if each not in ids]
        if unknown or decides is None:
            click.echo(f"Nobody here is {', '.join(unknown)}. Nothing was changed.", err=True)
            ctx.exit(REFUSED)
        asked = _change(said, now=now)
        if dry_run:
            steps = plan(list(ids.values()), asked, target_of(asked), now=now)
        else:
            steps = actions.change(list(ids.values()), asked, by=decides, now=now)
    for step in steps:
        click.echo(f"  {step.name}: {step.skipped}" if step.skipped else f"~ {step.name}")
    told = " Nothing was written: this was a dry run." if dry_run else ""
    click.echo(f"{sum(not step.skipped for step in steps)} of {len(steps)} changed.{told}")


def _change(said: dict[str, Any], *, now: datetime) -> "Change":
    from lms.access import Role
    from lms.people.changing import Change, Word

    return Change(
        word=Word(said["what"]),
        team=said["team"],
        queue=said["queue"],
        role=Role(said["role"]) if said["role"] else None,
        policy=said["policy"],
        start_at=said["start_at"] or now,
        end_at=said["end_at"],
        why=said["why"],
    )


@people.command("rename-vendor")
@click.argument("old")
@click.argument("new")
@click.option("--why", required=True, help="10 characters or more; it stays in the record.")
@click.option("--by", required=True, help="E-mail of the person who decides it.")
@click.pass_context
def rename_vendor(ctx: click.Context, old: str, new: str, why: str, by: str) -> None:
    """Call the vendor OLD by the name NEW, for everybody who works for it.

    \b
    Example:
      muster people rename-vendor "Acme" "Acme Trust Ltd" --why "They were bought" --by rune@company.example
    """
    from lms import clock
    from lms.accounts.queries import person_of_email
    from lms.forms import clean
    from lms.organisation import renaming

    with database():
        decides = person_of_email(by)
        if decides is None:
            click.echo(f"Nobody here is {by}. Nothing was changed.", err=True)
            ctx.exit(REFUSED)
        count = renaming.rename_vendor(old, clean(new), why=why, by=decides, now=clock.now())
    click.echo(f"Renamed for {count} people.")
