"""What is other among the people of a report than in one of a week before, and what comes. No database, no clock."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lms.domain.standing import State
from lms.readiness.queries import Report, Row
from lms.readiness.report import Coming, RunningOut
from lms.shifts.queries import Gap

AHEAD = timedelta(days=7)
"""How far ahead something lies that is told of before it happens."""

Place = tuple[int, str]
"""Person and queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueShare:
    """People of one queue, now and a week before."""

    name: str
    ready: int
    counted: int
    ready_then: int
    counted_then: int

    @property
    def is_other(self) -> bool:
        """The figures are not what they were."""
        return (self.ready, self.counted) != (self.ready_then, self.counted_then)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that a mail tells."""

    queues: Sequence[QueueShare]
    lost: Mapping[str, int]
    """People who are not ready in a queue where they were not so before, by what is most urgent of it, most first."""
    gained: int
    """People who are ready in a queue where they were not."""
    overdue: int
    """People who have something overdue that was not so before."""
    coming: Sequence[Coming]
    """Versions that take effect within a week, for which somebody is not ready."""
    running_out: Sequence[RunningOut]
    """Proofs of which the first runs out within a week."""
    gaps: Sequence[Gap]

    @property
    def is_worth_a_mail(self) -> bool:
        """Something is other, or is about to be."""
        is_other = any(each.is_other for each in self.queues)
        return is_other or any((self.lost, self.gained, self.overdue, self.coming, self.running_out, self.gaps))


@dataclass(frozen=True, slots=True)
class _Stands:
    """Where people stand, from the rows of one report, which are read once."""

    worst: Mapping[Place, Row]
    """Of those who are not ready: what is most urgent."""
    ready: frozenset[Place]
    overdue: frozenset[tuple[int, str, str]]


def difference(now: Report, then: Report, gaps: Iterable[Gap]) -> Difference:
    """Compare two reports about the same people; `gaps` are of queues of any name, those of other queues are left."""
    here, before = _stands(now.rows), _stands(then.rows)
    lost: dict[int, Row] = {}
    for place, row in here.worst.items():
        if place not in before.worst:
            lost[row.person_id] = min(lost.get(row.person_id, row), row, key=lambda each: each.urgency)
    late = {person for person, *_ in here.overdue - before.overdue}
    mine = {each.queue for each in now.queues}
    return Difference(
        queues=_shares(now, then),
        lost=dict(Counter(row.main_reason for row in lost.values()).most_common()),
        gained=len({person for person, _ in here.ready & before.worst.keys()}),
        overdue=len(late),
        coming=[each for each in now.coming if each.not_ready and each.effective_at - now.at <= AHEAD],
        running_out=[each for each in now.running_out if each.first_at - now.at <= AHEAD],
        gaps=[each for each in gaps if each.is_ahead and each.queue in mine],
    )


def _shares(now: Report, then: Report) -> list[QueueShare]:
    here = {each.queue: each for each in now.queues}
    before = {each.queue: each for each in then.queues}
    found = []
    for queue in here | before:
        new, old = (side[queue].share if queue in side else None for side in (here, before))
        share = QueueShare(
            name=(here.get(queue) or before[queue]).name,
            ready=new.ready if new else 0,
            counted=new.counted if new else 0,
            ready_then=old.ready if old else 0,
            counted_then=old.counted if old else 0,
        )
        found.append(share)
    return sorted(found, key=lambda each: each.name)


def _stands(rows: Iterable[Row]) -> _Stands:
    worst: dict[Place, Row] = {}
    ready: set[Place] = set()
    overdue: set[tuple[int, str, str]] = set()
    for row in rows:
        place = (row.person_id, row.queue)
        if row.standing is State.OVERDUE:
            overdue.add((*place, row.policy))
        if row.is_not_ready:
            if place not in worst or row.urgency < worst[place].urgency:
                worst[place] = row
        elif row.standing is State.READY:
            ready.add(place)
    return _Stands(worst, frozenset(ready - worst.keys()), frozenset(overdue))
