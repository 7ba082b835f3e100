"""Seals small secrets before they are stored, so that a copy of the database alone is of no use."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from lms.domain.errors import DomainError

PURPOSE = b"muster: secrets of the second factor"


class SealBroken(DomainError):
    """MUSTER_SECRET_KEY is not the one that the secret was sealed with."""


def seal(secret: bytes) -> bytes:
    """Encrypt and authenticate, with a key made from the secret key of the settings."""
    return _box().encrypt(secret)


def unseal(sealed: bytes) -> bytes:
    """Give the secret back; raise SealBroken."""
    try:
        return _box().decrypt(sealed)
    except InvalidToken as wrong:
        raise SealBroken(
            "Your authenticator app cannot be checked: the server's secret key changed. Use a recovery code or ask "
            "your administrator."
        ) from wrong


def _box() -> Fernet:
    secret_key = str(current_app.config["SECRET_KEY"]).encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key)
    return Fernet(base64.urlsafe_b64encode(key))
