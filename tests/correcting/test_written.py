"""A written question gets another right word: it is right in every language, whatever a translation took it for."""

import json

import pytest

from lms import clock
from lms.correcting import queries
from lms.correcting.actions import correct, tried_out
from lms.domain.correcting import NewKey
from lms.domain.quizzes import Answer
from lms.extensions import db
from lms.training import actions
from lms.training.drawn import graded
from lms.verifying import verify
from tests.correcting.made import RESCORE, SLUG, WHY, crowd, revision, score
from tests.training.make import DAY, FIRST, HOUR, Shelf, option, start

SHORT = {
    "id": "word-1",
    "type": "short",
    "clauses": ["kinds"],
    "since": "1",
    "stem": "Which word?",
    "options": [option("o", "Subpoena", key=True), option("p", "Warrant")],
}
BOTH = NewKey(right=("Subpoena", "orden"))


@pytest.fixture
def asked(app, cast, tmp_path):
    """One written question, also in Spanish, where “orden” is one way to write the wrong answer “Warrant”."""
    shelf = Shelf(tmp_path, audience="everybody", rules={"per_clause": 1})
    shelf.version({"kinds": FIRST["kinds"]}, ago=9 * DAY)
    shelf.items.append(SHORT)
    shelf.in_spanish(1, "kinds")
    options = [{"id": "o", "forms": ["citación"], "feedback": "Sí."}, {"id": "p", "forms": ["Orden judicial", "orden"]}]
    said = {"id": "word-1", "stem": "¿Qué palabra?", "options": options}
    shelf.spanish["quizzes/legal-requests.es.yaml"] = json.dumps({"items": [said]})
    return shelf.publish()


def write(person, typed, *, language, at):
    attempt_id = start(person, at=at, language=language)
    actions.submit_attempt(attempt_id, person, answers={1: Answer(typed=typed)}, now=at)
    return attempt_id


def rekey(new, *, by, at):
    number = revision("word-1")
    seen = tried_out(queries.asked_item(SLUG, number), RESCORE, new).digest
    db.session.rollback()
    return correct(SLUG, number, RESCORE, new=new, reason=WHY, seen=seen, by=by, now=at)


def test_a_new_right_word_that_a_translation_took_for_a_wrong_answer_is_right(cast, asked):
    now, (third, fourth) = clock.now(), crowd(2)
    ada = write(cast.ada, "Orden", language="es", at=now - DAY)
    sam = write(cast.sam, "orden", language="en", at=now - DAY)
    other = write(third, "orden judicial", language="es", at=now - DAY)
    right = write(fourth, "citación", language="es", at=now - DAY)
    assert [score(each) for each in (ada, sam, other, right)] == [("0 of 1", False)] * 3 + [("1 of 1", True)]
    found = rekey(BOTH, by=cast.pia, at=now)
    assert {each.sat.attempt_id for each in found.passing} == {ada, sam}
    assert score(ada) == score(sam) == ("1 of 1", True)
    assert score(other) == ("0 of 1", False), "nobody said that the other ways to write “Warrant” are right"
    assert score(right) == ("1 of 1", True)
    assert verify() == []


def test_who_answers_afterwards_is_graded_the_same(cast, asked):
    now = clock.now()
    rekey(BOTH, by=cast.pia, at=now - HOUR)
    ada = write(cast.ada, "ORDEN", language="es", at=now)
    assert score(ada) == ("1 of 1", True)
    (each,) = graded([ada])
    db.session.rollback()
    assert [(one.id, one.is_key) for one in each.item.options] == [("o", True), ("p", False), ("also-1", True)]
