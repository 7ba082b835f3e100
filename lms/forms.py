"""What every form shares: text is cleaned once, at the door."""

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_INVISIBLE = {0x200B, 0x2060, 0xFEFF}


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
