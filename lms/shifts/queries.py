"""Reads how a week is staffed, in a fixed number of statements however many people, queues and hours there are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.domain.staffing import Fix, Minimum, Shift, Staffing, Time, in_force, staffing, week_of
from lms.extensions import db
from lms.models import Queue, StaffingMinimum
from lms.models.closed import is_open
from lms.models.histories import person_histories, policy_histories
from lms.readiness.queries import ERASED, Scope
from lms.shifts.counting import counted, minutes_left
from lms.shifts.scoping import shifts_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which a queue has too few ready people, and who could change that soonest."""

    queue: str
    queue_name: str
    time: Time
    fixes: tuple[Fix, ...]
    """Shortest first; none for what is over."""
    is_ahead: bool
    """It is not over yet."""

    @property
    def beyond(self) -> int:
        """How many are missing even if everybody on shift learned."""
        return max(0, self.time.missing - len(self.fixes))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWeek:
    """One queue through a week."""

    queue: str
    name: str
    staffing: Staffing
    minimum: Minimum | None
    """In force at the end of the week."""
    gaps: tuple[Gap, ...]

    @property
    def needed(self) -> int:
        """Hours in which anybody is needed."""
        return sum(time.minimum > 0 for _, time in self.staffing.hours)

    @property
    def short(self) -> int:
        """Of these, hours with too few ready people."""
        return sum(time.missing > 0 for _, time in self.staffing.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Every queue through a week."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    queues: tuple[QueueWeek, ...]
    """By name."""
    names: Mapping[int, str]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Of all queues, by when they begin."""
        every = (gap for queue in self.queues for gap in queue.gaps)
        return tuple(sorted(every, key=lambda gap: (gap.time.start, gap.queue_name)))


def week(scope: Scope, *, day: date, zone: ZoneInfo, now: datetime) -> Week:
    """How the week of a day is staffed by people in scope, as known now; what lies ahead if nobody does anything."""
    start, end = week_of(day, zone)
    shifts: dict[str, list[Shift]] = defaultdict(list)
    names: dict[int, str] = {}
    for row in db.session.execute(shifts_in(scope, start, end, now=now)):
        shifts[row.slug].append(Shift(row.person_id, row.start_at, row.end_at))
        names[row.person_id] = row.name or ERASED
    minimums = minimums_of(now=now)
    queues = db.session.execute(select(Queue.slug, Queue.name, is_open(Queue)).order_by(Queue.name)).all()
    policies, people = policy_histories(), person_histories(sorted(names))
    stood = counted(shifts, policies, people, start=start, end=end, now=now)
    found = {
        slug: staffing(shifts[slug], stood[slug], minimums[slug], start=start, end=end, zone=zone)
        for slug, _, stands_open in queues
        if stands_open or shifts[slug]
    }
    ahead = {slug: [gap for gap in each.gaps if gap.end > now] for slug, each in found.items()}
    minutes = minutes_left([gap for gaps in ahead.values() for gap in gaps], policies, people, now=now)
    weeks = [
        QueueWeek(
            queue=slug,
            name=name,
            staffing=found[slug],
            minimum=in_force(minimums[slug], end),
            gaps=tuple(_gap(gap, slug, name, minutes, now=now) for gap in found[slug].gaps),
        )
        for slug, name, _ in queues
        if slug in found
    ]
    return Week(start=start, end=end, zone=zone, queues=tuple(weeks), names=names)


def _gap(time: Time, queue: str, name: str, minutes: Mapping[tuple[int, str], int], *, now: datetime) -> Gap:
    is_ahead = time.end > now
    fixes = time.fixes(minutes) if is_ahead else ()
    return Gap(queue=queue, queue_name=name, time=time, fixes=fixes, is_ahead=is_ahead)


def minimums_of(*, now: datetime) -> dict[str, list[Minimum]]:
    """Every minimum that is recorded, by queue; one statement."""
    found: dict[str, list[Minimum]] = defaultdict(list)
    rows = db.session.execute(
        select(
            Queue.slug,
            StaffingMinimum.zone,
            StaffingMinimum.people,
            StaffingMinimum.from_at,
            StaffingMinimum.recorded_at,
        )
        .join(Queue, Queue.id == StaffingMinimum.queue_id)
        .where(StaffingMinimum.recorded_at <= now)
        .order_by(StaffingMinimum.id)
    )
    for slug, zone, people, from_at, recorded_at in rows:
        found[slug].append(Minimum(zone=zone, people=tuple(people), from_at=from_at, recorded_at=recorded_at))
    return found
