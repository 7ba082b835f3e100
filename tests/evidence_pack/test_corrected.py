"""Packs of quizzes in which a question was swapped for another, or was corrected since."""

import json

import pytest
from lxml import html

from lms import clock
from lms.domain.quizzes import Answer
from lms.evidence_pack.asked import About
from lms.extensions import db
from lms.training import actions, attesting
from lms.training.drawn import asked
from lms.training.swapping import swap_item
from tests.correcting.made import RESCORE, RESTORE, VOID, B, decide, published, signed
from tests.evidence_pack.conftest import packed
from tests.training.make import HOUR, MINUTE
from tests.training.test_swapping import sensitive_in, spare, start_at_sensitive


def rows(folder, name):
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def test_it_tells_the_questions_that_the_evidence_rests_on_with_their_answers(cast, tmp_path, unpack):
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    swap_item(attempt_id, cast.ada, number=sensitive_in(attempt_id).number, now=clock.now())
    given = {each.number: Answer(options=("a",)) for each in asked([attempt_id])}
    db.session.rollback()
    actions.submit_attempt(attempt_id, cast.ada, answers=given, now=clock.now())
    attesting.sign(attempt_id, cast.ada, now=clock.now())
    folder = unpack(packed(about=About.PERSON, person_id=cast.ada, has_answers=True, to_at=clock.now()))
    told = rows(folder, "attempts.jsonl")[0]["asked"]
    assert sorted(each["item_sha256"] for each in told) == rows(folder, "records.jsonl")[0]["items"]
    assert all(each["answered"] for each in told)


@pytest.fixture
def ada(cast, tmp_path):
    """What packs about Ada are asked with; she passed with 83 % and signed five hours ago."""
    published(tmp_path)
    signed(cast.ada, at=clock.now() - 5 * HOUR, kinds_1="c")
    return {"about": About.PERSON, "person_id": cast.ada, "has_answers": True}


def scores(folder):
    (row,) = rows(folder, "attempts.jsonl")
    return [tuple(row[f"{when}{name}"] for name in ("score", "max", "passed")) for when in ("", "first_")]


def test_what_was_known_at_its_end_stays_the_same_whatever_is_corrected_later(cast, ada, unpack):
    now = clock.now()
    before = packed(**ada, to_at=now - 3 * HOUR)
    decide("notice-1", RESCORE, B, by=cast.pia, at=now - 2 * HOUR)
    between = packed(**ada, to_at=now - 90 * MINUTE)
    decide("notice-1", RESTORE, by=cast.pia, at=now - HOUR)
    decide("kinds-1", VOID, by=cast.pia, at=now - MINUTE)
    assert packed(**ada, to_at=now - 3 * HOUR) == before
    assert packed(**ada, to_at=now - 90 * MINUTE) == between
    first = (500, 600, True)
    assert scores(unpack(before)) == [first, first]
    assert scores(unpack(between)) == [(400, 600, False), first]
    assert scores(unpack(packed(**ada, to_at=now))) == [(500, 500, True), first]
    page = html.document_fromstring((unpack(between) / "index.html").read_text())
    assert [" ".join(cell.text_content().split()) for cell in page.xpath("//td[contains(., 'when handed in')]")] == [
        "66 % 83 % when handed in"
    ] * 2


def test_a_record_that_a_correction_gave_again_has_its_attempt_and_score(cast, ada, unpack):
    now = clock.now()
    decide("notice-1", RESCORE, B, by=cast.pia, at=now - 2 * HOUR)
    decide("notice-1", RESTORE, by=cast.pia, at=now - HOUR)
    folder = unpack(packed(**ada))
    (attempt,) = rows(folder, "attempts.jsonl")
    ended, again = rows(folder, "records-beside.jsonl")
    assert [each["attempt"] for each in (ended, again)] == [attempt["attempt"]] * 2
    assert [len(each["revocations"]) for each in (ended, again)] == [1, 0]
    page = html.document_fromstring((folder / "index.html").read_text())
    assert [
        row.xpath("string(td[@class='num'])").strip() for row in page.xpath(f"//tr[contains(., '{again['leaf']}')]")
    ] == ["83 %"]
