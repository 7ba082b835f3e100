"""Readiness by day: each point is the figure that the report gives for that instant, whoever asks."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.domain.readiness import Answer, Share
from lms.domain.standing import State
from lms.extensions import db, writing
from lms.models import Identity, Person, Spell, SpellKind, Team
from lms.organisation.gates import set_gate
from lms.readiness.over_time import over_time
from lms.readiness.queries import standings
from lms.readiness.report import NO_TEAM, Within
from tests.cast import add_spell
from tests.readiness.asking import give
from tests.readiness.make import _end, ago, crew, prove, spell

NOBODY = Share(counted=0, ready=0, provisional=0, may_work=0)
VENDOR = "Acme"
SCOPES = (
    ("everybody", None, {}),
    ("a lead", Within(("EMEA",)), {}),
    ("another lead", Within(("Americas", "EMEA/Cork")), {}),
    ("a lead of nobody", Within(()), {}),
    ("a vendor's", Within(None, VENDOR), {}),
    ("our own only", Within(None, is_own_only=True), {}),
    ("a queue", None, {"queue": "abuse-reports"}),
    ("a tree", None, {"team": "EMEA"}),
    ("in no team", None, {"team": NO_TEAM}),
    ("a lead's team and queue", Within(("EMEA",)), {"team": "EMEA/Cork", "queue": "legal-requests"}),
)


@pytest.fixture
def moving(mixed, cast):
    """`mixed` with people who come, go, move team and queue, are let in and held, and a gate that was set since."""
    cork = _team("EMEA/Cork")
    late = crew(3, team="EMEA/Dublin", queues=[], name="late")
    spell(late[0], SpellKind.QUEUE, days=20, until=8, queue="legal-requests")
    spell(late[0], SpellKind.QUEUE, days=8, queue="abuse-reports")
    prove(late[0], "abuse", 1, days=7)
    spell(late[1], SpellKind.QUEUE, days=15, queue="legal-requests")
    prove(late[1], "legal", 1, days=12)
    prove(late[1], "secrets", 1, days=11)
    _move(late[1], cork, days=6)
    spell(late[2], SpellKind.QUEUE, days=5, queue="legal-requests")
    _leave(late[2], days=2)
    spell(mixed["overdue"], SpellKind.HOLD, days=6, until=4, queue="legal-requests", reason="A talk first.")
    spell(mixed["leave"], SpellKind.HOLD, days=7, until=3, queue="legal-requests", reason="A talk first.")
    give(mixed["overdue"], cast.lena, hours=6, now=ago(2))
    give(mixed["due"], cast.lena, hours=12, now=ago(1.25))
    answers = {
        State.PROVISIONAL: Answer.ALLOW,
        State.DUE: Answer.DENY,
        State.OVERDUE: Answer.DENY,
        State.HELD: Answer.DENY,
    }
    set_gate(
        "legal-requests", answers, is_confirmed=True, from_at=None, reason="Not on old rules.", by=cast.rune, now=ago(3)
    )
    with writing():
        some = Identity.person_id.in_([mixed["overdue"], mixed["ready"], late[1]])
        db.session.execute(update(Identity).where(some).values(vendor=VENDOR))
        db.session.commit()
    return mixed


@writing()
def _team(path):
    parent = db.session.scalar(select(Team.id).where(Team.path == path.rpartition("/")[0]))
    team = Team(name=path.rpartition("/")[2], path=path, parent_id=parent)
    db.session.add(team)
    db.session.commit()
    return team.id


@writing()
def _move(person, team, *, days):
    for each in db.session.scalars(select(Spell).where(Spell.person_id == person, Spell.kind == SpellKind.TEAM)):
        _end(each, days, recorded=days)
    add_spell(
        db.session.get_one(Person, person), kind=SpellKind.TEAM, team_id=team, start_at=ago(days), recorded_at=ago(days)
    )
    db.session.commit()


@writing()
def _leave(person, *, days):
    for each in db.session.scalars(select(Spell).where(Spell.person_id == person, Spell.kind == SpellKind.EMPLOYMENT)):
        _end(each, days, recorded=days)
    db.session.commit()


def from_report(scope, at, known_at, **asked):
    """By queue, what the report gives at one instant."""
    report = standings(scope=scope, at=at, known_at=known_at, **asked)
    return {each.queue: (each.name, each.share, dict(each.states)) for each in report.queues}


DAYS_AGO = (105, 21, 9.5, 5.5, 3.5, 1.9, 1, 0, -5)


def test_each_point_is_what_the_report_gives_at_that_instant(moving):
    now = clock.now()
    for name, scope, asked in SCOPES:
        assert_same(name, scope, asked, [now - timedelta(days=days) for days in DAYS_AGO], now)
    early = now - timedelta(days=5)
    assert_same("as known before", None, {}, [now - timedelta(days=days) for days in (9.5, 5.5, 3.5, 0)], early)


def assert_same(name, scope, asked, instants, known_at):
    found = over_time(scope, instants, known_at=known_at, **asked)
    lines = {line.queue: line for line in found.lines}
    seen = set()
    for place, at in enumerate(instants):
        expected = from_report(scope, at, known_at, **asked)
        for queue, line in lines.items():
            point = line.points[place]
            told = (line.name, point.share, dict(point.states))
            assert told == expected.get(queue, (line.name, NOBODY, {})), (name, queue, at)
        assert set(expected) <= set(lines)
        seen |= set(expected)
    assert seen == set(lines)


def test_the_stories_move_the_figures(moving):
    """So that the comparison above compares something: people of all kinds, at different instants."""
    now = clock.now()
    (legal,) = over_time(None, [ago(11), ago(7), ago(1), now], known_at=now, queue="legal-requests").lines
    assert len({point.share for point in legal.points}) == 4
    assert {state for point in legal.points for state in point.states} >= {
        State.READY, State.DUE, State.OVERDUE, State.HELD, State.EXEMPT,
    }  # fmt: skip


def test_statements_do_not_grow_with_days_or_people(moving, count_statements):
    now = clock.now()

    def ask(days):
        over_time(None, [now - timedelta(days=each) for each in range(days, 0, -1)], known_at=now)

    ask(1)  # what was added is remembered from here on
    few = count_statements(lambda: ask(2))
    crew(20, team="EMEA/Dublin", queues=["legal-requests"], name="more")
    ask(1)
    assert count_statements(lambda: ask(60)) == few <= 11


def test_nothing_is_asked_of_no_instants(moving):
    assert over_time(None, [], known_at=clock.now()).lines == ()
