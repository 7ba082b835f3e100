"""Who people are: by e-mail, and everything that an import of people compares with."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true

from lms.accounts.people_changes import KnownPerson, KnownSpell, Organisation
from lms.auditing import Act
from lms.extensions import db
from lms.models import AuditEntry, Credential, Identity, Passkey, ProviderLink, Queue, Spell, SpellEnd, SpellKind, Team
from lms.models.dated import last_end

MOST_NAMED = 5_000
"""Above this many names a list of them costs more than reading everybody, and SQLite takes no longer list."""
IMPORTED = (SpellKind.EMPLOYMENT, SpellKind.TEAM, SpellKind.ROLE, SpellKind.QUEUE)


def person_of_email(email: str) -> int | None:
    """Id of the person with this e-mail, whatever its case."""
    return db.session.scalar(select(Identity.person_id).where(Identity.email == email.strip().casefold()))


def person_of_external_id(external_id: str) -> int:
    """Id of the person with this key of the feed; NoResultFound when there is none."""
    return db.session.scalars(select(Identity.person_id).where(Identity.external_id == external_id)).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninvited:
    """Somebody who works here, or will, and has no password, passkey or provider."""

    person_id: int
    name: str
    email: str
    invited_at: datetime | None


def not_signed_up(*, now: datetime) -> tuple[Uninvited, ...]:
    """Everybody who cannot sign in yet, by name; one statement."""
    cannot = [
        ~select(table.person_id).where(table.person_id == Identity.person_id).exists()
        for table in (Credential, Passkey, ProviderLink)
    ]
    works = (
        select(Spell.id)
        .outerjoin(SpellEnd, last_end(now))
        .where(
            Spell.person_id == Identity.person_id,
            Spell.kind == SpellKind.EMPLOYMENT,
            or_(SpellEnd.end_at.is_(None), SpellEnd.end_at > now),
        )
        .exists()
    )
    invited = (
        select(func.max(AuditEntry.at))
        .where(AuditEntry.person_id == Identity.person_id, AuditEntry.act == Act.INVITED.value)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Identity.person_id, Identity.name, Identity.email, invited.label("invited_at"))
        .where(works, *cannot)
        .order_by(Identity.name, Identity.person_id)
    )
    return tuple(Uninvited(**row._asdict()) for row in rows)


def queue_slugs() -> tuple[str, ...]:
    """All queues, in order."""
    return tuple(db.session.scalars(select(Queue.slug).order_by(Queue.slug)))


def organisation(*, external_ids: Collection[str], emails: Collection[str], known_at: datetime) -> Organisation:
    """People with one of these ids or e-mails, their spells as known then, all teams and queues; four statements."""
    few = len(external_ids) + len(emails) <= MOST_NAMED
    named = or_(Identity.external_id.in_(external_ids), Identity.email.in_(emails)) if few else true()
    identities = db.session.execute(select(*Identity.__table__.columns).where(named)).all()
    spells = _spells(Spell.person_id.in_([identity.person_id for identity in identities]) if few else true(), known_at)
    people = (
        KnownPerson(
            person_id=identity.person_id,
            external_id=identity.external_id,
            name=identity.name,
            email=identity.email,
            timezone=identity.timezone,
            language=identity.language,
            vendor=identity.vendor,
            spells=tuple(spells[identity.person_id]),
        )
        for identity in identities
    )
    return Organisation(
        people={person.external_id: person for person in people},
        teams=frozenset(db.session.scalars(select(Team.path))),
        queues=frozenset(db.session.scalars(select(Queue.slug))),
    )


def _spells(chosen: ColumnElement[bool], known_at: datetime) -> dict[int, list[KnownSpell]]:
    columns: tuple[Any, ...] = (Spell.person_id, Spell.id, Spell.kind, Spell.start_at, Spell.role)
    found: dict[int, list[KnownSpell]] = defaultdict(list)
    for row in db.session.execute(
        select(*columns, SpellEnd.end_at, Queue.slug, Team.path)
        .select_from(Spell)
        .outerjoin(SpellEnd, last_end(known_at))
        .outerjoin(Queue, Queue.id == Spell.queue_id)
        .outerjoin(Team, Team.id == Spell.team_id)
        .where(Spell.kind.in_(IMPORTED), Spell.recorded_at <= known_at, chosen)
        .order_by(Spell.start_at, Spell.id)
    ):
        if row.end_at is None or row.end_at > row.start_at:
            found[row.person_id].append(
                KnownSpell(
                    id=row.id,
                    kind=row.kind,
                    start=row.start_at,
                    end=row.end_at,
                    queue=row.slug,
                    team=row.path,
                    role=row.role,
                )
            )
    return found
