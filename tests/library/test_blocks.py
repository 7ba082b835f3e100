"""Blocks under a heading: paragraphs, items, rows, code."""

import pytest

from lms.library.blocks import Scanned, scan
from lms.library.lines import TextRefused, lines_of, references_of
from lms.library.visible import Eyes


def scanned(source: str) -> Scanned:
    lines = lines_of(source)
    return scan(lines, Eyes(references_of(lines)))


def blocks(source: str) -> list[tuple[str, str]]:
    return [(block.kind, block.shown) for block in scanned(source).blocks]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One\ntwo.\n\nThree.", [("paragraph", "One two."), ("paragraph", "Three.")]),
        ("Lead:\n- a\n* b\n+ c", [("paragraph", "Lead:"), ("item", "a"), ("item", "b"), ("item", "c")]),
        ("1. a\n   more\n2) b", [("item", "a more"), ("item", "b")]),
        ("- a\n  - b\n    - c\n- d", [("item", "a"), ("item", "b"), ("item", "c"), ("item", "d")]),
        ("- a\n\n  more\n\n- b", [("item", "a"), ("paragraph", "more"), ("item", "b")]),
        ("- a\n\n    more\n\n    - b", [("item", "a"), ("paragraph", "more"), ("item", "b")]),
        ("- a\n\nout\n\n    code", [("item", "a"), ("paragraph", "out"), ("code", "code")]),
        ("It was in\n1986. Later\n- \nmore", [("paragraph", "It was in 1986. Later - more")]),
        ("Steps:\n1. go", [("paragraph", "Steps:"), ("item", "go")]),
        ("- - a\n- 1. b\n-\n  c", [("item", "a"), ("item", "b"), ("item", "c")]),
        ("| A | B |\n|---|:-:|\n| c \\| d | `e` |\n\nf | g", [
            ("row", "A | B"), ("row", "c | d | e"), ("paragraph", "f | g")]),
        ("A | B\n--- | ---\nc | d\nend", [("row", "A | B"), ("row", "c | d"), ("paragraph", "end")]),
        ("a | b\nc", [("paragraph", "a | b c")]),
        ("a | b", [("paragraph", "a | b")]),
        ("```\n# code\n\n  more\n```\ntext", [("code", "# code\n\n  more"), ("paragraph", "text")]),
        ("text\n```\na\n```\n```\nb\n```", [("paragraph", "text"), ("code", "a"), ("code", "b")]),
        ("- a\n  ```\n  b\n  ```\n  c", [("item", "a"), ("code", "b"), ("paragraph", "c")]),
        ("    code\n    more\n\ntext\n    text", [("code", "code\nmore"), ("paragraph", "text text")]),
        ("    - code\nb", [("code", "- code"), ("paragraph", "b")]),
        ("1. a\n> quoted\n> more\nlazy\n\n> > deep", [
            ("item", "a"), ("paragraph", "quoted more lazy"), ("paragraph", "deep")]),
        ("> a\n>\n> b", [("paragraph", "a"), ("paragraph", "b")]),
        ("a\n\n---\n\n* * *\nb\n***\nc", [("paragraph", "a"), ("paragraph", "b"), ("paragraph", "c")]),
        ("a [x]\n\n[x]: /y\n[^1]: note", [("paragraph", "a x"), ("paragraph", "[^1]: note")]),
        ("[x]: /y\n[z]: /w", []),
        ("Rule.\n*Last updated: March 4, 2021*\nMore.", [
            ("paragraph", "Rule."), ("stamp", "Last updated: March 4, 2021"), ("paragraph", "More.")]),
        ("* Last modified on: {% last_modified_at %}", [("stamp", "Last modified on: {% last_modified_at %}")]),
        ("<!-- only\n\na comment -->", []),
    ],
)  # fmt: skip
def test_each_block_is_shown_as_readers_see_it(source: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(source) == expected


def test_a_block_keeps_its_source_and_its_normalised_words() -> None:
    (block,) = scanned("* **Do** [it](/x),\n  now!").blocks
    assert (block.source, block.words) == ("**Do** [it](/x),\nnow!", "do it now")


def test_code_keeps_its_source_with_its_marks() -> None:
    assert scanned("```sh\nls\n```").blocks[0].source == "```sh\nls\n```"


def test_anchors_go_to_the_block_they_stand_in_or_before() -> None:
    found = scanned(
        '<a name="one"></a>\n\n- <a name="two"></a>\nText\n\n| <a name="c"></a> |\n|-|\n| x |\n\n<a name="z"></a>'
    )
    assert [block.anchors for block in found.blocks] == [("one", "two"), ("c",)]
    assert found.trailing == ("z",)
    assert found.anchors == ("one", "two", "c", "z")


def test_a_stamp_has_no_words() -> None:
    assert scanned("Last updated 1 May 2024").blocks[0].words == ""


def test_a_tangle_is_refused_with_its_line() -> None:
    with pytest.raises(TextRefused, match="Line 3: A paragraph"):
        scanned("a\n\n" + "[" * 300)


def test_links_of_rows_and_paragraphs_are_collected() -> None:
    assert scanned("[a](/b)\n\n| [c](/d) |\n|---|").links == ("b", "d")
