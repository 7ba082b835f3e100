"""The list on the page: which rows, in which order, which page of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lms.readiness.figures import people
from lms.readiness.forms import Asked
from lms.readiness.lines import Lines, Picks
from lms.readiness.overview import Overview
from lms.readiness.overview_queries import rows
from lms.readiness.rows import Row

PER_PAGE = 25
MOST_BY_MINUTES = 1000
"""The minutes of so many modules are reckoned to put them in order; of more, only those on a page are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of rows."""

    rows: Sequence[Row]
    total: int
    people: int
    """Different people among all of them."""
    page: int
    pages: int
    is_by_minutes: bool
    """Whether they can be put in the order of minutes."""


def listed(overview: Overview, asked: Asked) -> Listed:
    """Rows in the state asked for, without one those that are not ready; a page that does not exist is the last."""
    lines = Lines(overview.in_state(asked.state))
    found = lines.all if asked.state else lines.not_ready
    total = len(found.row)
    pages = max(1, -(-total // PER_PAGE))
    page = min(asked.page, pages)
    first, after = (page - 1) * PER_PAGE, page * PER_PAGE
    is_by_minutes = total <= MOST_BY_MINUTES
    if asked.order == "minutes" and is_by_minutes:
        shown = _by_minutes(lines, found, is_descending=asked.is_descending)[first:after]
    else:
        shown = rows(lines, found.take(_ordered(lines, found, asked, first=first, after=after)))
    return Listed(
        rows=shown, total=total, people=people(found.row), page=page, pages=pages, is_by_minutes=is_by_minutes
    )


def _ordered(lines: Lines, found: Picks, asked: Asked, *, first: int, after: int) -> "np.ndarray":
    if asked.is_descending:
        return lines.sorted(found, asked.order, most=len(found.row))[::-1][first:after]
    return lines.sorted(found, asked.order, most=after)[first:after]


def _by_minutes(lines: Lines, found: Picks, *, is_descending: bool) -> list[Row]:
    every = rows(lines, found)
    return sorted(every, key=lambda row: (row.minutes, row.urgency), reverse=is_descending)


def most_urgent(overview: Overview, most: int) -> Sequence[Row]:
    """The first rows by urgency: of those in the state asked for, or of those that are not ready."""
    lines = Lines(overview)
    found = lines.all if overview.state else lines.not_ready
    return rows(lines, found.take(lines.sorted(found, "urgency", most=most)[:most]))
