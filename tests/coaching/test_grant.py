"""Somebody who used every attempt gets another one from their coach, with a reason, and goes on where they were."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.coaching.actions import grant_attempt
from lms.coaching.refusals import NotStuck, NotYourPeople, WordsMissing, YourOwnRecord
from lms.extensions import db
from lms.models import Attempt, AttemptGrant, AuditEntry
from lms.training import runs
from lms.verifying import verify
from tests.training.make import HOUR, attempt_in, fail, prove, second

WHY = "We went through the two cases that she missed."


@pytest.fixture
def stuck(cast, simple):
    """Ada used both of her attempts; the first of them, and the shelf."""
    shelf = simple(rules={"attempts": 2, "wait_minutes": 0})
    first = fail(cast.ada, at=clock.now() - 2 * HOUR)
    fail(cast.ada, at=clock.now() - HOUR)
    return first, shelf


def grants():
    db.session.rollback()
    return db.session.scalars(select(AttemptGrant)).all()


def url_of(cast, run):
    return f"/coaching/people/{cast.ada}/attempts/{run}/grant"


def test_the_coach_sees_it_and_grants_one_and_she_passes(app, cast, stuck, sign_in):
    first, _ = stuck
    ada, cole = sign_in("ada"), sign_in("cole")
    assert "You have used every attempt" in ada.get("/train/legal-requests").words
    page = cole.get(f"/coaching/people/{cast.ada}")
    assert "Stuck in Legal requests" in page.words
    form = cole.get(page.soup.find("a", string="Grant another attempt")["href"])
    assert "Telling the user" in form.words
    done = cole.post(url_of(cast, first), {"reason": WHY})
    assert done.location.endswith(f"/coaching/people/{cast.ada}")
    page = cole.get(done.location)
    assert "They can try once more." in page.words
    assert "Stuck in" not in page.words
    assert "Stuck in" not in cole.get("/coaching/").words

    page = ada.get("/train/legal-requests")
    assert "1 attempt left." in page.words
    attempt_id = attempt_in(ada.post("/train/legal-requests/start", {}))
    db.session.rollback()
    assert db.session.get(Attempt, attempt_id).first_attempt_id == first
    prove(cast.ada)
    assert verify() == []
    noted = db.session.execute(
        select(AuditEntry.by, AuditEntry.person_id, AuditEntry.about, AuditEntry.reason).where(
            AuditEntry.act == "attempt granted"
        )
    ).all()
    assert noted == [(cast.cole, cast.ada, "legal-requests version 1", WHY)]


def test_it_is_one_and_a_second_press_is_refused(cast, stuck, sign_in):
    first, _ = stuck
    cole = sign_in("cole")
    cole.post(url_of(cast, first), {"reason": WHY})
    cole.post(url_of(cast, first), {"reason": WHY}, expect=404)
    with pytest.raises(NotStuck):
        grant_attempt(first, reason=WHY, by=cast.cole, now=clock.now())
    assert len(grants()) == 1


def test_who_fails_again_is_stuck_again_and_may_get_another(cast, stuck, sign_in):
    first, _ = stuck
    grant_attempt(first, reason=WHY, by=cast.cole, now=clock.now() - HOUR / 2)
    fail(cast.ada, at=clock.now() - HOUR / 3)
    assert "You have used every attempt" in sign_in("ada").get("/train/legal-requests").words
    grant_attempt(first, reason=WHY, by=cast.cole, now=clock.now())
    db.session.rollback()
    assert db.session.get(Attempt, first).granted == 2
    assert "1 attempt left." in sign_in("ada").get("/train/legal-requests").words


def test_the_result_of_the_last_attempt_leads_on(cast, stuck, sign_in):
    first, _ = stuck
    ada = sign_in("ada")
    last = db.session.scalars(select(Attempt.id).order_by(Attempt.id.desc())).first()
    db.session.rollback()
    url = f"/train/attempts/{last}/result"
    assert "You have used every attempt" in ada.get(url).words
    grant_attempt(first, reason=WHY, by=cast.cole, now=clock.now())
    assert ada.get(url).soup.find("button", string="Start the retake")


@pytest.mark.parametrize(("who", "refusal"), [("lena", None), ("rune", NotYourPeople), ("ada", YourOwnRecord)])
def test_only_who_answers_for_them_grants_it(cast, stuck, who, refusal):
    first, _ = stuck
    if refusal is None:
        grant_attempt(first, reason=WHY, by=getattr(cast, who), now=clock.now())
        assert len(grants()) == 1
    else:
        with pytest.raises(refusal):
            grant_attempt(first, reason=WHY, by=getattr(cast, who), now=clock.now())
        assert grants() == []


def test_words_are_needed_and_an_attempt_that_is_there(cast, stuck, sign_in):
    first, _ = stuck
    page = sign_in("cole").post(url_of(cast, first), {"reason": "ok"}, expect=422)
    assert "Write 10 to 2000 characters." in page.words
    with pytest.raises(WordsMissing):
        grant_attempt(first, reason="ok", by=cast.cole, now=clock.now())
    with pytest.raises(NotYourPeople):
        grant_attempt(999, reason=WHY, by=cast.cole, now=clock.now())
    sign_in("cole").get(url_of(cast, 999), expect=404)
    assert grants() == []


def test_who_is_not_stuck_needs_none(cast, simple):
    simple(rules={"attempts": 2, "wait_minutes": 0})
    first = fail(cast.ada, at=clock.now() - HOUR)
    with pytest.raises(NotStuck, match="They can go on by themselves"):
        grant_attempt(first, reason=WHY, by=cast.cole, now=clock.now())


def test_a_new_version_is_a_new_run_and_the_old_one_asks_for_nothing(cast, stuck, sign_in):
    _, shelf = stuck
    second(shelf)
    assert "Stuck in" not in sign_in("cole").get(f"/coaching/people/{cast.ada}").words
    assert "Start the quiz" in sign_in("ada").get("/train/legal-requests").words


def test_the_waiting_time_runs_before_a_granted_attempt_too(cast, simple):
    simple(rules={"attempts": 1, "wait_minutes": 60})
    first = fail(cast.ada, at=clock.now() - HOUR / 2)
    grant_attempt(first, reason=WHY, by=cast.cole, now=clock.now())
    db.session.rollback()
    run = [db.session.get(Attempt, first)]
    rules = runs.QuizRules(attempts=1, wait_minutes=60)
    following = runs.next_of(run, rules, clock.now())
    assert (following.is_allowed, following.is_stuck, following.left) == (False, False, 1)
