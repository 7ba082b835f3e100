"""Reads all that is kept about one person, table by table as the register says, and who may be erased."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from lms.extensions import Base, db
from lms.models import Erasure, Identity, Person, PersonKind, Policy, Queue, Spell, SpellEnd, SpellKind, Team, Version
from lms.models.dated import last_end
from lms.privacy.register import Kept, register

OWNERS = {
    "attempt": "attempts",
    "evidence": "evidence",
    "flag": "flags",
    "override": "overrides",
    "refresher": "refreshers",
    "spell": "spells",
}
"""The table whose row names the person, by the word of the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Somebody whose record could be given out or erased."""

    person_id: int
    subject: str
    name: str | None
    email: str | None
    external_id: str | None
    is_here: bool
    """Works here now, or will."""
    erased_at: datetime | None


def subject_of(person_id: int, *, now: datetime) -> Subject | None:
    """One human person; None for a number that nobody has, and for system persons. Two statements."""
    row = db.session.execute(
        select(Person.subject, Identity.name, Identity.email, Identity.external_id, Erasure.erased_at)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .outerjoin(Erasure, Erasure.person_id == Person.id)
        .where(Person.id == person_id, Person.kind == PersonKind.HUMAN)
    ).first()
    if row is None:
        return None
    return Subject(person_id=person_id, is_here=is_here(person_id, now=now), **row._asdict())


def is_here(person_id: int, *, now: datetime) -> bool:
    """Some employment has no end, or one that lies ahead; one statement."""
    ends = db.session.scalars(
        select(SpellEnd.end_at)
        .select_from(Spell)
        .outerjoin(SpellEnd, last_end(now))
        .where(Spell.person_id == person_id, Spell.kind == SpellKind.EMPLOYMENT)
    ).all()
    return any(end is None or end > now for end in ends)


def left_before(moment: datetime, *, now: datetime) -> dict[int, str]:
    """Names of those whose last employment ended before a moment and who are not erased; one statement."""
    rows = db.session.execute(
        select(Spell.person_id, Identity.name)
        .join(Identity, Identity.person_id == Spell.person_id)
        .outerjoin(SpellEnd, last_end(now))
        .where(Spell.kind == SpellKind.EMPLOYMENT)
        .group_by(Spell.person_id, Identity.name)
        .having(func.count(Spell.id) == func.count(SpellEnd.end_at), func.max(SpellEnd.end_at) < moment)
        .order_by(Identity.name)
    )
    return {person_id: name for person_id, name in rows}


def whose(kept: Kept, person_id: int) -> ColumnElement[bool]:
    """Condition for the rows of a table that are about a person."""
    table = Base.metadata.tables[kept.table]
    if kept.whose in OWNERS:
        owner = Base.metadata.tables[OWNERS[kept.whose]]
        mine = select(owner.c.id).where(owner.c.person_id == person_id)
        return table.c[f"{kept.whose}_id"].in_(mine)
    return table.c[kept.whose] == person_id


def export(person_id: int, *, now: datetime) -> dict[str, Any]:
    """All that is kept about a person, as JSON has it; a statement for each table, and four for names in it.

    Colleagues are not named; what nobody may have, such as hashes of passwords, is left out.
    """
    names = _names()
    tables = []
    for kept in register():
        if not kept.whose:
            continue
        table = Base.metadata.tables[kept.table]
        rows = db.session.execute(select(table).where(whose(kept, person_id)).order_by(*table.primary_key))
        said = [_row(kept, table, row._mapping, names, person_id) for row in rows]
        tables.append({"table": kept.table, "purpose": kept.purpose, "kept": kept.kept, "rows": said})
    return {"made_at": now.isoformat(), "tables": tables}


Names = Mapping[str, Mapping[int, str]]


def _names() -> Names:
    versions = select(Version.id, Policy.slug, Version.number).join(Policy, Policy.id == Version.policy_id)
    return {
        "policies": dict(db.session.execute(select(Policy.id, Policy.title)).all()),
        "queues": dict(db.session.execute(select(Queue.id, Queue.name)).all()),
        "teams": dict(db.session.execute(select(Team.id, Team.path)).all()),
        "versions": {id_: f"{slug} version {number}" for id_, slug, number in db.session.execute(versions)},
    }


def _row(kept: Kept, table: Table, values: Mapping[str, Any], names: Names, person_id: int) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for column in table.columns:
        if column.name in kept.secret:
            continue
        value = values[column.name]
        for key in column.foreign_keys:
            target = key.column.table.name
            if value is not None and target in names:
                value = names[target].get(value, value)
            elif value is not None and target == "persons":
                value = "this person" if value == person_id else "a colleague"
        said[column.name] = _plain(value)
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return json.loads(value) if value[:1] == b"{" else value.hex()  # evidence is JSON; keys are bytes
    return value


def counts(person_id: int) -> dict[str, int]:
    """How many rows each table has about a person; a statement for each."""
    found = {}
    for kept in register():
        if kept.whose:
            table = Base.metadata.tables[kept.table]
            found[kept.table] = (
                db.session.scalar(select(func.count()).select_from(table).where(whose(kept, person_id))) or 0
            )
    return found
