"""What one answer to one item is worth, and whether the item offers such an answer at all.

Pure. What a whole attempt is worth is in `grading.py`. Source of the rules: domain.md section 6.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal

from lms.domain.errors import DomainError
from lms.domain.quizzes import SHARED, TYPED, Answer, Item, ItemType

FULL_POINTS = 100
"""Hundredths of a point that one item gives when it is right."""
PLACED, MATCHED = "@", "="
LONGEST_TYPED = 200
"""Characters of an answer that is written."""
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)


class AnswerRefused(DomainError):
    """An answer that no page of ours can have sent; nothing of the attempt is graded."""


class OptionNotOffered(AnswerRefused):
    """The answer names an option, a choice, a unit or a clause that the item does not offer."""

    def __init__(self, item_id: str, chosen: str) -> None:
        super().__init__(
            "The question “%(item_id)s” does not offer the answer “%(chosen)s”.", item_id=item_id, chosen=chosen
        )


class OnlyOneOptionAllowed(AnswerRefused):
    """Several options were chosen where one is asked for."""

    def __init__(self, item_id: str) -> None:
        super().__init__("The question “%(item_id)s” takes one answer only.", item_id=item_id)


class TooLong(AnswerRefused):
    """More was written than an answer can have."""

    def __init__(self, item_id: str) -> None:
        super().__init__(
            "The answer to the question “%(item_id)s” is longer than %(longest)s characters.",
            item_id=item_id,
            longest=LONGEST_TYPED,
        )


def check_offered(item: Item, answer: Answer) -> None:
    """Refuse an answer that the item does not offer: OptionNotOffered, OnlyOneOptionAllowed, TooLong. No key needed."""
    offered, most = _offered(item)
    for chosen in answer.options:
        if chosen not in offered:
            raise OptionNotOffered(item.id, chosen)
    if answer.citation is not None and answer.citation not in item.citations:
        raise OptionNotOffered(item.id, answer.citation)
    named = [chosen.partition(PLACED)[0].partition(MATCHED)[0] for chosen in set(answer.options)]
    if len(named) > most or (most > 1 and len(named) != len(set(named))):
        raise OnlyOneOptionAllowed(item.id)
    if answer.typed and item.type not in TYPED:
        raise OptionNotOffered(item.id, answer.typed[:LONGEST_TYPED])
    if len(answer.typed) > LONGEST_TYPED:
        raise TooLong(item.id)


def _offered(item: Item) -> tuple[set[str], int]:
    """Everything that may stand in `Answer.options`, and how many of it at most."""
    ids = [option.id for option in item.options]
    match item.type:
        case ItemType.ORDERING:
            return {f"{option}{PLACED}{place}" for option in ids for place in range(1, len(ids) + 1)}, len(ids)
        case ItemType.MATCHING:
            return {f"{option}{MATCHED}{choice.id}" for option in ids for choice in item.choices}, len(ids)
        case ItemType.NUMBER:
            return {unit.id for unit in item.units}, 1
        case ItemType.SHORT:
            return set(), 0
    return set(ids), len(ids) if item.type is ItemType.MULTIPLE else 1


def is_complete(item: Item, answer: Answer) -> bool:
    """Tell whether nothing of the question is left open. No key needed."""
    if item.citations and answer.citation is None:
        return False
    if item.type in TYPED:
        return bool(answer.typed.strip()) and (
            item.type is ItemType.SHORT or len(item.units) < 2 or bool(answer.options)
        )
    if item.type is ItemType.ORDERING:
        return len(order_given(answer)) == len(item.options)
    return len(answer.options) == len(item.options) if item.type is ItemType.MATCHING else bool(answer.options)


def chosen_in(item: Item, answer: Answer) -> tuple[str, ...]:
    """Ids of the options that an answer comes to: chosen, recognised in what was written, or rightly matched."""
    if item.type is ItemType.NUMBER:
        return _recognised_number(item, answer)
    if item.type is ItemType.SHORT:
        said = normal_form(answer.typed)
        known = (each.id for each in item.options if said and said in map(normal_form, (each.text, *each.also)))
        return tuple(known)[:1]
    if item.type is ItemType.MATCHING:
        return tuple(each.id for each in item.options if f"{each.id}{MATCHED}{each.match}" in answer.options)
    if item.type is ItemType.ORDERING:
        return order_given(answer)
    return tuple(option.id for option in item.options if option.id in answer.options)


def order_given(answer: Answer) -> tuple[str, ...]:
    """Ids of options in the order that was given; those that share a place with another are left out."""
    placed = [chosen.partition(PLACED) for chosen in answer.options]
    places = [place for _, _, place in placed]
    told = sorted((int(place), option) for option, _, place in placed if places.count(place) == 1)
    return tuple(option for _, option in told)


def right_answer(item: Item) -> Answer:
    """An answer that is right in every part, as the page of the item would send it."""
    match item.type:
        case ItemType.ORDERING:
            placed = enumerate(item.options, start=1)
            return Answer(options=tuple(f"{option.id}{PLACED}{place}" for place, option in placed))
        case ItemType.MATCHING:
            return Answer(options=tuple(f"{option.id}{MATCHED}{option.match}" for option in item.options))
        case ItemType.NUMBER | ItemType.SHORT:
            return writing_of(item, next(option.id for option in item.options if option.is_key))
    return Answer(options=tuple(sorted(item.keys)), citation=item.cites_key)


def writing_of(item: Item, option_id: str) -> Answer:
    """An answer that is written and comes to this option, in its own unit."""
    text = next(option.text for option in item.options if option.id == option_id)
    return Answer(options=tuple(unit.id for unit in item.units[:1]), typed=text)


def points(item: Item, chosen: Sequence[str], citation: str | None) -> int:
    """Hundredths. Where a part counts, never below 0; `is_whole` gives all or nothing."""
    earned = _share(item, chosen) if item.type in SHARED else FULL_POINTS * is_right_choice(item, chosen)
    if citation != item.cites_key or (item.is_whole and earned < FULL_POINTS):  # cites_key: None unless a decision
        return 0
    return earned


def is_right_choice(item: Item, chosen: Sequence[str]) -> bool:
    """Where one answer is asked for: it is right. A corrected item may have several right ones; each will do."""
    return bool(chosen) and item.keys.issuperset(chosen)


def _share(item: Item, chosen: Sequence[str]) -> int:
    """With several keys each right choice adds a share and each wrong one takes one.

    Matching: each option that is matched rightly. Ordering: the longest row of options in the right order, so that one
    option in a wrong place costs one share.
    """
    if item.type is ItemType.MATCHING:
        return len(chosen) * FULL_POINTS // len(item.options)
    if item.type is ItemType.ORDERING:
        places = [[option.id for option in item.options].index(each) for each in chosen]
        return max(0, _longest_rise(places) - 1) * FULL_POINTS // (len(item.options) - 1)
    right = len(item.keys.intersection(chosen))
    return max(0, 2 * right - len(chosen)) * FULL_POINTS // len(item.keys)


def _longest_rise(places: Sequence[int]) -> int:
    """The length of the longest rising subsequence."""
    tails: list[int] = []
    for place in places:
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
    return len(tails)


def normal_form(text: str) -> str:
    """Give what two ways of writing the same have in common: case, accents of width, spaces, punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(each if each.isalnum() else " " for each in plain).split())


def number_in(text: str) -> Decimal | None:
    """The number that was written, with a point or a comma, in digits of any script; None for anything else."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    digits = "".join(str(unicodedata.decimal(each, each)) for each in plain).replace("٫", ".").replace(",", ".")
    return Decimal(digits) if _NUMBER.fullmatch(digits) else None


def _recognised_number(item: Item, answer: Answer) -> tuple[str, ...]:
    """The option that the number comes nearest to, within the tolerance; without a unit the first is meant."""
    value = number_in(answer.typed)
    if value is None:
        return ()
    factors = {unit.id: unit.factor for unit in item.units}
    value *= factors[answer.options[0]] if answer.options else Decimal(1)
    near = [(abs(value - Decimal(option.text)), not option.is_key, option.id) for option in item.options]
    return tuple(option for distance, _, option in sorted(near)[:1] if distance <= item.tolerance)
