"""What other settings of a requirement would do: standings as things are, and as if they were set. Nothing is written.

The rules are in `lms.domain.standing`; here they are asked twice for everybody who works in a queue that is served.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lms.domain import records
from lms.domain.intervals import INSTANT
from lms.domain.readiness import worst
from lms.domain.settings import in_force, terms
from lms.domain.standing import State
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import Indexes
from lms.everybody.telling import everybody, states
from lms.models.histories import policy_histories
from lms.models.person_histories import person_histories
from lms.policies.preview import names, places, served
from lms.policies.requirement_history import RequirementState, SettingLine
from lms.policies.requirements import Requirement
from lms.readiness.queries import members

NOT_NEEDED = frozenset({State.NOT_REQUIRED})
DONE = frozenset({State.READY, State.EXEMPT})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEffect:
    """One queue at the moment from which the settings would count, in people."""

    name: str
    before: int
    """Who need the policy as things are."""
    after: int
    """Who would need it."""
    newly_required: int
    no_longer_required: int
    made_not_ready: int
    """Ready for the queue as things are, and then no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What saving settings would do."""

    at: datetime
    """The moment from which they would count."""
    before: Requirement | None
    """What is in force then as things are."""
    wanted: Requirement
    taken_back: tuple[SettingLine, ...]
    """What is to come now and would never come into force."""
    queues: tuple[QueueEffect, ...]
    newly_required: int
    """People, each counted once, as below."""
    no_longer_required: int
    made_not_ready: int

    @property
    def differences(self) -> dict[str, tuple[object, object]]:
        """Which settings would be others then: as things are, and as wanted."""
        return differences(self.before, self.wanted)


@dataclass(frozen=True, slots=True)
class _Place:
    """One person in one queue, as things are and as wanted."""

    person_id: int
    queue: str
    was: State
    then: State
    is_made_not_ready: bool

    @property
    def is_newly_required(self) -> bool:
        return self.was in NOT_NEEDED and self.then not in NOT_NEEDED

    @property
    def is_no_longer_required(self) -> bool:
        return self.was not in NOT_NEEDED and self.then in NOT_NEEDED


def differences(before: Requirement | None, after: Requirement) -> dict[str, tuple[object, object]]:
    """The settings that differ, by name; before there were any, all of them."""
    was = before.values if before else {}
    return {name: (was.get(name), value) for name, value in after.values.items() if not was or was[name] != value}


def changes_nothing(settings: Iterable[records.Settings], wanted: Requirement, from_at: datetime) -> bool:
    """True when what is wanted is in force from that moment on already, and nothing else is to come."""
    settings = tuple(settings)
    begun = in_force(settings, from_at)
    return begun is not None and all(
        Requirement.of(each) == wanted for each, time in terms(settings) if time.end > from_at
    )


def outlook(state: RequirementState, wanted: Requirement, *, from_at: datetime, now: datetime) -> Outlook:
    """Who would need the policy, or not be ready, at the moment from which settings would count; fifteen statements."""
    recorded_at = max([now, *(each.recorded_at + INSTANT for each in state.settings)])
    at = max(from_at, recorded_at)
    added = wanted.dated(from_at=at, recorded_at=recorded_at)
    begun = in_force(state.settings, at)
    stay = {id(each) for each, _ in terms((*state.settings, added))}
    gone = {each.from_at for each in state.settings if each.from_at > now and id(each) not in stay}
    people, queue_names = _places(state.slug, added, at=at, known_at=recorded_at)
    return Outlook(
        at=at,
        before=Requirement.of(begun) if begun else None,
        wanted=wanted,
        taken_back=tuple(line for line in state.coming(now) if line.from_at in gone),
        queues=tuple(_queue(name, people[slug]) for slug, name in queue_names.items() if people.get(slug)),
        newly_required=_people(people.values(), "is_newly_required"),
        no_longer_required=_people(people.values(), "is_no_longer_required"),
        made_not_ready=_people(people.values(), "is_made_not_ready"),
    )


def _places(
    slug: str, added: records.Settings, *, at: datetime, known_at: datetime
) -> tuple[dict[str, list[_Place]], dict[str, str]]:
    """Everybody who needs the policy in a queue, as things are or as wanted, by queue; and the names of queues."""
    policies = policy_histories()
    before = policies.pop(slug)
    after = replace(before, settings=(*before.settings, added))
    reached = served(after)
    working = {
        person_id: member
        for person_id, member in members(scope=None, at=at, known_at=known_at).items()
        if reached is None or reached.intersection(member.queues)
    }
    people = person_histories(sorted(working))
    known, ids = everybody(list(people.values()), known_at), tuple(people)
    asked = places({each: member.queues for each, member in working.items()}, ids, reached)
    was, then = (states(history, known, asked, at=at) for history in (before, after))
    found: dict[str, list[_Place]] = {}
    for queue, rows in asked.items():
        pairs = list(zip(was[queue], then[queue], strict=True))
        others = _others(policies.values(), known, queue, rows, at=at)
        found[queue] = [
            _Place(ids[row], queue, *pair, pair[0] != pair[1] and _is_lost(pair, theirs))
            for row, pair, theirs in zip(rows, pairs, others, strict=True)
            if set(pair) != NOT_NEEDED
        ]
    return found, names(working)


def _others(
    policies: Iterable[records.PolicyHistory], known: Everybody, queue: str, rows: Indexes, *, at: datetime
) -> list[tuple[State, ...]]:
    """Where each of these people stands in a queue with every other policy."""
    serving = [policy for policy in policies if (reached := served(policy)) is None or queue in reached]
    found = [states(policy, known, {queue: rows}, at=at)[queue] for policy in serving]
    return list(zip(*found, strict=True)) if found else [()] * len(rows)


def _is_lost(pair: tuple[State, State], others: tuple[State, ...]) -> bool:
    was, then = (worst([*others, state]) for state in pair)
    return was in DONE and then not in DONE


def _people(places: Iterable[Sequence[_Place]], name: str) -> int:
    return len({place.person_id for each in places for place in each if getattr(place, name)})


def _queue(name: str, places: Sequence[_Place]) -> QueueEffect:
    return QueueEffect(
        name=name,
        before=sum(place.was not in NOT_NEEDED for place in places),
        after=sum(place.then not in NOT_NEEDED for place in places),
        newly_required=sum(place.is_newly_required for place in places),
        no_longer_required=sum(place.is_no_longer_required for place in places),
        made_not_ready=sum(place.is_made_not_ready for place in places),
    )
