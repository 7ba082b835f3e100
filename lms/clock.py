"""The only place that reads the clock; everything else is given the moment."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, UTC and aware."""
    return datetime.now(UTC)
