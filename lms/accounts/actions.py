"""Starting and ending sessions."""

import secrets
from datetime import datetime

from sqlalchemy import select, update

from lms.accounts import passwords
from lms.accounts.sessions import hash_of, reaches_of
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import Credential, Identity, SignInSession


class SignInRefused(DomainError):
    """Unknown e-mail, wrong password or somebody who has left: one sentence for all, so that none can be told apart."""


def sign_in(email: str, password: str, *, agent: str, now: datetime) -> str:
    """Start a session and return its token; raise SignInRefused."""
    row = db.session.execute(
        select(Identity.person_id, Credential.password_hash)
        .join(Credential, Credential.person_id == Identity.person_id)
        .where(Identity.email == email.casefold())
    ).first()
    db.session.rollback()  # hashing takes long; hold no transaction meanwhile
    is_right = passwords.is_right(password, row.password_hash if row else None)
    if row is None or not is_right or reaches_of(row.person_id, now) is None:
        raise SignInRefused("E-mail or password is wrong.")
    return start_session(row.person_id, agent=agent, now=now)


@writing()
def start_session(person_id: int, *, agent: str, now: datetime) -> str:
    """A new session with a token of 256 bits, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignInSession(
            token_hash=hash_of(token), person_id=person_id, created_at=now, last_seen_at=now, agent=agent[:300]
        )
    )
    db.session.commit()
    return token


@writing()
def end_session(session_id: int, *, now: datetime) -> None:
    """End one session: its next request is signed out."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    db.session.commit()


@writing()
def end_all_sessions(person_id: int, *, now: datetime) -> None:
    """End every session of a person."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    db.session.commit()
