"""The time of a quiz is kept on the server: said before, counted while it runs, and at its end what is saved counts."""

from datetime import timedelta

from sqlalchemy import select

from lms import clock
from lms.coaching.giving import accommodate
from lms.domain.accommodating import ExtraTime
from lms.extensions import db
from lms.models import Attempt, Response
from tests.training.make import answers, begin, fields, start

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SENT = {"item": 1, "option": "a", "revision": 1}
LIMITED = {"time_limit_minutes": 15, "wait_minutes": 0}
MODULE = "/train/legal-requests"


def give(cast, time):
    accommodate(cast.ada, time=time, attempts=None, until_at=None, reason="Needs longer to read.", by=cast.cole,
                now=clock.now())  # fmt: skip


def test_it_is_said_before_one_begins(cast, sign_in, simple):
    simple(rules=LIMITED)
    ada = sign_in("ada")
    page = ada.get(MODULE).words
    assert "You have 15 minutes." in page
    assert "The time runs on when you close the page." in page
    assert "ask your coach before you begin" in page
    give(cast, ExtraTime.HALF_MORE)
    assert "You have 15 minutes, with your extra time 23 minutes." in ada.get(MODULE).words


def test_without_a_limit_nothing_is_said_of_time(cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    assert "The time runs on" not in ada.get(MODULE).words
    page = ada.get(f"/train/attempts/{begin(ada)}")
    assert page.soup.select_one("[data-time-left]") is None
    assert "Answers are taken until" not in page.words


def test_the_page_says_the_end_and_every_save_how_much_is_left(cast, sign_in, simple):
    simple(rules=LIMITED)
    ada, url = sign_in("ada"), f"/train/attempts/{start(cast.ada, at=clock.now() - 5 * MINUTE)}"
    page = ada.get(url)
    assert "Answers are taken until" in page.words
    assert "What is saved by then counts, and you can hand in later." in page.words
    assert 590 <= int(page.soup.select_one("[data-time-left]")["data-time-left"]) <= 600
    assert page.soup.select_one("[data-time-said]")["role"] == "status"
    assert 590 <= ada.post(f"{url}/save", SENT, expect=200).response.json["seconds_left"] <= 600
    assert ada.post(f"{url}/save", SENT, expect=200).response.json["seconds_left"] <= 600
    assert "Answers are taken until" in ada.get(f"{url}/review").words


def test_an_answer_that_was_on_its_way_at_the_end_is_taken(cast, sign_in, simple):
    simple(rules=LIMITED)
    ada, url = sign_in("ada"), f"/train/attempts/{start(cast.ada, at=clock.now() - 15 * MINUTE - 5 * SECOND)}"
    assert ada.get(url).soup.select_one("[data-time-left]")["data-time-left"] == "0"
    assert ada.post(f"{url}/save", SENT, expect=200).response.json["seconds_left"] == 0
    assert db.session.scalars(select(Response.options)).all() == [["a"]]


def test_after_the_end_what_is_saved_counts_and_is_handed_in_later(cast, sign_in, simple, monkeypatch):
    simple(rules=LIMITED)
    attempt_id = start(cast.ada, at=clock.now() - MINUTE)
    ada, url = sign_in("ada"), f"/train/attempts/{attempt_id}"
    right = answers(attempt_id)
    ada.post(url, fields({place: right[place] for place in (1, 2)}))
    later = clock.now() + 15 * MINUTE
    monkeypatch.setattr(clock, "now", lambda: later)
    refused = ada.post(f"{url}/save", SENT | {"item": 3}, expect=409).response.json
    assert refused["is_over"] is True
    assert "The time for this quiz is over" in refused["error"]
    assert ada.post(url, fields(right)).location == f"{url}/review"
    assert ada.get(url, expect=302).location == f"{url}/review"
    page = ada.get(f"{url}/review")
    assert "What was saved by then stands below and counts. Hand it in whenever you like." in page.words
    assert page.soup.find("a", href=lambda href: href and href.startswith(f"{url}#")) is None
    ada.post(f"{url}/submit", fields(right))
    attempt = db.session.get_one(Attempt, attempt_id)
    assert (attempt.points, attempt.maximum) == (200, 600)
    assert "what was saved by then counted." in ada.get(f"{url}/result").words


def test_who_hands_in_within_the_time_reads_nothing_of_its_end(cast, sign_in, simple):
    simple(rules=LIMITED)
    attempt_id = start(cast.ada, at=clock.now() - MINUTE)
    ada = sign_in("ada")
    ada.post(f"/train/attempts/{attempt_id}/submit", fields(answers(attempt_id)))
    assert "The time was over" not in ada.get(f"/train/attempts/{attempt_id}/result").words


def test_more_time_given_after_the_end_opens_the_questions_again(cast, sign_in, simple):
    simple(rules=LIMITED)
    url = f"/train/attempts/{start(cast.ada, at=clock.now() - 20 * MINUTE)}"
    ada = sign_in("ada")
    ada.get(url, expect=302)
    give(cast, ExtraTime.NO_LIMIT)
    ada.get(url)
    assert ada.post(f"{url}/save", SENT, expect=200).response.json["seconds_left"] is None
