"""`muster backup` and `muster restore` on the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import main


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_there_and_back(cast, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
    run, file = CliRunner().invoke, tmp_path / "b.zip"
    assert "It holds secrets" in run(main, ["backup", str(file)]).output
    refused = run(main, ["restore", str(file)])
    assert (refused.exit_code, "add --replace" in refused.output) == (1, True)
    done = run(main, ["restore", str(file), "--replace"])
    assert "The old database is" in done.output
    assert "The record is whole." in done.output
    assert Path(f"{database_url.removeprefix('sqlite:///')}.before-restore-1").exists()
    file.write_text("nonsense")
    assert "is no whole backup" in run(main, ["restore", str(file)]).output


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_into_a_folder(cast, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
    run = CliRunner().invoke
    assert run(main, ["backup", "--to", str(tmp_path), "--keep", "1"]).exit_code == 0
    assert len(list(tmp_path.glob("muster-*.zip"))) == 1
    assert run(main, ["backup"]).exit_code == 2
