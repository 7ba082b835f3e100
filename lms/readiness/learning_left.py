"""Queries for what is left to learn: titles of clauses that are missed, and the minutes of the module they make.

The module is put together as for the person's own page; nothing of a key is read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from lms.domain.learning import to_learn
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import Uncovered
from lms.extensions import db
from lms.models import ClauseRow, Policy, Version, VersionClause
from lms.readiness.rows import Missed
from lms.training.queries import Assignment, Taught, assembled, frozen, numbers, taught, wordings


class Titles:
    """What clauses are called, by policy, clause and version."""

    def __init__(self, by_clause: Mapping[tuple[str, str], list[tuple[int, str]]]) -> None:
        self._by_clause = by_clause

    def of(self, policy: str, clause: str, *, version: int | None = None) -> str:
        """The title that a clause has in a version (None: the newest), or had in the last one before it."""
        known = self._by_clause.get((policy, clause), [])
        until = [title for number, title in known if version is None or number <= version]
        return (until or [clause])[-1] or clause

    def missed(self, policy: str, each: Uncovered, *, required: int | None) -> Missed:
        """An uncovered clause with its title and the last of its causes."""
        cause = each.causes[-1]
        return Missed(
            clause=each.clause,
            title=self.of(policy, each.clause, version=required),
            kind=cause.kind,
            since=cause.at,
            version=cause.version,
            due_at=each.due_at,
            is_unlearning=each.is_unlearning,
        )


def titles(policies: Iterable[str]) -> Titles:
    """Titles of the clauses of these policies in their published versions; one statement."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for policy, clause, number, title in db.session.execute(
        select(Policy.slug, ClauseRow.slug, Version.number, VersionClause.title)
        .join(Version, Version.policy_id == Policy.id)
        .join(VersionClause, VersionClause.version_id == Version.id)
        .join(ClauseRow, ClauseRow.id == VersionClause.clause_id)
        .where(Policy.slug.in_(list(policies)), Version.published_at.is_not(None))
        .order_by(Version.number)
    ):
        found[policy, clause].append((number, title))
    return Titles(found)


def minutes_left(
    learners: Collection[tuple[int, str]],
    *,
    policies: Mapping[str, PolicyHistory],
    people: Mapping[int, PersonHistory],
    at: datetime,
    known_at: datetime,
) -> dict[tuple[int, str], int]:
    """Minutes of the module that each (person, policy) has left, as their own page counts them; four statements."""
    tasks = {
        (person_id, slug): Assignment(
            learn=to_learn(policies[slug], people[person_id], at=at, known_at=known_at),
            refresher=None,
            policy=policies[slug],
            person=people[person_id],
        )
        for person_id, slug in learners
    }
    return minutes_of(tasks, now=at)


def minutes_of(tasks: Mapping[tuple[int, str], Assignment], *, now: datetime) -> dict[tuple[int, str], int]:
    """Minutes of the module of each task, by person and policy; four statements."""
    shown = {key: tuple(taught(task, now)) for key, task in tasks.items()}
    needed: dict[str, set[int]] = defaultdict(set)
    for (_, slug), parts in shown.items():
        needed[slug] |= numbers(parts)
    texts = wordings(needed)
    targets = {slug: task.learn.version for (_, slug), task in tasks.items() if task.learn.version}
    versions = frozen(targets)
    known: dict[tuple[str, tuple[Taught, ...]], int] = {}
    for (person_id, slug), parts in shown.items():
        if (slug, parts) not in known:
            task = tasks[person_id, slug]
            module = assembled(task, versions[slug], shown=parts, texts=texts[slug], now=now)
            known[slug, parts] = module.minutes
    return {(person_id, slug): known[slug, parts] for (person_id, slug), parts in shown.items()}
