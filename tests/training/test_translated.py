"""Training in another language: read, asked, answered and signed in the words in which it was begun."""

import json

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import Attempt, Attestation, Evidence, TranslationRow
from lms.training import actions, attesting
from lms.training.queries import module_page, quiz_page, result_page
from lms.verifying import verify
from tests.training.make import DAY, FIRST, HOUR, Shelf, answers, begin, fail, fields, prove, second, start

ITEMS = [f"{clause}-{place}" for clause in FIRST for place in range(1, 5)]


@pytest.fixture
def spanish(simple):
    """All of version 1, but for an item."""
    return (
        simple(ago=10 * DAY, audience="everybody").in_spanish(1, *FIRST, lessons=["10-papers"], items=ITEMS).publish()
    )


def page_for(person, language="es"):
    page = module_page(person, "legal-requests", language=language, now=clock.now())
    db.session.rollback()
    return page


def signed():
    return db.session.execute(select(Attestation.words, Attestation.language, Evidence.body).join(Evidence)).one()


STATEMENT = "He leído «Solicitudes legales», versión 1 (3 cláusulas de ella), y trabajaré conforme a ella."


def test_a_person_learns_answers_and_signs_in_their_own_language(app, cast, sign_in, spanish):
    ada = sign_in("ada")
    ada.post("/account/language", {"language": "es"})
    page = ada.get("/train/legal-requests")
    assert page.soup.h1.get_text(strip=True) == "Solicitudes legales"
    assert "Texto de notice, 1." in page.words
    assert "Lección 10-papers" in page.words
    assert "Tell the user" not in page.words
    form = page.soup.find("form", action="/train/legal-requests/start")
    assert form.find("input", {"name": "language"})["value"] == "es"

    attempt_id = begin(ada, language="es")
    quiz = ada.get(f"/train/attempts/{attempt_id}")
    assert "¿qué haces?" in quiz.words
    assert "Opción a" in quiz.words
    assert "what do you do?" not in quiz.words
    assert "Porque" not in quiz.text
    ada.post(f"/train/attempts/{attempt_id}/submit", fields(answers(attempt_id)) | {"revision": 1})
    result = ada.get(f"/train/attempts/{attempt_id}/result")
    assert "Porque a." in result.words
    assert "Título de kinds" in result.words

    sign = ada.get(f"/train/attempts/{attempt_id}/sign")
    quote = sign.soup.blockquote.p
    assert (quote.get_text(strip=True), quote["lang"], quote["dir"]) == (STATEMENT, "es", "ltr")
    ada.post(f"/train/attempts/{attempt_id}/sign")
    words, language, body = signed()
    assert (words, language) == (STATEMENT, "es")
    digest = db.session.scalars(select(TranslationRow.digest)).one()
    assert json.loads(body)["attestation"] == {"language": "es", "translation": digest, "words": STATEMENT}
    assert STATEMENT in ada.get(f"/train/attempts/{attempt_id}/sign").words
    assert verify() == []


def test_it_stays_in_the_words_in_which_it_was_begun(app, cast, spanish):
    attempt_id = start(cast.ada, at=clock.now(), language="es")
    spanish.in_spanish(1, "kinds").publish()
    questions = quiz_page(attempt_id, cast.ada, now=clock.now()).questions
    assert {each.language for each in questions} == {"es"}
    assert all(each.stem.startswith("Caso ") for each in questions)
    english = start(cast.sam, at=clock.now(), language="es")
    db.session.rollback()
    assert {each.language for each in quiz_page(english, cast.sam, now=clock.now()).questions} == {"en"}


def test_grading_is_the_same_in_every_language(app, cast, spanish):
    """Keys are ids: words never count."""
    now = clock.now()
    for person, language in ((cast.ada, "es"), (cast.sam, "en")):
        attempt_id = start(person, at=now, language=language, seed=7)
        actions.submit_attempt(attempt_id, person, answers=answers(attempt_id, wrong=("notice",)), now=now)
    rows = db.session.scalars(select(Attempt).order_by(Attempt.id)).all()
    assert rows[0].result == rows[1].result
    assert [row.points for row in rows] == [400, 400]


def test_before_a_pass_no_feedback_is_given_in_any_language(app, cast, spanish):
    attempt_id = fail(cast.ada, at=clock.now(), language="es")
    page = result_page(attempt_id, cast.ada, now=clock.now())
    assert {option.feedback for item in page.items for option in item.options} == {""}
    assert {option.text for item in page.items for option in item.options} == {"Opción a", "Opción b", "Opción c"}


def test_a_retake_begins_in_the_language_of_the_attempt(app, cast, sign_in, simple):
    simple(rules={"wait_minutes": 0}).in_spanish(1, *FIRST, items=ITEMS).publish()
    attempt_id = fail(cast.ada, at=clock.now() - HOUR, language="es")
    page = sign_in("ada").get(f"/train/attempts/{attempt_id}/result")
    form = page.soup.find("form", action="/train/legal-requests/start")
    assert form.find("input", {"name": "language"})["value"] == "es"


def test_an_item_that_is_not_translated_is_asked_in_english(app, cast, simple):
    simple().in_spanish(1, *FIRST, items=["kinds-1", "kinds-2", "kinds-3", "kinds-4"]).publish()
    attempt_id = start(cast.ada, at=clock.now(), language="es")
    asked = quiz_page(attempt_id, cast.ada, now=clock.now()).questions
    assert sorted(each.language for each in asked) == ["en"] * 4 + ["es"] * 2


def test_the_statement_is_english_where_a_clause_was_read_in_english(app, cast, sign_in, simple):
    simple().in_spanish(1, "kinds", "genuine").publish()
    page = page_for(cast.ada)
    assert page.reading.untranslated == {"notice"}
    assert {part.clause: part.language for part in page.parts} == {"kinds": "es", "genuine": "es", "notice": "en"}
    assert page.statement.language == "en"
    prove(cast.ada, language="es")
    words, language, body = signed()
    assert (words.partition(",")[0], language) == ("I have read “Legal requests”", "en")
    assert "translation" not in json.loads(body)["attestation"]


def test_a_statement_that_nobody_translated_is_english(app, cast, simple):
    shelf = simple().in_spanish(1, *FIRST)
    shelf.spanish = {path.replace(".es.", ".fr."): body for path, body in shelf.spanish.items()}
    shelf.settings["titles"] = {"fr": "Demandes légales"}
    shelf.publish()
    page = page_for(cast.ada, "fr")
    assert (page.title, page.reading.language, page.statement.language) == ("Demandes légales", "fr", "en")


def test_a_policy_that_is_read_and_signed_is_signed_in_the_language_that_was_read(app, cast, sign_in, tmp_path):
    shelf = (
        Shelf(tmp_path, proof="attest", audience="everybody").version(FIRST, ago=DAY).in_spanish(1, *FIRST).publish()
    )
    ada = sign_in("ada")
    page = ada.get("/train/legal-requests?language=es")
    form = page.soup.find("form", action="/train/legal-requests/sign")
    assert STATEMENT in form.get_text()
    ada.post("/train/legal-requests/sign", {"language": form.find("input", {"name": "language"})["value"]})
    assert signed()[:2] == (STATEMENT, "es")
    shelf.in_spanish(1, "kinds").publish()
    assert attesting.attest(cast.sam, "legal-requests", language="es", now=clock.now())
    languages = db.session.scalars(select(Attestation.language).order_by(Attestation.id)).all()
    assert languages == ["es", "en"]


def test_old_and_new_stand_side_by_side_in_one_language(app, cast, spanish):
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(spanish)
    (part,) = page_for(cast.ada).parts
    assert part.language == "en"
    assert "hours" in str(part.pairs)
    spanish.in_spanish(2, "notice").publish()
    (part,) = page_for(cast.ada).parts
    assert (part.language, part.title) == ("es", "Título de notice")
    shown = [(pair.old, pair.new) for pair in part.pairs]
    assert "Texto de notice, 1" in str(shown) or "1." in str(shown)
    assert "hours" not in str(shown)


def test_minutes_and_questions_are_the_same_in_every_language(app, cast, spanish):
    english, other = page_for(cast.ada, "en"), page_for(cast.ada)
    assert (english.module.minutes, english.module.item_count) == (other.module.minutes, other.module.item_count)
    assert [each.slug for each in english.module.lessons] == [each.slug for each in other.module.lessons]


def test_a_language_that_is_none_is_refused(app, cast, sign_in, spanish):
    sign_in("ada").post("/train/legal-requests/start", {"language": "'; --"}, expect=422)


def test_another_language_costs_a_fixed_number_of_statements(app, cast, sign_in, spanish):
    ada = sign_in("ada")
    assert len(ada.get("/train/legal-requests?language=es").statements) == 27
    assert len(ada.get("/train/legal-requests").statements) == 26
