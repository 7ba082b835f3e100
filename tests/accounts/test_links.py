"""Invitations and forgotten passwords: a link works once, in its time, and looking at it uses nothing up."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from lms import clock
from lms.accounts import links
from lms.accounts.actions import set_password
from lms.accounts.links import LinkOver, Purpose
from lms.cli import main
from lms.extensions import db, writing
from lms.mail.actions import deliver_due
from lms.models import AuditEntry, OneTimeLink, OutboxMail
from tests.cast import leave
from tests.mail.conftest import running, server, settings  # noqa: F401 - fixtures

PASSWORD = "a quiet morning in Dublin"
NEW = {"password": PASSWORD, "again": PASSWORD}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def token_for(person, purpose=Purpose.INVITATION, *, ago=timedelta()):
    with writing():
        token = links.make(person, purpose, now=clock.now() - ago)
        db.session.commit()
    return token


def token_in(message):
    return message.get_payload().split("/link/")[1].split()[0]


class TestAnInvitation:
    def test_from_the_administrator_to_signed_in(self, cast, server, settings, sign_in, stranger):  # noqa: F811
        rune = sign_in("rune")
        page = rune.get("/account/invitations")
        assert "Ada" in page.words
        rune.post("/account/invitations", {"person": [str(cast.ada), str(cast.sam)]})
        assert "2 invited" in rune.get("/account/invitations").words
        deliver_due(settings)
        token = token_in(server.taken[0])
        assert "This link is for Ada." in stranger.get(f"/link/{token}").words
        stranger.post(f"/link/{token}")
        assert "Choose a password" in stranger.get(f"/link/{token}").words
        assert stranger.post(f"/link/{token}/password", NEW).location == "/"
        stranger.get("/record")
        assert "Ada" not in rune.get("/account/invitations").words
        stranger.get(f"/link/{token}", expect=404)

    def test_a_scanner_that_looks_uses_nothing_up(self, cast, stranger):
        token = token_for(cast.ada)
        for _ in range(3):
            stranger.get(f"/link/{token}")
        stranger.post(f"/link/{token}/password", NEW, expect=404)
        stranger.post(f"/link/{token}")
        stranger.post(f"/link/{token}/password", NEW)

    @pytest.mark.parametrize(
        ("ago", "opened", "works"),
        [(6 * DAY, None, True), (8 * DAY, None, False), (6 * DAY, 29 * MINUTE, True), (6 * DAY, 31 * MINUTE, False)],
    )
    def test_it_has_seven_days_to_be_opened_and_then_thirty_minutes(self, cast, ago, opened, works):
        token = token_for(cast.ada, ago=ago)
        if opened:
            with writing():
                db.session.execute(update(OneTimeLink).values(opened_at=clock.now() - opened))
                db.session.commit()
        if works:
            assert links.look(token, now=clock.now()).person_id == cast.ada
        else:
            with pytest.raises(LinkOver):
                links.look(token, now=clock.now())

    def test_a_newer_one_ends_it_and_so_does_leaving(self, cast, stranger):
        old, new = token_for(cast.ada), token_for(cast.ada)
        stranger.get(f"/link/{old}", expect=404)
        stranger.get(f"/link/{new}")
        leave(cast.ada)
        assert "no longer works" in stranger.post(f"/link/{new}", expect=404).words
        stranger.get("/link/nonsense", expect=404)

    def test_a_weak_password_is_told_and_the_link_still_works(self, cast, stranger):
        token = token_for(cast.ada)
        stranger.post(f"/link/{token}")
        stranger.post(f"/link/{token}")
        short = stranger.post(f"/link/{token}/password", {"password": "short", "again": "short"}, expect=422)
        assert "15 to 256" in short.words
        other = stranger.post(f"/link/{token}/password", NEW | {"again": "another"}, expect=422)
        assert "not the same" in other.words
        stranger.post(f"/link/{token}/password", NEW)

    def test_without_a_mail_server_the_link_is_shown_once(self, cast, sign_in):
        rune = sign_in("rune")
        page = rune.post("/account/invitations", {"person": str(cast.ada)}, expect=200)
        assert "http://127.0.0.1:8000/link/" in page.text
        assert "/link/" not in rune.get("/account/invitations").text
        rune.post("/account/invitations", {"person": "nonsense"})
        assert "Choose somebody first." in rune.get("/account/invitations").words

    def test_on_the_command_line_too(self, cast, database_url, monkeypatch):
        monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
        run = CliRunner().invoke
        assert "/link/" in run(main, ["people", "invite", "ada@demo.example"]).output
        refused = run(main, ["people", "invite", "ada@demo.example", "nobody@demo.example"])
        assert (refused.exit_code, "Nobody was invited" in refused.output) == (1, True)
        monkeypatch.setenv("MUSTER_MAIL_URL", "smtp+plain://127.0.0.1:9")
        assert "1 invited" in run(main, ["people", "invite", "ada@demo.example"]).output
        assert run(main, ["worker", "--once"]).output == "1 mail tried.\n"


class TestAForgottenPassword:
    def test_the_answer_is_the_same_whoever_it_was(self, cast, server, settings, stranger):  # noqa: F811
        leave(cast.sam)
        for email in ("Ada@demo.example", "nobody@demo.example", "sam@demo.example"):
            assert stranger.post("/forgotten", {"email": email}).location == "/sign-in"
            assert "If somebody here has this e-mail" in stranger.get("/sign-in").words
        assert [row.person_id for row in db.session.scalars(select(OutboxMail))] == [cast.ada]
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "password forgotten")).all()) == 3

    def test_the_link_leads_to_a_new_password_and_a_mail_says_so(self, cast, server, settings, sign_in, stranger):  # noqa: F811
        set_password(cast.ada, "the one that was forgotten", now=clock.now())
        elsewhere = sign_in("ada")
        stranger.post("/forgotten", {"email": "ada@demo.example"})
        deliver_due(settings)
        token = token_in(server.taken[0])
        stranger.post(f"/link/{token}")
        stranger.post(f"/link/{token}/password", NEW)
        stranger.get("/record")
        elsewhere.get("/record", expect=302)
        deliver_due(settings)
        assert server.taken[1]["Subject"] == "Your password at Muster was changed"

    def test_it_has_thirty_minutes(self, cast):
        token = token_for(cast.ada, Purpose.PASSWORD, ago=31 * MINUTE)
        with pytest.raises(LinkOver):
            links.look(token, now=clock.now())

    def test_asking_is_counted(self, cast, stranger):
        assert "Password forgotten" in stranger.get("/forgotten").words
        stranger.post("/forgotten", {"email": ""}, expect=422)
        for _ in range(4):
            stranger.post("/forgotten", {"email": "ada@demo.example"})
        stranger.post("/forgotten", {"email": "sam@demo.example"}, expect=429)


class TestChangingIt:
    def test_it_asks_for_the_old_one_and_ends_every_other_session(self, cast, sign_in):
        set_password(cast.ada, PASSWORD, now=clock.now())
        here, there = sign_in("ada"), sign_in("ada")
        assert "Change your password" in here.get("/account/password").words
        new = {"password": "another quiet morning there", "again": "another quiet morning there"}
        assert "not your password" in here.post("/account/password", new | {"old": "wrong"}, expect=422).words
        here.post("/account/password", {"old": PASSWORD, "password": "short", "again": "short"}, expect=422)
        here.post("/account/password", new | {"old": PASSWORD})
        here.get("/account/factors")
        there.get("/record", expect=302)
