"""What we serve of other people's scripts is byte for byte what is listed, each with its licence."""

from pathlib import Path

import pytest

from scripts import vendored

TEMPLATES = Path(vendored.FOLDER).parents[1] / "templates"


def test_every_vendored_file_is_listed_with_its_sum():
    assert list(vendored.wrong()) == []


@pytest.mark.parametrize("package", vendored.PACKAGES, ids=lambda package: package.name)
def test_each_comes_with_its_licence_and_a_reason(package):
    assert package.licence in {"Apache-2.0", "BSD-3-Clause", "MIT"}
    assert package.why
    assert any(path.endswith("LICENSE") for path in package.files)
    assert package.version.count(".") == 2


def test_a_changed_a_missing_and_an_unlisted_file_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(vendored, "FOLDER", tmp_path)
    first, *others = (package.target(path) for package in vendored.PACKAGES for path in package.files)
    for target in (first, tmp_path / "more.js"):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("something else")
    found = "\n".join(vendored.wrong())
    assert f"{first.relative_to(tmp_path)} is not what is listed" in found
    assert "more.js is not listed" in found
    assert all(f"{each.relative_to(tmp_path)} is missing" in found for each in others)
