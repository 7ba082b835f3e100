"""Drawing the items of one attempt, and others in their place: unseen before seen, all from one seed.

Source of the rules: domain.md section 6.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from lms.domain.quizzes import TYPED, Item, ItemType, QuizRules

PILOTS = 1
"""Items of an attempt that are tried out, at most."""
KEPT_ORDER = TYPED | {ItemType.TRUE_FALSE}
"""People expect "true" where the author put it; and what is written has no order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnItem:
    """One item of an attempt, with its options in the order in which this person sees them."""

    item_id: str
    option_order: tuple[str, ...]
    """Ids of all its options; for a matching, of what they are matched with."""
    citation_order: tuple[str, ...] = ()
    """Clause ids to choose from, for a decision."""


def draw(
    items: Iterable[Item],
    *,
    clauses: Collection[str],
    rules: QuizRules,
    seen: Collection[str],
    seed: int,
    always: Collection[str] = (),
) -> tuple[DrawnItem, ...]:
    """Draw the items of one attempt (domain.md section 6).

    `items` are the fresh ones; for each of `clauses` at least `rules.per_clause` of them are drawn, or as many as
    there are. Those not in `seen` (item ids) come before those seen; among equals the one that covers more of what is
    still missing. Items of a case are drawn together and stay together, as far as they test one of `clauses`. `always`
    are ids of items that must be asked if they are among `items` and test one of `clauses`: on a retake, the critical
    items that were failed. One that is tried out comes besides, unseen, and covers nothing. The same seed gives the
    same draw in whatever order `items` come.
    """
    chance = Random(seed)  # noqa: S311 - a shuffle that can be repeated, not a secret
    asked = frozenset(clauses)
    groups = _groups(item for item in items if asked.intersection(item.clauses))
    pool = [group for group in groups if not group[0].is_pilot]
    pilots = [group for group in groups if group[0].is_pilot and not _is_seen(group, seen)]
    chance.shuffle(pool)
    drawn = [group for group in pool if any(item.id in always for item in group)]
    missing = dict.fromkeys(asked, rules.per_clause)
    _count_off(missing, drawn)
    drawn += _covering([group for group in pool if group not in drawn], missing, seen)
    if drawn and pilots:
        drawn += chance.sample(pilots, min(PILOTS, len(pilots)))
    chance.shuffle(drawn)
    return tuple(_laid_out(item, chance) for group in drawn for item in group)


def in_place_of(
    swapped: Sequence[Item],
    items: Iterable[Item],
    *,
    clauses: Collection[str],
    taken: Collection[str],
    seen: Mapping[str, int],
    seed: int,
) -> tuple[DrawnItem, ...]:
    """What is asked in place of `swapped`, one for one in its order; empty when there is not an equivalent for each.

    `swapped` is an item that stands alone, or all of a case. An equivalent is one of `items` (the fresh ones) that
    stands alone, counts, is not sensitive, is as critical as the other, was not asked in the attempt (`taken`: item
    ids), and tests those of the attempt's `clauses` for which the other was drawn. The best is the one that this person
    was asked least often (`seen`: times by item id); among equals `seed`, that of the attempt, decides.
    """
    chance = Random(f"{seed} {swapped[0].id}")  # noqa: S311 - a choice that can be repeated, not a secret
    pool = sorted((item for item in items if _may_replace(item, taken)), key=lambda item: item.id)
    chance.shuffle(pool)
    drawn: list[Item] = []
    for item in swapped:
        needed = set(item.clauses).intersection(clauses)
        equal = [each for each in pool if needed.issubset(each.clauses) and each.is_critical == item.is_critical]
        if not equal:
            return ()
        best = min(equal, key=lambda each: seen.get(each.id, 0))  # the first of equals: shuffled
        pool.remove(best)
        drawn.append(best)
    return tuple(_laid_out(item, chance) for item in drawn)


def _may_replace(item: Item, taken: Collection[str]) -> bool:
    return item.case is None and not item.is_pilot and not item.sensitive and item.id not in taken


Group = tuple[Item, ...]
"""The items of one case in its order, or one item that stands alone."""


def _covering(pool: list[Group], missing: dict[str, int], seen: Collection[str]) -> list[Group]:
    """Groups of a shuffled pool, the best first, until nothing is missing or nothing helps."""
    drawn: list[Group] = []
    while useful := [group for group in pool if _cover(group, missing)]:
        # the first of equals: shuffled
        best = max(useful, key=lambda group: (not _is_seen(group, seen), _cover(group, missing)))
        pool.remove(best)
        drawn.append(best)
        _count_off(missing, [best])
    return drawn


def _groups(items: Iterable[Item]) -> list[Group]:
    found: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: (item.case.place if item.case else 0, item.id)):
        found.setdefault(f"case {item.case.id}" if item.case else item.id, []).append(item)
    return sorted((tuple(group) for group in found.values()), key=lambda group: group[0].id)


def _is_seen(group: Group, seen: Collection[str]) -> bool:
    return any(item.id in seen for item in group)


def _cover(group: Group, missing: Mapping[str, int]) -> Fraction:
    """How many of its items' clauses are still missing, for each item: so a case is not drawn for its length."""
    named = Counter(clause for item in group for clause in set(item.clauses))
    return Fraction(sum(min(count, max(0, missing.get(clause, 0))) for clause, count in named.items()), len(group))


def _count_off(missing: dict[str, int], drawn: Iterable[Group]) -> None:
    for group in drawn:
        for item in group:
            for clause in set(item.clauses) & missing.keys():
                missing[clause] -= 1


def _laid_out(item: Item, chance: Random) -> DrawnItem:
    options = [option.id for option in (item.choices if item.type is ItemType.MATCHING else item.options)]
    if item.type not in KEPT_ORDER:
        chance.shuffle(options)
    citations = list(item.citations)
    chance.shuffle(citations)
    return DrawnItem(item_id=item.id, option_order=tuple(options), citation_order=tuple(citations))
