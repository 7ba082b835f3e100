"""Where one person stands with one policy in one queue at one instant: the heart of Muster.

A person is ready for a policy when every clause that concerns them has been proven, on its current meaning, within
its validity. The parts: `case` (what concerns whom), `coverage` (what is proven), `dues` (by when). Source: domain.md
section 4.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast

from lms.domain.case import Case, Uncovered
from lms.domain.dues import Cause
from lms.domain.intervals import FOREVER, Interval, as_known, is_within, require_aware
from lms.domain.known import Known
from lms.domain.learning import ToLearn, concerned, named_for, to_learn
from lms.domain.records import PersonHistory, PolicyHistory, Version

__all__ = [
    "Cause",
    "Standing",
    "State",
    "ToLearn",
    "Uncovered",
    "concerned",
    "named_for",
    "standing",
    "standings",
    "to_learn",
]


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
class Standing:
    """Where one person stands, and why."""

    policy: str
    queue: str
    at: datetime
    known_at: datetime
    state: State
    because: str
    """not_required: retired, no_version, not_in_queue or not_concerned; exempt: leave or waiver; held: hold or
    refresher; provisional: emergency; else empty, for the uncovered clauses say it."""
    required: int | None
    """Number of the version that governs; None when not required."""
    upcoming: int | None
    """Newest published version that is not effective yet, told beside whatever the state is."""
    held: int | None
    """Newest effective version of which everything that concerns them is covered."""
    uncovered: tuple[Uncovered, ...]
    """In the order of the document, then what must be unlearned."""
    due_at: datetime | None
    """The earliest of the uncovered clauses; None when there are none."""
    changes_at: datetime | None
    """The next instant at which any of the above changes by itself; None when nothing known will change it."""
    next_state: State | None
    """The state from `changes_at` on, which may be the same for another reason."""


def standing(policy: PolicyHistory, person: PersonHistory, *, queue: str, at: datetime, known_at: datetime) -> Standing:
    """Give where a person stands with a policy in a queue at `at`, by what the system knew at `known_at`.

    `at` after `known_at` is a forecast. To preview a version, append it to `policy.versions`. Raises ValueError for
    moments without a time zone. Source: domain.md section 4.
    """
    return standings(policy, person, queues=(queue,), at=at, known_at=known_at)[queue]


def standings(
    policy: PolicyHistory, person: PersonHistory, *, queues: Iterable[str], at: datetime, known_at: datetime
) -> dict[str, Standing]:
    """Give `standing` for several queues of one person, by queue: what they share is worked out once."""
    require_aware(at, known_at)
    known = Known(policy, person, known_at)
    return {queue: _standing(known, queue, at) for queue in queues}


def _standing(known: Known, queue: str, at: datetime) -> Standing:
    now = _view(known, queue, at)
    changes_at, next_state = _next_change(known, queue, now)
    return Standing(
        policy=known.policy.slug,
        queue=queue,
        at=at,
        known_at=known.known_at,
        state=now.state,
        because=now.because,
        required=now.required,
        upcoming=now.upcoming,
        held=now.held,
        uncovered=now.uncovered,
        due_at=now.due_at,
        changes_at=changes_at,
        next_state=next_state,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """A standing without what comes next."""

    case: Case
    state: State
    because: str
    upcoming: int | None
    required: int | None = None
    held: int | None = None
    uncovered: tuple[Uncovered, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        return min((each.due_at for each in self.uncovered), default=None)

    @property
    def told(self) -> tuple[object, ...]:
        """What makes two views alike. In open leave the due moment moves with the clock, which is no change."""
        dues = () if self.case.is_due_moving() else tuple(each.due_at for each in self.uncovered)
        clauses = tuple(each.clause for each in self.uncovered)
        return (self.state, self.because, self.upcoming, self.required, self.held, clauses, dues)


def _view(known: Known, queue: str, at: datetime) -> _View:
    """Give it for a queue; what is asked alike in several is worked out once."""
    key = ("view", _asked(known, queue), queue in known.queues_at(at), at)
    if key not in known.memo:
        known.memo[key] = _found(known, queue, at)
    return cast(_View, known.memo[key])


def _asked(known: Known, queue: str) -> Hashable:
    """Give what tells one queue from another: in equal ones a person who is in both is told the same."""
    key = ("asked", queue)
    if key not in known.memo:
        known.memo[key] = (
            tuple(each.is_everybody or queue in each.queues for each in known.settings),
            tuple(queue in each.queues for version in known.versions for each in version.clauses if each.queues),
            tuple(place for place, hold in enumerate(known.person.holds) if hold.queue == queue),
        )
    return known.memo[key]


def _found(known: Known, queue: str, at: datetime) -> _View:
    case = Case(known, at)
    upcoming = case.upcoming.number if case.upcoming else None
    required = case.required
    concerning = case.concerning(required, queue) if required and queue in known.queues_at(at) else []
    if not concerning or not required:
        because = _why_not_required(case, queue)
        return _View(case=case, state=State.NOT_REQUIRED, because=because, upcoming=upcoming)
    uncovered = case.uncovered(concerning)
    state, because = _state(case, queue, uncovered)
    return _View(
        case=case,
        state=state,
        because=because,
        upcoming=upcoming,
        required=required.number,
        held=required.number if not uncovered else case.held(queue),
        uncovered=tuple(uncovered.values()),
    )


def _why_not_required(case: Case, queue: str) -> str:
    if case.is_retired:
        return "retired"
    if case.required is None:
        return "no_version"
    return "not_concerned" if queue in case.known.queues_at(case.at) else "not_in_queue"


def _state(case: Case, queue: str, uncovered: dict[int, Uncovered]) -> tuple[State, str]:
    """Give the state and its reason; the order of the questions is the rule."""
    if case.is_on_leave():
        return State.EXEMPT, "leave"
    for reason, spells in _holds(case.known, queue):
        if is_within(spells, case.at):
            return State.HELD, reason
    if case.is_waived():
        return State.EXEMPT, "waiver"
    if not uncovered:
        return State.READY, ""
    if all(case.is_provisional(index) for index in uncovered):
        return State.PROVISIONAL, "emergency"
    is_in_time = case.at < min(each.due_at for each in uncovered.values())
    return (State.DUE if is_in_time else State.OVERDUE), ""


def _holds(known: Known, queue: str) -> Iterator[tuple[str, list[Interval]]]:
    """Give the holds that touch this policy in this queue; a hold that names no policy is not a refresher."""
    for hold in known.person.holds:
        if hold.queue in (None, queue) and hold.policy in (None, known.policy.slug):
            yield ("hold" if hold.policy is None else "refresher"), as_known([hold.spell], known.known_at)


def _next_change(known: Known, queue: str, now: _View) -> tuple[datetime | None, State | None]:
    """Give the first known instant after `now` from which the answer is another, and the state from then on."""
    moments = {moment for moment in _moments(known, queue, now) if now.case.at < moment < FOREVER}
    for moment in sorted(moments):
        view = _view(known, queue, moment)
        if view.told != now.told:
            return moment, view.state
    return None, None


def _moments(known: Known, queue: str, now: _View) -> Iterator[datetime]:
    """Give every known instant at which the answer could change; between them only open leave moves anything."""
    spells = [*known.leave, *known.waivers, *(each for intervals in known.queues.values() for each in intervals)]
    for interval in (*spells, *(each for _, held in _holds(known, queue) for each in held)):
        yield from interval[:2]
    for version in known.versions:
        yield from _moments_of(version)
        yield known.withdrawn_at(version)
    yield from (settings.from_at for settings in known.settings)
    yield from (decision.occurred_at for decision in known.decisions)
    yield from known.acknowledged.values()
    yield from now.case.coverage.ends()
    yield from (each.due_at for each in now.uncovered)
    yield known.retired_at


def _moments_of(version: Version) -> Iterable[datetime]:
    return (version.published_at, version.effective_at, version.provisional_until or version.effective_at)
