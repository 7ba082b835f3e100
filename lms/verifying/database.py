"""The database itself: its schema, its files, and the triggers that keep history as it was."""

from collections.abc import Iterator

from sqlalchemy import text

from lms.extensions import db
from lms.migrating import is_current
from lms.models import guards as known_guards


def schema() -> Iterator[str]:
    """The schema is this release's."""
    if not is_current(db.engine):
        yield "The schema is not that of this release. Run: muster init"


def integrity() -> Iterator[str]:
    """SQLite: pages, indexes and foreign keys are sound; PostgreSQL looks after itself."""
    if db.engine.dialect.name != "sqlite":
        return
    for (said,) in db.session.execute(text("PRAGMA integrity_check")):
        if said != "ok":
            yield f"The database file is damaged: {said}."
    for table, row, parent, _ in db.session.execute(text("PRAGMA foreign_key_check")):
        yield f"Row {row} of {table} refers to a row of {parent} that is not there."


def guards() -> Iterator[str]:
    """Every trigger is there."""
    for name in sorted(known_guards.missing(db.session.connection())):
        yield f"The guard {name} is missing: what it keeps may have been changed."
