"""How long an answer took: between two saves of an attempt, as the server saw them."""

from datetime import timedelta

from sqlalchemy import select

from lms import clock
from lms.domain.quizzes import Answer
from lms.extensions import db
from lms.models import AttemptItem, Response
from lms.training import actions
from lms.training.answers import LONGEST_LOOK
from tests.training import make

SECOND = timedelta(seconds=1)


def save(attempt, person, position, *, at, revision, option="a"):
    actions.save_answer(attempt, person, position=position, answer=Answer(options=(option,)), revision=revision, now=at)


def seconds(attempt):
    """By place on the page."""
    rows = db.session.execute(
        select(AttemptItem.position, Response.seconds)
        .join(Response, (Response.attempt_id == AttemptItem.attempt_id) & (Response.item_id == AttemptItem.item_id))
        .where(AttemptItem.attempt_id == attempt)
    ).all()
    db.session.rollback()
    return {position: spent for position, spent in rows}


def test_it_is_the_time_since_anything_was_kept_and_adds_up(cast, simple):
    simple()
    at = clock.now() - make.HOUR
    attempt = make.start(cast.ada, at=at)
    save(attempt, cast.ada, 1, at=at + 20 * SECOND, revision=1)
    save(attempt, cast.ada, 2, at=at + 50 * SECOND, revision=2)
    assert seconds(attempt) == {1: 20, 2: 30}
    save(attempt, cast.ada, 1, at=at + 55 * SECOND, revision=3, option="b")
    save(attempt, cast.ada, 1, at=at + 70 * SECOND, revision=3, option="b")  # the same again adds nothing
    assert seconds(attempt) == {1: 25, 2: 30}


def test_who_was_away_has_none_and_never_gets_one(cast, simple):
    simple()
    at = clock.now() - make.HOUR
    attempt = make.start(cast.ada, at=at)
    save(attempt, cast.ada, 1, at=at + LONGEST_LOOK + SECOND, revision=1)
    save(attempt, cast.ada, 2, at=at + LONGEST_LOOK + 9 * SECOND, revision=2)
    save(attempt, cast.ada, 1, at=at + LONGEST_LOOK + 12 * SECOND, revision=3, option="b")
    assert seconds(attempt) == {1: None, 2: 8}


def test_answers_that_come_together_have_none(cast, simple):
    simple()
    at = clock.now() - make.HOUR
    attempt = make.start(cast.ada, at=at)
    actions.submit_attempt(attempt, cast.ada, answers=make.answers(attempt), now=at + make.MINUTE)
    assert set(seconds(attempt).values()) == {None}
