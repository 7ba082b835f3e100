"""Which files are text that people can see."""

import os
from pathlib import Path

import pytest

from lms.library import plain_text
from lms.library.problems import ContentError


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"one\ntwo\n", "one\ntwo\n"),
        (b"one\r\ntwo\r\n", "one\ntwo\n"),
        (
            "Ünïcode – “quoted”\t👩\u200d🚒 \u0646\u200c\u0627".encode(),
            "Ünïcode – “quoted”\t👩\u200d🚒 \u0646\u200c\u0627",
        ),
    ],
)
def test_text_is_read(content: bytes, text: str) -> None:
    assert plain_text.decode(content, file="a.md") == text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"one\nt\xffo", "a.md:2: byte 5 is not UTF-8 - save the file as UTF-8"),
        ("a".encode("utf-16"), "a.md:1: byte 0 is not UTF-8 - save the file as UTF-8"),
        ("\ufeffa".encode(), "a.md:1: character 0 is U+FEFF, zero width no-break space - delete it: nobody can see it"),
        (b"a\n\x00", "a.md:2: character 2 is U+0000, a control character - delete it: nobody can see it"),
        (b"a\rb", "a.md:1: lines end in different ways - let every line end in LF, or every line in CRLF"),
        (b"a\r\nb\n", "a.md:1: lines end in different ways - let every line end in LF, or every line in CRLF"),
        ("a\u202eb".encode(), "a.md:1: character 1 is U+202E, right-to-left override - delete it: nobody can see it"),
        ("a\u200bb".encode(), "a.md:1: character 1 is U+200B, zero width space - delete it: nobody can see it"),
        ("a\u2028b".encode(), "a.md:1: character 1 is U+2028, line separator - delete it: nobody can see it"),
        ("a\x85b".encode(), "a.md:1: character 1 is U+0085, a control character - delete it: nobody can see it"),
        ("\U000e0041".encode(), "is U+E0041, tag latin capital letter a"),
        (b"a\x0cb", "is U+000C, a control character"),
        (b"a" * (256 * 1024 + 1), "a.md: the file has more than 262,144 bytes - split it in several"),
    ],
)
def test_what_nobody_can_see_or_read_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ContentError) as refused:
        plain_text.decode(content, file="a.md")
    assert message in str(refused.value)


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    assert plain_text.read(tmp_path / "a.md", file="a.md") == "# A\n"


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"^a.md: cannot be read \(No such file or directory\) - add the file"):
        plain_text.read(tmp_path / "a.md", file="a.md")


def test_a_link_out_of_the_shelf_is_not_followed(tmp_path: Path) -> None:
    os.symlink("/etc/passwd", tmp_path / "v1.md")
    with pytest.raises(ContentError, match="link to another file"):
        plain_text.read(tmp_path / "v1.md", file="v1.md")
