"""What a coach's people miss most: clauses and shares, of five people or more, and nothing else."""

import pytest
from sqlalchemy import update

from lms import clock
from lms.extensions import db, writing
from lms.models import Identity, Policy
from lms.statistics import missed
from lms.statistics.missed import WITHIN, missed_most
from tests.correcting.conftest import policy as policy  # a fixture
from tests.correcting.made import RESCORE, RESTORE, VOID, B, crowd, decide, sit
from tests.readiness.make import crew
from tests.training import make


def found(people, at=None):
    """Clause, who missed it, who was asked."""
    most = missed_most(people, now=at or clock.now())
    db.session.rollback()
    return [(each.clause, each.people, each.share.count) for each in most]


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


def test_a_later_attempt_adds_no_miss_and_takes_none_away(six):
    now = clock.now()
    make.fail(six[5], wrong=("kinds",), at=now)
    assert found(six) == [("notice", 4, 6)], "the first time this person missed nothing"
    make.prove(six[1], at=now)
    assert found(six) == [("notice", 4, 6)], "the first time this person missed it"


def test_the_first_attempt_at_the_next_version_is_a_first_one_and_a_person_counts_once(app, cast, tmp_path):
    shelf, now = make.simple(tmp_path, ago=10 * make.DAY), clock.now()
    people = crew(5, team="EMEA/Dublin", queues=["legal-requests"])
    for person in people:
        make.fail(person, wrong=("notice",), at=now - 3 * make.DAY)
    make.second(shelf, ago=2 * make.DAY)
    make.fail(people[0], wrong=("notice",), at=now - make.DAY)
    make.fail(people[1], wrong=("kinds",), at=now - make.DAY)
    assert dict((clause, who) for clause, who, _ in found(people)) == {"notice": 5, "kinds": 1}


def test_most_missed_come_first_and_no_more_than_fit(app, cast, tmp_path, monkeypatch):
    make.simple(tmp_path, ago=10 * make.DAY)
    people = crew(6, team="EMEA/Dublin", queues=["legal-requests"])
    for place, person in enumerate(people):
        wrong = [clause for clause, most in (("notice", 2), ("kinds", 5), ("genuine", 3)) if place < most]
        make.fail(person, wrong=tuple(wrong), at=clock.now() - make.DAY)
    assert found(people) == [("kinds", 5, 6), ("genuine", 3, 6), ("notice", 2, 6)]
    monkeypatch.setattr(missed, "MOST", 2)
    assert found(people) == [("kinds", 5, 6), ("genuine", 3, 6)]


def test_a_clause_that_is_need_to_know_is_not_named(app, cast, tmp_path, sign_in):
    shelf = make.Shelf(tmp_path).version(make.FIRST, ago=10 * make.DAY, secret=("notice",)).items_for(*make.FIRST)
    shelf.publish()
    people = crew(6, team="EMEA/Dublin", queues=["legal-requests"])
    for person in people:
        make.fail(person, wrong=("notice", "kinds"), at=clock.now() - make.DAY)
    assert found(people) == [("kinds", 6, 6)]
    assert "Telling the user" not in sign_in("cole").get("/coaching/").soup.select_one("#missed").parent.get_text()


class TestCorrected:
    """Six items for three clauses; everybody is asked all of them, and six answer b to the first about notice."""

    @pytest.fixture
    def five(self, cast, policy):
        people = crowd(5)
        for person in people:
            sit(person, at=clock.now() - make.DAY, notice_1="b")
        return people

    def test_a_question_counts_by_the_key_that_counts_today(self, cast, five):
        assert found(five) == [("notice", 5, 5)]
        decide("notice-1", RESCORE, B, by=cast.pia, at=clock.now())
        assert found(five) == []
        decide("notice-1", RESTORE, by=cast.pia, at=clock.now())
        assert found(five) == [("notice", 5, 5)]
        decide("kinds-1", RESCORE, B, by=cast.pia, at=clock.now())
        assert found(five) == [("kinds", 5, 5), ("notice", 5, 5)]

    def test_a_void_question_counts_for_nothing(self, cast, five):
        decide("notice-1", VOID, by=cast.pia, at=clock.now())
        assert found(five) == []
        decide("notice-1", RESTORE, by=cast.pia, at=clock.now())
        assert found(five) == [("notice", 5, 5)]


def test_a_vendors_people_are_counted_for_their_own_coaches_alone(six, cast, sign_in):
    def employ(vendor, *people):
        with writing():
            db.session.execute(update(Identity).where(Identity.person_id.in_(people)).values(vendor=vendor))
            db.session.commit()

    def told():
        section = sign_in("cole").get("/coaching/").soup.select_one("section[aria-labelledby=missed]")
        return " ".join(section.get_text().split()) if section else ""

    assert "4 of 6 people" in told()
    employ("Acme", six[0])
    assert "3 of 5 people" in told()
    employ("Acme", *six)
    assert told() == ""
    employ("Acme", cast.cole)
    assert "4 of 6 people" in told()


def test_what_is_need_to_know_is_left_out(six):
    with writing():
        db.session.execute(update(Policy).values(is_need_to_know=True))
        db.session.commit()
    assert found(six) == []
