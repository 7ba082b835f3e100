"""Items made of what other systems tell: answers with shares of the points, pairs, rows, numbers with tolerances."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lms.domain.errors import Told
from lms.domain.marking import normal_form
from lms.domain.quizzes import Choice, Item, ItemType, Option, Unit
from lms.exchange import notes
from lms.exchange.naming import letters
from lms.exchange.sources import UNSAID, CannotTake, plain_number

ALL = Decimal(100)
_NEAR_ENOUGH = Decimal("0.02")
"""How far a share may be from ours: systems round thirds to five places."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:[.,]\d{0,15})?|[.,]\d{1,15})(?:[eE][+-]?\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer of another system."""

    text: str
    share: Decimal = Decimal(0)
    """Per cent of the points that it gives."""
    feedback: str = ""
    tolerance: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An item, without id and clauses, and what was lost."""

    item: Item
    notes: tuple[Told, ...] = ()


def _item(type: ItemType, stem: str, options: Sequence[Option], **more: object) -> Item:
    if not stem.strip():
        raise CannotTake(notes.NO_STEM)
    if any(not option.text.strip() for option in options):
        raise CannotTake(notes.EMPTY)
    return Item(id="", type=type, clauses=(), stem=stem, options=tuple(options), validity=UNSAID, **more)  # type: ignore[arg-type]


def choice(stem: str, answers: Sequence[Said], *, is_one: bool) -> Built:
    """A single, or a multiple where several may be chosen."""
    told = []
    keys = [each for each in answers if (each.share == ALL if is_one else each.share > 0)]
    if not keys:
        raise CannotTake(notes.NO_KEY)
    if is_one and len(keys) > 1:
        raise CannotTake(notes.SEVERAL_KEYS)
    if is_one:
        told += [notes.PARTS_LOST] * any(0 < each.share < ALL for each in answers)
        told += [notes.TAKEN_AWAY] * any(each.share < 0 for each in answers)
    elif not _is_our_rule(answers, ALL / len(keys)):
        told.append(notes.OTHER_SHARES)
    options = [
        Option(id=letter, text=each.text, is_key=each in keys, feedback=each.feedback)
        for letter, each in zip(letters(len(answers)), answers, strict=True)
    ]
    return Built(item=_item(ItemType.SINGLE if is_one else ItemType.MULTIPLE, stem, options), notes=tuple(told))


def _is_our_rule(answers: Sequence[Said], share: Decimal) -> bool:
    """Tell whether right and wrong choices count alike, as they do in `marking.points`."""
    return all(abs(abs(each.share) - share) <= _NEAR_ENOUGH for each in answers)


def true_false(stem: str, *, is_true: bool, when_true: str = "", when_false: str = "") -> Built:
    """Two options, in this order."""
    options = (
        Option(id="true", text="True", is_key=is_true, feedback=when_true),
        Option(id="false", text="False", is_key=not is_true, feedback=when_false),
    )
    return Built(item=_item(ItemType.TRUE_FALSE, stem, options))


def short(stem: str, answers: Sequence[Said], *, has_patterns: bool = True) -> Built:
    """A short text; right answers are one option with other ways to write it, others are recognised as wrong.

    `has_patterns`: a `*` stands for anything.
    """
    star = "*" if has_patterns else "\0"
    told = [notes.ANYTHING] * any(each.text.strip() == star for each in answers)
    known = [each for each in answers if each.text.strip() != star]
    right = [each for each in known if each.share == ALL]
    if not right:
        raise CannotTake(notes.NO_KEY if known or not answers else notes.PATTERN)
    if any(star in each.text for each in right):
        raise CannotTake(notes.PATTERN)
    told += [notes.PARTS_LOST] * any(0 < each.share < ALL for each in known)
    told += [notes.MERGED] * (len({each.feedback for each in right}) > 1)
    plain = [*right, *(each for each in known if each.share != ALL and star not in each.text)]
    distinct = _distinct(plain)
    told += [notes.CASE] * (len(distinct) < len(plain))
    told += [notes.ANYTHING] * any(star in each.text for each in known)
    key, *also = [each.text for each in distinct if each.share == ALL]
    wrong = [each for each in distinct if each.share != ALL]
    first, *rest = letters(len(wrong) + 1)
    options = [
        Option(id=first, text=key, is_key=True, also=tuple(also), feedback=right[0].feedback),
        *(Option(id=id, text=each.text, feedback=each.feedback) for id, each in zip(rest, wrong, strict=True)),
    ]
    return Built(item=_item(ItemType.SHORT, stem, options), notes=tuple(told))


def _distinct(answers: Sequence[Said]) -> list[Said]:
    """Answers that are not recognised as one before them."""
    forms: set[str] = set()
    found = []
    for each in answers:
        form = normal_form(each.text)
        if form not in forms:
            forms.add(form)
            found.append(each)
    return found


def number(stem: str, answers: Sequence[Said], units: Sequence[Unit] = ()) -> Built:
    """A number with a tolerance; numbers that give less than all are recognised as wrong."""
    told = [notes.ANYTHING] * any(each.text.strip() == "*" for each in answers)
    known = [(decimal_of(each.text), each) for each in answers if each.text.strip() != "*"]
    right = [(value, each) for value, each in known if each.share == ALL]
    if not right:
        raise CannotTake(notes.NO_KEY)
    if len({value for value, _ in right}) > 1:
        raise CannotTake(notes.SEVERAL_NUMBERS)
    if any(value < 0 for value, _ in known):
        raise CannotTake(notes.NEGATIVE)
    (key, first), *_ = right
    told += [notes.PARTS_LOST] * any(0 < each.share < ALL for _, each in known)
    told += [notes.OTHER_TOLERANCE] * any(each.tolerance != first.tolerance for _, each in known)
    kept, values = [(key, first)], [key]
    for value, each in known:
        if each.share != ALL and all(abs(value - other) > 2 * first.tolerance for other in values):
            kept.append((value, each))
            values.append(value)
    told += [notes.TOO_NEAR] * (len(kept) + len(right) - 1 < len(known))
    options = [
        Option(id=letter, text=plain_number(value), is_key=each is first, feedback=each.feedback)
        for letter, (value, each) in zip(letters(len(kept)), kept, strict=True)
    ]
    tolerance = Decimal(plain_number(first.tolerance))
    made = _item(ItemType.NUMBER, stem, options, tolerance=tolerance, units=tuple(units))
    return Built(item=made, notes=tuple(told))


def decimal_of(text: str) -> Decimal:
    """A number of another system. Raises CannotTake."""
    plain = "".join(text.split()).replace("−", "-")
    if not _NUMBER.fullmatch(plain):
        raise CannotTake(notes.NO_NUMBER)
    return Decimal(plain.replace(",", "."))


def matching(stem: str, pairs: Sequence[tuple[str, str]], *, extra: Sequence[str] = (), feedback: str = "") -> Built:
    """Each left side with the right one that belongs to it; the same right side twice is one choice."""
    texts = tuple(dict.fromkeys((*(right for _, right in pairs), *extra)))
    if not pairs or any(not text.strip() for text in texts):
        raise CannotTake(notes.EMPTY)
    of = dict(zip(texts, letters(len(texts)), strict=True))
    options = [
        Option(id=letter, text=left, match=of[right], feedback=feedback)
        for letter, (left, right) in zip(letters(len(pairs)), pairs, strict=True)
    ]
    choices = tuple(Choice(id=of[text], text=text) for text in texts)
    return Built(item=_item(ItemType.MATCHING, stem, options, choices=choices))


def ordering(stem: str, rows: Sequence[Said], *, is_whole: bool = False) -> Built:
    """What stands in `rows` in the right order."""
    options = [
        Option(id=letter, text=each.text, feedback=each.feedback)
        for letter, each in zip(letters(len(rows)), rows, strict=True)
    ]
    return Built(item=_item(ItemType.ORDERING, stem, options, is_whole=is_whole))


def with_general(built: Built, general: str) -> Built:
    """The same with feedback that is for every answer."""
    if not general.strip():
        return built
    options = tuple(
        replace(option, feedback=f"{option.feedback}\n{general}" if option.feedback else general)
        for option in built.item.options
    )
    return Built(item=replace(built.item, options=options), notes=(*built.notes, notes.GENERAL))
