"""Mail leaves the outbox once; what cannot be sent is tried again, later and later, and then given up with a reason."""

import threading
from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import delete, select, update

from lms import clock
from lms.accounts.links import invite
from lms.app import create_app
from lms.config import Settings
from lms.extensions import db, writing
from lms.mail import actions, smtp
from lms.mail.actions import LEASE, WAITS, deliver_due
from lms.models import AuditEntry, Credential, Identity, OutboxMail, WorkerSign
from lms.worker import beside, run, run_once


def mails():
    db.session.rollback()
    return db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()


def post(cast, *names):
    invite([getattr(cast, name) for name in names or ("ada",)], by=cast.rune, now=clock.now())


def later(**values):
    with writing():
        db.session.execute(update(OutboxMail).where(OutboxMail.next_at.is_not(None)).values(**values))
        db.session.commit()


def test_what_was_posted_is_sent_once(cast, server, settings):
    post(cast, "ada", "sam")
    assert deliver_due(settings) == 2
    assert deliver_due(settings) == 0
    assert [mail["To"] for mail in server.taken] == ["ada@demo.example", "sam@demo.example"]
    first = server.taken[0]
    assert first["Subject"] == "Your account at Muster"
    assert "https://muster.example/link/" in first.get_payload()
    assert all(mail.sent_at and mail.next_at is None for mail in mails())


def test_the_database_holds_no_address_and_no_link(cast, server, settings):
    post(cast)
    deliver_due(settings)
    token = server.taken[0].get_payload().split("/link/")[1].split()[0]
    rows = [str(row) for table in ("outbox_mails", "one_time_links") for row in _rows(table)]
    assert not any(token in row or "ada@" in row for row in rows)


def _rows(table):
    from sqlalchemy import text

    return db.session.execute(text(f"SELECT * FROM {table}")).all()


def test_without_a_server_it_waits(cast, app):
    post(cast)
    assert deliver_due(app.extensions["muster"]) == 0
    assert mails()[0].next_at is not None


def test_an_address_that_is_refused_is_given_up_at_once(cast, server, settings):
    server.answer_to_recipient = "550 No such user here"
    post(cast)
    deliver_due(settings)
    mail = mails()[0]
    assert (mail.next_at, mail.sent_at) == (None, None)
    assert "550 No such user here" in mail.error


def test_what_is_refused_for_now_is_tried_again_later_and_later(cast, server, settings):
    server.answer_to_mail = "451 Try later"
    post(cast)
    for wait in WAITS:
        before = clock.now()
        assert deliver_due(settings) == 1
        mail = mails()[0]
        assert wait <= mail.next_at - before < wait + timedelta(seconds=30)
        later(next_at=clock.now())
    deliver_due(settings)
    mail = mails()[0]
    assert mail.failed_at is not None
    assert mail.error.startswith("Given up after several tries. The server said: 451 Try later")
    server.answer_to_mail = "250 OK"
    assert actions.try_again(None, by=cast.rune, now=clock.now()) == 1
    assert actions.try_again(None, by=cast.rune, now=clock.now()) == 0
    deliver_due(settings)
    assert len(server.taken) == 1


@pytest.mark.parametrize("wrong", ["hangs up", "waits", "is not there", "has no encryption", "knows nobody"])
def test_a_server_that_misbehaves_is_told_and_tried_again(cast, server, settings, monkeypatch, wrong):
    monkeypatch.setattr(smtp, "SECONDS", 0.5)
    if wrong == "hangs up":
        server.hangs_up, server.answer_to_mail = True, "451 bye"
    elif wrong == "waits":
        server.waits = 1.0
    else:
        host = f"127.0.0.1:{server.port}"
        url = {
            "is not there": "smtp+plain://127.0.0.1:9",
            "has no encryption": f"smtp://{host}",
            "knows nobody": f"smtp+plain://me:secret@{host}",
        }[wrong]
        settings = settings.model_copy(update={"mail_url": url})
    post(cast)
    deliver_due(settings)
    mail = mails()[0]
    assert mail.next_at is not None
    assert mail.error
    assert "secret" not in mail.error


def test_a_worker_that_was_killed_leaves_it_to_the_next_one(cast, server, settings):
    post(cast)
    claimed = actions._claim(now=clock.now())
    assert claimed == mails()[0].id
    assert deliver_due(settings) == 0
    later(next_at=clock.now() - LEASE)
    assert deliver_due(settings) == 1


def test_a_second_copy_can_be_told_by_its_name(cast, server, settings):
    post(cast)
    deliver_due(settings)
    with writing():
        db.session.execute(update(OutboxMail).values(next_at=clock.now(), sent_at=None))
        db.session.commit()
    deliver_due(settings)
    names = {mail["Message-ID"] for mail in server.taken}
    assert (len(server.taken), len(names)) == (2, 1)


def test_two_workers_send_each_mail_once(app, cast, server, settings, database_url):
    apps = [create_app(settings.model_copy(update={"database_url": database_url})) for _ in range(2)]
    post(cast, *("ada", "sam", "cole", "lena") * 3)
    threads = [threading.Thread(target=run_once, args=(each,)) for each in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in apps:
        with each.app_context():
            db.engine.dispose()
    assert len(server.taken) == len({mail["Message-ID"] for mail in server.taken}) == len(mails())


def test_who_was_erased_is_written_to_no_more(cast, server, settings):
    post(cast)
    with writing():
        db.session.execute(delete(Credential))
        db.session.execute(delete(Identity).where(Identity.person_id == cast.ada))
        db.session.commit()
    deliver_due(settings)
    assert server.taken == []
    assert "nobody" in mails()[0].error


def test_one_that_waits_can_be_called_off(cast, server, settings):
    post(cast)
    for _ in range(2):
        actions.call_off(mails()[0].id, by=cast.rune, now=clock.now())
    assert deliver_due(settings) == 0
    assert mails()[0].error == "Called off."
    acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.act == "mail called off")).all()
    assert len(acts) == 1


def test_a_worker_says_that_it_was_here_and_goes_on_after_a_stumble(app, cast, server, settings, monkeypatch, caplog):
    stop, seen = threading.Event(), []

    def stumble(settings):
        seen.append(1)
        if len(seen) == 1:
            raise RuntimeError("a mistake of ours")
        stop.set()
        return deliver_due(settings)

    monkeypatch.setattr("lms.worker.EVERY_SECONDS", 0.01)
    monkeypatch.setattr("lms.mail.actions.deliver_due", stumble)
    run(app, stop)
    assert "it tries again" in caplog.text
    assert db.session.scalar(select(WorkerSign.seen_at)) is not None


def test_a_wrong_mail_server_stops_the_start_with_a_sentence():
    with pytest.raises(ValidationError, match="must begin with smtp://"):
        Settings(mail_url="mail.example")
    assert beside.__doc__
