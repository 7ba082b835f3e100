"""Actions on the steps of a sign-in that is under way: begun in one request, used up in the next."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from lms.accounts.sessions import hash_of
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import SignInStep

LASTS = timedelta(minutes=5)


class StepOver(DomainError):
    """The step was used, took too long, or is somebody else's."""

    def __init__(self) -> None:
        super().__init__("That took too long, or was done already. Start again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a sign-in stands."""

    person_id: int | None
    challenge: bytes | None


@writing()
def begin(*, person_id: int | None, challenge: bytes | None = None, now: datetime) -> str:
    """Begin a step and return its token; steps that nobody went on with are swept away."""
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(SignInStep).where(SignInStep.made_at < now - LASTS))
    db.session.add(SignInStep(token_hash=hash_of(token), person_id=person_id, challenge=challenge, made_at=now))
    db.session.commit()
    return token


def look(token: str | None, *, now: datetime) -> Step | None:
    """The step of a token, if it still holds; one statement."""
    row = db.session.scalar(_held(token, now))
    return Step(person_id=row.person_id, challenge=row.challenge) if row else None


def use(token: str | None, *, now: datetime) -> Step:
    """Use a step up within the transaction of the caller, who commits; raise StepOver."""
    gone = db.session.execute(
        delete(SignInStep)
        .where(SignInStep.token_hash == hash_of(token or ""), SignInStep.made_at >= now - LASTS)
        .returning(SignInStep.person_id, SignInStep.challenge)
    ).first()
    if gone is None:
        raise StepOver
    return Step(person_id=gone.person_id, challenge=gone.challenge)


def _held(token: str | None, now: datetime):
    return select(SignInStep).where(SignInStep.token_hash == hash_of(token or ""), SignInStep.made_at >= now - LASTS)
