"""The training that falls due: modules and refreshers with their minutes, worked out once for all who learn alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import or_, select

from lms.everybody.courses import Course
from lms.everybody.histories import history
from lms.everybody.intervals import moment
from lms.everybody.known import KnownPolicy
from lms.everybody.working import work
from lms.extensions import db
from lms.models import Policy, Refresher, RefresherEnd
from lms.models.batches import batches
from lms.readiness.learning_left import minutes_of
from lms.training.queries import AssignedRefresher, Assignment, assigned

Task = tuple[int, str]
"""A number and a policy: modules from 0, refreshers below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallsDue:
    """Somebody has a module or a refresher to do."""

    row: int
    policy: str
    due_at: datetime
    minutes: int
    clauses: int
    is_whole: bool
    is_refresher: bool


def falling_due(
    policies: Mapping[str, KnownPolicy],
    told: Mapping[str, Mapping[str, Course]],
    people: Sequence[int],
    *,
    start: datetime,
    end: datetime,
) -> list[FallsDue]:
    """Everything that falls due from `start` until before `end`, as known at `start`; at most seven statements.

    `told`: the courses of those who are asked, by policy and queue. `people`: person ids by row.
    """
    tasks: dict[Task, Assignment] = {}
    found: list[tuple[int, datetime, Task]] = []
    for slug, known in policies.items():
        works, modules = work(known, told[slug], start=start, end=end)
        found += [(each.row, moment(each.due), (each.module, slug)) for each in works]
        for place in {each.module for each in works}:
            one = modules[place]
            tasks[place, slug] = Assignment(learn=one.learn, refresher=None, policy=known.history, person=one.person)
    asked = [each.row for mine in told.values() for each in mine.values()]
    rows = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *asked])).tolist()
    for row, task in _refreshers({people[row]: row for row in rows}, policies, at=start, end=end):
        if task.refresher and task.clauses:
            key = (-task.refresher.id, task.policy.slug)
            tasks[key] = task
            found.append((row, max(task.refresher.due_at, start), key))
    minutes = minutes_of(tasks, now=start)
    return [_falls_due(row, due_at, tasks[key], minutes[key]) for row, due_at, key in found]


def _falls_due(row: int, due_at: datetime, task: Assignment, minutes: int) -> FallsDue:
    return FallsDue(
        row=row,
        policy=task.policy.slug,
        due_at=due_at,
        minutes=minutes,
        clauses=len(task.clauses),
        is_whole=task.learn.is_whole,
        is_refresher=task.refresher is not None,
    )


def _refreshers(
    rows: Mapping[int, int],
    policies: Mapping[str, KnownPolicy],
    *,
    at: datetime,
    end: datetime,
) -> Iterator[tuple[int, Assignment]]:
    """What refreshers ask that are open at `at` and due before `end`, with the row of their person.

    One statement for ten thousand people.
    """
    asked = (
        select(Refresher, Policy.slug, Policy.title)
        .join(Policy, Policy.id == Refresher.policy_id)
        .outerjoin(RefresherEnd, RefresherEnd.refresher_id == Refresher.id)
        .where(
            Policy.slug.in_(list(policies)),
            Refresher.assigned_at <= at,
            Refresher.due_at < end,
            or_(RefresherEnd.refresher_id.is_(None), RefresherEnd.ended_at > at),
        )
        .order_by(Refresher.id)
    )
    found = (row for some in batches(rows) for row in db.session.execute(asked.where(Refresher.person_id.in_(some))))
    for refresher, slug, title in found:
        row = rows[refresher.person_id]
        each = AssignedRefresher(
            id=refresher.id,
            policy=slug,
            title=title,
            clauses=tuple(refresher.clauses),
            due_at=refresher.due_at,
            note="",
            from_whom="",
            is_blocking=refresher.is_blocking,
            assigned_at=refresher.assigned_at,
            ended_at=None,
        )
        person = history(policies[slug].everybody, row, slug)
        yield row, assigned(policies[slug].history, person, refresher=each, now=at)
