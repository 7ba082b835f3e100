"""Conditions of the statements of a pack: which people, records and attempts are in it, and who asks may see."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from lms.evidence_pack.asked import About, Asked
from lms.models import Attempt, Evidence, Identity, Person, Policy, Version
from lms.readiness.queries import employed


def _whose(asked: Asked, person: Any) -> list[ColumnElement[bool]]:
    """Conditions that keep a column of people to those whom the pack is about and who asks may see."""
    found: list[ColumnElement[bool]] = []
    scope = asked.scope
    if asked.about is About.PERSON:
        found.append(person == asked.person_id)
    if asked.about is About.TEAM or (scope is not None and scope.teams is not None):
        team = asked.team if asked.about is About.TEAM else None
        found.append(person.in_(employed(scope=scope, team=team, at=asked.to_at, known_at=asked.to_at)))
    elif scope is not None and scope.vendor:
        found.append(person.in_(select(Identity.person_id).where(Identity.vendor == scope.vendor)))
    return found


def _of_version(asked: Asked, version: Any) -> list[ColumnElement[bool]]:
    if asked.about is not About.VERSION:
        return []
    one = select(Version.id).join(Policy, Policy.id == Version.policy_id)
    return [version.in_(one.where(Policy.slug == asked.policy, Version.number == asked.number).correlate(None))]


def _within(asked: Asked, moment: Any) -> list[ColumnElement[bool]]:
    found = [moment <= asked.to_at]
    return found if asked.from_at is None else [*found, moment >= asked.from_at]


def proved(asked: Asked) -> list[ColumnElement[bool]]:
    """Conditions for records of evidence."""
    return [
        Evidence.recorded_at <= asked.to_at,
        *_within(asked, Evidence.occurred_at),
        *_whose(asked, Evidence.person_id),
        *_of_version(asked, Evidence.version_id),
    ]


def tried(asked: Asked) -> list[ColumnElement[bool]]:
    """Conditions for attempts, beside `Identity`; quizzes of a vendor's people are for the vendor's own leads only."""
    ours = [] if asked.scope is None else [func.coalesce(Identity.vendor, "") == asked.scope.vendor]
    return [
        Attempt.submitted_at.is_not(None),
        *_within(asked, Attempt.submitted_at),
        *_whose(asked, Attempt.person_id),
        *_of_version(asked, Attempt.version_id),
        *ours,
    ]


def is_in(asked: Asked) -> ColumnElement[bool]:
    """Condition for people. A team has its people, with or without records; a version has those who met it."""
    if asked.about is About.PERSON:
        return and_(*_whose(asked, Person.id))
    met: list[Select] = [
        select(Evidence.person_id).where(*proved(asked)),
        select(Attempt.person_id)
        .outerjoin(Identity, Identity.person_id == Attempt.person_id)
        .where(*tried(asked))
        .correlate(None),
    ]
    if asked.about is not About.VERSION:
        met.append(employed(scope=asked.scope, team=asked.team or None, at=asked.to_at, known_at=asked.to_at))
    return or_(*(Person.id.in_(each) for each in met))
