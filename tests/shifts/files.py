"""Rosters as they come: rows of a table, events of a calendar."""

from datetime import UTC, datetime

from sqlalchemy import select

from lms.extensions import db
from lms.models import Identity, Queue, ShiftRow
from lms.shifts.current import on_roster
from lms.shifts.importing import import_roster

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
HEADER = "shift_id,external_id,queue,starts_at,ends_at,timezone,status"
MORNING = "s1,ada,legal-requests,2026-03-30T08:00,2026-03-30T16:00,Europe/Dublin,"


def table(*rows, header=HEADER):
    return "\n".join([header, *rows]).encode()


def event(uid="e1", start="20260330T080000", end="20260330T160000", *, zone=";TZID=Europe/Dublin", more=()):
    who = (
        []
        if any(line.startswith(("ATTENDEE", "X-MUSTER-PERSON")) for line in more)
        else ["ATTENDEE;CN=Ada:mailto:Ada@demo.example"]
    )
    what = [] if any(line.startswith(("SUMMARY", "X-MUSTER-QUEUE")) for line in more) else ["SUMMARY:Legal requests"]
    lines = ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART{zone}:{start}", *([f"DTEND{zone}:{end}"] if end else [])]
    return "\r\n".join([*lines, *who, *what, *more, "END:VEVENT"])


def calendar(*events, more=()):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//test//EN", *more, *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def bring(content, *, now=NOW, **more):
    done = import_roster(content, now=now, **more)
    return len(done.new), len(done.changed), len(done.called_off), done.unchanged


def on_shift(*, now=NOW):
    """Who is on the roster when, in order."""
    rows = db.session.execute(
        on_roster(Identity.name, Queue.slug, ShiftRow.start_at, ShiftRow.end_at, known_at=now)
        .join(Identity, Identity.person_id == ShiftRow.person_id)
        .join(Queue, Queue.id == ShiftRow.queue_id)
        .order_by(ShiftRow.start_at, Identity.name, Queue.slug)
    ).all()
    db.session.rollback()
    return [f"{name} {queue} {start:%m-%d %H:%M}-{end:%H:%M}" for name, queue, start, end in rows]


def rows_written():
    count = len(db.session.scalars(select(ShiftRow.id)).all())
    db.session.rollback()
    return count
