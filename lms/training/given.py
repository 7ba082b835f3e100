"""The query behind what somebody is or was given in quizzes: on their own record, and for who may give it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.domain.accommodating import Accommodation, ExtraTime, in_force
from lms.extensions import db
from lms.models import AccommodationReason, AccommodationRow, Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One accommodation as it was recorded."""

    time: ExtraTime
    attempts: int | None
    from_at: datetime
    until_at: datetime | None
    """When it was over, is going to be, or another took its place."""
    is_in_force: bool
    reason: str
    """Empty once it was erased."""
    by: str
    """Who decided; empty once they were erased."""


def given(person_id: int, *, now: datetime) -> tuple[Given, ...]:
    """Every accommodation of a person, newest first; one statement."""
    rows = db.session.execute(
        select(AccommodationRow, AccommodationReason.reason, Identity.name)
        .outerjoin(AccommodationReason, AccommodationReason.accommodation_id == AccommodationRow.id)
        .outerjoin(Identity, Identity.person_id == AccommodationRow.recorded_by)
        .where(AccommodationRow.person_id == person_id)
        .order_by(AccommodationRow.id)
    ).all()
    recorded = [_plain(row) for row, _, _ in rows]
    mine = in_force(recorded, now)
    made = (
        Given(
            time=each.time,
            attempts=each.attempts,
            from_at=each.begins_at,
            until_at=_end(each, recorded[place + 1 :]),
            is_in_force=each is mine,
            reason=reason or "",
            by=name or "",
        )
        for place, (each, (_, reason, name)) in enumerate(zip(recorded, rows, strict=True))
    )
    return tuple(made)[::-1]


def _end(one: Accommodation, later: Sequence[Accommodation]) -> datetime | None:
    ends = [*([one.until_at] if one.until_at else []), *(each.begins_at for each in later)]
    return min(ends, default=None)


def _plain(row: AccommodationRow) -> Accommodation:
    return Accommodation(
        time=row.time,
        attempts=row.attempts,
        from_at=row.from_at,
        until_at=row.until_at,
        recorded_at=row.recorded_at,
    )
