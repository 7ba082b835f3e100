"""Readiness over time and how changes land, as CSV: the same figures as the pages. English, moments in UTC."""

from collections.abc import Iterator, Sequence
from datetime import date

from lms import csv_files
from lms.domain.standing import State
from lms.readiness.export import utc
from lms.readiness.landing import GOALS, Landing
from lms.readiness.over_time import OverTime

STATES = (State.READY, State.PROVISIONAL, State.DUE, State.OVERDUE, State.HELD, State.EXEMPT)
DAY_COLUMNS = ("day", "at", "queue", "queue_name", "counted", "may_work", *(state.value for state in STATES))
CHANGE_COLUMNS = (
    *("policy", "policy_title", "version", "published_at", "effective_at", "people", "landed", "landed_percent"),
    "landed_when_effective",
    *(f"hours_to_{goal}" for goal in GOALS),
)
CURVE_COLUMNS = ("policy", "version", "hours", "is_effective", "landed", "people", "percent")
PEOPLE_COLUMNS = ("policy", "version", "person", "team", "queues")


def days_csv(found: OverTime, days: Sequence[date]) -> str:
    """One line for each day and queue."""
    return csv_files.text_of(
        DAY_COLUMNS,
        (
            {
                "day": day.isoformat(),
                "at": utc(line.points[place].at),
                "queue": line.queue,
                "queue_name": line.name,
                "counted": line.points[place].share.counted,
                "may_work": line.points[place].share.may_work,
                **{state.value: line.points[place].states.get(state, 0) for state in STATES},
            }
            for place, day in enumerate(days)
            for line in found.lines
        ),
    )


def changes_csv(landings: Sequence[Landing]) -> str:
    """One line for each change; hours that are empty: not yet."""
    return csv_files.text_of(CHANGE_COLUMNS, map(_change, landings))


def _change(landing: Landing) -> dict[str, object]:
    change, figures = landing.change, landing.figures
    return {
        "policy": change.policy,
        "policy_title": change.policy_title,
        "version": change.version,
        "published_at": utc(change.published_at),
        "effective_at": utc(change.effective_at),
        "people": figures.counted,
        "landed": figures.landed,
        "landed_percent": figures.share_by(max(landing.elapsed, 0)),
        "landed_when_effective": figures.landed_by(change.effective_hours) if landing.is_effective else None,
        **{f"hours_to_{goal}": figures.hours_to(goal) for goal in GOALS},
    }


def curves_csv(landings: Sequence[Landing]) -> str:
    """One line for each change and point of its curve."""
    return csv_files.text_of(CURVE_COLUMNS, (each for landing in landings for each in _curve(landing)))


def _curve(landing: Landing) -> Iterator[dict[str, object]]:
    change, figures = landing.change, landing.figures
    for hours in landing.instants:
        yield {
            "policy": change.policy,
            "version": change.version,
            "hours": round(hours, 1),
            "is_effective": "yes" if hours >= change.effective_hours else "no",
            "landed": figures.landed_by(hours),
            "people": figures.counted,
            "percent": figures.share_by(hours),
        }


def waiting_csv(landing: Landing) -> str:
    """One line for each person who has not landed."""
    return csv_files.text_of(
        PEOPLE_COLUMNS,
        (
            {
                "policy": landing.change.policy,
                "version": landing.change.version,
                "person": each.person,
                "team": each.team,
                "queues": " ".join(slug for slug, _ in each.queues),
            }
            for each in landing.waiting
        ),
    )
