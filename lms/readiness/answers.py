"""Where people stand in their queues, all of them at once by the rule in columns. No database, no clock."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lms.domain.readiness import Readiness, combined
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import Standing, State
from lms.everybody.case import Case
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import Indexes
from lms.everybody.standing import STATES, view
from lms.everybody.telling import case, everybody, told


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The readiness of people, and what comes."""

    readiness: Mapping[int, tuple[Readiness, ...]]
    """By person, in the order of the queues asked about."""
    then: Mapping[tuple[int, str, str], State]
    """By person, queue and policy: the state at the moment the upcoming version takes effect, if nothing is done."""


def where_they_stand(
    queues: Mapping[int, Collection[str]],
    *,
    policies: Mapping[str, PolicyHistory],
    people: Mapping[int, PersonHistory],
    at: datetime,
    known_at: datetime,
) -> Answers:
    """Give the readiness of each of these people in their queues, as the scalar rule gives it for one."""
    places = {person: place for place, person in enumerate(people)}
    rows: dict[str, list[int]] = defaultdict(list)
    for person, mine in queues.items():
        for queue in mine:
            rows[queue].append(places[person])
    columns = {queue: np.array(sorted(each)) for queue, each in rows.items()}
    desk = _Desk(everybody(list(people.values()), known_at), columns, tuple(people))
    standings: dict[tuple[int, str], list[Standing]] = defaultdict(list)
    then: dict[tuple[int, str, str], State] = {}
    for policy in policies.values():
        now = case(policy, desk.everybody, at)
        for person, each in desk.standings(now):
            standings[person, each.queue].append(each)
        then.update(desk.then(now))
    return Answers(
        readiness={
            person: tuple(
                combined(tuple(standings[person, queue]), people[person], queue=queue, at=at, known_at=known_at)
                for queue in mine
            )
            for person, mine in queues.items()
        },
        then=then,
    )


@dataclass(frozen=True)
class _Desk:
    everybody: Everybody
    rows: Mapping[str, Indexes]
    people: tuple[int, ...]

    def _asked(self, policy: PolicyHistory) -> dict[str, Indexes]:
        return {queue: rows for queue, rows in self.rows.items() if may_serve(policy, queue)}

    def standings(self, now: Case) -> Iterator[tuple[int, Standing]]:
        """Give whose standing is what with the policy of a case."""
        asked = self._asked(now.known.policy.history)
        for queue, found in told(now, asked).items():
            yield from zip((self.people[row] for row in asked[queue]), found, strict=True)

    def then(self, now: Case) -> Iterator[tuple[tuple[int, str, str], State]]:
        """Give where people will stand when the upcoming version takes effect, if there is one."""
        policy, upcoming = now.known.policy.history, now.one.upcoming
        if upcoming:
            ahead = case(policy, self.everybody, upcoming.effective_at)
            for queue, rows in self._asked(policy).items():
                for row, state in zip(rows, view(ahead, queue, rows).state, strict=True):
                    yield (self.people[row], queue, policy.slug), STATES[state]


def may_serve(policy: PolicyHistory, queue: str) -> bool:
    """Can this policy ever ask anything in this queue? Saves asking the rule where the answer is plain."""
    return any(each.is_everybody or queue in each.queues for each in policy.settings) or any(
        queue in clause.queues for version in policy.versions for clause in version.clauses
    )
