"""What is known of people when a file comes in, what the file would change, and what is reported of it.

Values only. They are compared in `people_import.py`, read in `known.py` and written in `importing.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms.access import Role
from lms.models import SpellKind
from lms.people.people_file import PersonRow
from lms.people.table_file import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSpell:
    """A spell that is not empty, with its end as it is known now."""

    id: int
    kind: SpellKind
    start: datetime
    end: datetime | None
    queue: str | None = None
    team: str | None = None
    """A path."""
    role: str | None = None

    def holds(self, at: datetime) -> bool:
        """True when `at` lies in [start, end)."""
        return self.start <= at and (self.end is None or self.end > at)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody with an identity."""

    person_id: int
    external_id: str
    name: str
    email: str
    timezone: str
    language: str
    vendor: str
    spells: tuple[KnownSpell, ...]
    """Employment, team, roles and queues, by start."""

    def of(self, kind: SpellKind) -> list[KnownSpell]:
        """The spells of one kind, by start."""
        return [spell for spell in self.spells if spell.kind is kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Everybody a file speaks of, and all teams and queues."""

    people: Mapping[str, KnownPerson]
    """By external id."""
    teams: frozenset[str]
    """Paths."""
    queues: frozenset[str]
    """Slugs."""
    closed_teams: frozenset[str] = frozenset()
    closed_queues: frozenset[str] = frozenset()

    def by_email(self) -> dict[str, KnownPerson]:
        """The same people by e-mail."""
        return {person.email: person for person in self.people.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSpell:
    """A spell to append."""

    external_id: str
    kind: SpellKind
    start: datetime
    end: datetime | None = None
    queue: str | None = None
    team: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEnd:
    """An end to append to a spell; none takes an earlier end back."""

    spell_id: int
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact before and after, as it is read."""

    column: str
    before: str
    after: str


@dataclass(slots=True, kw_only=True)
class Difference:
    """What changes about one person."""

    external_id: str
    name: str
    kind: str
    """created | changed | ended"""
    from_at: datetime
    facts: list[Fact] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Plan:
    """All that a file changes; nothing of it may be done while there are problems."""

    problems: list[Problem] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    """Those who are new."""
    identities: dict[int, dict[str, str]] = field(default_factory=dict)
    """Who people are after it, by person id, where anything of it changes."""
    spells: list[NewSpell] = field(default_factory=list)
    ends: list[NewEnd] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    """New paths, parents first."""
    queues: list[str] = field(default_factory=list)
    differences: dict[str, Difference] = field(default_factory=dict)
    """By external id."""
    refused: tuple[Any, ...] = ()
    """`owned.Refused`: what was not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did, or would do."""

    is_dry_run: bool
    created: int
    changed: int
    ended: int
    unchanged: int
    teams: tuple[str, ...]
    """Paths of teams that were made."""
    queues: tuple[str, ...]
    """Slugs of queues that were made."""
    differences: tuple[Difference, ...]
    refused: tuple[Any, ...] = ()
    """`owned.Refused`: values of fields that another source owns."""


def report_of(plan: Plan, rows: Iterable[PersonRow], *, is_dry_run: bool) -> Report:
    """Count what a plan without problems does."""
    kinds = [difference.kind for difference in plan.differences.values()]
    return Report(
        is_dry_run=is_dry_run,
        created=kinds.count("created"),
        changed=kinds.count("changed"),
        ended=kinds.count("ended"),
        unchanged=sum(row.external_id not in plan.differences for row in rows),
        teams=tuple(plan.teams),
        queues=tuple(plan.queues),
        differences=tuple(plan.differences.values()),
        refused=plan.refused,
    )
