"""Folders of dated versions."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lms.domain.changes import tally
from lms.domain.policies import Kind
from lms.library.histories import HistoryRefused, Licence, Source, read, trace

RECORD = """\
slug: fax
title: Fax Policy
kind: process
source: {repo: example/policies, host: GitHub, paths: [fax.md]}
licence: {spdx: CC0-1.0, name: Creative Commons Zero, attribution: None required.}
versions_in_source: 3
note: two versions
versions:
- file: 001.md
  commit: abc
  date: '2020-04-13T14:07:53-05:00'
  subject: 'Merge pull request #35 from example/fax'
  detail: Answer every fax (#35)
  title: Fax Rules
  words: 4
  change: {first_version: true}
- file: 002.md
  date: 2020-05-04T13:58:39Z
  subject: Merge branch main
  change: {added_words: 1, removed_words: 0}
"""


def folder(path: Path, record: str = RECORD, **texts: str) -> Path:
    (path / "policy.yaml").write_text(record, encoding="utf-8")
    for name, text in ({"001": "Answer every fax.\n", "002": "# Fax\nAnswer every fax now.\n"} | texts).items():
        (path / f"{name.lstrip('v')}.md").write_text(text, encoding="utf-8")
    return path


def test_a_folder_gives_a_document_with_its_versions(tmp_path: Path) -> None:
    history = read(folder(tmp_path))
    assert (history.slug, history.title, history.kind) == ("fax", "Fax Policy", Kind.PROCESS)
    assert history.source == Source(host="GitHub", repo="example/policies", paths=("fax.md",))
    assert history.licence == Licence(spdx="CC0-1.0", name="Creative Commons Zero", attribution="None required.")
    first, second = history.versions
    assert (first.number, first.title, first.text, first.commit) == (1, "Fax Rules", "Answer every fax.\n", "abc")
    assert first.published_at == datetime.fromisoformat("2020-04-13T14:07:53-05:00")
    assert first.published_at.utcoffset() == timedelta(hours=-5)
    assert (second.number, second.title, second.file) == (2, "Fax Policy", "002.md")


def test_the_reason_is_what_people_wrote(tmp_path: Path) -> None:
    assert [version.reason for version in read(folder(tmp_path)).versions] == ["Answer every fax", "Merge branch main"]


def test_a_history_is_traced_from_version_to_version(tmp_path: Path) -> None:
    traced = list(trace(read(folder(tmp_path))))
    assert [(version.number, tally(compared.changes).added) for version, compared in traced] == [(1, 1), (2, 0)]
    assert [clause.id for clause in traced[1][1].clauses] == ["fax-rules"]


def test_a_text_that_cannot_be_split_is_named(tmp_path: Path) -> None:
    history = read(folder(tmp_path, v002="a\n# B {#B}\nc"))
    with pytest.raises(HistoryRefused, match=r"fax/002\.md: Line 2: “B” is not an id"):
        list(trace(history))


@pytest.mark.parametrize(
    ("written", "instead", "sentence"),
    [
        ("slug: fax", "slug: Fax", "policy.yaml:1 slug: "),
        ("title: Fax Policy\n", "", "title: is missing; add it."),
        ("note: two versions", "notes: x", "policy.yaml:7 notes: is not a known field"),
        ("kind: process", "kind: law", "kind: Input should be 'policy', 'process' or 'product', found 'law'."),
        ("kind: process", "kind: process\nkind: policy", "kind"),
        ("slug: fax", "slug: [", "policy.yaml"),
        ("2020-05-04T13:58:39Z", "20200504", "versions[1].date: Value error, write a moment as"),
        ("2020-05-04T13:58:39Z", "2020-05-04T13:58:39", "versions[1].date: 2020-05-04T13:58:39 has no offset"),
        ("2020-05-04T13:58:39Z", "2020-04-04T13:58:39Z", "versions[1].date: earlier than that of the version before"),
        ("002.md", "../2.md", "versions[1].file: String should match pattern"),
        ("002.md", "003.md", "versions[1].file: expected 002.md, found 003.md"),
        ("words: 4", "words: -4", "versions[0].words: Input should be greater than or equal to 0"),
        (RECORD, "[]", "the file: Input should be a valid"),
        (RECORD[RECORD.index("- file: 002"):], "", "versions: 002.md has no entry"),
    ],
)  # fmt: skip
def test_a_wrong_record_is_refused_with_its_field(tmp_path: Path, written: str, instead: str, sentence: str) -> None:
    with pytest.raises(HistoryRefused) as refused:
        read(folder(tmp_path, RECORD.replace(written, instead)))
    assert sentence in str(refused.value)
    assert "policy.yaml" in str(refused.value)


def test_a_missing_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HistoryRefused, match="there is no such file"):
        read(tmp_path)


def test_a_missing_text_is_refused(tmp_path: Path) -> None:
    (folder(tmp_path) / "002.md").unlink()
    with pytest.raises(HistoryRefused, match=r"versions\[1\]\.file: there is no file 002\.md in the folder"):
        read(tmp_path)


def test_a_text_elsewhere_is_not_followed(tmp_path: Path) -> None:
    path = folder(tmp_path) / "002.md"
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(HistoryRefused, match=r"there is no file 002\.md"):
        read(tmp_path)


def test_a_text_too_large_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path) / "002.md"
    path.write_bytes(b"x" * (256 * 1024 + 1))
    with pytest.raises(HistoryRefused, match="larger than 256 kB"):
        read(tmp_path)
    path.write_bytes(b"abc\xff")
    with pytest.raises(HistoryRefused, match="not UTF-8 at byte 3"):
        read(tmp_path)
