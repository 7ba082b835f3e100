"""Where one person stands with one policy in one queue at one instant: the heart of Muster (domain.md section 4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.domain.records import PersonHistory, PolicyHistory


class State(StrEnum):
    """The seven answers."""

    NOT_REQUIRED = "not_required"
    EXEMPT = "exempt"
    HELD = "held"
    READY = "ready"
    PROVISIONAL = "provisional"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a clause is uncovered."""

    kind: str
    at: datetime
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """One clause that concerns the person and is not covered."""

    clause: str
    causes: tuple[Cause, ...]
    due_at: datetime
    is_unlearning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one person stands."""

    policy: str
    queue: str
    at: datetime
    known_at: datetime
    state: State
    because: str
    required: int | None
    upcoming: int | None
    held: int | None
    uncovered: tuple[Uncovered, ...]
    due_at: datetime | None
    changes_at: datetime | None
    next_state: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToLearn:
    """What a module must teach one person."""

    required: int | None
    version: int | None
    effective_at: datetime | None
    clauses: tuple[str, ...]
    unlearnings: frozenset[str]
    changing: frozenset[str]
    covered_before: frozenset[str]
    is_whole: bool


def standing(policy: PolicyHistory, person: PersonHistory, *, queue: str, at: datetime, known_at: datetime) -> Standing:
    """Give where a person stands."""
    raise NotImplementedError


def to_learn(policy: PolicyHistory, person: PersonHistory, *, at: datetime, known_at: datetime) -> ToLearn:
    """Give what a person has to learn."""
    raise NotImplementedError


def concerned(policy: PolicyHistory, person: PersonHistory, *, at: datetime, known_at: datetime) -> tuple[str, ...]:
    """Give the clause ids that concern a person."""
    raise NotImplementedError
