"""`muster` as somebody types it."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from lms.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("people", "import", path)` gives the result; a wrong exit code fails the test."""
    return _typing(app.config["SQLALCHEMY_DATABASE_URI"], monkeypatch)


@pytest.fixture
def run_offline(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same for commands that need no database."""
    return _typing("sqlite:////nowhere/at/all.db", monkeypatch)


def _typing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
    monkeypatch.setenv("MUSTER_ENV", "test")
    monkeypatch.setenv("MUSTER_SECRET_KEY", "a secret for tests only, 32 characters")
    monkeypatch.setenv("COLUMNS", "160")

    def invoke(*args: object, expect: int = 0, **options: Any) -> Result:
        result = CliRunner().invoke(main, [str(arg) for arg in args], **options)
        assert result.exit_code == expect, f"exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        assert "Traceback" not in result.output
        return result

    return invoke
