"""Many clicks at once, on both databases: one attempt, one result, one proof, and the newest answer."""

import random
import threading
from collections.abc import Callable

from sqlalchemy import func, select

from lms import clock
from lms.domain.grading import grade
from lms.domain.quizzes import Answer
from lms.extensions import db
from lms.models import Acknowledgement, Attempt, AttemptItem, Attestation, Evidence, Response
from lms.training import actions, attesting
from lms.training.answers import AnswerIsOlder
from lms.training.drawn import answers_of, graded
from lms.training.shelf import frozen
from tests.training.make import DAY, FIRST, RULES, Shelf, answers, prove, second, start

THREADS = 20


def together(app, do: Callable[[int], object], *, count: int = THREADS) -> list[object]:
    """What each of many threads got that began at the same moment; refusals are results too."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(place: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                results[place] = do(place)
            except Exception as refused:
                results[place] = refused
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return results


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def test_many_starts_give_one_attempt(app, cast, simple):
    simple()
    got = together(app, lambda _: actions.start_attempt(cast.ada, "legal-requests", now=clock.now()))
    assert set(got) == {db.session.scalar(select(Attempt.id))}
    assert (count(Attempt), count(AttemptItem)) == (1, 6)


def test_many_submits_give_one_result_and_many_signatures_one_proof(app, cast, simple):
    simple()
    attempt_id = start(cast.ada, at=clock.now())
    right = answers(attempt_id)
    got = together(app, lambda _: actions.submit_attempt(attempt_id, cast.ada, answers=right, now=clock.now()))
    assert set(got) == {True}
    assert db.session.scalar(select(Attempt.points)) == 600
    signed = together(app, lambda _: attesting.sign(attempt_id, cast.ada, now=clock.now()))
    assert set(signed) == {db.session.scalar(select(Evidence.id))}
    assert (count(Evidence), count(Attestation)) == (1, 1)


def test_many_readers_sign_once(app, cast, tmp_path):
    Shelf(tmp_path, proof="attest").version(FIRST, ago=DAY).publish()
    got = together(app, lambda _: attesting.attest(cast.ada, "legal-requests", now=clock.now()))
    assert sum(isinstance(each, int) for each in got) == 1
    assert sum(isinstance(each, actions.NothingToLearn) for each in got) == THREADS - 1
    assert count(Evidence) == 1


def test_an_emergency_is_seen_once(app, cast, simple):
    shelf = simple(ago=10 * DAY)
    prove(cast.ada, at=clock.now() - 9 * DAY)
    second(shelf, emergency={"provisional_hours": "24"})
    got = together(app, lambda _: attesting.acknowledge(cast.ada, "legal-requests", number=2, now=clock.now()))
    assert set(got) == {True}
    assert count(Acknowledgement) == 1


def test_saves_in_any_order_keep_the_newest_answer(app, cast, simple):
    simple()
    attempt_id = start(cast.ada, at=clock.now())
    revisions = list(range(1, 61))
    random.Random(7).shuffle(revisions)  # noqa: S311 - a shuffle

    def save(place: int) -> list[object]:
        got = []
        for revision in revisions[place::6]:
            answer = Answer(options=("abc"[revision % 3],))
            try:
                got.append(
                    actions.save_answer(
                        attempt_id, cast.ada, position=1, answer=answer, revision=revision, now=clock.now()
                    )
                )
            except AnswerIsOlder as older:
                got.append(older)
        return got

    together(app, save, count=6)
    kept = db.session.scalars(select(Response)).one()
    assert (kept.revision, kept.options) == (60, ["abc"[60 % 3]])


def test_what_was_acknowledged_before_the_end_is_what_was_graded(app, cast, simple):
    simple()
    attempt_id = start(cast.ada, at=clock.now())
    right = answers(attempt_id)

    def act(place: int) -> object:
        if place == 3:
            return actions.submit_attempt(attempt_id, cast.ada, now=clock.now())
        position = place % 6 + 1
        saved = actions.save_answer(
            attempt_id, cast.ada, position=position, answer=right[position], revision=place + 1, now=clock.now()
        )
        return position, saved

    got = together(app, act, count=13)
    drawn = graded([attempt_id])
    kept = {each.position: each.answer for each in drawn}
    for each in got:
        if isinstance(each, tuple):
            assert kept[each[0]] == right[each[0]]
        else:
            assert each is True or isinstance(each, actions.AttemptIsSubmitted | AnswerIsOlder)
    rules = frozen({"legal-requests": 1})["legal-requests"].rules
    total = grade([each.item for each in drawn], answers_of(drawn), rules=rules)
    assert db.session.scalar(select(Attempt.points)) == total.points
    assert RULES["attempts"] == rules.attempts
