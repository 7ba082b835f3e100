"""A question that was wrong: void it, or say what is right, and what the attempts that asked it are worth then."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.correcting import KeyRefused, NewKey, rekeyed, voided
from lms.domain.grading import Grade, Outcome, grade, grade_retake
from lms.domain.quizzes import Answer, Item, ItemType, QuizRules
from lms.library.digests import item_from, item_key, item_question
from tests.domain.bank import (
    answers_to,
    banks,
    chose,
    decision,
    item,
    matching,
    number,
    options,
    ordering,
    short,
    wrote,
)

RULES = QuizRules(pass_mark=80)


def graded(*asked: tuple[Item, Answer], rules: QuizRules = RULES) -> Grade:
    return grade([one for one, _ in asked], {one.id: answer for one, answer in asked}, rules=rules)


def test_a_void_item_is_worth_nothing_and_misses_nothing() -> None:
    bad = voided(item("bad", "notice", is_critical=True))
    total = graded((bad, chose("b")), (item("good", "roles"), chose("a")))
    assert (total.points, total.maximum, total.is_passed) == (100, 100, True)
    assert (total.missed_clauses, total.failed_critical) == ((), ())
    assert [each.outcome for each in total.per_item] == [Outcome.VOID, Outcome.RIGHT]


def test_a_right_answer_to_a_void_item_carries_nobody() -> None:
    bad, other = item("bad", "notice"), item("other", "roles")
    rules = QuizRules(pass_mark=50)
    assert graded((bad, chose("a")), (other, chose("b")), rules=rules).is_passed
    assert not graded((voided(bad), chose("a")), (other, chose("b")), rules=rules).is_passed


def test_an_attempt_of_nothing_but_void_items_does_not_pass_by_itself() -> None:
    total = graded((voided(item("bad", "notice")), chose("a")), (item("try", "roles", is_pilot=True), chose("a")))
    assert (total.points, total.maximum, total.percent, total.is_passed) == (0, 0, 0, False)
    assert total.missed_clauses == ("notice",)


def test_what_is_only_tried_out_still_passes() -> None:
    total = graded((item("try", is_pilot=True), chose("b")))
    assert (total.percent, total.is_passed) == (100, True)


def test_a_clause_that_a_retake_asked_by_void_items_only_stays_missed() -> None:
    first = graded((item("q1", "notice"), chose("b")), (item("q2", "roles"), chose("a")))
    void = voided(item("q3", "notice"))
    whole = grade_retake(first, graded((void, chose("a"))), rules=RULES)
    assert (whole.points, whole.maximum, whole.is_passed) == (100, 200, False)
    assert whole.missed_clauses == ("notice",)
    also_asked = graded((void, chose("a")), (item("q4", "notice"), chose("a")))
    assert grade_retake(first, also_asked, rules=RULES).is_passed


def test_what_is_wrong_by_another_key_and_was_not_asked_again_stays_wrong() -> None:
    answered = (item("q1", "notice"), chose("b")), (item("q2", "roles"), chose("a"))
    second = graded((item("q3", "notice"), chose("a")))
    assert grade_retake(graded(*answered), second, rules=RULES).is_passed
    rescored = graded(answered[0], (rekeyed(answered[1][0], NewKey(right=("b",))), chose("a")))
    whole = grade_retake(rescored, second, rules=RULES)
    assert (whole.points, whole.maximum, whole.is_passed, whole.missed_clauses) == (100, 200, False, ("roles",))


def test_a_right_response_to_a_void_item_no_longer_helps_the_retake() -> None:
    first = graded((item("q1", "notice"), chose("a")), (item("q2", "roles"), chose("b")), rules=QuizRules(pass_mark=60))
    second = graded((item("q3", "roles"), chose("b")))
    assert grade_retake(first, second, rules=QuizRules(pass_mark=50)).is_passed
    void = graded((voided(item("q1", "notice")), chose("a")), (item("q2", "roles"), chose("b")))
    assert not grade_retake(void, second, rules=QuizRules(pass_mark=50)).is_passed


@pytest.mark.parametrize(
    ("old", "new", "now_right", "now_wrong"),
    [
        (item(), NewKey(right=("b",)), chose("b"), chose("a")),
        (item(), NewKey(right=("a", "b")), chose("b"), chose("c")),
        (item(type=ItemType.TRUE_FALSE, options=options("a", of="ab")), NewKey(right=("b",)), chose("b"), chose("a")),
        (item(type=ItemType.MULTIPLE, options=options("a", "b")), NewKey(right=("c", "b")), chose("b", "c"),
         chose("d")),
        (decision(), NewKey(right=("a",), cites="roles"), chose("a", citation="roles"), chose("a", citation="notice")),
        (ordering("a", "b", "c"), NewKey(right=("c", "a", "b")), chose("c@1", "a@2", "b@3"),
         chose("b@1", "a@2", "c@3")),
        (matching("a=x", "b=y"), NewKey(right=("a=y", "b=x")), chose("a=y", "b=x"), chose("a=x", "b=y")),
        (number("4", "24", key="24"), NewKey(right=("4",)), wrote("4", "minutes"), wrote("24")),
        (number("4", "24", key="24"), NewKey(right=("24", "48,5")), wrote("48.5"), wrote("4")),
        (number("4", "24", key="24"), NewKey(right=("24",), tolerance=Decimal(2)), wrote("26"), wrote("27")),
        (short("subpoena"), NewKey(right=("Subpoena", "a summons")), wrote("A summons!"), wrote("a warrant")),
        (short("subpoena", old="letter"), NewKey(right=("letter",)), wrote("Letter"), wrote("subpoena")),
    ],
)  # fmt: skip
def test_a_corrected_key_says_what_is_right(old: Item, new: NewKey, now_right: Answer, now_wrong: Answer) -> None:
    made = rekeyed(old, new)
    assert graded((made, now_right)).points == 100
    assert graded((made, now_wrong)).points == 0
    assert graded((old, now_right)).points < 100
    assert item_question(made) == item_question(old)
    assert item_from(item_question(old), item_key(made)) == made


def test_a_key_no_longer_counts_as_the_old_rule() -> None:
    old = item(options=options("a", old="b"))
    assert graded((old, chose("b"))).old_rule == ("q",)
    assert rekeyed(old, NewKey(right=("b",))).options[1].right_until is None


def test_what_is_told_of_an_answer_may_change_with_the_key_or_alone() -> None:
    made = rekeyed(item(), NewKey(right=("a",), feedback={"b": "By the new rule."}))
    assert [option.feedback for option in made.options] == ["", "By the new rule.", "", ""]
    assert made.keys == {"a"}


def test_what_a_written_answer_is_recognised_by_gets_names_of_its_own() -> None:
    once = rekeyed(short("subpoena"), NewKey(right=("subpoena", "summons", "Summons ")))
    assert [option.id for option in once.options] == ["key", "also-1"]
    twice = rekeyed(once, NewKey(right=("warrant",)))
    assert [(option.id, option.is_key) for option in twice.options] == [
        ("key", False),
        ("also-1", False),
        ("also-2", True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (item(), NewKey(right=(" ",)), "Say what is right"),
        (item(), NewKey(right=("z",)), "“z” is not among the answers"),
        (item(), NewKey(right=("a",)), "That is the key already"),
        (decision(), NewKey(right=("a",), cites="notice"), "That is the key already"),
        (item(), NewKey(right=("a", "b", "c", "d")), "no answer could be wrong"),
        (item(), NewKey(right=("b",), cites="notice"), "Only a decision"),
        (item(), NewKey(right=("b",), tolerance=Decimal(1)), "Only a number"),
        (item(), NewKey(right=("b",), feedback={"z": "What?"}), "“z” is not among"),
        (item(), NewKey(right=("b",), feedback={"b": "x" * 2001}), "at most 2000"),
        (decision(), NewKey(right=("a",), cites="appeals"), "“appeals” is not among"),
        (ordering("a", "b", "c"), NewKey(right=("a", "b")), "Give every part its place"),
        (ordering("a", "b", "c"), NewKey(right=("a", "b", "z")), "“z” is not among"),
        (matching("a=x", "b=y"), NewKey(right=("a=x",)), "Say for each part"),
        (matching("a=x", "b=y"), NewKey(right=("a=x", "a=y")), "Say for each part"),
        (matching("a=x", "b=y"), NewKey(right=("a=x", "b=q")), "“b=q” is not among"),
        (number("4", key="4"), NewKey(right=("soon",)), "“soon” is no number"),
        (number("4", "8", key="4"), NewKey(right=("4",), tolerance=Decimal(2)), "right and wrong at once"),
        (number("4", key="4"), NewKey(right=("4",), tolerance=Decimal(-1)), "how far off"),
        (number("4", key="4"), NewKey(right=("4",), tolerance=Decimal("NaN")), "how far off"),
        (short("subpoena"), NewKey(right=("…",)), "no letters or digits"),
        (short("subpoena"), NewKey(right=("x" * 201,)), "at most 200"),
        (short("subpoena"), NewKey(right=tuple(f"word {n}" for n in range(20))), "at most 20 answers"),
    ],
)
def test_a_key_that_nothing_could_be_graded_by_is_refused(old: Item, new: NewKey, why: str) -> None:
    with pytest.raises(KeyRefused, match=why):
        rekeyed(old, new)


@settings(deadline=None)
@given(st.data())
def test_whatever_is_corrected_scores_stay_in_bounds(data: st.DataObject) -> None:
    bank = data.draw(banks(min_size=1))
    answers = {one.id: data.draw(answers_to(one)) for one in bank}
    corrected = [_corrected(data, one) for one in bank]
    total = grade(corrected, answers, rules=RULES)
    counted = [one for one in corrected if not (one.is_pilot or one.is_void)]
    assert 0 <= total.points <= total.maximum == 100 * len(counted)
    assert all(0 <= each.points <= each.maximum for each in total.per_item)
    assert total.is_passed or total.missed_clauses
    assert not total.is_passed or counted or not any(one.is_void for one in corrected)
    again = grade_retake(total, grade(corrected, answers, rules=RULES), rules=RULES)
    assert (again.points, again.maximum, again.is_passed) == (total.points, total.maximum, total.is_passed)


def _corrected(data: st.DataObject, one: Item) -> Item:
    if data.draw(st.booleans()):
        return voided(one)
    ids = [option.id for option in one.options]
    if one.type in (ItemType.ORDERING, ItemType.MATCHING, ItemType.NUMBER, ItemType.SHORT):
        return one
    key = tuple(data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
    try:
        return rekeyed(one, NewKey(right=key))
    except KeyRefused:
        return one


@settings(deadline=None)
@given(st.data())
def test_another_order_of_options_changes_nothing_about_a_corrected_key(data: st.DataObject) -> None:
    one = item(type=data.draw(st.sampled_from([ItemType.SINGLE, ItemType.MULTIPLE])), options=options("f", of="abcdef"))
    answer = data.draw(answers_to(one))
    key = data.draw(st.lists(st.sampled_from("abcde"), min_size=1, unique=True))
    shuffled = replace(one, options=tuple(data.draw(st.permutations(one.options))))
    made = rekeyed(one, NewKey(right=tuple(key)))
    other = rekeyed(shuffled, NewKey(right=tuple(data.draw(st.permutations(key)))))
    assert graded((made, answer)).points == graded((other, answer)).points
