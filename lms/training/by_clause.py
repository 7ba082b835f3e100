"""How an attempt went clause by clause, and which outcomes would tell a key. No SQL."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.domain.quizzes import Item, ItemType
from lms.training.attempts import Named
from lms.training.told import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseScore:
    """One clause of which anything was asked."""

    clause: Named
    percent: int | None
    """Of the points, rounded down; None while it would tell the key of a question."""
    is_missed: bool
    """Something of it was not right."""


def is_given_away(item: Item) -> bool:
    """Tell whether "not right" says what is right, because there is but one other answer."""
    if item.type in (ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.ORDERING):
        return len(item.options) == 2
    return item.type is ItemType.MATCHING and len(item.choices) == 2


def by_clause(
    kept: Mapping[str, Any], items: Sequence[Item], named: Mapping[str, Named], telling: Telling
) -> tuple[ClauseScore, ...]:
    """Give the clauses of the items of an attempt, those to read again first, else in the order they were asked."""
    silent = set() if telling is Telling.EVERYTHING else {item.id for item in items if is_given_away(item)}
    counted = {each["item"]: each for each in kept["items"] if each["maximum"]}
    asked: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in items:
        if item.id in counted:
            for clause in counted[item.id]["clauses"]:
                asked[clause].append(counted[item.id])
    scores = [
        ClauseScore(
            clause=named[clause],
            percent=None if silent.intersection(one["item"] for one in mine) else _percent(mine),
            is_missed=any(one["points"] < one["maximum"] for one in mine),
        )
        for clause, mine in asked.items()
        if clause in named
    ]
    return tuple(sorted(scores, key=lambda each: not each.is_missed))


def _percent(asked: Sequence[Mapping[str, Any]]) -> int:
    points, maximum = (sum(each[name] for each in asked) for name in ("points", "maximum"))
    return int(points * 100 // maximum)
