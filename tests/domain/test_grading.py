"""What answers are worth, who has passed, and when one may try again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.grading import (
    ItemNotDrawn,
    Outcome,
    grade,
    grade_retake,
    next_attempt,
)
from lms.domain.marking import OnlyOneOptionAllowed, OptionNotOffered
from lms.domain.quizzes import Answer, Item, ItemType, Option, QuizRules
from tests.domain.bank import answers_to, banks, chose, decision, item, options, right

RULES = QuizRules()
MULTIPLE = item(type=ItemType.MULTIPLE, options=options("a", "b", "c", of="abcde", old="e"))
SINGLE = item(options=options("a", old="d"))
TRUE_FALSE = item(type=ItemType.TRUE_FALSE, options=options("true", of=("true", "false")))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "answer", "points", "outcome"),
    [
        (SINGLE, chose("a"), 100, Outcome.RIGHT),
        (SINGLE, chose("b"), 0, Outcome.WRONG),
        (SINGLE, chose("d"), 0, Outcome.OLD_RULE),
        (SINGLE, chose(), 0, Outcome.UNANSWERED),
        (SINGLE, chose("a", "a"), 100, Outcome.RIGHT),
        (TRUE_FALSE, chose("true"), 100, Outcome.RIGHT),
        (TRUE_FALSE, chose("false"), 0, Outcome.WRONG),
        (MULTIPLE, chose("c", "b", "a"), 100, Outcome.RIGHT),
        (MULTIPLE, chose("a", "b"), 66, Outcome.PARTLY),
        (MULTIPLE, chose("a", "b", "d"), 33, Outcome.PARTLY),
        (MULTIPLE, chose("a", "b", "c", "d"), 66, Outcome.PARTLY),
        (MULTIPLE, chose("a", "d"), 0, Outcome.WRONG),
        (MULTIPLE, chose("d"), 0, Outcome.WRONG),
        (MULTIPLE, chose("a", "b", "e"), 33, Outcome.OLD_RULE),
        (MULTIPLE, chose(), 0, Outcome.UNANSWERED),
        (decision(), chose("a", citation="notice"), 100, Outcome.RIGHT),
        (decision(), chose("a", citation="roles"), 0, Outcome.PARTLY),
        (decision(), chose("b", citation="notice"), 0, Outcome.PARTLY),
        (decision(), chose("b", citation="roles"), 0, Outcome.WRONG),
        (decision(), chose("a"), 0, Outcome.PARTLY),
        (decision(), chose(citation="notice"), 0, Outcome.PARTLY),
        (decision(), chose(citation="roles"), 0, Outcome.WRONG),
        (decision(), chose(), 0, Outcome.UNANSWERED),
        (decision(options=options("a", old="b")), chose("b", citation="notice"), 0, Outcome.OLD_RULE),
    ],
)
def test_an_answer_is_worth(asked: Item, answer: Answer, points: int, outcome: Outcome) -> None:
    (graded,) = grade([asked], {asked.id: answer}, rules=RULES).per_item
    assert (graded.points, graded.maximum, graded.outcome) == (points, 100, outcome)


def test_what_was_chosen_is_told_in_the_order_of_the_item() -> None:
    (graded,) = grade([MULTIPLE], {"q": chose("c", "a")}, rules=RULES).per_item
    assert graded.chosen == ("a", "c")


def test_a_missing_answer_is_an_unanswered_item() -> None:
    result = grade([SINGLE], {}, rules=RULES)
    assert result.per_item[0].outcome is Outcome.UNANSWERED
    assert result.missed_clauses == ("notice",)


def test_the_pass_mark_itself_is_enough() -> None:
    bank = [item(str(number)) for number in range(5)]
    answers = {str(number): chose("a") for number in range(4)}
    result = grade(bank, answers, rules=RULES)
    assert (result.points, result.maximum, result.percent, result.is_passed) == (400, 500, 80, True)
    assert not grade(bank, answers, rules=QuizRules(pass_mark=81)).is_passed


def test_the_percentage_never_shows_a_mark_that_was_not_reached() -> None:
    bank = [item(str(number)) for number in range(229)]
    result = grade(bank, {str(number): chose("a") for number in range(183)}, rules=RULES)
    assert (result.percent, result.is_passed) == (79, False)  # 79.9 %


def test_a_critical_item_that_is_not_fully_right_fails_whatever_the_points() -> None:
    bank = [item(str(number)) for number in range(9)]
    critical = decision("critical", is_critical=True)
    answers = {one.id: chose("a") for one in bank} | {"critical": chose("a", citation="roles")}
    result = grade([*bank, critical], answers, rules=RULES)
    assert (result.percent, result.is_passed, result.failed_critical) == (90, False, ("critical",))


def test_missed_clauses_and_old_rules_are_told() -> None:
    bank = [item("1", "roles"), item("2", "notice", "records", options=options("a", old="b")), item("3", "notice")]
    result = grade(bank, {"1": chose("a"), "2": chose("b")}, rules=RULES)
    assert result.missed_clauses == ("notice", "records")
    assert result.old_rule == ("2",)


def test_a_quiz_without_items_is_passed() -> None:
    result = grade([], {}, rules=RULES)
    assert (result.points, result.maximum, result.percent, result.is_passed) == (0, 0, 100, True)


@pytest.mark.parametrize(
    ("answers", "error", "sentence"),
    [
        ({"other": chose("a")}, ItemNotDrawn, "The question “other” is not part of this quiz."),
        ({"q": chose("z")}, OptionNotOffered, "The question “q” does not offer the answer “z”."),
        ({"q": chose("a", citation="notice")}, OptionNotOffered, "does not offer the answer “notice”"),
        ({"q": chose("a", "b")}, OnlyOneOptionAllowed, "The question “q” takes one answer only."),
    ],
)
def test_an_answer_that_no_page_can_have_sent_is_refused(
    answers: dict[str, Answer], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        grade([SINGLE], answers, rules=RULES)


def test_a_clause_that_the_decision_does_not_offer_is_refused() -> None:
    with pytest.raises(OptionNotOffered):
        grade([decision()], {"d": chose("a", citation="appeals")}, rules=RULES)


def _grade(*right: str, wrong: tuple[str, ...] = (), rules: QuizRules = RULES, critical: str = ""):  # type: ignore[no-untyped-def]
    bank = [item(name, name[0], is_critical=name in critical.split()) for name in (*right, *wrong)]
    return grade(bank, {name: chose("a") for name in right} | {name: chose("b") for name in wrong}, rules=rules)


def test_right_responses_of_the_first_attempt_count_with_those_of_the_retake() -> None:
    first = _grade("a1", "a2", wrong=("b1", "b2"))
    assert not first.is_passed
    together = grade_retake(first, _grade("b3", "b4"), rules=RULES)
    assert (together.points, together.maximum, together.is_passed) == (400, 400, True)
    assert together.missed_clauses == ()


def test_an_item_asked_again_counts_as_it_was_answered_last_and_once() -> None:
    first = _grade("a1", "a2", wrong=("b1",))
    assert grade_retake(first, _grade("b1"), rules=RULES).maximum == 300
    slipped = grade_retake(first, _grade("b1", wrong=("a1",)), rules=RULES)
    assert (slipped.points, slipped.maximum, slipped.missed_clauses) == (200, 300, ("a",))


def test_a_second_retake_builds_on_both_before_it() -> None:
    first = _grade("a1", "a2", wrong=("b1", "c1"))
    second = _grade("b2", wrong=("c2",))
    third = _grade("c3")
    assert grade_retake(first, second, rules=RULES).missed_clauses == ("c",)
    together = grade_retake(first, second, third, rules=RULES)
    assert (together.points, together.maximum, together.is_passed) == (400, 400, True)


def test_a_critical_item_failed_in_the_retake_fails() -> None:
    first = _grade("a1", "a2", "a3", "a4", wrong=("b1",), critical="b1")
    again = _grade(wrong=("b1",), critical="b1")
    assert grade_retake(first, again, rules=RULES).failed_critical == ("b1",)
    assert grade_retake(first, _grade("b1", critical="b1"), rules=RULES).is_passed


def test_a_retake_of_everything_stands_alone() -> None:
    rules = QuizRules(retake="all")
    second = _grade("b2", wrong=("c2",))
    assert grade_retake(_grade("a1"), second, rules=rules) == second


def test_the_first_attempt_alone_is_its_own_result() -> None:
    first = _grade("a1", wrong=("b1",))
    together = grade_retake(first, rules=RULES)
    assert together == first


@pytest.mark.parametrize(
    ("submitted", "granted", "expected"),
    [
        ([], 0, (True, None, False, 3)),
        ([0], 0, (False, 15, False, 2)),
        ([-15], 0, (True, 0, False, 2)),
        ([-15, -100], 0, (True, 0, False, 1)),
        ([-300, -200, -100], 0, (False, None, True, 0)),
        ([-300, -200, -100, -50], 0, (False, None, True, 0)),
        ([-300, -200, -100], 1, (True, -85, False, 1)),
        ([-300, -200, -5], 1, (False, 10, False, 1)),
    ],
)
def test_when_one_may_try_again(
    submitted: list[int], granted: int, expected: tuple[bool, int | None, bool, int]
) -> None:
    """Submissions in minutes from noon; expected: allowed, from when, stuck, left."""
    moments = [NOON + timedelta(minutes=minutes) for minutes in submitted]
    following = next_attempt(RULES, moments, granted=granted, now=NOON)
    from_at = None if expected[1] is None else NOON + timedelta(minutes=expected[1])
    assert (following.is_allowed, following.from_at, following.is_stuck, following.left) == (
        expected[0],
        from_at,
        expected[2],
        expected[3],
    )


@settings(deadline=None)
@given(st.data(), st.integers(0, 100))
def test_points_lie_between_nothing_and_the_maximum(data: st.DataObject, mark: int) -> None:
    bank = data.draw(banks())
    answers = {one.id: data.draw(answers_to(one)) for one in bank if data.draw(st.booleans())}
    result = grade(bank, answers, rules=QuizRules(pass_mark=mark))
    assert 0 <= result.points <= result.maximum == 100 * sum(not one.is_pilot for one in bank)
    assert all(0 <= graded.points <= graded.maximum for graded in result.per_item)
    assert all((graded.points == 100) == graded.is_right for graded in result.per_item if graded.maximum)
    assert result.is_passed == (result.points * 100 >= mark * result.maximum and not result.failed_critical)
    assert result.is_passed or result.missed_clauses
    assert 0 <= result.percent <= 100


@settings(deadline=None)
@given(st.data())
def test_another_order_of_options_and_items_changes_no_score(data: st.DataObject) -> None:
    bank = data.draw(banks(min_size=1))
    answers = {one.id: data.draw(answers_to(one)) for one in bank}
    shuffled = [
        one if one.type is ItemType.ORDERING else replace(one, options=_permuted(data, one.options))
        for one in data.draw(st.permutations(bank))
    ]
    otherwise = {name: replace(answer, options=_permuted(data, answer.options)) for name, answer in answers.items()}
    one, other = grade(bank, answers, rules=RULES), grade(shuffled, otherwise, rules=RULES)
    assert (one.points, one.is_passed, set(one.missed_clauses)) == (
        other.points,
        other.is_passed,
        set(other.missed_clauses),
    )
    assert {g.item_id: (g.points, g.outcome) for g in one.per_item} == {
        g.item_id: (g.points, g.outcome) for g in other.per_item
    }


def _permuted(data: st.DataObject, values: tuple[Option, ...] | tuple[str, ...]) -> tuple:  # type: ignore[type-arg]
    return tuple(data.draw(st.permutations(values)))


@settings(deadline=None)
@given(st.data())
def test_keys_chosen_and_nothing_else_give_everything(data: st.DataObject) -> None:
    bank = data.draw(banks())
    answers = {one.id: right(one) for one in bank}
    result = grade(bank, answers, rules=RULES)
    assert result.points == result.maximum
    assert result.is_passed
    assert result.missed_clauses == ()
