"""`muster people`."""

from pathlib import Path

import pytest
from flask import Flask

from lms.access import Role
from lms.accounts import queries
from lms.accounts.passwords import is_right
from lms.commands import keeping
from lms.extensions import db
from lms.models import Credential
from lms.people.changing import Word
from lms.people.forms import State
from tests.cli.conftest import Run

PEOPLE = """\
external_id,name,email,role,team,queues,starts_on,ends_on,effective_on
ben,Ben Odhiambo,ben@demo.example,agent,APAC/Manila,abuse-reports;appeals-desk,2026-05-04,,
ada,Ada,ada@demo.example,,Americas/Austin,legal-requests,,,2026-06-01
sam,Sam,sam@demo.example,,Americas/Austin,abuse-reports,,2026-12-31,
cole,Cole,cole@demo.example,,EMEA/Dublin,,,,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


class TestImport:
    def test_the_differences_are_shown_and_a_dry_run_writes_nothing(self, run: Run, file: Path) -> None:
        told = run("people", "import", file, "--dry-run").output
        assert "+ Ben Odhiambo (ben), from 2026-05-04 00:00 UTC" in told
        assert "~ Ada (ada), from 2026-05-31 23:00 UTC" in told
        assert "    team         EMEA/Dublin → Americas/Austin" in told
        assert "- Sam (sam)" in told
        assert "New teams: APAC, APAC/Manila" in told
        assert "New queues: appeals-desk" in told
        assert told.endswith("1 created, 1 changed, 1 ended, 1 unchanged. Nothing was written: this was a dry run.\n")
        done = run("people", "import", file).output
        assert done.endswith("1 created, 1 changed, 1 ended, 1 unchanged.\n")
        assert run("people", "import", file).output == "0 created, 0 changed, 0 ended, 4 unchanged.\n"

    def test_all_wrong_rows_are_told_and_nobody_comes_in(self, run: Run, file: Path) -> None:
        file.write_text(PEOPLE.replace("ben@demo.example", "sam@demo.example").replace("2026-12-31", "31.12.2026"))
        result = run("people", "import", file, expect=1)
        assert result.stderr.splitlines()[0] == "Nothing was imported: 3 things are wrong in the file."
        assert "row 4, ends_on: “31.12.2026” is no date; write it as 2026-03-31" in result.stderr
        assert result.stdout == ""


class TestPassword:
    def test_is_asked_for_twice_and_set(self, run: Run, app: Flask) -> None:
        words = "a quiet morning in Dublin"
        result = run("people", "password", "ADA@demo.example", input=f"{words}\n{words}\n")
        assert result.output.endswith("The password is set.\n")
        assert words not in result.output
        ada = queries.person_of_email("ada@demo.example")
        assert is_right(words, db.session.get_one(Credential, ada).password_hash)

    def test_comes_from_a_pipe(self, run: Run) -> None:
        run("people", "password", "ada@demo.example", "--stdin", input="a quiet morning in Dublin\nrest")

    def test_a_weak_one_and_one_for_nobody_are_refused(self, run: Run) -> None:
        assert (
            "A password has 15 to 256"
            in run("people", "password", "ada@demo.example", "--stdin", input="x", expect=1).stderr
        )
        assert "Nobody here has the e-mail x@x.example" in run("people", "password", "x@x.example", expect=1).stderr


class TestList:
    def test_everybody_with_where_they_work(self, run: Run, app: Flask) -> None:
        told = run("people", "list").output
        assert "Ada" in told
        assert "EMEA/Dublin" in told
        assert "Rune" in told

    def test_narrowed_as_on_screen_and_as_a_file(self, run: Run, app: Flask) -> None:
        told = run("people", "list", "--team", "EMEA", "--role", "agent", "--format", "csv").output.splitlines()
        assert told[0] == "external_id,name,email,vendor,team,roles,queues,state,until"
        assert [line.partition(",")[0] for line in told[1:]] == ["ada"]
        assert run("people", "list", "--state", "left", "--format", "csv").output.count("\n") == 1

    def test_its_words_are_those_of_the_rooms(self) -> None:
        assert tuple(Role) == keeping.ROLES
        assert tuple(State) == keeping.STATES
        assert tuple(Word) == keeping.WORDS


class TestChange:
    ASK = ("people", "change", "--why", "Nights need two more.", "--by", "rune@demo.example")

    def test_many_at_once_after_a_look(self, run: Run, app: Flask) -> None:
        ask = (*self.ASK, "ada", "sam", "--what", "queue", "--queue", "escalations")
        told = run(*ask, "--dry-run").output
        assert "  Ada: is in it already" in told
        assert "~ Sam" in told
        assert told.endswith("1 of 2 changed. Nothing was written: this was a dry run.\n")
        assert "escalations" not in run("people", "list", "--who", "sam", "--format", "csv").output
        assert run(*ask).output.endswith("1 of 2 changed.\n")
        assert "Escalations" in run("people", "list", "--who", "sam", "--format", "csv").output
        assert run(*ask).output.endswith("0 of 2 changed.\n")

    def test_from_a_moment_on(self, run: Run, app: Flask) -> None:
        run(*self.ASK, "ada", "--what", "left", "--from", "2040-01-01")
        assert ",here," in run("people", "list", "--who", "ada", "--format", "csv").output

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            (("ada", "nobody", "--what", "left"), "Nobody here is nobody"),
            (("ada", "--what", "team", "--team", "Nowhere"), "There is no team “Nowhere”"),
            (("ada", "--what", "role"), "Choose a role"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(
        self, run: Run, app: Flask, more: tuple[str, ...], why: str
    ) -> None:
        assert why in run(*self.ASK, *more, expect=1).stderr

    def test_somebody_decides_it(self, run: Run, app: Flask) -> None:
        ask = ("people", "change", "ada", "--what", "left", "--why", "She left us today.", "--by", "who@x.example")
        assert "Nobody here is who@x.example" in run(*ask, expect=1).stderr
