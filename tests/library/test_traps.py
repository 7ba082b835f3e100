"""The traps of research/clauses.md section 8, on the real policies that they were seen in."""

from functools import cache
from pathlib import Path

import pytest

from lms.domain.changes import Comparison, tally
from lms.domain.policies import Change, Clause, Sort, Verdict
from lms.domain.wording import BlockPair, side_by_side
from lms.library.histories import read, trace

ROOT = Path(__file__).parents[2].parent / "shared" / "real-policies"
pytestmark = pytest.mark.skipif(
    not ROOT.is_dir(),
    reason="The real policies are not beside this checkout; their twins in test_trap_twins.py are run.",
)


@cache
def versions(slug: str) -> tuple[Comparison, ...]:
    return tuple(compared for _, compared in trace(read(ROOT / slug)))


def changes(slug: str, number: int) -> dict[str, Change]:
    return {change.clause: change for change in versions(slug)[number - 1].changes}


def clause(slug: str, number: int, name: str) -> Clause:
    return next(one for one in versions(slug)[number - 1].clauses if one.id == name)


def shown(slug: str, number: int, name: str) -> tuple[BlockPair, ...]:
    return side_by_side(clause(slug, number - 1, name), clause(slug, number, name))


def sorts(slug: str, number: int) -> dict[str, frozenset[Sort]]:
    return {name: change.sorts for name, change in changes(slug, number).items()}


def of(pairs: tuple[BlockPair, ...], status: str) -> list[str]:
    return ["".join(run.text for run in pair.new or pair.old) for pair in pairs if pair.status == status]


def is_material(change: Change) -> bool:
    return change.proposed is Verdict.MATERIAL


USE = "acceptable-use-policies"


def test_a_section_moved_up_is_moved_and_the_others_are_renumbered() -> None:
    found = sorts(USE, 5)
    assert [name for name, sort in found.items() if Sort.MOVED in sort] == ["spam-and-inauthentic-activity-on-github"]
    assert found["privacy"] == {Sort.RETITLED}
    assert not is_material(changes(USE, 5)["privacy"])


@pytest.mark.parametrize("number", [6, 7])
def test_a_slip_of_heading_levels_and_its_undoing_change_no_meaning(number: int) -> None:
    assert set(sorts(USE, number).values()) == {frozenset([Sort.MOVED])}
    assert len(changes(USE, number)) == 6
    assert not any(map(is_material, changes(USE, number).values()))


def test_a_rewritten_item_is_one_change_where_its_neighbours_stay() -> None:
    (malware,) = [text for text in of(shown(USE, 4, "content-restrictions"), "changed") if "malware" in text]
    assert malware.startswith("directly supports unlawful active attack")
    assert of(shown(USE, 4, "content-restrictions"), "removed") == []


def test_through_fifteen_versions_the_acceptable_uses_keep_their_ids() -> None:
    kept = {one.id for one in versions(USE)[0].clauses} & {one.id for one in versions(USE)[-1].clauses}
    assert len(kept) == 9
    assert "scraping-and-api-usage-restrictions" in kept


REMOVAL = "private-information-removal"


def test_one_term_replaced_nearly_everywhere_keeps_every_clause() -> None:
    assert {one.id for one in versions(REMOVAL)[7].clauses} == {one.id for one in versions(REMOVAL)[8].clauses}
    counted = tally(versions(REMOVAL)[8].changes)
    assert (counted.added, counted.removed, counted.retitled, counted.material) == (0, 0, 5, 11)


def test_an_item_that_went_to_the_opposite_list_is_seen_in_both() -> None:
    given_up = of(shown(REMOVAL, 9, "sensitive-data-removal-requests-are-appropriate-for"), "changed")
    refused = of(shown(REMOVAL, 9, "sensitive-data-removal-requests-are-not-appropriate-for"), "added")
    assert any("Documentation (such as network diagrams" in text for text in given_up)
    assert any(text.startswith("Internal server names, IP addresses, and URLs") for text in refused)


def test_one_section_that_became_three_is_a_split() -> None:
    found = changes("appeal-and-reinstatement", 2)
    parts = {name for name, change in found.items() if Sort.SPLIT in change.sorts}
    assert parts == {"how-this-works", "reinstatements", "appeals"}
    assert all(found[name].predecessors == ("how-this-works",) for name in parts)


def test_the_same_headings_over_other_rules_are_removals_and_additions() -> None:
    found = sorts("use-restrictions", 7)
    assert found["restricted-purposes"] == {Sort.REMOVED}
    assert found["restricted-purposes-2"] == {Sort.ADDED}
    statuses = {
        pair.status.value
        for pair in side_by_side(
            clause("use-restrictions", 6, "restricted-purposes"), clause("use-restrictions", 7, "restricted-purposes-2")
        )
    }
    assert statuses == {"added", "removed"}


LEGAL = "legal-requests-of-user-data"


def test_an_address_that_differs_in_punctuation_is_another_address() -> None:
    assert is_material(changes(LEGAL, 10)["submitting-requests"])
    assert of(shown(LEGAL, 10, "submitting-requests"), "changed") == [
        "Courtesy copies may be emailed to legal-support@github.com"
    ]


def test_dashes_that_become_colons_change_nothing() -> None:
    assert not any(map(is_material, changes(LEGAL, 13).values()))
    assert of(shown(LEGAL, 13, "user-data-on-github-com"), "changed") == []


def test_anchors_inside_items_hold_them_through_all_versions() -> None:
    anchors = [
        {
            anchor
            for block in clause(LEGAL, number, "disclosure-of-non-public-information").blocks
            for anchor in block.anchors
        }
        for number in (1, 13)
    ]
    assert {"with-user-consent", "with-a-subpoena", "only-with-a-search-warrant"} <= anchors[0] & anchors[1]


def test_items_of_several_paragraphs_stand_in_order() -> None:
    kinds = [block.kind for block in clause(LEGAL, 13, "user-data-on-github-com").blocks]
    assert kinds.count("paragraph") == 4
    assert kinds.count("item") == 37


DMCA = "dmca-takedown-policy"


def test_an_inserted_section_shifts_letters_and_no_ids() -> None:
    found = sorts(DMCA, 7)
    assert found["what-about-circumvention-claims"] == {Sort.ADDED}
    assert found["what-if-i-inadvertently-missed-the-window-to-make-changes"] == {Sort.RETITLED}
    assert set(sorts(DMCA, 8).values()) == {frozenset([Sort.RETITLED])}
    assert not any(map(is_material, changes(DMCA, 8).values()))


def test_a_time_that_became_another_is_material() -> None:
    assert is_material(changes(DMCA, 4)["how-does-this-actually-work"])


def test_the_same_sentence_in_two_phases_is_told_apart_by_its_section() -> None:
    found = changes("security-incident-response", 15)
    assert {name: change.predecessors for name, change in found.items()} == {name: (name,) for name in found}
    for name in ("comms-at-the-assess-phase", "comms-at-the-remediate-phase"):
        assert of(shown("security-incident-response", 15, name), "removed") == []


@pytest.mark.parametrize("slug", [USE, REMOVAL, LEGAL, DMCA, "appeal-and-reinstatement"])
def test_text_before_any_heading_is_a_clause_with_the_title_of_the_document(slug: str) -> None:
    assert versions(slug)[0].clauses[0].level in (0, 2)
    assert versions(slug)[0].clauses[0].title
