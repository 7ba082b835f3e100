"""A pack checks out by the script in it, and every change of it is told with the file."""

import hashlib
import json
import subprocess
import sys

import pytest

from lms.evidence_pack import check
from lms.evidence_pack.asked import About
from lms.models.proof import canonical
from tests.evidence_pack.conftest import packed


@pytest.fixture
def folder(trained, unpack):
    return unpack(packed(about=About.VERSION, policy="legal-requests", number=1, has_keys=True))


def signed_anew(folder):
    """Somebody who changed a file made the list of sums anew too."""
    sums = {path.relative_to(folder).as_posix(): check.sum_of(path) for path in folder.rglob("*") if path.is_file()}
    sums.pop(check.SUMS)
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    remark = f"{check.REMARK}{hashlib.sha256(listed.encode()).hexdigest()}\n"
    (folder / check.SUMS).write_text(listed + remark)


def said(folder, capsys):
    code = check.main([str(folder)])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_it_checks_out_by_itself_with_nothing_but_python(folder):
    alone = [sys.executable, "-I", "-S", "check.py"]
    whole = subprocess.run(alone, cwd=folder, capture_output=True, text=True)
    assert (whole.returncode, whole.stdout) == (0, "whole: 1 records\n")


def test_a_byte_that_was_changed_in_any_file_is_told_with_its_name(folder, capsys):
    assert said(folder, capsys)[0] == 0
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(files) == 10
    for path in files:
        was = path.read_bytes()
        for place in (0, len(was) // 2, len(was) - 1):
            changed = bytearray(was)
            changed[place] ^= 1
            path.write_bytes(changed)
            code, told = said(folder, capsys)
            assert code == 1
            assert f"tampered: {path.relative_to(folder).as_posix()}: " in told, (path, place)
        path.write_bytes(was)
    assert said(folder, capsys)[0] == 0


def test_a_file_that_is_missing_or_was_added_is_told(folder, capsys):
    (folder / "more.txt").write_text("More.")
    (folder / "attempts.jsonl").unlink()
    told = said(folder, capsys)[1]
    assert "more.txt: is not in the list" in told
    assert "attempts.jsonl: is missing" in told
    (folder / check.SUMS).unlink()
    assert "SHA256SUMS: cannot be read" in said(folder, capsys)[1]


def change_record(folder, **fields):
    path = folder / check.RECORDS
    body = canonical(json.loads(path.read_bytes()) | fields)
    path.write_bytes(body + b"\n")
    beside = folder / check.BESIDE
    leaf = hashlib.sha256(b"\x00" + body).hexdigest()
    beside.write_text(json.dumps(json.loads(beside.read_text()) | {"leaf": leaf}) + "\n")


def change_version(folder, change):
    path = folder / "versions/legal-requests/1.json"
    version = json.loads(path.read_text())
    change(version)
    path.write_text(json.dumps(version))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
class TestWithTheSumsMadeAnew:
    """Only what is computed from the content itself can tell."""

    def test_a_record_that_was_changed(self, folder, capsys):
        path = folder / check.RECORDS
        path.write_bytes(path.read_bytes().replace(b'"passed":true', b'"passed":null'))
        signed_anew(folder)
        assert "records.jsonl: line 1: the record is not the one that its hash names" in said(folder, capsys)[1]

    def test_a_record_of_another_version(self, folder, capsys):
        change_record(folder, policy_sha256="0" * 64)
        signed_anew(folder)
        assert "records.jsonl: line 1: the record was proved on another version" in said(folder, capsys)[1]

    def test_a_record_of_somebody_else(self, folder, capsys):
        change_record(folder, subject="somebody")
        signed_anew(folder)
        assert "is of somebody else" in said(folder, capsys)[1]

    def test_records_that_are_not_canonical_not_json_or_too_few(self, folder, capsys):
        path = folder / check.RECORDS
        was = path.read_bytes()
        for changed, told in (
            (was.replace(b":", b": ", 1), "is not in canonical form"),
            (b"{\n", "cannot be read"),
            (b"", "records-beside.jsonl: has more lines"),
            (b"[]\n", "records: cannot be read (AttributeError"),
        ):
            path.write_bytes(changed)
            signed_anew(folder)
            assert told in said(folder, capsys)[1]

    def test_what_a_version_froze(self, folder, capsys):
        for change, told in (
            (lambda version: version.update(text="Another."), "the version is not the one"),
            (lambda version: version["rules"].update(pass_mark=10), "the version is not the one"),
            (lambda version: version["lessons"][0]["lesson"].update(title="Another"), "the lesson 10-papers is not"),
            (lambda version: version["items"][0]["key"].update(keys=["b"]), "the item "),
            (lambda version: version.pop("rules"), "versions: cannot be read (KeyError"),
        ):
            path = folder / "versions/legal-requests/1.json"
            was = path.read_bytes()
            change_version(folder, change)
            signed_anew(folder)
            code, said_then = said(folder, capsys)
            assert code == 1
            assert told in said_then
            path.write_bytes(was)


def test_a_folder_of_its_own_is_checked_when_none_is_named(capsys):
    assert check.main([]) == 1
    assert "SHA256SUMS: cannot be read" in capsys.readouterr().out
