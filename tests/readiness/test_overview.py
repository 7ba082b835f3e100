"""The overview counts from cells what the report counts from rows, and what is kept of it is what is true now."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms import clock
from lms.domain.standing import State
from lms.extensions import db, writing
from lms.models import Queue, SpellKind
from lms.readiness import board as boards
from lms.readiness import parts
from lms.readiness.board import Boards, board
from lms.readiness.lines import Lines
from lms.readiness.listing import most_urgent
from lms.readiness.overview_queries import overview
from lms.readiness.queries import standings
from lms.readiness.report import NO_TEAM, Within
from tests.readiness.asking import give
from tests.readiness.make import ago, crew, end_spells, prove, spell
from tests.readiness.organisation import found as organisation

FIGURES = ("states", "policies", "why", "ageing", "coming", "running_out", "teams", "cells", "queues", "let_in")
NARROWED = (
    {},
    {"queue": "legal-requests"},
    {"policy": "legal"},
    {"queue": "abuse-reports", "policy": "abuse"},
    {"team": "EMEA"},
    {"team": NO_TEAM},
    {"team": "Americas/Austin", "queue": "legal-requests"},
    {"scope": Within(("EMEA",))},
    {"scope": Within(("EMEA/Dublin", "Americas"), "Northlight")},
    {"scope": Within(None, "", is_own_only=True)},
    {"scope": Within(())},
)


def assert_same(*, at, known_at, now, **narrowed):
    asked = {"scope": None} | narrowed
    report = standings(at=at, known_at=known_at, **asked)
    found = overview(at=at, known_at=known_at, now=now, **asked)
    for name in FIGURES:
        counted, said = getattr(found, name), getattr(report, name)
        if isinstance(said, dict) or name == "cells":
            counted, said = dict(counted), dict(said)
        assert counted == said, name
    policies = [slug for slug, _ in found.policies]
    for team in found.teams:
        cells = [report.cells[team, slug] for slug in policies]
        told = [(cell.ready, cell.counted, cell.worst) for cell in cells]
        assert list(found.cells.row(team, policies)) == told, "what the page shows"
    lines = list(found.rows)
    assert len(lines) == len(found.rows) == found.total == len(report.rows)
    for line, row in zip(lines, report.rows, strict=True):
        assert line == tuple(getattr(row, each) for each in line._fields)
    for state in (None, State.OVERDUE, State.READY):
        rows = report.not_ready if state is None else sorted(report.in_state(state).rows, key=lambda row: row.urgency)
        assert most_urgent(found.in_state(state), 10) == list(rows[:10])
        assert len(found.in_state(state).rows) == len(report.in_state(state).rows)
    assert_everybody(found, report)
    db.session.rollback()


def assert_everybody(found, report):
    """Each person once, with the worst of their queues."""
    from lms.domain.readiness import share

    people = {}
    for place in report.places:
        people.setdefault(place.person_id, []).append(place.readiness)
    assert found.everybody.share == share(people.values(), report.answers)


@pytest.mark.parametrize("narrowed", NARROWED)
def test_every_figure_is_that_of_the_report(mixed, cast, acknowledge, narrowed):
    acknowledge(cast.ada, "abuse", 2, days=1)
    give(mixed["overdue"], cast.lena)
    now = clock.now()
    for at, known_at in ((now, now), (ago(5), now), (ago(5), ago(4)), (ago(-6), now), (ago(300), now)):
        assert_same(at=at, known_at=known_at, now=now, **narrowed)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_it_is_in_any_organisation(papers, cast, seed):
    dice = organisation(seed, lead=cast.lena)
    for _ in range(4):
        now = clock.now()
        at = now - timedelta(days=dice.choice([0, 1, 7, 40, -3, -9]))
        known_at = now - timedelta(days=dice.choice([0, 0, 2, 10]))
        assert_same(at=at, known_at=known_at, now=now, **dice.choice(NARROWED))


@pytest.mark.parametrize("order", ["urgency", "person", "team", "policy", "due"])
@pytest.mark.parametrize("most", [1, 5, 1000])
def test_the_first_lines_of_an_order_are_those_of_all_of_them(mixed, order, most):
    now = clock.now()
    found = overview(scope=None, at=now, known_at=now, now=now)
    lines = Lines(found)
    rows = sorted(standings(scope=None, at=now, known_at=now).not_ready, key=KEYS[order])
    places = lines.sorted(lines.not_ready, order, most=most)[:most]
    picks = lines.not_ready.take(places)
    names = [
        (lines.names[row], found.board.queues[queue], lines.slugs[policy])
        for row, queue, policy in zip(picks.row, picks.queue, picks.policy, strict=True)
    ]
    assert names == [(row.person, row.queue, row.policy) for row in rows[:most]]


KEYS = {
    "urgency": lambda row: row.urgency,
    "person": lambda row: (row.person.casefold(), row.person_id, row.queue, row.policy),
    "team": lambda row: (row.team.casefold(), row.urgency),
    "policy": lambda row: (row.policy_title.casefold(), row.urgency),
    "due": lambda row: (row.due_at is None, row.due_at.timestamp() if row.due_at else 0, row.urgency),
}


def as_told(found):
    """Everything that a board says, in an order of its own."""
    said = {}
    for slug, cells in found.cells.items():
        columns = [cells.row, cells.queue, cells.state, cells.because, cells.required, cells.held]
        columns += [cells.due, cells.kind, cells.then, cells.runs_out]
        said[slug] = sorted(zip(*(each.tolist() for each in columns), strict=True))
    where = found.where
    teams = sorted(zip(*(each.tolist() for each in where.in_teams), strict=True))
    queues = {name: each.tolist() for name, each in where.queues.items()}
    return said, where.team.tolist(), where.is_employed.tolist(), where.is_on_leave.tolist(), teams, queues


def assert_true(kept, now):
    """What is kept is what somebody computes who keeps nothing."""
    assert as_told(kept.board(now)) == as_told(board(at=now, known_at=now))
    db.session.rollback()


@pytest.mark.parametrize("most", [1, 3, 4])
@pytest.mark.parametrize("seed", [21, 22])
def test_a_part_after_the_other_gives_what_everybody_at_once_gives(papers, cast, monkeypatch, seed, most):
    organisation(seed, lead=cast.lena)
    for at in (clock.now(), ago(6), ago(-9)):
        whole = board(at=at, known_at=clock.now())
        monkeypatch.setattr(parts, "PEOPLE_AT_ONCE", most)
        assert as_told(board(at=at, known_at=clock.now())) == as_told(whole)
        monkeypatch.undo()
        db.session.rollback()


def test_what_is_kept_follows_what_is_recorded_and_the_clock(mixed, cast, acknowledge):
    kept, now = Boards(), clock.now()
    assert_true(kept, now)
    prove(mixed["overdue"], "legal", 2, days=0.01)
    assert_true(kept, clock.now())
    spell(mixed["ready"], SpellKind.LEAVE, days=0.01, until=-3)
    end_spells(mixed["due"], SpellKind.QUEUE)
    acknowledge(cast.ada, "abuse", 2, days=0.01)
    assert_true(kept, clock.now())
    crew(2, team="Americas/Austin", queues=["legal-requests", "escalations"], name="new")
    assert_true(kept, clock.now())
    for hours in (1, 5, 23, 26, 71, 98, 170, 24 * 9, 24 * 30):
        assert_true(kept, now + timedelta(hours=hours))


def test_what_another_clock_recorded_ahead_is_known_when_it_is_time(mixed):
    kept, now = Boards(), clock.now()
    kept.board(now - timedelta(minutes=10))
    db.session.rollback()
    prove(mixed["overdue"], "legal", 2, days=0.001)  # recorded later than the moments that are asked about
    for minutes in (9, 5, 2):
        assert_true(kept, now - timedelta(minutes=minutes))
    assert_true(kept, clock.now())


def test_a_clock_that_went_back_starts_anew(mixed):
    kept, now = Boards(), clock.now()
    assert_true(kept, now)
    assert_true(kept, now - timedelta(days=3))
    assert kept.board(now - timedelta(days=3, seconds=2)).at == now - timedelta(days=3), "another request was quicker"
    db.session.rollback()


def test_the_file_of_a_page_is_of_what_the_page_was_counted_from(mixed):
    now = clock.now()
    page = overview(scope=None, at=now, known_at=now, now=now)
    later = now + timedelta(seconds=20)
    overview(scope=None, at=later, known_at=later, now=later)
    file = overview(scope=None, at=now, known_at=now, now=later + timedelta(seconds=1))
    assert file.board.cells is page.board.cells or as_told(file.board) == as_told(page.board)
    assert (file.at, file.known_at) == (now, now)
    db.session.rollback()


def test_other_instants_are_computed_once_until_more_is_recorded(mixed):
    def asked(known_at=None):
        now = clock.now()
        found = overview(scope=None, at=then, known_at=known_at or now, now=now)
        db.session.rollback()
        return found

    then = ago(6)
    first, again = asked(), asked()
    assert first.board.cells is again.board.cells
    before = asked(known_at=ago(11))
    assert as_told(before.board) != as_told(first.board), "half of it was not known yet"
    assert asked(known_at=ago(11)).board.at == then
    assert asked(known_at=before.known_at).board.cells is before.board.cells
    prove(mixed["overdue"], "legal", 2, days=7)
    assert as_told(asked().board) != as_told(first.board)
    assert as_told(asked(known_at=before.known_at).board) == as_told(before.board)


def test_nothing_is_kept_of_what_is_not_committed(mixed):
    from lms.extensions import writing

    boards.forget()
    with writing():
        now = clock.now()
        assert boards.board_of_now(now).cells
        assert boards.board_at(at=ago(3), known_at=now, policy=None).cells
    assert not list(boards._kept)


def test_whoever_began_to_read_before_a_queue_was_made_can_name_it(mixed, app):
    """Another request, which began later, brought what is remembered up to date."""
    overview(scope=None, at=clock.now(), known_at=clock.now(), now=clock.now())
    assert db.session.scalar(select(func.count(Queue.id)))  # from here on this request sees no later moment

    def another() -> None:
        with app.app_context():
            with writing():
                db.session.add(Queue(slug="new-queue", name="New queue"))
                db.session.commit()
            crew(1, team="EMEA/Dublin", queues=["new-queue"], name="late")
            now = clock.now()
            overview(scope=None, at=now, known_at=now, now=now)
            db.session.remove()

    thread = threading.Thread(target=another)
    thread.start()
    thread.join()
    now = clock.now()
    found = overview(scope=None, at=now, known_at=now, now=now)
    assert "New queue" in [each.name for each in found.queues]
