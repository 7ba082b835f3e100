"""Policy texts to clauses, and their ids from version to version."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.changes import tally
from lms.domain.policies import Clause, Section, Sort, Verdict
from lms.domain.words import words_of
from lms.library.clauses import first_version, next_version, split
from lms.library.lines import TextRefused

FAX = "Requests by fax are answered within ten working days by the legal desk and filed in the cabinet."
NOTICE = "Tell the person concerned before anything is disclosed, unless a court order or the law forbids it."
COSTS = "We may ask to be paid back for the costs of searching archives at the published hourly rate."


def titles(text: str) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(section.title, section.level, section.path) for section in split(text, default_title="Manual")]


def ids(clauses: tuple[Clause, ...]) -> list[str]:
    return [clause.id for clause in clauses]


def one(text: str) -> Section:
    (section,) = split(text)
    return section


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Text only.", [("Manual", 0, ())]),
        ("Before.\n# A\na", [("Manual", 0, ()), ("A", 1, ())]),
        ("# A\n## B\nb\n### C\nc\n## D\nd", [("B", 2, ("A",)), ("C", 3, ("A", "B")), ("D", 2, ("A",))]),
        ("### C\nc\n# A\na\n## B\nb", [("C", 3, ()), ("A", 1, ()), ("B", 2, ("A",))]),
        ("A\n===\na\n\nB\n---\nb", [("A", 1, ()), ("B", 2, ("A",))]),
        ("## A ##\na\n## C#\nc\n#\nd", [("A", 2, ()), ("C#", 2, ()), ("", 1, ())]),
        ("   ## A\na\n#hash\n    # code", [("A", 2, ())]),
        ("- a\n\n  # not a heading\n  b", [("Manual", 0, ())]),
        ("a\n\n  # A\nb", [("Manual", 0, ()), ("A", 1, ())]),
        ("> quote\n---\na", [("Manual", 0, ())]),
        ("```\n# not a heading\n```\n<!--\n# nor this\n-->", [("Manual", 0, ())]),
        ("one\ntwo\n---\nthree", [("Manual", 0, ())]),
        ("- item\n---\n> quote\n---\n| a | b |\n---\n***\n---", [("Manual", 0, ())]),
        ("a\n```\n===\n```", [("Manual", 0, ())]),
        ("---\ntitle: x\n---\n# A\na", [("A", 1, ())]),
        ("# A\n*Last updated: 4 March 2021*\n# B\nb", [("B", 1, ())]),
        ("# **A** [b](/c) &amp; `d`\na", [("A b & d", 1, ())]),
        ("# A\n## B\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_clause_is_the_text_under_one_heading(text: str, expected: list[tuple[str, int, tuple[str, ...]]]) -> None:
    assert titles(text) == expected


def test_a_section_keeps_its_source_line_and_what_it_points_to() -> None:
    section = one('\n\n## A <a name="here"></a>\n\nSee [b](/c/d.md#e).\n')
    assert (section.line, section.source, section.links) == (3, "\nSee [b](/c/d.md#e).\n", ("d#e",))
    assert (section.explicit_id, section.anchors, section.title) == ("here", ("here",), "A")


def test_ids_and_queues_are_read_from_the_heading() -> None:
    section = one('## Emergency {#emergency queues="legal-requests escalations"}\nx')
    assert (section.explicit_id, section.title) == ("emergency", "Emergency")
    assert section.queues == {"legal-requests", "escalations"}
    assert one('## A {queues="b"}\nx').explicit_id is None
    assert one("## Say {hello}\nx").title == "Say {hello}"
    assert one("## {% data x %}\nx").title == "{% data x %}"


def test_an_anchor_before_a_heading_or_its_text_names_the_clause_below() -> None:
    above, below = split('x\n\n<a name="Fax_2"></a>\n# Fax\ny')
    assert (above.explicit_id, below.explicit_id, below.anchors) == (None, "fax-2", ("Fax_2",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\n## B {#b c}\nx", "Line 2: “c” is not understood in a heading"),
        ('## B {#b teaches="x"}\nx', 'Line 1: “teaches="x"” is not understood'),
        ("## B {#b #c}\nx", "“#c” is not understood"),
        ("## B {#Big}\nx", "Line 1: “Big” is not an id; use small letters"),
        ("## B {#" + "b" * 81 + "}\nx", "is not an id"),
        ('## B {queues="a_b!"}\nx', "“a_b!” is not an id"),
        ("## B {#b}\nx\n## C {#b}\ny", "Line 3: The id “b” stands in line 1 already"),
        ('# B {queues="a"}\n## C\nx', "Line 1: This heading has no text of its own"),
        ("# " + "[" * 300 + "\nx", "Line 1: A paragraph or list item has more than"),
        ("# a\nx\n" * 501, "more than 500 clauses"),
        ("a\n\n" * 5001, "5,000 paragraphs"),
        ("a\0", "Line 1: A NUL"),
    ],
)
def test_what_cannot_be_a_policy_is_refused_with_line_and_remedy(text: str, sentence: str) -> None:
    with pytest.raises(TextRefused) as refused:
        split(text)
    assert sentence in str(refused.value)
    assert isinstance(refused.value, ValueError)


def test_first_ids_are_explicit_or_slugs_and_repeats_are_numbered() -> None:
    text = "Hello.\n# 1. Fax\na\n# Endpoints\na\n# Endpoints\nb\n# Other {#endpoints-2}\nc\n# ???\nd\n# !\ne"
    assert ids(first_version(text)) == [
        "introduction", "fax", "endpoints", "endpoints-3", "endpoints-2", "clause", "clause-2",
    ]  # fmt: skip
    assert ids(first_version("Hello.", default_title="Legal Requests")) == ["legal-requests"]


def test_a_clause_has_its_hashes() -> None:
    (before,), (after,) = first_version("# 1. A\n[x](/y) Z!"), first_version("# 2. a\n* X z")
    assert (before.text_hash, before.title_hash) == (after.text_hash, after.title_hash)
    assert before.links_hash != after.links_hash


OLD = first_version(f"# 1. Fax\n{FAX}\n# 2. Notice\n{NOTICE}\n# 3. Costs\n{COSTS}\n")


def test_ids_are_carried_through_renumbering_retitling_and_rewording() -> None:
    text = f"# 1. Emergency\nDo it.\n# 2. Fax\n{FAX}\n# 3. Telling people\n{NOTICE} Always.\n# 4. Costs\n{COSTS}\n"
    comparison = next_version(OLD, text, taken=frozenset())
    assert ids(comparison.clauses) == ["emergency", "fax", "notice", "costs"]
    counted = tally(comparison.changes)
    assert (counted.added, counted.retitled, counted.reworded, counted.material) == (1, 3, 1, 2)


def test_the_id_of_a_removed_clause_is_not_used_again() -> None:
    without = next_version(OLD, f"# Notice\n{NOTICE}\n# Costs\n{COSTS}", taken=frozenset(ids(OLD)))
    again = f"# Fax\nThe machine was sold.\n# Notice\n{NOTICE}\n# Costs\n{COSTS}"
    assert ids(next_version(without.clauses, again, taken=frozenset(ids(OLD))).clauses)[0] == "fax-2"
    replaced = next_version(OLD, again, taken=frozenset())
    assert ids(replaced.clauses)[0] == "fax-2"
    assert [change.clause for change in replaced.changes if change.is_removal] == ["fax"]


def test_an_author_may_write_an_id_that_was_used_before() -> None:
    text = f"# Notice\n{NOTICE}\n# Machines {{#fax}}\nSold."
    assert "fax" in ids(next_version(OLD[1:], text, taken=frozenset(["fax"])).clauses)


def test_an_id_written_anew_over_the_same_text_has_the_old_one_as_predecessor() -> None:
    text = f"# 1. Fax {{#machines}}\n{FAX}\n# 2. Notice\n{NOTICE}\n# 3. Costs\n{COSTS}"
    (change,) = next_version(OLD, text, taken=frozenset()).changes
    assert (change.clause, change.predecessors, change.proposed) == ("machines", ("fax",), Verdict.EDITORIAL)


def test_writing_the_carried_ids_into_the_headings_changes_nothing() -> None:
    text = f"# 1. Fax {{#fax}}\n{FAX}\n# 2. Notice {{#notice}}\n{NOTICE}\n# 3. Costs {{#costs}}\n{COSTS}"
    assert next_version(OLD, text, taken=frozenset()).changes == ()


def test_of_the_parts_of_a_clause_like_none_of_them_the_likest_keeps_the_id() -> None:
    old = first_version(f"# All\n{FAX}\n\n{NOTICE}\n\n{COSTS}\n\n{FAX.replace('fax', 'telex').replace('ten', 'six')}")
    new = next_version(old, f"# One\n{NOTICE}\n# Two\n{COSTS}", taken=frozenset())
    assert ids(new.clauses) == ["one", "all"]
    assert {change.sorts for change in new.changes} == {frozenset([Sort.SPLIT, Sort.REWORDED])}


def test_queues_of_the_policy_count_where_a_clause_names_none() -> None:
    old = first_version(f'# Fax {{#fax queues="legal"}}\n{FAX}')
    (change,) = next_version(old, f"# Fax\n{FAX}", taken=frozenset(), audience=frozenset(["legal", "abuse"])).changes
    assert (change.sorts, change.gained_queues) == ({Sort.REQUEUED}, {"abuse"})


def test_the_largest_text_is_split_in_time() -> None:
    started = time.perf_counter()
    split("".join(f"# {n}\n* [a](b) *c* `d`\n" for n in range(500)))
    for text in ("- " * 100_000, "# " * 100_000, "> " * 100_000, "    " * 60_000, "|-" * 100_000, "{#" * 100_000):
        try:
            split("# a\n" + text)
        except TextRefused as error:
            assert "divide it" in str(error)
    assert time.perf_counter() - started < 20


sentence = st.lists(st.sampled_from("order court within hours tell fax not 24 a-b".split()), min_size=1, max_size=9)
body = st.lists(sentence.map(" ".join), min_size=1, max_size=4)
marks = st.sampled_from(["", "- ", "1. ", "> ", "| ", "**", "    "])
sections = st.lists(st.tuples(st.sampled_from("ABCDE"), body), min_size=1, max_size=7)


def written(parts: list[tuple[str, list[str]]], mark: str = "") -> str:
    close = "**" if mark == "**" else ""
    return "\n".join(
        f"# {title}\n\n" + "\n\n".join(f"{mark}{text}{close}" for text in texts) + "\n" for title, texts in parts
    )


@settings(max_examples=30, deadline=None)
@given(sections, marks)
def test_splitting_loses_no_text_of_a_clause(parts: list[tuple[str, list[str]]], mark: str) -> None:
    found = split(written(parts, mark))
    assert [section.title for section in found] == [title for title, _ in parts]
    for section, (_, texts) in zip(found, parts, strict=True):
        assert [word for block in section.blocks for word in words_of(block.shown)] == [
            word for text in texts for word in words_of(text)
        ]


@settings(max_examples=20, deadline=None)
@given(sections)
def test_a_version_compared_with_itself_has_no_change_and_keeps_its_ids(parts: list[tuple[str, list[str]]]) -> None:
    old = first_version(written(parts))
    comparison = next_version(old, written(parts), taken=frozenset())
    assert comparison.changes == ()
    assert ids(comparison.clauses) == ids(old)
    assert len(set(ids(old))) == len(old)


@settings(max_examples=20, deadline=None)
@given(sections, marks)
def test_layout_alone_is_proposed_editorial(parts: list[tuple[str, list[str]]], mark: str) -> None:
    comparison = next_version(first_version(written(parts)), written(parts, mark), taken=frozenset())
    assert {change.proposed for change in comparison.changes} <= {Verdict.EDITORIAL}


@settings(max_examples=20, deadline=None)
@given(st.permutations([("A", FAX), ("B", NOTICE), ("C", COSTS), ("D", "Do no harm."), ("E", "Sleep well.")]))
def test_a_permutation_of_clauses_keeps_every_id(parts: list[tuple[str, str]]) -> None:
    old = first_version(written([(title, [text]) for title, text in sorted(parts)]))
    comparison = next_version(old, written([(title, [text]) for title, text in parts]), taken=frozenset())
    assert ids(comparison.clauses) == [title.lower() for title, _ in parts]
    assert {change.sorts for change in comparison.changes} <= {frozenset([Sort.MOVED])}


@settings(max_examples=20, deadline=None)
@given(sections, sections)
def test_ids_are_unique_and_no_new_clause_takes_an_old_name(
    before: list[tuple[str, list[str]]], after: list[tuple[str, list[str]]]
) -> None:
    old = first_version(written(before))
    comparison = next_version(old, written(after), taken=frozenset(["a", "b"]))
    assert len(set(ids(comparison.clauses))) == len(comparison.clauses)
    for change in comparison.changes:
        if Sort.ADDED in change.sorts:
            assert change.clause not in {*ids(old), "a", "b"}
