"""The same file twice at once counts once, and many rows are only a long file (50,000 in `benchmarks/people.py`)."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import clock
from lms.extensions import db
from lms.models import Identity, Spell, SpellKind
from lms.people.feed_files import KINDS
from lms.people.feeding import feed
from lms.people.importing import import_people

TIMES = 4
PEOPLE = (
    b"external_id,name,email,team,queues\nn1,Nora,nora@demo.example,EMEA,abuse-reports\nn2,Ben,ben@demo.example,,\n"
)
LEAVE = b"external_id,starts_on,ends_on\nada,2027-01-04,2027-01-08\nsam,2027-01-04,\n"
QUEUES = b"external_id,queue,starts_on\npia,abuse-reports,2027-01-04\n"


def at_once(app: Flask, act: Callable[[], object]) -> list[Exception]:
    """Do the same in several threads that begin together; what they raised."""
    raised: list[Exception] = []
    gate = threading.Barrier(TIMES)

    def one() -> None:
        with app.app_context():
            gate.wait()
            try:
                act()
            except Exception as error:
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one) for _ in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return raised


def test_people(app: Flask, cast: object) -> None:
    assert at_once(app, lambda: import_people(PEOPLE, now=clock.now())) == []
    assert db.session.scalar(select(func.count(Identity.person_id)).where(Identity.external_id.in_(("n1", "n2")))) == 2
    nora = db.session.scalar(select(Identity.person_id).where(Identity.external_id == "n1"))
    for kind in (SpellKind.EMPLOYMENT, SpellKind.TEAM, SpellKind.ROLE, SpellKind.QUEUE):
        found = select(func.count(Spell.id)).where(Spell.person_id == nora, Spell.kind == kind)
        assert db.session.scalar(found) == 1, kind


@pytest.mark.parametrize(("kind", "content", "spell", "count"), [
    ("leave", LEAVE, SpellKind.LEAVE, 2),
    ("queues", QUEUES, SpellKind.QUEUE, 5),
])  # fmt: skip
def test_leave_and_queues(app: Flask, cast: object, kind: str, content: bytes, spell: SpellKind, count: int) -> None:
    assert at_once(app, lambda: feed(KINDS[kind], content, by=None, now=clock.now())) == []
    assert db.session.scalar(select(func.count(Spell.id)).where(Spell.kind == spell)) == count


def test_five_thousand_rows_of_leave(app: Flask, cast: object) -> None:
    first = date(2027, 1, 1)
    rows = "".join(f"{name},{first + timedelta(days=each)}," f"{first + timedelta(days=each)}\n"
                   for name in ("ada", "cole", "lena", "pia", "sam") for each in range(1_000))  # fmt: skip
    fed = feed(KINDS["leave"], b"external_id,starts_on,ends_on\n" + rows.encode(), by=None, now=clock.now())
    assert len(fed.new) == 5_000
    again = feed(KINDS["leave"], b"external_id,starts_on,ends_on\n" + rows.encode(), by=None, now=clock.now())
    assert (len(again.new), again.unchanged) == (0, 5_000)


@pytest.mark.parametrize("late", [timedelta(seconds=1), timedelta(hours=1)])
def test_who_waited_for_their_turn_sees_what_was_written_meanwhile(app: Flask, cast: object, late: timedelta) -> None:
    now = clock.now()
    import_people(PEOPLE, now=now)
    report = import_people(PEOPLE, now=now - late)  # it began before, and waited
    assert (report.created, report.unchanged) == (0, 2)
    feed(KINDS["leave"], LEAVE, by=None, now=now)
    assert feed(KINDS["leave"], LEAVE, by=None, now=now - late).new == ()
