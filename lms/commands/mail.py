"""`muster mail`: reports of mail that did not arrive."""

import click

from lms.commands.terminal import database


@click.group()
def mail() -> None:
    """Mail that Muster sent."""


@mail.command("bounced")
def bounced() -> None:
    """Read a report of mail that came back from standard input, and show it on the page of mail.

    Let the mail server hand over what it gets for the address of MUSTER_MAIL_FROM. What is no such report, or about no
    mail of ours, is passed over.

    \b
    Example:
      muster mail bounced < report.eml
    """
    import sys

    from lms import clock
    from lms.config import settings_of_environment
    from lms.mail.bouncing import LARGEST, read, take_back

    with database():
        found = read(sys.stdin.buffer.read(LARGEST), settings_of_environment())
        is_new = found is not None and take_back(found, now=clock.now())
    if found is None:
        click.echo("This is no report about a mail of ours; nothing was changed.")
    else:
        click.echo(f"Mail {found.mail_id}: {found.why if is_new else 'nothing was changed.'}")
