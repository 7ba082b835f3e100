"""Two who decide at once, who hands in while somebody decides, and orders in which nothing may depend."""

import random

from sqlalchemy import func, select

from lms import clock
from lms.correcting.actions import correct
from lms.domain.correcting import NewKey
from lms.extensions import db
from lms.models import Attempt, AttemptScore, ItemCorrection
from lms.training import actions
from lms.verifying import verify
from tests.correcting.made import (
    DAY,
    RESCORE,
    RESTORE,
    SLUG,
    VOID,
    WHY,
    as_well,
    crowd,
    decide,
    revision,
    score,
    shown,
    signed,
    sit,
)
from tests.training.make import HOUR, answers, start
from tests.training.test_together import together


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_two_who_do_the_same_at_once_do_it_once(app, cast, policy):
    sit(cast.ada, at=clock.now() - DAY, notice_1="b", notice_2="b")
    seen, number = shown("notice-1", VOID).digest, revision("notice-1")
    db.session.rollback()
    got = together(
        app,
        lambda _: correct(SLUG, number, VOID, reason=WHY, seen=seen, by=cast.pia, now=clock.now()).digest,
        count=2,
    )
    assert sorted(isinstance(each, Exception) for each in got) == [False, True], got
    assert (count(ItemCorrection), count(AttemptScore)) == (1, 1)


def test_who_hands_in_meanwhile_is_graded_by_one_key_or_the_other(app, cast, policy):
    attempt_id = start(cast.ada, at=clock.now() - HOUR)
    given, number = answers(attempt_id, wrong=("notice",)), revision("notice-1")
    seen = shown("notice-1", VOID).digest
    db.session.rollback()

    def do(place):
        if place:
            return actions.submit_attempt(attempt_id, cast.ada, answers=given, now=clock.now())
        return correct(SLUG, number, VOID, reason=WHY, seen=seen, by=cast.pia, now=clock.now())

    got = together(app, do, count=2)
    assert got[1] is True
    is_done = not isinstance(got[0], Exception)
    assert score(attempt_id) == (("4 of 5", True) if is_done else ("4 of 6", False))
    assert verify() == []


def test_the_order_of_what_is_voided_makes_no_difference(cast, policy):
    now = clock.now()
    attempts = [sit(cast.ada, at=now - DAY, notice_1="b", kinds_1="b"), signed(cast.sam, at=now - DAY, genuine_1="b")]
    first = [score(each) for each in attempts]
    items, ends = ["notice-1", "kinds-1", "genuine-1"], []
    for order in (items, items[::-1]):
        for item in order:
            decide(item, VOID, by=cast.pia, at=now)
        ends.append([score(each) for each in attempts])
        for item in items:
            decide(item, RESTORE, by=cast.pia, at=now)
        assert [score(each) for each in attempts] == first
    assert ends[0] == ends[1]
    assert first != ends[0]


def test_whatever_is_decided_answers_and_corrections_give_the_last_score(cast, policy):
    """Many decisions on attempts with retakes: what is stored is what replaying gives, and was shown before."""
    chance = random.Random(20261126)  # noqa: S311 - a story, no secret
    now = clock.now()
    items = [f"{clause}-{place}" for clause in ("kinds", "genuine", "notice") for place in (1, 2)]
    for person in (cast.ada, cast.sam):
        for days in (3, 2):
            wrong = {item.replace("-", "_"): "b" for item in chance.sample(items, 2)}
            attempt_id = sit(person, at=now - days * DAY, **wrong)
            if score(attempt_id)[1]:
                break
    for step in range(12):
        item = chance.choice(items)
        key = NewKey(right=tuple(chance.sample("abc", chance.choice([1, 2]))))
        kind, new = chance.choice([(VOID, None), (RESTORE, None), (RESCORE, key), (RESCORE, key)])
        try:
            made = decide(item, kind, new, by=cast.pia, at=now + step * HOUR)
        except Exception as refused:
            assert "already" in str(refused) or "as it was published" in str(refused)
            db.session.rollback()
            continue
        assert [score(each.sat.attempt_id) for each in made.rescored] == [
            (f"{each.after.points // 100} of {each.after.maximum // 100}", each.after.is_passed)
            for each in made.rescored
        ]
    assert count(ItemCorrection) > 5
    assert verify() == []


def test_looking_takes_as_many_statements_for_five_as_for_fifty(app, cast, policy, sign_in):
    pia, now, counted = sign_in("pia"), clock.now(), []
    people = crowd(50)
    number = revision("notice-1")
    db.session.rollback()
    url = f"/policies/{SLUG}/items/{number}"
    one = sit(people[0], at=now - DAY, notice_1="b", notice_2="b")
    for some in (people[1:5], people[5:]):
        as_well(one, some)
        page = pia.post(f"{url}/preview", {"kind": "void", "reason": WHY}, expect=200)
        counted.append(len(page.statements))
        assert len(page.soup.select("#who tbody tr")) == db.session.scalar(select(func.count(Attempt.id)))
        db.session.rollback()
    assert counted[0] == counted[1] == 13
    before = len(page.statements)
    seen = page.soup.select_one("input[name=seen]")["value"]
    done = pia.post(url, {"kind": "void", "reason": WHY, "seen": seen})
    assert len(done.statements) < before + 20, "sets are written, not rows"
