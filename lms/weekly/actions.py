"""Actions of the weekly mail: look at one lead's week and post it if there is something to say; turn it off and on."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from lms import auditing
from lms.auditing import Act
from lms.extensions import db, writing
from lms.mail.outbox import post
from lms.models import Identity, MailUnwanted, WeeklyLetter
from lms.weekly import letters, queries
from lms.weekly.queries import DueWeek


def look_at(due: DueWeek, *, now: datetime) -> None:
    """Look at the week of one lead, and remember that it was looked at.

    Several workers may do this at once: whoever is later finds it looked at.
    """
    zone = ZoneInfo(db.session.get_one(Identity, due.person_id).timezone)
    found = queries.changes(
        queries.scope_of(due.person_id, now=now),
        at=due.at,
        since=due.since,
        known_at=now,
        week_on=due.week_on,
        zone=zone,
    )
    _decide(due, is_posted=found.is_worth_a_mail, now=now)


@writing()
def _decide(due: DueWeek, *, is_posted: bool, now: datetime) -> None:
    """Remember that it was looked at, and post the mail with it: neither is there without the other."""
    db.session.add(WeeklyLetter(person_id=due.person_id, week_on=due.week_on, decided_at=now, is_posted=is_posted))
    if is_posted:
        words = letters.words(due, known_at=now)
        post(queries.KIND, due.person_id, now=now, **words)
    try:
        db.session.commit()
    except IntegrityError:  # another worker was first
        db.session.rollback()


@writing()
def choose(person_id: int, *, is_wanted: bool, now: datetime) -> None:
    """Get the weekly mail from now on, or not; the second time changes nothing."""
    if queries.is_wanted(person_id) is is_wanted:
        return
    if is_wanted:
        db.session.execute(
            delete(MailUnwanted).where(MailUnwanted.person_id == person_id, MailUnwanted.kind == queries.KIND)
        )
    else:
        db.session.add(MailUnwanted(person_id=person_id, kind=queries.KIND, since_at=now))
    act = Act.MAIL_TURNED_ON if is_wanted else Act.MAIL_TURNED_OFF
    auditing.note(act, by=person_id, at=now, person=person_id)
    db.session.commit()
