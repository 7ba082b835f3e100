"""What is recorded about some people, as columns, and what the places in these columns stand for."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lms.everybody.intervals import Indexes
from lms.everybody.people import People, Spells
from lms.models.packed import NOTHING

ERASED = "Erased person"


class Places(dict[int, int]):
    """The place of each id in a column, in the order in which they were first met."""

    def of(self, found: Indexes) -> Indexes:
        """Give the places of these, with one for each that is new; NOTHING has none."""
        # Ids are small: what is there is marked, which is much faster than to sort millions of them.
        table = np.full(int(found.max(initial=NOTHING)) + 2, NOTHING, dtype=np.int64)
        is_there = np.zeros(len(table), dtype=bool)
        is_there[found] = True  # NOTHING is the last of the table
        for each in np.flatnonzero(is_there[:-1]).tolist():
            table[each] = self.setdefault(each, len(self))
        return np.asarray(table[found])


def rows_of(ids: Indexes, found: Indexes) -> Indexes:
    """Tell in which row of a column of different ids each of these is, all of which are there."""
    table = np.empty(int(ids.max(initial=NOTHING)) + 1, dtype=np.int64)
    table[ids] = np.arange(len(ids))
    return np.asarray(table[found])


@dataclass
class Names:
    """What places in columns stand for; only ever added to."""

    queues: Places = field(default_factory=Places)
    policies: Places = field(default_factory=Places)
    codes: Places = field(default_factory=Places)
    """Of sets of clauses, each twice its id, and one more where the evidence was imported."""


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
