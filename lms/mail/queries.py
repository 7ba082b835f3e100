"""Reads the outbox for the page of mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.extensions import db
from lms.models import Identity, OutboxMail, WorkerSign

PER_PAGE = 50
STATES = ("waiting", "sent", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLine:
    """One mail as a list shows it."""

    id: int
    person: str
    kind: str
    state: str
    created_at: datetime
    next_at: datetime | None
    done_at: datetime | None
    tries: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of the outbox, and what stands beside it."""

    lines: tuple[MailLine, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, int]
    """By state."""
    oldest_at: datetime | None
    """Since when the mail that waits longest waits."""
    worker_at: datetime | None


_STATE = {
    "waiting": OutboxMail.next_at.is_not(None),
    "sent": OutboxMail.sent_at.is_not(None),
    "failed": OutboxMail.failed_at.is_not(None),
}


def mails(state: str, *, page: int) -> Listed:
    """One page of the mails in a state, or of all, the newest first; four statements."""
    found = select(OutboxMail, Identity.name).outerjoin(Identity, Identity.person_id == OutboxMail.person_id)
    counted = db.session.execute(
        select(
            func.count(OutboxMail.id).label("all"),
            *(func.count(OutboxMail.id).filter(condition).label(name) for name, condition in _STATE.items()),
            func.min(OutboxMail.created_at).filter(_STATE["waiting"]).label("oldest"),
        )
    ).one()
    total = getattr(counted, state) if state else counted.all
    pages = max(1, -(-total // PER_PAGE))
    page = min(page, pages)
    if state:
        found = found.where(_STATE[state])
    rows = db.session.execute(found.order_by(OutboxMail.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Listed(
        lines=tuple(_line(mail, name) for mail, name in rows),
        total=total,
        page=page,
        pages=pages,
        counts={name: getattr(counted, name) for name in STATES},
        oldest_at=counted.oldest,
        worker_at=db.session.scalar(select(WorkerSign.seen_at)),
    )


def _line(mail: OutboxMail, name: str | None) -> MailLine:
    return MailLine(
        id=mail.id,
        person=name or "(erased)",
        kind=mail.kind,
        state="waiting" if mail.next_at else "sent" if mail.sent_at else "failed",
        created_at=mail.created_at,
        next_at=mail.next_at,
        done_at=mail.sent_at or mail.failed_at,
        tries=mail.tries,
        error=mail.error,
    )


def address_of(person_id: int) -> str | None:
    """The address of a person; one statement."""
    return db.session.scalar(select(Identity.email).where(Identity.person_id == person_id))
