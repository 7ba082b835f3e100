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
@click.option("--full", is_flag=True, help="It names everybody: who is missing has left.")
@click.option("--yes", is_flag=True, help="With --full: even when more than 5 % leave.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
def import_(file: Path, full: bool, yes: bool, dry_run: bool) -> None:
    """Bring in a file of people: all of it or nothing; the second time changes nothing.

    Columns (the first three are needed): external_id, name, email, role, team, vendor, coach_email, queues, timezone,
    language, starts_on, ends_on, effective_on. Without --full nothing is said about who is missing.

    \b
    Example:
      muster people import people.csv --dry-run
    """
    from lms import clock
    from lms.people.importing import import_people

    with database():
        report = import_people(file.read_bytes(), is_full=full, is_sure=yes, is_dry_run=dry_run, now=clock.now())
    _print_report(report)


def _print_report(report: "Report") -> None:
    for difference in report.differences:
        _print_difference(difference)
    for label, made in (("teams", report.teams), ("queues", report.queues)):
        if made:
            click.echo(f"New {label}: {', '.join(made)}")
    for each in report.refused:
        click.echo(f"! {each.external_id}: {each.field} “{each.value}” was not taken; it belongs to {each.owner}.")
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


@click.group()
def leave() -> None:
    """Times in which people do not work."""


@click.group()
def queues() -> None:
    """Who works in which queue."""


@click.group()
def evidence() -> None:
    """Training that was done before Muster, or elsewhere."""


def _feed(kind: str, file: Path, *, dry_run: bool, full: bool = False, yes: bool = False) -> None:
    from lms import clock
    from lms.people.feed_files import KINDS
    from lms.people.feeding import feed

    with database():
        fed = feed(
            KINDS[kind],
            file.read_bytes(),
            is_full=full,
            is_sure=yes,
            is_dry_run=dry_run,
            by=None,
            now=clock.now(),
        )
    for mark, lines in (("+", fed.new), ("-", fed.ended)):
        for line in lines:
            click.echo(f"{mark} {line}")
    done = " Nothing was written: this was a dry run." if dry_run else ""
    ended = f"{len(fed.ended)} of {fed.open} open ended, " if full else ""
    click.echo(f"{len(fed.new)} new, {ended}{fed.unchanged} unchanged.{done}")


FEED_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
FULL = click.option("--full", is_flag=True, help="It names all that is open or ahead: what is missing ends now.")
YES = click.option("--yes", is_flag=True, help="With --full: even when more than 5 % end.")


@leave.command("import")
@FEED_FILE
@FULL
@YES
@DRY_RUN
def import_leave(file: Path, full: bool, yes: bool, dry_run: bool) -> None:
    """Bring in a file of leave: external_id, starts_on, ends_on (the last day; empty: open), kind.

    \b
    Example:
      muster leave import leave.csv --full --dry-run
    """
    _feed("leave", file, dry_run=dry_run, full=full, yes=yes)


@queues.command("import")
@FEED_FILE
@FULL
@YES
@DRY_RUN
def import_queues(file: Path, full: bool, yes: bool, dry_run: bool) -> None:
    """Bring in who works in which queue: external_id, queue, starts_on, ends_on (the last day; empty: open).

    \b
    Example:
      muster queues import queues.csv --full
    """
    _feed("queues", file, dry_run=dry_run, full=full, yes=yes)


@evidence.command("import")
@FEED_FILE
@DRY_RUN
def import_evidence(file: Path, dry_run: bool) -> None:
    """Bring in past completions: external_id, policy, version, occurred_at, source, reference.

    \b
    Example:
      muster evidence import completions.csv
    """
    _feed("evidence", file, dry_run=dry_run)
