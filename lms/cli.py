"""`muster`, the command: sets up, serves, brings things in, reports; each is a few lines over an action or a query.

Commands with a noun are in `lms/commands/`. Exit codes: 0 done, 1 refused or problems found, 2 typed wrongly, 3 cannot
run (no database, not set up).
"""

import click

from lms.commands import evidence as packing  # noqa: F401 - its command
from lms.commands import items_corrections, keeping  # noqa: F401 - their commands
from lms.commands.backups import backup, restore
from lms.commands.content import content, policies, publish
from lms.commands.gate import gate, override, queue
from lms.commands.items import items
from lms.commands.mail import mail
from lms.commands.people import evidence, leave, people, queues
from lms.commands.privacy import privacy
from lms.commands.reports import ahead, readiness, verify
from lms.commands.requirement import requirement
from lms.commands.roster import roster
from lms.commands.terminal import Muster, database, plural, progress

EPILOG = "Exit codes: 0 done, 1 refused or problems found, 2 typed wrongly, 3 cannot run (no database, not set up)."


@click.group(cls=Muster, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muster-lms", prog_name="muster")
@click.option("--traceback", is_flag=True, help="Show where an unexpected error came from.")
def main(traceback: bool) -> None:
    """Keep a Trust & Safety team ready: learn exactly what changed, prove it, and know who is ready.

    The settings come from the environment: MUSTER_DATABASE_URL, MUSTER_PORT and others that the README lists.
    """


@main.command()
def init() -> None:
    """Set the database up, or bring it to this release.

    \b
    Example:
      MUSTER_DATABASE_URL=postgresql://muster@localhost/muster muster init
    """
    with database(is_made_ready=True):
        from lms.extensions import db

        click.echo(f"The database is ready: {db.engine.url.render_as_string(hide_password=True)}")


@main.command()
@click.option("--when-new", is_flag=True, help="Do nothing when there are people already.")
@click.option("--serve", "is_served", is_flag=True, help="Serve it afterwards, in the same process.")
def demo(when_new: bool, is_served: bool) -> None:
    """Fill an empty database with half a year of a made-up team; refused in production.

    \b
    Example:
      muster demo && muster serve
    """
    from lms import clock
    from lms.config import settings_of_environment
    from lms.domain.errors import DomainError

    if settings_of_environment().is_production:
        raise DomainError("There is no demo in production. Leave MUSTER_ENV out to try it elsewhere.")
    with database(is_made_ready=True):
        from lms.demo import seed

        if not (when_new and seed.has_people()):
            with progress("Half a year passes") as show:
                seed.build(now=clock.now(), on_progress=show)
        if seed.is_demo():
            click.echo(f"Sign in as {', '.join(f'{name}@demo.example' for name in seed.SIGN_INS)}")
            click.echo(f"with the password {seed.PASSWORD}")
    if is_served:
        from lms.serving import serve as serve_app

        serve_app(settings_of_environment(), has_worker=True)


@main.command()
def serve() -> None:
    """Serve Muster until Ctrl-C; requests under way are finished first.

    \b
    Example:
      MUSTER_PORT=8080 muster serve
    """
    from lms.config import settings_of_environment
    from lms.serving import serve as serve_app

    with database():
        pass  # refuses a database that is not set up, before anything listens
    serve_app(settings_of_environment())


@main.command()
@click.option("--once", is_flag=True, help="Send what is due, then stop.")
def worker(once: bool) -> None:
    """Send the mail in the outbox, and leads their weekly mail, until Ctrl-C; one is enough, several do no harm.

    \b
    Example:
      muster worker --once
    """
    from lms import worker as workers

    with database() as app:
        if once:
            weeks = workers.Weeks(app)
            while weeks.look_at_next():
                pass
            click.echo(f"{plural(workers.run_once(app), 'mail')} tried.")
        else:
            click.echo("The worker runs (Ctrl-C stops it).")
            workers.run_until_signal(app)


for command in (
    backup,
    content,
    evidence,
    items,
    gate,
    leave,
    override,
    people,
    policies,
    privacy,
    publish,
    queue,
    queues,
    readiness,
    ahead,
    requirement,
    mail,
    restore,
    roster,
    verify,
):
    main.add_command(command)
