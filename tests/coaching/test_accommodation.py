"""Who needs it is given more time or more attempts: by whom, with a reason, seen by whom, and never overwritten."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.coaching.giving import accommodate
from lms.coaching.refusals import NothingToEnd, NotYourPeople, UntilInThePast, WordsMissing, YourOwnRecord
from lms.domain.accommodating import ExtraTime
from lms.extensions import db, writing
from lms.models import AccommodationReason, AccommodationRow, AuditEntry, Identity
from lms.people.spells import end_employment
from lms.privacy import actions as privacy
from lms.verifying import verify
from lms.verifying.erasures import erasures
from tests.training.make import HOUR, attempt_in, fail, start

WHY = "Reads with a screen reader, which takes longer."
MINUTE = timedelta(minutes=1)
VENDOR = "Acme Moderation"


def give(person, by, *, time=ExtraTime.DOUBLE, attempts=None, until_at=None, reason=WHY, now=None):
    given = {"time": time, "attempts": attempts, "until_at": until_at, "reason": reason}
    accommodate(person, **given, by=by, now=now or clock.now())


def recorded():
    db.session.rollback()
    return db.session.scalars(select(AccommodationRow).order_by(AccommodationRow.id)).all()


def url_of(person):
    return f"/coaching/people/{person}/accommodation"


@pytest.fixture
def stuck(cast, simple):
    """Ada used both of her attempts."""
    simple(rules={"attempts": 2, "wait_minutes": 0, "time_limit_minutes": 10})
    fail(cast.ada, at=clock.now() - 2 * HOUR)
    fail(cast.ada, at=clock.now() - HOUR)


class TestGiving:
    def test_from_the_desk_to_one_attempt_more_and_all_the_time_she_needs(self, cast, stuck, sign_in):
        cole, ada = sign_in("cole"), sign_in("ada")
        desk = cole.get("/coaching/").soup
        led = next(link for link in desk.find_all("a") if "change an accommodation" in link.get_text())
        page = cole.get(led["href"])
        form_url = page.soup.find("a", string="More time or attempts")["href"]
        assert "no diagnosis" in cole.get(form_url).words
        done = cole.post(form_url, {"time": "none", "attempts": "3", "until_at": "", "reason": WHY})
        page = cole.get(done.location)
        for said in ("It counts from now on", "No time limit", "3 attempts at a quiz", "in force", WHY, "Cole"):
            assert said in page.words
        assert "Stuck in" not in page.words
        assert "Stuck in" not in cole.get("/coaching/").words

        module = ada.get("/train/legal-requests").words
        assert "1 attempt left." in module
        assert "Take as long as you like: the time limit of 10 minutes does not count for you." in module
        quiz = ada.get(f"/train/attempts/{attempt_in(ada.post('/train/legal-requests/start', {}))}")
        assert "Answers are taken until" not in quiz.words
        assert quiz.soup.select_one("[data-time-left]") is None

    def test_it_is_noted_without_the_reason_which_can_be_erased(self, cast, app):
        give(cast.ada, cast.cole, attempts=4)
        give(cast.ada, cast.lena, time=ExtraTime.HALF_MORE)
        db.session.rollback()
        noted = db.session.scalars(
            select(AuditEntry).where(AuditEntry.act == "accommodation changed").order_by(AuditEntry.id)
        ).all()
        assert [(each.by, each.person_id, each.reason) for each in noted] == [
            (cast.cole, cast.ada, ""),
            (cast.lena, cast.ada, ""),
        ]
        assert noted[0].before is None
        assert noted[1].before == {"time": "2", "attempts": 4, "until_at": None} == noted[0].after
        assert noted[1].after == {"time": "1.5", "attempts": None, "until_at": None}

    def test_a_later_one_takes_the_place_and_the_page_keeps_both(self, cast, sign_in):
        give(cast.ada, cast.cole, now=clock.now() - HOUR)
        cole = sign_in("cole")
        assert cole.get(url_of(cast.ada)).soup.select_one("input[value='2'][checked]")
        cole.post(url_of(cast.ada), {"time": "1", "attempts": "", "reason": "She needs it no more."})
        page = cole.get(url_of(cast.ada)).words
        assert page.index("Time as the quiz sets it") < page.rindex("Twice the time")
        assert "in force" not in page
        assert [each.time for each in recorded()] == [ExtraTime.DOUBLE, ExtraTime.AS_SET]

    def test_pressed_twice_it_is_recorded_once(self, cast, app):
        now = clock.now()
        give(cast.ada, cast.cole, now=now)
        give(cast.ada, cast.cole, now=now + MINUTE / 2)
        assert len(recorded()) == 1
        give(cast.ada, cast.cole, now=now + 2 * MINUTE)
        give(cast.ada, cast.lena, now=now + 2 * MINUTE)
        assert len(recorded()) == 3

    def test_it_may_end_by_itself(self, cast, sign_in):
        now = clock.now()
        give(cast.ada, cast.cole, until_at=now - MINUTE, now=now - HOUR)
        page = sign_in("cole").get(url_of(cast.ada))
        assert "Twice the time" in page.words
        assert "in force" not in page.words


class TestRefusing:
    def test_what_makes_no_sense(self, cast, app):
        for more, refusal in (
            ({"reason": "ok"}, WordsMissing),
            ({"time": ExtraTime.AS_SET}, NothingToEnd),
            ({"until_at": clock.now() - MINUTE}, UntilInThePast),
        ):
            with pytest.raises(refusal):
                give(cast.ada, cast.cole, **more)
        assert recorded() == []

    def test_a_form_says_what_is_wrong(self, cast, sign_in):
        cole = sign_in("cole")
        for sent, said in (
            ({"time": "3", "reason": WHY}, "Not a valid choice"),
            ({"time": "2", "attempts": "many", "reason": WHY}, "Write a whole number from 1 to 20."),
            ({"time": "2", "attempts": "0", "reason": WHY}, "Write a whole number from 1 to 20."),
            ({"time": "2", "until_at": "soon", "reason": WHY}, "Write a day and a time"),
            ({"time": "2", "until_at": "2026-01-01T09:00", "reason": WHY}, "The end has passed already."),
            ({"time": "1", "reason": WHY}, "They have what everybody has already."),
            ({"time": "2"}, "Say why."),
            ({}, "Say why."),
        ):
            assert said in cole.post(url_of(cast.ada), sent, expect=422).words, sent
        assert recorded() == []


class TestWho:
    def test_coach_lead_and_administrator_give_it(self, cast, sign_in):
        for name in ("cole", "lena", "rune"):
            done = sign_in(name).post(url_of(cast.ada), {"time": "2", "reason": WHY})
            assert done.location == (f"/people/{cast.ada}" if name == "rune" else f"/coaching/people/{cast.ada}")
        assert [each.recorded_by for each in recorded()] == [cast.cole, cast.lena, cast.rune]
        page = sign_in("rune").get(f"/people/{cast.ada}")
        assert page.soup.find("a", string="More time or attempts")["href"] == url_of(cast.ada)

    def test_others_people_and_oneself_do_not_exist_there(self, cast, sign_in):
        for name, person in (
            ("cole", cast.sam), ("cole", cast.cole), ("cole", 999), ("rune", cast.rune), ("rune", 999),
            ("ada", cast.ada), ("sam", cast.ada), ("pia", cast.ada),
        ):  # fmt: skip
            reader = sign_in(name)
            reader.get(url_of(person), expect=404)
            reader.post(url_of(person), {"time": "2", "reason": WHY}, expect=404)
        for by, person, refusal in (
            (cast.cole, cast.sam, NotYourPeople),
            (cast.pia, cast.ada, NotYourPeople),
            (cast.rune, cast.rune, YourOwnRecord),
        ):
            with pytest.raises(refusal):
                give(person, by)
        assert recorded() == []

    def test_a_vendors_people_are_their_own_coaches_alone(self, cast, sign_in):
        with writing():
            db.session.execute(
                update(Identity).where(Identity.person_id.in_([cast.cole, cast.ada])).values(vendor=VENDOR)
            )
            db.session.commit()
        sign_in("lena").get(url_of(cast.ada), expect=404)
        with pytest.raises(NotYourPeople):
            give(cast.ada, cast.lena)
        give(cast.ada, cast.cole)
        assert WHY in sign_in("cole").get(f"/coaching/people/{cast.ada}").words
        page = sign_in("lena").get(f"/coaching/people/{cast.ada}").words
        assert "Twice the time" not in page
        assert WHY not in page
        with writing():
            db.session.execute(update(Identity).where(Identity.person_id == cast.ada).values(vendor=""))
            db.session.commit()
        sign_in("cole").get(url_of(cast.ada), expect=404)

    def test_they_see_their_own_and_no_list_shows_it(self, cast, sign_in):
        give(cast.ada, cast.cole, attempts=5)
        mine = sign_in("ada").get("/record").words
        for said in ("What you are given in quizzes", "Twice the time", "5 attempts at a quiz", WHY):
            assert said in mine
        assert "What you are given" not in sign_in("sam").get("/record").words
        for name, path in (("cole", "/coaching/"), ("lena", "/readiness/"), ("rune", "/people"), ("ada", "/")):
            page = sign_in(name).get(path).words
            assert WHY not in page
            assert "Twice the time" not in page


class TestKeeping:
    def test_the_reason_goes_with_the_person_and_what_was_given_stays(self, cast, app):
        give(cast.sam, cast.rune)
        end_employment(cast.sam, at=clock.now(), by=cast.rune, now=clock.now())
        privacy.erase(cast.sam, reason="Asked for in writing on 3 March.", by=cast.rune, now=clock.now())
        assert [each.person_id for each in recorded()] == [cast.sam]
        assert db.session.scalars(select(AccommodationReason)).all() == []
        assert list(erasures()) == []
        assert verify() == []

    def test_an_open_quiz_gets_longer_with_it_and_no_shorter(self, cast, simple, sign_in):
        simple(rules={"time_limit_minutes": 10})
        attempt_id = start(cast.ada, at=clock.now() - 15 * MINUTE)
        url, sent = f"/train/attempts/{attempt_id}/save", {"item": 1, "option": "a", "revision": 1}
        ada = sign_in("ada")
        ada.post(url, sent, expect=409)
        give(cast.ada, cast.cole)
        left = ada.post(url, sent, expect=200).response.json["seconds_left"]
        assert 0 < left <= 5 * 60
        give(cast.ada, cast.cole, time=ExtraTime.AS_SET)
        assert ada.post(url, sent | {"revision": 2}, expect=200).response.json["seconds_left"] <= left
        assert "Answers are taken until" in ada.get(f"/train/attempts/{attempt_id}").words
