"""Somebody closes a team or queue while somebody puts a person or a policy into it: who comes second is refused."""

import threading
import time

import pytest
from sqlalchemy import select

from lms import clock
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import Policy
from lms.organisation import actions, closing, held
from lms.people.actions import change
from lms.people.changing import Change, Word
from lms.people.feed_files import QUEUES
from lms.people.importing import create_person, import_people
from lms.policies.requirements import Requirement, settle
from tests.organisation.test_closing import WHY, empty_austin, empty_escalations, queue, team
from tests.people.test_feeding import send
from tests.training.make import DAY, simple


def put_by_hand(cast):
    asked = Change(word=Word.TEAM, team="Americas/Austin", start_at=clock.now(), why=WHY)
    change([cast.ada], asked, by=cast.rune, now=clock.now())


def create(cast):
    more = {"starts_on": clock.now().date(), "by": cast.rune, "now": clock.now()}
    create_person(external_id="n1", name="Nora", email="nora@demo.example", team="Americas/Austin", **more)


def bring_in(cast):
    row = "external_id,name,email,team\nada,Ada,ada@demo.example,Americas/Austin\n"
    import_people(row.encode(), now=clock.now())


def hang_below(cast):
    actions.add_team("Nights", parent="Americas/Austin", by=cast.rune, now=clock.now())


def put_into_queue(cast):
    asked = Change(word=Word.QUEUE, queue="escalations", start_at=clock.now(), why=WHY)
    change([cast.sam], asked, by=cast.rune, now=clock.now())


def feed_queue(cast):
    send(cast, QUEUES, "sam,escalations,2027-01-04,")


def serve(cast):
    with writing():
        policy = db.session.scalars(select(Policy.id)).one()
        wanted = Requirement(queues=frozenset({"escalations"}))
        settle(policy, wanted, by=cast.rune, where="here", from_at=clock.now())
        db.session.commit()


@pytest.mark.parametrize(
    ("act", "is_team"),
    [
        (put_by_hand, True),
        (create, True),
        (bring_in, True),
        (hang_below, True),
        (put_into_queue, False),
        (feed_queue, False),
        (serve, False),
    ],
)
def test_while_it_is_being_closed(app, cast, tmp_path, monkeypatch, act, is_team):
    simple(tmp_path, ago=DAY)
    empty_austin(cast)
    empty_escalations(cast)
    name = "team" if is_team else "queue"
    close, number = (
        (closing.close_team, team("Americas/Austin")) if is_team else (closing.close_queue, queue("escalations"))
    )
    db.session.rollback()
    looked, read = threading.Event(), getattr(held, name)

    def slowly(*args, **more):
        found = read(*args, **more)
        looked.set()
        time.sleep(0.5)  # the other is at it meanwhile
        return found

    monkeypatch.setattr(held, name, slowly)
    outcome = []

    def other():
        with app.app_context():
            looked.wait(5)
            try:
                act(cast)
                outcome.append("done")
            except DomainError as refused:
                outcome.append(str(refused))

    thread = threading.Thread(target=other)
    thread.start()
    close(number, why=WHY, by=cast.rune, now=clock.now())
    thread.join()
    assert len(outcome) == 1
    assert "closed" in outcome[0]
