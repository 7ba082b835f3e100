"""`muster backup` and `muster restore`."""

from pathlib import Path

import click

from lms.commands.terminal import REFUSED, database, plural, progress

FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--to", "folder", type=FOLDER, help="A file named by its moment, into this folder.")
@click.option("--keep", type=click.IntRange(min=1), default=14, show_default=True, help="How many to keep there.")
def backup(file: Path | None, folder: Path | None, keep: int) -> None:
    """Write everything into one FILE, while others work: all rows of one moment, content, quizzes, the secret key.

    \b
    Example:
      muster backup --to /var/backups/muster --keep 30
    """
    from lms import clock
    from lms.backup import making

    if (file is None) == (folder is None):
        raise click.UsageError("Name a FILE, or a folder with --to.")
    with database(), progress("Backing up") as show:
        if file is not None:
            made = making.back_up(file, on_progress=show, now=clock.now())
        else:
            made = making.back_up_into(folder or Path(), keep=keep, now=clock.now())
    click.echo(f"{made}, {made.stat().st_size:,} bytes. It holds secrets: keep it where only you can read it.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="SQLite only: set the database that is there aside first.")
@click.pass_context
def restore(ctx: click.Context, file: Path, replace: bool) -> None:
    """Bring a backup FILE into an empty database, then verify it; a wrong or damaged file changes nothing.

    \b
    Example:
      muster restore muster-20261126T070000Z.zip
    """
    from lms.backup import restoring
    from lms.verifying import verify

    with database(is_checked=False):
        from lms.extensions import db

        manifest = restoring.read_manifest(file)
        if replace and db.engine.dialect.name == "sqlite":
            aside = restoring.set_aside(Path(db.engine.url.database or ""))
            click.echo(f"The old database is {aside}")
        with progress("Restoring") as show:
            beside = restoring.restore(file, on_progress=show)
        findings = verify()
    rows = sum(said["rows"] for said in manifest["tables"].values())
    click.echo(f"{plural(rows, 'row')} of {manifest['made_at']} are back.")
    for path in beside:
        click.echo(f"This file differs from the one in its place and was put beside: {path}")
    for finding in findings:
        click.echo(finding)
    if findings:
        click.echo(f"{plural(len(findings), 'finding')}. Do not work with this database.", err=True)
        ctx.exit(REFUSED)
    click.echo("The record is whole.")
