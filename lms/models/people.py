"""People, their erasable identities, passwords and sign-in sessions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base, UtcMoment
from lms.models.columns import BigKey, Digest, Key, Moment, refers_to, word


class PersonKind(StrEnum):
    """System persons record what no human did by hand; they never sign in."""

    HUMAN = "human"
    SYSTEM = "system"


class Person(Base):
    """Somebody whose record must last; the name lives in Identity and can be erased."""

    __tablename__ = "persons"

    id: Mapped[Key]
    subject: Mapped[str] = mapped_column(String(36), unique=True)
    """Random UUID; the only name of the person inside evidence."""
    kind: Mapped[PersonKind] = word(PersonKind)
    created_at: Mapped[Moment]


class Identity(Base):
    """Who a person is, in one row that can be erased without touching any record."""

    __tablename__ = "identities"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200), unique=True)
    """The key of the feed; never reused."""
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """Case-folded; what a person signs in with, never what identifies them."""
    timezone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(12))
    vendor: Mapped[str] = mapped_column(String(200), default="")


class IdentitySnapshot(Base):
    """Who somebody was when evidence was recorded; the evidence holds only the commitment. Erasable."""

    __tablename__ = "identity_snapshots"

    commitment: Mapped[Digest] = mapped_column(primary_key=True)
    """HMAC-SHA-256 of the canonical identity under the salt, hex."""
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    identity: Mapped[dict[str, Any]] = mapped_column(JSON)
    """name, email, external_id"""


class Credential(Base):
    """A local password."""

    __tablename__ = "credentials"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    """Argon2id, with its parameters."""
    changed_at: Mapped[Moment]


class SignInSession(Base):
    """A session kept on the server, so that it can be ended; the cookie holds only a random token."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[Key]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    """SHA-256 of the cookie's token: who reads this table cannot sign in with it."""
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    way: Mapped[str] = mapped_column(String(40), server_default="password")
    """How it began: password, password and code, passkey, or the name of a provider."""
    agent: Mapped[str] = mapped_column(String(300))
    """The browser, so that a person can tell their sessions apart."""
