"""The page of mail: what waits, what was sent, what failed and why; and a test mail to oneself."""

from email.header import decode_header, make_header

from lms import clock
from lms.accounts.links import invite
from lms.extensions import db, writing
from lms.mail.actions import deliver_due
from lms.models import Identity

SUBJECTS = {"es-MX": "Tu cuenta en Muster", "ar": "حسابك في Muster", "fr": "Your account at Muster"}
"""By the language of a person; French is not there."""


def test_an_administrator_sees_what_became_of_each_mail(cast, server, settings, sign_in):
    invite([cast.ada], by=cast.rune, now=clock.now())
    rune = sign_in("rune")
    page = rune.get("/mail")
    assert "No worker has been seen" in page.words
    assert "Waiting 1" in page.words
    server.answer_to_recipient = "550 gone"
    deliver_due(settings)
    page = rune.get("/mail?state=failed")
    assert "550 gone" in page.words
    assert "A worker was last seen" in page.words
    server.behave()
    rune.post(page.soup.select_one("tbody form")["action"])
    deliver_due(settings)
    assert "Sent 1" in rune.get("/mail").words
    assert "No mail here." in rune.get("/mail?state=waiting").words
    rune.get("/mail?state=lost", expect=404)
    assert len(rune.get("/mail").statements) == len(page.statements)


def test_it_has_pages_and_what_waits_can_be_called_off(cast, server, sign_in):
    invite([cast.ada], by=cast.rune, now=clock.now())
    rune = sign_in("rune")
    rune.post(rune.get("/mail").soup.select_one("tbody form")["action"])
    assert "Called off." in rune.get("/mail").words
    rune.post("/mail/again")
    assert "Waiting 1" in rune.get("/mail?page=7").words


def test_a_test_mail_says_what_the_server_answered(cast, server, sign_in):
    rune = sign_in("rune")
    rune.post("/mail/test")
    assert "The server took a mail to rune@demo.example." in rune.get("/mail").words
    assert server.taken[0]["Subject"] == "A test mail from Muster"
    server.answer_to_recipient = "550 We do not know you"
    rune.post("/mail/test")
    assert "We do not know you" in rune.get("/mail").words


def test_without_a_server_it_says_what_to_set(cast, sign_in):
    rune = sign_in("rune")
    assert "MUSTER_MAIL_URL" in rune.get("/mail").words
    rune.post("/mail/test", expect=404)


def test_nobody_else_sees_it(cast, sign_in):
    for name in ("ada", "lena", "pia"):
        sign_in(name).get("/mail", expect=404)


def test_it_is_written_in_the_language_of_who_reads_it(cast, server, settings):
    for language, subject in SUBJECTS.items():
        with writing():
            db.session.get_one(Identity, cast.ada).language = language
            db.session.commit()
        invite([cast.ada], by=cast.rune, now=clock.now())
        deliver_due(settings)
        assert str(make_header(decode_header(server.taken[-1]["Subject"]))) == subject
