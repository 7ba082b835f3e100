"""What lies ahead, from the rows of the database, in a fixed number of statements however many people and weeks.

The rule in columns says who stands where until when and what falls due (`lms/everybody`); here names, teams and minutes
are put to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select

from lms.domain.intervals import INSTANT
from lms.domain.standing import State
from lms.everybody.courses import Course, courses
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import Indexes, Intervals, intersect, moment, number
from lms.everybody.known import KnownPolicy
from lms.everybody.standing import STATES
from lms.everybody.turning import Through, Turn, through, turns
from lms.extensions import db, end_read
from lms.models import Policy, Queue
from lms.models.histories import policy_histories
from lms.readiness.ahead import Ahead, Count, Training, Turned, Week, weeks_from
from lms.readiness.ahead_people import Whereabouts, times_seen, whereabouts
from lms.readiness.ahead_training import FallsDue, falling_due
from lms.readiness.answers import may_serve
from lms.readiness.columns import columns
from lms.readiness.parts import several_at_once
from lms.readiness.report import COUNTED, Scope


def ahead(
    *,
    scope: Scope,
    at: datetime,
    zone: ZoneInfo,
    weeks: int,
    queue: str | None = None,
    team: str | None = None,
    policy: str | None = None,
) -> Ahead:
    """What lies ahead of everybody in scope, as known at `at`, until `weeks` whole weeks are over; 16 statements.

    Narrowed to a queue, team tree or policy. A person counts in the team and the queues they will be in, as planned.
    """
    spans = weeks_from(at, weeks, zone)
    people = whereabouts(scope, team, start=at, end=spans[-1].end, known_at=at)
    policies = policy_histories(None if policy is None else [policy])
    known = columns(list(people), known_at=at)
    desk = _desk(people, at, spans)
    asked = _asked(known, desk, queue)
    end_read()
    every = {slug: KnownPolicy(each, known) for slug, each in policies.items()}
    courses_of = several_at_once(lambda each: _told(each, asked, spans), every.values())
    told = dict(zip(every, courses_of, strict=True))
    found = {each: _queue(each, told, every, known, desk) for each in asked}
    training = falling_due(every, told, list(people), start=at, end=spans[-1].end)
    return Ahead(
        at=at,
        zone=zone,
        weeks=spans,
        queues=tuple((each, desk.names[each]) for each in sorted(found, key=desk.by_name) if found[each].counts),
        counts={(each.queue, place): each for mine in found.values() for place, each in enumerate(mine.counts)},
        turned=tuple(sorted((each for mine in found.values() for each in mine.turned), key=_by_when)),
        training=tuple(desk.training(training)),
    )


def _desk(people: Mapping[int, Whereabouts], at: datetime, weeks: tuple[Week, ...]) -> "_Desk":
    return _Desk(
        at=at,
        weeks=weeks,
        people=tuple(people.items()),
        seen=times_seen(people),
        names={slug: name for slug, name in db.session.execute(select(Queue.slug, Queue.name))},
        titles={slug: title for slug, title in db.session.execute(select(Policy.slug, Policy.title))},
    )


def _asked(known: Everybody, desk: "_Desk", queue: str | None) -> dict[str, Indexes]:
    """The rows of those who are seen in each queue at any time of these weeks."""
    start, end = number(desk.at), number(desk.weeks[-1].end)
    found = {}
    for slug in sorted(known.queues):
        there = intersect(known.queues[slug], desk.seen)
        rows = np.flatnonzero(((there.start < end) & (there.end > start) & (there.start < there.end)).any(axis=1))
        if len(rows) and queue in (None, slug):
            found[slug] = rows
    return found


def _told(policy: KnownPolicy, asked: Mapping[str, Indexes], weeks: Sequence[Week]) -> dict[str, Course]:
    mine = {queue: rows for queue, rows in asked.items() if may_serve(policy.history, queue)}
    starts = np.full(policy.everybody.people.count, number(weeks[0].start))
    return courses(policy, mine, starts, weeks[-1].end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _QueueAhead:
    """One queue: a count at the beginning and at the end of each week, none where nobody counts, and the turns."""

    counts: tuple[Count, ...] = ()
    turned: tuple[Turned, ...] = ()


def _queue(
    queue: str,
    told: Mapping[str, Mapping[str, Course]],
    policies: Mapping[str, KnownPolicy],
    known: Everybody,
    desk: "_Desk",
) -> _QueueAhead:
    mine = {slug: each[queue] for slug, each in told.items() if queue in each}
    if not mine:
        return _QueueAhead()
    found = through(mine, desk.seen, number(desk.weeks[-1].end))
    counts = tuple(desk.count(queue, found, known.people.count, at) for at in desk.instants)
    turned = tuple(desk.turned(queue, each) for each in turns(found, mine, policies) if _counts(each))
    return _QueueAhead(counts=counts if any(each.counted for each in counts) else (), turned=turned)


def _counts(turn: Turn) -> bool:
    return turn.before in COUNTED or turn.after in COUNTED


def _by_when(each: Turned) -> tuple[datetime, str, int, str]:
    return each.at, each.person.casefold(), each.person_id, each.queue


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What figures and rows need besides the columns."""

    at: datetime
    weeks: tuple[Week, ...]
    people: Sequence[tuple[int, Whereabouts]]
    """In the order of the columns."""
    seen: Intervals
    """When each counts."""
    names: Mapping[str, str]
    titles: Mapping[str, str]

    @property
    def instants(self) -> tuple[datetime, ...]:
        """Those that are counted: now, and the end of each week."""
        return (self.at, *(week.last for week in self.weeks))

    def by_name(self, queue: str) -> tuple[str, str]:
        """Sorts queues by what they are called."""
        return self.names[queue], queue

    def week(self, at: datetime) -> int:
        """Place of the week in which an instant is."""
        return next(place for place, week in enumerate(self.weeks) if at < week.end)

    def count(self, queue: str, found: Through, people: int, at: datetime) -> Count:
        """How many stand where at an instant."""
        numbers = np.bincount(found.at(people, number(at)), minlength=len(STATES)).tolist()
        states = dict(zip(STATES, numbers, strict=True))
        return Count(
            queue=queue,
            at=at,
            counted=sum(states[state] for state in COUNTED),
            ready=states[State.READY],
            provisional=states[State.PROVISIONAL],
        )

    def turned(self, queue: str, turn: Turn) -> Turned:
        """A turn with its names."""
        (person_id, person), at = self.people[turn.row], moment(turn.at)
        return Turned(
            person_id=person_id,
            person=person.name,
            team=person.team(at),
            queue=queue,
            queue_name=self.names[queue],
            policy=turn.policy,
            policy_title=self.titles.get(turn.policy, ""),
            kind=turn.kind,
            version=turn.version,
            at=at,
            before=turn.before,
            after=turn.after,
            week=self.week(at),
        )

    def training(self, found: Iterable[FallsDue]) -> list[Training]:
        """What falls due for whom when they count, with its names, by when."""
        rows = []
        for each in found:
            person_id, person = self.people[each.row]
            just_before = max(self.at, each.due_at - INSTANT)
            if person.is_seen(just_before):
                rows.append(
                    Training(
                        person_id=person_id,
                        person=person.name,
                        team=person.team(just_before),
                        policy=each.policy,
                        policy_title=self.titles[each.policy],
                        due_at=each.due_at,
                        minutes=each.minutes,
                        clauses=each.clauses,
                        is_whole=each.is_whole,
                        is_refresher=each.is_refresher,
                        week=self.week(each.due_at),
                    )
                )
        return sorted(rows, key=lambda each: (each.due_at, each.person.casefold(), each.person_id, each.policy))
