"""From stored answers to the sheet that is counted: what each comes to, by the rules of `lms.domain`. Reads keys.

Few answers to an item are different, so each different one is looked at once.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from lms.domain.grading import Outcome, grade
from lms.domain.marking import FULL_POINTS, PLACED, chosen_in, normal_form, number_in, points
from lms.domain.quizzes import TYPED, Answer, Item, ItemType, QuizRules
from lms.statistics.figures import Estimate, Floats, Numbers, Sheet, share_of

LEAST_PEOPLE = 5
"""What fewer people wrote, or did, is shown to nobody."""
MOST_WRITTEN = 5
"""Wrong answers that are shown of a written item."""

Stored = tuple[int, int, str | None, str | None, str | None, int | None]
"""Attempt and item revision; options (JSON), citation, what was written, seconds: of an answer, if there is one."""


class PartKind(StrEnum):
    """What is chosen, recognised, or put right."""

    OPTION = "option"
    WRITTEN = "written"
    """An answer that is recognised in what was written."""
    PLACED = "placed"
    """An option of an ordering that stands in its place."""
    MATCHED = "matched"
    """An option of a matching that is matched with what belongs to it."""
    CITED = "cited"
    """A clause, of a decision."""


_KINDS = {
    ItemType.ORDERING: PartKind.PLACED,
    ItemType.MATCHING: PartKind.MATCHED,
    **dict.fromkeys(TYPED, PartKind.WRITTEN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the things of an item that answers are counted by."""

    kind: PartKind
    id: str
    text: str
    is_key: bool
    is_old_rule: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A wrong answer that several people wrote, in its normal form."""

    text: str
    people: int
    share: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A sheet, and what was written."""

    sheet: Sheet
    wrong: tuple[tuple[Written, ...], ...]
    """(I,) By item, most frequent first."""


@dataclass(frozen=True, slots=True)
class _Marked:
    item: int
    share: float
    is_old_rule: bool
    is_unanswered: bool
    parts: tuple[int, ...]
    wrong: str


def parts_of(item: Item) -> tuple[Part, ...]:
    """What the answers to an item are counted by: its options, and the clauses to cite."""
    kind = _KINDS.get(item.type, PartKind.OPTION)
    options = (
        Part(
            kind=kind,
            id=option.id,
            text=option.text,
            is_key=option.is_key or kind in (PartKind.PLACED, PartKind.MATCHED),
            is_old_rule=option.right_until is not None,
        )
        for option in item.options
    )
    cited = (
        Part(kind=PartKind.CITED, id=clause, text=clause, is_key=clause == item.cites_key, is_old_rule=False)
        for clause in item.citations
    )
    return (*options, *cited)


def counted(items: Sequence[tuple[int, Item]], rows: Iterable[Stored]) -> Counted:
    """The sheet of these items (revision and item); a row of another item is left out."""
    places = {revision: place for place, (revision, _) in enumerate(items)}
    attempts: dict[int, int] = {}
    known: dict[tuple[int, str | None, str | None, str | None], int] = {}
    different: list[_Marked] = []
    rows_of: list[tuple[int, int, float]] = []
    for attempt, revision, options, citation, typed, seconds in rows:
        if (place := places.get(revision)) is None:
            continue
        answer = (place, options, citation, typed)
        if (which := known.get(answer)) is None:
            which = known[answer] = len(different)
            different.append(_marked(place, items[place][1], options, citation, typed))
        spent = np.nan if seconds is None else seconds
        rows_of.append((attempts.setdefault(attempt, len(attempts)), which, spent))
    columns = np.array(rows_of, dtype=float).reshape(-1, 3)
    given = columns[:, 1].astype(np.int64)
    people = np.bincount(given, minlength=len(different)).tolist()
    wrong: list[Counter[str]] = [Counter() for _ in items]
    for each, count in zip(different, people, strict=True):
        if each.wrong:
            wrong[each.item][each.wrong] += count
    sheet = _sheet(items, different, given, attempt=columns[:, 0].astype(np.int64), seconds=columns[:, 2])
    asked = np.bincount(sheet.item, minlength=len(items)).tolist()
    return Counted(sheet=sheet, wrong=tuple(map(_frequent, wrong, asked)))


def _sheet(
    items: Sequence[tuple[int, Item]],
    different: Sequence[_Marked],
    given: Numbers,
    *,
    attempt: Numbers,
    seconds: Floats,
) -> Sheet:
    """`given` (R,) of the different answers each is."""
    lengths = np.array([len(each.parts) for each in different], dtype=np.int64)
    parts = np.array([part for each in different for part in each.parts], dtype=np.int64)
    starts, many = np.cumsum(lengths) - lengths, lengths[given]
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return Sheet(
        attempt=attempt,
        item=np.array([each.item for each in different], dtype=np.int64)[given],
        share=np.array([each.share for each in different], dtype=float)[given],
        is_old_rule=np.array([each.is_old_rule for each in different], dtype=bool)[given],
        is_unanswered=np.array([each.is_unanswered for each in different], dtype=bool)[given],
        seconds=seconds,
        chosen_row=np.repeat(np.arange(given.size), many),
        chosen_part=parts[np.repeat(starts[given], many) + within],
        is_scored=np.array([not (each.is_pilot or each.is_void) for _, each in items], dtype=bool),
        parts=np.array([len(parts_of(each)) for _, each in items], dtype=np.int64),
    )


def _marked(place: int, item: Item, options: str | None, citation: str | None, typed: str | None) -> _Marked:
    item = replace(item, is_void=False)  # what counts for nobody is still told of
    answer = Answer(options=tuple(json.loads(options or "[]")), citation=citation, typed=typed or "")
    chosen = chosen_in(item, answer)
    outcome = grade([item], {item.id: answer}, rules=QuizRules()).per_item[0].outcome
    named = {(part.kind, part.id): place for place, part in enumerate(parts_of(item))}
    counted_in = _put_right(item, answer) if item.type is ItemType.ORDERING else chosen
    kind = _KINDS.get(item.type, PartKind.OPTION)
    parts = [named[kind, each] for each in counted_in]
    if citation is not None:
        parts.append(named[PartKind.CITED, citation])
    is_unknown = item.type in TYPED and not chosen and outcome is not Outcome.UNANSWERED
    return _Marked(
        item=place,
        share=points(item, chosen, citation) / FULL_POINTS,
        is_old_rule=outcome is Outcome.OLD_RULE,
        is_unanswered=outcome is Outcome.UNANSWERED,
        parts=tuple(parts),
        wrong=_normal(item, answer) if is_unknown else "",
    )


def _put_right(item: Item, answer: Answer) -> list[str]:
    right = enumerate((option.id for option in item.options), start=1)
    return [option for place, option in right if f"{option}{PLACED}{place}" in answer.options]


def _normal(item: Item, answer: Answer) -> str:
    """What two ways of writing the same wrong answer have in common."""
    value = number_in(answer.typed) if item.type is ItemType.NUMBER else None
    if value is None:
        return normal_form(answer.typed)
    names = {unit.id: unit.text for unit in item.units}
    unit = names[answer.options[0]] if answer.options else next(iter(names.values()), "")
    whole, _, rest = f"{value:f}".partition(".")
    digits = f"{whole}.{rest}".rstrip("0").rstrip(".")
    return f"{digits} {unit}".strip()


def _frequent(wrong: Counter[str], asked: int) -> tuple[Written, ...]:
    return tuple(
        Written(text=text, people=people, share=share_of(people, asked))
        for text, people in sorted(wrong.items(), key=lambda each: (-each[1], each[0]))[:MOST_WRITTEN]
        if people >= LEAST_PEOPLE
    )
