"""The command as a whole: help, exit codes, sentences instead of stack traces, setting up, verifying."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from sqlalchemy import create_engine, text

from lms.cli import main
from lms.commands.terminal import MOMENT, Moment
from lms.config import ROOT
from lms.locks import WriterWaitedTooLong
from tests.cli.conftest import Run


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name), command


COMMANDS = dict(commands(main))
OFFLINE = {("restore",), ("content", "check"), ("init",), ("demo",), ("items", "template")}
"""Commands that need no database that is set up."""


class TestHelp:
    @pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
    def test_every_command_explains_itself_with_an_example(self, path: tuple[str, ...]) -> None:
        from click.testing import CliRunner

        result = CliRunner().invoke(main, [*path, "--help"])
        assert result.exit_code == 0
        assert "Example:" in result.output
        assert f"muster {' '.join(path)}" in result.output.split("Example:")[1]

    def test_the_commands_that_are_promised_are_there(self) -> None:
        assert {" ".join(path) for path in COMMANDS} == {
            "backup", "restore", "evidence import", "evidence pack", "leave import", "queues import",
            "init", "demo", "serve",
            "content check", "content load", "items export", "items import", "items template",
            "policies import", "publish", "people import",
            "people change", "people invite", "people list", "people password", "people rename-vendor",
            "privacy erase", "privacy export", "privacy tidy", "readiness", "ahead",
            "requirement set", "requirement show", "mail bounced", "items void", "items rescore", "items restore",
            "roster gaps", "roster import",
            "gate", "queue gate", "override give", "override end", "verify", "worker",
        }  # fmt: skip

    def test_help_tells_the_exit_codes_and_imports_nothing_heavy(self) -> None:
        script = (
            "import sys\nfrom lms.cli import main\n"
            "try: main(['--help'])\nexcept SystemExit as done: assert done.code == 0\n"
            "heavy = {'flask', 'sqlalchemy', 'rich', 'pydantic', 'gunicorn', 'markdown'} & set(sys.modules)\n"
            "assert not heavy, heavy"
        )
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "Exit codes: 0 done, 1 refused" in done.stdout

    def test_the_version_is_told(self, run: Run) -> None:
        assert run("--version").output.startswith("muster, version ")

    def test_a_command_typed_wrongly_exits_with_2(self, run: Run) -> None:
        run("frobnicate", expect=2)
        run("readiness", "--format", "xml", expect=2)
        run("people", "import", "/no/such/file.csv", expect=2)


class TestSettingUp:
    def test_init_makes_an_empty_database_ready_and_the_second_time_changes_nothing(
        self, run: Run, tmp_path: Path
    ) -> None:
        url = f"sqlite:///{tmp_path / 'new' / 'place' / 'muster.db'}"
        for _ in range(2):
            result = run("init", env={"MUSTER_DATABASE_URL": url})
            assert result.output == f"The database is ready: {url}\n"
        assert run("verify", env={"MUSTER_DATABASE_URL": url}).output == "The record is whole.\n"

    def test_init_shows_no_password(self, run: Run, database_url: str) -> None:
        if "postgresql" in database_url:
            engine = create_engine(database_url)
            assert "***" not in database_url
            with_password = engine.url.set(password="very secret")
            result = run("init", env={"MUSTER_DATABASE_URL": with_password.render_as_string(hide_password=False)})
            assert "very secret" not in result.output
            engine.dispose()

    @pytest.mark.parametrize("path", sorted(set(COMMANDS) - OFFLINE), ids=" ".join)
    def test_no_command_works_on_a_database_that_is_not_set_up(
        self, run: Run, path: tuple[str, ...], tmp_path: Path
    ) -> None:
        missing = tmp_path / "nothing.db"
        result = run(*path, *arguments(path, tmp_path), expect=3, env={"MUSTER_DATABASE_URL": f"sqlite:///{missing}"})
        assert result.stderr == "The database is not set up for this release yet. Run: muster init\n"
        assert not missing.exists()

    def test_a_database_of_an_older_release_is_not_served(self, run: Run, database_url: str) -> None:
        engine = create_engine(database_url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        engine.dispose()
        assert "Run: muster init" in run("serve", expect=3).stderr


DECIDED = ("--policy", "x", "--reason", "It was wrong.", "--by", "x@x.example")


def arguments(path: tuple[str, ...], folder: Path) -> list[str]:
    """What a command cannot do without."""
    file = folder / "people.csv"
    file.write_text("external_id,name,email\n")
    return {
        ("policies", "import"): [str(folder)],
        **{(feed, "import"): [str(file)] for feed in ("evidence", "leave", "queues", "roster")},
        ("people", "rename-vendor"): ["x", "y", "--why", "They were bought.", "--by", "x@x.example"],
        ("people", "change"): ["x", "--what", "left", "--why", "They left us.", "--by", "x@x.example"],
        ("people", "invite"): ["x@x.example"],
        ("backup",): [str(folder / "b.zip")],
        ("privacy", "erase"): ["x@x.example", "--why", "Asked for it.", "--yes"],
        ("privacy", "export"): ["x@x.example"],
        ("publish",): ["x", "--by", "a@x.example", "--approved-by", "b@x.example"],
        ("items", "export"): ["x", "--format", "csv"],
        ("evidence", "pack"): ["--person", "x@x.example", "-o", str(folder / "pack.zip")],
        ("items", "import"): [__file__, "--policy", "x"],
        ("requirement", "show"): ["x"],
        ("requirement", "set"): ["x", "--reason", "We need it.", "--by", "x@x.example"],
        ("items", "void"): ["q", *DECIDED],
        ("items", "restore"): ["q", *DECIDED],
        ("items", "rescore"): ["q", *DECIDED, "--right", "a"],
        ("people", "import"): [str(file)],
        ("people", "password"): ["ada@demo.example"],
        ("gate",): ["x", "y"],
        ("queue", "gate"): ["x"],
        ("override", "give"): ["x", "y", "--until", "2090-01-01", "--reason", "We need them.", "--by", "x@x.example"],
        ("override", "end"): ["x", "y", "--reason", "Others are here.", "--by", "x@x.example"],
    }.get(path, [])


class TestWhatGoesWrong:
    @pytest.mark.parametrize(
        ("env", "code", "sentence"),
        [
            ({"MUSTER_ENV": "staging"}, 1, "MUSTER_ENV must be development, production or test."),
            ({"MUSTER_PORT": "http"}, 1, "MUSTER_PORT: Input should be a valid integer"),
            ({"MUSTER_ENV": "production", "MUSTER_SECRET_KEY": "x"}, 1, "MUSTER_SECRET_KEY must be set to 32"),
            ({"MUSTER_DATABASE_URL": "muster.db"}, 3, "MUSTER_DATABASE_URL is no address of a database"),
            ({"MUSTER_DATABASE_URL": "oracle7://x/y"}, 3, "MUSTER_DATABASE_URL is no address of a database"),
            ({"MUSTER_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, 3, "The database cannot be used"),
            ({"MUSTER_DATABASE_URL": "sqlite:////proc/nowhere/m.db"}, 3, "/proc/nowhere: No such file or directory."),
        ],
    )
    def test_a_wrong_setting_is_told_in_a_sentence(
        self, run: Run, env: dict[str, str], code: int, sentence: str
    ) -> None:
        result = run("init", env=env, expect=code)
        assert result.stderr.startswith(sentence)
        assert result.stderr.count("\n") == 1

    def test_a_file_that_is_no_database_is_told_in_a_sentence(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "notes.db").write_text("This is no database at all. " * 100)
        result = run("verify", env={"MUSTER_DATABASE_URL": f"sqlite:///{tmp_path / 'notes.db'}"}, expect=3)
        assert "file is not a database" in result.stderr

    def test_what_nobody_expected_ends_in_a_sentence_and_a_trace_only_on_demand(self) -> None:
        from click.testing import CliRunner

        from lms.commands.terminal import Muster

        @click.group(cls=Muster)
        @click.option("--traceback", is_flag=True)
        def group(traceback: bool) -> None:
            """A group."""

        @group.command()
        def stumble() -> None:
            raise LookupError("nothing like it")

        @group.command()
        def wait() -> None:
            raise WriterWaitedTooLong("The database is busy.")

        result = CliRunner().invoke(group, ["stumble"])
        assert result.exit_code == 3
        assert result.stderr.startswith("Something went wrong on our side (LookupError: nothing like it).")
        assert isinstance(CliRunner().invoke(group, ["--traceback", "stumble"]).exception, LookupError)
        assert CliRunner().invoke(group, ["wait"]).stderr == "The database is busy.\n"

    def test_there_is_no_demo_in_production(self, run: Run) -> None:
        result = run("demo", env={"MUSTER_ENV": "production", "MUSTER_TRUSTED_HOSTS": "muster.example"}, expect=1)
        assert "There is no demo in production" in result.stderr

    def test_there_is_no_demo_among_people(self, run: Run) -> None:
        assert "There are people in this database already" in run("demo", expect=1).stderr


class TestMoments:
    @pytest.mark.parametrize(
        ("typed", "moment"),
        [
            ("2026-03-31T17:00+02:00", datetime(2026, 3, 31, 15, tzinfo=UTC)),
            ("2026-03-31T15:00Z", datetime(2026, 3, 31, 15, tzinfo=UTC)),
            ("2026-03-31 15:00:30.5+00:00", datetime(2026, 3, 31, 15, 0, 30, 500_000, tzinfo=UTC)),
            ("2026-03-31", datetime(2026, 3, 31, tzinfo=UTC)),
            ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ],
    )
    def test_are_read_with_an_offset_or_as_a_day(self, typed: str, moment: datetime) -> None:
        assert MOMENT.convert(typed, None, None) == moment
        assert Moment().convert(moment, None, None) is moment

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "now",
            "2026-03-31T17:00",
            "2026-02-29",
            "31.3.2026",
            "0000-01-01",
            "0001-01-01T00:00+12:00",
            "1767225600",
            "2026-W10-1T00:00",
        ],
    )
    def test_are_refused_without_one(self, typed: str) -> None:
        with pytest.raises(click.BadParameter, match="is no moment"):
            MOMENT.convert(typed, None, None)


class TestVerifying:
    def test_a_whole_record_is_told(self, run: Run) -> None:
        assert run("verify").output == "The record is whole.\n"

    def test_what_was_tampered_with_is_told_with_an_exit_code(self, run: Run, database_url: str) -> None:
        engine = create_engine(database_url)
        on = " ON evidence" if "postgresql" in database_url else ""
        with engine.begin() as connection:
            connection.execute(text(f"DROP TRIGGER guard_evidence_update{on}"))
        engine.dispose()
        result = run("verify", expect=1)
        assert result.stdout.startswith("The guard guard_evidence_update is missing")
        assert result.stderr.startswith("1 finding.")


def test_the_command_is_installed_under_its_name() -> None:
    command = Path(sys.executable).parent / "muster"
    if command.exists():
        done = subprocess.run([command, "--version"], capture_output=True, text=True, env=os.environ, check=False)
        assert done.stdout.startswith("muster, version ")
