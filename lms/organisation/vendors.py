"""Reads vendors: the other companies that people work for, by the word that stands at each person."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select

from lms.access import Role
from lms.extensions import db
from lms.models import Identity, Person, PersonKind, Spell, SpellKind
from lms.models.dated import spells_at
from lms.people import queries
from lms.people.forms import Asked, State

PLAIN = re.compile(r"[^\w-]+")
ESCAPED = re.compile(r"(?:~[0-9A-F]{2})+")


def address_of(name: str) -> str:
    """A vendor's name as one part of an address: letters and digits as they are, the rest as ~ and hexadecimal bytes.

    A slash or a dot would mean something else there, even percent-encoded.
    """
    return PLAIN.sub(lambda found: "".join(f"~{byte:02X}" for byte in found[0].encode()), name)


def name_of(address: str) -> str | None:
    """The name that has this address; None where none has."""
    try:
        name = ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("~", "")).decode(), address)
    except UnicodeDecodeError:
        return None
    return name if address_of(name) == address else None


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorLine:
    """A vendor."""

    name: str
    address: str
    people: int
    """Who works here now."""
    people_ever: int
    """With who left or is still to come."""
    teams: int
    """In which its people are now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """Somebody of a vendor with a role besides agent."""

    person_id: int
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A vendor with who works for it."""

    line: VendorLine
    teams: tuple[tuple[str, int], ...]
    """Path, and how many of its people are in it now."""
    responsible: tuple[Responsible, ...]


def vendors(*, now: datetime) -> tuple[VendorLine, ...]:
    """Every vendor, by name; three statements."""
    count = select(Identity.vendor, func.count(Identity.person_id)).where(_is_human())
    ever = _counted(count)
    works = spells_at(Spell.person_id, kinds=[SpellKind.EMPLOYMENT], at=now, known_at=now)
    here = _counted(count.where(Identity.person_id.in_(works)))
    in_teams = spells_at(
        Identity.vendor, func.count(Spell.team_id.distinct()), kinds=[SpellKind.TEAM], at=now, known_at=now
    ).join(Identity, Identity.person_id == Spell.person_id)
    teams = _counted(in_teams.where(Spell.person_id.in_(works.correlate(None))))
    return tuple(
        VendorLine(name=name, address=address_of(name), people=here[name], people_ever=number, teams=teams[name])
        for name, number in sorted(ever.items(), key=lambda each: (each[0].casefold(), each[0]))
    )


def _is_human() -> ColumnElement[bool]:
    return Identity.person_id.in_(select(Person.id).where(Person.kind == PersonKind.HUMAN))


def _counted(statement: Select) -> Counter[str]:
    """A number for each vendor."""
    return Counter(dict(db.session.execute(statement.where(Identity.vendor != "").group_by(Identity.vendor)).all()))


def vendor(name: str, *, now: datetime) -> Vendor | None:
    """One vendor; None for a name that nobody's vendor has. Two statements."""
    people = queries.everybody(Asked(vendor=name), now=now) if name else ()
    if not people:
        return None
    here = [line for line in people if line.state in (State.HERE, State.LEAVE)]
    teams = Counter(line.team for line in here if line.team)
    responsible = (
        Responsible(
            person_id=line.person_id, name=line.name, roles=tuple(role for role in line.roles if role != Role.AGENT)
        )
        for line in here
    )
    return Vendor(
        line=VendorLine(
            name=name, address=address_of(name), people=len(here), people_ever=len(people), teams=len(teams)
        ),
        teams=tuple(sorted(teams.items())),
        responsible=tuple(each for each in responsible if each.roles),
    )
