"""The demo organisation shows what Muster is for: all documents, every standing, a change that did not land."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from lms import clock
from lms.app import create_app
from lms.coaching.desk import Why
from lms.coaching.queries import board, scope_of
from lms.config import ROOT
from lms.demo import incidents, people, releases, seed
from lms.domain.policies import Verdict
from lms.domain.readiness import readiness
from lms.domain.standing import State
from lms.extensions import db
from lms.library.shelf import Shelf
from lms.models import (
    Acknowledgement,
    Attempt,
    ChangeRow,
    ClauseRow,
    Flag,
    FlagAnswer,
    Identity,
    Policy,
    Refresher,
    RefresherEnd,
    Version,
)
from lms.models.histories import person_histories, policy_histories
from lms.readiness.queries import Report, Within, members, standings
from lms.shifts.queries import week
from lms.training.home import home
from tests.conftest import settings_for

WEEK = timedelta(weeks=1)
EVERYBODY = {"confidentiality", "sensitive-content"}
SETS = {
    "abuse-reports": EVERYBODY
    | {"abuse-reports", "appeals-and-quality", "impersonation-and-scams", "product-messaging-safety"},
    "escalations": EVERYBODY | {"abuse-reports", "escalations", "product-messaging-safety"},
    "legal-requests": EVERYBODY | {"legal-requests"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The demo as somebody finds it who has just made it."""

    now: datetime
    report: Report


@pytest.fixture(scope="module")
def today(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Today]:
    """Read only, so one for all."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    for suffix in ("", "-wal"):
        if Path(f"{demo_template}{suffix}").exists():
            shutil.copy(f"{demo_template}{suffix}", f"{path}{suffix}")
    with create_app(settings_for(f"sqlite:///{path}")).app_context():
        now = clock.now()
        yield Today(now=now, report=standings(scope=None, at=now, known_at=now))
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """What we ship."""
    return Shelf.read(ROOT)[0]


def person(name: str) -> int:
    found = db.session.scalar(select(Identity.person_id).where(Identity.external_id == name))
    assert found is not None
    return found


def published() -> dict[tuple[str, int], datetime]:
    rows = db.session.execute(
        select(Policy.slug, Version.number, Version.published_at)
        .join(Version, Version.policy_id == Policy.id)
        .where(Version.published_at.is_not(None))
    )
    return {(slug, number): at for slug, number, at in rows}


class TestTheTable:
    def test_it_has_every_release_once(self, shelf):
        shipped = [(policy.slug, release.number) for policy in shelf.policies for release in policy.releases]
        assert sorted((each.policy, each.number) for each in releases.RELEASES) == sorted(shipped)

    def test_it_keeps_the_order_of_the_documents_but_for_the_emergency_of_today(self, shelf):
        dates = {
            (policy.slug, release.number): release.published_at
            for policy in shelf.policies
            for release in policy.releases
        }
        rows = [each for each in releases.RELEASES if (each.policy, each.number) != ("legal-requests", 2)]
        assert all(
            one.published > other.published and dates[one.policy, one.number] <= dates[other.policy, other.number]
            for one, other in pairwise(rows)
        )


def test_every_shipped_version_is_published_within_half_a_year(today, shelf):
    found = published()
    assert found.keys() == {(policy.slug, release.number) for policy in shelf.policies for release in policy.releases}
    assert all(timedelta() < today.now - at < seed.HALF_A_YEAR for at in found.values())


def test_what_is_not_released_lies_with_the_owner_unjudged(today, shelf):
    drafts = db.session.execute(
        select(Policy.slug, Version.number, Version.id)
        .join(Version, Version.policy_id == Policy.id)
        .where(Version.published_at.is_(None))
    ).all()
    assert {(slug, number) for slug, number, _ in drafts} == {
        (policy.slug, policy.draft) for policy in shelf.policies if policy.draft
    }
    verdicts = db.session.scalars(select(ChangeRow.verdict).where(ChangeRow.version_id.in_(row.id for row in drafts)))
    assert set(verdicts) == {None}


def test_each_queue_has_its_set(today):
    assert {queue: {row.policy for row in today.report.rows if row.queue == queue} for queue in people.QUEUES} == SETS


def test_every_standing_is_there(today):
    policies = policy_histories().values()
    members = {place.person_id for place in today.report.places}
    found = Counter(
        (each.state, each.because if each.state is State.EXEMPT else "")
        for history in person_histories(members).values()
        for queue in history.queues
        for each in readiness(policies, history, queue=queue, at=today.now, known_at=today.now).standings
    )
    assert {state for state, _ in found} == set(State)
    assert {because for state, because in found if state is State.EXEMPT} == {"leave", "waiver"}


def test_most_are_ready_and_a_few_are_late(today):
    cells = Counter[State]()
    for (team, _), cell in today.report.cells.items():
        if team == people.ROOT_TEAM:
            cells.update(cell.states)
    share = {state: count / cells.total() for state, count in cells.items()}
    assert 0.7 <= share[State.READY] <= 0.85
    assert 0.01 <= share[State.OVERDUE] <= 0.07
    assert 0.02 <= share[State.DUE] <= 0.1


def test_an_emergency_lies_in_the_past_and_most_saw_it_within_hours(today):
    row = db.session.execute(
        select(Version.id, Version.published_at)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Version.provisional_hours.is_not(None), Version.published_at < today.now - timedelta(days=30))
    ).one()
    seen = db.session.scalars(select(Acknowledgement.occurred_at).where(Acknowledgement.version_id == row.id)).all()
    trained = select(func.count(func.distinct(Attempt.person_id))).where(Attempt.version_id == row.id)
    assert len(seen) > 0.6 * db.session.scalar(trained)
    assert max(seen) - row.published_at < timedelta(hours=12)


def answers_by_clause(*, after: datetime, before: datetime) -> tuple[Counter, Counter]:
    """Answers, and those by the old rule, to questions on clauses that versions of this time changed materially."""
    rows = db.session.execute(
        select(ChangeRow.version_id, ClauseRow.slug, Policy.slug.label("policy"))
        .join(ClauseRow, ClauseRow.id == ChangeRow.clause_id)
        .join(Policy, Policy.id == ClauseRow.policy_id)
        .join(Version, Version.id == ChangeRow.version_id)
        .where(ChangeRow.verdict == Verdict.MATERIAL, Version.published_at.between(after, before))
    )
    changed = {(row.version_id, row.slug): (row.policy, row.slug) for row in rows}
    given, old = Counter(), Counter()
    for version_id, result in db.session.execute(
        select(Attempt.version_id, Attempt.result).where(Attempt.result.is_not(None))
    ):
        for item in result["items"]:
            for clause in item["clauses"]:
                if (version_id, clause) in changed:
                    given[changed[version_id, clause]] += 1
                    old[changed[version_id, clause]] += item["outcome"] == "old_rule"
    return given, old


def test_one_change_has_not_landed(today):
    habit = releases.NOT_LANDED
    at = published()[habit.policy, habit.number]
    assert 3 * WEEK <= today.now - at <= 5 * WEEK
    given, old = answers_by_clause(after=at - timedelta(days=10), before=at + timedelta(days=10))
    it = (habit.policy, habit.clause)
    assert old[it] / given[it] > 0.2
    others = [clause for clause in given if clause != it]
    assert len(others) >= 5
    assert all(old[it] >= 3 * old[other] for other in others)


def test_refreshers_are_open_and_done_for_several_policies(today):
    rows = db.session.execute(
        select(Policy.slug, RefresherEnd.evidence_id)
        .select_from(Refresher)
        .join(Policy, Policy.id == Refresher.policy_id)
        .outerjoin(RefresherEnd, RefresherEnd.refresher_id == Refresher.id)
    ).all()
    assert len({slug for slug, proof in rows if proof}) >= 4
    assert len({slug for slug, proof in rows if not proof}) >= 3


def test_the_coach_has_somebody_of_every_kind_on_the_desk(today):
    needs = board(scope=scope_of(person("cole"), now=today.now), now=today.now).needs
    # Nobody asks for another question in vain: whether there is one is for the draw to say.
    assert {concern.why for need in needs for concern in need.concerns} == set(Why) - {Why.HARD}


@pytest.mark.parametrize("name", releases.LEFT_TO_LEARN)
def test_who_is_in_the_readme_has_one_thing_to_do(today, name):
    found = home(person(name), now=today.now)
    assert [(line.slug, line.version) for line in (*found.lines, *found.coming)] == [releases.LEFT_TO_LEARN[name]]
    mine = [row for row in today.report.rows if row.person_id == person(name)]
    assert {row.policy for row in mine if row.standing is not State.READY} <= {releases.LEFT_TO_LEARN[name][0]}


def test_two_flags_wait_for_the_owner_and_one_is_answered(today):
    flags = db.session.scalars(select(Flag)).all()
    answered = set(db.session.scalars(select(FlagAnswer.flag_id)))
    assert [each.person_id == person("sam") for each in flags if each.id in answered] == [True]
    assert len(flags) - len(answered) == 2


def test_a_version_is_about_to_take_effect(today):
    ahead = [
        each for history in policy_histories().values() for each in history.versions if each.effective_at > today.now
    ]
    assert len(ahead) == 1


def test_newcomers_find_a_short_page(today):
    found = members(scope=None, at=today.now, known_at=today.now)
    newcomers = [each for each, member in found.items() if member.queues and today.now - member.since < 2 * WEEK]
    assert len(newcomers) == len(people.TEAMS)
    assert all(len(home(each, now=today.now).lines) <= 3 for each in newcomers)


def test_sixty_agents_in_four_teams_and_three_zones(today):
    found = members(scope=None, at=today.now, known_at=today.now)
    working = [each for each, member in found.items() if member.queues]
    assert len(working) == len(people.TEAMS) * people.AGENTS_PER_TEAM - len(incidents.LEAVERS) == 60 - 3
    assert {found[each].team for each in working} == {team.path for team in people.TEAMS}
    zones = db.session.scalars(select(Identity.timezone).where(Identity.person_id.in_(working)))
    assert set(zones) == {team.zone for team in people.TEAMS}


def test_the_week_shows_gaps_in_every_queue_and_who_could_close_them(today):
    found = week(Within((people.ROOT_TEAM,)), day=today.now.date(), zone=ZoneInfo("Europe/Dublin"), now=today.now)
    assert [each.queue for each in found.queues] == list(people.QUEUES)
    assert all(0 < each.short < each.needed == 168 for each in found.queues)
    coming = week(None, day=today.now.date() + timedelta(days=7), zone=ZoneInfo("UTC"), now=today.now)
    assert any(gap.fixes and gap.fixes[0].minutes for gap in coming.gaps)
