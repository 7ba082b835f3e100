"""Actions that bring a roster in, from CSV or iCalendar: all of a file or nothing; the second time changes nothing."""

from datetime import datetime

from sqlalchemy import insert, text

from lms import auditing
from lms.auditing import Act
from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import ShiftRow
from lms.people.importing import system_person
from lms.readiness.queries import Scope
from lms.shifts.calendar_roster import is_calendar, read_calendar
from lms.shifts.planning import Brought, planned
from lms.shifts.table_roster import read_table

SYSTEM = ("system:roster-import", "Import of rosters", "roster-import@system.invalid")
REASON = "Import of rosters"


class RosterMoved(DomainError):
    """The file does something else by now than what was shown."""

    def __init__(self) -> None:
        super().__init__("The roster changed since you looked, so this file does something else now. Look again.")


def import_roster(
    content: bytes,
    *,
    is_dry_run: bool = False,
    scope: Scope = None,
    seen: str = "",
    by: int | None = None,
    now: datetime,
) -> Brought:
    """Bring in a file; raise ImportRefused with every problem in it. `by`: the system person if nobody.

    It may be about people in `scope` only. With the digest of what was `seen`, raise RosterMoved if it does something
    else by now.
    """
    roster = read_calendar(content, now=now) if is_calendar(content) else read_table(content, now=now)
    if is_dry_run:
        return planned(roster, scope, now=now).told(is_dry_run=True)
    with writing():
        one_roster_at_a_time()
        plan = planned(roster, scope, now=now)
        told = plan.told(is_dry_run=False)
        if seen and told.digest != seen:
            raise RosterMoved
        if plan.rows:
            recorded = {"recorded_at": now, "recorded_by": by or system_person(now, SYSTEM), "reason": REASON}
            db.session.execute(insert(ShiftRow.__table__), [row | recorded for row in plan.rows])
            auditing.note(Act.ROSTER_IMPORTED, by=by, at=now, after=told.counts)
            db.session.commit()
    return told


def one_roster_at_a_time() -> None:
    """SQLite has one writer anyway; on PostgreSQL two could put somebody on shift twice."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE shifts IN SHARE ROW EXCLUSIVE MODE"))
