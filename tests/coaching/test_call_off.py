"""An open refresher is called off once, with a reason, by who answers for the person."""

import threading

import pytest

from lms import clock
from lms.coaching.actions import call_off
from lms.coaching.refusals import NotYourPeople, RefresherOver, WordsMissing
from lms.domain.standing import State
from lms.extensions import db
from lms.models import RefresherEnd
from lms.readiness.queries import standings

WHY = "We talked it through instead."


def state_of(person: int) -> State:
    now = clock.now()
    return standings(scope=None, at=now, known_at=now, people=[person], policy="legal").rows[0].standing


def test_calling_off_a_blocking_refresher_lets_the_person_work(team, assign, sign_in):
    [refresher] = assign("ready", is_blocking=True)
    assert state_of(team["ready"]) is State.HELD
    cole = sign_in("cole")
    page = cole.get(f"/coaching/refreshers/{refresher}/call-off")
    assert "open, due in 2 days" in page.words
    done = cole.post(f"/coaching/refreshers/{refresher}/call-off", {"reason": WHY})
    assert "The refresher is called off" in cole.get(done.location).words
    assert state_of(team["ready"]) is State.READY


def test_a_reason_is_asked_for(team, assign, sign_in, count_rows):
    [refresher] = assign("ready")
    page = sign_in("cole").post(f"/coaching/refreshers/{refresher}/call-off", {"reason": "no"}, expect=422)
    assert "10 to 2000 characters" in page.words
    assert count_rows(RefresherEnd) == 0


def test_what_is_over_stays_as_it_is(team, assign, finish, sign_in, count_rows):
    [refresher] = assign("ready")
    finish(refresher, "ready")
    cole = sign_in("cole")
    assert "It is over already: done" in cole.get(f"/coaching/refreshers/{refresher}/call-off").words
    cole.post(f"/coaching/refreshers/{refresher}/call-off", {"reason": WHY}, expect=422)
    assert count_rows(RefresherEnd) == 1


def test_nobody_elses_refreshers(team, assign, cast, sign_in):
    [refresher] = assign("ready")
    sign_in("lena").get(f"/coaching/refreshers/{refresher}/call-off")
    for name in ("ada", "pia", "rune"):
        sign_in(name).get(f"/coaching/refreshers/{refresher}/call-off", expect=404)
        sign_in(name).post(f"/coaching/refreshers/{refresher}/call-off", {"reason": WHY}, expect=404)
    for number in (0, 999):
        sign_in("cole").get(f"/coaching/refreshers/{number}/call-off", expect=404)
    with pytest.raises(NotYourPeople):
        call_off(refresher, reason=WHY, by=cast.pia, now=clock.now())
    with pytest.raises(NotYourPeople):
        call_off(999, reason=WHY, by=cast.cole, now=clock.now())


def test_the_action_ends_it_once(team, assign, cast, count_rows):
    [refresher] = assign("ready")
    with pytest.raises(WordsMissing):
        call_off(refresher, reason="", by=cast.cole, now=clock.now())
    call_off(refresher, reason=WHY, by=cast.cole, now=clock.now())
    with pytest.raises(RefresherOver):
        call_off(refresher, reason=WHY, by=cast.cole, now=clock.now())
    assert count_rows(RefresherEnd) == 1


def test_two_who_call_it_off_at_the_same_moment_end_it_once(app, team, assign, cast, count_rows):
    [refresher] = assign("ready")
    now, together, refused = clock.now(), threading.Barrier(2), []

    def press(by: int) -> None:
        with app.app_context():
            together.wait()
            try:
                call_off(refresher, reason=WHY, by=by, now=now)
            except RefresherOver:
                refused.append(by)

    db.session.rollback()
    presses = [threading.Thread(target=press, args=[by]) for by in (cast.cole, cast.lena)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert len(refused) == 1
    assert count_rows(RefresherEnd) == 1
