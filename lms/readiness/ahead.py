"""What lies ahead: who will be ready week by week, what turns people, and which training falls due. No database.

One object, which page, files and command render. A week begins on Monday as clocks in the reader's zone show it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from lms.domain.intervals import INSTANT
from lms.domain.staffing import week_of
from lms.domain.standing import State
from lms.everybody.turning import Kind
from lms.readiness.report import COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A time [start, end): the rest of the running week, or a whole one."""

    start: datetime
    end: datetime
    day: date
    """Its first day, as clocks in the reader's zone show it."""

    @property
    def last(self) -> datetime:
        """Its last instant, of which the figures at its end are."""
        return self.end - INSTANT


def weeks_from(at: datetime, count: int, zone: ZoneInfo) -> tuple[Week, ...]:
    """The rest of the week in which `at` is, and `count` whole ones after it."""
    day = at.astimezone(zone).date()
    spans = [week_of(day + timedelta(days=7 * number), zone) for number in range(count + 1)]
    begins = [at, *(start for start, _ in spans[1:])]
    return tuple(
        Week(start=start, end=end, day=start.astimezone(zone).date())
        for start, (_, end) in zip(begins, spans, strict=True)
    )


OF_ONE_POLICY = frozenset(
    {
        Kind.VERSION,
        Kind.VALIDITY,
        Kind.GRACE,
        Kind.EMERGENCY,
        Kind.PROOF,
        Kind.WAIVED,
        Kind.WAIVER,
        Kind.RETIRED,
        Kind.REQUIREMENT,
    }
)
"""Kinds that are about the policy that decides; the others would turn people with any policy."""


class Effect(StrEnum):
    """What a turn does to the figures."""

    STOPS = "stops"
    """Ready before, and not from then on."""
    COMES = "comes"
    """Did not count before, and is not ready."""
    OVERDUE = "overdue"
    """Was not ready before, and is overdue now."""
    READY = "ready"
    GOES = "goes"
    """Counts no longer."""
    STAYS = "stays"
    """Not ready before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Somebody will stand in another state of a queue from a moment on."""

    person_id: int
    person: str
    team: str
    queue: str
    queue_name: str
    policy: str
    """Which decides; empty where none does."""
    policy_title: str
    kind: Kind
    version: int
    at: datetime
    before: State
    after: State
    week: int
    """Place of the week."""

    @property
    def about(self) -> str:
        """Slug of the policy that it is about; empty where it is about the person."""
        return self.policy if self.kind in OF_ONE_POLICY else ""

    @property
    def effect(self) -> Effect:
        """What that does."""
        if self.after is State.READY:
            return Effect.READY
        if self.after not in COUNTED:
            return Effect.GOES
        if self.before is State.READY:
            return Effect.STOPS
        if self.before not in COUNTED:
            return Effect.COMES
        return Effect.OVERDUE if self.after is State.OVERDUE else Effect.STAYS


@dataclass(frozen=True, kw_only=True)
class Event:
    """Turns of one week for one and the same cause."""

    week: int
    kind: Kind
    about: str
    """Slug of the policy that it is about; empty where it is about people."""
    policy_title: str
    version: int
    turns: tuple[Turned, ...]
    """By when."""

    @property
    def first_at(self) -> datetime:
        """When it first turns anybody."""
        return self.turns[0].at

    @property
    def is_at_once(self) -> bool:
        """It turns everybody at the same moment."""
        return self.turns[-1].at == self.first_at

    @cached_property
    def effects(self) -> tuple[tuple[Effect, int], ...]:
        """What it does, and to how many different people."""
        people: dict[Effect, set[int]] = defaultdict(set)
        for each in self.turns:
            people[each.effect].add(each.person_id)
        return tuple((effect, len(people[effect])) for effect in Effect if effect in people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """People of a queue at one instant."""

    queue: str
    at: datetime
    counted: int
    """With something required and not exempt."""
    ready: int
    provisional: int
    """Of those who are not ready."""

    @property
    def not_ready(self) -> int:
        """The others."""
        return self.counted - self.ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A module that falls due."""

    person_id: int
    person: str
    team: str
    """In which they are then; empty for none."""
    policy: str
    policy_title: str
    due_at: datetime
    """What is overdue keeps the moment from which the forecast looks ahead."""
    minutes: int
    clauses: int
    is_whole: bool
    is_refresher: bool
    week: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Training that falls due in one cell of the table."""

    minutes: int
    people: int
    modules: int

    @property
    def each(self) -> int:
        """Minutes for each of these people, rounded up."""
        return -(-self.minutes // self.people) if self.people else 0


NOTHING = Load(minutes=0, people=0, modules=0)


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """Everything that the page, the files and the command show."""

    at: datetime
    """From when it looks ahead, and as known when."""
    zone: ZoneInfo
    weeks: tuple[Week, ...]
    queues: tuple[tuple[str, str], ...]
    """Slug and name of those in which anybody counts, by name."""
    counts: Mapping[tuple[str, int], Count]
    """By queue and place: 0 is `at`, then the end of each week."""
    turned: tuple[Turned, ...]
    """By when."""
    training: tuple[Training, ...]
    """By when it is due."""

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """What turns people, by week and when."""
        found: dict[tuple[int, Kind, str, int], list[Turned]] = defaultdict(list)
        for each in self.turned:
            found[each.week, each.kind, each.about, each.version].append(each)
        events = [
            Event(
                week=week,
                kind=kind,
                about=about,
                policy_title=mine[0].policy_title if about else "",
                version=version,
                turns=tuple(mine),
            )
            for (week, kind, about, version), mine in found.items()
        ]
        return tuple(sorted(events, key=lambda each: (each.week, each.first_at, each.kind, each.about)))

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """Paths of the teams for which any training falls due."""
        return tuple(sorted({each.team for each in self.training}))

    @cached_property
    def loads(self) -> Mapping[tuple[str, int], Load]:
        """By team and week."""
        return _loads(self.training, lambda each: (each.team, each.week))

    @cached_property
    def by_week(self) -> Mapping[int, Load]:
        """Over all teams."""
        return _loads(self.training, lambda each: each.week)

    @cached_property
    def by_team(self) -> Mapping[str, Load]:
        """Over all weeks."""
        return _loads(self.training, lambda each: each.team)

    @cached_property
    def total(self) -> Load:
        """Over all teams and weeks."""
        return _loads(self.training, lambda each: "").get("", NOTHING)

    def load(self, team: str, week: int) -> Load:
        """What falls due for a team in a week."""
        return self.loads.get((team, week), NOTHING)

    def of_week(self, week: int) -> Load:
        """What falls due for everybody in a week."""
        return self.by_week.get(week, NOTHING)


def _loads(training: Iterable[Training], key: Callable[[Training], Any]) -> dict[Any, Load]:
    found: dict[Any, list[Training]] = defaultdict(list)
    for each in training:
        found[key(each)].append(each)
    return {
        each: Load(
            minutes=sum(one.minutes for one in mine), people=len({one.person_id for one in mine}), modules=len(mine)
        )
        for each, mine in found.items()
    }
