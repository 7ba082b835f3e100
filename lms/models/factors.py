"""What somebody signs in with besides a password: one-time codes, recovery codes, passkeys, other providers."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.extensions import Base, UtcMoment
from lms.models.columns import BigKey, Digest, Key, Moment, refers_to


class CodeSecret(Base):
    """The secret that an authenticator app shares with us (RFC 6238)."""

    __tablename__ = "code_secrets"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("persons.id", ondelete="RESTRICT"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted with a key made from MUSTER_SECRET_KEY."""
    created_at: Mapped[Moment]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    """When the first code was right; until then it does not count."""
    last_step: Mapped[int] = mapped_column(default=0)
    """Step of the last code taken: none is taken twice."""


class RecoveryCode(Base):
    """A code for the day on which the phone is lost; each works once."""

    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    code_hash: Mapped[Digest]
    used_at: Mapped[datetime | None] = mapped_column(UtcMoment())


class Passkey(Base):
    """A key pair on a person's device, of which we know the public half (WebAuthn)."""

    __tablename__ = "passkeys"

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    """As the device counted last; a lower one later means a copy."""
    transports: Mapped[list[str]] = mapped_column(JSON)
    name: Mapped[str] = mapped_column(String(100))
    """As its owner calls it."""
    created_at: Mapped[Moment]
    last_used_at: Mapped[datetime | None] = mapped_column(UtcMoment())


class SignInStep(Base):
    """One step of a sign-in that is under way: kept on the server, used once, for minutes only."""

    __tablename__ = "sign_in_steps"

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    """Of the token in the browser's cookie."""
    person_id: Mapped[int | None] = refers_to("persons.id", is_indexed=True)
    """Whose password was right, or who adds a passkey; none before a passkey says who it is."""
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What a passkey has to sign."""
    made_at: Mapped[Moment]


class ProviderLink(Base):
    """Somebody's account at an OpenID provider."""

    __tablename__ = "provider_links"
    __table_args__ = (UniqueConstraint("provider", "provider_subject"),)

    id: Mapped[Key]
    person_id: Mapped[int] = refers_to("persons.id", is_indexed=True)
    provider: Mapped[str] = mapped_column(String(80))
    provider_subject: Mapped[str] = mapped_column(String(255))
    """`sub`: what the provider never gives to anybody else."""
    linked_at: Mapped[Moment]
