"""The cast: Ada (agent), Cole (coach), Lena (lead), Pia (policy owner), Rune (administrator), Sam (a stranger)."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from lms import clock
from lms.access import Role
from lms.extensions import db, writing
from lms.models import Identity, Person, PersonKind, Queue, Spell, SpellEnd, SpellKind, Team

JOINED_AT = datetime(2026, 1, 1, tzinfo=UTC)
QUEUES = ("abuse-reports", "escalations", "legal-requests")
TEAMS = ("EMEA", "EMEA/Dublin", "Americas", "Americas/Austin")

PEOPLE = {
    "ada": (Role.AGENT, "EMEA/Dublin", "Europe/Dublin", QUEUES),
    "cole": (Role.COACH, "EMEA/Dublin", "Europe/Dublin", ()),
    "lena": (Role.LEAD, "EMEA", "Europe/Dublin", ()),
    "pia": (Role.OWNER, None, "America/Los_Angeles", ()),
    "rune": (Role.ADMINISTRATOR, None, "Europe/Oslo", ()),
    "sam": (Role.AGENT, "Americas/Austin", "America/Chicago", ("abuse-reports",)),
}
"""Name: role, team, zone, queues. Cole's and Lena's roles cover their team's tree."""


@dataclass(frozen=True)
class Cast:
    """Person ids by name."""

    ids: dict[str, int]

    def __getattr__(self, name: str) -> int:
        return self.ids[name]

    @classmethod
    def of_database(cls) -> "Cast":
        """The cast as it stands in the database."""
        rows = db.session.execute(select(Identity.external_id, Identity.person_id)).all()
        db.session.rollback()
        return cls({external_id: person_id for external_id, person_id in rows})


@writing()
def gather() -> None:
    """Write the cast, its teams and queues."""
    queues = {slug: Queue(slug=slug, name=slug.replace("-", " ").capitalize()) for slug in QUEUES}
    teams: dict[str, Team] = {}
    db.session.add_all(queues.values())
    for path in TEAMS:
        parent = teams.get(path.rpartition("/")[0])
        teams[path] = Team(name=path.rpartition("/")[2], path=path, parent_id=parent.id if parent else None)
        db.session.add(teams[path])
        db.session.flush()
    for name, (role, team, zone, mine) in PEOPLE.items():
        person = make_person(name, timezone=zone)
        member = teams[team].id if team else None
        spells = [{"kind": SpellKind.EMPLOYMENT}, {"kind": SpellKind.ROLE, "role": role.value}]
        if role in {Role.COACH, Role.LEAD}:
            spells[1]["team_id"] = member
        if member:
            spells.append({"kind": SpellKind.TEAM, "team_id": member})
        spells += [{"kind": SpellKind.QUEUE, "queue_id": queues[slug].id} for slug in mine]
        for spell in spells:
            add_spell(person, **spell)
    db.session.commit()


def make_person(name: str, *, timezone: str = "UTC") -> Person:
    """Add a person with an identity to the session; `name` is also the external id."""
    person = Person(subject=str(uuid.uuid4()), kind=PersonKind.HUMAN, created_at=JOINED_AT)
    db.session.add(person)
    db.session.flush()
    db.session.add(
        Identity(
            person_id=person.id,
            external_id=name,
            name=name.capitalize(),
            email=f"{name}@demo.example",
            timezone=timezone,
            language="en",
        )
    )
    db.session.flush()
    return person


def add_spell(person: Person, **columns: object) -> Spell:
    """Add a spell that starts, and was recorded, when the cast joined unless said otherwise."""
    spell = Spell(
        **{
            "person_id": person.id,
            "start_at": JOINED_AT,
            "recorded_at": JOINED_AT,
            "recorded_by": person.id,
            "reason": "",
        }
        | columns
    )
    db.session.add(spell)
    db.session.flush()
    return spell


def leave(person_id: int) -> None:
    """End somebody's employment now."""
    with writing():
        spell = db.session.scalars(
            select(Spell).where(Spell.person_id == person_id, Spell.kind == SpellKind.EMPLOYMENT)
        ).one()
        now = clock.now()
        db.session.add(SpellEnd(spell_id=spell.id, end_at=now, recorded_at=now, recorded_by=person_id))
        db.session.commit()
