"""Who is on shift at Northlane this week and the next, and how many ready people its queues need."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms import csv_files
from lms.demo.people import QUEUES, DemoPerson
from lms.domain.staffing import instants
from lms.shifts.actions import set_minimum
from lms.shifts.importing import import_roster
from lms.shifts.pattern import EVERY_DAY, WEEKDAYS, Block, week_of_blocks

COLUMNS = ("shift_id", "external_id", "queue", "starts_at", "ends_at")
BEGINS = {"Northlane/Dublin nights": 22, "Northlane/Austin": 9}
"""Hour of a team's shifts where it is; 8 for others."""
HOURS = timedelta(hours=8)
DAYS = 14
MINIMUMS = {
    QUEUES[0]: (Block(EVERY_DAY, 0, 24, 2), Block(WEEKDAYS, 8, 18, 5)),
    QUEUES[1]: (Block(EVERY_DAY, 0, 24, 1),),
    QUEUES[2]: (Block(EVERY_DAY, 0, 24, 1), Block(WEEKDAYS, 8, 16, 3)),
}
ZONE = "Europe/Dublin"


def plan(agents: Sequence[DemoPerson], *, by: int, now: datetime) -> None:
    """Bring in a roster as a planner would export it, and set the minimums."""
    monday = now.date() - timedelta(days=now.weekday())
    rows = [row for place, agent in enumerate(agents) for row in _shifts(agent, place, monday)]
    import_roster(csv_files.text_of(COLUMNS, rows).encode(), by=by, now=now)
    for queue, blocks in MINIMUMS.items():
        people = week_of_blocks(blocks)
        why = "What the queue needs so that nothing waits too long."
        set_minimum(queue, zone=ZONE, people=people, from_at=now - timedelta(days=28), why=why, by=by, now=now)


def _shifts(agent: DemoPerson, place: int, monday: date) -> Iterator[dict[str, str]]:
    """Five days in seven, each day in one of their queues, as their clocks show it."""
    zone = ZoneInfo(agent.zone)
    for number in range(DAYS):
        day = monday + timedelta(days=number)
        if (number + place) % 7 < 5 and agent.starts_on <= day:
            begins = instants(datetime.combine(day, time(BEGINS.get(agent.team, 8))), zone)
            for start in begins[:1]:
                yield {
                    "shift_id": f"{day:%Y%m%d}-{place + 1}",
                    "external_id": agent.external_id,
                    "queue": agent.queues[(number + place) % len(agent.queues)],
                    "starts_at": start.isoformat(),
                    "ends_at": (start + HOURS).isoformat(),
                }
