"""Queries for refreshers as their coach sees them: open, passed with a score, or called off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import aliased

from lms.extensions import db
from lms.models import Attempt, Evidence, Identity, Policy, Refresher, RefresherEnd

COACH, LEARNER = aliased(Identity), aliased(Identity)
FULL = 100


class Progress(StrEnum):
    """How far a refresher is."""

    OPEN = "open"
    DONE = "done"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """One refresher of one person."""

    id: int
    person_id: int
    person: str
    policy: str
    policy_title: str
    clauses: tuple[str, ...]
    """Ids, in the order of the version they were chosen from."""
    due_at: datetime
    note: str
    is_blocking: bool
    assigned_by: str
    assigned_at: datetime
    progress: Progress
    ended_at: datetime | None
    reason: str
    """Why it was called off."""
    score: int | None
    """Per cent, rounded down; None where nothing was asked."""

    @property
    def is_open(self) -> bool:
        """Neither passed nor called off."""
        return self.progress is Progress.OPEN

    def is_late(self, now: datetime) -> bool:
        """Open after its due moment."""
        return self.is_open and self.due_at <= now


def of_people(people: Collection[int]) -> list[Assigned]:
    """All refreshers of these people, newest first; one statement."""
    return _found(Refresher.person_id.in_(people))


def with_ids(refreshers: Collection[int]) -> list[Assigned]:
    """These refreshers, newest first; whoever asks checks whose they are. One statement."""
    return _found(Refresher.id.in_(refreshers))


def _found(chosen: ColumnElement[bool]) -> list[Assigned]:
    rows = db.session.execute(
        select(
            Refresher,
            RefresherEnd,
            Policy.slug,
            Policy.title,
            COACH.name.label("coach"),
            LEARNER.name.label("learner"),
            Attempt.points,
            Attempt.maximum,
        )
        .join(Policy, Policy.id == Refresher.policy_id)
        .outerjoin(COACH, COACH.person_id == Refresher.assigned_by)
        .outerjoin(LEARNER, LEARNER.person_id == Refresher.person_id)
        .outerjoin(RefresherEnd, RefresherEnd.refresher_id == Refresher.id)
        .outerjoin(Evidence, Evidence.id == RefresherEnd.evidence_id)
        .outerjoin(Attempt, Attempt.id == Evidence.attempt_id)
        .where(chosen)
        .order_by(Refresher.assigned_at.desc(), Refresher.id.desc())
    )
    return [_assigned(row) for row in rows]


def _assigned(row: Row[Any]) -> Assigned:
    refresher, end = row.Refresher, row.RefresherEnd
    return Assigned(
        id=refresher.id,
        person_id=refresher.person_id,
        person=row.learner or "",
        policy=row.slug,
        policy_title=row.title,
        clauses=tuple(refresher.clauses),
        due_at=refresher.due_at,
        note=refresher.note,
        is_blocking=refresher.is_blocking,
        assigned_by=row.coach or "",
        assigned_at=refresher.assigned_at,
        progress=_progress(end),
        ended_at=end.ended_at if end else None,
        reason=end.reason if end else "",
        score=per_cent(row.points, row.maximum),
    )


def _progress(end: RefresherEnd | None) -> Progress:
    if end is None:
        return Progress.OPEN
    return Progress.CALLED_OFF if end.evidence_id is None else Progress.DONE


def per_cent(points: int | None, maximum: int | None) -> int | None:
    """Rounded down, so that 100 means all; None where nothing was asked."""
    return FULL * points // maximum if points is not None and maximum else None
