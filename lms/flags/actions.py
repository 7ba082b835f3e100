"""Actions: flagging a question, a lesson or a clause, and answering flags. Nothing of a flag ever changes.

A flag is not noted in the audit log: it is a record of its own, and the log would tell who it was.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select

from lms import auditing
from lms.auditing import Act
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.flags.subjects import Subject
from lms.models import Flag, FlagAnswer, FlagKind, FlagOutcome, FlagWords, Person

MOST_IN_A_DAY = 20
DAY = timedelta(hours=24)


class FlagRefused(DomainError):
    """Nothing was flagged, and why."""


class AlreadyAnswered(DomainError):
    """Somebody answered a flag meanwhile."""


@writing()
def flag(person_id: int, subject: Subject, *, kind: FlagKind, words: str, language: str, now: datetime) -> None:
    """Flag something that the caller has seen to be this person's to read.

    Raises FlagRefused where they wait for an answer about it already, and after `MOST_IN_A_DAY`.
    """
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    mine = select(func.count(Flag.id)).where(Flag.person_id == person_id)
    unanswered = mine.outerjoin(FlagAnswer).where(FlagAnswer.flag_id.is_(None), *subject.is_same())
    if db.session.scalar(unanswered):
        raise FlagRefused("You flagged this already. The answer will be on your record.")
    if (db.session.scalar(mine.where(Flag.flagged_at > now - DAY)) or 0) >= MOST_IN_A_DAY:
        raise FlagRefused(
            "You flagged %(most)s things within a day. Tell the policy owner in person, or go on tomorrow.",
            most=MOST_IN_A_DAY,
        )
    made = Flag(
        person_id=person_id,
        version_id=subject.version_id,
        attempt_id=subject.attempt_id,
        item_id=subject.item_id,
        lesson_id=subject.lesson_id,
        clause_id=subject.clause_id,
        kind=kind,
        language=language,
        flagged_at=now,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add(FlagWords(flag_id=made.id, words=words))
    db.session.commit()


@writing()
def settle(
    subject: Subject,
    flags: Collection[int],
    *,
    outcome: FlagOutcome,
    words: str,
    about: str,
    by: int,
    now: datetime,
) -> int:
    """Answer those of `flags` that are about the subject and open; how many they were.

    Raises AlreadyAnswered when there are none: a second click, or another owner, was there first.
    """
    db.session.execute(subject.lock())
    waiting = db.session.scalars(
        select(Flag.id)
        .outerjoin(FlagAnswer)
        .where(Flag.id.in_(flags), FlagAnswer.flag_id.is_(None), *subject.is_same())
        .order_by(Flag.id)
    ).all()
    if not waiting:
        raise AlreadyAnswered("This is answered already. Nothing was changed.")
    for each in waiting:
        db.session.add(FlagAnswer(flag_id=each, outcome=outcome, words=words, answered_at=now, answered_by=by))
    after = {"outcome": outcome.value, "flags": len(waiting)}
    auditing.note(Act.FLAGS_ANSWERED, by=by, at=now, about=about, after=after, reason=words)
    db.session.commit()
    return len(waiting)
