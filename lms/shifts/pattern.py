"""A week of minimums as a few lines, such as "Monday to Friday, 8 to 18: 2", and back. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from lms.domain.staffing import WEEK_HOURS

EVERY_DAY, WEEKDAYS, WEEKEND = "0123456", "01234", "56"
DAYS = (EVERY_DAY, WEEKDAYS, WEEKEND, *EVERY_DAY)
"""What a line may say, as numbers of days; Monday is 0."""
MOST_PEOPLE = 999


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Hours [first, after) of some days in which so many ready people are needed."""

    days: str
    first: int
    after: int
    people: int


def week_of_blocks(blocks: Iterable[Block]) -> tuple[int, ...]:
    """The numbers of a week; where lines overlap the later counts, and what no line names needs nobody."""
    people = [0] * WEEK_HOURS
    for block in blocks:
        for day in map(int, block.days):
            people[day * 24 + block.first : day * 24 + block.after] = [block.people] * (block.after - block.first)
    return tuple(people)


def blocks_of_week(people: Sequence[int]) -> tuple[Block, ...]:
    """Few lines that say the same."""
    days: dict[tuple[int, int, int], str] = defaultdict(str)
    for day in range(7):
        hour = 0
        for count, same in groupby(people[day * 24 : day * 24 + 24]):
            after = hour + len(list(same))
            if count:
                days[hour, after, count] += str(day)
            hour = after
    found = (Block(named, *run) for run, each in days.items() for named in _named(each))
    return tuple(sorted(found, key=lambda block: (-len(block.days), block)))


def _named(days: str) -> list[str]:
    """The same days in few words."""
    if days == EVERY_DAY:
        return [days]
    named: list[str] = []
    for several in (WEEKDAYS, WEEKEND):
        if set(several) <= set(days):
            named.append(several)
            days = "".join(day for day in days if day not in several)
    return [*named, *days]
