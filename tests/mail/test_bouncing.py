"""Mail that comes back: the report names one of ours, and only that one is shown as failed."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.accounts.links import invite
from lms.extensions import db
from lms.mail import bouncing
from lms.mail.actions import deliver_due, try_again
from lms.models import AuditEntry, OutboxMail

REPORT = """\
From: MAILER-DAEMON@mail.example (Mail Delivery System)
To: muster@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

Your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Thu, 26 Nov 2026 17:00:00 +0000

Final-Recipient: rfc822; ada@demo.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {why}

--cut
Content-Type: message/rfc822

From: Muster <muster@example.org>
To: ada@demo.example
Message-ID: {name}
Subject: Welcome

Hello.

--cut--
"""


@pytest.fixture
def sent(cast, server, settings):
    """One mail to Ada that the server took, and the name that it bears."""
    invite([cast.ada], by=cast.rune, now=clock.now())
    assert deliver_due(settings) == 1
    return server.taken[-1]["Message-ID"]


def report(name, *, action="failed", status="5.1.1", why="550 5.1.1 No such user here"):
    return REPORT.format(name=name, action=action, status=status, why=why).encode()


def came_back(text, settings):
    found = bouncing.read(text, settings)
    return found is not None and bouncing.take_back(found, now=clock.now())


def the_mail():
    db.session.rollback()
    return db.session.scalars(select(OutboxMail)).one()


def test_it_is_shown_as_failed_with_what_the_server_said(cast, sent, settings, sign_in):
    assert came_back(report(sent), settings)
    mail = the_mail()
    assert (mail.sent_at, mail.next_at, mail.error) == (None, None, "It came back: 550 5.1.1 No such user here")
    assert mail.failed_at is not None
    assert "No such user here" in sign_in("rune").get("/mail?state=failed").words
    noted = db.session.execute(select(AuditEntry.person_id, AuditEntry.by).where(AuditEntry.act == "mail came back"))
    assert noted.all() == [(cast.ada, None)]


def test_twice_is_once_and_it_can_be_tried_again(cast, sent, settings, server):
    assert came_back(report(sent), settings)
    assert not came_back(report(sent), settings)
    assert try_again(the_mail().id, by=cast.rune, now=clock.now()) == 1
    assert deliver_due(settings) == 1
    assert server.taken[-1]["Message-ID"] == sent


def test_mail_that_is_only_late_is_not_failed(sent, settings):
    late = report(sent, action="delayed", status="4.4.1", why="421 Try again")
    assert bouncing.read(late, settings).is_final is False
    assert not came_back(late, settings)
    assert the_mail().sent_at is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda text, name: text.replace(name.encode(), b"<muster-1@muster.invalid>"),
        lambda text, name: text.replace(name.encode(), b"<muster-1~AAAAAAAAAAAAAAAAAAAAAAAAAAA@muster.invalid>"),
        lambda text, name: text.replace(name.encode(), b"<17@example.org>"),
        lambda text, name: text.replace(b"message/delivery-status", b"text/plain"),
        lambda text, name: text.replace(b"Action: failed", b"Action: relayed"),
        lambda text, name: b"",
        lambda text, name: b"\xff\x00 no mail at all" * 1000,
        lambda text, name: (
            b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n"
        ),
    ],
    ids=["no signature", "forged", "of others", "no report", "not failed", "empty", "noise", "cut off"],
)
def test_what_is_no_report_about_our_mail_changes_nothing(sent, settings, change):
    assert not came_back(change(report(sent), sent), settings)
    assert the_mail().sent_at is not None


def test_a_mail_that_is_gone_or_waits_changes_nothing(cast, sent, settings):
    found = bouncing.CameBack(mail_id=999, is_final=True, why="gone")
    assert not bouncing.take_back(found, now=clock.now())


def test_a_report_without_words_gives_the_status(sent, settings):
    short = report(sent).replace(b"Diagnostic-Code: smtp; 550 5.1.1 No such user here\n", b"")
    assert bouncing.read(short, settings).why == "It came back: 5.1.1"
