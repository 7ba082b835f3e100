"""A night in legal requests: people of every standing are on shift, and four ready ones are needed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from lms import clock
from lms.domain.staffing import WEEK_HOURS
from lms.extensions import db
from lms.models import Identity
from lms.shifts.actions import set_minimum
from lms.shifts.importing import import_roster
from tests.cast import Cast
from tests.conftest import Scene
from tests.readiness.conftest import count_statements as count_statements  # a fixture
from tests.readiness.conftest import set_mixed
from tests.shifts.files import table

ON_SHIFT = ("ready", "overdue", "due", "held", "leave", "waived", "blocked", "ada", "sam")


def tomorrow(hour: int) -> datetime:
    return (clock.now() + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


def put_on_shift(people: dict[str, str], start: datetime, end: datetime, queue: str = "legal-requests") -> None:
    """By external id of the shift: whose it is."""
    rows = [f"{key},{who},{queue},{start.isoformat()},{end.isoformat()},," for key, who in people.items()]
    import_roster(table(*rows), now=clock.now())


def need(count: int, *, by: int, queue: str = "legal-requests", zone: str = "UTC", now: datetime | None = None) -> None:
    now = now or clock.now()
    people = [count] * WEEK_HOURS
    set_minimum(queue, zone=zone, people=people, from_at=now - timedelta(days=400), why="Enough.", by=by, now=now)


@pytest.fixture
def night(cast: Cast, scene: Scene, tmp_path: Path) -> dict[str, int]:
    """People by where they stand, all on shift from 2 to 6 tomorrow, UTC, four of them needed; Sam is in Austin."""
    mixed = set_mixed(cast, scene, tmp_path)
    names = dict(db.session.execute(select(Identity.person_id, Identity.external_id)).all())
    put_on_shift({name: names[mixed[name]] for name in ON_SHIFT}, tomorrow(2), tomorrow(6))
    need(4, by=cast.lena)
    return mixed
