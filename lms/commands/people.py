"""`muster people`: who is here."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.commands.terminal import REFUSED, database

if TYPE_CHECKING:
    from lms.people.people_changes import Difference, Report

MARKS = {"created": "+", "changed": "~", "ended": "-"}


@click.group()
def people() -> None:
    """Who is here, in which teams, roles and queues."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """Bring in a file of people: all of it or nothing; the second time changes nothing.

    Columns (the first three are needed): external_id, name, email, role, team, vendor, coach_email, queues, timezone,
    language, starts_on, ends_on, effective_on. Nothing is said about people who are not in the file.

    \b
    Example:
      muster people import people.csv --dry-run
    """
    from lms import clock
    from lms.people.importing import import_people

    with database():
        report = import_people(file.read_bytes(), is_dry_run=dry_run, now=clock.now())
    _print_report(report)


def _print_report(report: "Report") -> None:
    for difference in report.differences:
        _print_difference(difference)
    for label, made in (("teams", report.teams), ("queues", report.queues)):
        if made:
            click.echo(f"New {label}: {', '.join(made)}")
    counted = ", ".join(f"{getattr(report, kind)} {kind}" for kind in ("created", "changed", "ended", "unchanged"))
    click.echo(f"{counted}.{' Nothing was written: this was a dry run.' if report.is_dry_run else ''}")


def _print_difference(difference: "Difference") -> None:
    mark = MARKS[difference.kind]
    click.echo(f"{mark} {difference.name} ({difference.external_id}), from {difference.from_at:%Y-%m-%d %H:%M} UTC")
    for fact in difference.facts:
        before = f"{fact.before} → " if difference.kind != "created" else ""
        click.echo(f"    {fact.column:12} {before}{fact.after or '(none)'}")


@people.command()
@click.argument("emails", nargs=-1, required=True)
@click.pass_context
def invite(ctx: click.Context, emails: tuple[str, ...]) -> None:
    """Invite the people with these EMAILS: a mail with a link, or the link itself where no mail server is set up.

    \b
    Example:
      muster people invite ada@company.example ben@company.example
    """
    from lms import clock
    from lms.accounts import links, queries
    from lms.config import settings_of_environment

    with database():
        found = {email: queries.person_of_email(email) for email in emails}
        for email in [email for email, person_id in found.items() if person_id is None]:
            click.echo(f"Nobody here has the e-mail {email}. Nobody was invited.", err=True)
            ctx.exit(REFUSED)
        people = {email: person_id for email, person_id in found.items() if person_id is not None}
        if settings_of_environment().mail_url:
            links.invite(people.values(), by=None, now=clock.now())
            click.echo(f"{len(people)} invited. The worker sends the mails.")
            return
        for email, person_id in people.items():
            click.echo(f"{email}  {links.invite_by_hand(person_id, by=None, now=clock.now())}")


@people.command()
@click.argument("email")
@click.option("--stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.pass_context
def password(ctx: click.Context, email: str, stdin: bool) -> None:
    """Give the person with this EMAIL a new password; their sessions end.

    \b
    Example:
      muster people password rune@company.example
    """
    from lms import clock
    from lms.accounts import queries
    from lms.accounts.actions import set_password

    with database():
        person_id = queries.person_of_email(email)
        if person_id is None:
            click.echo(f"Nobody here has the e-mail {email}. Bring them in with: muster people import", err=True)
            ctx.exit(REFUSED)
        if stdin:
            typed = sys.stdin.readline().rstrip("\n")
        else:
            typed = click.prompt("New password", hide_input=True, confirmation_prompt=True)
        set_password(person_id, typed, now=clock.now())
    click.echo("The password is set.")
