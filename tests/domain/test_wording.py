"""Old and new wording side by side."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.wording import BlockPair, Run, runs, side_by_side
from lms.domain.words import words_of
from tests.domain.written import COSTS, FAX, NOTICE, PRESERVATION, block, clause


def marked(side: tuple[Run, ...]) -> str:
    return "".join(f"[{run.text}]" if run.is_changed else run.text for run in side)


def plain(side: tuple[Run, ...]) -> str:
    return "".join(run.text for run in side)


def statuses(pairs: tuple[BlockPair, ...]) -> list[str]:
    return [pair.status.value for pair in pairs]


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (
            "within 24 hours of it",
            "within 1 business day of it",
            "within [24 hours] of it",
            "within [1 business day] of it",
        ),
        ("Tell the Person.", "tell the “person”", "Tell the Person.", "tell the “person”"),
        ("third-party order", "third party order", "third-party order", "third party order"),
        ("Users — all", "Users: all", "Users — all", "Users: all"),
        ("keep it", "keep it not", "keep it", "keep it [not]"),
        ("not now", "now", "[not] now", "now"),
        ("one two of three four", "five six of seven eight", "[one two of three four]", "[five six of seven eight]"),
        ("one of two", "three of four", "[one] of [two]", "[three] of [four]"),
        ("see {% data a b %} now", "see {% data a c %} now", "see [{% data a b %}] now", "see [{% data a c %}] now"),
        ("write to a@b.example", "write to a-c@b.example", "write to [a@b.example]", "write to [a-c@b.example]"),
        ("", "new", "", "[new]"),
    ],
)
def test_changed_words_are_marked_as_they_are_written(old: str, new: str, before: str, after: str) -> None:
    assert tuple(map(marked, runs(old, new))) == (before, after)


def test_spaces_stay_where_they_are() -> None:
    old, _ = runs("  a b  c ", "a c")
    assert plain(old) == "  a b  c "
    assert marked(old) == "  a [b]  c "


def test_blocks_of_a_clause_are_equal_changed_added_and_removed() -> None:
    old = clause("a", NOTICE, FAX, COSTS)
    new = clause("a", NOTICE, COSTS.replace("hourly", "daily"), PRESERVATION)
    pairs = side_by_side(old, new)
    assert statuses(pairs) == ["equal", "removed", "changed", "added"]
    assert marked(pairs[2].new).endswith("published [daily] rate.")
    assert (pairs[1].new, pairs[3].old) == ((), ())


def test_a_block_that_stands_elsewhere_is_moved() -> None:
    pairs = side_by_side(clause("a", NOTICE, FAX, COSTS), clause("a", COSTS, NOTICE, FAX))
    assert statuses(pairs) == ["moved", "equal", "equal"]


def test_a_removed_block_at_the_end_stands_at_the_end() -> None:
    assert statuses(side_by_side(clause("a", NOTICE, FAX), clause("a", NOTICE))) == ["equal", "removed"]


def test_an_added_and_a_removed_clause_have_one_side() -> None:
    assert statuses(side_by_side(None, clause("a", NOTICE, FAX))) == ["added", "added"]
    assert statuses(side_by_side(clause("a", NOTICE), None)) == ["removed"]
    assert side_by_side(None, None) == ()


def test_a_rewritten_item_is_found_between_its_neighbours() -> None:
    rewritten = (
        "Old machines: requests by fax are read twice a week, and the desk says what it thinks of them, in a letter"
    )
    pairs = side_by_side(clause("a", NOTICE, FAX, COSTS), clause("a", NOTICE, rewritten, COSTS))
    assert statuses(pairs) == ["equal", "changed", "equal"]


def test_in_a_clause_that_was_replaced_chance_likeness_links_nothing() -> None:
    old = clause("a", "You may not use the desk to plan harm.", FAX, COSTS, PRESERVATION)
    new = clause(
        "a",
        "You may not upload viruses or other tools that could do damage to people.",
        "Obey the law.",
        "Do not trick people.",
    )
    assert set(statuses(side_by_side(old, new))) == {"added", "removed"}


def test_an_anchor_holds_a_rewritten_item() -> None:
    old = clause("a", NOTICE, block(FAX, kind="item", anchors=("fax",)), COSTS, PRESERVATION)
    new = clause("a", NOTICE, COSTS, PRESERVATION, block("Burn it.", kind="item", anchors=("fax",)))
    assert statuses(side_by_side(old, new)) == ["equal", "equal", "equal", "moved"]
    assert side_by_side(old, new)[-1].kind == "item"


def test_a_date_stamp_is_compared_as_it_is_shown() -> None:
    old = clause("a", NOTICE, block("Last updated 1 May", kind="stamp"))
    new = clause("a", NOTICE, block("Last updated 2 May", kind="stamp"))
    assert statuses(side_by_side(old, old)) == ["equal", "equal"]
    assert [marked(pair.new) for pair in side_by_side(old, new)][1] == "Last updated [2] May"


def test_a_change_of_nothing_but_punctuation_is_marked_whole() -> None:
    (pair,) = side_by_side(clause("a", block("—", anchors=("x",))), clause("a", block("***", anchors=("x",))))
    assert (marked(pair.old), marked(pair.new), pair.status.value) == ("[—]", "[***]", "changed")


def test_a_block_without_text_has_no_runs() -> None:
    (pair,) = side_by_side(None, clause("a", block("")))
    assert pair.new == ()


def spoken(text: str) -> list[str]:
    return [word for piece in re.findall(r"\S+", text) for word in words_of(f"{piece} x")[:-1]]


texts = st.text(alphabet="ab .,-()1@—\n", max_size=40)


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_no_character_is_lost_and_unmarked_words_are_the_same(old: str, new: str) -> None:
    before, after = runs(old, new)
    assert (plain(before), plain(after)) == (
        old if old.strip() else plain(before),
        new if new.strip() else plain(after),
    )
    sides = [[(word, run.is_changed) for run in side for word in spoken(run.text)] for side in (before, after)]
    for one, other in (sides, sides[::-1]):
        said = iter([word for word, _ in other])
        # Each unmarked word is found again on the other side, in order.
        assert all(word in said for word, is_changed in one if not is_changed)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([NOTICE, FAX, COSTS, PRESERVATION, "No."]), max_size=5), st.permutations([NOTICE, FAX]))
def test_every_block_of_both_sides_is_shown_once(old: list[str], new: list[str]) -> None:
    pairs = side_by_side(clause("a", *old), clause("a", *new))
    assert sorted(plain(pair.old) for pair in pairs if pair.old) == sorted(old)
    assert [plain(pair.new) for pair in pairs if pair.new] == new
