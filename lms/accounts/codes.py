"""Actions of one-time codes and recovery codes: set up, confirmed, used, removed."""

import hmac
import secrets
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, func, select, update

from lms import auditing
from lms.accounts.sealing import seal, unseal
from lms.accounts.sessions import hash_of
from lms.auditing import Act
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import CodeSecret, Identity, Person, RecoveryCode

RECOVERY_CODES = 10
ISSUER = "Muster"
SECONDS = 30
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that looks like something else."""


class CodeRefused(DomainError):
    """A code that is wrong, too old or was used before: one sentence for all."""

    def __init__(self) -> None:
        super().__init__("That code is not right. Type the next one that your app shows, or use a recovery code.")


@writing()
def begin_codes(person_id: int, *, now: datetime) -> None:
    """Make a secret for an authenticator app; it counts once a code from it was right. One that counts is kept."""
    _lock(person_id)
    known = db.session.get(CodeSecret, person_id)
    if known is None:
        sealed = seal(pyotp.random_base32().encode())
        db.session.add(CodeSecret(person_id=person_id, secret=sealed, created_at=now, last_step=0))
        auditing.note(Act.CODES_BEGUN, by=person_id, at=now, person=person_id)
    db.session.commit()


def address_for_app(person_id: int) -> tuple[str, str] | None:
    """What an authenticator app scans and what can be typed instead, while the secret is not confirmed."""
    row = db.session.execute(
        select(CodeSecret.secret, Identity.email)
        .join(Identity, Identity.person_id == CodeSecret.person_id)
        .where(CodeSecret.person_id == person_id, CodeSecret.confirmed_at.is_(None))
    ).first()
    if row is None:
        return None
    secret = unseal(row.secret).decode()
    return pyotp.TOTP(secret).provisioning_uri(name=row.email, issuer_name=ISSUER), secret


@writing()
def confirm_codes(person_id: int, code: str, *, now: datetime) -> tuple[str, ...]:
    """Take the first code and give the recovery codes, which are shown once; raise CodeRefused."""
    _lock(person_id)
    secret = db.session.get(CodeSecret, person_id)
    if secret is None or secret.confirmed_at is not None:
        raise CodeRefused
    _take(secret, code, now)
    secret.confirmed_at = now
    given = _new_recovery_codes(person_id)
    auditing.note(Act.CODES_CONFIRMED, by=person_id, at=now, person=person_id)
    db.session.commit()
    return given


@writing()
def renew_recovery_codes(person_id: int, *, now: datetime) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones no longer work."""
    _lock(person_id)
    given = _new_recovery_codes(person_id)
    auditing.note(Act.RECOVERY_CODES_RENEWED, by=person_id, at=now, person=person_id)
    db.session.commit()
    return given


def check_code(person_id: int, typed: str, *, now: datetime) -> str:
    """Take a code of the app or a recovery code within the caller's transaction; say which, or raise CodeRefused."""
    _lock(person_id)
    code = "".join(typed.split()).replace("-", "").casefold()
    secret = db.session.get(CodeSecret, person_id)
    if code.isdigit() and secret is not None and secret.confirmed_at is not None:
        _take(secret, code, now)
        return "password and code"
    used = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _hash(person_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        raise CodeRefused
    return "password and recovery code"


@writing()
def remove_codes(person_id: int, *, by: int, now: datetime) -> None:
    """Forget the authenticator app and its recovery codes; twice is once."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    gone = db.session.execute(
        delete(CodeSecret).where(CodeSecret.person_id == person_id).returning(CodeSecret.person_id)
    ).first()
    if gone:
        auditing.note(Act.CODES_REMOVED, by=by, at=now, person=person_id)
    db.session.commit()


def recovery_codes_left(person_id: int) -> int:
    """How many still work; one statement."""
    left = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(left) or 0


def _take(secret: CodeSecret, code: str, now: datetime) -> None:
    """A code is good for its own half minute and the one on either side, and never a second time."""
    totp = pyotp.TOTP(unseal(secret.secret).decode(), interval=SECONDS)
    for offset in (0, -1, 1):
        moment = now + timedelta(seconds=offset * SECONDS)
        step = int(moment.timestamp()) // SECONDS
        if step > secret.last_step and hmac.compare_digest(totp.at(moment), "".join(code.split())):
            secret.last_step = step
            return
    raise CodeRefused


def _new_recovery_codes(person_id: int) -> tuple[str, ...]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = tuple("".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES))
    db.session.add_all([RecoveryCode(person_id=person_id, code_hash=_hash(person_id, code)) for code in codes])
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def _hash(person_id: int, code: str) -> str:
    """50 bits of chance need no slow hash, only a person's own."""
    return hash_of(f"{person_id}:{code}")


def _lock(person_id: int) -> None:
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
