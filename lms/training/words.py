"""Sentences of these pages that are also kept or raised, in one place."""

from datetime import timedelta

from flask_babel import ngettext

from lms.domain.translations import ORIGINAL
from lms.languages import speaking


def statement(title: str, number: int, clauses: int, language: str = ORIGINAL) -> str:
    """What a person signs, in the language in which they read it."""
    with speaking(language):
        return ngettext(
            "I have read “%(title)s”, version %(number)s (%(num)s clause of it), and will work by it.",
            "I have read “%(title)s”, version %(number)s (%(num)s clauses of it), and will work by it.",
            clauses,
            title=title,
            number=number,
        )


def in_minutes(span: timedelta) -> str:
    """Such as `1 minute`, rounded up, so that nobody comes too early."""
    minutes = max(1, -(-int(span.total_seconds()) // 60))
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
