"""Files of people for tests, and what is so after one came in."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from lms.extensions import db
from lms.models import (
    Identity,
    Person,
    Queue,
    Spell,
    SpellEnd,
    SpellKind,
    Team,
)
from lms.models.dated import spells_at
from lms.people.importing import ImportRefused, import_people
from lms.people.people_changes import Report

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 15, 12, tzinfo=UTC)
COLUMNS = (
    "external_id", "name", "email", "role", "team", "vendor", "coach_email",
    "queues", "timezone", "language", "starts_on", "ends_on", "effective_on",
)  # fmt: skip
ADA = {"external_id": "ada", "name": "Ada", "email": "ada@demo.example"}
BEN = {
    "external_id": "ben", "name": "Ben Odhiambo", "email": "ben@demo.example", "role": "agent",
    "team": "EMEA/Dublin", "queues": "abuse-reports", "timezone": "Europe/Dublin", "starts_on": "2026-05-04",
}  # fmt: skip


def csv_of(*rows: dict[str, str]) -> bytes:
    """A file with just the columns that one of the rows names."""
    columns = [column for column in COLUMNS if any(column in row for row in rows)]
    lines = [",".join(columns), *(",".join(f'"{row.get(column, "")}"' for column in columns) for row in rows)]
    return "\n".join(lines).encode()


def bring_in(*rows: dict[str, str], now: datetime = NOW) -> Report:
    return import_people(csv_of(*rows), now=now)


def refused(*rows: dict[str, str], now: datetime = NOW) -> list[str]:
    """What is said about a file that is refused, after a look that nothing was written."""
    before = everything()
    with pytest.raises(ImportRefused) as caught:
        bring_in(*rows, now=now)
    assert everything() == before
    return [str(problem) for problem in caught.value.problems]


def everything() -> tuple[int, ...]:
    counts = [
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Person, Identity, Spell, SpellEnd, Team, Queue)
    ]
    db.session.rollback()
    return tuple(counts)


def standing(external_id: str, at: datetime, *, known_at: datetime = LATER) -> dict[str, list[str]]:
    """What somebody is in at an instant, by kind of spell."""
    person = db.session.scalars(select(Identity.person_id).where(Identity.external_id == external_id)).one()
    rows = db.session.execute(
        spells_at(Spell.kind, Spell.role, Team.path, Queue.slug, kinds=list(SpellKind), at=at, known_at=known_at)
        .outerjoin(Team, Team.id == Spell.team_id)
        .outerjoin(Queue, Queue.id == Spell.queue_id)
        .where(Spell.person_id == person)
    ).all()
    db.session.rollback()
    found: dict[str, list[str]] = {"employment": [], "team": [], "role": [], "queue": []}
    for kind, role, path, slug in rows:
        words = {"role": f"{role}@{path}" if path else role, "team": path, "queue": slug, "employment": "yes"}
        found[kind].append(words[kind])
    return {kind: sorted(words) for kind, words in found.items()}


def facts(report: Report) -> dict[str, list[tuple[str, str, str]]]:
    return {
        difference.external_id: [(fact.column, fact.before, fact.after) for fact in difference.facts]
        for difference in report.differences
    }


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.ended, report.unchanged


def dublin(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=ZoneInfo("Europe/Dublin"))
