"""One row of the report: where one person stands with one policy in one queue, and why. No database, no clock."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.domain.readiness import Answer
from lms.domain.standing import Standing, State
from lms.models.gate_histories import LetIn

NOT_READY = (State.HELD, State.OVERDUE, State.DUE, State.PROVISIONAL)
"""Most urgent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A clause that somebody has not shown they know, and what made it so."""

    clause: str
    title: str
    kind: str
    """changed, revoked, expired, withdrawn or never"""
    since: datetime
    version: int | None
    due_at: datetime
    is_unlearning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Clauses that are missed for one and the same cause."""

    kind: str
    since: datetime
    version: int | None
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Where one person stands with one policy in one queue."""

    person_id: int
    person: str
    team: str
    """Path; empty for somebody in no team."""
    queue: str
    queue_name: str
    policy: str
    policy_title: str
    standing: State
    because: str
    held: int | None
    required: int | None
    due_at: datetime | None
    missed: tuple[Missed, ...]
    minutes: int
    """Of training that is left; 0 when nothing is missed."""
    upcoming: int | None
    then: State | None
    """The state at the moment the upcoming version takes effect, if nothing more is done."""
    changes_at: datetime | None
    """The next instant at which any of this changes by itself."""
    next_state: State | None
    """The state from then on."""
    gate: Answer | None
    """What the gate of the queue says; None where only one policy was looked at, for it asks all of them."""
    let_in: LetIn | None
    """The override that lets them in now, whatever they stand."""

    @classmethod
    def of(cls, each: Standing, **beside: Any) -> "Row":
        """A standing with what stands beside it: names, minutes, the gate."""
        return cls(
            queue=each.queue,
            policy=each.policy,
            standing=each.state,
            because=each.because,
            held=each.held,
            required=each.required,
            due_at=each.due_at,
            upcoming=each.upcoming,
            changes_at=each.changes_at,
            next_state=each.next_state,
            **beside,
        )

    @property
    def is_not_ready(self) -> bool:
        """Something is asked of the person, or they are kept from the work."""
        return self.standing in NOT_READY

    @property
    def is_worth_a_line(self) -> bool:
        """Something is required now, or will be when an upcoming version takes effect."""
        return not {self.standing, self.then} <= {State.NOT_REQUIRED, None}

    @property
    def urgency(self) -> tuple[int, float, str, int, str, str]:
        """Sorts the most urgent first."""
        place = NOT_READY.index(self.standing) if self.is_not_ready else len(NOT_READY)
        due = self.due_at.timestamp() if self.due_at else float("inf")
        return (place, due, self.person.casefold(), self.person_id, self.queue, self.policy)

    @property
    def main_reason(self) -> str:
        """The word for why they are not ready: held, emergency, or the kind of what is due first."""
        if self.standing in (State.HELD, State.PROVISIONAL):
            return "held" if self.standing is State.HELD else "emergency"
        return min(self.missed, key=lambda each: each.due_at).kind if self.missed else ""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The missed clauses by cause, newest cause first."""
        found: dict[tuple[datetime, str, int | None], list[str]] = defaultdict(list)
        for missed in self.missed:
            found[missed.since, missed.kind, missed.version].append(missed.title)
        return tuple(
            Reason(kind=kind, since=since, version=version, titles=tuple(titles))
            for (since, kind, version), titles in sorted(found.items(), key=lambda each: each[0][:2], reverse=True)
        )
