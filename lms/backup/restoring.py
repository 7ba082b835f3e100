"""Actions that bring a backup back into an empty database: everything is checked before anything is written."""

import contextlib
import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, func, insert, inspect, select, text

from lms.backup import rows
from lms.backup.making import FOLDERS, FORMAT, KEY_FILE, MANIFEST
from lms.config import ROOT
from lms.domain.errors import DomainError
from lms.extensions import Base, db, writing
from lms.migrating import migrate, newest
from lms.models import Person

Progress = Callable[[int, int], None]


class RestoreRefused(DomainError):
    """The file is no whole backup of this release, or the database is not empty; nothing was written."""


def read_manifest(path: Path) -> dict[str, Any]:
    """What a backup holds, after every part of it was checked; raise RestoreRefused."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            _check(archive, manifest)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError, OSError) as wrong:
        what = "is no whole backup of Muster: it is damaged, cut off or something else."
        raise RestoreRefused(f"{path.name} {what}") from wrong
    if manifest["migration"] != newest():
        made_by = f"Muster {manifest['muster']} with the schema {manifest['migration']}"
        raise RestoreRefused(
            f"{path.name} was made by {made_by}; this release has {newest()}. "
            "Restore it with that release, then upgrade."
        )
    return manifest


def restore(path: Path, *, root: Path = ROOT, on_progress: Progress | None = None) -> tuple[Path, ...]:
    """Bring the rows of a backup into an empty database, all or none; files that differ are put beside, and named.

    Raises RestoreRefused before anything is written.
    """
    manifest = read_manifest(path)
    _refuse_unless_empty()
    migrate(db.engine)
    with zipfile.ZipFile(path) as archive:
        _fill(archive, manifest, on_progress or (lambda done, total: None))
        return tuple(_put_files(archive, manifest, root))


def set_aside(database: Path) -> Path:
    """Move an SQLite database and its log out of the way; the new name."""
    number = 1
    while (aside := database.with_name(f"{database.name}.before-restore-{number}")).exists():
        number += 1
    db.engine.dispose()
    for suffix in ("-wal", "-shm", ""):
        part = Path(f"{database}{suffix}")
        if part.exists():
            part.rename(f"{aside}{suffix}")
    return aside


def _check(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise ValueError("another format")
    expected = {f"tables/{name}.jsonl": said["sha256"] for name, said in manifest["tables"].items()}
    expected |= manifest["files"]
    if {*expected, MANIFEST} != set(archive.namelist()) or len(archive.namelist()) != len(expected) + 1:
        raise ValueError("members that are missing, or that nobody named")
    for name, digest in expected.items():
        with archive.open(name) as member:
            if hashlib.file_digest(member, "sha256").hexdigest() != digest:  # type: ignore[arg-type]
                raise ValueError(name)
    for name in manifest["files"]:
        parts = PurePosixPath(name).parts
        if name != KEY_FILE and (parts[0] not in FOLDERS or ".." in parts):
            raise ValueError(name)


def _refuse_unless_empty() -> None:
    if "persons" in inspect(db.engine).get_table_names():
        with db.engine.connect() as connection:
            if connection.scalar(select(func.count()).select_from(Person.__table__)):
                raise RestoreRefused(
                    "There are people in this database already. Restore into an empty one: name it in "
                    "MUSTER_DATABASE_URL, or, for an SQLite file, add --replace, which sets the old file aside."
                )


def _fill(archive: zipfile.ZipFile, manifest: dict[str, Any], on_progress: Progress) -> None:
    tables = rows.kept_tables()
    with writing(), db.engine.begin() as connection, _without_guards(connection):
        for done, table in enumerate(tables):
            on_progress(done, len(tables))
            with archive.open(f"tables/{table.name}.jsonl") as member:
                for batch in rows.batches(table, manifest["tables"][table.name]["columns"], member):
                    connection.execute(insert(table), batch)
            if connection.dialect.name == "postgresql" and "id" in table.c:
                _count_on(connection, table.name)


@contextlib.contextmanager
def _without_guards(connection: Connection) -> Iterator[None]:
    """The guards refuse rows of published versions and submitted attempts; they are back before the end."""
    if connection.dialect.name == "sqlite":
        kept = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in kept:
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        yield
        for _, sql in kept:
            connection.exec_driver_sql(sql)
        return
    for table in Base.metadata.tables:
        connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
    yield
    for table in Base.metadata.tables:
        connection.execute(text(f'ALTER TABLE "{table}" ENABLE TRIGGER USER'))


def _count_on(connection: Connection, table: str) -> None:
    """New rows are numbered after the restored ones."""
    connection.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\" "  # noqa: S608 - our names
            "HAVING max(id) IS NOT NULL AND pg_get_serial_sequence(:named, 'id') IS NOT NULL"
        ),
        {"named": table},
    )


def _put_files(archive: zipfile.ZipFile, manifest: dict[str, Any], root: Path) -> Iterator[Path]:
    """Files that are missing are put back; one that differs is left, and its copy put beside."""
    for name in manifest["files"]:
        content, place = archive.read(name), root / name
        if place.exists() and place.read_bytes() == content:
            continue
        if place.exists():
            place = root / "var" / "restored" / name
            yield place
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o600 if name == KEY_FILE else 0o644)
        place.write_bytes(content)
