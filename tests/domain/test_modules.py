"""The module that a person gets for a set of clauses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.modules import Module, assemble, minutes, word_count
from lms.domain.quizzes import QuizRules
from tests.domain.bank import CLAUSES, banks, item, lesson, right_since

LESSONS = (
    lesson("20-notice", ("five words stand right here", "notice"), ("three words here", "records")),
    lesson("10-roles", ("who decides", "roles"), sensitive="a threat"),
    lesson("30-old", ("the old rule", "notice"), validity=right_since(1, until=1)),
    lesson("31-new", ("the new rule", "notice"), validity=right_since(2)),
)
ITEMS = (item("n1", "notice"), item("n2", "notice"), item("n3", "notice"), item("r1", "roles"))
NOTHING: dict[str, str] = {}


def module(*clauses: str, version: int = 1, **more: object) -> Module:
    values: dict[str, object] = {"version": version, "changed_in": {}, "rules": QuizRules(), "texts": NOTHING}
    return assemble(LESSONS, ITEMS, clauses=clauses, **(values | more))  # type: ignore[arg-type]


def test_the_whole_module_has_every_lesson_in_order() -> None:
    whole = module("notice", "records", "roles", "notice")
    assert [one.slug for one in whole.lessons] == ["10-roles", "20-notice", "30-old"]
    assert whole.clauses == ("notice", "records", "roles")
    assert whole.item_count == 3
    assert whole.lessons[0].sensitive == "a threat"
    assert [one.minutes for one in whole.lessons] == [1, 1, 1]
    assert sum(one.words for one in whole.lessons) == whole.words


def test_a_delta_has_the_sections_that_teach_it_and_no_others() -> None:
    delta = module("records", version=2)
    ((section,),) = [one.sections for one in delta.lessons]
    assert section.body == "three words here"
    assert (delta.words, delta.item_count, delta.minutes) == (3, 0, 1)


def test_lessons_of_another_version_are_left_out() -> None:
    assert [one.slug for one in module("notice", version=2).lessons] == ["20-notice", "31-new"]


def test_a_stale_lesson_is_shown_with_a_warning_and_a_stale_item_is_not_asked() -> None:
    delta = module("notice", version=2, changed_in={"notice": {2}})
    assert {one.slug: one.is_stale for one in delta.lessons} == {"20-notice": True, "31-new": False}
    assert delta.item_count == 0


def test_words_of_the_clauses_count_and_those_of_other_clauses_do_not() -> None:
    assert module("records", texts={"records": "Keep the *log*.", "roles": "Nobody else."}).words == 3 + 3


def test_without_a_quiz_nothing_is_asked() -> None:
    assert module("notice", rules=None).item_count == 0


def test_a_module_of_nothing_takes_no_time() -> None:
    nothing = module()
    assert (nothing.lessons, nothing.words, nothing.minutes) == ((), 0, 0)


@pytest.mark.parametrize(
    ("words", "items", "expected"), [(0, 0, 0), (1, 0, 1), (160, 0, 1), (161, 0, 2), (160, 4, 5), (0, 3, 3)]
)
def test_minutes_are_rounded_up(words: int, items: int, expected: int) -> None:
    assert minutes(words, items) == expected


def test_marks_that_stand_alone_are_not_words() -> None:
    assert word_count("- one | two\n\n> **three** — 4\n") == 4


@settings(deadline=None)
@given(banks(), st.sets(st.sampled_from(CLAUSES)), st.sampled_from(CLAUSES), st.integers(1, 4))
def test_one_clause_more_never_makes_a_module_shorter(
    bank: list,
    clauses: set[str],
    more: str,
    version: int,  # type: ignore[type-arg]
) -> None:
    common = {"version": version, "changed_in": {}, "texts": {}}
    small = assemble(LESSONS, bank, clauses=sorted(clauses), rules=None, **common)  # type: ignore[arg-type]
    large = assemble(LESSONS, bank, clauses=sorted(clauses | {more}), rules=None, **common)  # type: ignore[arg-type]
    assert small.words <= large.words
    assert small.minutes <= large.minutes
    assert {one.slug for one in small.lessons} <= {one.slug for one in large.lessons}
