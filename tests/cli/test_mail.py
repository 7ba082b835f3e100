"""`muster mail bounced`, as a mail server calls it."""

from lms import clock
from lms.accounts.links import invite
from lms.extensions import db
from lms.mail.bouncing import message_id_of
from lms.models import OutboxMail
from tests.mail.test_bouncing import report


def test_a_report_is_read_from_standard_input(app, cast, run):
    invite([cast.ada], by=cast.rune, now=clock.now())
    mail = db.session.query(OutboxMail).one()
    name = message_id_of(mail.id, app.extensions["muster"])
    db.session.rollback()
    assert "nothing was changed" in run("mail", "bounced", input=report(name)).output  # it was not sent yet
    assert "no report about a mail of ours" in run("mail", "bounced", input=b"\xff").output
