"""What is recorded about some people, as columns, and what the places in these columns stand for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lms.everybody.intervals import Indexes
from lms.everybody.people import People, Spells

ERASED = "Erased person"
Code = tuple[int, bool]
"""A set of clauses, and whether the evidence was imported: without clauses it then means the whole version."""


class Places(dict[Any, int]):
    """The place of each thing in a column, in the order in which things were first met."""

    def of(self, found: Iterable[Any]) -> Indexes:
        """Give the places of these, with one for each that is new."""
        return np.array([self.setdefault(each, len(self)) for each in found], dtype=np.int64)

    def where(self, found: Iterable[Any]) -> Indexes:
        """Give the places of these; -1 for none."""
        return np.array([-1 if each is None else self.setdefault(each, len(self)) for each in found], dtype=np.int64)


@dataclass
class Names:
    """What places in columns stand for; only ever added to."""

    queues: Places = field(default_factory=Places)
    policies: Places = field(default_factory=Places)
    codes: Places = field(default_factory=Places)


@dataclass(frozen=True, kw_only=True)
class Records:
    """Everything recorded about some people."""

    people: People
    ids: Indexes
    """Of the people, by row."""
    teams: Spells
    """Times in teams: `queue` is the id of the team."""
    names: tuple[str | None, ...]
    """Of the people by row; none: erased."""
    vendors: tuple[str, ...]

    @cached_property
    def said(self) -> tuple[str, ...]:
        """What each is called."""
        return tuple(name or ERASED for name in self.names)

    @cached_property
    def name_order(self) -> Indexes:
        """Everybody's place when all are sorted by name."""
        names = np.unique([name.casefold() for name in self.said], return_inverse=True)[1] if self.said else self.ids
        order = np.lexsort((self.ids, names))
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.arange(len(order))
        return places
