"""What happens at Northlane: people come, versions go out, coaches act, somebody is away."""

import csv
import io
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta

from lms.accounts import importing, spells
from lms.accounts.queries import person_of_external_id
from lms.coaching import actions as coaching
from lms.demo.people import COLUMNS, DemoPerson
from lms.demo.simulation import Simulation
from lms.domain.errors import DomainError
from lms.models import SpellKind
from lms.policies import drafting, publishing
from lms.training import attesting


def bring_in(
    simulation: Simulation,
    everybody: Sequence[DemoPerson],
    begin: datetime,
    *,
    sign_ins: Collection[str],
    password: str,
) -> None:
    """Import people on the day they start, those of the first day together."""
    for day in sorted({person.starts_on for person in everybody}):
        rows = [person for person in everybody if person.starts_on == day]
        moment = max(begin, datetime.combine(day, time(7), UTC))
        simulation.at(moment, lambda at, rows=rows: _import(simulation, rows, at))
    simulation.at(begin + timedelta(seconds=1), lambda at: _let_in(simulation, sign_ins, password, at))
    for person in everybody:
        if person.role == "agent":
            start = max(begin, datetime.combine(person.starts_on, time(12), UTC))
            for policy in _policies_of(person):
                plan_training(simulation, person.external_id, policy, after=start, hours=24 * 9)


def _import(simulation: Simulation, rows: Sequence[DemoPerson], at: datetime) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)
    importing.import_people(out.getvalue().encode(), now=at)
    for row in rows:
        person = person_of_external_id(row.external_id)
        simulation.people[row.external_id] = person
        simulation.skills[person] = simulation.random.uniform(0.84, 0.985)
    if "ada" in simulation.people:
        simulation.skills[simulation.people["ada"]] = 1.2  # never wrong: what she still has to learn is the news


def _let_in(simulation: Simulation, names: Collection[str], password: str, at: datetime) -> None:
    for name in names:
        importing.set_password(simulation.people[name], password, is_demo=True, now=at)


def _policies_of(person: DemoPerson) -> list[str]:
    mine = []
    if {"abuse-reports", "escalations"} & set(person.queues):
        mine.append("abuse-reports")
    if "legal-requests" in person.queues:
        mine.append("legal-requests")
    return mine


def plan_training(simulation: Simulation, name: str, policy: str, *, after: datetime, hours: float) -> None:
    """Train at some moment within these hours, if there is anything to learn by then."""
    moment = simulation.soon(after, hours=hours)
    simulation.at(moment, lambda at: simulation.train(simulation.people[name], policy, at))


def plan_release(
    simulation: Simulation, policy: str, number: int, *, published: float, effective: float | None
) -> None:
    """Draft, propose, approve; then most people train before it takes effect, some late, a few not at all."""
    shown = simulation.days_ago(published)
    governs = simulation.days_ago(effective) if effective is not None else None
    simulation.at(shown - timedelta(hours=3), lambda at: _propose(simulation, policy, number, governs, at))
    simulation.at(shown, lambda at: _approve(simulation, policy, governs, at))


def _propose(simulation: Simulation, policy: str, number: int, governs: datetime | None, at: datetime) -> None:
    pia = simulation.people["pia"]
    version_id = drafting.draft_from_shelf(simulation.shelf.by_slug[policy], number, by=pia, now=at)
    drafting.propose(version_id, effective_at=governs, by=pia, now=at)
    simulation.drafts[policy] = version_id


def _approve(simulation: Simulation, policy: str, governs: datetime | None, at: datetime) -> None:
    publishing.approve(simulation.drafts[policy], by=simulation.people["lena"], now=at)
    for name, person in list(simulation.people.items()):
        if person not in simulation.skills:
            continue
        _plan_reaction(simulation, name, policy, at, governs)


def _plan_reaction(simulation: Simulation, name: str, policy: str, at: datetime, governs: datetime | None) -> None:
    chance = simulation.random.random()
    if governs is None:  # an emergency: some have seen it, some have learned it, the rest are asleep
        if chance < 0.45:
            simulation.at(simulation.soon(at, hours=5), lambda when: _acknowledge(simulation, name, policy, when))
        if 0.25 < chance < 0.6 and name != "ada":
            plan_training(simulation, name, policy, after=at, hours=34)
        return
    lead_time = (governs - at) / timedelta(hours=1)
    if chance < 0.68 or name == "ada":
        plan_training(simulation, name, policy, after=at, hours=lead_time)
    elif chance < 0.9:
        plan_training(simulation, name, policy, after=governs, hours=24 * 8)
    elif chance < 0.95:
        plan_training(simulation, name, policy, after=governs + timedelta(days=9), hours=24 * 9)


def _acknowledge(simulation: Simulation, name: str, policy: str, at: datetime) -> None:
    if name == "ada":
        return
    try:
        attesting.acknowledge(simulation.people[name], policy, number=2, now=at)
    except DomainError:
        return  # not for this person, or over


def plan_draft(simulation: Simulation, policy: str, number: int) -> None:
    """The next version lies with the policy owner, unjudged."""
    simulation.at(
        simulation.days_ago(0.9),
        lambda at: drafting.draft_from_shelf(
            simulation.shelf.by_slug[policy], number, by=simulation.people["pia"], now=at
        ),
    )


def plan_incidents(simulation: Simulation, agents: Sequence[DemoPerson]) -> None:
    """Leave, a waiver, a hold, refreshers, an extension, leavers: one of each kind to look at, and some more."""
    random = simulation.random
    names = [person.external_id for person in agents if person.external_id not in {"ada", "sam"}]
    random.shuffle(names)
    for days_ago, length in ((150, 14), (120, 10), (88, 21), (60, 9), (33, 14), (6, 16), (2, 12)):
        _plan_spell(simulation, names.pop(), SpellKind.LEAVE, days_ago=days_ago, days=length, reason="Annual leave")
    _plan_spell(simulation, names.pop(), SpellKind.WAIVER, days_ago=40, days=90, policy="abuse-reports",
                reason="Works on the new intake form until the quarter ends; takes no reports.")  # fmt: skip
    _plan_spell(simulation, names.pop(), SpellKind.HOLD, days_ago=3, days=10, queue="abuse-reports",
                reason="Two wrong suspensions in a week; back after the talk on Thursday.")  # fmt: skip
    for days_ago in (96, 51, 20):
        _plan_leaving(simulation, names.pop(), days_ago)
    dublin = [person.external_id for person in agents if person.coach == "cole" and person.external_id != "ada"]
    for days_ago, clause, is_blocking in (
        (90, "actions", False), (64, "response-times", False), (45, "evidence", False),
        (12, "response-times", False), (5, "actions", False), (2, "evidence", True),
    ):  # fmt: skip
        _plan_refresher(simulation, random.choice(dublin), clause, days_ago=days_ago, is_blocking=is_blocking)


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
    start = simulation.days_ago(days_ago)

    def begin(at: datetime) -> None:
        if name in simulation.people:
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

    simulation.at(start, begin)


def _plan_leaving(simulation: Simulation, name: str, days_ago: float) -> None:
    def leave(at: datetime) -> None:
        if name in simulation.people:
            spells.end_employment(simulation.people[name], at=at, by=simulation.people["rune"], now=at)
            simulation.skills.pop(simulation.people[name], None)

    simulation.at(simulation.days_ago(days_ago), leave)


def _plan_refresher(simulation: Simulation, name: str, clause: str, *, days_ago: float, is_blocking: bool) -> None:
    def assign(at: datetime) -> None:
        person = simulation.people.get(name)
        if person is None or person not in simulation.skills:
            return
        given = coaching.assign_refresher(
            people=[person],
            policy="abuse-reports",
            clauses=[clause],
            due_at=at + timedelta(days=5),
            note="We looked at your last cases together; this is the clause behind most of what went wrong.",
            is_blocking=is_blocking,
            by=simulation.people["cole"],
            now=at,
        )
        if days_ago > 10:
            done = simulation.soon(at, hours=60)
            simulation.at(done, lambda when: simulation.train(person, "abuse-reports", when, refresher=given[0]))

    simulation.at(simulation.days_ago(days_ago), assign)
