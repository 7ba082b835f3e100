"""Another question in place of a sensitive one: once, before it is answered, and without any loss."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.coaching.person import person_page
from lms.domain.drawing import draw, in_place_of
from lms.extensions import db
from lms.models import Attempt, AttemptItem, AttemptSwap, UnmetSwap
from lms.training import actions, attesting
from lms.training.drawn import asked, graded
from lms.training.shelf import frozen
from lms.training.swapping import NothingEquivalent, NotSwappable, swap_item
from lms.verifying import verify
from tests.training.make import DAY, FIRST, Shelf, answers, begin, fields, option, start

WARNING = "describes a threat"


@pytest.fixture
def quiz(app, cast, tmp_path, sign_in):
    """Ada at a quiz of two questions, the first sensitive; the bank has another about the same clause."""
    shelf = Shelf(tmp_path).version(FIRST, ago=DAY)
    shelf.rules |= {"per_clause": "1", "wait_minutes": "0"}
    shelf.item("kinds", 1, sensitive=WARNING).item("genuine", 1).item("notice", 1)
    shelf.items.append(shelf.items[0] | {"id": "kinds-pilot", "pilot": "true", "stem": "Tried out?", "sensitive": "x"})
    shelf.publish()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    return ada, attempt_id, f"/train/attempts/{attempt_id}"


def spare(tmp_path, **more):
    """The bank gets equivalents only in what a swap can find: one of the clause, drawn with `per_clause: 1`."""
    shelf = Shelf(tmp_path).version(FIRST, ago=DAY)
    shelf.rules |= {"per_clause": "1", "wait_minutes": "0"}
    for place in (1, 2):
        shelf.item("kinds", place, **({"sensitive": WARNING} | more if place == 1 else {}))
    for clause in ("genuine", "notice"):
        shelf.item(clause, 1)
    return shelf.publish()


def sensitive_in(attempt_id):
    found = next((each for each in asked([attempt_id]) if each.item.sensitive and not each.item.is_pilot), None)
    db.session.rollback()
    return found


def start_at_sensitive(person):
    """Seeds decide what is drawn: the first that draws the sensitive one."""
    for seed in range(30):
        if any(each == "kinds-1" for each in drawn_with(seed)):
            return start(person, at=clock.now(), seed=seed)
    raise AssertionError("no seed draws it")


def drawn_with(seed):
    version = frozen({"legal-requests": 1})["legal-requests"]
    db.session.rollback()
    return [each.item_id for each in draw(version.items, clauses=tuple(FIRST), rules=version.rules, seen=(), seed=seed)]


def test_a_sensitive_question_is_swapped_for_an_equivalent_and_nothing_is_lost(app, cast, sign_in, tmp_path):
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    ada, url = sign_in("ada"), f"/train/attempts/{attempt_id}"
    old = sensitive_in(attempt_id)
    page = ada.get(url)
    assert page.soup.select_one(f"button[name=swap][value='{old.number}']")
    other = next(each for each in asked([attempt_id]) if each.number != old.number)
    swapped = ada.post(url, {f"answer-{other.number}": "b", "revision": 0, "swap": old.number})
    new = next(each for each in asked([attempt_id]) if each.position == old.position)
    db.session.rollback()
    assert (new.item.id, new.item.sensitive, new.number) == ("kinds-2", "", 4)
    assert swapped.location == f"{url}#item-4"
    page = ada.get(url)
    assert "It costs you nothing" in page.words
    assert not page.soup.select("button[name=swap]")
    assert page.soup.select_one(f"input[name=answer-{other.number}][checked]")["value"] == "b"
    assert WARNING not in page.words
    ada.post(f"{url}/submit", fields(by_number(attempt_id)) | {"revision": 9})
    assert "Passed" in ada.get(f"{url}/result").soup.h1.get_text()
    attempt = db.session.get(Attempt, attempt_id)
    assert (attempt.points, attempt.maximum) == (300, 300)
    db.session.rollback()
    assert attesting.sign(attempt_id, cast.ada, now=clock.now())
    assert verify() == []


def by_number(attempt_id):
    given = answers(attempt_id)
    numbers = {each.position: each.number for each in asked([attempt_id])}
    db.session.rollback()
    return {numbers[position]: answer for position, answer in given.items()}


def test_what_was_drawn_and_what_was_asked_can_be_told_from_the_attempt_alone(app, cast, tmp_path):
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    old = sensitive_in(attempt_id)
    swap_item(attempt_id, cast.ada, number=old.number, now=clock.now())
    assert len(db.session.scalars(select(AttemptItem)).all()) == 3
    row = db.session.scalars(select(AttemptSwap)).one()
    attempt = db.session.get(Attempt, attempt_id)
    bank = {item.id: item for item in frozen({"legal-requests": 1})["legal-requests"].items}
    again = in_place_of(
        [bank[old.item.id]],
        bank.values(),
        clauses=attempt.clauses,
        taken={each.item.id for each in asked([attempt_id])} - {"kinds-2"} | {old.item.id},
        seen={},
        seed=attempt.seed,
    )
    assert [(each.item_id, list(each.option_order)) for each in again] == [("kinds-2", row.option_order)]
    assert [each.item.id for each in graded([attempt_id])] == [each.item.id for each in asked([attempt_id])]


def test_the_second_click_finds_the_first_swap(app, cast, tmp_path):
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    old = sensitive_in(attempt_id)
    numbers = {swap_item(attempt_id, cast.ada, number=old.number, now=clock.now()) for _ in range(2)}
    assert numbers == {4}
    assert len(db.session.scalars(select(AttemptSwap)).all()) == 1


def test_it_is_for_what_is_sensitive_and_not_answered(app, cast, tmp_path):
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    old = sensitive_in(attempt_id)
    other = next(each.number for each in asked([attempt_id]) if each.number != old.number)
    with pytest.raises(NotSwappable, match="marked as sensitive"):
        swap_item(attempt_id, cast.ada, number=other, now=clock.now())
    assert swap_item(attempt_id, cast.sam, number=old.number, now=clock.now()) is None
    with pytest.raises(actions.AnswerRefused):
        swap_item(attempt_id, cast.ada, number=99, now=clock.now())
    answer = answers(attempt_id)[old.position]
    actions.save_answer(attempt_id, cast.ada, position=old.number, answer=answer, revision=1, now=clock.now())
    with pytest.raises(NotSwappable, match="answered it"):
        swap_item(attempt_id, cast.ada, number=old.number, now=clock.now())


def test_a_page_from_before_the_swap_neither_answers_the_new_question_nor_fails(app, cast, sign_in, tmp_path):
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    old = sensitive_in(attempt_id)
    swap_item(attempt_id, cast.ada, number=old.number, now=clock.now())
    ada, url = sign_in("ada"), f"/train/attempts/{attempt_id}"
    ada.post(url, {f"answer-{old.number}": "a", "revision": 0})
    assert not any(each.is_answered for each in asked([attempt_id]))
    ada.post(f"{url}/save", {"item": old.number, "option": "a", "revision": 1}, expect=422)
    ada.post(url, {"answer-77": "a", "revision": 0}, expect=422)


def test_where_there_is_nothing_equivalent_it_says_so_and_the_coach_is_told(quiz, cast, sign_in):
    ada, attempt_id, url = quiz
    old = sensitive_in(attempt_id)
    for _ in range(2):
        ada.post(url, {"revision": 0, "swap": old.number})
        assert "There is no other question about the same clauses." in ada.get(url).words
    assert len(db.session.scalars(select(UnmetSwap)).all()) == 1
    assert not db.session.scalars(select(AttemptSwap)).all()
    db.session.rollback()
    page = sign_in("cole").get(f"/coaching/people/{cast.ada}")
    assert "would rather have been asked something else" in page.words
    assert WARNING in page.words
    assert "A question of Legal requests was hard to look at" in sign_in("cole").get("/coaching/").words
    assert person_page(cast.ada, scope=None, now=clock.now()).unmet[0].policy_title == "Legal requests"


def test_what_does_not_count_is_left_open_not_swapped(quiz):
    ada, attempt_id, url = quiz
    pilot = next(each for each in asked([attempt_id]) if each.item.is_pilot)
    db.session.rollback()
    assert not ada.get(url).soup.select(f"button[name=swap][value='{pilot.number}']")
    ada.post(url, {"revision": 0, "swap": pilot.number})
    assert "Only a question that counts" in ada.get(url).words


def test_all_of_a_sensitive_case_is_swapped_together(app, cast, tmp_path):
    shelf = Shelf(tmp_path).version({"kinds": FIRST["kinds"]}, ago=DAY)
    shelf.rules |= {"per_clause": "2"}
    part = {"type": "single", "clauses": ["kinds"], "options": [option("a", "This", key=True), option("b", "That")]}
    shelf.items.append(
        {"id": "night", "type": "case", "since": "1", "sensitive": WARNING, "stem": "A call at night.",
         "items": [part | {"id": f"night-{n}", "stem": f"Step {n}?"} for n in (1, 2)]}
    )  # fmt: skip
    shelf.item("kinds", 1).item("kinds", 2).publish()
    version = frozen({"legal-requests": 1})["legal-requests"]
    seed = next(
        seed for seed in range(40)
        if {"night-1", "night-2"}
        == {each.item_id for each in draw(version.items, clauses=("kinds",), rules=version.rules, seen=(), seed=seed)}
    )  # fmt: skip
    db.session.rollback()
    attempt_id = start(cast.ada, at=clock.now(), seed=seed)
    assert swap_item(attempt_id, cast.ada, number=2, now=clock.now()) == 4
    assert {each.item.id for each in asked([attempt_id])} == {"kinds-1", "kinds-2"}


def test_what_is_critical_is_not_swapped_for_what_is_not(app, cast, tmp_path):
    spare(tmp_path, critical="true")
    attempt_id = start_at_sensitive(cast.ada)
    with pytest.raises(NothingEquivalent):
        swap_item(attempt_id, cast.ada, number=sensitive_in(attempt_id).number, now=clock.now())
