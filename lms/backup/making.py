"""Actions that make a backup: one moment of the database, whole or not at all, while others go on writing."""

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from lms.backup import rows
from lms.backup.rows import kept_tables
from lms.config import ROOT
from lms.extensions import db, writing
from lms.migrating import newest
from lms.models import BackupMade

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("content", "quizzes")
KEY_FILE = "var/secret_key"
Progress = Callable[[int, int], None]


def back_up(path: Path, *, root: Path = ROOT, on_progress: Progress | None = None, now: datetime) -> Path:
    """Write a backup to `path`, over what was there, and give the path; nothing half is ever there.

    Everything that was acknowledged before it began is in it. Raises OSError when it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _write(file, root, on_progress or (lambda done, total: None), now)
            file.flush()
            os.fsync(file.fileno())
        digest, size = _digest_of(part), part.stat().st_size
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    _record(size, digest, now=now)
    return path


def back_up_into(folder: Path, *, keep: int, root: Path = ROOT, now: datetime) -> Path:
    """Write a backup named by its moment into a folder, and delete all but the newest `keep` of them."""
    made = back_up(folder / f"muster-{now:%Y%m%dT%H%M%SZ}.zip", root=root, now=now)
    for old in sorted(folder.glob("muster-????????T??????Z.zip"))[:-keep]:
        old.unlink()
    return made


@contextlib.contextmanager
def one_moment() -> Iterator[Connection]:
    """A connection that sees the database as it is at its first statement, whatever others write."""
    connection = db.engine.connect()
    try:
        if db.engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
    finally:
        connection.rollback()
        connection.close()


def _write(file: Any, root: Path, on_progress: Progress, now: datetime) -> None:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "muster": version("muster-lms"),
        "migration": newest(),
        "engine": db.engine.dialect.name,
        "tables": {},
        "files": {},
    }
    tables = kept_tables()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        with one_moment() as connection:
            for done, table in enumerate(tables):
                on_progress(done, len(tables))
                manifest["tables"][table.name] = _write_table(archive, connection, table)
        for each in _files(root):
            name = each.relative_to(root).as_posix()
            content = each.read_bytes()
            archive.writestr(name, content)
            manifest["files"][name] = hashlib.sha256(content).hexdigest()
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))


def _write_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as member:
        for line in rows.lines(connection, table):
            member.write(line)
            digest.update(line)
            count += 1
    return {"columns": [column.name for column in table.columns], "rows": count, "sha256": digest.hexdigest()}


def _files(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(path for path in (root / folder).rglob("*") if path.is_file())
    if (root / KEY_FILE).exists():
        yield root / KEY_FILE


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@writing()
def _record(size: int, digest: str, *, now: datetime) -> None:
    db.session.add(BackupMade(made_at=now, size=size, digest=digest))
    db.session.commit()
