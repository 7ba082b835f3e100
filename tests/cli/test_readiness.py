"""`muster readiness`: the same rows as a table, as CSV and as JSON."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from lms import clock
from lms.extensions import db
from tests.cast import Cast
from tests.cli.conftest import Run
from tests.training.make import DAY, prove, simple

COLUMNS = [
    *("person", "team", "queue", "policy", "standing", "held", "required", "due_at", "gate"),
    *("override_until", "override_by", "override_reason"),
]


@pytest.fixture
def proven(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """Ada proved version 1 of legal requests an hour ago; it is two days old."""
    simple(tmp_path, ago=2 * DAY)
    prove(cast.ada, at=clock.now() - timedelta(hours=1))
    db.session.remove()


def test_one_row_for_each_person_queue_and_policy(run: Run, proven: None) -> None:
    written = run("readiness", "--queue", "legal-requests", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(written)))
    assert list(rows[0]) == COLUMNS
    assert rows == [
        {
            "person": "Ada", "team": "EMEA/Dublin", "queue": "legal-requests", "policy": "legal-requests",
            "standing": "ready", "held": "1", "required": "1", "due_at": "",
            "gate": "allow", "override_until": "", "override_by": "", "override_reason": "",
        }
    ]  # fmt: skip


def test_as_it_was_and_as_it_was_known(run: Run, proven: None) -> None:
    before = (clock.now() - timedelta(hours=2)).isoformat()
    told = json.loads(run("readiness", "--as-of", before, "--format", "json").stdout)
    assert [row["standing"] for row in told["rows"]] == ["due"]
    assert told["rows"][0]["due_at"].endswith("Z")
    told = json.loads(run("readiness", "--known-at", before, "--format", "json").stdout)
    assert [row["standing"] for row in told["rows"]] == ["due"]


def test_a_table_for_people(run: Run, proven: None) -> None:
    output = run("readiness").stdout
    assert all(column in output for column in COLUMNS)
    assert "1 row, as of " in output


def test_a_queue_that_is_not_there_is_told_with_those_that_are(run: Run) -> None:
    result = run("readiness", "--queue", "no-such", expect=1)
    assert "There is no queue no-such. There are: abuse-reports, escalations, legal-requests." in result.stderr


def test_a_moment_without_an_offset_is_typed_wrongly(run: Run) -> None:
    assert "is no moment" in run("readiness", "--as-of", "2026-03-08T10:00", expect=2).stderr
