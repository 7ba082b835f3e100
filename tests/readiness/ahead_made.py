"""What is planned for people: another team, a queue, leave; and looking ahead."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms import clock
from lms.extensions import db, writing
from lms.models import Person, Policy, Queue, Refresher, Spell, SpellEnd, SpellKind, Team
from lms.readiness.ahead import Ahead
from lms.readiness.ahead_queries import ahead
from tests.cast import add_spell
from tests.readiness.make import ago


def looked(**asked) -> Ahead:
    return ahead(**{"scope": None, "at": clock.now(), "zone": ZoneInfo("UTC"), "weeks": 4} | asked)


@writing()
def moves(person_id: int, team: str, *, on: float) -> None:
    """Somebody will be in another team in so many days; recorded a day ago."""
    team_id = db.session.scalars(select(Team.id).where(Team.path == team)).one()
    old = db.session.scalars(select(Spell).where(Spell.person_id == person_id, Spell.kind == SpellKind.TEAM)).one()
    db.session.add(SpellEnd(spell_id=old.id, end_at=ago(-on), reason="", recorded_at=ago(1), recorded_by=person_id))
    _begin(person_id, SpellKind.TEAM, on, team_id=team_id)
    db.session.commit()


@writing()
def joins(person_id: int, queue: str, *, on: float) -> None:
    """Somebody will be in a queue as well in so many days."""
    _begin(
        person_id, SpellKind.QUEUE, on, queue_id=db.session.scalars(select(Queue.id).where(Queue.slug == queue)).one()
    )
    db.session.commit()


def _begin(person_id: int, kind: SpellKind, on: float, **columns: object) -> Spell:
    return add_spell(db.session.get_one(Person, person_id), kind=kind, start_at=ago(-on), recorded_at=ago(1), **columns)


@writing()
def plan(person_id: int, kind: SpellKind, *, begins: float, ends: float, policy: str | None = None) -> None:
    """A spell that is planned from so many days ahead until so many; recorded a day ago."""
    policy_id = db.session.scalar(select(Policy.id).where(Policy.slug == policy)) if policy else None
    made = _begin(person_id, kind, begins, policy_id=policy_id)
    db.session.add(SpellEnd(spell_id=made.id, end_at=ago(-ends), reason="", recorded_at=ago(1), recorded_by=person_id))
    db.session.commit()


@writing()
def refresh(person_id: int, policy: str, clauses: list[str], *, by: int) -> None:
    """Somebody has a refresher to do within three days."""
    db.session.add(
        Refresher(
            person_id=person_id,
            policy_id=db.session.scalars(select(Policy.id).where(Policy.slug == policy)).one(),
            clauses=clauses,
            due_at=ago(-3),
            note="Please read it again.",
            assigned_by=by,
            assigned_at=ago(1),
        )
    )
    db.session.commit()
