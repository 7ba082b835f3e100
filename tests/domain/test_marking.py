"""What one answer is worth, for the types that are not chosen from a list."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms.domain.grading import Outcome, grade, grade_retake
from lms.domain.marking import (
    LONGEST_TYPED,
    AnswerRefused,
    check_offered,
    is_complete,
    normal_form,
    number_in,
    order_given,
)
from lms.domain.quizzes import Answer, Item, ItemType, QuizRules, Unit
from tests.domain.bank import HOURS, MINUTES, chose, decision, item, matching, number, options, ordering, short, wrote

FOUR = ordering("a", "b", "c", "d")
PAIRS = matching("a=x", "b=y", "c=x")
SLA = number("240", "1440", key="240", old="1440", tolerance="5")
PLAIN = number("3", key="3", units=())
KEEP = short("preservation request", "preservation", "§ 2703(f) letter", old="subpoena")
RULES = QuizRules()


def placed(order: str) -> Answer:
    return chose(*(f"{option}@{place}" for place, option in enumerate(order, start=1)))


@pytest.mark.parametrize(
    ("asked", "answer", "points", "outcome"),
    [
        (FOUR, placed("abcd"), 100, Outcome.RIGHT),
        (FOUR, placed("bcda"), 66, Outcome.PARTLY),  # one option in a wrong place costs one share
        (FOUR, placed("badc"), 33, Outcome.PARTLY),
        (FOUR, placed("dcba"), 0, Outcome.WRONG),
        (FOUR, chose("a@1", "b@2"), 33, Outcome.PARTLY),
        (FOUR, chose("a@1", "b@1", "c@2", "d@3"), 33, Outcome.PARTLY),  # two on one place are on none
        (FOUR, chose("a@3"), 0, Outcome.WRONG),
        (FOUR, chose(), 0, Outcome.UNANSWERED),
        (replace(FOUR, is_whole=True), placed("bcda"), 0, Outcome.WRONG),
        (replace(FOUR, is_whole=True), placed("abcd"), 100, Outcome.RIGHT),
        (PAIRS, chose("a=x", "b=y", "c=x"), 100, Outcome.RIGHT),
        (PAIRS, chose("a=x", "b=y", "c=z"), 66, Outcome.PARTLY),
        (PAIRS, chose("a=x"), 33, Outcome.PARTLY),
        (PAIRS, chose("a=y", "b=x", "c=z"), 0, Outcome.WRONG),
        (PAIRS, chose(), 0, Outcome.UNANSWERED),
        (replace(PAIRS, is_whole=True), chose("a=x", "b=y", "c=z"), 0, Outcome.PARTLY),
        (SLA, wrote("4", "hours"), 100, Outcome.RIGHT),
        (SLA, wrote("240", "minutes"), 100, Outcome.RIGHT),
        (SLA, wrote("240"), 100, Outcome.RIGHT),
        (SLA, wrote("245", "minutes"), 100, Outcome.RIGHT),
        (SLA, wrote("245.5", "minutes"), 0, Outcome.WRONG),
        (SLA, wrote("4", "minutes"), 0, Outcome.WRONG),
        (SLA, wrote("24", "hours"), 0, Outcome.OLD_RULE),
        (SLA, wrote("four", "hours"), 0, Outcome.WRONG),
        (SLA, wrote("", "hours"), 0, Outcome.UNANSWERED),
        (PLAIN, wrote(" 3,0 "), 100, Outcome.RIGHT),
        (KEEP, wrote("Preservation  REQUEST."), 100, Outcome.RIGHT),
        (KEEP, wrote("2703 (f) letter"), 100, Outcome.RIGHT),
        (KEEP, wrote("preserve"), 0, Outcome.WRONG),
        (KEEP, wrote("A subpoena"), 0, Outcome.WRONG),
        (KEEP, wrote("subpoena"), 0, Outcome.OLD_RULE),
        (KEEP, wrote("?!"), 0, Outcome.WRONG),
        (KEEP, wrote("  "), 0, Outcome.UNANSWERED),
    ],
)
def test_an_answer_is_worth(asked: Item, answer: Answer, points: int, outcome: Outcome) -> None:
    graded = grade([asked], {asked.id: answer}, rules=RULES)
    (one,) = graded.per_item
    assert (one.points, one.maximum, one.outcome) == (points, 100, outcome)
    assert graded.missed_clauses == (() if points == 100 else asked.clauses)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (FOUR, chose("e@1")),
        (FOUR, chose("a@5")),
        (FOUR, chose("a@0")),
        (FOUR, chose("a")),
        (FOUR, chose("a@1", "a@2")),
        (FOUR, wrote("abcd")),
        (PAIRS, chose("a=q")),
        (PAIRS, chose("d=x")),
        (PAIRS, chose("a=x", "a=y")),
        (PAIRS, chose("a")),
        (SLA, chose("n240")),
        (SLA, wrote("4", "hours", "minutes")),
        (SLA, wrote("4", "days")),
        (PLAIN, wrote("4", "hours")),
        (KEEP, chose("key")),
        (KEEP, wrote("x" * (LONGEST_TYPED + 1))),
        (item(), wrote("a")),
        (item(type=ItemType.MULTIPLE, options=options("a", "b")), chose("a@1")),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(asked: Item, answer: Answer) -> None:
    with pytest.raises(AnswerRefused):
        check_offered(asked, answer)


def test_a_refusal_names_the_question_and_the_length() -> None:
    with pytest.raises(AnswerRefused, match="The answer to the question “q” is longer than 200 characters"):
        check_offered(KEEP, wrote("x" * 201))


@pytest.mark.parametrize(
    ("asked", "answer", "is_done"),
    [
        (item(), chose("a"), True),
        (item(), chose(), False),
        (decision(), chose("a"), False),
        (decision(), chose("a", citation="notice"), True),
        (FOUR, placed("abcd"), True),
        (FOUR, chose("a@1", "b@1", "c@2", "d@3"), False),
        (FOUR, chose("a@1"), False),
        (PAIRS, chose("a=x", "b=x", "c=x"), True),
        (PAIRS, chose("a=x"), False),
        (SLA, wrote("4", "hours"), True),
        (SLA, wrote("4"), False),
        (SLA, wrote(" ", "hours"), False),
        (PLAIN, wrote("4"), True),
        (KEEP, wrote("x"), True),
        (KEEP, wrote(""), False),
    ],
)
def test_a_question_is_complete_when_nothing_is_left_open(asked: Item, answer: Answer, is_done: bool) -> None:
    assert is_complete(asked, answer) is is_done


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", "4"),
        ("4.5", "4.5"),
        ("4,5", "4.5"),
        ("1 000", "1000"),
        ("1\u00a0000", "1000"),
        ("٤٫٥", "4.5"),
        ("４", "4"),
        ("", None),
        ("four", None),
        ("4 h", None),
        ("1.000,5", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999999999", None),
        ("1" * 40, None),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, value: str | None) -> None:
    assert number_in(text) == (None if value is None else Decimal(value))


def test_the_nearest_option_is_meant_and_of_two_the_key() -> None:
    close = number("10", "20", key="20", tolerance="8", units=())
    assert grade([close], {"q": wrote("15")}, rules=RULES).points == 100
    assert grade([close], {"q": wrote("14")}, rules=RULES).points == 0


def test_units_may_come_in_any_size() -> None:
    days = Unit(id="days", text="days", factor=Decimal(1440))
    asked = number("2880", key="2880", units=(MINUTES, HOURS, days))
    for text, unit in (("2880", "minutes"), ("48", "hours"), ("2", "days")):
        assert grade([asked], {"q": wrote(text, unit)}, rules=RULES).points == 100


@pytest.mark.parametrize(
    ("one", "other"), [("Preservation", "preservation"), ("U.S.", "u s"), ("e\u0301te", "éte"), ("ＡＢＣ", "abc")]
)
def test_two_ways_of_writing_the_same_have_one_normal_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other) != ""


def test_the_order_is_that_of_the_places_not_of_the_answer() -> None:
    assert order_given(chose("c@2", "a@3", "b@1")) == ("b", "c", "a")


class TestWhatIsTriedOut:
    def test_is_shown_how_it_went_and_counts_nothing(self) -> None:
        pilot = item("p", is_pilot=True, is_critical=True)
        graded = grade([item("q"), pilot], {"q": chose("a"), "p": chose("b")}, rules=RULES)
        assert (graded.points, graded.maximum, graded.is_passed) == (100, 100, True)
        assert (graded.missed_clauses, graded.failed_critical) == ((), ())
        assert [one.outcome for one in graded.per_item] == [Outcome.RIGHT, Outcome.WRONG]

    def test_never_makes_up_for_anything(self) -> None:
        pilot = item("p", is_pilot=True)
        graded = grade([item("q"), pilot], {"q": chose("b"), "p": chose("a")}, rules=RULES)
        assert (graded.points, graded.maximum, graded.missed_clauses) == (0, 100, ("notice",))
        again = grade([item("r")], {"r": chose("a")}, rules=RULES)
        assert grade_retake(graded, again, rules=RULES).percent == 100
