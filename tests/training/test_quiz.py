"""The quiz: kept answer by answer, taken up anywhere, handed in once."""

from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import Attempt, AttemptItem, Response
from lms.training import actions
from lms.training.drawn import asked
from tests.training.make import (
    DAY,
    FIRST,
    Shelf,
    answers,
    begin,
    fields,
    option,
)


def chosen(page):
    return {box["name"]: box["value"] for box in page.soup.select("fieldset.item input[checked]")}


def test_starting_fixes_the_questions(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    first = begin(ada)
    page = ada.get(f"/train/attempts/{first}")
    assert len(page.soup.select("fieldset.item")) == 6
    assert begin(ada) == first
    assert ada.get(f"/train/attempts/{first}").soup.main.get_text() == page.soup.main.get_text()
    form = page.soup.select_one("form[data-quiz]")
    assert form["data-save-url"] == f"/train/attempts/{first}/save"
    assert form["data-revision"] == "0"
    assert form["data-zone"] == "Europe/Dublin"


def test_answers_come_back_on_another_device(app, cast, sign_in, simple):
    simple()
    phone, laptop = sign_in("ada"), sign_in("ada")
    attempt_id = begin(phone)
    sent = {"item": 1, "option": "b", "citation": "", "revision": 1}
    assert phone.post(f"/train/attempts/{attempt_id}/save", sent, expect=200).response.json["saved_at"]
    page = laptop.get(f"/train/attempts/{attempt_id}")
    assert chosen(page) == {"answer-1": "b"}
    assert page.soup.select_one("form[data-quiz]")["data-revision"] == "1"


def test_an_older_save_never_overwrites_a_newer_one(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    url = f"/train/attempts/{attempt_id}/save"
    newest = ada.post(url, {"item": 1, "option": "b", "revision": 5}, expect=200).response.json
    late = ada.post(url, {"item": 1, "option": "a", "revision": 4}, expect=409).response.json
    assert "answered elsewhere" in late["error"]
    assert "saved_at" not in late
    assert ada.post(url, {"item": 1, "option": "a", "revision": 5}, expect=409)
    assert ada.post(url, {"item": 1, "option": "b", "revision": 5}, expect=200).response.json == newest
    assert chosen(ada.get(f"/train/attempts/{attempt_id}")) == {"answer-1": "b"}


def test_what_was_not_drawn_is_refused_and_nothing_is_named(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    url = f"/train/attempts/{attempt_id}/save"
    for wrong in (
        {"item": 1, "option": "z", "revision": 1},
        {"item": 1, "option": ["a", "b"], "revision": 1},
        {"item": 1, "option": "a", "citation": "kinds", "revision": 1},
        {"item": 99, "option": "a", "revision": 1},
        {"item": "x", "option": "a", "revision": 1},
        {"item": 1, "option": "a", "revision": 0},
        {"item": 1, "option": "a", "revision": 2**31},
        {"item": 1, "option": "a"},
        {},
    ):
        said = ada.post(url, wrong, expect=422).response.json
        assert said == {"error": "That question or answer is not part of this quiz. Reload the page."}
    assert not db.session.scalars(select(Response)).all()


def test_a_whole_page_of_answers_is_kept_without_a_script(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    url = f"/train/attempts/{attempt_id}"
    given = fields(answers(attempt_id))
    given.pop("answer-6")
    page = ada.post(url, given | {"revision": 0})
    assert page.location == f"{url}/review"
    page = ada.get(page.location)
    assert "5 of 6 questions answered." in page.words
    assert "1 question is not answered" in page.words
    assert page.soup.find("a", href=f"{url}#item-6")
    assert chosen(ada.get(url)) == given | {name: value[0] for name, value in given.items()}


def test_a_page_left_open_elsewhere_does_not_wipe_newer_answers(app, cast, sign_in, simple):
    simple()
    phone, laptop = sign_in("ada"), sign_in("ada")
    attempt_id = begin(phone)
    url = f"/train/attempts/{attempt_id}"
    stale = laptop.get(url).soup.select_one("input[name=revision]")["value"]
    phone.post(f"{url}/save", {"item": 1, "option": "b", "revision": 1}, expect=200)
    laptop.post(url, {"answer-2": "c", "revision": stale})
    assert chosen(phone.get(url)) == {"answer-1": "b", "answer-2": "c"}
    laptop.post(url, {"answer-1": "c", "revision": stale})
    assert chosen(phone.get(url)) == {"answer-1": "c", "answer-2": "c"}


def test_a_box_can_be_cleared_again(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path, rules={"per_clause": 1}).version({"kinds": FIRST["kinds"]}, ago=DAY)
    several = [option("a", "One", key=True), option("b", "Two", key=True), option("c", "Three")]
    shelf.item("kinds", 1, type="multiple", options=several)
    shelf.publish()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    url = f"/train/attempts/{attempt_id}"
    ada.post(url, {"answer-1": ["a", "b", "b"], "revision": 0})
    page = ada.get(url)
    assert len(page.soup.select("input[type=checkbox][checked]")) == 2
    ada.post(url, {"citation-1": "", "revision": 1})
    assert not ada.get(url).soup.select("input[checked]")


def test_a_decision_needs_the_clause_too(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path).version(FIRST, ago=DAY).items_for("kinds", "genuine", count=2)
    for place in (1, 2):
        shelf.item("notice", place, type="decision", cites={"key": "notice", "others": ["kinds", "genuine"]})
    shelf.publish()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    url = f"/train/attempts/{attempt_id}"
    place = next(each.position for each in asked([attempt_id]) if each.item.citations)
    page = ada.get(url)
    offered = page.soup.select(f"#citation-{place} option")
    assert {each.get_text(strip=True) for each in offered} == {
        "Choose a clause",
        "Kinds of paper",
        "Is it genuine",
        "Telling the user",
    }
    ada.post(f"{url}/save", {"item": place, "option": "a", "revision": 1}, expect=200)
    assert "Clause missing" in ada.get(f"{url}/review").words
    ada.post(f"{url}/save", {"item": place, "option": "a", "citation": "notice", "revision": 2}, expect=200)
    page = ada.get(url)
    assert page.soup.select_one(f"#citation-{place} option[selected]")["value"] == "notice"
    assert "Clause missing" not in ada.get(f"{url}/review").words


def test_nothing_changes_once_it_is_handed_in(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    url = f"/train/attempts/{attempt_id}"
    ada.post(f"{url}/save", {"item": 1, "option": "b", "revision": 1}, expect=200)
    ada.post(f"{url}/submit")
    late = ada.post(f"{url}/save", {"item": 1, "option": "a", "revision": 9}, expect=409).response.json
    assert "handed in" in late["error"]
    assert ada.post(url, {"answer-1": "a"}).location == f"{url}/result"
    assert ada.post(f"{url}/submit", {"answer-1": "a"}).location == f"{url}/result"
    assert db.session.scalars(select(Response.options)).all() == [["b"]]
    assert ada.get(url, expect=302).location == f"{url}/result"
    assert ada.get(f"{url}/review", expect=302).location == f"{url}/result"


def test_an_attempt_is_there_for_its_person_only(app, cast, sign_in, simple):
    simple()
    attempt_id = begin(sign_in("ada"))
    for name in ("sam", "cole", "rune"):
        other = sign_in(name)
        for page in ("", "/review", "/result", "/sign"):
            other.get(f"/train/attempts/{attempt_id}{page}", expect=404)
        for page in ("", "/submit", "/sign"):
            other.post(f"/train/attempts/{attempt_id}{page}", {"answer-1": "a"}, expect=404)
        other.post(f"/train/attempts/{attempt_id}/save", {"item": 1, "option": "a", "revision": 1}, expect=404)
    sign_in("ada").get(f"/train/attempts/{attempt_id}/result", expect=404)
    sign_in("ada").get(f"/train/attempts/{attempt_id}/sign", expect=404)
    assert db.session.scalar(select(Attempt.state)) == "open"


def test_a_broken_form_is_refused(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    for page in ("", "/submit"):
        for wrong in ({"answer-x": "a"}, {"answer-99": "a"}, {"answer-1": "z"}, {"answer-1": "a", "revision": "x"}):
            ada.post(f"/train/attempts/{attempt_id}{page}", wrong, expect=422)
    assert db.session.scalar(select(Attempt.state)) == "open"


def test_a_sensitive_question_stays_closed_until_asked_for(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path, rules={"per_clause": 1}).version({"kinds": FIRST["kinds"]}, ago=DAY)
    shelf.item("kinds", 1, sensitive="a threat").publish()
    ada = sign_in("ada")
    attempt_id = begin(ada)
    closed = ada.get(f"/train/attempts/{attempt_id}").soup.select_one("details.sensitive")
    assert "Case 1 about kinds" in closed.get_text()
    assert "Case 1 about kinds" not in ada.get(f"/train/attempts/{attempt_id}/review").words
    ada.post(f"/train/attempts/{attempt_id}/submit")
    assert ada.get(f"/train/attempts/{attempt_id}/result").soup.select_one("details.sensitive")


def test_a_given_seed_is_the_one_that_is_drawn_from(app, cast, simple):
    simple()
    attempt_id = actions.start_attempt(cast.ada, "legal-requests", seed=7, now=clock.now())
    assert db.session.get_one(Attempt, attempt_id).seed == 7


def test_each_step_takes_a_fixed_number_of_statements(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    started = ada.post("/train/legal-requests/start")
    attempt_id = begin(ada)
    url = f"/train/attempts/{attempt_id}"
    shown = ada.get(url)
    saved = ada.post(f"{url}/save", {"item": 1, "option": "b", "revision": 1}, expect=200)
    again = ada.post(f"{url}/save", {"item": 1, "option": "b", "revision": 1}, expect=200)
    kept = ada.post(url, fields(answers(attempt_id)))
    looked = ada.get(f"{url}/review")
    handed_in = ada.post(f"{url}/submit", fields(answers(attempt_id, wrong=("kinds",))))
    result = ada.get(f"{url}/result")
    counted = {
        "start": len(started.statements),
        "show": len(shown.statements),
        "save": len(saved.statements),
        "save again": len(again.statements),
        "keep": len(kept.statements),
        "review": len(looked.statements),
        "submit": len(handed_in.statements),
        "result": len(result.statements),
    }
    assert counted == {
        "start": 24,
        "show": 5,
        "save": 5,
        "save again": 6,
        "keep": 5,
        "review": 5,
        "submit": 9,
        "result": 7,
    }
    assert len(db.session.scalars(select(AttemptItem)).all()) == 6
