"""What is told of an answer after it was handed in, as far as the policy tells it: by the type of the item. No SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lms.domain.marking import MATCHED, chosen_in, order_given
from lms.domain.quizzes import TYPED, Item, ItemType, Option
from lms.training.drawn import Drawn


class Telling(StrEnum):
    """How much of an item is told."""

    NOTHING = "nothing"
    CHOSEN = "chosen"
    """What the policy says about the options that were chosen."""
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOption:
    """An option afterwards."""

    text: str
    is_chosen: bool
    is_key: bool | None
    """None while it is not told."""
    feedback: str


def told_options(drawn: Drawn, item: Item, telling: Telling) -> tuple[ToldOption, ...]:
    """What was chosen, placed, matched or written, and beside it what is right; `item` is in the reader's words."""
    if item.type in TYPED:
        return tuple(_written(drawn, item, telling))
    if item.type is ItemType.MATCHING:
        return tuple(row for option in item.options for row in _matched(option, drawn, item, telling))
    if item.type is ItemType.ORDERING:
        return tuple(_placed(drawn, item, telling))
    options = {option.id: option for option in item.options}
    return tuple(
        _told(
            options[each],
            options[each].text,
            telling,
            is_chosen=each in drawn.answer.options,
            is_key=options[each].is_key,
        )
        for each in drawn.option_order
    )


def right_order(drawn: Drawn, item: Item, telling: Telling) -> tuple[str, ...]:
    """The options as they should stand, where that is told and they do not."""
    is_told = item.type is ItemType.ORDERING and telling is Telling.EVERYTHING
    wanted = [option.id for option in item.options]
    if not is_told or list(order_given(drawn.answer)) == wanted:
        return ()
    return tuple(option.text for option in item.options)


def _told(option: Option | None, text: str, telling: Telling, *, is_chosen: bool, is_key: bool) -> ToldOption:
    is_told = telling is Telling.EVERYTHING or (telling is Telling.CHOSEN and is_chosen)
    return ToldOption(
        text=text,
        is_chosen=is_chosen,
        is_key=is_key if telling is Telling.EVERYTHING else None,
        feedback=option.feedback if option and is_told else "",
    )


def _written(drawn: Drawn, item: Item, telling: Telling) -> Iterator[ToldOption]:
    """What was written with its unit, and what it was taken for; then the key, where it was not."""
    known = {option.id: option for option in item.options}
    units = {unit.id: unit.text for unit in item.units}
    found = known.get(next(iter(chosen_in(drawn.item, drawn.answer)), "")) if known else None
    if drawn.answer.typed:
        text = " ".join([drawn.answer.typed, *(units[unit] for unit in drawn.answer.options)])
        yield _told(found, text, telling, is_chosen=True, is_key=bool(found and found.is_key))
    if telling is Telling.EVERYTHING and not (found and found.is_key):
        first = [item.units[0].text] if item.units else []
        for option in item.options:
            if option.is_key:
                yield _told(option, " ".join([option.text, *first]), telling, is_chosen=False, is_key=True)


def _matched(option: Option, drawn: Drawn, item: Item, telling: Telling) -> Iterator[ToldOption]:
    texts = {choice.id: choice.text for choice in item.choices}
    begins = f"{option.id}{MATCHED}"
    given = next((each.removeprefix(begins) for each in drawn.answer.options if each.startswith(begins)), None)
    if given is not None:
        text = f"{option.text} → {texts[given]}"
        yield _told(option, text, telling, is_chosen=True, is_key=given == option.match)
    if telling is Telling.EVERYTHING and option.match is not None and given != option.match:
        yield _told(option, f"{option.text} → {texts[option.match]}", telling, is_chosen=False, is_key=True)


def _placed(drawn: Drawn, item: Item, telling: Telling) -> Iterator[ToldOption]:
    known = {option.id: option for option in item.options}
    wanted = [option.id for option in item.options]
    for place, option_id in enumerate(order_given(drawn.answer)):
        option = known[option_id]
        yield _told(option, f"{place + 1}. {option.text}", telling, is_chosen=True, is_key=wanted[place] == option_id)
