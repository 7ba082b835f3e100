"""What a coach or lead does at the gate: lets somebody into a queue for some hours, and ends it before its time."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms import auditing
from lms.auditing import Act
from lms.coaching.queries import scope_of
from lms.domain.errors import DomainError
from lms.domain.readiness import LONGEST_OVERRIDE
from lms.extensions import db, writing
from lms.models import Override, OverrideEnd, Person, Queue, Spell, SpellKind
from lms.models.closed import is_closed
from lms.models.dated import spells_at
from lms.readiness.queries import members

SHORTEST_REASON, LONGEST_REASON = 10, 2000
HOURS = int(LONGEST_OVERRIDE.total_seconds()) // 3600


class GateRefused(DomainError):
    """Nobody can be let in, or the override cannot be ended, like this."""


class NotYours(GateRefused):
    """The person is not in the teams that this coach or lead answers for (any more), or there is no such override."""

    def __init__(self) -> None:
        super().__init__("Only a coach or lead of their team can let somebody in, and nobody lets themselves in.")


class OverrideOver(GateRefused):
    """An override ends once."""

    def __init__(self) -> None:
        super().__init__("This override is over already.")


@writing()
def give_override(person_id: int, *, queue: str, until: datetime, reason: str, by: int, now: datetime) -> int:
    """Let a person into a queue from now until a moment, and give the id of the override; raise GateRefused.

    Pressed twice it is given once.
    """
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())  # one at a time
    _check_person(person_id, by=by, now=now)
    _check_reason(reason)
    refuse_unless_soon(until, now=now)
    queue_id = db.session.scalar(select(Queue.id).where(Queue.slug == queue))
    if queue_id is None or is_closed(Queue, queue_id):
        raise GateRefused("There is no open queue “%(queue)s”.", queue=queue)
    if _is_on_leave(person_id, now):
        raise GateRefused("They are on leave, so an override would not let them in.")
    there = _not_over(person_id, queue_id, now)
    if there is not None and (there.until_at, there.reason) == (until, reason.strip()):
        return there.id
    if there is not None:
        raise GateRefused("They are let in already. End that first if it should be another time.")
    override = Override(
        person_id=person_id, queue_id=queue_id, reason=reason.strip(), given_at=now, until_at=until, given_by=by
    )
    db.session.add(override)
    after = {"until_at": until}
    auditing.note(Act.OVERRIDE_GIVEN, by=by, at=now, person=person_id, about=queue, after=after, reason=reason.strip())
    db.session.commit()
    return override.id


@writing()
def end_override(override_id: int, *, reason: str, by: int, now: datetime) -> None:
    """End an override before its time; raise GateRefused."""
    override = db.session.get(Override, override_id)
    if override is None:
        raise NotYours
    _check_person(override.person_id, by=by, now=now)
    _check_reason(reason)
    if override.until_at <= now or db.session.get(OverrideEnd, override_id) is not None:
        raise OverrideOver
    db.session.add(OverrideEnd(override_id=override_id, reason=reason.strip(), ended_at=now, ended_by=by))
    auditing.note(
        Act.OVERRIDE_ENDED,
        by=by,
        at=now,
        person=override.person_id,
        about=db.session.scalar(select(Queue.slug).where(Queue.id == override.queue_id)) or "",
        before={"until_at": override.until_at},
        after={"until_at": now},
        reason=reason.strip(),
    )
    try:
        db.session.commit()
    except IntegrityError as ended_meanwhile:
        raise OverrideOver from ended_meanwhile


def _not_over(person_id: int, queue_id: int, now: datetime) -> Override | None:
    """Whatever lets them in already, also what was given after `now` while this one waited for its turn."""
    given = select(Override).where(
        Override.person_id == person_id, Override.queue_id == queue_id, Override.until_at > now
    )
    ended = select(OverrideEnd.override_id).where(OverrideEnd.override_id == Override.id)
    return db.session.scalars(given.where(~ended.exists()).order_by(Override.id).limit(1)).first()


def refuse_unless_soon(until: datetime, *, now: datetime) -> None:
    """Raise GateRefused unless the end lies ahead, twelve hours at most."""
    if until <= now:
        raise GateRefused("That moment has passed. Choose one that lies ahead.")
    if until > now + LONGEST_OVERRIDE:
        raise GateRefused("An override lasts at most %(hours)s hours. Choose an earlier end.", hours=HOURS)


def _check_person(person_id: int, *, by: int, now: datetime) -> None:
    scope = scope_of(by, now=now)
    if person_id == by or person_id not in members(scope=scope, at=now, known_at=now, people=[person_id]):
        raise NotYours


def _check_reason(reason: str) -> None:
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise GateRefused("Say why, in %(least)s to %(most)s characters.", least=SHORTEST_REASON, most=LONGEST_REASON)


def _is_on_leave(person_id: int, now: datetime) -> bool:
    held = spells_at(Spell.id, kinds=[SpellKind.LEAVE], at=now, known_at=now).where(Spell.person_id == person_id)
    return db.session.scalar(held.limit(1)) is not None
