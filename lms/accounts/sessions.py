"""From the token in a cookie to the person who asks, with the roles they hold at this moment."""

import hashlib
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import or_, select, update

from lms import clock
from lms.access import STAFF, Principal, Reach, Role
from lms.extensions import db, writing
from lms.models import CodeSecret, Identity, Passkey, Person, SignInSession, Spell, SpellKind, Team
from lms.models.dated import spells_at

SEEN_EVERY = timedelta(minutes=1)
"""How stale a session's last-seen may be, so that reading pages hardly ever writes."""


_HAS_FACTOR = or_(
    select(CodeSecret.person_id)
    .where(CodeSecret.person_id == Identity.person_id, CodeSecret.confirmed_at.is_not(None))
    .exists(),
    select(Passkey.id).where(Passkey.person_id == Identity.person_id).exists(),
)


def hash_of(token: str) -> str:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def load_principal(token: str) -> Principal | None:
    """The person of a session that still holds, or None; two statements."""
    now = clock.now()
    row = db.session.execute(
        select(SignInSession, Identity, Person.subject, _HAS_FACTOR)
        .join(Identity, Identity.person_id == SignInSession.person_id)
        .join(Person, Person.id == SignInSession.person_id)
        .where(SignInSession.token_hash == hash_of(token), SignInSession.ended_at.is_(None))
    ).first()
    if row is None:
        return None
    session, identity, subject, has_factor = row
    reaches = reaches_of(identity.person_id, now)
    if reaches is None or _is_over(session, reaches, now):
        return None
    principal = Principal(
        person_id=identity.person_id,
        subject=subject,
        name=identity.name,
        timezone=identity.timezone,
        language=identity.language,
        vendor=identity.vendor,
        session_id=session.id,
        token=token,
        reaches=reaches,
        way=session.way,
        must_add_factor=session.way == "password" and not has_factor and needs_factor(reaches),
    )
    if now - session.last_seen_at > SEEN_EVERY:
        _touch(session.id, now)
    return principal


def has_factor(person_id: int) -> bool:
    """A confirmed authenticator app or a passkey; one statement."""
    return bool(db.session.scalar(select(_HAS_FACTOR).where(Identity.person_id == person_id)))


def needs_factor(reaches: tuple[Reach, ...]) -> bool:
    """True for roles that the settings ask for more than a password."""
    asked = current_app.extensions["muster"].factor_asked_of
    return asked == "everybody" or (asked == "staff" and any(reach.role in STAFF for reach in reaches))


def reaches_of(person_id: int, now: datetime) -> tuple[Reach, ...] | None:
    """Roles held at `now` and what they cover; None for somebody who is not employed (any more)."""
    kinds = [SpellKind.ROLE, SpellKind.EMPLOYMENT]
    found = db.session.execute(
        spells_at(Spell.kind, Spell.role, Spell.team_id, Team.path, kinds=kinds, at=now, known_at=now)
        .outerjoin(Team, Team.id == Spell.team_id)
        .where(Spell.person_id == person_id)
    ).all()
    if not any(row.kind is SpellKind.EMPLOYMENT for row in found):
        return None
    return tuple(
        Reach(role=Role(row.role), team_id=row.team_id, team_path=row.path)
        for row in found
        if row.kind is SpellKind.ROLE
    )


def _is_over(session: SignInSession, reaches: tuple[Reach, ...], now: datetime) -> bool:
    settings = current_app.extensions["muster"]
    is_staff = any(reach.role in STAFF for reach in reaches)
    idle = settings.session_idle_minutes_staff if is_staff else settings.session_idle_minutes
    return now - session.last_seen_at > timedelta(minutes=idle) or now - session.created_at > timedelta(
        hours=settings.session_hours
    )


def _touch(session_id: int, now: datetime) -> None:
    """Note that the session is in use: one of the three writes that a GET may make."""
    with writing():
        db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=now))
        db.session.commit()
