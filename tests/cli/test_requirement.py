"""`muster requirement`: the settings and the setting of the screen."""

from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import Run
from tests.conftest import Scene
from tests.policies.shelves import write_shelf

SET = ("requirement", "set", "requests", "--by", "pia@demo.example", "--reason", "The review of March said so.")


@pytest.fixture
def loaded(run: Run, scene: Scene, tmp_path: Path) -> Path:
    shelf = write_shelf(tmp_path / "shelf")
    scene("requirement-loaded", lambda: run("content", "load", shelf, "--publish"))
    return shelf


class TestShow:
    def test_what_counts_what_comes_and_what_was(self, run: Run, loaded: Path) -> None:
        run(*SET, "--everybody", "--from", "2030-01-01")
        told = run("requirement", "show", "requests").output.splitlines()
        assert told[:3] == [
            "Requests (requests)",
            "Needed now by: legal-requests",
            "From 2030-01-01 00:00 UTC by: everybody",
        ]
        upcoming = next(line for line in told if "upcoming" in line)
        assert "Pia" in upcoming
        in_force = next(line for line in told if "in force" in line)
        assert "2026-01-05 09:00   2030-01-01" in in_force
        assert "files" in in_force

    def test_a_policy_that_is_not_there(self, run: Run, app: Flask) -> None:
        assert "There is no policy “nothing”" in run("requirement", "show", "nothing", expect=1).stderr


class TestSet:
    def test_a_dry_run_shows_what_it_would_do_and_writes_nothing(self, run: Run, loaded: Path) -> None:
        ask = (*SET, "--queue", "legal-requests", "--queue", "abuse-reports", "--valid-days", "200")
        told = run(*ask, "--dry-run").output
        assert "    queues           legal-requests → abuse-reports, legal-requests\n" in told
        assert "    valid_days       none → 200\n" in told
        assert (
            "    Abuse reports: 0 need it, then 2; 2 newly required, 2 no longer ready, 0 no longer required\n" in told
        )
        assert "2 people newly required, 2 no longer ready for a queue, 0 no longer required.\n" in told
        assert told.endswith("Nothing was written: this was a dry run.\n")
        assert "Needed now by: legal-requests\n" in run("requirement", "show", "requests").output
        assert run(*ask).output.endswith("It is set.\n")
        assert "Needed now by: abuse-reports, legal-requests\n" in run("requirement", "show", "requests").output
        assert run(*ask).output == "It is so already; nothing was changed.\n"

    def test_what_is_not_given_stays_as_it_is_at_that_moment(self, run: Run, loaded: Path) -> None:
        run(*SET, "--everybody", "--grace-days", "3", "--from", "2030-01-01")
        told = run(*SET, "--onboarding-days", "5", "--from", "2030-02-01").output
        assert "    onboarding_days  14 → 5\n" in told
        assert "queues" not in told
        shown = run("requirement", "show", "requests").output
        assert "From 2030-02-01 00:00 UTC by: everybody" in shown

    def test_what_would_be_taken_back_is_told(self, run: Run, loaded: Path) -> None:
        run(*SET, "--everybody", "--from", "2030-01-01")
        told = run(*SET, "--grace-days", "9").output
        assert "    taken back       what was set for 2030-01-01 00:00 UTC, for everybody\n" in told
        assert "never in force" in run("requirement", "show", "requests").output

    def test_a_validity_can_be_taken_away(self, run: Run, loaded: Path) -> None:
        run(*SET, "--valid-days", "100", "--window-days", "10", "--reentry-days", "30")
        assert "valid_days       100 → none" in run(*SET, "--valid-days", "none").output

    @pytest.mark.parametrize(
        ("more", "code", "why"),
        [
            (("--queue", "escalations", "--everybody"), 2, "Give --queue or --everybody, not both."),
            (("--valid-days", "soon"), 2, "neither a number of days nor none"),
            (("--grace-days", "soon"), 2, "not a valid integer"),
            (("--grace-days", "4000"), 1, "Write whole days from 0 to 3650"),
            (("--valid-days", "20", "--window-days", "30"), 1, "days of renewal at most 20"),
            (
                ("--queue", "leagl"),
                1,
                "There is no queue leagl. There are: abuse-reports, escalations, legal-requests.",
            ),
            (("--grace-days", "1", "--from", "2020-01-01"), 1, "That moment has passed."),
            (("--grace-days", "1", "--reason", "Short"), 1, "Say why, in 10 to 2000 characters."),
            (("--grace-days", "1", "--by", "who@x.example"), 1, "--by: nobody here has the e-mail who@x.example"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(
        self, run: Run, loaded: Path, more: tuple[str, ...], code: int, why: str
    ) -> None:
        assert why in run(*SET, *more, expect=code).stderr

    def test_an_imported_history_begins_with_the_usual_days(self, run: Run, app: Flask, tmp_path: Path) -> None:
        from tests.cli.test_content import history

        run("policies", "import", history(tmp_path / "house-rules"))
        ask = ("requirement", "set", "house-rules", *SET[3:])
        assert "Needed now by: nobody yet" in run("requirement", "show", "house-rules").output
        assert "Nobody would need it" in run(*ask, "--grace-days", "3", expect=1).stderr
        told = run(*ask, "--queue", "escalations").output
        assert "    onboarding_days  none → 14\n" in told
        assert "It is set.\n" in told


def test_a_load_says_in_one_line_that_it_kept_what_was_set(run: Run, loaded: Path) -> None:
    run(*SET, "--everybody")
    told = run("content", "load", loaded, "--publish").output
    (line,) = [line for line in told.splitlines() if "set by hand" in line]
    assert line.startswith("warning: requests: ")
    assert told.endswith("Everything was there already; nothing was changed.\n")
