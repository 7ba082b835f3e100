"""`muster evidence pack`: the same packs as on screen, and more, from the command line of the server."""

import hashlib
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import AuditEntry, Person
from tests.training.make import DAY, prove, simple


@pytest.fixture
def trained(app, cast, tmp_path):
    """Ada proved version 1 of legal requests an hour ago."""
    simple(tmp_path, ago=2 * DAY)
    prove(cast.ada, at=clock.now() - timedelta(hours=1))
    subject = db.session.scalar(select(Person.subject).where(Person.id == cast.ada))
    db.session.remove()
    return subject


def pack(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_it_writes_one_file_and_says_its_sum(run, trained, tmp_path):
    path = tmp_path / "ada.zip"
    for who in ("ada", "ADA@demo.example", trained):
        said = run("evidence", "pack", "--person", who, "-o", path).stdout
        assert "1 record, as of " in said
        assert hashlib.sha256(path.read_bytes()).hexdigest() in said
        assert path.stat().st_mode & 0o077 == 0
        assert '"asked":' in pack(path)["attempts.jsonl"]
    assert [each.name for each in tmp_path.glob(".*")] == []
    noted = db.session.execute(
        select(AuditEntry.origin, AuditEntry.by).where(AuditEntry.act == "evidence packed").distinct()
    ).all()
    assert noted == [("command", None)]


def test_a_version_a_team_or_a_period(run, trained, tmp_path):
    path = tmp_path / "pack.zip"
    yesterday = (clock.now() - DAY).isoformat()
    for asked, people in (
        (("--version", "legal-requests@1"), 1),
        (("--team", "Americas"), 1),
        (("--from", yesterday), 6),
        (("--from", yesterday, "--to", yesterday), 6),
    ):
        run("evidence", "pack", *asked, "-o", path)
        assert json.loads(pack(path)["pack.json"])["counts"]["people"] == people
    run("evidence", "pack", "--version", "legal-requests@1", "--with-keys", "-o", path)
    assert '"feedback"' in pack(path)["versions/legal-requests/1.json"]


def test_what_is_not_there_is_told_and_nothing_is_written(run, trained, tmp_path):
    path = tmp_path / "pack.zip"
    for asked, told in (
        (("--person", "nobody"), "Nobody here is “nobody”."),
        (("--version", "legal-requests@2"), "There is no published version legal-requests@2."),
        (("--version", "legal-requests"), "Write POLICY@N"),
        (("--team", "Mars"), "There is no team Mars."),
        (("--team", "EMEA", "--to", "2100-01-01"), "The end of the period lies ahead."),
    ):
        assert told in run("evidence", "pack", *asked, "-o", path, expect=1).stderr
    assert not path.exists()


def test_one_thing_at_a_time(run_offline, tmp_path):
    both = run_offline("evidence", "pack", "--person", "a", "--team", "b", "-o", tmp_path / "x", expect=2)
    assert "Name one of" in both.stderr
    assert "Name a --person" in run_offline("evidence", "pack", "-o", tmp_path / "x", expect=2).stderr
