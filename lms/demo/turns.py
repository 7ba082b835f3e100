"""What happens at Northlane from week to week: people come, versions go out, and people train on them."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from lms.accounts import actions
from lms.accounts.queries import person_of_external_id
from lms.demo.learning import plan_training
from lms.demo.people import COLUMNS, DemoPerson
from lms.demo.releases import LEFT_TO_LEARN, Release
from lms.demo.simulation import Learner, Simulation, asks, soon
from lms.domain.errors import DomainError
from lms.people import importing
from lms.policies import drafting, publishing
from lms.training import attesting

IN_TIME, IN_GRACE = 0.7, 0.2
"""Shares of people who train before a version takes effect, and in the week after; the others are late, up to weeks."""
SEEN, TRAINED = 0.85, 0.9
"""Shares of people who acknowledge an emergency within its first hours, and who learn it within its first days."""
FIRST_WEEK, FIRST_WEEKS = 24 * 6, 24 * 12
"""Hours that a newcomer takes for what everybody needs, and for what the work in the queues needs."""


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


def _import(simulation: Simulation, rows: Sequence[DemoPerson], at: datetime) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)
    importing.import_people(out.getvalue().encode(), now=at)
    for row in rows:
        simulation.people[row.external_id] = person_of_external_id(row.external_id)
        if row.role == "agent":
            _welcome(simulation, row, at)


def _welcome(simulation: Simulation, row: DemoPerson, at: datetime) -> None:
    """Somebody who comes later than the documents learns what everybody needs first, then what their queues need."""
    chance = simulation.chance(row.external_id, "arrival")
    learner = Learner(
        id=simulation.people[row.external_id],
        name=row.external_id,
        queues=frozenset(row.queues),
        skill=1.2 if row.external_id in LEFT_TO_LEARN else chance.uniform(0.86, 0.985),
        away=simulation.absences.get(row.external_id, []),
    )
    simulation.learners[row.external_id] = learner
    for policy in _policies_of(simulation, learner):
        hours = FIRST_WEEK if simulation.policies[policy].is_everybody else FIRST_WEEKS
        plan_training(simulation, learner, policy, soon(at, chance, hours=hours))


def _policies_of(simulation: Simulation, learner: Learner) -> Iterator[str]:
    return (policy for policy in sorted(simulation.released) if asks(simulation.policies[policy], learner.queues))


def _let_in(simulation: Simulation, names: Collection[str], password: str, at: datetime) -> None:
    for name in names:
        actions.set_password(simulation.people[name], password, is_demo=True, now=at)


def plan_release(simulation: Simulation, release: Release) -> None:
    """Draft, propose, approve; then most people train before it takes effect, some after, a few too late."""
    shown = simulation.days_ago(release.published)
    simulation.at(shown - timedelta(hours=3), lambda at: _propose(simulation, release, at))
    simulation.at(shown, lambda at: _approve(simulation, release, at))


def _propose(simulation: Simulation, release: Release, at: datetime) -> None:
    pia = simulation.people["pia"]
    version_id = drafting.draft_from_shelf(simulation.policies[release.policy], release.number, by=pia, now=at)
    drafting.propose(version_id, effective_at=_effective(simulation, release), by=pia, now=at)
    simulation.drafts[release.policy] = version_id


def _effective(simulation: Simulation, release: Release) -> datetime | None:
    return None if release.effective is None else simulation.days_ago(release.effective)


def _approve(simulation: Simulation, release: Release, at: datetime) -> None:
    publishing.approve(simulation.drafts[release.policy], by=simulation.people["lena"], now=at)
    simulation.released[release.policy] = release.number
    governs = _effective(simulation, release)
    for learner in simulation.learners.values():
        is_theirs = asks(simulation.policies[release.policy], learner.queues)
        if not is_theirs or LEFT_TO_LEARN.get(learner.name) == (release.policy, release.number):
            continue
        if governs is None:
            _plan_answer_to_emergency(simulation, learner, release, at)
        else:
            _plan_training_on(simulation, learner, release, at, governs)


def _plan_training_on(
    simulation: Simulation, learner: Learner, release: Release, at: datetime, governs: datetime
) -> None:
    chance = simulation.chance(learner.name, release.policy, release.number)
    is_struggling = (learner.name, release.policy, release.number) in simulation.struggles
    when = chance.random()
    if when < IN_TIME or learner.skill >= 1 or is_struggling:
        until = min(governs, simulation.days_ago(1)) if learner.skill >= 1 else governs
        moment = soon(at, chance, hours=(until - at) / timedelta(hours=1))
    elif when < IN_TIME + IN_GRACE:
        moment = soon(governs, chance, hours=24 * 6.5)
    else:
        moment = soon(governs + timedelta(days=8), chance, hours=24 * 22)
    plan_training(simulation, learner, release.policy, moment)


def _plan_answer_to_emergency(simulation: Simulation, learner: Learner, release: Release, at: datetime) -> None:
    chance = simulation.chance(learner.name, release.policy, release.number)
    if chance.random() < SEEN:
        seen = soon(at, chance, hours=6)
        simulation.at(seen, lambda when: _acknowledge(simulation, learner, release, when))
    hours = 20.0 if learner.skill >= 1 else 70.0
    if chance.random() < TRAINED or learner.skill >= 1:
        plan_training(simulation, learner, release.policy, soon(at, chance, hours=hours))


def _acknowledge(simulation: Simulation, learner: Learner, release: Release, at: datetime) -> None:
    is_away = any(start <= at < end for start, end in learner.away)
    if is_away or learner.name not in simulation.learners or learner.proven.get(release.policy) == release.number:
        return
    try:
        attesting.acknowledge(learner.id, release.policy, number=release.number, now=at)
    except DomainError:
        return  # over


def plan_draft(simulation: Simulation, policy: str, number: int) -> None:
    """The next version lies with the policy owner, unjudged."""
    simulation.at(
        simulation.days_ago(0.9),
        lambda at: drafting.draft_from_shelf(simulation.policies[policy], number, by=simulation.people["pia"], now=at),
    )
