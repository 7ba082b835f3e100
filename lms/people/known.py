"""Reads everything that an import of people, or a change by hand, compares with."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from lms.extensions import db
from lms.models import Identity, Queue, Spell, SpellEnd, SpellKind, Team
from lms.models.closed import is_open
from lms.models.dated import last_end
from lms.people.people_changes import KnownPerson, KnownSpell, Organisation

MOST_NAMED = 5_000
"""Above this many names a list of them costs more than reading everybody, and SQLite takes no longer list."""
IMPORTED = (SpellKind.EMPLOYMENT, SpellKind.TEAM, SpellKind.ROLE, SpellKind.QUEUE)


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
    teams = dict(db.session.execute(select(Team.path, is_open(Team))).all())
    queues = dict(db.session.execute(select(Queue.slug, is_open(Queue))).all())
    return Organisation(
        people={person.external_id: person for person in people},
        teams=frozenset(teams),
        queues=frozenset(queues),
        closed_teams=frozenset(path for path, stands in teams.items() if not stands),
        closed_queues=frozenset(slug for slug, stands in queues.items() if not stands),
    )


def everybody(*, known_at: datetime) -> Organisation:
    """Everybody, whatever they do; four statements."""
    return organisation(external_ids=range(MOST_NAMED + 1), emails=(), known_at=known_at)  # type: ignore[arg-type]


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
