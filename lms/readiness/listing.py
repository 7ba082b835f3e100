"""The list on the page: which rows, in which order, which page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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


class Chosen(NamedTuple):
    """Which lines are on a page."""

    picks: Picks
    total: int
    people: int
    page: int


def listed(overview: Overview, asked: Asked) -> Listed:
    """Rows in the state asked for, without one those that are not ready; a page that does not exist is the last."""
    lines = Lines(overview.in_state(asked.state))
    key = ("chosen", overview.key, asked.state, asked.order, asked.is_descending, asked.page)
    memo = overview.board.memo
    if key not in memo:
        memo[key] = _chosen(lines, asked)
    chosen: Chosen = memo[key]
    is_by_minutes = chosen.total <= MOST_BY_MINUTES
    if asked.order == "minutes" and is_by_minutes:
        shown = _by_minutes(lines, _found(lines, asked), asked)[_of_page(chosen.page)]
    else:
        shown = rows(lines, chosen.picks)
    return Listed(
        rows=shown,
        total=chosen.total,
        people=chosen.people,
        page=chosen.page,
        pages=_pages(chosen.total),
        is_by_minutes=is_by_minutes,
    )


def _found(lines: Lines, asked: Asked) -> Picks:
    return lines.all if asked.state else lines.not_ready


def _pages(total: int) -> int:
    return max(1, -(-total // PER_PAGE))


def _of_page(page: int) -> slice:
    return slice((page - 1) * PER_PAGE, page * PER_PAGE)


def _chosen(lines: Lines, asked: Asked) -> Chosen:
    found = _found(lines, asked)
    total = len(found.row)
    page = min(asked.page, _pages(total))
    mine = _of_page(page)
    if asked.is_descending:
        order = lines.sorted(found, asked.order, most=total)[::-1][mine]
    else:
        order = lines.sorted(found, asked.order, most=mine.stop)[mine]
    return Chosen(found.take(order), total, people(found.row), page)


def _by_minutes(lines: Lines, found: Picks, asked: Asked) -> list[Row]:
    every = rows(lines, found)
    return sorted(every, key=lambda row: (row.minutes, row.urgency), reverse=asked.is_descending)


def most_urgent(overview: Overview, most: int) -> Sequence[Row]:
    """The first rows by urgency: of those in the state asked for, or of those that are not ready."""
    lines = Lines(overview)
    found = lines.all if overview.state else lines.not_ready
    return rows(lines, found.take(lines.sorted(found, "urgency", most=most)[:most]))
