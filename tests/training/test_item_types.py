"""Every type of item: asked without its key, answered by a form or as it is typed, told afterwards."""

import json

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import Attempt, Evidence, Response
from lms.training import actions, attesting
from lms.training.attempts import quiz_page
from lms.verifying import verify
from tests.training.item_types import ORDER, all_types, right
from tests.training.make import begin, start


@pytest.fixture
def quiz(app, cast, tmp_path, sign_in):
    """Ada, at her quiz."""
    all_types(tmp_path)
    ada = sign_in("ada")
    return ada, f"/train/attempts/{begin(ada)}"


def field(page, selector):
    return page.soup.select_one(selector).find_parent("fieldset")


def test_nothing_of_a_key_is_on_the_page(quiz):
    ada, url = quiz
    page = ada.get(url)
    for secret in ("anary", "preservation", "240"):
        assert secret not in page.text, secret
    orders = [label.get_text(strip=True) for label in field(page, "[name^=place-]").select("label")]
    assert sorted(orders) == sorted(ORDER)


def test_a_case_is_told_once_and_its_questions_follow_each_other(quiz):
    ada, url = quiz
    page = ada.get(url)
    assert page.text.count("It is three in the morning.") == 1
    stems = [stem.get_text(strip=True) for stem in page.soup.select(".item-stem")]
    first = stems.index("What do you do first?")
    assert stems[first + 1] == "And what do you do then?"
    case = page.soup.select_one(".case")
    assert case.find_next("fieldset")["data-item"] == str(first + 1)


def test_all_right_by_a_form_passes_and_is_proven(quiz):
    ada, url = quiz
    sent = right(ada.get(url))
    ada.post(url, sent | {"revision": 0})
    review = ada.get(f"{url}/review")
    assert "7 of 7 questions answered" in review.words
    assert "4 hours" in review.words
    assert "A subpoena → Account details" in review.words
    assert "1. Check the sender" in review.words
    ada.post(f"{url}/submit", sent | {"revision": 1})
    result = ada.get(f"{url}/result")
    assert "Passed" in result.soup.h1.get_text()
    assert "100 %" in result.words
    assert "Canary short." in result.words
    assert "We are trying this question out. It did not count." in result.words
    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.points, attempt.maximum) == (600, 600)
    attempt_id, person_id = attempt.id, attempt.person_id
    db.session.rollback()
    assert attesting.sign(attempt_id, person_id, now=clock.now())
    assert json.loads(db.session.scalars(select(Evidence.body)).one())["score"] == 600
    assert verify() == []


def answer_all(ada, url, **changed):
    page = ada.get(url)
    sent = right(page)
    for kind, value in changed.items():
        for name in [name for name in sent if name.startswith(kind)]:
            sent[name] = value(name, sent[name]) if callable(value) else value
    ada.post(f"{url}/submit", sent | {"revision": 1})
    return ada.get(f"{url}/result")


def test_what_is_written_by_the_old_rule_is_told_as_that(quiz):
    ada, url = quiz
    result = answer_all(ada, url, typed="24")
    assert "By the old rule" in result.words
    assert "canary" not in result.words.lower()  # not passed: nothing is told


def test_an_order_that_is_not_right_is_shown_with_the_right_one(quiz):
    ada, url = quiz
    swap = {"1": "2", "2": "1"}
    result = answer_all(ada, url, place=lambda name, value: swap.get(value, value))
    assert "Passed" in result.soup.h1.get_text()
    assert "94 %" in result.words
    assert "Partly right" in result.words
    told = result.soup.find("p", string="In the right order:").find_next("ol")
    assert [line.get_text() for line in told.select("li")] == ORDER


def test_a_match_that_is_not_right_is_shown_beside_the_right_one(quiz):
    ada, url = quiz
    result = answer_all(ada, url, match=lambda name, value: "c9" if name.endswith("m0") else value)
    assert "A subpoena → Nothing" in result.words
    assert "A subpoena → Account details" in result.words


def test_saves_keep_what_is_half_done(quiz, cast):
    ada, url = quiz
    page = ada.get(url)
    number = field(page, "[data-typed][inputmode]")["data-item"]
    order = field(page, "[name^=place-]")["data-item"]
    for revision, (item, more) in enumerate(
        [(number, {"typed": " 4 "}), (number, {"typed": "4", "option": "hours"}), (order, {"option": "o2@1"})], start=1
    ):
        ada.post(f"{url}/save", {"item": item, "revision": revision, **more}, expect=200)
    page = ada.get(url)
    assert page.soup.select_one(f"#typed-{number}")["value"] == "4"
    assert page.soup.select_one(f"#unit-{number} option[selected]")["value"] == "hours"
    assert page.soup.select_one(f"#place-{order}-o2 option[selected]")["value"] == "1"
    done = {
        each.position: each.is_answered
        for each in quiz_page(int(url.split("/")[-1]), cast.ada, now=clock.now()).questions
    }
    assert (done[int(number)], done[int(order)]) == (True, False)
    assert "Not finished" in ada.get(f"{url}/review").words


@pytest.mark.parametrize(
    "sent",
    [
        {"option": "o0@9"},
        {"option": "o0"},
        {"option": ["o0@1", "o0@2"]},
        {"typed": "Answer"},
        {"option": "c1"},
    ],
)
def test_what_the_page_never_offered_is_not_kept(quiz, sent):
    ada, url = quiz
    order = field(ada.get(url), "[name^=place-]")["data-item"]
    ada.post(f"{url}/save", {"item": order, "revision": 1, **sent}, expect=422)
    assert not db.session.scalars(select(Response)).all()


def test_too_long_a_text_is_refused(quiz):
    ada, url = quiz
    number = field(ada.get(url), "[data-typed]")["data-item"]
    ada.post(f"{url}/save", {"item": number, "revision": 1, "typed": "x" * 201}, expect=422)


def test_replaying_what_is_stored_gives_the_stored_score(app, cast, tmp_path):
    """By `verify`, which grades anew, for a person who guesses."""
    all_types(tmp_path)
    attempt_id = start(cast.ada, at=clock.now())
    actions.submit_attempt(attempt_id, cast.ada, answers={}, now=clock.now())
    assert db.session.get(Attempt, attempt_id).points == 0
    assert verify() == []
