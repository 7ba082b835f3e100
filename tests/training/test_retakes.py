"""The next quiz of the same policy: which questions it draws, and when it opens."""

from lms import clock
from lms.extensions import db
from lms.models import Attempt
from lms.training.drawn import asked
from tests.training.make import DAY, FIRST, HOUR, MINUTE, Shelf, fail, prove, refresher, second, start


def test_a_retake_asks_only_what_was_missed_and_critical_items_again(app, cast, sign_in, tmp_path):
    shelf = Shelf(tmp_path, rules={"wait_minutes": 0, "per_clause": 2}).version(FIRST, ago=DAY).items_for(*FIRST)
    for item in shelf.items:
        if item["id"].startswith("notice"):
            item["critical"] = "true"
    shelf.publish()
    now = clock.now()
    first = fail(cast.ada, at=now - HOUR)
    missed = {each.item.id for each in asked([first]) if "notice" in each.item.clauses}
    again = start(cast.ada, at=now)
    drawn = {each.item.id for each in asked([again])}
    assert drawn == missed
    attempt = db.session.get(Attempt, again)
    assert (attempt.clauses, attempt.first_attempt_id, attempt.number) == (["notice"], first, 2)


def test_a_retake_of_everything_prefers_unseen_questions(app, cast, sign_in, tmp_path):
    Shelf(tmp_path, rules={"wait_minutes": 0, "retake": "all"}).version(FIRST, ago=DAY).items_for(*FIRST).publish()
    first = fail(cast.ada, at=clock.now() - HOUR)
    again = start(cast.ada, at=clock.now())
    assert not {each.item.id for each in asked([first])} & {each.item.id for each in asked([again])}
    assert len(asked([again])) == 6


def test_a_retake_waits_and_ends(app, cast, sign_in, simple):
    simple()
    now = clock.now()
    ada = sign_in("ada")
    fail(cast.ada, at=now - 2 * MINUTE)
    said = ada.post("/train/legal-requests/start", expect=422)
    assert "The next attempt opens in 13 minutes." in said.words
    simple(slug="abuse-reports", title="Abuse", audience=["abuse-reports"])
    for ago in (60, 40, 20):
        fail(cast.ada, "abuse-reports", at=now - ago * MINUTE)
    said = ada.post("/train/abuse-reports/start", expect=422)
    assert "You have used every attempt. Your coach has been told" in said.words


def test_a_refresher_opens_the_way_for_who_is_stuck(app, cast, sign_in, simple):
    simple(ago=10 * DAY)
    now = clock.now()
    for ago in (9, 8, 7):
        fail(cast.ada, at=now - ago * HOUR, wrong=tuple(FIRST))
    number = refresher(cast.ada, cast.cole, *FIRST)
    prove(cast.ada, refresher_id=number)
    assert "Nothing to do." in sign_in("ada").get("/").words


def test_a_newer_version_begins_anew(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    now = clock.now()
    for ago in (9, 8, 7):
        fail(cast.ada, at=now - ago * HOUR)
    second(shelf)
    attempt = db.session.get(Attempt, start(cast.ada, at=clock.now()))
    assert (attempt.number, attempt.first_attempt_id) == (4, None)


def test_stale_questions_are_never_drawn(app, cast, sign_in, simple):
    shelf = simple(ago=10 * DAY)
    shelf.item("kinds", 50, clauses=["kinds", "notice"]).publish()
    second(shelf)
    attempt_id = start(cast.ada, at=clock.now())
    assert "kinds-50" not in {each.item.id for each in asked([attempt_id])}
