"""What happened, as values: spells, settings, versions, evidence, decisions.

Everything carries when it was recorded; nothing is ever overwritten. What follows from it is in `standing.py`.
Source: domain.md sections 2, 3, 4. All moments are aware datetimes in UTC.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellEnd:
    """The end of a spell as somebody recorded it; None reopens it. The last one recorded by `known_at` counts."""

    at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time [start, end). An end at or before the start cancels the spell; without any end it is open."""

    start: datetime
    recorded_at: datetime
    ends: tuple[SpellEnd, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of a requirement from a moment on; the last recorded of those in force counts."""

    from_at: datetime
    recorded_at: datetime
    queues: frozenset[str]
    is_everybody: bool = False
    """Concerns every queue, whatever `queues` says."""
    onboarding_days: int
    grace_days: int
    valid_days: int | None = None
    """None: evidence does not expire."""
    window_days: int = 0
    """How long before its expiry evidence may be renewed without losing days."""
    reentry_days: int = 90
    """An absence up to this long does not start the onboarding anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedClause:
    """A clause of a version, as standing needs it."""

    id: str
    queues: frozenset[str]
    """The queues that it names; empty: those of its policy."""
    text_hash: str
    is_need_to_know: bool = False
    """Only whom it concerns may read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """One change of a version with its verdict settled.

    A change of nothing but its queues is not material: it ends nobody's coverage, and who gains the clause is seen
    from the queues of the two versions.
    """

    clause: str
    """Its id in this version; for a removal its id in the version before."""
    predecessors: tuple[str, ...]
    """Ids in the version before; empty for an added clause (or one that keeps its id)."""
    is_material: bool
    is_removal: bool = False
    gained_queues: frozenset[str] = frozenset()
    """For display; the rule itself compares the queues that the clauses name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A published version. A clause without a change is unchanged; everything in the first version is added."""

    number: int
    published_at: datetime
    effective_at: datetime
    recorded_at: datetime
    clauses: tuple[PinnedClause, ...]
    """In the order of the document."""
    changes: tuple[VersionChange, ...] = ()
    grace_days: int | None = None
    """None: the grace of the policy when the version takes effect."""
    provisional_until: datetime | None = None
    """Set for an emergency: until when an acknowledgement keeps people provisionally ready."""
    withdrawn_at: datetime | None = None
    withdrawn_recorded_at: datetime | None = None
    """None: known as soon as it was withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHistory:
    """A policy with all of its versions and settings, in any order."""

    slug: str
    settings: tuple[Settings, ...]
    versions: tuple[Version, ...]
    retired_at: datetime | None = None
    retired_recorded_at: datetime | None = None
    """None: known as soon as it was retired."""
    memo: dict[Hashable, object] = field(default_factory=dict, init=False, repr=False, compare=False, hash=False)
    """What was derived from this very object (its lineages). Hashing sixty clauses for a cache on every question
    would cost more than the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """The only way in which evidence ends before it expires. The reason lives with the stored record."""

    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A person proved clauses of a version. Counts from `occurred_at`."""

    policy: str
    version: int
    clauses: frozenset[str] | None
    """None (`imported` without clauses): all of the version and all that it or a version before it removed."""
    occurred_at: datetime
    recorded_at: datetime
    is_imported: bool = False
    revocations: tuple[Revocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An extension or a bringing forward: replaces the due moment of what was uncovered when it was decided."""

    policy: str
    due_at: datetime
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """A person has seen an emergency version: proves nothing, opens PROVISIONAL."""

    policy: str
    version: int
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold on a queue (policy None), or an open blocking refresher of a policy (queue None)."""

    spell: Spell
    queue: str | None
    policy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A coach or lead lets a person into a queue; it ends after twelve hours at the latest (`readiness.py`)."""

    spell: Spell
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """The person need not meet the requirement of a policy for a time."""

    policy: str
    spell: Spell


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonHistory:
    """Everything recorded about one person, in any order."""

    employment: tuple[Spell, ...]
    queues: Mapping[str, tuple[Spell, ...]]
    leave: tuple[Spell, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    holds: tuple[Hold, ...] = ()
    overrides: tuple[Override, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    decisions: tuple[Decision, ...] = ()
    acknowledgements: tuple[Acknowledgement, ...] = ()
