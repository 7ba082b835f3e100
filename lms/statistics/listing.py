"""The list on the page and the points of its chart: which items, in which order, which page of them. No database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lms.statistics.figures import Estimate
from lms.statistics.flags import ENOUGH, FlagKind
from lms.statistics.forms import Asked
from lms.statistics.queries import ItemStatistics, Statistics

PER_PAGE = 50

KEYS: dict[str, Callable[[ItemStatistics], Estimate | int | None]] = {
    "urgency": lambda line: line.flags[0].kind.urgency if line.flags else FlagKind.TOO_FEW.urgency - 1,
    "item": lambda line: None,
    "people": lambda line: line.figures.attempts,
    "facility": lambda line: line.figures.facility,
    "discrimination": lambda line: line.figures.discrimination,
    "old": lambda line: line.figures.old_rule,
    "seconds": lambda line: line.figures.seconds,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of items."""

    lines: Sequence[ItemStatistics]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """An item in the chart, in hundredths of its sides."""

    slug: str
    right: int
    """From the left: how many get it right."""
    up: int
    """From the bottom: correlation with the rest, -1 to 1."""
    is_flagged: bool


def listed(found: Statistics, asked: Asked) -> Listed:
    """Items in the order asked for; one without the figure comes last, and a page that does not exist is the last."""
    known, unknown = [], []
    for line in found.items:
        key = KEYS[asked.order](line)
        value = key.value if isinstance(key, Estimate) else key
        (unknown if value is None else known).append((value, line))
    known.sort(key=lambda each: (each[0], -each[1].figures.attempts, each[1].item.id))
    if asked.is_descending:
        known.reverse()
        unknown = unknown[::-1] if asked.order == "item" else unknown
    lines = [line for _, line in (*known, *unknown)]
    pages = max(1, -(-len(lines) // PER_PAGE))
    page = min(asked.page, pages)
    return Listed(lines=lines[(page - 1) * PER_PAGE : page * PER_PAGE], total=len(lines), page=page, pages=pages)


def points(found: Statistics) -> list[Point]:
    """The items that have both figures, of enough people."""
    made = []
    for line in found.items:
        easy, tells = line.figures.facility.value, line.figures.discrimination.value
        if easy is not None and tells is not None and line.figures.attempts >= ENOUGH:
            is_flagged = any(not flag.is_good_to_know for flag in line.flags)
            right, up = round(100 * easy), round(50 * (tells + 1))
            made.append(Point(slug=line.item.id, right=right, up=up, is_flagged=is_flagged))
    return made
