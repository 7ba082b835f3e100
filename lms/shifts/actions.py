"""Writes shifts that are entered on screen, calls them off, and sets minimums; each row is appended, none changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import Identity, Queue, ShiftRow, StaffingMinimum
from lms.models.closed import is_open
from lms.readiness.queries import Scope, members
from lms.shifts.current import of_people, on_roster
from lms.shifts.importing import one_roster_at_a_time
from lms.shifts.planning import ALL_KNOWN
from lms.shifts.saying import wrong_span
from lms.shifts.scoping import in_scope


class ShiftRefused(DomainError):
    """The shift cannot be as it was typed."""


class NoSuchShift(DomainError):
    """There is none, or not for this reader, or it was called off or changed meanwhile."""


@writing()
def enter_shift(
    person_id: int, queue: str, *, start: datetime, end: datetime, scope: Scope, by: int, now: datetime
) -> int:
    """Put somebody in scope on the roster; raise ShiftRefused."""
    one_roster_at_a_time()
    if not members(scope=scope, at=now, known_at=now, people=[person_id]):
        raise ShiftRefused("There is nobody like that among your people. Choose somebody from the list.")
    if wrong := wrong_span(start, end, now=now):
        raise ShiftRefused(wrong.sentence, **wrong.values)
    queue_id = _open_queue(queue)
    for there in of_people([person_id], start, end, known_at=ALL_KNOWN):
        if there.queue_id == queue_id:
            raise ShiftRefused("They are on shift in this queue then already. Call that shift off first.")
    shift = ShiftRow(
        person_id=person_id, queue_id=queue_id, start_at=start, end_at=end, recorded_at=now, recorded_by=by
    )
    db.session.add(shift)
    db.session.flush()
    after = {"queue": queue, "start": start, "end": end}
    auditing.note(Act.SHIFT_ENTERED, by=by, at=now, person=person_id, about=queue, after=after)
    db.session.commit()
    return shift.id


def _open_queue(queue: str) -> int:
    queue_id = db.session.scalar(select(Queue.id).where(Queue.slug == queue, is_open(Queue)))
    if queue_id is None:
        raise ShiftRefused("There is no open queue like that. Choose one from the list.")
    return queue_id


def shift_in(scope: Scope, shift_id: int, *, now: datetime) -> Any:
    """A shift of somebody in scope that stands, with name and queue; raise NoSuchShift. One statement."""
    found = db.session.execute(
        on_roster(ShiftRow, Identity.name, Queue.name.label("queue_name"), Queue.slug, known_at=ALL_KNOWN)
        .join(Queue, Queue.id == ShiftRow.queue_id)
        .outerjoin(Identity, Identity.person_id == ShiftRow.person_id)
        .where(ShiftRow.id == shift_id, *in_scope(scope, now=now))
    ).one_or_none()
    if found is None:
        raise NoSuchShift("This shift is not on the roster any more.")
    return found


@writing()
def call_off(shift_id: int, *, why: str, scope: Scope, by: int, now: datetime) -> None:
    """Take a shift off the roster by a row that supersedes it; raise NoSuchShift."""
    one_roster_at_a_time()
    found = shift_in(scope, shift_id, now=now)
    shift: ShiftRow = found.ShiftRow
    kept = ("person_id", "queue_id", "start_at", "end_at", "external_id", "series")
    db.session.add(
        ShiftRow(
            **{name: getattr(shift, name) for name in kept},
            supersedes_id=shift.id,
            is_called_off=True,
            reason=why,
            recorded_at=now,
            recorded_by=by,
        )
    )
    before = {"queue": found.slug, "start": shift.start_at, "end": shift.end_at}
    person, about = shift.person_id, found.slug
    auditing.note(Act.SHIFT_CALLED_OFF, by=by, at=now, person=person, about=about, before=before, reason=why)
    db.session.commit()


@writing()
def set_minimum(
    queue: str, *, zone: str, people: Sequence[int], from_at: datetime, why: str, by: int, now: datetime
) -> None:
    """From a moment on a queue needs so many ready people; raise ShiftRefused for a queue that is not open."""
    queue_id = _open_queue(queue)
    db.session.add(
        StaffingMinimum(
            queue_id=queue_id,
            zone=zone,
            people=list(people),
            from_at=from_at,
            reason=why,
            recorded_at=now,
            recorded_by=by,
        )
    )
    after = {"zone": zone, "from": from_at, "hours": sum(count > 0 for count in people), "most": max(people)}
    auditing.note(Act.MINIMUM_SET, by=by, at=now, about=queue, after=after, reason=why)
    db.session.commit()
