"""`muster content`, `muster policies` and `muster publish`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.policies.shelves import RELEASE_1, V1, V2, write_shelf

HISTORY = """\
slug: {slug}
title: House rules
kind: policy
source: {{repo: example/rules, host: GitHub}}
licence: {{spdx: CC0-1.0, name: CC0 1.0, attribution: By nobody in particular.}}
versions:
  - {{file: 001.md, commit: "1111111", date: "2024-01-02T03:04:05+00:00", subject: First text of it}}
  - {{file: 002.md, commit: "2222222", date: "2024-05-06T07:08:09+00:00", subject: Second text of it}}
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return write_shelf(tmp_path / "shelf")


def history(folder: Path, slug: str = "house-rules") -> Path:
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text(HISTORY.format(slug=slug))
    (folder / "001.md").write_text(V1)
    (folder / "002.md").write_text(V2)
    return folder


class TestCheck:
    def test_the_shipped_content_has_no_error(self, run_offline: Run) -> None:
        output = run_offline("content", "check").output
        assert "0 errors" in output
        assert "legal-requests" in output
        assert "emergency-disclosure" in output
        assert "emergency-disclosure" not in run_offline("content", "check", "--brief").output

    def test_all_problems_are_told_by_file_and_line(self, run_offline: Run, shelf: Path) -> None:
        (shelf / "content" / "requests" / "v1.md").write_text("## A {#a}\n\nx\n\n## B {#a}\n\ny\n")
        (shelf / "quizzes" / "requests.yaml").write_text("quiz: {pass_mark: 800}\nitems: []\n")
        result = run_offline("content", "check", shelf, expect=1)
        assert "error: content/requests/v1.md" in result.output
        assert "error: quizzes/requests.yaml:1" in result.output

    def test_an_empty_folder_is_no_shelf(self, run_offline: Run, tmp_path: Path) -> None:
        assert "There is no policy below" in run_offline("content", "check", tmp_path, expect=1).stderr


class TestLoadAndPublish:
    def test_drafts_are_loaded_once(self, run: Run, shelf: Path) -> None:
        first = run("content", "load", shelf).output
        assert "drafted (draft)" in first
        assert first.endswith("Loaded.\n")
        assert run("content", "load", shelf).output.endswith("Everything was there already; nothing was changed.\n")

    def test_recorded_versions_are_published(self, run: Run, shelf: Path) -> None:
        output = run("content", "load", shelf, "--publish").output
        assert output.count("published") == 2
        assert run("verify").output == "The record is whole.\n"

    def test_what_cannot_be_loaded_is_told(self, run: Run, tmp_path: Path) -> None:
        shelf = write_shelf(tmp_path / "shelf", audience="[no-such-queue]")
        assert "no-such-queue" in run("content", "load", shelf, expect=1).stderr

    def test_a_draft_is_published_by_two_persons(self, run: Run, tmp_path: Path) -> None:
        shelf = write_shelf(tmp_path / "shelf", texts={1: V1}, releases=[RELEASE_1])
        run("content", "load", shelf)
        by = ("--by", "pia@demo.example")
        assert run("publish", "requests", *by, "--approved-by", "pia@demo.example", expect=1).stderr
        assert run("publish", "nothing", *by, "--approved-by", "lena@demo.example", expect=1).stderr
        assert (
            "nobody@demo.example"
            in run("publish", "requests", *by, "--approved-by", "nobody@demo.example", expect=1).stderr
        )
        run("publish", "requests", *by, "--approved-by", "lena@demo.example", "--effective", "soon", expect=2)
        done = run("publish", "requests", *by, "--approved-by", "lena@demo.example", "--effective", "2199-01-01")
        assert done.output == "Version 1 of requests is published.\n"


class TestHistories:
    def test_every_version_gets_a_line(self, run: Run, tmp_path: Path) -> None:
        folder = history(tmp_path / "house-rules")
        output = run("policies", "import", folder, "--queue", "legal-requests").output
        lines = [line for line in output.splitlines() if "clauses:" in line]
        assert [line.split()[:2] for line in lines] == [["1", "2024-01-02"], ["2", "2024-05-06"]]
        assert "1 added,   1 reworded,   1 removed" in lines[1]
        assert "House rules: 2 new versions, 2 in all." in output
        again = run("policies", "import", folder, "--queue", "legal-requests").output
        assert again.count("(was here)") == 2

    def test_a_folder_of_folders_is_imported_one_by_one(self, run: Run, tmp_path: Path) -> None:
        for slug in ("one", "two"):
            history(tmp_path / "all" / slug, slug)
        assert run("policies", "import", tmp_path / "all", "--everybody").output.count("2 new versions") == 2

    def test_what_is_no_history_is_told(self, run: Run, tmp_path: Path) -> None:
        assert run("policies", "import", tmp_path, expect=1).stderr
        folder = history(tmp_path / "house-rules")
        run("policies", "import", folder, "--queue", "a", "--everybody", expect=2)
        assert "there is no queue" in run("policies", "import", folder, "--queue", "no-such", expect=1).stderr
