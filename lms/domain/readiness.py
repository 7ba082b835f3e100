"""Readiness of a person in a queue, of many people, and the gate: the worst standing, the share, the answer.

Source: domain.md section 4, "Queue" to "Gate".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from lms.domain.intervals import FOREVER, Interval, as_known, intersect, is_within, require_aware, union
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import Standing, State, standings

WORST_FIRST = (State.HELD, State.OVERDUE, State.DUE, State.PROVISIONAL, State.READY)
LONGEST_OVERRIDE = timedelta(hours=12)


class Answer(StrEnum):
    """What the gate says to "may this person take this queue now?"."""

    ALLOW = "allow"
    CAUTION = "caution"
    DENY = "deny"


ANSWERS: Mapping[State, Answer] = MappingProxyType(
    {
        State.READY: Answer.ALLOW,
        State.PROVISIONAL: Answer.ALLOW,
        State.EXEMPT: Answer.ALLOW,
        State.DUE: Answer.CAUTION,
        State.OVERDUE: Answer.DENY,
        State.HELD: Answer.DENY,
    }
)
"""By default; a queue may set its own. EXEMPT here is by waiver, for leave denies before this is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """One person in one queue at one instant."""

    queue: str
    at: datetime
    state: State
    """The worst over the policies; never NOT_REQUIRED."""
    because: str
    """hold, or what the standing that decided gives as its reason; empty when nothing more is to be said."""
    is_active: bool
    """The person works here at all now."""
    is_in_queue: bool
    is_on_leave: bool
    is_overridden: bool
    """A coach or lead lets them in now."""
    is_required: bool
    """Some policy requires something of them here now."""
    standings: tuple[Standing, ...]
    """One for each policy, in the order given."""
    changes_at: datetime | None
    """The next instant at which any of this can change by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The readiness of a team, a queue or a shift, in people."""

    counted: int
    """With something required and not exempt."""
    ready: int
    provisional: int
    """Counted beside the ready, never among them."""
    may_work: int
    """Whom the gate does not deny, of those counted."""

    @property
    def ready_share(self) -> float | None:
        """The ready among the counted, 0 to 1; None when nobody is counted."""
        return self.ready / self.counted if self.counted else None

    @property
    def may_work_share(self) -> float | None:
        """Those who may take work among the counted, 0 to 1; None when nobody is counted."""
        return self.may_work / self.counted if self.counted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The answer of the gate and its reason."""

    answer: Answer
    because: str
    """leaver, leave, override or not_in_queue; else the state that decided."""


def worst(states: Iterable[State]) -> State:
    """Give the worst state, leaving out EXEMPT and NOT_REQUIRED; with nothing else EXEMPT if any was, else READY."""
    found = set(states)
    otherwise = State.EXEMPT if State.EXEMPT in found else State.READY
    return next((state for state in WORST_FIRST if state in found), otherwise)


def readiness(
    policies: Iterable[PolicyHistory], person: PersonHistory, *, queue: str, at: datetime, known_at: datetime
) -> Readiness:
    """Give the readiness of a person in a queue over these policies. Raises ValueError for naive moments."""
    [found] = readinesses(policies, person, queues=(queue,), at=at, known_at=known_at)
    return found


def readinesses(
    policies: Iterable[PolicyHistory], person: PersonHistory, *, queues: Iterable[str], at: datetime, known_at: datetime
) -> tuple[Readiness, ...]:
    """Give `readiness` for several queues of one person, in their order: what they share is worked out once."""
    require_aware(at, known_at)
    asked = tuple(queues)
    found = [standings(each, person, queues=asked, at=at, known_at=known_at) for each in policies]
    return tuple(
        combined(tuple(each[queue] for each in found), person, queue=queue, at=at, known_at=known_at) for queue in asked
    )


def combined(
    standings: tuple[Standing, ...], person: PersonHistory, *, queue: str, at: datetime, known_at: datetime
) -> Readiness:
    """Give the readiness of a person in a queue from their standings there."""
    times = _Times(person, queue, known_at)
    is_on_leave = is_within(times.leave, at)
    state, because = _state(standings, is_held=is_within(times.holds, at) and not is_on_leave)
    return Readiness(
        queue=queue,
        at=at,
        state=state,
        because=because,
        is_active=is_within(times.employment, at),
        is_in_queue=is_within(times.queue, at),
        is_on_leave=is_on_leave,
        is_overridden=is_within(times.overrides, at),
        is_required=any(each.state is not State.NOT_REQUIRED for each in standings),
        standings=standings,
        changes_at=min(_next(standings, times, at), default=None),
    )


class _Times:
    """The times of a person that count whatever the policies say, as known."""

    def __init__(self, person: PersonHistory, queue: str, known_at: datetime) -> None:
        self.employment = union(as_known(person.employment, known_at))
        self.queue = intersect(union(as_known(person.queues.get(queue, ()), known_at)), self.employment)
        self.leave = union(as_known(person.leave, known_at))
        held = [each.spell for each in person.holds if each.policy is None and each.queue in (None, queue)]
        self.holds = union(as_known(held, known_at))
        let_in = as_known([each.spell for each in person.overrides if each.queue == queue], known_at)
        self.overrides = [each._replace(end=min(each.end, each.start + LONGEST_OVERRIDE)) for each in let_in]

    def all(self) -> Iterator[Interval]:
        """Give every interval."""
        for intervals in (self.employment, self.queue, self.leave, self.holds, self.overrides):
            yield from intervals


def _state(standings: tuple[Standing, ...], *, is_held: bool) -> tuple[State, str]:
    if is_held:
        return State.HELD, "hold"
    state = worst(each.state for each in standings)
    return state, next((each.because for each in standings if each.state is state), "")


def _next(standings: tuple[Standing, ...], times: _Times, at: datetime) -> Iterator[datetime]:
    """Give the instants after `at` at which something can change by itself."""
    yield from (each.changes_at for each in standings if each.changes_at is not None)
    for interval in times.all():
        yield from (moment for moment in interval[:2] if at < moment < FOREVER)


def gate(readiness: Readiness, answers: Mapping[State, Answer] = ANSWERS) -> Gate:
    """Answer "may this person take this queue now?".

    An override wins over everything but leave and having left. States that `answers` leaves out are denied, so that a
    mistake in the settings of a queue never lets anyone in.
    """
    if not readiness.is_active:
        return Gate(answer=Answer.DENY, because="leaver")
    if readiness.is_on_leave:
        return Gate(answer=Answer.DENY, because="leave")
    if readiness.is_overridden:
        return Gate(answer=Answer.ALLOW, because="override")
    if not readiness.is_in_queue:
        return Gate(answer=Answer.DENY, because="not_in_queue")
    return Gate(answer=answers.get(readiness.state, Answer.DENY), because=readiness.state.value)


def share(
    people: Iterable[Iterable[Readiness]], answers: Mapping[str, Mapping[State, Answer]] = MappingProxyType({})
) -> Share:
    """Give the readiness of a team, queue or shift: for each person their readiness in the queues looked at.

    A person counts with the worst of them, and may work when the gate lets them into at least one. `answers` are what
    queues set, by queue; one that set nothing answers by default.
    """
    counted = []
    for queues in people:
        required = [each for each in queues if each.is_required]
        state = worst(each.state for each in required)
        if required and state is not State.EXEMPT:
            may_work = any(gate(each, answers.get(each.queue, ANSWERS)).answer is not Answer.DENY for each in required)
            counted.append((state, may_work))
    return Share(
        counted=len(counted),
        ready=sum(state is State.READY for state, _ in counted),
        provisional=sum(state is State.PROVISIONAL for state, _ in counted),
        may_work=sum(may_work for _, may_work in counted),
    )
