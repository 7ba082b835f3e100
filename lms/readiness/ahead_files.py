"""What lies ahead as files: the figures of both tables, cell by cell, for downloads and for the command line."""

import json
from typing import Any

from lms import csv_files
from lms.readiness.ahead import Ahead, Event, Week
from lms.readiness.export import utc

READY = ("as_of", "week_start", "week_end", "queue", "counted", "ready", "provisional", "not_ready")
"""The first line of a queue is now and in no week; moments are ISO 8601 in UTC."""
TRAINING = ("week_start", "week_end", "team", "people", "modules", "minutes", "minutes_each")
"""A line for each team and week; without a team for those who are in none."""
Record = dict[str, str | int | None]


def ready_records(found: Ahead) -> list[Record]:
    """A line for each queue and instant."""
    weeks: tuple[Week | None, ...] = (None, *found.weeks)
    return [
        {
            "as_of": utc(count.at),
            "week_start": utc(week.start) if week else None,
            "week_end": utc(week.end) if week else None,
            "queue": queue,
            "counted": count.counted,
            "ready": count.ready,
            "provisional": count.provisional,
            "not_ready": count.not_ready,
        }
        for queue, _ in found.queues
        for week, count in ((week, found.counts[queue, place]) for place, week in enumerate(weeks))
    ]


def training_records(found: Ahead) -> list[Record]:
    """A line for each team and week."""
    return [
        {
            "week_start": utc(week.start),
            "week_end": utc(week.end),
            "team": team,
            "people": load.people,
            "modules": load.modules,
            "minutes": load.minutes,
            "minutes_each": load.each,
        }
        for team in found.teams
        for week, load in ((week, found.load(team, place)) for place, week in enumerate(found.weeks))
    ]


def _event(found: Ahead, event: Event) -> dict[str, Any]:
    return {
        "week_start": utc(found.weeks[event.week].start),
        "first_at": utc(event.first_at),
        "kind": event.kind.value,
        "policy": event.about or None,
        "version": event.version or None,
        "people": {effect.value: count for effect, count in event.effects},
    }


def ready_csv(found: Ahead) -> str:
    """See `csv_files`."""
    return csv_files.text_of(READY, ready_records(found))


def training_csv(found: Ahead) -> str:
    """See `csv_files`."""
    return csv_files.text_of(TRAINING, training_records(found))


def json_text(found: Ahead) -> str:
    """An object with both tables and what turns people."""
    body = {
        "as_of": utc(found.at),
        "zone": found.zone.key,
        "ready": ready_records(found),
        "events": [_event(found, event) for event in found.events],
        "training": training_records(found),
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
