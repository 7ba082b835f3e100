"""What a queue sets for its gate, and the whole answer: why, and until when it stands.

Source: domain.md section 4, "Gate". The rule itself is `readiness.gate`; decision 0029 says where it was silent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from lms.domain.readiness import ANSWERS, Answer, Readiness, combined, gate, readiness
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.settings import in_force
from lms.domain.standing import Standing, State, standing

SETTABLE = (State.PROVISIONAL, State.DUE, State.OVERDUE, State.HELD)
"""A queue says what these mean; who is ready or exempt is always let in."""
CONFIRMED = frozenset({State.OVERDUE, State.HELD})
"""To allow one of these, somebody says explicitly that they mean it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettings:
    """What the gate of a queue answers from a moment on; the last recorded of those in force counts."""

    from_at: datetime
    recorded_at: datetime
    answers: Mapping[State, Answer]
    """For each of `SETTABLE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that keeps a person from being ready in a queue."""

    policy: str | None
    """None: it is about the queue as a whole."""
    state: State
    because: str
    """hold, refresher or emergency; empty where the clauses say it."""
    clauses: tuple[str, ...]
    """Those not shown, as the required version calls them."""
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAnswer:
    """The answer of the gate about one person and queue at one instant, why, and until when."""

    answer: Answer
    because: str
    """leaver, leave, override or not_in_queue; else the state that decided."""
    reasons: tuple[Reason, ...]
    """Most urgent first; told under an override too, for it makes nobody ready."""
    until: datetime | None
    """The next instant at which the answer is another, if nothing more is recorded; None when none is known."""
    then: Answer | None
    """The answer from `until` on."""
    readiness: Readiness


def needs_confirmation(answers: Mapping[State, Answer]) -> bool:
    """Tell whether these answers let in people whom a gate exists to keep out."""
    return any(answers.get(state) is Answer.ALLOW for state in CONFIRMED)


def answers_at(settings: Iterable[GateSettings], *, at: datetime, known_at: datetime) -> Mapping[State, Answer]:
    """Give what each state means in a queue at an instant, as known; by default where nothing was set."""
    found = in_force((each for each in settings if each.recorded_at <= known_at), at)
    return MappingProxyType({**ANSWERS, **found.answers}) if found else ANSWERS


def ask(
    policies: Iterable[PolicyHistory],
    person: PersonHistory,
    settings: Iterable[GateSettings],
    *,
    queue: str,
    at: datetime,
    known_at: datetime,
) -> GateAnswer:
    """Answer "may this person take this queue now?", with why and until when."""
    policies = tuple(policies)
    now = readiness(policies, person, queue=queue, at=at, known_at=known_at)
    return answered(now, policies, person, settings, known_at=known_at)


def answered(
    now: Readiness,
    policies: Iterable[PolicyHistory],
    person: PersonHistory,
    settings: Iterable[GateSettings],
    *,
    known_at: datetime,
) -> GateAnswer:
    """Give the same of a readiness over these policies that is known already."""
    known = tuple(each for each in settings if each.recorded_at <= known_at)
    first = gate(now, answers_at(known, at=now.at, known_at=known_at))
    until, then = None, None
    for found in _ahead(now, {each.slug: each for each in policies}, person, known, known_at):
        later = gate(found, answers_at(known, at=found.at, known_at=known_at)).answer
        if later is not first.answer:
            until, then = found.at, later
            break
    return GateAnswer(
        answer=first.answer,
        because=first.because,
        reasons=tuple(_reasons(now)),
        until=until,
        then=then,
        readiness=now,
    )


def _ahead(
    now: Readiness,
    policies: Mapping[str, PolicyHistory],
    person: PersonHistory,
    settings: tuple[GateSettings, ...],
    known_at: datetime,
) -> Iterator[Readiness]:
    """Give the readiness at every instant ahead at which it, or what the queue set, changes by itself.

    Between the changes of a standing its state is the same, so that only those that change are asked for again.
    """
    standings = {each.policy: each for each in now.standings}
    found = now
    while moment := min(_next(found, settings), default=None):
        for slug, each in standings.items():
            if each.changes_at is not None and each.changes_at <= moment:
                standings[slug] = standing(policies[slug], person, queue=now.queue, at=moment, known_at=known_at)
        found = combined(tuple(standings.values()), person, queue=now.queue, at=moment, known_at=known_at)
        yield found


def _next(found: Readiness, settings: tuple[GateSettings, ...]) -> Iterator[datetime]:
    if found.changes_at is not None:
        yield found.changes_at
    yield from (each.from_at for each in settings if each.from_at > found.at)


def _reasons(now: Readiness) -> Iterator[Reason]:
    if now.because == "hold":  # it shows in the standings only where a policy asks something
        yield Reason(policy=None, state=State.HELD, because="hold", clauses=(), due_at=None)
    told = [each for each in now.standings if _is_worth_telling(each)]
    for each in sorted(told, key=_urgency):
        yield Reason(
            policy=each.policy,
            state=each.state,
            because=each.because,
            clauses=tuple(uncovered.clause for uncovered in each.uncovered),
            due_at=each.due_at,
        )


def _is_worth_telling(each: Standing) -> bool:
    """A refresher that must be done first, or clauses that are asked for and not shown."""
    return each.because == "refresher" or bool(each.uncovered and each.state is not State.EXEMPT)


def _urgency(each: Standing) -> tuple[bool, datetime | None, str]:
    return (each.due_at is None, each.due_at, each.policy)
