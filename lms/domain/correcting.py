"""Correcting an item that was asked already: it counts for nothing, or something else is right.

Pure. What an attempt is worth then is in `grading.py`; who decides it, and what it does to people, is told elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from lms.domain.errors import DomainError
from lms.domain.marking import LONGEST_TYPED, MATCHED, normal_form, number_in
from lms.domain.quizzes import TYPED, Item, ItemType, Option

LONGEST_FEEDBACK = 2000
MOST_ACCEPTED = 20
"""Answers that a written question recognises."""
EACH_IS_RIGHT = frozenset({ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.DECISION})
"""Types that take one answer: where several are right, each of them gives everything."""


class CorrectionKind(StrEnum):
    """What a correction does; the last one of an item counts."""

    VOID = "void"
    """It counts for nothing in any attempt, and is asked no more."""
    RESCORE = "rescore"
    """Another key."""
    RESTORE = "restore"
    """As it was frozen: what was corrected is taken back."""


class KeyRefused(DomainError):
    """Nothing could be graded by such a key, or it is the one that counts already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What is right instead. What is None stays as it is."""

    right: tuple[str, ...]
    """All that is right: ids of options, of an ordering in their order; of a matching `option=choice`; what is right
    in words where the answer is written."""
    cites: str | None = None
    """Decision: the clause that carries it."""
    tolerance: Decimal | None = None
    """Number: how far off it may be."""
    feedback: Mapping[str, str] = field(default_factory=dict)
    """What is told of an option instead, by its id."""


def voided(item: Item) -> Item:
    """The item as one that counts for nothing."""
    return replace(item, is_void=True)


def rekeyed(item: Item, new: NewKey) -> Item:
    """The item with another key; its question stays as it is. Raises KeyRefused."""
    right = tuple(dict.fromkeys(each.strip() for each in new.right if each.strip()))
    if not right:
        raise KeyRefused("Say what is right. If nothing is, void the question.")
    if item.type in TYPED:
        options = _written(item, right)
    elif item.type is ItemType.ORDERING:
        options = _ordered(item, right)
    elif item.type is ItemType.MATCHING:
        options = _matched(item, right)
    else:
        options = _chosen(item, right)
    made = replace(item, options=_told(options, new.feedback), tolerance=_tolerance(item, new))
    made = made if new.cites is None else _citing(made, new.cites)
    _refuse_overlap(made)
    if made == item:
        raise KeyRefused("That is the key already. There is nothing to correct.")
    return made


def _key(option: Option, *, is_key: bool) -> Option:
    return replace(option, is_key=is_key, right_until=None if is_key else option.right_until)


def _chosen(item: Item, right: Sequence[str]) -> tuple[Option, ...]:
    _refuse_unknown(right, [option.id for option in item.options])
    if item.type in EACH_IS_RIGHT and len(right) == len(item.options):
        raise KeyRefused("Then no answer could be wrong. Void the question instead.")
    return tuple(_key(option, is_key=option.id in right) for option in item.options)


def _ordered(item: Item, right: Sequence[str]) -> tuple[Option, ...]:
    known = {option.id: option for option in item.options}
    _refuse_unknown(right, known)
    if len(right) != len(known):
        raise KeyRefused("Give every part its place, each another one.")
    return tuple(known[each] for each in right)


def _matched(item: Item, right: Sequence[str]) -> tuple[Option, ...]:
    _refuse_unknown(right, [f"{option.id}{MATCHED}{choice.id}" for option in item.options for choice in item.choices])
    belongs = {option: choice for option, _, choice in (each.partition(MATCHED) for each in right)}
    if len(belongs) != len(item.options) or len(right) != len(item.options):
        raise KeyRefused("Say for each part what belongs to it, one thing each.")
    return tuple(replace(option, match=belongs[option.id]) for option in item.options)


def _written(item: Item, right: Sequence[str]) -> tuple[Option, ...]:
    """What is recognised already becomes right, with its other ways to write it; the rest is recognised from now on."""
    keys, added = set[str](), list[Option]()
    taken = {option.id for option in item.options}
    for said in right:
        text = _readable(item, said)
        found = next((option.id for option in [*item.options, *added] if _is_same(item, option, text)), None)
        if found is None:
            number = next(each for each in range(1, len(taken) + 2) if f"also-{each}" not in taken)
            found = f"also-{number}"
            taken.add(found)
            added.append(Option(id=found, text=text))
        keys.add(found)
    if len(item.options) + len(added) > MOST_ACCEPTED:
        raise KeyRefused("A question recognises at most %(most)s answers.", most=MOST_ACCEPTED)
    return tuple(_key(option, is_key=option.id in keys) for option in [*item.options, *added])


def _readable(item: Item, said: str) -> str:
    if len(said) > LONGEST_TYPED:
        raise KeyRefused("An answer has at most %(longest)s characters.", longest=LONGEST_TYPED)
    if item.type is ItemType.NUMBER:
        number = number_in(said)
        if number is None:
            raise KeyRefused("“%(said)s” is no number. Write it like 4 or 1.5.", said=said)
        return str(number)
    if not normal_form(said):
        raise KeyRefused("“%(said)s” has no letters or digits. Write what a person would type.", said=said)
    return said


def _is_same(item: Item, option: Option, text: str) -> bool:
    if item.type is ItemType.NUMBER:
        return Decimal(option.text) == Decimal(text)
    return normal_form(text) in map(normal_form, (option.text, *option.also))


def _tolerance(item: Item, new: NewKey) -> Decimal:
    if new.tolerance is None:
        return item.tolerance
    if item.type is not ItemType.NUMBER:
        raise KeyRefused("Only a number can be a little off.")
    if not new.tolerance.is_finite() or new.tolerance < 0:
        raise KeyRefused("Write how far off a number may be, like 0 or 0.5.")
    return new.tolerance


def _refuse_overlap(item: Item) -> None:
    """A number must not come as near to a right answer as to a wrong one."""
    if item.type is not ItemType.NUMBER:
        return
    keys = [Decimal(option.text) for option in item.options if option.is_key]
    others = [Decimal(option.text) for option in item.options if not option.is_key]
    if any(abs(key - other) <= 2 * item.tolerance for key in keys for other in others):
        raise KeyRefused("So far off, a number could be right and wrong at once. Allow less.")


def _citing(item: Item, cites: str) -> Item:
    if item.type is not ItemType.DECISION:
        raise KeyRefused("Only a decision has a clause that carries it.")
    _refuse_unknown([cites], item.citations)
    if cites == item.cites_key:
        return item  # the others stay in the order in which they were written
    others = tuple(each for each in item.citations if each != cites)
    return replace(item, cites_key=cites, cites_others=others)


def _told(options: Sequence[Option], feedback: Mapping[str, str]) -> tuple[Option, ...]:
    _refuse_unknown(feedback, [option.id for option in options])
    if any(len(each) > LONGEST_FEEDBACK for each in feedback.values()):
        raise KeyRefused("What is told of an answer has at most %(longest)s characters.", longest=LONGEST_FEEDBACK)
    return tuple(replace(option, feedback=feedback.get(option.id, option.feedback)) for option in options)


def _refuse_unknown(named: Sequence[str] | Mapping[str, str], known: Sequence[str] | Mapping[str, Option]) -> None:
    for each in named:
        if each not in known:
            raise KeyRefused("“%(named)s” is not among the answers of this question.", named=each)
