"""Argon2id hashes, and the rules for a new password."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from lms.domain.errors import DomainError

SHORTEST, LONGEST = 15, 256
COMMON = ("password", "muster", "northlane", "qwerty", "letmein", "123456")
"""Words that guessers try first; a password that is mostly one of them is refused."""

_hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")
"""Checked when the person is unknown, so that both answers take the same time."""


class PasswordTooWeak(DomainError):
    """A new password is short, endless or easily guessed."""


def hash_password(password: str) -> str:
    """Argon2id with its parameters; the same person typing on another keyboard gives the same bytes (NFC)."""
    return _hasher.hash(unicodedata.normalize("NFC", password))


def is_right(password: str, stored: str | None) -> bool:
    """True when the password gives the stored hash; does the same work when there is none."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(stored or _NOBODY, unicodedata.normalize("NFC", password)) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def check_new(password: str) -> None:
    """Raise PasswordTooWeak with the reason."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordTooWeak(
            "A password has %(shortest)s to %(longest)s characters; a short sentence is easiest.",
            shortest=SHORTEST,
            longest=LONGEST,
        )
    rest = password.casefold()
    for word in COMMON:
        rest = rest.replace(word, "")
    if len(set(rest)) < SHORTEST // 3:
        raise PasswordTooWeak("That password is easily guessed. Take a sentence that only you would say.")
