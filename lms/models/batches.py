"""As many values as one statement may name: PostgreSQL takes 65,535, and SQLite as many as it was built for."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

MOST_AT_ONCE = 10_000
Value = TypeVar("Value")


def batches(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Give the values, each once and in their order, so many at a time."""
    every = list(dict.fromkeys(values))
    for first in range(0, len(every), MOST_AT_ONCE):
        yield every[first : first + MOST_AT_ONCE]
