"""`muster items`."""

import zipfile
from pathlib import Path

import pytest

from lms.library import quiz_files
from tests.cli.conftest import Run
from tests.policies.shelves import RELEASE_1, write_shelf

GOOD = "// [tag:speed]\n::one:: It is 19:30. It is late. {T#Right.}\n"
BAD = "// [tag:speed]\n::two:: Why? {}\n"


@pytest.fixture
def shelf(run: Run, tmp_path: Path) -> Path:
    """Version 1 is in force, version 2 a draft."""
    root = write_shelf(tmp_path / "shelf", releases=(RELEASE_1,))
    run("content", "load", root, "--publish")
    return root


def gift(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bank.gift"
    path.write_text(text)
    return path


def exported(run: Run, kind: str = "yaml", *more: object) -> str:
    return run("items", "export", "requests", "--format", kind, *more).output


def test_a_dry_run_tells_line_by_line_and_writes_nothing(run: Run, shelf: Path, tmp_path: Path) -> None:
    file = gift(tmp_path, GOOD + "\n" + BAD)
    before = exported(run)
    said = run("items", "import", file, "--policy", "requests", "--dry-run", expect=1).output
    assert "free words (an essay)" in said
    assert "Read as GIFT: 1 new, 1 refused." in said
    assert "1 item would come in. Nothing was written." in said
    assert exported(run) == before


def test_nothing_comes_in_while_one_cannot_until_somebody_wants_the_rest(run: Run, shelf: Path, tmp_path: Path) -> None:
    file = gift(tmp_path, GOOD + "\n" + BAD)
    assert "say --rest" in run("items", "import", file, "--policy", "requests", expect=1).output
    assert "id: one" not in exported(run)
    assert "1 item came in." in run("items", "import", file, "--policy", "requests", "--rest").output
    assert "id: one" in exported(run)


def test_the_same_file_again_changes_nothing(run: Run, shelf: Path, tmp_path: Path) -> None:
    file = gift(tmp_path, GOOD)
    run("items", "import", file, "--policy", "requests")
    assert "Nothing was written" in run("items", "import", file, "--policy", "requests").output
    changed = gift(tmp_path, GOOD.replace("late", "too late"))
    assert "another item “one”" in run("items", "import", changed, "--policy", "requests", expect=1).output
    assert "1 item came in." in run("items", "import", changed, "--policy", "requests", "--replace").output


def test_what_came_in_stays_when_the_files_are_loaded_again(run: Run, shelf: Path, tmp_path: Path) -> None:
    run("items", "import", gift(tmp_path, GOOD), "--policy", "requests")
    assert "Everything was there already" in run("content", "load", shelf).output
    out = shelf / "quizzes" / "requests.yaml"
    assert "7 items in" in run("items", "export", "requests", "--format", "yaml", "-o", out).output
    assert [item.id for item in quiz_files.read(out.read_text(), file="x").items if item.id == "one"]
    run("content", "load", shelf)
    assert "one" in exported(run)


def test_items_go_out_in_each_format_and_of_each_version(run: Run, shelf: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    run("items", "export", "requests", "--format", "qti3", "--version", "1", "-o", out)
    names = zipfile.ZipFile(out).namelist()
    assert names[0] == "imsmanifest.xml"
    assert "items/fax-1.xml" in names
    assert exported(run, "csv", "--version", "draft").startswith("id,type,clause,stem")
    for label in ("9", "old"):
        wrong = run("items", "export", "requests", "--format", "csv", "--version", label, expect=1)
        assert f"no version “{label}”" in wrong.stderr


def test_what_went_out_comes_in_again_unchanged(run: Run, shelf: Path, tmp_path: Path) -> None:
    for kind in ("yaml", "qti3", "csv"):
        out = tmp_path / f"out.{kind}"
        run("items", "export", "requests", "--format", kind, "-o", out)
        said = run("items", "import", out, "--policy", "requests").output
        assert "6 there already." in said


def test_a_clause_can_be_chosen_and_the_template_filled_in(run: Run, shelf: Path, tmp_path: Path) -> None:
    template = tmp_path / "items.csv"
    assert run("items", "template").output.startswith("id,type,clause")
    run("items", "template", "-o", template)
    said = run("items", "import", template, "--policy", "requests", "--clause", "speed", "--dry-run", expect=1).output
    assert "7 new, 1 refused" in said
    file = gift(tmp_path, GOOD)
    assert "There is no policy “other”" in run("items", "import", file, "--policy", "other", expect=1).stderr
    empty = gift(tmp_path, "")
    assert "The file is empty." in run("items", "import", empty, "--policy", "requests", expect=1).stderr


def test_a_policy_without_a_draft_or_a_quiz_takes_no_items(run: Run, tmp_path: Path) -> None:
    root = write_shelf(tmp_path / "shelf")
    write_shelf(root, slug="signed", title="Signed", proof="attest")
    run("content", "load", root, "--publish")
    file = gift(tmp_path, GOOD)
    assert "has no draft" in run("items", "import", file, "--policy", "requests", expect=1).stderr
    assert "has no quiz" in run("items", "import", file, "--policy", "signed", expect=1).stderr
    assert (
        "no version “draft”"
        in run("items", "export", "requests", "--format", "csv", "--version", "draft", expect=1).stderr
    )
    assert "records-1" in exported(run)
