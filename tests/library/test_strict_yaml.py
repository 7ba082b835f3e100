"""YAML in which nothing is guessed and everything wrong is named at once."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.library.problems import ContentError
from lms.library.strict_yaml import MAX_DEPTH, dotted, load


def messages(text: str, first_line: int = 1) -> list[str]:
    with pytest.raises(ContentError) as refused:
        load(text, file="f.yaml", first_line=first_line)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    "scalar",
    [
        *(
            "no",
            "on",
            "yes",
            "true",
            "null",
            "~",
            "1:30",
            "010",
            "1_000",
            "1.10",
            "0x1f",
            "1e3",
            ".inf",
            ".nan",
            "None",
        ),
        *("2024-02-30", "9" * 5000, "__proto__", "constructor", "=", "a#b", "2026-01-05T09:00:00-08:00"),
    ],
)
def test_every_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    assert load(f"a: {scalar}\n", file="f").value == {"a": scalar}
    assert load(f"- {scalar}\n", file="f").value == [scalar]
    if len(scalar) < 1024:  # a key may not be longer
        assert load(f"{scalar}: b\n", file="f").value == {scalar: "b"}


def test_the_shapes_of_yaml_are_read() -> None:
    text = "a: 'it''s'\nb: |\n  one\n   two\nc: {d: [e, \" f \"], g: }\nh:\n- i: >-\n    j\n    k\n"
    assert load(text, file="f").value == {
        "a": "it's",
        "b": "one\n two\n",
        "c": {"d": ["e", " f "], "g": ""},
        "h": [{"i": "j k"}],
    }
    assert load("# only a comment\n", file="f").value == ""
    assert load("text", file="f").value == "text"


def test_lines_of_values_are_known() -> None:
    document = load("title: A\nversions:\n  - number: 1\n\n    reason: B\n", file="f", first_line=10)
    assert document.line(("title",)) == 10
    assert document.line(("versions", 0, "reason")) == 14
    assert document.line(("versions", 0, "author")) == 12  # of the version
    assert document.line(("owner",)) == 10  # of the file
    assert dotted(("versions", 0, "reason")) == "versions[0].reason"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3: the key `a` stands here twice - keep one of them"),
        ("x:\n  a: 1\n  a: 2\n", "f.yaml:3 x: the key `a` stands here twice"),
        ("a: &b 1\n", "f.yaml:1 a: anchors (`&name`) are not read"),
        ("a: &b [1]\n", "f.yaml:1 a: anchors"),
        ("a: *b\n", "f.yaml:1 a: aliases (`*name`) are not read - write the value out"),
        ("<<: {a: 1}\n", "f.yaml:1: merge keys (`<<`) are not read"),
        ("a: !!python/object/apply:os.system [ls]\n", "f.yaml:1 a: tags (`!…`) are not read"),
        ("a: !!binary aGk=\n", "f.yaml:1 a: tags"),
        ("a: !include b.yaml\n", "f.yaml:1 a: tags"),
        ("? [a]\n: b\n", "f.yaml:1: a key is not text"),
        ("? {a: b}\n: b\n", "f.yaml:1: a key is not text"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2: a second document begins here - keep one document in a file"),
        ("a: b: c\n", "f.yaml:1: mapping values are not allowed here - put the text in quotes"),
        ("a:\n\tb: 1\n", "f.yaml:2 a: found character '\\t' that cannot start any token"),
        ("a: 'b\n", "f.yaml:2 a: found unexpected end of stream"),
        ("a: \x00\n", "f.yaml:1: this is not YAML"),
        ('a: "\\0"\n', "f.yaml:1 a: character 0 is U+0000, a control character"),
        ('a: "\\ud800"\n', "f.yaml:1 a: character 0 is U+D800"),
        ('"a\\u202eb": 1\n', "f.yaml:1: character 1 is U+202E"),
        ("a: see case #4 of May\n", "f.yaml:1 a: what follows ` #` would be taken for a comment - put the whole text"),
        ("[" * 13 + "]" * 13, f"more than {MAX_DEPTH} levels inside each other - make it flatter"),
        ("a: " + "[" * 100_000, f"more than {MAX_DEPTH} levels"),
        ("a: " + "x" * 256 * 1024, "f.yaml:1: the text has more than 262,144 bytes"),
        ("- a\n" * 10_000, "f.yaml:10000: more than 10,000 values in one file"),
    ],
)
def test_it_refuses(text: str, expected: str) -> None:
    start = time.process_time()
    found = messages(text)
    assert any(expected in message for message in found), found
    assert time.process_time() - start < 5  # a second on a machine of its own


def test_twelve_levels_are_enough() -> None:
    load("[" * 12 + "]" * 12, file="f")


def test_an_alias_bomb_is_refused_at_the_first_alias() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(9)
    )
    assert "aliases" in "\n".join(messages(bomb))


def test_everything_wrong_is_told_at_once() -> None:
    assert len(messages("a: &x 1\nb: *x\na: !!int 3\nc: d #e\n", first_line=2)) == 5


def test_a_merge_sign_in_quotes_is_a_word() -> None:
    assert load('"<<": a\n', file="f").value == {"<<": "a"}


def test_a_comment_after_a_value_is_a_comment() -> None:
    text = "a: b # why\nc: [d]   # queue slugs\ne: 'f' #g\n"
    assert load(text, file="f").value == {"a": "b", "c": ["d"], "e": "f"}


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="ab:-#&*!?|>'\"[]{}, \n<\\0", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        load(text, file="f")
    except ContentError:
        return
