"""What a file may say about people where other sources own their fields: the rest is reported, not taken. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lms.models import SpellKind
from lms.ownership import Owners, Source
from lms.people.people_changes import KnownPerson, Organisation
from lms.people.people_file import PeopleFile, PersonRow

IDENTITY = ("name", "email", "vendor", "timezone", "language")
COLUMNS = {"team": ("team", "coach_email"), "role": ("role",), "queues": ("queues",)}
"""Columns of people.csv by field, besides those that are called alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A value that was not taken, because another source owns the field."""

    external_id: str
    field: str
    value: str
    owner: str


def taken(
    file: PeopleFile, known: Organisation, owners: Owners, source: Source = Source.FEED, *, now: datetime
) -> tuple[PeopleFile, tuple[Refused, ...]]:
    """The file as far as it may speak, and what was not taken. Of somebody new everything is taken."""
    refused: list[Refused] = []
    rows = []
    others = {field: owner for field, owner in owners.items() if owner is not source}
    for row in file.rows:
        person = known.people.get(row.external_id)
        rows.append(row if person is None else _row(row, person, others, refused, now))
    return replace(file, rows=tuple(rows)), tuple(refused)


def _row(row: PersonRow, person: KnownPerson, owners: Owners, refused: list[Refused], now: datetime) -> PersonRow:
    changes: dict[str, Any] = {}
    for field, owner in owners.items():
        if field in IDENTITY:
            said, is_now = getattr(row, field), getattr(person, field)
            changes[field] = is_now
        elif field == "employment":
            said = row.ends_on if row.has_end else None
            is_now = None
            changes |= {"starts_on": None, "ends_on": None, "has_end": False}
        elif field in COLUMNS:
            said, is_now = _said(row, field), _now(person, field, now)
            changes |= dict.fromkeys(COLUMNS[field])
        else:
            continue
        if said is not None and said != is_now:
            refused.append(Refused(external_id=row.external_id, field=field, value=_words(said), owner=owner.value))
    return replace(row, **changes)


def _said(row: PersonRow, field: str) -> Any:
    value = getattr(row, field)
    return None if value is None else frozenset(map(str, value)) if field != "team" else value


def _now(person: KnownPerson, field: str, now: datetime) -> Any:
    held = [spell for spell in person.spells if spell.holds(now)]
    if field == "team":
        return next((spell.team for spell in held if spell.kind is SpellKind.TEAM), "")
    kind, name = (SpellKind.ROLE, "role") if field == "role" else (SpellKind.QUEUE, "queue")
    return frozenset(str(getattr(spell, name)) for spell in held if spell.kind is kind)


def _words(value: Any) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(sorted(map(str, value)))
    return str(value)
