"""What ten thousand people cost: bringing them in, the same file again, fifty thousand rows of leave, the list."""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sqlalchemy import insert, select

from benchmarks.measure import ENGINES, Row, against, app_on, database, seconds
from lms import clock
from lms.extensions import db, writing
from lms.models import Person, PersonKind
from lms.people import queries
from lms.people.feed_files import KINDS
from lms.people.feeding import feed
from lms.people.forms import Asked
from lms.people.importing import import_people

PEOPLE = 10_000
LEAVE_ROWS = 50_000
IMPORT_GOAL = 20.0
LIST_GOAL = 0.1
COLUMNS = "external_id,name,email,role,team,queues,timezone\n"


def rows() -> Iterator[Row]:
    """Both databases."""
    for engine in ENGINES:
        with database(engine) as url, app_on(url):
            yield from _of(engine)


def _of(engine: str) -> Iterator[Row]:
    size = f"{PEOPLE:,} people, {engine}"
    file = COLUMNS + "".join(
        f"b{each:05},Person {each:05},b{each:05}@bench.example,agent,Site {each % 8}/Shift {each % 3},"
        f"abuse-reports;legal-requests,Europe/Dublin\n"
        for each in range(PEOPLE)
    )
    content = file.encode()
    floor, once = _once(_bare_rows), _once(lambda: import_people(content, now=clock.now()))
    yield against("import of people", size, once, floor, goal=IMPORT_GOAL)
    again = _once(lambda: import_people(content, now=clock.now()))
    yield against("the same file again", size, again, floor, goal=IMPORT_GOAL)

    def one_page() -> None:
        queries.people(Asked(team="Site 3"), now=clock.now())
        db.session.remove()

    def names() -> None:
        db.session.execute(select(Person.id).limit(50)).all()
        db.session.remove()

    yield against("a page of the list of people", size, seconds(one_page), seconds(names), goal=LIST_GOAL)
    away = _leave()
    spells = _once(lambda: feed(KINDS["leave"], away, by=None, now=clock.now()))
    yield against("import of leave", f"{LEAVE_ROWS:,} rows, {engine}", spells, floor, goal=IMPORT_GOAL)


def _leave() -> bytes:
    """A file in which each of five people is away on every second day of a very long time."""
    first, each_has = date(2027, 1, 1), LEAVE_ROWS // 5
    rows = (
        f"b{each:05},{first + timedelta(days=2 * day)},{first + timedelta(days=2 * day)}\n"
        for each in range(5)
        for day in range(each_has)
    )
    return ("external_id,starts_on,ends_on\n" + "".join(rows)).encode()


def _once(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _bare_rows() -> None:
    """Floor: as many rows with the same durability, and rolled back: about eight for each person."""
    with writing():
        now = clock.now()
        for part in range(8):
            rows = [
                {"subject": f"{part}-{each}", "kind": PersonKind.HUMAN, "created_at": now} for each in range(PEOPLE)
            ]
            db.session.execute(insert(Person), rows)
        db.session.rollback()
