"""Actions that give out, erase and tidy what is kept about people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select

from lms import auditing
from lms.auditing import Act
from lms.config import Settings
from lms.domain.errors import DomainError
from lms.extensions import Base, db, writing
from lms.models import Erasure, Person, SignInSession
from lms.privacy import queries
from lms.privacy.register import register

SHORTEST_REASON = 10


class NotErased(DomainError):
    """Nothing was erased, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """What was kept too long, and is gone or would be."""

    sessions: int
    people: tuple[str, ...]
    """Names of leavers."""


@writing()
def give_out(person_id: int, *, by: int | None, now: datetime) -> dict[str, Any]:
    """All that is kept about a person, for them; that it was given out is noted."""
    given = queries.export(person_id, now=now)
    auditing.note(Act.PERSON_EXPORTED, by=by, at=now, person=person_id)
    db.session.commit()
    return given


@writing()
def erase(person_id: int, *, reason: str, by: int | None, now: datetime) -> None:
    """Delete who a person is and what they answered; their evidence stays. The second time changes nothing.

    Raises NotErased for somebody who works here, and for a reason that says too little.
    """
    _lock(person_id)
    found = queries.subject_of(person_id, now=now)
    if found is None:
        raise NotErased("There is no such person.")
    if found.erased_at is not None:
        return
    if found.is_here:
        raise NotErased(
            "%(name)s works here, or will. Record when they leave first; after that day erase them.", name=found.name
        )
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotErased(
            "Say in %(shortest_reason)s characters or more why, such as who asked for it and when.",
            shortest_reason=SHORTEST_REASON,
        )
    _erase(person_id, reason=reason.strip(), by=by, now=now)
    db.session.commit()


def tidy(settings: Settings, *, is_dry_run: bool, by: int | None, now: datetime) -> Tidied:
    """Delete sessions and erase leavers that were kept longer than the settings say; a dry run only tells."""
    if is_dry_run:
        return _kept_too_long(settings, now=now)[0]
    with writing():
        tidied, people = _kept_too_long(settings, now=now)
        for person_id in people:
            _erase(person_id, reason=f"Left more than {settings.keep_leavers_days} days ago.", by=by, now=now)
        db.session.execute(delete(SignInSession).where(_old_session(settings, now)))
        if tidied.sessions or people:
            after = {"sessions": tidied.sessions, "people": len(people)}
            auditing.note(Act.KEPT_TOO_LONG_DELETED, by=by, at=now, after=after)
        db.session.commit()
    return tidied


def _kept_too_long(settings: Settings, *, now: datetime) -> tuple[Tidied, list[int]]:
    sessions = db.session.scalar(select(func.count(SignInSession.id)).where(_old_session(settings, now))) or 0
    people: dict[int, str] = {}
    if settings.keep_leavers_days:
        people = queries.left_before(now - timedelta(days=settings.keep_leavers_days), now=now)
    return Tidied(sessions=sessions, people=tuple(people.values())), list(people)


def _old_session(settings: Settings, now: datetime) -> Any:
    before = now - timedelta(days=settings.keep_sessions_days)
    return or_(SignInSession.ended_at < before, SignInSession.last_seen_at < before)


def _lock(person_id: int) -> None:
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def _erase(person_id: int, *, reason: str, by: int | None, now: datetime) -> None:
    """Delete the rows that the register says go with a person, and note it; who calls it commits."""
    for kept in register():
        if kept.is_erased:
            db.session.execute(delete(Base.metadata.tables[kept.table]).where(queries.whose(kept, person_id)))
    db.session.add(Erasure(person_id=person_id, reason=reason, erased_at=now, erased_by=by))
    auditing.note(Act.PERSON_ERASED, by=by, at=now, person=person_id, reason=reason)
