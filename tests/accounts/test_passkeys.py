"""Passkeys without a browser: every answer that does not hold is refused, and each challenge is good for one answer."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.accounts import passkeys
from lms.accounts.passkeys import PasskeyRefused, Site
from lms.accounts.steps import StepOver
from lms.extensions import db
from lms.models import AuditEntry, Passkey, SignInSession
from tests.accounts.authenticator import PRESENT, Authenticator
from tests.cast import leave

SITE = Site(host="localhost", origin="http://localhost")


def device():
    return Authenticator("localhost", "http://localhost")


def added(person, name="Phone"):
    made = device()
    options, step = passkeys.options_to_add(person, SITE, now=clock.now())
    passkeys.add(person, step, made.make(options), name=name, site=SITE, now=clock.now())
    return made


def recognised(made, site=SITE):
    options, step = passkeys.options_to_sign_in(site, now=clock.now())
    return passkeys.recognise(step, made.sign(options), site=site, now=clock.now())


class TestAdding:
    def test_it_is_kept_under_its_name_and_noted(self, cast):
        added(cast.ada)
        kept = db.session.scalars(select(Passkey)).one()
        assert (kept.person_id, kept.name, kept.transports, kept.last_used_at) == (
            cast.ada,
            "Phone",
            ["internal"],
            None,
        )
        assert db.session.scalars(select(AuditEntry.act)).all() == ["passkey added"]

    def test_a_challenge_is_good_once_and_for_the_person_who_asked(self, cast):
        options, step = passkeys.options_to_add(cast.ada, SITE, now=clock.now())
        with pytest.raises(StepOver):
            passkeys.add(cast.sam, step, device().make(options), name="", site=SITE, now=clock.now())
        passkeys.add(cast.ada, step, device().make(options), name="", site=SITE, now=clock.now())
        with pytest.raises(StepOver):
            passkeys.add(cast.ada, step, device().make(options), name="", site=SITE, now=clock.now())
        assert db.session.scalars(select(Passkey.name)).all() == ["Passkey"]

    @pytest.mark.parametrize("wrong", ["host", "origin", "flags", "nonsense", "nothing"])
    def test_an_answer_that_does_not_hold_is_refused(self, cast, wrong):
        made = device()
        if wrong == "flags":
            made.flags = PRESENT
        elif wrong in {"host", "origin"}:
            setattr(made, wrong, "http://evil.example")
        options, step = passkeys.options_to_add(cast.ada, SITE, now=clock.now())
        answers = {"nonsense": {"id": 1}, "nothing": None}
        answer = answers[wrong] if wrong in answers else made.make(options)
        with pytest.raises(PasskeyRefused, match="could not be added"):
            passkeys.add(cast.ada, step, answer, name="", site=SITE, now=clock.now())

    def test_the_same_key_is_kept_once_and_ten_are_enough(self, cast):
        made = added(cast.ada)
        options, step = passkeys.options_to_add(cast.sam, SITE, now=clock.now())
        with pytest.raises(PasskeyRefused, match="already"):
            passkeys.add(cast.sam, step, made.make(options), name="", site=SITE, now=clock.now())
        for _ in range(9):
            added(cast.ada)
        with pytest.raises(PasskeyRefused, match="Remove one"):
            added(cast.ada)


class TestSigningIn:
    def test_it_says_whose_it_is(self, cast):
        mine = added(cast.ada)
        added(cast.sam)
        assert recognised(mine) == cast.ada
        assert recognised(mine) == cast.ada
        assert db.session.scalars(select(Passkey.sign_count).order_by(Passkey.id)).all() == [2, 0]

    def test_an_answer_counts_once(self, cast):
        mine = added(cast.ada)
        options, step = passkeys.options_to_sign_in(SITE, now=clock.now())
        answer = mine.sign(options)
        passkeys.recognise(step, answer, site=SITE, now=clock.now())
        for other in (step, None, passkeys.options_to_sign_in(SITE, now=clock.now())[1]):
            with pytest.raises((StepOver, PasskeyRefused)):
                passkeys.recognise(other, answer, site=SITE, now=clock.now())

    @pytest.mark.parametrize("wrong", ["host", "origin", "flags", "key", "id", "count"])
    def test_an_answer_that_does_not_hold_is_refused(self, cast, wrong):
        mine = added(cast.ada)
        recognised(mine)
        if wrong == "flags":
            mine.flags = PRESENT
        elif wrong == "count":
            mine.count = -1
        elif wrong == "key":
            mine.key = device().key
        elif wrong == "id":
            mine.id = b"another"
        else:
            setattr(mine, wrong, "http://evil.example")
        with pytest.raises(PasskeyRefused, match="did not work here"):
            recognised(mine)

    @pytest.mark.parametrize("answer", [None, {}, {"rawId": 7}, {"rawId": "AAAA"}, "text", []])
    def test_nonsense_is_refused(self, cast, answer):
        _, step = passkeys.options_to_sign_in(SITE, now=clock.now())
        with pytest.raises(PasskeyRefused):
            passkeys.recognise(step, answer, site=SITE, now=clock.now())

    def test_who_has_left_is_not_let_in(self, cast):
        mine = added(cast.ada)
        leave(cast.ada)
        with pytest.raises(PasskeyRefused):
            recognised(mine)

    def test_the_step_of_a_password_is_no_challenge(self, cast):
        from lms.accounts import steps

        step = steps.begin(person_id=cast.ada, now=clock.now())
        with pytest.raises(StepOver):
            passkeys.recognise(step, {}, site=SITE, now=clock.now())


class TestInTheBrowser:
    def test_from_options_to_a_session(self, cast, sign_in, stranger):
        ada, mine = sign_in("ada"), device()
        options = ada.post("/account/passkeys/options", expect=200).text
        sent = {"credential": mine.make(options), "name": "Laptop"}
        token = {"X-CSRFToken": ada.token()}
        assert ada._send("post", "/account/passkeys", json=sent, headers=token).status == 200
        assert "Laptop" in ada.get("/account/factors").words
        assert ada._send("post", "/account/passkeys", json=sent, headers=token).status == 422

        options = stranger.post("/sign-in/passkey/options", expect=200).text
        sent = {"credential": mine.sign(options), "next": "/record"}
        token = {"X-CSRFToken": stranger.token()}
        page = stranger._send("post", "/sign-in/passkey", json=sent, headers=token)
        assert page.response.get_json() == {"next": "/record"}
        stranger.get("/record")
        ways = db.session.scalars(select(SignInSession.way).order_by(SignInSession.id)).all()
        assert ways == ["password", "passkey"]

    def test_a_wrong_answer_gets_a_sentence(self, cast, stranger):
        stranger.post("/sign-in/passkey/options", expect=200)
        token = {"X-CSRFToken": stranger.token()}
        page = stranger._send("post", "/sign-in/passkey", json={"credential": {}}, headers=token)
        assert (page.status, "did not work here" in page.text) == (422, True)

    def test_it_is_removed_by_its_owner_only(self, cast, sign_in):
        added(cast.ada)
        kept = db.session.scalars(select(Passkey.id)).one()
        sign_in("sam").post(f"/account/passkeys/{kept}/remove")
        assert db.session.scalars(select(Passkey.id)).all() == [kept]
        ada = sign_in("ada")
        for _ in range(2):
            ada.post(f"/account/passkeys/{kept}/remove")
        assert db.session.scalars(select(Passkey.id)).all() == []

    def test_but_not_without_the_password_of_who_has_one(self, cast, sign_in):
        from lms.accounts.actions import set_password

        set_password(cast.ada, "a quiet morning in Dublin", now=clock.now())
        added(cast.ada)
        kept = db.session.scalars(select(Passkey.id)).one()
        sign_in("ada").post(f"/account/passkeys/{kept}/remove", {"password": "wrong"}, expect=422)
        assert db.session.scalars(select(Passkey.id)).all() == [kept]
