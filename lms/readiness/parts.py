"""Where some of the people stand at one instant, and everybody: a part after the other, so that only the answers grow
with the organisation, not what is in memory to work them out. No database, no clock.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np

from lms.domain.records import PolicyHistory
from lms.everybody.cells import Cells, cells, joined, nothing
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import DAY, Indexes, number
from lms.everybody.some import take, taken_spells
from lms.everybody.telling import case
from lms.models.recorded import Records
from lms.readiness.answers import may_serve
from lms.readiness.report import SOON
from lms.readiness.whereabouts import Whereabouts, one_after_the_other, whereabouts

LOOKED_AHEAD = SOON // timedelta.resolution + DAY
"""A day more than anybody asks, so that the cells of now last a day."""
PEOPLE_AT_ONCE = 35_000
POLICIES_AT_ONCE = 2
"""Their columns are in memory at the same time; more than two hardly get in each other's way less."""

Policy, Answer = TypeVar("Policy"), TypeVar("Answer")


class Part:
    """Some of the people: `rows`, different ones in order."""

    def __init__(self, records: Records, rows: Indexes, *, at: datetime, known_at: datetime) -> None:
        people, teams = records.people, records.teams
        if len(rows) < people.count:
            new = np.full(people.count, -1, dtype=np.int64)
            new[rows] = np.arange(len(rows))
            people, teams = take(people, rows), taken_spells(teams, new)
        self.rows, self._at = rows, at
        self._everybody = Everybody(people, known_at)
        self.where = whereabouts(self._everybody, teams, number(at))

    def cells(self, policy: PolicyHistory) -> Cells:
        """Their cells with a policy, under the rows of everybody."""
        asked = {}
        for queue, is_in in self.where.queues.items():
            mine = np.flatnonzero(self.where.is_employed & is_in)
            if len(mine) and may_serve(policy, queue):
                asked[queue] = mine
        if not asked:
            return nothing()
        found = cells(case(policy, self._everybody, self._at), asked, soon=LOOKED_AHEAD)
        return replace(found, row=self.rows[found.row].astype(found.row.dtype))


def everybody_at(
    records: Records, policies: Mapping[str, PolicyHistory], *, at: datetime, known_at: datetime
) -> tuple[Whereabouts, dict[str, Cells]]:
    """Where everybody is, and their cells by policy."""
    where: list[tuple[Indexes, Whereabouts]] = []
    found = {slug: [nothing()] for slug in policies}
    for rows in _parts(records.people.count):
        part = Part(records, rows, at=at, known_at=known_at)
        where.append((rows, part.where))
        for slug, mine in zip(policies, several_at_once(part.cells, policies.values()), strict=True):
            found[slug].append(mine)
    return one_after_the_other(where), {slug: joined(*found.pop(slug)) for slug in policies}


def several_at_once(work: Callable[[Policy], Answer], policies: Iterable[Policy]) -> Iterator[Answer]:
    """Give what the work gives of each policy, in their order; it asks no database."""
    with ThreadPoolExecutor(POLICIES_AT_ONCE) as several:
        yield from several.map(work, policies)


def _parts(count: int) -> Iterator[Indexes]:
    for first in range(0, max(count, 1), PEOPLE_AT_ONCE):
        yield np.arange(first, min(count, first + PEOPLE_AT_ONCE))
