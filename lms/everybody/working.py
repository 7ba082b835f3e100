"""The training that lies ahead of people: which modules fall due, if everybody does each at the last moment.

A module is what `lms.domain.learning` gives just before it is due; what is overdue is done at once, and what is only
asked for at the moment it is due (without grace or window) is done then. Once it is done it counts as evidence, so that
what runs out again comes again.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from lms.domain.learning import ToLearn, to_learn
from lms.domain.records import Evidence, PersonHistory, PolicyHistory
from lms.everybody.courses import Course, courses
from lms.everybody.everybody import Everybody
from lms.everybody.histories import history
from lms.everybody.intervals import FOREVER, INSTANT, Flags, Indexes, Moments, moment, number
from lms.everybody.known import KnownPolicy
from lms.everybody.learning import alike
from lms.everybody.people import proving

"""What is recorded of somebody, by row."""


class Work(NamedTuple):
    """Somebody has a module to do."""

    row: int
    due: int
    """Never before the start."""
    module: int
    """Place in the list of modules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """What some people have to learn, alike in every word."""

    policy: str
    learn: ToLearn
    person: PersonHistory
    """One of them, with what they will have shown by then."""
    at: datetime
    """When that one does it."""


def work(
    known: KnownPolicy, told: Mapping[str, Course], *, start: datetime, end: datetime
) -> tuple[list[Work], list[Module]]:
    """Give the modules of one policy that fall due from `start` until before `end`.

    `told`: the courses of those who are asked, by queue, through that time. Who is on leave or need not meet the
    requirement has nothing due until that ends.
    """
    policy, everybody = known.history, known.everybody
    asked = {queue: np.unique(course.row) for queue, course in told.items()}
    rows = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *asked.values()]))
    learning = _Learning(policy, everybody)
    at = np.full(everybody.people.count, number(start))
    is_first = True
    while True:
        due = falls_due(told, at, number(end))
        # What proves nothing does not help when it is done again.
        rows = rows[(due[rows] < FOREVER) & (is_first | (due[rows] > at[rows]))]
        when = np.maximum(at if is_first else at + INSTANT, due - INSTANT)
        rows = learning.do(known, rows, when, due)
        if not len(rows):
            break
        people = proving(everybody.people, policy.slug, learning.won_by(rows), everybody.known_at)
        known = KnownPolicy(policy, everybody.proving(people))
        everybody, at, is_first = known.everybody, when, False
        told = courses(known, {queue: each[np.isin(each, rows)] for queue, each in asked.items()}, at, end)
    return learning.work, learning.modules


def falls_due(courses: Mapping[str, Course], at: Moments, until: int) -> Moments:
    """Give when before `until` anything of any course falls due for each person, not before `at`; FOREVER: never."""
    found = np.full(len(at), FOREVER)
    for course in courses.values():
        goes_on = np.append(course.row[1:] == course.row[:-1], False)[: len(course.row)]
        ends = np.where(goes_on, np.append(course.since[1:], until)[: len(course.row)], until)
        falls = np.flatnonzero(course.due < ends)
        np.minimum.at(found, course.row[falls], np.maximum(course.due[falls], course.since[falls]))
    return found


class _Learning:
    """Who does which module when."""

    def __init__(self, policy: PolicyHistory, everybody: Everybody) -> None:
        self.policy, self.everybody, self.known_at = policy, everybody, everybody.known_at
        self.work: list[Work] = []
        self.modules: list[Module] = []
        self._won: dict[int, list[Evidence]] = defaultdict(list)

    def do(self, known: KnownPolicy, rows: Indexes, when: Moments, due: Moments) -> Indexes:
        """Let people do what they have to learn; give those who had anything. Who did it when due is told in `when`."""
        is_early = self._learn(known, rows, when, due)
        late = rows[~is_early & (when[rows] < due[rows])]
        when[late] = due[late]
        is_late = self._learn(known, late, when, due)
        return np.union1d(rows[is_early], late[is_late])

    def _learn(self, known: KnownPolicy, rows: Indexes, when: Moments, due: Moments) -> Flags:
        places: dict[Hashable, int] = {}
        is_any = np.zeros(len(rows), dtype=bool)
        for place, (row, key) in enumerate(zip(rows.tolist(), alike(known, rows, when[rows]), strict=True)):
            if key not in places:
                places[key] = self._begin(row, moment(int(when[row])))
            learn = self.modules[places[key]].learn
            if learn.clauses:
                is_any[place] = True
                self.work.append(Work(row, int(due[row]), places[key]))
                self._won[row].append(self._proof(learn, moment(int(when[row]))))
        return is_any

    def _begin(self, row: int, at: datetime) -> int:
        person = history(self.everybody, row, self.policy.slug)
        person = replace(person, evidence=(*person.evidence, *self._won.get(row, ())))
        learn = to_learn(self.policy, person, at=at, known_at=self.known_at)
        self.modules.append(Module(policy=self.policy.slug, learn=learn, person=person, at=at))
        return len(self.modules) - 1

    def _proof(self, learn: ToLearn, at: datetime) -> Evidence:
        return Evidence(
            policy=self.policy.slug,
            version=learn.version or 0,
            clauses=frozenset(learn.clauses),
            occurred_at=at,
            recorded_at=self.known_at,
        )

    def won_by(self, rows: Indexes) -> list[tuple[int, Evidence]]:
        """Give the last proof of each of these."""
        return [(row, self._won[row][-1]) for row in rows.tolist()]
