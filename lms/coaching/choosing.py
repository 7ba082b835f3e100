"""Queries for a new refresher: whom a coach may choose, which clauses are worth it, and what it will mean for each."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from lms.coaching import trying
from lms.coaching.refreshers import of_people
from lms.domain.records import PolicyHistory, Version
from lms.extensions import db
from lms.models import Policy, Spell, SpellEnd, SpellKind
from lms.models.dated import spells_at
from lms.models.histories import person_histories, policy_histories
from lms.readiness.queries import Report, Scope, members, minutes_of, standings, titles
from lms.training.queries import AssignedRefresher, assigned

SUGGESTED = 5
"""How many clauses are ticked at most when the page opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChoice:
    """A clause in force, with what speaks for choosing it."""

    clause: str
    title: str
    missed_by: int
    """How many of the people got a question about it wrong."""
    uncovered_by: int
    """How many of them have not shown that they know it."""

    @property
    def words(self) -> str:
        """The title, and what speaks for it."""
        reasons = [
            gettext("missed by %(count)s", count=self.missed_by) if self.missed_by else "",
            gettext("not shown by %(count)s", count=self.uncovered_by) if self.uncovered_by else "",
        ]
        told = ", ".join(reason for reason in reasons if reason)
        return f"{self.title} ({told})" if told else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Whom and what a coach can choose."""

    people: Mapping[int, str]
    """Names by id, in their order."""
    policies: tuple[tuple[str, str], ...]
    """Slug and title of the policies with a version in force."""
    policy: str | None
    policy_title: str
    version: int | None
    clauses: tuple[ClauseChoice, ...]
    """In the order of the document; empty until a policy is chosen."""

    @property
    def suggested(self) -> list[str]:
        """The clauses missed by most, else those not shown by most; a few at most."""
        for count in ((lambda each: each.missed_by), (lambda each: each.uncovered_by)):
            found = sorted((each for each in self.clauses if count(each)), key=count, reverse=True)
            if found:
                return [each.clause for each in found[:SUGGESTED]]
        return []


def offer(*, scope: Scope, by: int, people: Collection[int], policy: str | None, now: datetime) -> Offer | None:
    """What can be chosen for these people, or for everybody in scope when none are named; nobody decides about `by`.

    None when one of the people is not in scope, or the policy has no version in force.
    """
    in_scope = {each: member.name for each, member in members(scope=scope, at=now, known_at=now).items() if each != by}
    if not set(people) <= in_scope.keys():
        return None
    names = {each: name for each, name in in_scope.items() if not people or each in people}
    histories = policy_histories()
    in_force = {slug: found for slug, history in histories.items() if (found := version_of(history, now=now))}
    known = {
        slug: title for slug, title in db.session.execute(select(Policy.slug, Policy.title).order_by(Policy.title))
    }
    if policy is not None and policy not in in_force:
        return None
    version = in_force[policy] if policy else None
    return Offer(
        people=dict(sorted(names.items(), key=lambda each: (each[1].casefold(), each[0]))),
        policies=tuple((slug, title) for slug, title in known.items() if slug in in_force),
        policy=policy,
        policy_title=known[policy] if policy else "",
        version=version.number if version else None,
        clauses=_clauses(policy, version, scope=scope, people=names, now=now) if policy and version else (),
    )


def _clauses(
    policy: str, version: Version, *, scope: Scope, people: Collection[int], now: datetime
) -> tuple[ClauseChoice, ...]:
    called = titles([policy])
    missed = trying.missed_by(trying.tries(people, policy=policy, now=now))
    uncovered = _uncovered_by(standings(scope=scope, at=now, known_at=now, policy=policy, people=people))
    return tuple(
        ClauseChoice(
            clause=clause.id,
            title=called.of(policy, clause.id, version=version.number),
            missed_by=missed[clause.id],
            uncovered_by=uncovered[clause.id],
        )
        for clause in version.clauses
    )


def _uncovered_by(report: Report) -> Counter[str]:
    pairs = {(row.person_id, missed.clause) for row in report.rows for missed in row.missed}
    return Counter(clause for _, clause in pairs)


def version_in_force(policy: str, *, now: datetime) -> Version | None:
    """The version of a policy that governs the work now; None before the first and once it is retired."""
    history = policy_histories([policy]).get(policy)
    return version_of(history, now=now) if history else None


def version_of(history: PolicyHistory, *, now: datetime) -> Version | None:
    """The same, of a history that is loaded."""
    if history.retired_at and history.retired_at <= now:
        return None
    effective = (each for each in history.versions if each.effective_at <= now and each.withdrawn_at is None)
    return max(effective, key=lambda version: version.number, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a refresher would mean for one person."""

    person_id: int
    person: str
    minutes: int
    is_away: bool
    """On leave now."""
    back_at: datetime | None
    """When the leave ends; None when nobody knows."""
    open_ones: int
    """Refreshers of this policy that they have open already."""


def preview(
    people: Mapping[int, str], *, policy: str, title: str, clauses: Sequence[str], due_at: datetime, now: datetime
) -> list[Expected]:
    """What a refresher on these clauses would mean for each of these people, who are known to be in scope."""
    history = policy_histories([policy])[policy]
    histories = person_histories(people)
    refresher = AssignedRefresher(
        id=0,
        policy=policy,
        title=title,
        clauses=tuple(clauses),
        due_at=due_at,
        note="",
        from_whom="",
        is_blocking=False,
        assigned_at=now,
        ended_at=None,
    )
    tasks = {(each, policy): assigned(history, histories[each], refresher=refresher, now=now) for each in people}
    minutes = minutes_of(tasks, now=now)
    away = _away(people, now=now)
    open_ones = Counter(each.person_id for each in of_people(people) if each.is_open and each.policy == policy)
    return [
        Expected(
            person_id=each,
            person=name,
            minutes=minutes[each, policy],
            is_away=each in away,
            back_at=away.get(each),
            open_ones=open_ones[each],
        )
        for each, name in people.items()
    ]


def _away(people: Collection[int], *, now: datetime) -> dict[int, datetime | None]:
    """Who is on leave now, and until when; one statement."""
    rows = db.session.execute(
        spells_at(Spell.person_id, SpellEnd.end_at, kinds=[SpellKind.LEAVE], at=now, known_at=now).where(
            Spell.person_id.in_(people)
        )
    )
    return {person_id: end_at for person_id, end_at in rows}
