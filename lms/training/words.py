"""Sentences of these pages that are also kept or raised, in one place."""

from datetime import timedelta


def statement(title: str, number: int, clauses: int) -> str:
    """What a person signs."""
    counted = f"{clauses} clause{'' if clauses == 1 else 's'}"
    return f"I have read “{title}”, version {number} ({counted} of it), and will work by it."


def in_minutes(span: timedelta) -> str:
    """Such as `1 minute`, rounded up, so that nobody comes too early."""
    minutes = max(1, -(-int(span.total_seconds()) // 60))
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
