"""Queries that find what a pack may be about for who asks: people, teams, versions."""

from datetime import datetime

from sqlalchemy import or_, select

from lms.evidence_pack.asked import About, Asked
from lms.evidence_pack.whose import is_in
from lms.extensions import db
from lms.models import Identity, Person, PersonKind, Policy, Team, Version
from lms.readiness.queries import Scope, Within, choices

__all__ = ["Scope", "Within", "choices"]


def person_id_of(words: str) -> int | None:
    """Who has this external id, e-mail or random identifier; one statement."""
    return db.session.scalar(
        select(Person.id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .where(
            Person.kind == PersonKind.HUMAN,
            or_(Person.subject == words, Identity.external_id == words, Identity.email == words.casefold()),
        )
        .order_by((Identity.external_id == words).desc())
        .limit(1)
    )


def has_team(path: str) -> bool:
    """True for a team that there is or was; one statement."""
    return db.session.scalar(select(Team.id).where(Team.path == path)) is not None


def in_reach(person_id: int, *, scope: Scope, at: datetime) -> bool:
    """True for somebody who works in scope at `at`, and where every team is seen for those who left too."""
    asked = Asked(about=About.PERSON, person_id=person_id, to_at=at, scope=scope)
    return db.session.scalar(select(Person.id).where(Person.kind == PersonKind.HUMAN, is_in(asked))) is not None


def email_of(person_id: int) -> str:
    """How a person is named on the form; empty when erased."""
    return db.session.scalar(select(Identity.email).where(Identity.person_id == person_id)) or ""


def versions_of(owner_id: int | None, *, now: datetime) -> list[tuple[str, int, str]]:
    """Slug, number and title of the published versions of somebody's policies, or of all; one statement."""
    statement = (
        select(Policy.slug, Version.number, Policy.title)
        .join(Version, Version.policy_id == Policy.id)
        .where(Version.published_at <= now)
        .order_by(Policy.title, Policy.slug, Version.number.desc())
    )
    if owner_id is not None:
        statement = statement.where(Policy.owner_id == owner_id)
    return [(row.slug, row.number, row.title) for row in db.session.execute(statement)]
