"""Actions of signing in: sessions that start and end, passwords that are set."""

import secrets
from datetime import datetime

from sqlalchemy import select, update

from lms import auditing
from lms.accounts import codes, passwords, steps
from lms.accounts.sessions import hash_of, reaches_of
from lms.auditing import Act
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import Credential, Identity, SignInSession


class SignInRefused(DomainError):
    """Unknown e-mail, wrong password or somebody who has left: one sentence for all, so that none can be told apart."""


class NobodyHere(DomainError):
    """There is no such person."""


def check_password(email: str, password: str, *, now: datetime) -> int:
    """Say whose e-mail and password these are; raise SignInRefused."""
    row = db.session.execute(
        select(Identity.person_id, Credential.password_hash)
        .join(Credential, Credential.person_id == Identity.person_id)
        .where(Identity.email == email.casefold())
    ).first()
    db.session.rollback()  # hashing takes long; hold no transaction meanwhile
    is_right = passwords.is_right(password, row.password_hash if row else None)
    if row is None or not is_right or reaches_of(row.person_id, now) is None:
        _note_failure(row.person_id if row else None, now=now)
        raise SignInRefused("E-mail or password is wrong.")
    return row.person_id


@writing()
def start_session(person_id: int, *, agent: str, way: str = "password", now: datetime) -> str:
    """A new session with a token of 256 bits, of which only the hash is kept."""
    token = _add_session(person_id, agent=agent, way=way, now=now)
    db.session.commit()
    return token


def finish_with_code(step: str | None, code: str, *, agent: str, now: datetime) -> str:
    """Start the session of somebody whose password was right, by a code of their app or a recovery code.

    Raises CodeRefused, after which another code may be tried, and StepOver.
    """
    under_way = steps.look(step, now=now)
    if under_way is None or under_way.person_id is None:
        raise steps.StepOver
    try:
        return _finish(step, code, person_id=under_way.person_id, agent=agent, now=now)
    except codes.CodeRefused:
        _note_failure(under_way.person_id, now=now)
        raise


@writing()
def _finish(step: str | None, code: str, *, person_id: int, agent: str, now: datetime) -> str:
    way = codes.check_code(person_id, code, now=now)
    steps.use(step, now=now)
    token = _add_session(person_id, agent=agent, way=way, now=now)
    db.session.commit()
    return token


def _add_session(person_id: int, *, agent: str, way: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignInSession(
            token_hash=hash_of(token),
            person_id=person_id,
            created_at=now,
            last_seen_at=now,
            way=way[:40],
            agent=agent[:300],
        )
    )
    auditing.note(Act.SIGNED_IN, by=person_id, at=now, person=person_id, after={"way": way})
    return token


@writing()
def _note_failure(person_id: int | None, *, now: datetime) -> None:
    """What was typed is not kept: people type passwords into the wrong field."""
    auditing.note(Act.SIGN_IN_FAILED, by=None, at=now, person=person_id)
    db.session.commit()


def is_own_password(person_id: int, password: str) -> bool:
    """True for the person's password, and for somebody who has none of ours."""
    kept = db.session.scalar(select(Credential.password_hash).where(Credential.person_id == person_id))
    db.session.rollback()  # hashing takes long; hold no transaction meanwhile
    return kept is None or passwords.is_right(password, kept)


@writing()
def end_session(session_id: int, *, by: int, now: datetime) -> None:
    """End one session of `by`: its next request is signed out."""
    ended = db.session.scalar(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.person_id == by, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignInSession.person_id)
    )
    if ended is not None:
        auditing.note(Act.SIGNED_OUT, by=by, at=now, person=ended)
    db.session.commit()


@writing()
def end_all_sessions(person_id: int, *, by: int, now: datetime) -> None:
    """End every session of a person."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    auditing.note(Act.SESSIONS_ENDED, by=by, at=now, person=person_id)
    db.session.commit()


@writing()
def set_password(person_id: int, password: str, *, is_demo: bool = False, by: int | None = None, now: datetime) -> None:
    """Give a person a new password and end their sessions; raise PasswordTooWeak unless it is a demo's.

    `by` none: on the command line of the server.
    """
    if not is_demo:
        passwords.check_new(password)
    if db.session.get(Identity, person_id) is None:
        raise NobodyHere("There is no such person.")
    put_password(person_id, password, by=by, now=now)
    db.session.commit()


def put_password(person_id: int, password: str, *, by: int | None, now: datetime) -> None:
    """Keep the hash of a password that was checked, and end every session; who calls it commits."""
    credential = db.session.get(Credential, person_id)
    if credential is None:
        credential = Credential(person_id=person_id)
        db.session.add(credential)
    credential.password_hash = passwords.hash_password(password)
    credential.changed_at = now
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    auditing.note(Act.PASSWORD_SET, by=by, at=now, person=person_id)


@writing()
def choose_language(person_id: int, language: str, *, now: datetime) -> None:
    """The person reads in another language from now on; the second time changes nothing."""
    identity = db.session.get_one(Identity, person_id, with_for_update=True)
    was = identity.language
    if was == language:
        return
    identity.language = language
    auditing.note(
        Act.PERSON_CHANGED, by=person_id, at=now, person=person_id, identity=({"language": was}, {"language": language})
    )
    db.session.commit()
