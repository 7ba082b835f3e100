"""What people decide about the changes of a version: verdicts, and links drawn and cut by hand."""

import pytest

from lms.domain.changes import DecisionsDoNotFit, redraw
from lms.domain.policies import Decided, Sort, Verdict
from tests.domain.written import COSTS, EDITORIAL, FAX, MATERIAL, NOTICE, clause, compare


def decided(name: str, verdict: Verdict = MATERIAL, **more: object) -> Decided:
    return Decided(clause=name, verdict=verdict, reason="Because of the June review.", **more)  # type: ignore[arg-type]


OLD = [clause("notice", NOTICE), clause("fax", FAX), clause("costs", COSTS)]
NEW = [clause("notice", NOTICE + " Always."), clause("machines", "We burn every fax."), clause("costs", COSTS)]


def test_verdicts_and_reasons_are_set_as_decided() -> None:
    entries = [decided("notice", EDITORIAL), decided("machines"), decided("fax", is_removed=True)]
    changes = redraw(OLD, compare(OLD, NEW), decided=entries).changes
    assert [(change.clause, change.verdict) for change in changes] == [
        ("notice", EDITORIAL),
        ("machines", MATERIAL),
        ("fax", MATERIAL),
    ]
    assert changes[0].reason == "Because of the June review."


def test_a_link_drawn_by_hand_makes_a_removal_and_an_addition_one_change() -> None:
    entries = [decided("notice"), decided("machines", predecessors=("fax",))]
    changes = redraw(OLD, compare(OLD, NEW), decided=entries).changes
    assert [change.clause for change in changes] == ["notice", "machines"]
    (link,) = changes[1].links
    assert (link.predecessor, link.is_confirmed) == ("fax", True)
    assert 0 < link.similarity < 0.4
    assert changes[1].sorts == {Sort.REWORDED, Sort.RETITLED}


def test_confirming_a_link_keeps_its_similarity() -> None:
    comparison = compare(OLD, NEW)
    known = comparison.changes[0].links[0].similarity
    entries = [decided("notice", predecessors=("notice",))]
    link = redraw(OLD, comparison, decided=entries, is_draft=True).changes[0].links[0]
    assert (link.similarity, link.is_confirmed) == (known, True)


def test_a_split_and_a_merge_can_be_drawn_by_hand() -> None:
    entries = [decided("machines", predecessors=("notice", "fax"))]
    changes = redraw(OLD, compare(OLD, NEW), decided=entries, is_draft=True).changes
    by_clause = {change.clause: change for change in changes}
    assert Sort.SPLIT in by_clause["notice"].sorts
    assert {Sort.SPLIT, Sort.MERGED} <= by_clause["machines"].sorts
    assert by_clause["machines"].proposed_because.startswith("The clause was split and merged")
    assert "fax" not in by_clause


def test_a_link_cut_by_hand_makes_an_addition_and_a_removal() -> None:
    new = [NEW[0], clause("machines", FAX + " Soon."), NEW[2]]
    entries = [decided("machines", predecessors=())]
    changes = redraw(OLD, compare(OLD, new), decided=entries, is_draft=True).changes
    assert [(change.clause, change.sorts) for change in changes][1:] == [
        ("machines", {Sort.ADDED}),
        ("fax", {Sort.REMOVED}),
    ]


ALL = [decided("notice"), decided("machines"), decided("fax", is_removed=True)]


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([decided("nothing")], "There is no clause “nothing” in this version."),
        ([decided("fax")], "There is no clause “fax” in this version. Is it removed? Then say so."),
        ([decided("machines", is_removed=True)], "no clause “machines” in the version before this one"),
        ([*ALL, decided("notice")], "“notice” is decided twice"),
        ([decided("machines", predecessors=("telex",))], "drawn from “telex”, which the version before does not have"),
        ([decided("notice", predecessors=("fax",))], "“notice” has the id of a clause it is not drawn from"),
        ([*ALL, decided("costs")], "“costs” did not change; take its verdict out"),
        (
            [decided("notice"), decided("machines", predecessors=("fax",)), decided("fax", is_removed=True)],
            "“fax” was not removed; it became another clause",
        ),
        ([decided("notice")], "A verdict is missing for “machines”, “fax”: material or editorial, and why."),
    ],
)
def test_decisions_that_do_not_fit_are_refused_with_the_clause(entries: list[Decided], sentence: str) -> None:
    with pytest.raises(DecisionsDoNotFit) as refused:
        redraw(OLD, compare(OLD, NEW), decided=entries)
    assert sentence in str(refused.value)


def test_a_draft_may_lack_verdicts() -> None:
    changes = redraw(OLD, compare(OLD, NEW), decided=[decided("notice")], is_draft=True).changes
    assert [change.verdict for change in changes] == [MATERIAL, None, None]
