"""Who people are: by e-mail, by external id, and who cannot sign in yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from lms.auditing import Act
from lms.extensions import db
from lms.models import AuditEntry, Credential, Identity, Passkey, ProviderLink, Queue, Spell, SpellEnd, SpellKind
from lms.models.dated import last_end


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
