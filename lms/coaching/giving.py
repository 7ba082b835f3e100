"""The action that gives somebody more time or more attempts than a quiz gives everybody, or ends that."""

from datetime import datetime

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.coaching import queries
from lms.coaching.actions import SAME_PRESS, check_words, take_turn
from lms.coaching.refusals import NothingToEnd, NotYourPeople, UntilInThePast, YourOwnRecord
from lms.domain.accommodating import ExtraTime
from lms.extensions import db, writing
from lms.models import AccommodationReason, AccommodationRow

MOST_ATTEMPTS = 20
"""As many as a quiz can give everybody."""


@writing()
def accommodate(
    person_id: int,
    *,
    time: ExtraTime,
    attempts: int | None,
    until_at: datetime | None,
    reason: str,
    by: int,
    now: datetime,
) -> None:
    """Record what a person is given from now on; nothing at all ends what they had.

    The reason stands beside it and not in the audit log, because it goes when the person is erased. Raises NothingToEnd
    and what `refusals.py` names.
    """
    take_turn(by)
    if by == person_id:
        raise YourOwnRecord
    if not queries.names_in(queries.giving_scope(by, now=now), people=[person_id], now=now):
        raise NotYourPeople
    check_words(reason)
    if until_at is not None and until_at <= now:
        raise UntilInThePast
    last = _last(person_id)
    wanted = AccommodationRow(
        person_id=person_id,
        time=time,
        attempts=attempts,
        from_at=now,
        until_at=until_at,
        recorded_at=now,
        recorded_by=by,
    )
    if not _is_same(last, wanted):
        if not _gives(wanted) and not _gives(last):
            raise NothingToEnd
        _record(wanted, last, reason)
    db.session.commit()


def _last(person_id: int) -> AccommodationRow | None:
    return db.session.scalar(
        select(AccommodationRow)
        .where(AccommodationRow.person_id == person_id)
        .order_by(AccommodationRow.id.desc())
        .limit(1)
    )


def _is_same(last: AccommodationRow | None, wanted: AccommodationRow) -> bool:
    """One button pressed twice."""
    return (
        last is not None
        and wanted.recorded_at - last.recorded_at <= SAME_PRESS
        and last.recorded_by == wanted.recorded_by
        and _told(last) == _told(wanted)
    )


def _gives(row: AccommodationRow | None) -> bool:
    return row is not None and (row.time is not ExtraTime.AS_SET or row.attempts is not None)


def _told(row: AccommodationRow) -> dict[str, object]:
    return {"time": row.time.value, "attempts": row.attempts, "until_at": row.until_at}


def _record(row: AccommodationRow, last: AccommodationRow | None, reason: str) -> None:
    db.session.add(row)
    db.session.flush()
    db.session.add(AccommodationReason(accommodation_id=row.id, person_id=row.person_id, reason=reason))
    auditing.note(
        Act.ACCOMMODATION_CHANGED,
        by=row.recorded_by,
        at=row.recorded_at,
        person=row.person_id,
        before=_told(last) if last else None,
        after=_told(row),
    )
