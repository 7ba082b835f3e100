"""Columns straight from the rows are those of the person histories; what is remembered is what is recorded."""

import threading
from dataclasses import fields
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import create_engine, text

from lms import clock
from lms.everybody.everybody import Everybody
from lms.everybody.telling import case, everybody, told
from lms.extensions import db, writing
from lms.models import Identity, SpellKind, Touch, batches
from lms.models import everybody as everybody_rows
from lms.models.everybody import _evidence_order, records
from lms.models.histories import person_histories, policy_histories
from lms.models.memory import Memory
from lms.models.recorded import Names
from lms.privacy.actions import erase
from lms.readiness.queries import members
from lms.readiness.whereabouts import NOWHERE, whereabouts
from tests.readiness.asking import give
from tests.readiness.conftest import acknowledge as acknowledge
from tests.readiness.conftest import mixed as mixed
from tests.readiness.conftest import papers as papers
from tests.readiness.make import ago, crew, end_spells, prove, spell
from tests.readiness.organisation import found as organisation


def standings(known: Everybody, at):
    """Everything that is said of everybody."""
    rows = np.arange(known.people.count)
    asked = {queue: rows for queue in ("abuse-reports", "escalations", "legal-requests")}
    said = {}
    for slug, policy in policy_histories().items():
        answers = told(case(policy, known, at), asked)
        said |= {(slug, queue): list(answers[queue]) for queue in asked}
    return said


@pytest.mark.parametrize("days", [-5, 0, 4, 9, 50])
@pytest.mark.parametrize("known_days", [0, 8])
def test_columns_from_rows_say_what_histories_say(mixed, acknowledge, cast, days, known_days):
    acknowledge(cast.ada, "abuse", 2, days=1)
    at, known_at = ago(days), ago(known_days)
    found = records(Names())
    histories = person_histories(found.ids.tolist())
    assert standings(Everybody(found.people, known_at), at) == standings(
        everybody(list(histories.values()), known_at), at
    )


@pytest.mark.parametrize("seed", [5, 6])
def test_they_do_in_any_organisation(papers, cast, seed):
    organisation(seed, lead=cast.lena)
    found, now = records(Names()), clock.now()
    histories = everybody(list(person_histories(found.ids.tolist()).values()), now)
    assert standings(Everybody(found.people, now), now) == standings(histories, now)


def test_more_people_than_a_statement_may_name_are_asked_about_in_several(mixed, cast, monkeypatch):
    give(mixed["overdue"], cast.lena)
    people = [*mixed.values(), cast.ada]
    whole = person_histories(people)
    monkeypatch.setattr(batches, "MOST_AT_ONCE", 3)
    assert list(person_histories(people).items()) == list(whole.items())
    assert any(each.overrides for each in whole.values())


def test_evidence_won_twice_at_once_is_in_the_order_in_which_it_was_recorded():
    key, won, evidence = (np.array(each) for each in ([7, 3, 7, 3, 5, 7], [2, 9, 2, 8, 1, 1], [60, 50, 40, 30, 20, 10]))
    assert _evidence_order(key, won, evidence).tolist() == [3, 1, 4, 5, 2, 0]
    assert _evidence_order(key[:0], won[:0], evidence[:0]).tolist() == []


@pytest.mark.parametrize("days", [0, 3, 30, -3])
def test_people_are_where_the_report_finds_them(mixed, cast, days):
    austin = db.session.scalar(text("SELECT id FROM teams WHERE path = 'Americas/Austin'"))
    spell(mixed["due"], SpellKind.TEAM, days=2, team_id=austin)
    found, at = records(Names()), ago(days)
    known = Everybody(found.people, clock.now())
    where = whereabouts(known, found.teams, int(at.timestamp() * 1_000_000))
    there = members(scope=None, at=at, known_at=clock.now())
    teams = dict(db.session.execute(text("SELECT path, id FROM teams")).all())
    for row, person in enumerate(found.ids.tolist()):
        assert where.is_employed[row] == (person in there)
        if person in there:
            assert {queue for queue, is_in in where.queues.items() if is_in[row]} == set(there[person].queues)
            assert where.until[row] > int(at.timestamp() * 1_000_000)
            assert where.team[row] == teams.get(there[person].team, NOWHERE)


def assert_same(memory: Memory) -> None:
    """What is remembered is what somebody reads who remembers nothing."""
    old, new = memory.remembered(), Memory().remembered()
    assert old.records.ids.tolist() == new.records.ids.tolist()
    assert (old.records.names, old.records.vendors) == (new.records.names, new.records.vendors)
    assert old.policies == new.policies
    now = clock.now()
    known = [Everybody(each.records.people, now) for each in (old, new)]
    assert standings(known[0], now) == standings(known[1], now)
    at = int(now.timestamp() * 1_000_000)
    one, other = (whereabouts(each, mine.records.teams, at) for each, mine in zip(known, (old, new), strict=True))
    for each in fields(one):
        if each.name not in ("queues", "in_teams"):
            assert (getattr(one, each.name) == getattr(other, each.name)).all(), each.name
    db.session.rollback()


def test_what_was_added_is_known_at_the_next_question(mixed, cast, acknowledge):
    memory = Memory()
    before = memory.remembered()
    db.session.rollback()
    prove(mixed["overdue"], "legal", 2, days=0.5)
    assert_same(memory)
    spell(mixed["ready"], SpellKind.LEAVE, days=1, until=-3)
    spell(mixed["due"], SpellKind.HOLD, days=0.1, reason="QA found two leaks.")
    assert_same(memory)
    crew(3, team="EMEA/Dublin", queues=["legal-requests", "escalations"], name="new")
    acknowledge(cast.ada, "abuse", 2, days=0.2)
    _rename(cast.sam, "Samantha")
    assert_same(memory)
    after = memory.remembered()
    assert after.revision > before.revision
    assert memory.remembered() is after, "nothing more was added"


def test_who_is_erased_is_forgotten(mixed, cast):
    memory = Memory()
    memory.remembered()
    db.session.rollback()
    person, now = crew(1, team="EMEA/Dublin", queues=["legal-requests"], name="gone")[0], clock.now()
    end_spells(person, SpellKind.EMPLOYMENT, days=1)
    assert "Gone-1" in memory.remembered().records.names
    db.session.rollback()
    erase(person, reason="She asked for it by mail today.", by=cast.rune, now=now)
    assert "Gone-1" not in memory.remembered().records.said
    assert_same(memory)


@writing()
def _rename(person: int, name: str) -> None:
    db.session.get_one(Identity, person).name = name
    db.session.commit()


def test_only_who_was_touched_is_read_again(mixed):
    memory = Memory()
    before = memory.remembered()
    db.session.rollback()
    prove(mixed["overdue"], "legal", 2, days=0.5)
    touched = memory.remembered().since(before.revision)
    row = before.records.ids.tolist().index(mixed["overdue"])
    assert {(each.rows, each.policy) for each in touched} == {(frozenset({row}), "legal")}
    assert memory.remembered().since(before.revision - 1) is None, "nobody knows what was before it began"


def test_where_notes_were_cleared_away_everything_is_read_again(mixed):
    memory = Memory()
    memory.remembered()
    db.session.rollback()
    prove(mixed["overdue"], "legal", 2, days=0.5)
    prove(mixed["newcomer"], "legal", 2, days=0.5)
    if db.engine.dialect.name == "sqlite":  # PostgreSQL keeps more of them than anybody reads one by one
        _clear_first()
    assert_same(memory)


@writing()
def _clear_first() -> None:
    db.session.execute(text("DELETE FROM touches WHERE id < (SELECT max(id) FROM touches)"))
    db.session.commit()


def test_what_could_not_be_read_is_read_the_next_time(mixed, monkeypatch):
    memory = Memory()
    memory.remembered()
    db.session.rollback()
    prove(mixed["overdue"], "legal", 2, days=0.5)
    with monkeypatch.context() as patch:
        patch.setattr("lms.models.memory.records", lambda *asked: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            memory.remembered()
    assert_same(memory)


def test_two_servers_each_see_what_the_other_records(mixed):
    one, other = Memory(), Memory()
    for memory in (one, other):
        memory.remembered()
        db.session.rollback()
    prove(mixed["overdue"], "legal", 2, days=0.5)
    for memory in (one, other):
        assert_same(memory)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_is_committed_late_is_not_missed(mixed, app):
    """On PostgreSQL somebody's row may get its number before another's and be committed after it."""
    memory = Memory()
    memory.remembered()
    db.session.rollback()
    engine = create_engine(db.engine.url)
    with engine.connect() as slow:
        slow.execute(text(LATE), {"person": mixed["ready"], "at": clock.now() - timedelta(hours=1)})
        prove(mixed["overdue"], "legal", 2, days=0.5)
        assert_same(memory)
        slow.commit()
    engine.dispose()
    assert_same(memory)
    assert mixed["ready"] in [each.person_id for each in db.session.query(Touch)]
    db.session.rollback()


def test_who_comes_while_everybody_is_read_is_read_the_next_time(mixed, app, monkeypatch):
    """Everybody is read by several statements; whom a later one names, the first must have given."""
    read, memory = everybody_rows._spells, Memory()

    def hire() -> None:
        with app.app_context():
            [new] = crew(1, team="EMEA/Dublin", queues=["legal-requests"], name="late")
            prove(new, "legal", 1, days=0.1)
            db.session.remove()

    def read_meanwhile(*args):
        thread = threading.Thread(target=hire)
        thread.start()
        thread.join()
        return read(*args)

    monkeypatch.setattr(everybody_rows, "_spells", read_meanwhile)
    before = memory.remembered()
    monkeypatch.undo()
    assert before.records.people.spells.person.max() < before.records.people.count
    db.session.rollback()
    after = memory.remembered()
    assert after.records.people.count == before.records.people.count + 1
    db.session.rollback()
    assert_same(memory)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_everybody_was_read_with_is_not_read_again(mixed, app):
    """Somebody who writes for long, in whatever database of the server, keeps the horizon where it is."""
    engine = create_engine(db.engine.url)
    with engine.connect() as slow:
        slow.execute(text("SELECT pg_current_xact_id()"))
        prove(mixed["overdue"], "legal", 2, days=0.5)
        memory = Memory()
        before = memory.remembered()
        assert memory.remembered() is before
        prove(mixed["due"], "legal", 2, days=0.4)
        after = memory.remembered()
        assert after.revision > before.revision
        assert memory.remembered() is after
        db.session.rollback()
    engine.dispose()
    assert_same(memory)


LATE = """INSERT INTO spells (person_id, kind, reason, start_at, recorded_at, recorded_by)
VALUES (:person, 'leave', 'Away.', :at, :at, :person)"""


def test_what_is_not_committed_is_nobody_elses(mixed):
    from lms.models.memory import remembered

    before = remembered()
    db.session.rollback()
    with writing():
        db.session.get_one(Identity, mixed["ready"]).name = "Somebody else"
        db.session.flush()
        assert "Somebody else" in remembered().records.names
    assert remembered() is before
    db.session.rollback()


def test_threads_that_ask_at_once_get_the_same(mixed, app):
    memory, found = Memory(), []

    def ask() -> None:
        with app.app_context():
            found.append(memory.remembered().revision)
            db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 4
    assert len(set(found)) == 1
