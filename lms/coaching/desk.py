"""Who needs their coach today, and why: most urgent first. Counted from what the queries found; no database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from lms.coaching.refreshers import Assigned
from lms.coaching.trying import Stuck, Unmet
from lms.domain.standing import State
from lms.readiness.queries import NOT_READY, Member, Report, Row

DUE_SOON = timedelta(days=3)
QUIET = timedelta(days=7)
"""Nothing heard for this long is worth a question."""


class Why(IntEnum):
    """What brings somebody onto the desk, most urgent first."""

    STUCK = 1
    OVERDUE = 2
    REFRESHER_LATE = 3
    HARD = 4
    """A question was hard to look at, and nothing could be asked instead."""
    DUE_SOON = 5
    QUIET = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One thing about one person."""

    why: Why
    policy: str = ""
    policy_title: str = ""
    at: datetime | None
    """Stuck: the last attempt. Hard: when it was asked. Overdue, due soon and late: the due moment. Quiet: last heard
    of; None is never."""
    attempts: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One person on the desk."""

    person_id: int
    person: str
    team: str
    concerns: tuple[Concern, ...]
    """Most urgent first; never empty."""

    @property
    def is_only_quiet(self) -> bool:
        """Nothing but silence: kept apart, for it is no task of theirs."""
        return self.concerns[0].why is Why.QUIET


def desk(
    report: Report,
    *,
    people: Mapping[int, Member],
    stuck: Iterable[Stuck],
    refreshers: Iterable[Assigned],
    quiet: Mapping[int, datetime | None],
    unmet: Iterable[Unmet] = (),
    now: datetime,
) -> tuple[Need, ...]:
    """Which of these people need something; `quiet` maps people to when they were last heard of."""
    by_cell: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in report.rows:
        by_cell[row.person_id, row.policy].append(row)
    open_ones = {each.id: each for each in refreshers if each.is_open}
    found: dict[int, list[Concern]] = defaultdict(list)
    for run in stuck:
        if still_matters(run, by_cell[run.person_id, run.policy], open_ones):
            found[run.person_id].append(_stuck(run))
    for (person_id, _), rows in by_cell.items():
        found[person_id] += _due(rows, now)
    for each in open_ones.values():
        if each.is_late(now):
            found[each.person_id].append(_late(each))
    for each in {(one.person_id, one.policy): one for one in unmet}.values():
        found[each.person_id].append(
            Concern(why=Why.HARD, policy=each.policy, policy_title=each.policy_title, at=each.asked_at)
        )
    for person_id, heard_at in quiet.items():
        found[person_id].append(Concern(why=Why.QUIET, at=heard_at))
    needs = [_need(person_id, people[person_id], concerns) for person_id, concerns in found.items() if concerns]
    return tuple(sorted(needs, key=_urgency))


def still_matters(run: Stuck, rows: Iterable[Row], open_ones: Mapping[int, Assigned]) -> bool:
    """Whether what somebody is stuck in is still asked of them: this version, or an open refresher."""
    if run.refresher_id is not None:
        return run.refresher_id in open_ones
    return any(
        run.version == (row.upcoming or row.required) and (row.is_not_ready or row.then in NOT_READY) for row in rows
    )


def _stuck(run: Stuck) -> Concern:
    return Concern(why=Why.STUCK, policy=run.policy, policy_title=run.policy_title, at=run.since, attempts=run.attempts)


def _due(rows: list[Row], now: datetime) -> Iterable[Concern]:
    """One concern a policy, for the queue in which it is most urgent."""
    row = min(rows, key=lambda each: each.urgency)
    if row.standing is State.OVERDUE:
        why = Why.OVERDUE
    elif row.standing is State.DUE and row.due_at and row.due_at - now <= DUE_SOON:
        why = Why.DUE_SOON
    else:
        return
    yield Concern(why=why, policy=row.policy, policy_title=row.policy_title, at=row.due_at, minutes=row.minutes)


def _late(refresher: Assigned) -> Concern:
    return Concern(
        why=Why.REFRESHER_LATE, policy=refresher.policy, policy_title=refresher.policy_title, at=refresher.due_at
    )


def _need(person_id: int, member: Member, concerns: list[Concern]) -> Need:
    ordered = sorted(concerns, key=lambda each: (each.why, each.at.timestamp() if each.at else 0.0, each.policy))
    return Need(person_id=person_id, person=member.name, team=member.team, concerns=tuple(ordered))


def _urgency(need: Need) -> tuple[int, float, str, int]:
    first = need.concerns[0]
    return (first.why, first.at.timestamp() if first.at else 0.0, need.person.casefold(), need.person_id)
