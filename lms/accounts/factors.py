"""Reads what a person signs in with besides the password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.accounts.codes import recovery_codes_left
from lms.extensions import db
from lms.models import CodeSecret, Credential, Passkey, ProviderLink, SignInSession


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPasskey:
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """All of them."""

    has_password: bool
    codes_since: datetime | None
    recovery_codes: int
    """How many are left."""
    passkeys: tuple[OwnPasskey, ...]
    providers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """A session that holds, as its owner sees it."""

    id: int
    agent: str
    way: str
    created_at: datetime
    last_seen_at: datetime


def of(person_id: int) -> Factors:
    """What a person signs in with; five statements."""
    keys = db.session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id))
    links = select(ProviderLink.provider).where(ProviderLink.person_id == person_id).order_by(ProviderLink.provider)
    return Factors(
        has_password=db.session.get(Credential, person_id) is not None,
        codes_since=db.session.scalar(select(CodeSecret.confirmed_at).where(CodeSecret.person_id == person_id)),
        recovery_codes=recovery_codes_left(person_id),
        passkeys=tuple(
            OwnPasskey(id=key.id, name=key.name, created_at=key.created_at, last_used_at=key.last_used_at)
            for key in keys
        ),
        providers=tuple(db.session.scalars(links)),
    )


def sessions_of(person_id: int, *, since: datetime) -> tuple[OwnSession, ...]:
    """Sessions of a person that have not ended and were used since a moment, the last used first; one statement."""
    rows = db.session.scalars(
        select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen_at >= since,
        )
        .order_by(SignInSession.last_seen_at.desc())
    )
    return tuple(
        OwnSession(id=row.id, agent=row.agent, way=row.way, created_at=row.created_at, last_seen_at=row.last_seen_at)
        for row in rows
    )
