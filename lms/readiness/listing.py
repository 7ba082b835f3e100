"""The list on the page: which rows, in which order, which page of them. No database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lms.readiness.forms import Asked
from lms.readiness.report import Report
from lms.readiness.rows import Row

PER_PAGE = 25

KEYS: dict[str, Callable[[Row], Any]] = {
    "urgency": lambda row: row.urgency,
    "person": lambda row: (row.person.casefold(), row.person_id, row.queue, row.policy),
    "team": lambda row: (row.team.casefold(), row.urgency),
    "policy": lambda row: (row.policy_title.casefold(), row.urgency),
    "due": lambda row: (row.due_at is None, row.due_at.timestamp() if row.due_at else 0, row.urgency),
    "minutes": lambda row: (row.minutes, row.urgency),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of rows."""

    rows: Sequence[Row]
    total: int
    people: int
    """Different people among all of them."""
    page: int
    pages: int


def listed(report: Report, asked: Asked) -> Listed:
    """Rows in the state asked for, without one those that are not ready; a page that does not exist is the last."""
    found = [row for row in report.rows if row.standing is asked.state] if asked.state else list(report.not_ready)
    found.sort(key=KEYS[asked.order], reverse=asked.is_descending)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(asked.page, pages)
    return Listed(
        rows=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(found),
        people=len({row.person_id for row in found}),
        page=page,
        pages=pages,
    )
