"""My record: everything I did, with its proof."""

from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import Evidence
from lms.training import actions, attesting
from tests.training.make import DAY, HOUR, MINUTE, answers, fail, prove, refresher, revoke, second, start


def test_an_empty_record_says_what_to_do_next(app, cast, sign_in):
    page = sign_in("ada").get("/record")
    assert "Nothing yet." in page.words
    assert page.soup.find("a", href="/")


def test_everything_i_did_is_there_newest_first(app, cast, sign_in, simple):
    now = clock.now()
    shelf = simple(ago=10 * DAY)
    fail(cast.ada, at=now - 9 * DAY)
    first = prove(cast.ada, at=now - 8 * DAY)
    second(shelf, ago=2 * DAY, emergency={"provisional_hours": "72"})
    attesting.acknowledge(cast.ada, "legal-requests", number=2, now=now - DAY)
    number = refresher(cast.ada, cast.cole, "kinds", at=now - HOUR)
    prove(cast.ada, refresher_id=number, at=now - MINUTE)
    revoke(first, by=cast.cole, at=now)
    page = sign_in("ada").get("/record")
    rows = [row.get_text(" ", strip=True) for row in page.soup.select("tbody tr")]
    assert len(rows) == 4
    assert "Refresher" in rows[0]
    assert "Passed and signed" in rows[0]
    assert "Emergency seen" in rows[1]
    assert "Taken back" in rows[2]
    assert "Answered by somebody else." in rows[2]
    assert "Not passed" in rows[3]
    assert "66 %" in rows[3]
    for leaf in db.session.scalars(select(Evidence.leaf)):
        assert leaf[:12] in page.words
    assert not page.soup.select_one("table a[href$='/sign']")


def test_what_was_not_signed_can_be_signed_from_here(app, cast, sign_in, simple):
    simple()
    attempt_id = start(cast.ada, at=clock.now())
    actions.submit_attempt(attempt_id, cast.ada, answers=answers(attempt_id), now=clock.now())
    page = sign_in("ada").get("/record")
    assert "Passed, not signed" in page.words
    assert page.soup.find("a", href=f"/train/attempts/{attempt_id}/sign")


def test_it_is_mine_only_and_takes_a_fixed_number_of_statements(app, cast, sign_in, simple):
    bare = len(sign_in("sam").get("/record").statements)
    simple()
    prove(cast.ada)
    assert "Nothing yet." in sign_in("sam").get("/record").words
    assert len(sign_in("ada").get("/record").statements) == bare == 7
