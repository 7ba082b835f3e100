"""One-time codes: set up by the person, asked for after the password, each taken once; recovery codes besides."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from lms import clock
from lms.accounts import codes
from lms.accounts.actions import set_password
from lms.accounts.codes import CodeRefused
from lms.accounts.sealing import SealBroken
from lms.accounts.sessions import has_factor
from lms.extensions import db, writing
from lms.models import AuditEntry, CodeSecret, SignInSession, SignInStep

PASSWORD = "a quiet morning in Dublin"
NOON = datetime(2026, 11, 26, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def typed(cast):
    set_password(cast.ada, PASSWORD, now=clock.now())
    return {"email": "ada@demo.example", "password": PASSWORD}


def set_up(person, now):
    """An app with a confirmed secret; gives the app and the recovery codes."""
    codes.begin_codes(person, now=now)
    _, secret = codes.address_for_app(person)
    app = pyotp.TOTP(secret)
    return app, codes.confirm_codes(person, app.at(now), now=now)


def check(person, code, now):
    with writing():
        way = codes.check_code(person, code, now=now)
        db.session.commit()
    return way


class TestACode:
    def test_it_is_good_for_its_half_minute_and_one_on_either_side(self, cast):
        app, _ = set_up(cast.ada, NOON - timedelta(hours=1))
        for offset in (-30, 0, 30):
            with writing():
                codes.check_code(cast.ada, app.at(NOON + timedelta(seconds=offset)), now=NOON)
                db.session.rollback()
        for offset in (-90, 90):
            with pytest.raises(CodeRefused):
                check(cast.ada, app.at(NOON + timedelta(seconds=offset)), NOON)

    def test_none_is_taken_twice_nor_an_older_one_after_it(self, cast):
        app, _ = set_up(cast.ada, NOON - timedelta(hours=1))
        older = app.at(NOON - timedelta(seconds=30))
        assert check(cast.ada, f"{app.at(NOON)[:3]} {app.at(NOON)[3:]}", NOON) == "password and code"
        for code in (app.at(NOON), older):
            with pytest.raises(CodeRefused):
                check(cast.ada, code, NOON)

    def test_the_one_that_confirmed_the_app_is_not_taken_again(self, cast):
        app, _ = set_up(cast.ada, NOON)
        with pytest.raises(CodeRefused):
            check(cast.ada, app.at(NOON), NOON)

    def test_nothing_counts_before_the_first_right_code(self, cast):
        codes.begin_codes(cast.ada, now=NOON)
        _, secret = codes.address_for_app(cast.ada)
        assert not has_factor(cast.ada)
        with pytest.raises(CodeRefused):
            codes.confirm_codes(cast.ada, "000000", now=NOON)
        with pytest.raises(CodeRefused):
            check(cast.ada, pyotp.TOTP(secret).at(NOON), NOON)

    def test_a_second_press_keeps_the_secret_and_a_confirmed_one_is_not_shown_again(self, cast):
        codes.begin_codes(cast.ada, now=NOON)
        first = codes.address_for_app(cast.ada)
        codes.begin_codes(cast.ada, now=NOON)
        assert codes.address_for_app(cast.ada) == first
        codes.confirm_codes(cast.ada, pyotp.TOTP(first[1]).at(NOON), now=NOON)
        assert codes.address_for_app(cast.ada) is None
        with pytest.raises(CodeRefused):
            codes.confirm_codes(cast.ada, pyotp.TOTP(first[1]).at(NOON + timedelta(minutes=5)), now=NOON)

    def test_the_secret_is_of_no_use_without_the_servers_key(self, app, cast):
        set_up(cast.ada, NOON)
        kept = db.session.scalars(select(CodeSecret)).one()
        assert len(kept.secret) > 60
        was, app.config["SECRET_KEY"] = app.config["SECRET_KEY"], "another key of 32 characters or more"
        try:
            with pytest.raises(SealBroken, match="secret key changed"):
                check(cast.ada, "123456", NOON)
        finally:
            app.config["SECRET_KEY"] = was


class TestRecoveryCodes:
    def test_each_works_once_however_it_is_typed(self, cast):
        _, given = set_up(cast.ada, NOON)
        assert len(set(given)) == 10
        assert check(cast.ada, f" {given[3].upper()} ", NOON) == "password and recovery code"
        assert codes.recovery_codes_left(cast.ada) == 9
        with pytest.raises(CodeRefused):
            check(cast.ada, given[3], NOON)

    def test_new_ones_end_the_old_ones(self, cast):
        _, old = set_up(cast.ada, NOON)
        new = codes.renew_recovery_codes(cast.ada, now=NOON)
        with pytest.raises(CodeRefused):
            check(cast.ada, old[0], NOON)
        check(cast.ada, new[0], NOON)

    def test_somebody_elses_is_no_use(self, cast):
        _, given = set_up(cast.ada, NOON)
        set_up(cast.sam, NOON)
        with pytest.raises(CodeRefused):
            check(cast.sam, given[0], NOON)


class TestSigningIn:
    def test_after_the_password_comes_the_code(self, cast, typed, stranger):
        app, _ = set_up(cast.ada, clock.now() - timedelta(hours=1))
        page = stranger.post("/sign-in", typed | {"next": "/record"})
        assert page.location == "/sign-in/code?next=/record"
        stranger.get("/record", expect=302)
        assert "One more step" in stranger.get(page.location).words
        done = stranger.post("/sign-in/code", {"code": app.at(clock.now()), "next": "/record"})
        assert done.location == "/record"
        stranger.get("/record")
        session = db.session.scalars(select(SignInSession).where(SignInSession.person_id == cast.ada)).one()
        assert session.way == "password and code"

    def test_a_wrong_code_is_told_noted_and_may_be_tried_again(self, cast, typed, stranger):
        app, _ = set_up(cast.ada, clock.now() - timedelta(hours=1))
        stranger.post("/sign-in", typed)
        assert "That code is not right." in stranger.post("/sign-in/code", {"code": "nonsense"}, expect=422).words
        stranger.post("/sign-in/code", {"code": ""}, expect=422)
        failed = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "sign-in failed")).one()
        assert failed.person_id == cast.ada
        stranger.post("/sign-in/code", {"code": app.at(clock.now())})
        stranger.get("/record")

    def test_a_code_without_the_password_is_nothing(self, cast, typed, stranger):
        _, given = set_up(cast.ada, clock.now() - timedelta(hours=1))
        assert stranger.get("/sign-in/code", expect=302).location == "/sign-in"
        assert stranger.post("/sign-in/code", {"code": given[0]}).location == "/sign-in"
        stranger.get("/record", expect=302)

    def test_it_has_to_come_within_five_minutes(self, cast, typed, stranger):
        _, given = set_up(cast.ada, clock.now() - timedelta(hours=1))
        stranger.post("/sign-in", typed)
        with writing():
            db.session.execute(update(SignInStep).values(made_at=clock.now() - timedelta(minutes=6)))
            db.session.commit()
        assert stranger.post("/sign-in/code", {"code": given[0]}).location == "/sign-in"
        assert "took too long" in stranger.get("/sign-in").words
        assert codes.recovery_codes_left(cast.ada) == 10

    def test_tries_are_counted(self, cast, typed, stranger):
        set_up(cast.ada, clock.now() - timedelta(hours=1))
        stranger.post("/sign-in", typed)
        for number in range(10):
            stranger.post("/sign-in/code", {"code": f"00000{number}x"}, expect=422)
        stranger.post("/sign-in/code", {"code": "000000"}, expect=429)


class TestThePage:
    def test_a_person_sets_the_app_up_and_gets_recovery_codes_once(self, cast, sign_in):
        ada = sign_in("ada")
        assert "Set it up" in ada.get("/account/factors").words
        ada.post("/account/codes")
        page = ada.get("/account/factors")
        secret = page.soup.select_one("#app ~ ol code").get_text()
        assert page.soup.select_one("img.scan")["src"].startswith("data:image/svg+xml;base64,")
        ada.post("/account/codes/confirm", {"code": "1"}, expect=422)
        shown = ada.post("/account/codes/confirm", {"code": pyotp.TOTP(secret).at(clock.now())}, expect=200)
        assert len(re.findall(r"\b[a-z2-9]{5}-[a-z2-9]{5}\b", shown.text)) == 10
        again = ada.get("/account/factors")
        assert secret not in again.text
        assert "10 recovery codes left" in again.words

    def test_taking_something_away_asks_for_the_password(self, cast, typed, sign_in):
        set_up(cast.ada, clock.now())
        ada = sign_in("ada")
        for path in ("codes/remove", "recovery-codes"):
            page = ada.post(f"/account/{path}", {"password": "wrong"}, expect=422)
            assert "That is not your password." in page.words
        ada.post("/account/recovery-codes", {"password": PASSWORD}, expect=200)
        for _ in range(2):
            ada.post("/account/codes/remove", {"password": PASSWORD})
        assert not has_factor(cast.ada)
        assert codes.recovery_codes_left(cast.ada) == 0
        of_codes = select(AuditEntry.act).where(AuditEntry.act.contains("codes"))
        acts = db.session.scalars(of_codes.order_by(AuditEntry.id))
        assert acts.all() == ["codes begun", "codes confirmed", "recovery codes renewed", "codes removed"]


class TestWhoNeedsOne:
    @pytest.fixture
    def staff_need_one(self, app):
        settings = app.extensions["muster"]
        app.extensions["muster"] = settings.model_copy(update={"second_factor": "staff"})
        yield
        app.extensions["muster"] = settings

    def test_a_lead_adds_one_before_anything_else(self, cast, staff_need_one, sign_in):
        lena = sign_in("lena")
        for url in ("/", "/readiness/", "/policies"):
            assert lena.get(url, expect=302).location == "/account/factors"
        assert "One thing before you go on" in lena.get("/account/factors").words
        set_up(cast.lena, clock.now())
        lena.get("/readiness/")

    def test_an_agent_need_not(self, cast, staff_need_one, sign_in):
        sign_in("ada").get("/")

    def test_nor_does_who_came_by_a_provider_or_a_passkey(self, cast, staff_need_one, sign_in):
        lena = sign_in("lena")
        with writing():
            db.session.execute(update(SignInSession).values(way="passkey"))
            db.session.commit()
        lena.get("/readiness/")

    def test_they_can_sign_out(self, cast, staff_need_one, sign_in):
        sign_in("lena").post("/sign-out")
