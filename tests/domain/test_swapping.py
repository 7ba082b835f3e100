"""What is asked in place of a sensitive question, and what a right answer looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.domain.drawing import in_place_of
from lms.domain.marking import FULL_POINTS, chosen_in, points, right_answer, writing_of
from lms.domain.quizzes import Answer, Case, Choice, Item, ItemType, Option, Unit
from lms.domain.translations import with_forms
from tests.domain.bank import item

HARD = item("hard", "notice", sensitive="a threat")


def asked_instead(*bank: Item, swapped: tuple[Item, ...] = (HARD,), **more: object) -> list[str]:
    values: dict[str, object] = {"clauses": ("notice", "roles"), "taken": ("hard",), "seen": {}, "seed": 1} | more
    return [each.item_id for each in in_place_of(swapped, bank, **values)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        item("other", "roles"),
        item("other", "notice", sensitive="worse"),
        item("other", "notice", is_pilot=True),
        item("other", "notice", is_critical=True),
        item("other", "notice", case=Case(id="c", text="A case.", place=1)),
        item("hard", "notice"),
    ],
    ids=["another clause", "sensitive too", "tried out", "critical", "of a case", "asked already"],
)
def test_what_is_no_equivalent_is_not_asked(other: Item) -> None:
    assert asked_instead(other) == []
    assert asked_instead(other, item("fit", "notice", "records")) == ["fit"]


def test_a_critical_question_needs_a_critical_one() -> None:
    critical = item("hard", "notice", sensitive="a threat", is_critical=True)
    assert asked_instead(item("a", "notice"), swapped=(critical,)) == []
    assert asked_instead(item("a", "notice", is_critical=True), swapped=(critical,)) == ["a"]


def test_only_clauses_that_the_attempt_asks_about_have_to_be_tested() -> None:
    hard = item("hard", "notice", "records", sensitive="a threat")
    assert asked_instead(item("a", "notice"), swapped=(hard,)) == ["a"]
    assert asked_instead(item("a", "notice"), swapped=(hard,), clauses=("notice", "records")) == []


def test_what_was_asked_least_comes_first_and_the_seed_decides_among_equals() -> None:
    bank = [item(name, "notice") for name in "abcd"]
    assert asked_instead(*bank, seen={"a": 1, "b": 1, "d": 2}) == ["c"]
    assert asked_instead(*bank) == asked_instead(*reversed(bank))
    assert len({tuple(asked_instead(*bank, seed=seed)) for seed in range(20)}) > 1


def test_a_case_is_replaced_one_for_one_or_not_at_all() -> None:
    parts = tuple(item(f"p{n}", "notice", sensitive="x", case=Case(id="c", text="A.", place=n)) for n in (1, 2))
    assert sorted(asked_instead(item("a", "notice"), item("b", "notice"), swapped=parts)) == ["a", "b"]
    assert asked_instead(item("a", "notice"), swapped=parts) == []


CHOICES = (Choice(id="x", text="X"), Choice(id="y", text="Y"))
EACH = {
    ItemType.SINGLE: {},
    ItemType.ORDERING: {"options": tuple(Option(id=name, text=name) for name in "abc")},
    ItemType.MATCHING: {"options": tuple(Option(id=n, text=n, match="x") for n in "ab"), "choices": CHOICES},
    ItemType.NUMBER: {
        "options": (Option(id="o", text="4", is_key=True), Option(id="p", text="24")),
        "units": (Unit(id="hours", text="hours", factor=1),),
    },
    ItemType.SHORT: {"options": (Option(id="o", text="Take over", is_key=True), Option(id="p", text="Accept"))},
}


@pytest.mark.parametrize("kind", EACH)
def test_a_right_answer_wins_every_point(kind: ItemType) -> None:
    each = item("q", "notice", type=kind, **EACH[kind])
    answer = right_answer(each)
    assert points(each, chosen_in(each, answer), answer.citation) == FULL_POINTS


def test_a_wrong_writing_comes_to_its_option() -> None:
    each = item("q", "notice", type=ItemType.NUMBER, **EACH[ItemType.NUMBER])
    assert chosen_in(each, writing_of(each, "p")) == ("p",)


@given(st.sampled_from(["take over", "RELEVAR", "tomar  el relevo!", "accept", "aceptar", "hand over"]))
def test_forms_of_a_language_are_taken_beside_the_english_ones(written: str) -> None:
    english = item("q", "notice", type=ItemType.SHORT, **EACH[ItemType.SHORT])
    spanish = with_forms(english, {"o": ["relevar", "tomar el relevo"], "p": ["aceptar"]})
    found = chosen_in(spanish, Answer(typed=written))
    key = {"take over", "RELEVAR", "tomar  el relevo!"}
    assert found == (("o",) if written in key else ("p",) if written in {"accept", "aceptar"} else ())
    assert chosen_in(english, Answer(typed="relevar")) == ()


def test_a_form_of_a_language_that_is_another_option_in_english_is_that_option() -> None:
    english = item("q", "notice", type=ItemType.SHORT, **EACH[ItemType.SHORT])
    spanish = with_forms(english, {"o": ["relevar"], "p": ["Take Over!", "aceptar"]})
    assert chosen_in(spanish, Answer(typed="take over")) == ("o",)
    assert chosen_in(spanish, Answer(typed="aceptar")) == ("p",)
    assert [each.text for each in spanish.options] == ["relevar", "aceptar"]
