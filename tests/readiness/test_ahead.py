"""What lies ahead of somebody in every state: the figures of the report at those instants, turns, training."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from lms import clock
from lms.domain.standing import State
from lms.models import SpellKind
from lms.readiness.ahead import Ahead, Effect
from lms.readiness.ahead_queries import ahead
from lms.readiness.queries import standings
from lms.readiness.report import Within
from lms.training.queries import home
from tests.cast import Cast
from tests.readiness.ahead_made import joins, looked, moves, plan, refresh
from tests.readiness.make import ago, crew, prove, spell
from tests.readiness.test_figures import everybody

OSLO = ZoneInfo("Europe/Oslo")
NARROWED = (
    {},
    {"scope": Within(("EMEA",))},
    {"scope": Within(())},
    {"queue": "legal-requests"},
    {"policy": "legal"},
    {"team": "Americas"},
    {"team": "-"},
    {"scope": Within(None, "Northwind")},
)


@pytest.fixture
def found(mixed) -> Ahead:
    return looked()


@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
def test_every_figure_is_that_of_the_report_at_its_instant(mixed, cast, narrowed):
    moves(mixed["ready"], "Americas/Austin", on=9)
    plan(mixed["overdue"], SpellKind.LEAVE, begins=3, ends=6)
    plan(mixed["held"], SpellKind.WAIVER, begins=11, ends=16, policy="legal")
    joins(mixed["due"], "abuse-reports", on=12)
    found = looked(zone=OSLO, **narrowed)
    assert found.queues or narrowed in ({"scope": Within(())}, {"team": "-"}, {"scope": Within(None, "Northwind")})
    for place, at in enumerate((found.at, *(week.last for week in found.weeks))):
        report = standings(**{"scope": None} | narrowed, at=at, known_at=found.at)
        expected = {
            each.queue: (each.share.counted, each.share.ready, each.share.provisional) for each in report.queues
        }
        counts = [found.counts[queue, place] for queue, _ in found.queues]
        assert all(each.at == at for each in counts)
        mine = {each.queue: (each.counted, each.ready, each.provisional) for each in counts}
        assert mine == {queue: expected.get(queue, (0, 0, 0)) for queue in mine}
        assert {queue for queue, share in expected.items() if share[0]} <= mine.keys()


def test_the_turns_of_a_week_are_the_difference_of_its_figures(mixed):
    moves(mixed["ready"], "Americas/Austin", on=9)
    found = looked(scope=Within(("EMEA",)))
    for queue, _ in found.queues:
        for place in range(len(found.weeks)):
            mine = [each for each in found.turned if (each.queue, each.week) == (queue, place)]
            before, after = found.counts[queue, place], found.counts[queue, place + 1]
            more = Counter(each.after for each in mine)
            more.subtract(each.before for each in mine)
            assert after.ready - before.ready == more[State.READY]
            away = more[State.EXEMPT] + more[State.NOT_REQUIRED]
            assert after.counted - before.counted == -away


def test_it_says_what_turns_people_and_when(found, mixed):
    told: Counter[tuple[str, str, int, Effect]] = Counter()
    for each in found.events:
        for effect, people in each.effects:
            told[each.kind.value, each.about, each.version, effect] += people
    assert told == {
        ("grace", "legal", 0, Effect.OVERDUE): 5,
        ("version", "legal", 3, Effect.STOPS): 2,
        ("back", "", 0, Effect.COMES): 1,
        ("waiver", "legal", 0, Effect.STOPS): 1,
        ("grace", "abuse", 0, Effect.OVERDUE): 1,
    }
    version = next(each for each in found.events if each.version)
    assert {each.person_id for each in version.turns} == {mixed["ready"], mixed["ada"]}
    assert is_about(version.first_at, days=4)
    assert version.is_at_once
    assert found.weeks[version.week].start <= version.first_at < found.weeks[version.week].end


def is_about(at, *, days) -> bool:
    """So many days ahead; the people were made up to an hour ago."""
    return abs(at - ago(-days)) < timedelta(hours=1)


def test_what_was_shown_runs_out(mixed, cast):
    prove(cast.ada, "abuse", 2, days=50)
    found = looked(queue="abuse-reports", weeks=8)
    [event] = [each for each in found.events if each.kind == "validity"]
    assert [(each.person_id, each.before, each.after) for each in event.turns] == [
        (cast.ada, State.READY, State.OVERDUE)
    ]
    assert is_about(event.first_at, days=30)
    [renewal] = [each for each in found.training if each.person_id == cast.ada and each.policy == "abuse"]
    assert (renewal.due_at, renewal.is_whole) == (event.first_at, True)


def test_what_runs_out_again_comes_again(mixed, cast):
    prove(cast.ada, "abuse", 2, days=50)
    mine = [each for each in looked(weeks=26).training if (each.person_id, each.policy) == (cast.ada, "abuse")]
    days_ahead = [round((each.due_at - clock.now()) / timedelta(days=1)) for each in mine]
    assert days_ahead == [30, 110], "80 days after the first, in the window of which it was renewed"


def test_an_acknowledged_emergency_ends(mixed, cast, acknowledge):
    acknowledge(cast.ada, "abuse", 2, days=1)
    found = looked(queue="abuse-reports")
    [event] = [each for each in found.events if each.kind == "emergency"]
    assert [(each.before, each.after, each.effect) for each in event.turns] == [
        (State.PROVISIONAL, State.DUE, Effect.STAYS)
    ]


def test_minutes_are_those_of_the_report_and_of_the_persons_own_page(found, mixed):
    rows = {(row.person_id, row.policy): row.minutes for row in everybody().rows if row.minutes}
    for name in ("overdue", "due", "newcomer"):
        [mine] = [each for each in found.training if each.person_id == mixed[name]]
        [line] = home(mixed[name], now=found.at).lines
        assert mine.minutes == rows[mixed[name], "legal"] == line.minutes
        assert mine.due_at == max(line.due_at, found.at)


def test_minutes_of_a_version_that_comes_are_those_that_can_be_learnt_today(found, mixed):
    [mine] = [each for each in found.training if each.person_id == mixed["ready"]]
    [line] = home(mixed["ready"], now=found.at).coming
    assert (mine.minutes, mine.clauses) == (line.minutes, 1)
    assert is_about(mine.due_at, days=11), "it takes effect in 4 days, and has 7 of grace"


def test_training_falls_due_in_its_week_and_what_is_overdue_in_this_one(found, mixed):
    for each in found.training:
        week = found.weeks[each.week]
        assert week.start <= each.due_at < week.end
    assert {each.week for each in found.training if each.person_id in (mixed["overdue"], mixed["newcomer"])} == {0}


def test_who_is_away_has_theirs_once_they_are_back(found, mixed):
    for name in ("leave", "waived"):
        [mine] = [each for each in found.training if each.person_id == mixed[name]]
        assert mine.due_at > ago(-5)
    assert [each.is_refresher for each in found.training if each.person_id == mixed["blocked"]] == [True, False]
    assert len([each for each in found.training if each.person_id == mixed["held"]]) == 1


def test_who_goes_on_leave_and_comes_back_ready(mixed):
    plan(mixed["ready"], SpellKind.LEAVE, begins=1, ends=3)
    mine = [each for each in looked().turned if each.person_id == mixed["ready"]]
    assert [(each.kind.value, each.effect) for each in mine[:2]] == [("leave", Effect.GOES), ("back", Effect.READY)]


def test_a_refresher_counts_where_its_policy_is_looked_at_and_asks_anything(mixed, cast):
    refresh(mixed["ready"], "secrets", ["secrets"], by=cast.cole)
    refresh(mixed["ready"], "secrets", ["long-gone"], by=cast.cole)
    mine = [each for each in looked(policy="secrets").training if each.is_refresher]
    assert [(each.person_id, each.policy, each.clauses) for each in mine] == [(mixed["ready"], "secrets", 1)]
    assert mine[0].minutes > 0
    assert is_about(mine[0].due_at, days=3)


def test_an_open_leave_has_no_end_to_count_on(mixed):
    spell(mixed["overdue"], SpellKind.LEAVE, days=1)
    assert mixed["overdue"] not in {each.person_id for each in looked(weeks=26).training}


def test_a_table_of_training_adds_up(mixed):
    moves(mixed["ready"], "Americas/Austin", on=6)
    found = looked()
    assert found.teams == ("Americas/Austin", "EMEA/Dublin")
    places = range(len(found.weeks))
    for team in found.teams:
        assert sum(found.load(team, place).minutes for place in places) == found.by_team[team].minutes
    for place in places:
        assert sum(found.load(team, place).minutes for team in found.teams) == found.of_week(place).minutes
    assert sum(found.of_week(place).modules for place in places) == found.total.modules == len(found.training)
    assert found.total.people == len({each.person_id for each in found.training})
    [mine] = [each for each in found.training if each.person_id == mixed["ready"]]
    assert mine.team == "Americas/Austin", "where they will be just before it is due"


def test_who_moves_away_is_nobody_elses_training(mixed):
    moves(mixed["ready"], "Americas/Austin", on=6)
    found = looked(scope=Within(("EMEA",)))
    assert mixed["ready"] not in {each.person_id for each in found.training}
    turn = [each for each in found.turned if each.person_id == mixed["ready"]][-1]
    assert (turn.kind.value, turn.after, turn.effect) == ("moves", State.NOT_REQUIRED, Effect.GOES)


def test_people_of_other_teams_and_vendors_are_not_seen(mixed, cast: Cast):
    found = looked(scope=Within(("EMEA/Dublin",)))
    seen = {each.person_id for each in (*found.turned, *found.training)}
    assert seen
    assert cast.sam not in seen
    assert looked(scope=Within(("EMEA/Dub",))).training == (), "a path is not a prefix of letters"
    assert looked(scope=Within(None, "Northwind")).queues == ()


def test_statements_do_not_grow(mixed, count_statements):
    crew(3, team="EMEA/Dublin", queues=["legal-requests"], name="few")
    looked()  # what was added is remembered from here on
    few = count_statements(looked)
    crew(30, team="EMEA/Dublin", queues=["legal-requests", "abuse-reports"], name="many")
    looked()
    assert count_statements(looked) == few <= 16
    assert count_statements(lambda: looked(weeks=26)) == few


def test_it_looks_ahead_from_a_moment_that_is_over(mixed):
    found = looked(at=ago(11))
    assert [each.version for each in found.events if each.kind == "version"] == [2], "the third was not published then"
    [mine] = [each for each in found.training if each.person_id == mixed["overdue"]]
    assert is_about(mine.due_at, days=-3)


def test_nobody_at_all(cast):
    found = ahead(scope=Within(()), at=clock.now(), zone=OSLO, weeks=4)
    assert (found.queues, found.turned, found.training, found.total.minutes) == ((), (), (), 0)
