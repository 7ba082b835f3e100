"""Sources as lines."""

import time

import pytest

from lms.library.lines import LARGEST, TextRefused, lines_of, references_of


def texts(source: str) -> list[str]:
    return [line.text for line in lines_of(source)]


def test_line_ends_of_every_system_are_read() -> None:
    assert texts("\ufeffa\r\nb\rc\nd") == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("a\nb\0", "Line 2: A NUL character"),
        ("a\r\n\r\n\x07", "Line 3: The control character U+0007"),
        ("a\x85b", "Line 1: The control character U\\+0085"),
        ("a\ud800", "Line 1: The control character U\\+D800"),
        ("x" * (LARGEST + 1), "^The text is larger than 256 kB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(source: str, sentence: str) -> None:
    with pytest.raises(TextRefused, match=sentence.replace("U+0007", r"U\+0007")):
        lines_of(source)


def test_front_matter_is_set_aside_and_lines_keep_their_numbers() -> None:
    (line,) = lines_of("---\ntitle: x\n# note\n- y\n---\nText")
    assert (line.number, line.text) == (6, "Text")


@pytest.mark.parametrize("source", ["---\nNo front matter\n---", "---\ntitle: x", "a\n---\nb: c\n---"])
def test_a_rule_at_the_start_is_no_front_matter(source: str) -> None:
    assert texts(source) == source.split("\n")


def test_comments_are_left_out_wherever_they_end() -> None:
    assert texts("a <!-- b --> c <!-- d\n# e\nf --> g\n<!-- h -->") == ["a  c ", "", " g", ""]
    assert [line.is_blank for line in lines_of("<!-- h -->\nx")] == [True, False]


def test_an_unclosed_comment_and_one_in_code_are_text() -> None:
    assert texts("a <!-- b\nc") == ["a <!-- b", "c"]
    assert texts("use `<!-- x -->` so <!-- y -->") == ["use `<!-- x -->` so "]


def test_fenced_code_is_counted_with_its_marks() -> None:
    lines = lines_of("a\n```sh\n# no heading <!-- seen\n```\n~~~~\n~~~\n~~~~\nb")
    assert [line.fence for line in lines] == [0, 1, 1, 1, 2, 2, 2, 0]
    assert not lines[2].is_blank


def test_a_fence_that_is_never_closed_is_text() -> None:
    assert [line.fence for line in lines_of("```\na\n````x\nb\n``` y ` z")] == [0] * 5


def test_many_unclosed_fences_take_no_time() -> None:
    started = time.perf_counter()
    lines_of("```a\n" * 40_000)
    assert time.perf_counter() - started < 3


def test_references_are_found_outside_code_and_the_first_counts() -> None:
    lines = lines_of('[A  b]: </x> "title"\n[a b]: /y\n```\n[c]: /z\n```\n[^1]: a-footnote')
    assert references_of(lines) == {"a b": "/x"}


def test_a_tab_indents_to_the_next_four() -> None:
    assert [line.indent for line in lines_of("\ta\n  b\nc")] == [4, 2, 0]
