"""`muster privacy`: a person's own data, erasing somebody, deleting what was kept too long."""

import json

import click

from lms.commands.terminal import REFUSED, database, plural


@click.group()
def privacy() -> None:
    """What is kept about people: give it out, erase it, delete what is too old."""


@privacy.command()
@click.argument("email")
@click.pass_context
def export(ctx: click.Context, email: str) -> None:
    """Print all that is kept about the person with this EMAIL, as JSON.

    \b
    Example:
      muster privacy export ada@company.example > ada.json
    """
    from lms import clock
    from lms.privacy.actions import give_out

    with database():
        given = give_out(_person(ctx, email), by=None, now=clock.now())
    click.echo(json.dumps(given, ensure_ascii=False, indent=2))


@privacy.command()
@click.argument("email")
@click.option("--why", required=True, help="Who asked for it and when; it stays in the record, so name nobody.")
@click.confirmation_option("--yes", prompt="There is no way back. Erase them?")
@click.pass_context
def erase(ctx: click.Context, email: str, why: str) -> None:
    """Erase who the person with this EMAIL was and what they answered; what proves training stays.

    \b
    Example:
      muster privacy erase ada@company.example --why "Asked for in writing on 3 March"
    """
    from lms import clock
    from lms.privacy import actions

    with database():
        actions.erase(_person(ctx, email), reason=why, by=None, now=clock.now())
    click.echo("Erased. The evidence stays, under a random identifier.")


@privacy.command()
@click.option("--dry-run", is_flag=True, help="Tell what is too old; delete nothing.")
def tidy(dry_run: bool) -> None:
    """Delete sessions and erase leavers that were kept longer than the settings say.

    \b
    Example:
      muster privacy tidy --dry-run
    """
    from lms import clock
    from lms.config import settings_of_environment
    from lms.privacy import actions

    with database():
        found = actions.tidy(settings_of_environment(), is_dry_run=dry_run, by=None, now=clock.now())
    for name in found.people:
        click.echo(f"- {name}")
    done = "too old; nothing was deleted: this was a dry run" if dry_run else "deleted"
    click.echo(f"{plural(found.sessions, 'session')} and {plural(len(found.people), 'person', 'people')} {done}.")


def _person(ctx: click.Context, email: str) -> int:
    from lms.accounts.queries import person_of_email

    person_id = person_of_email(email)
    if person_id is None:
        click.echo(f"Nobody here has the e-mail {email}.", err=True)
        ctx.exit(REFUSED)
    return person_id
