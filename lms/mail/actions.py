"""Actions on the outbox: send what is due, try again, call off."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lms import auditing, clock
from lms.auditing import Act
from lms.config import Settings
from lms.extensions import db, writing
from lms.languages import speaking
from lms.mail.bouncing import message_id_of
from lms.mail.outbox import WRITERS, Letter
from lms.mail.smtp import NotSent, send
from lms.models import Identity, OutboxMail, WorkerSign

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""After the first, second … failed try; after the last one it is given up."""
LEASE = timedelta(minutes=2)
"""How long a worker may take for one mail before another takes it: longer than the mail server may take."""
GIVEN_UP = "Given up after several tries. "


def deliver_due(settings: Settings) -> int:
    """Send every mail that is due, one after another; how many were tried. Several workers may do this at once."""
    count = 0
    while settings.mail_url:
        claimed = _claim(now=clock.now())
        if claimed is None:
            break
        _deliver(settings, claimed)
        count += 1
    _sign(now=clock.now())
    return count


@writing()
def _claim(*, now: datetime) -> int | None:
    """Take the mail that has waited longest: no other worker takes it for two minutes."""
    due = (
        select(OutboxMail.id)
        .where(OutboxMail.next_at <= now)
        .order_by(OutboxMail.next_at, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mail_id = db.session.scalar(due)
    if mail_id is not None:
        db.session.execute(update(OutboxMail).where(OutboxMail.id == mail_id).values(next_at=now + LEASE))
        db.session.commit()
    return mail_id


def _deliver(settings: Settings, mail_id: int) -> None:
    address, letter = _written(mail_id, now=clock.now())
    if letter is None:
        _close(mail_id, why="There was nobody, or nothing, to write to any more.", now=clock.now())
        return
    try:
        send(settings, address, letter, message_id=message_id_of(mail_id, settings))
    except NotSent as failed:
        _put_off(mail_id, failed, now=clock.now())
    else:
        _close(mail_id, why="", now=clock.now())


@writing()
def _written(mail_id: int, *, now: datetime) -> tuple[str, Letter | None]:
    """The address and the words as they are now, in the person's language; a link in it is made now."""
    mail = db.session.get_one(OutboxMail, mail_id)
    person = db.session.get(Identity, mail.person_id)
    if person is None:
        return "", None
    with speaking(person.language):
        letter = WRITERS[mail.kind](mail.person_id, mail.words, now)
    address = person.email
    db.session.commit()
    return address, letter


@writing()
def _close(mail_id: int, *, why: str, now: datetime) -> None:
    mail = db.session.get_one(OutboxMail, mail_id)
    mail.next_at, mail.error = None, why
    if why:
        mail.failed_at = now
    else:
        mail.sent_at, mail.tries = now, mail.tries + 1
    db.session.commit()


@writing()
def _put_off(mail_id: int, failed: NotSent, *, now: datetime) -> None:
    mail = db.session.get_one(OutboxMail, mail_id)
    mail.tries += 1
    if failed.is_final or mail.tries > len(WAITS):
        mail.next_at, mail.failed_at = None, now
        mail.error = (str(failed) if failed.is_final else GIVEN_UP + str(failed))[:500]
    else:
        mail.next_at, mail.error = now + WAITS[mail.tries - 1], str(failed)
    db.session.commit()


@writing()
def _sign(*, now: datetime) -> None:
    """A worker was here."""
    seen = db.session.execute(update(WorkerSign).where(WorkerSign.id == 1).values(seen_at=now).returning(WorkerSign.id))
    if seen.first() is None:
        db.session.add(WorkerSign(id=1, seen_at=now))
    with suppress(IntegrityError):  # two workers signed for the first time at once: the other's sign is as good
        db.session.commit()


@writing()
def try_again(mail_id: int | None, *, by: int, now: datetime) -> int:
    """Put one mail that was given up, or all of them, back into the outbox; how many."""
    given_up = update(OutboxMail).where(OutboxMail.failed_at.is_not(None))
    if mail_id is not None:
        given_up = given_up.where(OutboxMail.id == mail_id)
    again = db.session.scalars(
        given_up.values(failed_at=None, next_at=now, tries=0, error="").returning(OutboxMail.id)
    ).all()
    if again:
        auditing.note(Act.MAIL_RETRIED, by=by, at=now, after={"mails": len(again)})
    db.session.commit()
    return len(again)


@writing()
def call_off(mail_id: int, *, by: int, now: datetime) -> None:
    """Do not send a mail that waits; one that was sent stays sent."""
    off = db.session.scalar(
        update(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.next_at.is_not(None))
        .values(next_at=None, failed_at=now, error="Called off.")
        .returning(OutboxMail.person_id)
    )
    if off is not None:
        auditing.note(Act.MAIL_CALLED_OFF, by=by, at=now, person=off)
    db.session.commit()
