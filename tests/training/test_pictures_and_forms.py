"""Pictures of questions on every page that asks them, and short texts answered in the language of the attempt."""

import json

import pytest

from lms import clock
from lms.extensions import db, writing
from lms.library.pictures import as_data
from lms.models import TranslationFeedback
from lms.training import actions
from lms.training.drawn import graded
from lms.verifying import verify
from tests.library.test_pictures import SVG, WORDS
from tests.training.make import DAY, FIRST, Shelf, begin, option

IMAGE = f"![{WORDS}](/media/legal-requests/ways.svg)"


@pytest.fixture
def drawn(app, cast, sign_in, tmp_path):
    """Ada, at a quiz of two questions with a picture, the second sensitive."""
    shelf = Shelf(tmp_path).version({"kinds": FIRST["kinds"]}, ago=DAY)
    shelf.item("kinds", 1, stem=f"Look at it. What now?\n\n{IMAGE}")
    shelf.item("kinds", 2, stem=f"Look at this. What now?\n\n{IMAGE}", sensitive="a wound")
    media = tmp_path / "content" / "legal-requests" / "media"
    media.mkdir(parents=True)
    (media / "ways.svg").write_text(SVG)
    shelf.publish()
    ada = sign_in("ada")
    return ada, f"/train/attempts/{begin(ada)}"


def test_pictures_are_carried_in_the_pages_and_blurred_where_they_are_sensitive(drawn):
    ada, url = drawn
    pages = [ada.get(url), ada.get(f"{url}/review"), ada.get(f"{url}/questions/1/flag")]
    ada.post(f"{url}/submit", {"answer-1": "a", "answer-2": "a", "revision": 0})
    pages.append(ada.get(f"{url}/result"))
    for page in pages:
        images = page.soup.main.select("img")
        assert images
        assert {(each["src"], each["alt"]) for each in images} == {(as_data(SVG), WORDS)}
        for each in images:
            is_sensitive = "Look at this" in each.find_parent("div").get_text()
            veil = each.find_parent("summary")
            assert (veil is not None) == is_sensitive
            assert veil is None or "blurred until you open it" in veil.get_text()
        assert "img-src 'self' data:" in page.response.headers["Content-Security-Policy"]


SHORT = {
    "id": "word-1",
    "type": "short",
    "clauses": ["kinds"],
    "since": "1",
    "stem": "Which word?",
    "options": [option("o", "Subpoena", key=True), option("p", "Warrant")],
}


def spanish(root, *forms):
    """The policy with one short text, and its Spanish words."""
    shelf = Shelf(root, rules={"per_clause": 1}).version({"kinds": FIRST["kinds"]}, ago=DAY)
    shelf.items.append(SHORT)
    shelf.in_spanish(1, "kinds")
    options = [{"id": "o", "forms": list(forms), "feedback": "Porque sí."}, {"id": "p", "forms": ["orden"]}]
    said = {"id": "word-1", "stem": "¿Qué palabra?", "options": options}
    shelf.spanish["quizzes/legal-requests.es.yaml"] = json.dumps({"items": [said]})
    return shelf.publish()


def score(ada, attempt_id, typed):
    url = f"/train/attempts/{attempt_id}"
    page = ada.get(url)
    assert "citación" not in page.text.replace(typed, "")
    ada.post(f"{url}/submit", {"typed-1": typed, "revision": 0})
    return ada.get(f"{url}/result")


@pytest.mark.parametrize("typed", ["Citación judicial", "subpoena"])
def test_both_languages_are_right_for_who_answers_in_the_translation(app, cast, sign_in, tmp_path, typed):
    spanish(tmp_path, "citación judicial")
    ada = sign_in("ada")
    result = score(ada, begin(ada, language="es"), typed)
    assert "Passed" in result.soup.h1.get_text()
    assert "Porque sí." in result.words
    assert verify() == []


def test_who_answers_in_english_is_held_to_english(app, cast, sign_in, tmp_path):
    spanish(tmp_path, "citación judicial")
    ada = sign_in("ada")
    assert "Not yet" in score(ada, begin(ada), "citación judicial").soup.h1.get_text()


def test_an_attempt_is_graded_in_the_translation_in_which_it_was_begun(app, cast, sign_in, tmp_path):
    spanish(tmp_path, "citación judicial")
    ada = sign_in("ada")
    attempt_id = begin(ada, language="es")
    spanish(tmp_path, "requerimiento")
    actions.submit_attempt(attempt_id, cast.ada, now=clock.now())
    (each,) = graded([attempt_id])
    db.session.rollback()
    assert (each.item.options[0].text, each.item.options[0].also) == ("citación judicial", ("Subpoena",))


def test_forms_that_were_changed_behind_our_back_are_found(database_url, app, cast, tmp_path):
    spanish(tmp_path, "citación judicial")
    with writing():
        db.session.connection().exec_driver_sql(
            "DROP TRIGGER guard_translation_feedback_update"
            + ("" if db.engine.dialect.name == "sqlite" else " ON translation_feedback")
        )
        db.session.get(TranslationFeedback, 1).forms = {"word-1": {"o": ["lo que sea"]}}
        db.session.commit()
    assert any("is not the words that its digest names" in each for each in verify())
