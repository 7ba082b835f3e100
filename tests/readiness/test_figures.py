"""Every figure of the report, over somebody in every state."""

import csv
import io
import json
from dataclasses import replace

import pytest

from lms import clock
from lms.domain.standing import State
from lms.readiness.export import COLUMNS, csv_text, json_text, record
from lms.readiness.queries import standings
from lms.readiness.report import Report, Within
from lms.readiness.rows import NOT_READY
from tests.readiness.make import ago, crew, prove


def everybody(**asked) -> Report:
    now = clock.now()
    return standings(**{"scope": None, "at": now, "known_at": now} | asked)


@pytest.fixture
def report(mixed) -> Report:
    return everybody()


def states(report: Report, policy: str = "legal") -> dict[int, State]:
    return {row.person_id: row.standing for row in report.rows if row.policy == policy}


def test_everybody_stands_where_the_rules_say(report, mixed):
    found = states(report)
    assert {name: found.get(person) for name, person in mixed.items()} == {
        "ready": State.READY,
        "overdue": State.OVERDUE,
        "due": State.DUE,
        "held": State.HELD,
        "leave": State.EXEMPT,
        "waived": State.EXEMPT,
        "newcomer": State.OVERDUE,
        "blocked": State.HELD,
        "ada": State.READY,
        "sam": None,
    }


def test_a_queue_counts_people_by_their_worst_policy(report):
    legal = next(each for each in report.queues if each.queue == "legal-requests")
    assert legal.name == "Legal requests"
    assert legal.states == {State.READY: 3, State.OVERDUE: 2, State.DUE: 1, State.HELD: 2, State.EXEMPT: 1}
    assert (legal.share.counted, legal.share.ready, legal.share.may_work) == (8, 3, 4)


def test_who_need_not_meet_one_policy_still_counts_with_the_others(report, mixed):
    mine = {row.policy: row.standing for row in report.rows if row.person_id == mixed["waived"]}
    assert mine == {"legal": State.EXEMPT, "secrets": State.READY}


def test_an_acknowledged_emergency_is_counted_beside_the_ready(mixed, cast, acknowledge):
    acknowledge(cast.ada, "abuse", 2, days=1)
    abuse = next(each for each in everybody().queues if each.queue == "abuse-reports")
    assert (abuse.share.ready, abuse.share.provisional, abuse.share.counted) == (0, 1, 2)


def test_a_team_counts_everybody_below_it_once(report):
    assert report.teams == ("Americas", "Americas/Austin", "EMEA", "EMEA/Dublin")
    assert report.cells["EMEA", "secrets"].states == {State.READY: 7, State.HELD: 1, State.EXEMPT: 1}
    assert report.cells["EMEA/Dublin", "legal"].counted == 7
    assert report.cells["EMEA/Dublin", "legal"].ready == 2
    assert report.cells["EMEA", "legal"].worst is State.HELD
    assert report.cells["Americas", "legal"].counted == 0
    assert report.cells["Americas", "legal"].worst is State.NOT_REQUIRED


def test_the_most_urgent_comes_first(report, mixed):
    legal = [row for row in report.not_ready if row.policy == "legal"]
    assert [row.standing for row in legal] == [State.HELD] * 2 + [State.OVERDUE] * 2 + [State.DUE]
    assert [row.due_at for row in legal[2:4]] == sorted(row.due_at for row in legal[2:4])


def test_a_row_says_what_is_missed_and_why_and_how_long_it_takes(report, mixed):
    row = next(row for row in report.rows if row.person_id == mixed["overdue"] and row.policy == "legal")
    assert [(each.clause, each.title, each.kind, each.version) for each in row.missed] == [
        ("freeze", "Freeze", "changed", 2)
    ]
    assert (row.held, row.required, row.upcoming) == (1, 2, 3)
    assert row.minutes > 1
    newcomer = next(row for row in report.rows if row.person_id == mixed["newcomer"] and row.policy == "legal")
    assert [reason.titles for reason in newcomer.reasons] == [("Intake", "Freeze")]
    assert newcomer.minutes > row.minutes
    assert next(row for row in report.rows if row.standing is State.READY).minutes == 0


def test_what_comes_next_says_how_many_would_stop_being_ready(report):
    [coming] = report.coming
    assert (coming.policy, coming.version) == ("legal", 3)
    assert abs((coming.effective_at - ago(-4)).total_seconds()) < 600, "the scene was set a while ago"
    assert coming.people == 9
    assert coming.trained == 0
    assert coming.not_ready == 7, "everybody but who is on leave or need not meet it that day"
    assert coming.would_stop == 2, "Ada and the one who is ready; the others are waited for already"


def test_a_forecast_shows_them_not_ready(mixed):
    then = everybody(at=ago(-4.1), policy="legal")
    assert states(then)[mixed["ready"]] is State.DUE


def test_what_was_recorded_later_was_not_known(mixed):
    then = ago(8)
    at_once = standings(scope=None, at=then, known_at=then)
    assert states(at_once)[mixed["due"]] is State.DUE
    assert states(at_once)[mixed["held"]] is State.READY, "the hold came later"
    assert at_once.not_ready[0].missed


def test_ageing_is_counted_at_the_moment_of_the_report(report):
    assert sum(count for _, count in report.ageing) == report.states[State.OVERDUE]
    assert dict(report.ageing).keys() <= {"1 to 7 days", "more than 30 days"}


def test_a_queue_a_team_and_a_policy_narrow_it(mixed, cast):
    assert {row.queue for row in everybody(queue="abuse-reports").rows} == {"abuse-reports"}
    assert {row.person_id for row in everybody(team="Americas").rows} == {cast.sam}
    assert {row.policy for row in everybody(policy="secrets").rows} == {"secrets"}
    assert {row.person_id for row in everybody(people=[cast.ada]).rows} == {cast.ada}
    assert everybody(team="-").rows == ()
    assert everybody(team="EMEA").teams == ("EMEA", "EMEA/Dublin")


def test_a_scope_of_nothing_is_nobody(mixed):
    assert everybody(scope=Within(())).rows == ()


def test_a_scope_covers_its_tree_and_nothing_else(mixed, cast):
    found = everybody(scope=Within(("EMEA/Dublin",)))
    assert cast.sam not in {row.person_id for row in found.rows}
    assert found.teams == ("EMEA/Dublin",)
    assert everybody(scope=Within(("EMEA/Dub",))).rows == (), "a path is not a prefix of letters"


def test_a_policy_that_asks_nothing_of_a_queue_has_no_row_there(report):
    assert {row.queue for row in report.rows if row.policy == "legal"} == {"legal-requests"}
    assert {row.queue for row in report.rows if row.policy == "secrets"} == {
        "abuse-reports",
        "escalations",
        "legal-requests",
    }


def test_three_and_thirty_people_take_the_same_statements(mixed, count_statements):
    crew(3, team="EMEA/Dublin", queues=["legal-requests"], name="few")
    few = count_statements(everybody)
    crew(30, team="EMEA/Dublin", queues=["legal-requests", "abuse-reports"], name="many")
    assert count_statements(everybody) == few <= 25


def test_csv_and_json_hold_every_row_of_the_report(report):
    lines = list(csv.DictReader(io.StringIO(csv_text(report))))
    assert tuple(lines[0]) == COLUMNS
    body = json.loads(json_text(report))
    assert [{key: "" if value is None else str(value) for key, value in row.items()} for row in body["rows"]] == lines
    assert len(lines) == len(report.rows)
    assert body["as_of"].endswith("Z")


def test_no_cell_begins_a_formula(report):
    for text in ("=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"):
        tricky = replace(report, rows=(replace(report.rows[0], person=text, team=text),))
        line = next(csv.DictReader(io.StringIO(csv_text(tricky), newline="")))
        assert line["person"] == line["team"] == f"'{text}"


def test_a_record_is_typed_for_json(report, mixed):
    row = next(row for row in report.rows if row.person_id == mixed["overdue"] and row.policy == "legal")
    made = record(row)
    assert made["held"] == 1
    assert made["required"] == 2
    assert made["due_at"].endswith("Z")
    assert record(next(row for row in report.rows if row.standing is State.READY))["due_at"] is None


def test_not_ready_has_four_states():
    assert [state.value for state in NOT_READY] == ["held", "overdue", "due", "provisional"]


def test_it_counts_why_people_are_not_ready(report):
    legal = [row.main_reason for row in report.not_ready if row.policy == "legal"]
    assert sorted(legal) == ["changed", "changed", "held", "held", "never"]
    assert sum(report.why.values()) == len(report.not_ready)


def test_an_acknowledged_emergency_is_a_reason_of_its_own(mixed, cast, acknowledge):
    acknowledge(cast.ada, "abuse", 2, days=1)
    assert everybody(people=[cast.ada]).why["emergency"] == 1


def test_proofs_that_run_out_soon_are_told_beforehand(mixed, cast):
    prove(cast.ada, "abuse", 2, days=60)
    [soon] = everybody().running_out
    assert (soon.policy, soon.people) == ("abuse", 1)
    assert abs(soon.first_at - ago(-20)).total_seconds() < 60
    assert everybody(at=ago(40)).running_out == (), "not yet published then"
