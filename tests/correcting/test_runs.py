"""Corrections of runs of several attempts: an earlier one passes, and the retake is signed already, or was."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.coaching import trying
from lms.extensions import db
from lms.models import Attempt, OutboxMail
from lms.training import attesting
from lms.training.results import result_page, sign_page
from lms.verifying import verify
from tests.correcting.made import RESCORE, RESTORE, SLUG, VOID, WHY, B, decide, published, revision, score, signed, sit
from tests.correcting.made import standing as stands
from tests.training.make import DAY, HOUR, revoke, start


@pytest.fixture
def run(cast, policy):
    """Ada failed two days ago; she passed and signed the retake yesterday: both ids."""
    now = clock.now()
    return sit(cast.ada, at=now - 2 * DAY, notice_1="b", notice_2="b"), signed(cast.ada, at=now - DAY)


def stuck_runs(person, now):
    found = trying.stuck(trying.tries([person], now=now))
    db.session.rollback()
    return found


def test_an_earlier_attempt_that_passes_now_is_not_to_be_signed_again(cast, run, sign_in):
    one, two = run
    (proof,) = stands(cast.ada)
    assert [each.is_to_sign for each in decide("notice-1", VOID, by=cast.pia, at=clock.now()).passing] == [False]
    assert score(one) == ("4 of 5", True)
    assert db.session.scalars(select(OutboxMail)).all() == []
    db.session.rollback()
    ada = sign_in("ada")
    page = ada.get(f"/train/attempts/{one}/result")
    assert "Passed and signed" in page.words
    assert "It counts once you have signed" not in page.words
    assert not ada.get(f"/train/attempts/{one}/sign").soup.select("form[action$='/sign']")
    assert sign_page(one, cast.ada).leaf == sign_page(two, cast.ada).leaf != ""
    db.session.rollback()
    assert attesting.sign(one, cast.ada, now=clock.now()) == proof
    assert stands(cast.ada) == [proof]
    assert verify() == []


def test_whoever_corrects_is_told_that_nothing_follows(cast, run, sign_in):
    url = f"/policies/{SLUG}/items/{revision('notice-1')}"
    db.session.rollback()
    page = sign_in("pia").post(f"{url}/preview", {"kind": "void", "reason": WHY}, expect=200)
    assert "another attempt of theirs is signed" in page.words
    assert "to be signed" not in page.words


def test_where_nothing_of_the_run_stands_what_passes_now_is_to_be_signed(cast, run):
    one, two = run
    revoke(two, by=cast.rune, at=clock.now())
    assert [each.is_to_sign for each in decide("notice-1", VOID, by=cast.pia, at=clock.now()).passing] == [True]
    assert [mail.words for mail in db.session.scalars(select(OutboxMail))] == [{"attempt": one}]
    db.session.rollback()
    proof = attesting.sign(one, cast.ada, now=clock.now())
    assert stands(cast.ada) == [proof]
    assert verify() == []


def test_a_run_whose_evidence_a_correction_ended_is_begun_anew_whichever_attempt_gave_it(cast, tmp_path):
    published(tmp_path, attempts=2)
    now = clock.now()
    one, two = (sit(cast.ada, at=now - days * DAY, notice_1="b", notice_2="b") for days in (2, 1))
    assert [each.run for each in stuck_runs(cast.ada, now)] == [one]
    decide("notice-1", VOID, by=cast.pia, at=now - 3 * HOUR)
    attesting.sign(one, cast.ada, now=now - 2 * HOUR)
    decide("notice-1", RESTORE, by=cast.pia, at=now - HOUR)
    assert stands(cast.ada) == []
    following = result_page(two, cast.ada, now=now).following
    db.session.rollback()
    assert (following.is_allowed, following.is_stuck, following.left) == (True, False, 2)
    assert stuck_runs(cast.ada, now) == []
    again = start(cast.ada, at=now)
    assert db.session.get(Attempt, again).first_attempt_id is None


def test_one_who_has_one_attempt_and_loses_the_evidence_is_not_stuck(cast, tmp_path, sign_in):
    published(tmp_path, attempts=1)
    now = clock.now()
    ada = signed(cast.ada, at=now - DAY, kinds_1="c")
    decide("notice-1", RESCORE, B, by=cast.pia, at=now - HOUR)
    assert result_page(ada, cast.ada, now=now).following.left == 1
    db.session.rollback()
    assert stuck_runs(cast.ada, now) == []
    assert "Stuck" not in sign_in("cole").get("/coaching/").words
    start(cast.ada, at=now)


def test_what_a_correction_gave_again_stands_for_its_run_too(cast, run):
    one, _ = run
    first = stands(cast.ada)
    for item, kind, key in (("kinds-1", RESCORE, B), ("kinds-2", RESCORE, B), ("kinds-2", RESTORE, None)):
        decide(item, kind, key, by=cast.pia, at=clock.now())
    decide("kinds-1", RESTORE, by=cast.pia, at=clock.now())
    again = stands(cast.ada)
    assert again != first
    assert [each.is_to_sign for each in decide("notice-1", VOID, by=cast.pia, at=clock.now()).passing] == [False]
    assert [attesting.sign(one, cast.ada, now=clock.now())] == first, "of the signature, which what stands rests on"
    assert stands(cast.ada) == again
    assert verify() == []
