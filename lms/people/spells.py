"""Actions on the dated facts of a person: a spell begins, a spell ends. Nothing of it is ever changed."""

from datetime import datetime

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import Policy, Queue, Spell, SpellEnd, SpellKind
from lms.models.closed import is_closed
from lms.models.dated import spells_at


class SpellRefused(DomainError):
    """A spell that could not hold: it names nothing known, or ends before it begins."""


@writing()
def begin_spell(
    person_id: int,
    kind: SpellKind,
    *,
    start_at: datetime,
    by: int,
    now: datetime,
    end_at: datetime | None = None,
    queue: str | None = None,
    policy: str | None = None,
    reason: str = "",
) -> int:
    """Record a time in a queue, on leave, waived or on hold, and give its id; `end_at` none means open."""
    if end_at is not None and end_at <= start_at:
        raise SpellRefused("A spell ends after it begins.")
    queue_id = _id_of(Queue, queue)
    if kind is SpellKind.QUEUE and queue_id is not None and is_closed(Queue, queue_id):
        raise SpellRefused("The queue %(queue)s is closed.", queue=queue)
    spell = Spell(
        person_id=person_id,
        kind=kind,
        queue_id=queue_id,
        policy_id=_id_of(Policy, policy),
        reason=reason,
        start_at=start_at,
        recorded_at=now,
        recorded_by=by,
    )
    db.session.add(spell)
    db.session.flush()
    if end_at is not None:
        db.session.add(SpellEnd(spell_id=spell.id, end_at=end_at, reason=reason, recorded_at=now, recorded_by=by))
    spell_id = spell.id
    after = {"kind": kind.value, "queue": queue, "policy": policy, "start_at": start_at, "end_at": end_at}
    auditing.note(Act.SPELL_BEGUN, by=by, at=now, person=person_id, after=after, reason=reason)
    db.session.commit()
    return spell_id


@writing()
def end_spell(spell_id: int, *, end_at: datetime | None, reason: str, by: int, now: datetime) -> None:
    """Record when a spell ends; none reopens it. The last recorded counts."""
    spell = db.session.get_one(Spell, spell_id)
    db.session.add(SpellEnd(spell_id=spell_id, end_at=end_at, reason=reason, recorded_at=now, recorded_by=by))
    after = {"kind": spell.kind.value, "start_at": spell.start_at, "end_at": end_at}
    auditing.note(Act.SPELL_ENDED, by=by, at=now, person=spell.person_id, after=after, reason=reason)
    db.session.commit()


@writing()
def end_employment(person_id: int, *, at: datetime, by: int, now: datetime) -> None:
    """A person leaves: every open spell ends; the record stays, access ends with the next request."""
    open_ones = db.session.execute(
        spells_at(Spell.id, kinds=list(SpellKind), at=at, known_at=now).where(Spell.person_id == person_id)
    ).scalars()
    db.session.add_all(
        [
            SpellEnd(spell_id=spell_id, end_at=at, reason="Left.", recorded_at=now, recorded_by=by)
            for spell_id in open_ones
        ]
    )
    auditing.note(Act.PERSON_LEFT, by=by, at=now, person=person_id, after={"end_at": at})
    db.session.commit()


def _id_of(table: type[Queue] | type[Policy], slug: str | None) -> int | None:
    if slug is None:
        return None
    found = db.session.scalar(select(table.id).where(table.slug == slug))
    if found is None:
        raise SpellRefused(f"There is no {table.__name__.casefold()} called {slug}.")
    return found
