"""What stored answers come to, by type of item, and what of what people wrote is ever shown."""

import json
from decimal import Decimal

import pytest

from lms.domain.quizzes import Choice, Item, ItemType, Option, Teaching, Unit
from lms.statistics.answers import PartKind, counted, parts_of
from lms.statistics.figures import items_of


def item(kind, *options, **more):
    return Item(
        id="q",
        type=kind,
        clauses=("times",),
        stem="What now?",
        options=options,
        validity=Teaching(since=1, until=None, checked=1),
        **more,
    )


A, B, C = Option(id="a", text="A", is_key=True), Option(id="b", text="B"), Option(id="c", text="C", right_until=1)
SHORT = item(ItemType.SHORT, Option(id="s", text="preservation request", is_key=True), Option(id="o", text="subpoena"))
NUMBER = item(
    ItemType.NUMBER,
    Option(id="n", text="240", is_key=True),
    Option(id="o", text="1440", right_until=1),
    units=(Unit(id="min", text="minutes", factor=Decimal(1)), Unit(id="h", text="hours", factor=Decimal(60))),
)


def count(one, *answers):
    """Counted answers of as many people: options, and what more there is."""
    rows = [
        (person, 7, None if answer is None else json.dumps(answer[0]), *(answer or (0, None, None))[1:3], 12)
        for person, answer in enumerate(answers)
    ]
    return counted([(7, one)], rows)


def chosen(one, *answers):
    """How many chose each part, by its kind and id."""
    figures = items_of(count(one, *answers).sheet)[0]
    return {(part.kind.value, part.id): each.chosen for part, each in zip(parts_of(one), figures.parts, strict=True)}


def test_options_are_counted_as_they_were_chosen():
    found = count(item(ItemType.SINGLE, A, B, C), (["a"], None, ""), (["c"], None, ""), None, (["b"], None, ""))
    assert found.sheet.share.tolist() == [1, 0, 0, 0]
    assert found.sheet.is_old_rule.tolist() == [False, True, False, False]
    assert found.sheet.is_unanswered.tolist() == [False, False, True, False]
    assert items_of(found.sheet)[0].seconds.value == 12


def test_a_part_counts_as_it_is_scored():
    several = item(ItemType.MULTIPLE, A, Option(id="d", text="D", is_key=True), B)
    assert count(several, (["a"], None, ""), (["a", "d", "b"], None, "")).sheet.share.tolist() == [0.5, 0.5]


def test_what_is_tried_out_has_shares_though_it_has_no_score():
    found = count(item(ItemType.SINGLE, A, B, is_pilot=True), (["a"], None, ""))
    assert found.sheet.share.tolist() == [1]
    assert found.sheet.is_scored.tolist() == [False]


def test_a_decision_counts_the_clause_beside_the_action():
    decision = item(ItemType.DECISION, A, B, cites_key="times", cites_others=("kinds",))
    found = chosen(decision, (["a"], "times", ""), (["a"], "kinds", ""), (["b"], None, ""))
    assert found == {("option", "a"): 2, ("option", "b"): 1, ("cited", "kinds"): 1, ("cited", "times"): 1}


def test_an_ordering_counts_what_stands_in_its_place():
    ordering = item(ItemType.ORDERING, *(Option(id=each, text=each) for each in "xyz"))
    found = chosen(ordering, (["x@1", "y@3", "z@2"], None, ""), (["x@1", "y@2", "z@3"], None, ""))
    assert found == {("placed", "x"): 2, ("placed", "y"): 1, ("placed", "z"): 1}


def test_a_matching_counts_what_is_matched_rightly():
    matching = item(
        ItemType.MATCHING,
        Option(id="x", text="X", match="1"),
        Option(id="y", text="Y", match="2"),
        choices=(Choice(id="1", text="One"), Choice(id="2", text="Two")),
    )
    assert chosen(matching, (["x=1", "y=1"], None, ""), (["x=1"], None, "")) == {
        ("matched", "x"): 2,
        ("matched", "y"): 0,
    }


def test_written_answers_are_counted_as_what_they_are_recognised_as():
    assert chosen(NUMBER, (["h"], None, "4"), (["min"], None, "240"), (["h"], None, "24"), ([], None, "7")) == {
        ("written", "n"): 2,
        ("written", "o"): 1,
    }
    assert all(part.kind is PartKind.WRITTEN for part in parts_of(SHORT))


@pytest.mark.parametrize(("people", "is_shown"), [(5, True), (4, False)])
def test_what_fewer_than_five_people_wrote_is_never_shown(people, is_shown):
    same = [([], None, text) for text in ("Search warrant", " search  WARRANT!", "search-warrant")]
    found = count(SHORT, *(same[each % 3] for each in range(people)), ([], None, "my neighbour Bob")).wrong[0]
    assert [each.text for each in found] == (["search warrant"] if is_shown else [])
    assert all(each.people == 5 for each in found)


def test_wrong_numbers_are_the_same_however_they_are_written():
    given = [(["h"], None, text) for text in ("8", "8.0", "8,00", " 8", "٨")]
    assert [each.text for each in count(NUMBER, *given).wrong[0]] == ["8 hours"]
    assert [each.text for each in count(NUMBER, *[([], None, "soon")] * 5).wrong[0]] == ["soon"]
    assert [each.text for each in count(NUMBER, *[([], None, "100")] * 5).wrong[0]] == ["100 minutes"]


def test_a_known_answer_and_an_open_one_are_no_other_answers():
    assert count(SHORT, *[([], None, "subpoena")] * 5, *[([], None, " ")] * 5, *[None] * 5).wrong[0] == ()


def test_answers_to_items_that_are_not_asked_about_are_left_out():
    assert counted([(7, SHORT)], [(1, 8, "[]", None, "x", None)]).sheet.attempts == 0
