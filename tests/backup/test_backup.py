"""A backup holds one moment whole, also under write load; a restore gives it back or writes nothing."""

import json
import random
import shutil
import threading
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms import clock
from lms.accounts import links
from lms.app import create_app
from lms.backup import making, restoring
from lms.backup.restoring import RestoreRefused
from lms.backup.rows import kept_tables
from lms.extensions import db, writing
from lms.models import AuditEntry, BackupMade, guards
from lms.verifying import verify
from tests.conftest import _administer, _database_of, settings_for
from tests.training.make import DAY, fail, prove, refresher


@pytest.fixture
def other(engine_name, request, tmp_path) -> Iterator[Flask]:
    """The app on an empty database of the same engine."""
    if engine_name == "sqlite":
        url, name = f"sqlite:///{tmp_path / 'other.db'}", ""
    else:
        server, name = request.getfixturevalue("postgresql_server"), f"muster_other_{uuid.uuid4().hex}"
        _administer(server, f"CREATE DATABASE {name}")
        url = _database_of(server, name)
    app = create_app(settings_for(url))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if name:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def root(tmp_path) -> Path:
    """A small shelf with a key."""
    for name, words in {"content/a/v1.md": "# A", "quizzes/a.yaml": "items: []", "var/secret_key": "secret"}.items():
        (tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / name).write_text(words)
    return tmp_path / "root"


def every_row() -> dict[str, list[tuple]]:
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in kept_tables()
        }


def restored(app: Flask, path: Path, root: Path) -> tuple[Path, ...]:
    with app.app_context():
        return restoring.restore(path, root=root)


def test_everything_is_back_to_the_last_row_and_the_record_is_whole(cast, simple, other, root, tmp_path):
    simple(ago=10 * DAY)
    fail(cast.ada, at=clock.now() - 3 * DAY)
    prove(cast.ada, at=clock.now() - DAY)
    refresher(cast.ada, cast.cole, "notice", at=clock.now() - DAY / 2)
    before = every_row()
    path = making.back_up(tmp_path / "b.zip", root=root, now=clock.now())
    assert path.stat().st_mode & 0o077 == 0
    assert db.session.scalars(select(BackupMade)).one().size == path.stat().st_size
    assert restored(other, path, root) == ()
    with other.app_context():
        assert every_row() == before
        assert verify() == []
        with db.engine.connect() as connection:
            assert guards.missing(connection) == frozenset()
        links.forgotten("ada@demo.example", now=clock.now())  # new rows are numbered after the old ones
        assert verify() == []


def test_the_guards_stand_again_afterwards(cast, other, root, tmp_path):
    path = making.back_up(tmp_path / "b.zip", root=root, now=clock.now())
    restored(other, path, root)
    from sqlalchemy.exc import DBAPIError

    with other.app_context(), writing(), pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text("DELETE FROM spells"))


def test_files_that_are_missing_are_put_back_and_others_beside(cast, other, root, tmp_path):
    path = making.back_up(tmp_path / "b.zip", root=root, now=clock.now())
    shutil.rmtree(root / "quizzes")
    (root / "content/a/v1.md").write_text("# Another")
    (root / "var/secret_key").unlink()
    beside = restored(other, path, root)
    assert [each.relative_to(root).as_posix() for each in beside] == ["var/restored/content/a/v1.md"]
    assert (root / "content/a/v1.md").read_text() == "# Another"
    assert (root / "quizzes/a.yaml").read_text() == "items: []"
    assert (root / "var/secret_key").read_text() == "secret"
    assert (root / "var/secret_key").stat().st_mode & 0o077 == 0


def test_a_database_with_people_in_it_is_not_touched(cast, root, tmp_path):
    path = making.back_up(tmp_path / "b.zip", root=root, now=clock.now())
    before = every_row()
    with pytest.raises(RestoreRefused, match="people in this database already"):
        restoring.restore(path, root=root)
    assert every_row() == before


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "harm", ["cut", "byte", "text", "empty", "member", "extra", "path", "format", "migration", "rows", "double"]
)
def test_a_wrong_or_damaged_file_writes_nothing(cast, other, root, tmp_path, harm):
    path = making.back_up(tmp_path / "b.zip", root=root, now=clock.now())
    _harm(path, harm)
    with other.app_context():
        with pytest.raises(RestoreRefused):
            restoring.restore(path, root=root)
        assert not Path(db.engine.url.database).exists() or Path(db.engine.url.database).stat().st_size == 0


def _harm(path: Path, harm: str) -> None:
    whole = path.read_bytes()
    if harm == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "byte":
        with zipfile.ZipFile(path) as archive:
            place = archive.getinfo("tables/identities.jsonl").header_offset + 90
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    elif harm in {"text", "empty"}:
        path.write_bytes(b"hello" if harm == "text" else b"")
    else:
        _write_again(path, harm)


def _write_again(path: Path, harm: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members["manifest.json"])
    if harm == "member":
        del members["tables/spells.jsonl"]
    elif harm == "extra":
        members["../../evil"] = b"x"
    elif harm == "path":
        members["content/../../evil"] = members["content/a/v1.md"]
        manifest["files"]["content/../../evil"] = manifest["files"]["content/a/v1.md"]
    elif harm in {"format", "migration"}:
        manifest[harm] = 99 if harm == "format" else "0099"
    elif harm == "rows":
        members["tables/persons.jsonl"] += b"[1]\n"
    members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        if harm == "double":
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("tables/spells.jsonl", b"")


def test_nothing_half_is_left_when_it_cannot_be_written(cast, root, tmp_path, monkeypatch):
    def fails(*args):
        raise OSError("No space left on device")

    (tmp_path / "b.zip").write_text("the one from yesterday")
    monkeypatch.setattr(making, "_write_table", fails)
    with pytest.raises(OSError, match="No space left"):
        making.back_up(tmp_path / "b.zip", root=root, now=clock.now())
    assert (tmp_path / "b.zip").read_text() == "the one from yesterday"
    assert list(tmp_path.glob(".*.part")) == []


def test_only_the_newest_are_kept_in_a_folder(cast, root, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.zip").write_text("mine")
    for hours in range(4):
        making.back_up_into(folder, keep=2, root=root, now=clock.now() - hours * DAY / 24)
    assert len(list(folder.glob("muster-*.zip"))) == 2
    assert (folder / "notes.zip").exists()


def test_backups_under_write_load_hold_all_that_was_acknowledged_before(app, cast, other, root, tmp_path, database_url):
    """A drill; `benchmarks/restoring.py` runs thirty."""
    stop, acknowledged = threading.Event(), []

    def write() -> None:
        with app.app_context():
            while not stop.is_set():
                links.forgotten("ada@demo.example", now=clock.now())
                acknowledged.append(1)
            db.session.remove()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    chance, made = random.Random(4), []  # noqa: S311
    try:
        for number in range(2):
            stop.wait(chance.random() / 4)
            before = len(acknowledged)
            made.append((making.back_up(tmp_path / f"b{number}.zip", root=root, now=clock.now()), before))
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    path, before = made[-1]
    restored(other, path, root)
    with other.app_context():
        kept = len(db.session.scalars(select(AuditEntry.id).where(AuditEntry.act == "password forgotten")).all())
        assert before <= kept <= len(acknowledged)
        assert verify() == []
