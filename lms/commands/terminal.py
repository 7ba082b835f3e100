"""What the commands share: exit codes, moments as options, the database, errors as sentences, tables and progress.

Nothing heavy is imported before a command runs, so that `muster --help` answers at once.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, BinaryIO

import click

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

REFUSED, CANNOT_RUN = 1, 3
"""Exit codes besides 0; 2 is click's, for a command that was typed wrongly."""
WIDEST = 160
"""Columns of a table that goes into a file or a pipe."""


class CannotRun(Exception):
    """Something that the command needs is not there; the message says what to do."""


class Muster(click.Group):
    """A group whose errors end as one sentence on stderr and an exit code, never as a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click's hook."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if ctx.params.get("traceback"):
                raise
            code, sentence = sentence_of(error)
            click.echo(sentence, err=True)
            ctx.exit(code)


def sentence_of(error: Exception) -> tuple[int, str]:
    """The exit code of an error, and what to say about it."""
    from lms.domain.errors import DomainError
    from lms.library.problems import ContentError

    if isinstance(error, DomainError | ContentError):
        return REFUSED, str(error)
    if isinstance(error, CannotRun):
        return CANNOT_RUN, str(error)
    if isinstance(error, OSError) and error.filename:
        return CANNOT_RUN, f"{error.filename}: {error.strerror}."
    for library, sentence in (("pydantic", _of_settings), ("sqlalchemy", _of_database)):
        if library in sys.modules and (said := sentence(error)):
            return said
    kind = type(error).__name__
    return CANNOT_RUN, f"Something went wrong on our side ({kind}: {error}). `muster --traceback …` shows where."


def _of_settings(error: Exception) -> tuple[int, str] | None:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return None
    lines = []
    for each in error.errors():
        said = each["msg"].removeprefix("Value error, ")
        name = f"MUSTER_{str(each['loc'][0]).upper()}: " if each["loc"] and "MUSTER_" not in said else ""
        lines.append(name + said)
    return REFUSED, "\n".join(lines)


def _of_database(error: Exception) -> tuple[int, str] | None:
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

    from lms.locks import WriterWaitedTooLong

    if isinstance(error, WriterWaitedTooLong):
        return CANNOT_RUN, str(error)
    if isinstance(error, ArgumentError | NoSuchModuleError):
        return CANNOT_RUN, "MUSTER_DATABASE_URL is no address of a database; write sqlite:///… or postgresql://…"
    if isinstance(error, DBAPIError):
        said = " ".join(str(error.orig).split())
        return CANNOT_RUN, f"The database cannot be used ({said}). Look at MUSTER_DATABASE_URL, and whether it runs."
    return None


class Moment(click.ParamType):
    """ISO 8601 with an offset or Z; a bare date is its beginning in UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read what was typed; click's hook."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
            if len(value) == len("2026-03-31"):
                moment = datetime.combine(moment.date(), time(), UTC)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        self.fail(f"{value!r} is no moment; write 2026-03-31T17:00+02:00, 2026-03-31T15:00Z or 2026-03-31", param, ctx)


MOMENT = Moment()


@contextmanager
def database(*, is_made_ready: bool = False, is_checked: bool = True) -> Iterator["Flask"]:
    """The app on the database of the settings; CannotRun unless its schema is this release's, or is brought there."""
    from pathlib import Path

    from lms.app import create_app
    from lms.extensions import db, dispose_engines
    from lms.migrating import is_current, migrate

    app = create_app()
    with app.app_context():
        try:
            file = Path(db.engine.url.database or "") if db.engine.dialect.name == "sqlite" else None
            if file and (is_made_ready or not is_checked):
                file.parent.mkdir(parents=True, exist_ok=True)
            if is_made_ready:
                migrate(db.engine)
            elif is_checked and ((file and not file.exists()) or not is_current(db.engine)):
                raise CannotRun("The database is not set up for this release yet. Run: muster init")
            yield app
        finally:
            db.session.remove()
            dispose_engines()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[str] = ()) -> None:
    """A table on stdout; the columns `numbers` are set right."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDEST)
    console.print(table)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while something long goes on; call what it gives with what is done and what there is to do."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(label, total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield show


@contextmanager
def put_in_place(file: "Path") -> Iterator[BinaryIO]:
    """A file beside this one, for this account only, that takes its place once it is whole."""
    import os

    part = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
            yield out
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 version`, `2 versions`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
