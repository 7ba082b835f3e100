"""Stories of what happened to a clause, and the verdict proposed for it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.changes import Comparison, Tally, as_imported, first, tally
from lms.domain.policies import Change, Clause, Sort
from tests.domain.written import (
    COSTS,
    EDITORIAL,
    EMERGENCY,
    FAX,
    MATERIAL,
    NOTICE,
    PRESERVATION,
    block,
    clause,
    compare,
)


def only(comparison: Comparison) -> Change:
    (change,) = comparison.changes
    return change


def test_a_first_version_adds_every_clause() -> None:
    comparison = first([clause("fax", FAX), clause("costs", COSTS)])
    assert [change.sorts for change in comparison.changes] == [{Sort.ADDED}] * 2
    assert {change.proposed for change in comparison.changes} == {MATERIAL}


def test_one_number_changed_is_material() -> None:
    change = only(compare([clause("fax", FAX)], [clause("fax", FAX.replace("ten", "two"))]))
    assert (change.sorts, change.proposed) == ({Sort.REWORDED}, MATERIAL)
    assert change.proposed_because == "The words changed: 1 word is new, 1 is gone."


def test_a_long_rewrite_says_how_many_words() -> None:
    change = only(compare([clause("fax", FAX)], [clause("fax", FAX + " They are burnt then.")]))
    assert change.proposed_because == "The words changed: 4 words are new, 0 are gone."


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (clause("a", FAX), clause("a", block("**" + FAX + "**")), "Only punctuation, case or layout changed."),
        (clause("a", FAX), clause("a", FAX.upper()), "Only capital letters or layout changed."),
        (clause("a", FAX), replace(clause("a", FAX), source="* " + FAX), "Only layout or link addresses changed."),
        (clause("a", FAX + " A–B."), clause("a", FAX + " A b."), "Only punctuation, case or layout changed."),
        (clause("a", FAX, links="x"), clause("a", FAX, links="y"), "A link points to another place."),
        (
            clause("a", FAX, block("Last updated 1 May 2024", kind="stamp")),
            clause("a", FAX, block("Last updated 2 May 2024", kind="stamp")),
            "A date stamp changed.",
        ),
    ],
)
def test_layout_links_case_and_dates_are_editorial(before: Clause, after: Clause, why: str) -> None:
    change = only(compare([before], [after]))
    assert (change.sorts, change.proposed) == ({Sort.REWORDED}, EDITORIAL)
    assert change.proposed_because == f"The words are the same. {why}"


def test_blank_lines_around_a_clause_are_no_change() -> None:
    after = replace(clause("a", FAX), source=f"\n\n{FAX}\n\n")
    assert compare([clause("a", FAX)], [after]).changes == ()


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("6. Fax", "7. Fax", "Only the number in its heading changed, from “6. Fax” to “7. Fax”."),
        ("Fax?", "FAX", "Only case or punctuation of its heading changed."),
        (
            "Appropriate for:",
            "Not appropriate for:",
            "The heading changed from “Appropriate for:” to “Not appropriate for:”: check that it does not turn the"
            " rule round.",
        ),
    ],
)
def test_a_changed_heading_over_the_same_text_is_editorial_and_says_what_to_check(
    before: str, after: str, why: str
) -> None:
    change = only(compare([clause("a", FAX, title=before)], [clause("a", FAX, title=after)]))
    assert (change.sorts, change.proposed) == ({Sort.RETITLED}, EDITORIAL)
    assert change.proposed_because == f"The words are the same. {why}"


def test_a_new_id_over_the_same_text_keeps_its_predecessor() -> None:
    change = only(compare([clause("fax", FAX, title="Fax")], [clause("machines", FAX, title="Fax")]))
    assert change.predecessors == ("fax",)
    assert change.proposed_because == "The words are the same. Its id changed from “fax” to “machines”."


def test_only_the_clause_that_left_its_place_moved() -> None:
    old = [clause("a", FAX), clause("b", COSTS), clause("c", NOTICE), clause("d", PRESERVATION)]
    change = only(compare(old, [old[3], *old[:3]]))
    assert (change.clause, change.sorts, change.proposed) == ("d", {Sort.MOVED}, EDITORIAL)
    assert change.proposed_because == "The words are the same. It stands in another place."


def test_a_clause_under_another_heading_moved() -> None:
    old = [clause("a", FAX), clause("b", COSTS)]
    under = [old[0], replace(old[1], path=("A",), level=3)]
    assert only(compare(old, under)).proposed_because.endswith("It stands in another place, under “A”.")
    assert only(compare(under, old)).proposed_because.endswith("It stands in another place, under no other heading.")


def test_a_title_over_the_whole_document_moves_nothing() -> None:
    old = [clause("a", FAX), clause("b", COSTS)]
    assert compare(old, [replace(one, path=("Manual",)) for one in old]).changes == ()
    manual = clause("manual", NOTICE, title="Manual", level=1)
    titled = [manual, *(replace(one, path=("Manual",)) for one in old)]
    renamed = [replace(manual, title="Handbook"), *(replace(one, path=("Handbook",)) for one in old)]
    assert only(compare(titled, renamed)).sorts == {Sort.RETITLED}


def test_what_stands_under_a_renamed_heading_did_not_move() -> None:
    old = [clause("a", FAX, title="Data"), clause("b", COSTS, path=("Data",)), clause("c", NOTICE)]
    new = [replace(old[0], title="Information"), replace(old[1], path=("Information",)), old[2]]
    assert only(compare(old, new)).clause == "a"


def test_a_heading_that_swallows_what_stood_beside_it_is_no_title_of_the_document() -> None:
    old = [clause("a", FAX), clause("b", COSTS), clause("c", NOTICE)]
    new = [old[0], replace(old[1], path=("A",)), replace(old[2], path=("A",))]
    assert [change.sorts for change in compare(old, new).changes] == [{Sort.MOVED}] * 2


def test_a_level_alone_is_no_change() -> None:
    old = [clause("a", FAX), clause("b", COSTS)]
    assert compare(old, [replace(one, level=3) for one in old]).changes == ()


def test_a_removed_clause_is_material_and_stands_last() -> None:
    comparison = compare([clause("fax", FAX), clause("costs", COSTS)], [clause("costs", COSTS + " So.")])
    assert [change.clause for change in comparison.changes] == ["costs", "fax"]
    assert comparison.changes[1].is_removal
    assert comparison.changes[1].proposed is MATERIAL


def test_a_split_whose_parts_say_the_same_together_is_editorial() -> None:
    comparison = compare([clause("both", NOTICE, FAX)], [clause("both", NOTICE), clause("machines", FAX)])
    assert [(change.clause, change.sorts, change.predecessors) for change in comparison.changes] == [
        ("both", {Sort.SPLIT}, ("both",)),
        ("machines", {Sort.SPLIT}, ("both",)),
    ]
    assert {change.proposed for change in comparison.changes} == {EDITORIAL}
    assert comparison.changes[0].proposed_because == "The clause was split; together the words are the same."


def test_a_split_that_says_something_else_is_material_in_every_part() -> None:
    changed = FAX.replace("ten", "two")
    comparison = compare([clause("both", NOTICE, FAX)], [clause("both", NOTICE), clause("machines", changed)])
    assert {change.sorts for change in comparison.changes} == {frozenset([Sort.SPLIT, Sort.REWORDED])}
    assert {change.proposed for change in comparison.changes} == {MATERIAL}
    assert "the words are not the same together: 1 word is new, 1 is gone" in comparison.changes[0].proposed_because


def test_a_merge_leaves_nothing_removed() -> None:
    change = only(compare([clause("notice", NOTICE), clause("fax", FAX)], [clause("notice", NOTICE, FAX)]))
    assert (change.sorts, change.predecessors, change.proposed) == ({Sort.MERGED}, ("notice", "fax"), EDITORIAL)
    assert change.proposed_because == "The clause was merged; together the words are the same."


def test_a_change_of_queues_is_for_those_who_gain_the_clause() -> None:
    old, new = clause("a", FAX, queues=("legal",)), clause("a", FAX, queues=("legal", "abuse"))
    change = only(compare([old], [new]))
    assert (change.sorts, change.proposed, change.gained_queues) == ({Sort.REQUEUED}, EDITORIAL, {"abuse"})
    assert change.proposed_because.endswith("The queues it names changed; only who gains it has to learn it.")


def test_a_clause_that_names_no_queue_any_more_concerns_all_of_its_policy() -> None:
    old, new = clause("a", FAX, queues=("legal",)), clause("a", FAX)
    assert only(compare([old], [new], ("legal", "abuse"))).gained_queues == {"abuse"}
    assert only(compare([new], [old], ("legal", "abuse"))).gained_queues == frozenset()


def test_what_one_predecessor_did_not_ask_of_a_queue_is_gained_by_a_merge() -> None:
    old = [clause("notice", NOTICE, queues=("legal",)), clause("fax", FAX, queues=("legal", "abuse"))]
    change = only(compare(old, [clause("notice", NOTICE, FAX, queues=("legal", "abuse"))]))
    assert (change.sorts, change.gained_queues) == ({Sort.MERGED, Sort.REQUEUED}, {"abuse"})


def test_the_tally_counts_by_sort_and_by_the_verdict_if_there_is_one() -> None:
    old = [clause("a", FAX), clause("b", COSTS), clause("c", NOTICE)]
    new = [clause("a", FAX + " Soon."), clause("b", COSTS, title="Money"), clause("d", EMERGENCY)]
    counted = tally(compare(old, new).changes)
    assert counted == Tally(
        added=1, reworded=1, removed=1, split=0, merged=0, moved=0, retitled=1, requeued=0, material=3
    )
    lenient = [replace(change, verdict=EDITORIAL) for change in compare(old, new).changes]
    assert tally(lenient).material == 0


def test_an_import_of_past_history_takes_the_proposals_and_says_so() -> None:
    comparison = compare(
        [clause("a", FAX), clause("b", COSTS)], [clause("a", FAX + " Soon."), clause("b", COSTS + "!")]
    )
    kept = replace(comparison, changes=(replace(comparison.changes[0], verdict=EDITORIAL), comparison.changes[1]))
    taken = as_imported(kept).changes
    assert (taken[0].verdict, taken[0].reason) == (EDITORIAL, "")
    assert (taken[1].verdict, taken[1].reason[:10]) == (EDITORIAL, "imported: ")


words = st.lists(st.sampled_from(["tell", "nobody", "within", "ten", "hours", "order", "court"]), min_size=1).map(
    " ".join
)


@settings(max_examples=40, deadline=None)
@given(st.lists(words, min_size=1, max_size=6))
def test_a_version_compared_with_itself_has_no_change(texts: list[str]) -> None:
    clauses = [clause(f"c{place}", text) for place, text in enumerate(texts)]
    assert compare(clauses, clauses).changes == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_every_old_clause_is_continued_or_removed_and_never_both(before: list[str], after: list[str]) -> None:
    old = [clause(f"c{place}", text) for place, text in enumerate(before)]
    new = [clause(f"n{place}", text) for place, text in enumerate(after)]
    changes = compare(old, new).changes
    continued = {name for change in changes for name in change.predecessors}
    removed = {change.clause for change in changes if change.is_removal}
    assert continued | removed == {one.id for one in old}
    assert not continued & removed
    assert all(bool(change.links) != bool({Sort.ADDED, Sort.REMOVED} & change.sorts) for change in changes)
