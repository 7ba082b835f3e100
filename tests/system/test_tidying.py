"""Passing notes are cleared away, and who remembers what came before them reads everything again."""

from sqlalchemy import func, select

from lms import worker
from lms.extensions import db
from lms.models import Touch
from lms.models.memory import Memory
from lms.system import actions
from tests.readiness.make import crew


def touches() -> tuple[int, int]:
    found = db.session.execute(select(func.count(), func.max(Touch.id)).select_from(Touch)).one()
    db.session.rollback()
    return found[0], found[1] or 0


def test_the_oldest_go_when_there_are_twice_as_many_as_are_kept(cast):
    crew(4, team="EMEA/Dublin", queues=["legal-requests"])
    count, last = touches()
    assert actions.clear_touches(keep=count) == 0
    assert actions.clear_touches(keep=5) > 0
    assert touches() == (5, last)
    assert actions.clear_touches(keep=5) == 0


def test_who_remembers_from_before_reads_everything_again(cast):
    memory = Memory()
    before = memory.remembered()
    db.session.rollback()
    people = crew(8, team="EMEA/Dublin", queues=["legal-requests"])
    actions.clear_touches(keep=1)
    after = memory.remembered()
    assert set(people) <= set(after.records.ids.tolist())
    assert before.revision < after.revision
    db.session.rollback()


def test_the_worker_does_it(app, cast, monkeypatch):
    crew(2, team="EMEA/Dublin", queues=["legal-requests"])
    monkeypatch.setattr(actions, "KEPT_TOUCHES", 1)
    assert worker.tidy_once(app) > 0
    assert touches()[0] == 1
