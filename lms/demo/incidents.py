"""What does not go by plan at Northlane: somebody is away, leaves, is kept from a queue, is stuck, is helped on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.coaching import actions as coaching
from lms.demo.learning import plan_training
from lms.demo.people import DemoPerson
from lms.demo.releases import LEFT_TO_LEARN
from lms.demo.simulation import Simulation, asks, soon
from lms.models import SpellKind
from lms.people import spells

LEAVES = ((150, 14), (120, 10), (88, 21), (60, 9), (33, 14), (6, 16), (2, 12))
"""Days ago and length in days."""
LEAVERS = (96, 51, 20)
"""Days ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """A refresher that a coach gave somebody of their team."""

    coach: str
    policy: str
    clause: str
    days_ago: float
    is_done: bool
    is_blocking: bool = False


REFRESHERS = tuple(
    Help(coach=coach, policy=policy, clause=clause, days_ago=days_ago, is_done=is_done, is_blocking=is_blocking)
    for coach, policy, clause, days_ago, is_done, is_blocking in (
        ("cole", "abuse-reports", "response-times", 90, True, False),
        ("carmen.ortega", "impersonation-and-scams", "recovery", 58, True, False),
        ("maeve.byrne", "escalations", "on-call-path", 52, True, False),
        ("jun.delacruz", "confidentiality", "outside-tools", 44, True, False),
        ("cole", "product-messaging-safety", "filters", 31, True, False),
        ("cole", "appeals-and-quality", "second-review", 8, True, False),
        ("cole", "abuse-reports", "response-times", 9, False, False),
        ("cole", "sensitive-content", "limits", 4, False, False),
        ("jun.delacruz", "appeals-and-quality", "second-review", 3, False, False),
        ("cole", "abuse-reports", "evidence", 2, False, True),
    )
)
"""Coach, policy, clause, days ago, done, blocking. They have five days; the one of nine days ago is late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Somebody who used every attempt at a version."""

    coach: str
    policy: str
    number: int
    extended: float | None = None
    """The coach moved the due moment, this many days ago, to a week later."""


STRUGGLES = (
    Stuck(coach="cole", policy="appeals-and-quality", number=2),
    Stuck(coach="cole", policy="sensitive-content", number=2, extended=5),
    Stuck(coach="carmen.ortega", policy="impersonation-and-scams", number=3),
)


class _Floor:
    """Agents of the first day to whom nothing has happened yet; each is taken once."""

    def __init__(self, simulation: Simulation, agents: Sequence[DemoPerson], first_day: date) -> None:
        known = [each for each in agents if each.starts_on == first_day and each.external_id not in LEFT_TO_LEARN]
        self._free = sorted(known, key=lambda each: each.external_id)
        simulation.chance("floor").shuffle(self._free)
        self._policies = simulation.policies

    def take(self, *, coach: str | None = None, policy: str | None = None) -> str:
        """The next one whom this coach answers for and of whom this policy asks something."""
        found = next(
            each
            for each in self._free
            if coach in (None, each.coach) and (policy is None or asks(self._policies[policy], each.queues))
        )
        self._free.remove(found)
        return found.external_id


def plan_incidents(simulation: Simulation, agents: Sequence[DemoPerson], first_day: date) -> None:
    """Stuck, helped, on leave, waived, on hold, gone: one of each kind to look at, and some more."""
    floor = _Floor(simulation, agents, first_day)
    for stuck in STRUGGLES:
        _plan_struggle(simulation, floor.take(coach=stuck.coach, policy=stuck.policy), stuck)
    for help_ in REFRESHERS:
        _plan_refresher(simulation, floor.take(coach=help_.coach, policy=help_.policy), help_)
    _plan_spell(simulation, floor.take(policy="abuse-reports"), SpellKind.WAIVER, days_ago=40, days=90,
                policy="abuse-reports",
                reason="Works on the new intake form until the quarter ends; takes no reports.")  # fmt: skip
    _plan_spell(simulation, floor.take(policy="appeals-and-quality"), SpellKind.HOLD, days_ago=3, days=10,
                queue="abuse-reports",
                reason="Two wrong suspensions in a week; back after the talk on Thursday.")  # fmt: skip
    for days_ago, days in LEAVES:
        name = floor.take()
        start = simulation.days_ago(days_ago)
        simulation.absences.setdefault(name, []).append((start, start + timedelta(days=days)))
        _plan_spell(simulation, name, SpellKind.LEAVE, days_ago=days_ago, days=days, reason="Annual leave")
    for days_ago in LEAVERS:
        _plan_leaving(simulation, floor.take(), days_ago)


def _plan_struggle(simulation: Simulation, name: str, stuck: Stuck) -> None:
    simulation.struggles.add((name, stuck.policy, stuck.number))

    def extend(at: datetime) -> None:
        coaching.move_due(
            simulation.people[name],
            policy=stuck.policy,
            due_at=at + timedelta(days=7),
            reason="Three tries did not do it. We go through it together on Friday; until then take other cases.",
            by=simulation.people[stuck.coach],
            now=at,
        )

    if stuck.extended is not None:
        simulation.at(simulation.days_ago(stuck.extended), extend)


def _plan_refresher(simulation: Simulation, name: str, given: Help) -> None:
    def assign(at: datetime) -> None:
        learner = simulation.learners[name]
        (refresher,) = coaching.assign_refresher(
            people=[learner.id],
            policy=given.policy,
            clauses=[given.clause],
            due_at=at + timedelta(days=5),
            note="We looked at your last cases together; this is the clause behind most of what went wrong.",
            is_blocking=given.is_blocking,
            by=simulation.people[given.coach],
            now=at,
        )
        if given.is_done:
            done = soon(at, simulation.chance(name, "refresher", given.clause), hours=60)
            plan_training(simulation, learner, given.policy, done, refresher=refresher)

    simulation.at(simulation.days_ago(given.days_ago), assign)


def _plan_spell(
    simulation: Simulation,
    name: str,
    kind: SpellKind,
    *,
    days_ago: float,
    days: float,
    reason: str,
    queue: str | None = None,
    policy: str | None = None,
) -> None:
    def begin(at: datetime) -> None:
        spells.begin_spell(
            simulation.people[name],
            kind,
            start_at=at,
            end_at=at + timedelta(days=days),
            queue=queue,
            policy=policy,
            reason=reason,
            by=simulation.people["rune"],
            now=at,
        )

    simulation.at(simulation.days_ago(days_ago), begin)


def _plan_leaving(simulation: Simulation, name: str, days_ago: float) -> None:
    def leave(at: datetime) -> None:
        spells.end_employment(simulation.people[name], at=at, by=simulation.people["rune"], now=at)
        del simulation.learners[name]

    simulation.at(simulation.days_ago(days_ago), leave)
