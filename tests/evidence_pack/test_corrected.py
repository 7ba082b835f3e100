"""Packs of quizzes in which a question was swapped for another, or was corrected since."""

import json

from lms import clock
from lms.domain.quizzes import Answer
from lms.evidence_pack.asked import About
from lms.extensions import db
from lms.training import actions, attesting
from lms.training.drawn import asked
from lms.training.swapping import swap_item
from tests.evidence_pack.conftest import packed
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
