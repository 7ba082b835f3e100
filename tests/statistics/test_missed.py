"""What a coach's people miss most: clauses and shares, of five people or more, and nothing else."""

from sqlalchemy import update

from lms import clock
from lms.extensions import db, writing
from lms.models import Policy
from lms.statistics.missed import MOST, WITHIN, missed_most
from tests.training import make


def found(people, at=None):
    """Clause, who missed it, who was asked."""
    missed = missed_most(people, now=at or clock.now())
    db.session.rollback()
    return [(each.clause, each.people, each.share.count) for each in missed]


def test_a_coach_sees_the_clause_and_the_share_but_no_question_and_no_key_is_read(six, sign_in):
    page = sign_in("cole").get("/coaching/")
    section = page.soup.select_one("section[aria-labelledby=missed]")
    assert "Telling the user" in section.get_text()
    assert "4 of 6 people" in section.get_text()
    assert f"last {WITHIN.days} days" in section.get_text()
    assert "Right thing" not in page.text
    assert "Case 1 about" not in page.text
    assert not any("item_keys" in sent for sent in page.statements)


def test_nothing_is_said_about_fewer_than_five(six):
    assert found(six) == [("notice", 4, 6)]
    assert found(six[:5]) == [("notice", 4, 5)]
    assert found(six[:4]) == []
    assert found([]) == []


def test_only_first_attempts_of_the_last_90_days_count(six):
    make.prove(six[0], at=clock.now())
    assert found(six) == [("notice", 4, 6)]
    assert found(six, at=clock.now() + WITHIN) == []


def test_most_missed_come_first(six):
    for person in six:
        make.fail(person, at=clock.now(), wrong=("kinds",)) if person == six[5] else None
    assert found(six)[0] == ("notice", 4, 6)
    assert len(found(six)) <= MOST


def test_what_is_need_to_know_is_left_out(six):
    with writing():
        db.session.execute(update(Policy).values(is_need_to_know=True))
        db.session.commit()
    assert found(six) == []
