"""Which clauses the people of a coach miss most, in first attempts. Reads what attempts came to, and no key."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from lms.extensions import db
from lms.models import Attempt, ClauseRow, Policy, Version, VersionClause
from lms.statistics.answers import LEAST_PEOPLE
from lms.statistics.figures import Estimate, share_of
from lms.statistics.reading import first_attempts

WITHIN = timedelta(days=90)
MOST = 5
"""Clauses that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A clause of which many people missed a question."""

    policy: str
    policy_title: str
    clause: str
    title: str
    people: int
    """Who missed one, of `share.count` who were asked."""
    share: Estimate


def missed_most(people: Collection[int], *, now: datetime) -> tuple[Missed, ...]:
    """The clauses that most of these people missed in the last 90 days; two statements.

    Nothing about fewer than five people, and nothing that is need-to-know: a coach need not be among who may read it.
    """
    asked: dict[tuple[str, str], set[int]] = defaultdict(set)
    missed: dict[tuple[str, str], set[int]] = defaultdict(set)
    first = first_attempts(Attempt.person_id.in_(people))
    for person, slug, result in db.session.execute(
        select(Attempt.person_id, Policy.slug, Attempt.result)
        .join(first, first.c.id == Attempt.id)
        .join(Policy, Policy.id == Attempt.policy_id)
        .where(first.c.place == 1, first.c.submitted_at >= now - WITHIN, ~Policy.is_need_to_know)
    ):
        for each in (result or {}).get("items", ()):
            for clause in each["clauses"] if each["maximum"] else ():
                asked[slug, clause].add(person)
                if each["points"] < each["maximum"]:
                    missed[slug, clause].add(person)
    titles = _titles({clause for _, clause in missed})
    found = [
        Missed(
            policy=slug,
            policy_title=titles[slug, clause][0],
            clause=clause,
            title=titles[slug, clause][1],
            people=len(who),
            share=share_of(len(who), len(asked[slug, clause])),
        )
        for (slug, clause), who in missed.items()
        if len(asked[slug, clause]) >= LEAST_PEOPLE and (slug, clause) in titles
    ]
    return tuple(sorted(found, key=lambda each: (-(each.share.value or 0), each.policy_title, each.title))[:MOST])


def _titles(clauses: Collection[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Titles of policy and clause, as the newest version calls it; without what was ever need-to-know."""
    rows = db.session.execute(
        select(
            Policy.slug,
            Policy.title,
            ClauseRow.slug,
            VersionClause.title,
            VersionClause.is_need_to_know,
        )
        .join(Version, Version.policy_id == Policy.id)
        .join(VersionClause, VersionClause.version_id == Version.id)
        .join(ClauseRow, ClauseRow.id == VersionClause.clause_id)
        .where(ClauseRow.slug.in_(clauses), Version.published_at.is_not(None))
        .order_by(Version.number)
    ).all()
    secret = {(row[0], row[2]) for row in rows if row.is_need_to_know}
    return {(row[0], row[2]): (row[1], row[3]) for row in rows if (row[0], row[2]) not in secret}
