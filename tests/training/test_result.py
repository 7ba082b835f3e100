"""The result: everything after a pass, nothing that gives an answer away before."""

from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import Attempt
from lms.policies.actions import withdraw
from lms.training.drawn import asked
from tests.training.make import (
    DAY,
    FIRST,
    HOUR,
    MINUTE,
    Shelf,
    answers,
    begin,
    fail,
    fields,
    option,
    prove,
    second,
    start,
)


def hand_in(reader, attempt_id, **more):
    page = reader.post(f"/train/attempts/{attempt_id}/submit", fields(answers(attempt_id, **more)))
    assert page.location == f"/train/attempts/{attempt_id}/result"
    return reader.get(page.location)


def test_a_pass_tells_everything(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    page = hand_in(ada, begin(ada))
    assert page.soup.h1.get_text(strip=True) == "Passed: Legal requests"
    assert "100 %, 80 % needed." in page.words
    assert len(page.soup.select(".answer-key")) == 6
    assert "Because of right thing" in page.words
    assert "Because of wrong thing" in page.words
    assert page.soup.find("a", href="/policies/legal-requests#notice")
    assert "Sign to finish" in page.words


def test_a_fail_tells_what_to_read_again_and_when_to_come_back(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    page = hand_in(ada, begin(ada), wrong=("notice",))
    assert page.soup.h1.get_text(strip=True) == "Not yet: Legal requests"
    assert "66 %, 80 % needed." in page.words
    assert "Read these again Telling the user" in page.words
    assert page.soup.find("a", href="/policies/legal-requests#notice")
    assert "When the short retake opens in 14 minutes" in page.words
    assert "2 attempts left." in page.words
    assert page.words.count("Not right") == 2
    assert "Because of" not in page.words
    assert not page.soup.select(".answer-key")


def test_a_retake_counts_what_was_right_before_and_then_tells_everything(app, cast, sign_in, simple):
    simple(rules={"wait_minutes": 0})
    ada = sign_in("ada")
    first = begin(ada)
    page = hand_in(ada, first, wrong=("notice",))
    assert page.soup.find("button", string="Start the retake")
    again = begin(ada)
    assert "Retake: Legal requests" in ada.get(f"/train/attempts/{again}").words
    page = hand_in(ada, again)
    assert "100 %, 80 % needed." in page.words
    assert "What you had right before counts with it." in page.words
    assert "Because of" in page.words
    assert "Because of" in ada.get(f"/train/attempts/{first}/result").words
    assert "Start the retake" not in ada.get(f"/train/attempts/{first}/result").words
    kept = db.session.get(Attempt, again)
    assert (kept.points, kept.maximum) == (600, 600)
    assert len(kept.result["items"]) == 2


def test_every_attempt_used_is_told_to_the_person_and_to_the_coach(app, cast, sign_in, simple):
    simple()
    now = clock.now()
    for ago in (60, 40, 20):
        last = fail(cast.ada, at=now - ago * MINUTE)
    page = sign_in("ada").get(f"/train/attempts/{last}/result")
    assert "You have used every attempt" in page.words
    assert "Your coach has been told" in page.words
    assert "Because of" not in page.words
    assert "Start the retake" not in page.words
    assert "stuck" in sign_in("cole").get("/coaching/").words.casefold()


def test_a_critical_item_must_be_right(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path, rules={"pass_mark": 50, "per_clause": 1}).version(FIRST, ago=DAY).items_for(*FIRST, count=1)
    shelf.items[-1]["critical"] = "true"
    shelf.publish()
    ada = sign_in("ada")
    page = hand_in(ada, begin(ada), wrong=("notice",))
    assert "66 %, 50 % needed. A question that must be right was not." in page.words


def test_what_each_answer_was_is_told_in_words(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path, rules={"per_clause": 1}).version(FIRST, ago=DAY).items_for("kinds", count=1)
    shelf.item(
        "genuine", 1, options=[option("a", "New", key=True), option("b", "Old", right_until=0), option("c", "No")]
    )
    shelf.item("notice", 1, type="decision", cites={"key": "notice", "others": ["kinds"]})
    shelf.publish()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    places = {each.item.clauses[0]: each.position for each in asked([attempt_id])}
    given = {
        f"answer-{places['genuine']}": "b",
        f"answer-{places['notice']}": "a",
        f"citation-{places['notice']}": "kinds",
    }
    ada.post(f"/train/attempts/{attempt_id}/submit", given)
    page = ada.get(f"/train/attempts/{attempt_id}/result")
    for words in ("Not answered", "By the old rule", "Partly right", "Clause you named: Kinds of paper"):
        assert words in page.words
    assert "Clause that says so" not in page.words


def test_after_a_pass_the_clause_behind_a_decision_is_named(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path, rules={"per_clause": 1}).version(FIRST, ago=DAY).items_for("kinds", "genuine", count=1)
    shelf.item("notice", 1, type="decision", cites={"key": "notice", "others": ["kinds"]}).publish()
    ada = sign_in("ada")
    assert "Clause that says so: Telling the user" in hand_in(ada, begin(ada)).words


def test_a_policy_may_explain_what_was_chosen_at_once_or_nothing_ever(app, cast, sign_in, simple):
    simple(rules={"feedback": "after_submission"})
    simple(slug="abuse-reports", title="Abuse", audience=["abuse-reports"], rules={"feedback": "never"})
    ada = sign_in("ada")
    told = hand_in(ada, begin(ada), wrong=("notice",))
    assert told.words.count("Because of") == 6
    assert not told.soup.select(".answer-key")
    silent = hand_in(ada, begin(ada, "abuse-reports"))
    assert "Passed" in silent.words
    assert "Because of" not in silent.words
    assert not silent.soup.select(".answer-key")


def test_an_attempt_finishes_on_its_version_whatever_is_published(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    ada = sign_in("ada")
    attempt_id = begin(ada)
    second(shelf)
    assert "Version 1." in ada.get(f"/train/attempts/{attempt_id}").words
    page = hand_in(ada, attempt_id)
    assert "version 1." in page.words
    ada.post(f"/train/attempts/{attempt_id}/sign")
    assert "Legal requests: 1 clause to learn" in ada.get("/").words


def test_an_attempt_finishes_even_when_its_version_is_withdrawn(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf, in_force=-DAY)
    ada = sign_in("ada")
    attempt_id = begin(ada)
    withdraw(db.session.get(Attempt, attempt_id).version_id, by=cast.pia, now=clock.now())
    hand_in(ada, attempt_id)
    page = ada.post(f"/train/attempts/{attempt_id}/sign")
    assert "Signed: Legal requests" in ada.get(page.location).words
    assert "Nothing to do." in ada.get("/").words


def test_handing_in_twice_finds_the_first_result(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    hand_in(ada, attempt_id, wrong=("notice",))
    first = db.session.execute(select(Attempt.points, Attempt.submitted_at)).one()
    hand_in(ada, attempt_id)
    assert db.session.execute(select(Attempt.points, Attempt.submitted_at)).one() == first


def test_what_was_left_open_counts_as_not_right(app, cast, sign_in, simple):
    simple()
    attempt_id = start(cast.ada, at=clock.now() - HOUR)
    ada = sign_in("ada")
    ada.post(f"/train/attempts/{attempt_id}/submit")
    page = ada.get(f"/train/attempts/{attempt_id}/result")
    assert "0 %, 80 % needed." in page.words
    assert page.words.count("Not answered") == 6


def test_a_clause_that_is_gone_is_named_and_one_that_is_coming_is_found(app, cast, sign_in, tmp_path):
    texts = FIRST | {"fax": "We take requests by fax."}
    shelf = Shelf(tmp_path).version(texts, ago=10 * DAY).items_for(*texts).publish()
    prove(cast.ada, at=clock.now() - 9 * DAY)
    changed = FIRST | {"notice": "Tell the user within 4 hours unless a court forbids it."}
    shelf.version(changed, ago=HOUR, in_force=-DAY, changes={"notice": ("material", "Four.")}, removed=("fax",))
    shelf.item("fax", 9, since=2).items_for("notice", since=2).publish()
    ada = sign_in("ada")
    page = hand_in(ada, begin(ada), wrong=("notice", "fax"))
    assert "Requests by fax (no longer applies)" in page.words
    assert page.soup.find("a", href="/policies/legal-requests/v/2#notice")
