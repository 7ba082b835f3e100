"""What every form and every question in an address shares: text is cleaned once, at the door."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from lms.domain.errors import DomainError

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_INVISIBLE = {0x200B, 0x2060, 0xFEFF}
LAST_PAGE = 100_000
YEARS = range(1970, 2200)
"""At the ends of the calendar a moment cannot be shown in every zone."""


class QuestionNotUnderstood(DomainError):
    """The address asks for a moment or a word that does not exist."""


def clean(text: str | None) -> str:
    """NFC, without controls, bidi overrides and zero-width characters, trimmed; newlines and tabs stay."""
    if not text:
        return ""
    kept = (
        character
        for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        if character in "\n\t"
        or (unicodedata.category(character) not in {"Cc", "Cs"} and ord(character) not in _BIDI | _INVISIBLE)
    )
    return "".join(kept).strip()


class Form(FlaskForm):
    """A form with a CSRF token whose text fields are cleaned."""

    class Meta(FlaskForm.Meta):
        """Binds the cleaning to every text field."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """WTForms' hook for each field of a new form."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):  # a password is taken as typed
                options["filters"] = [clean, *unbound_field.kwargs.pop("filters", ())]
            return super().bind_field(form, unbound_field, options)


def moment_of(text: str, zone: str) -> datetime | None:
    """A moment as typed, in `zone` unless it says its own offset; None for none; raise QuestionNotUnderstood."""
    if not text:
        return None
    try:
        typed = datetime.fromisoformat(text)
        if typed.year not in YEARS:
            raise ValueError(typed.year)
        aware = typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(UTC)
    except (ValueError, OSError, ZoneInfoNotFoundError) as wrong:
        raise QuestionNotUnderstood(
            "“%(text)s” is not a moment we can show. Write it like 2026-11-25T13:40.", text=text[:40]
        ) from wrong


def day_of(text: str) -> date | None:
    """A day as typed; None for none; raise QuestionNotUnderstood."""
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
        if found.year not in YEARS:
            raise ValueError(found.year)
    except ValueError as wrong:
        raise QuestionNotUnderstood("“%(text)s” is not a day. Write it like 2026-11-25.", text=text[:40]) from wrong
    return found


def zone_of(text: str) -> str:
    """A time zone as typed; raise QuestionNotUnderstood."""
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError) as wrong:
        raise QuestionNotUnderstood(
            "“%(text)s” is not a time zone. Write one like Europe/Dublin.", text=text[:40]
        ) from wrong


def page_of(text: str) -> int:
    """The number of a page of a list; what is no number is the first."""
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 9 and int(text) else 1
