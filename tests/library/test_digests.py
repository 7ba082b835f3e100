"""What a version freezes: JSON and back, and digests that change with every part of it."""

import json
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.domain.quizzes import Case, Choice, Item, LessonSection, Option, Picture, QuizRules, Teaching, Unit
from lms.library.digests import (
    item_digest,
    item_from,
    item_key,
    item_question,
    lesson_digest,
    lesson_from_dict,
    lesson_to_dict,
    rules_to_dict,
    version_digest,
)
from tests.domain.bank import decision, item, items, lesson, matching, number, options, ordering, short

LESSON = lesson("10-a", ("Some text.\n", "notice"), ("More.\n", "roles notice"))
ITEM = decision(options=options("a", old="b"), sensitive="graphic description", is_critical=True)
RULES = QuizRules()


def digest(**changed: object) -> str:
    values: dict[str, object] = {"text": "# A\n", "lessons": [LESSON], "items": [ITEM], "rules": RULES}
    values |= changed
    return version_digest(values.pop("text"), **values)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=50)
@given(items())
def test_an_item_goes_into_two_parts_and_back(one: Item) -> None:
    question, key = json.loads(json.dumps([item_question(one), item_key(one)]))
    assert item_from(question, key) == one


def test_the_question_holds_nothing_that_gives_the_answer_away() -> None:
    written = json.dumps(item_question(ITEM))
    for secret in ("key", "feedback", "right_until", "cites_key"):
        assert secret not in written
    assert item_question(ITEM)["citations"] == ["notice", "records", "roles"]  # sorted: the place tells nothing
    another = replace(
        ITEM,
        options=tuple(replace(o, is_key=o.id == "c", feedback="No.", right_until=None) for o in ITEM.options),
        cites_key="roles",
        cites_others=("records", "notice"),
    )
    assert item_question(another) == item_question(ITEM)


@pytest.mark.parametrize(
    ("one", "secrets"),
    [
        (ordering("c", "a", "b"), ["order"]),
        (matching("a=z", "b=x"), ["match"]),
        (number("240", "1440", key="240", old="1440"), ["240", "tolerance"]),
        (short("preserve", "preservation"), ["preserv", "also"]),
    ],
)
def test_nor_does_the_question_of_any_other_type(one: Item, secrets: list[str]) -> None:
    question = item_question(one)
    for secret in secrets:
        assert secret not in json.dumps({name: value for name, value in question.items() if name != "type"})
    if one.type == "ordering":
        assert [option["id"] for option in question["options"]] == ["a", "b", "c"]
    assert item_from(question, item_key(one)) == one


def test_a_lesson_goes_to_json_and_back() -> None:
    assert lesson_from_dict(json.loads(json.dumps(lesson_to_dict(LESSON)))) == LESSON


def test_quiz_rules_go_to_json_and_back() -> None:
    rules = QuizRules(time_limit_minutes=20, retake="all")
    assert QuizRules(**json.loads(json.dumps(rules_to_dict(rules)))) == rules


OTHER_ITEMS = {
    "id": "e",
    "type": "single",
    "clauses": ("roles", "notice"),
    "stem": "Who?",
    "options": ITEM.options[:3],
    "validity": Teaching(since=1, until=None, checked=2),
    "is_critical": False,
    "sensitive": "",
    "cites_key": "records",
    "cites_others": ("records",),
    "choices": (Choice(id="x", text="X"),),
    "units": (Unit(id="h", text="hours", factor=Decimal(60)),),
    "tolerance": Decimal("0.5"),
    "is_whole": True,
    "is_pilot": True,
    "case": Case(id="night", text="It is 3 a.m.", place=1),
    "pictures": (Picture(address="/media/a/b.svg", svg="<svg>"),),
}
OTHER_OPTIONS = {"id": "z", "text": "Other", "is_key": False, "feedback": "Because.", "right_until": 3,
                 "match": "x", "also": ("zed",)}  # fmt: skip
OTHER_LESSONS = {
    "slug": "11-a",
    "title": "B",
    "teaches": ("notice",),
    "sections": LESSON.sections[:1],
    "validity": Teaching(since=1, until=2, checked=1),
    "sensitive": "x",
    "pictures": (Picture(address="/media/a/b.svg", svg="<svg>"),),
}


def test_every_field_is_thought_of_below() -> None:
    stands_beside_it = {"is_void"}  # a correction changes nothing that was frozen
    assert {each.name for each in fields(ITEM)} - stands_beside_it == OTHER_ITEMS.keys()
    assert {each.name for each in fields(Option)} == OTHER_OPTIONS.keys()
    assert {each.name for each in fields(LESSON)} == OTHER_LESSONS.keys()
    assert {each.name for each in fields(LessonSection)} == {"title", "body", "teaches"}


def test_the_digest_changes_with_each_part_and_with_nothing_else() -> None:
    found = {digest(), digest(text="# A \n"), digest(language="de"), digest(items=[]), digest(lessons=[])}
    changed_items = [replace(ITEM, **{name: value}) for name, value in OTHER_ITEMS.items() if name != "type"]  # type: ignore[arg-type]
    changed_items += [
        replace(ITEM, options=(replace(ITEM.options[0], **{name: value}), *ITEM.options[1:]))  # type: ignore[arg-type]
        for name, value in OTHER_OPTIONS.items()
    ]
    changed_items += [item(), replace(ITEM, options=ITEM.options[::-1])]
    changed_lessons = [replace(LESSON, **{name: value}) for name, value in OTHER_LESSONS.items()]  # type: ignore[arg-type]
    section = LESSON.sections[0]
    changed_lessons += [
        replace(LESSON, sections=(replace(section, **{name: value}), *LESSON.sections[1:]))  # type: ignore[arg-type]
        for name, value in {"title": "T", "body": "B", "teaches": ("roles",)}.items()
    ]
    rules = [replace(RULES, **{each.name: 77}) for each in fields(RULES)]  # type: ignore[arg-type]
    found |= {digest(items=[each]) for each in changed_items}
    found |= {digest(lessons=[each]) for each in changed_lessons}
    found |= {digest(rules=each) for each in rules}
    assert len(found) == 5 + len(changed_items) + len(changed_lessons) + len(rules)
    assert len({item_digest(each) for each in changed_items}) == len(changed_items)
    assert len({lesson_digest(each) for each in changed_lessons}) == len(changed_lessons)


@settings(deadline=None, max_examples=30)
@given(st.lists(items(), max_size=3), st.data())
def test_the_digest_does_not_depend_on_the_order_of_items(bank: list[Item], data: st.DataObject) -> None:
    assert digest(items=bank) == digest(items=data.draw(st.permutations(bank)))


@settings(deadline=None, max_examples=50)
@given(items(), items())
def test_two_items_have_the_same_digest_exactly_when_they_are_the_same(one: Item, other: Item) -> None:
    assert (item_digest(one) == item_digest(other)) == (one == other)


def test_the_digest_is_what_it_was_when_it_was_first_written_down() -> None:
    """Evidence pins these: if this fails, every installation's digests have become unverifiable."""
    assert item_digest(item()) == "42f3bf25532c7187b5d5d530bb2a1a3f631ff399277e585a24d1a1d2de4ae3d6"


@pytest.mark.parametrize("text", ["", "\ud800", "ä", "a\x00b"])
def test_any_text_has_a_digest(text: str) -> None:
    assert len(digest(text=text)) == 64
