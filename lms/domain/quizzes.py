"""Lessons, items and quiz rules as values, and whether they are fresh for a version.

Drawing is in `drawing.py`, what one answer is worth in `marking.py`. Source of the rules: domain.md sections 2 and 6.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ItemType(StrEnum):
    """How an item is answered. A case of formats.md is several items that share a vignette."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    DECISION = "decision"
    ORDERING = "ordering"
    MATCHING = "matching"
    NUMBER = "number"
    SHORT = "short"


TYPED = frozenset({ItemType.NUMBER, ItemType.SHORT})
"""Types whose answer is written, not chosen: their options are answers that are recognised, and part of the key."""
SHARED = frozenset({ItemType.MULTIPLE, ItemType.ORDERING, ItemType.MATCHING})
"""Types that may be partly right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """Since and until when a lesson or an item is right, and against which version it was last checked."""

    since: int
    until: int | None
    """Last version it is right for, inclusive; None while it still is."""
    checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonSection:
    """A part of a lesson with the clauses it teaches; the text before the first `## ` has the title ''."""

    title: str
    body: str
    """Markdown."""
    teaches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing in a lesson or an item."""

    address: str
    """What the Markdown writes to show it."""
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A page of training."""

    slug: str
    title: str
    teaches: tuple[str, ...]
    sections: tuple[LessonSection, ...]
    validity: Teaching
    sensitive: str = ""
    """What it shows that a reader may want to be warned of; empty when nothing."""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One possible answer."""

    id: str
    text: str
    is_key: bool = False
    feedback: str = ""
    right_until: int | None = None
    """Last version by which this option was right: choosing it is an old-rule error."""
    match: str | None = None
    """Matching: the id of the choice that belongs to it."""
    also: tuple[str, ...] = ()
    """Short text: other ways to write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Matching: what an option can be matched with; it may belong to several options, or to none."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Number: a unit in which it may be given."""

    id: str
    text: str
    factor: Decimal
    """How many of the first unit one of it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A vignette that several items share; they are drawn and shown together."""

    id: str
    text: str
    """Markdown."""
    place: int
    """Of the item among those of the case: 1, 2, 3 …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question with its key."""

    id: str
    type: ItemType
    clauses: tuple[str, ...]
    stem: str
    options: tuple[Option, ...]
    validity: Teaching
    is_critical: bool = False
    sensitive: str = ""
    cites_key: str | None = None
    """Decision only: the clause that carries the right action."""
    cites_others: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    units: tuple[Unit, ...] = ()
    tolerance: Decimal = Decimal(0)
    """Number: how far from an option it may be, in the first unit."""
    is_whole: bool = False
    """No credit for a part of it."""
    is_pilot: bool = False
    """It is tried out: asked, and not counted."""
    is_void: bool = False
    """Somebody found it wrong after it was asked: it counts for nothing, and is asked no more."""
    case: Case | None = None
    pictures: tuple[Picture, ...] = ()
    """In its stem, or in that of its case."""

    @property
    def keys(self) -> frozenset[str]:
        """Ids of the right options."""
        return frozenset(option.id for option in self.options if option.is_key)

    @property
    def citations(self) -> tuple[str, ...]:
        """Clause ids to choose from, for a decision."""
        return tuple(sorted((self.cites_key, *self.cites_others))) if self.cites_key else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizRules:
    """How items are drawn and when a person has passed."""

    pass_mark: int = 80
    """Per cent of the points, 0 to 100."""
    per_clause: int = 2
    attempts: int = 3
    wait_minutes: int = 15
    retake: str = "missed"
    """missed | all"""
    time_limit_minutes: int | None = None
    feedback: str = "after_pass"
    """after_pass | after_submission | never"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person answered to one item.

    `options` are ids of options; for an ordering `option@place` (1, 2, 3 …), for a matching `option=choice`, for a
    number the unit.
    """

    options: tuple[str, ...] = ()
    citation: str | None = None
    typed: str = ""
    """What was written, for a number or a short text."""

    @property
    def is_empty(self) -> bool:
        """Nothing was answered; a unit alone is nothing."""
        return not (self.options or self.citation or self.typed)


Answers = Mapping[str, Answer]
"""By item id."""


def is_right_for(validity: Teaching, version: int) -> bool:
    """Tell whether a lesson or an item says what this version says (domain.md section 2, `since` and `until`)."""
    return validity.since <= version and (validity.until is None or version <= validity.until)


def is_fresh(
    validity: Teaching, clauses: Collection[str], *, version: int, changed_in: Mapping[str, Collection[int]]
) -> bool:
    """Tell whether a lesson or an item may be used for `version` without a warning (domain.md section 2).

    `clauses` are those it names. `changed_in` maps a clause id to the numbers of the versions that changed it
    materially, the one that removed it among them; clauses without a material change may be left out. It is stale,
    and this is False, when a clause it names changed after `checked` and not after `version`.
    """
    return is_right_for(validity, version) and not any(
        validity.checked < number <= version for clause in clauses for number in changed_in.get(clause, ())
    )


def short_of_items(
    clauses: Iterable[str],
    items: Iterable[Item],
    rules: QuizRules,
    *,
    version: int,
    changed_in: Mapping[str, Collection[int]],
) -> dict[str, int]:
    """Give the clauses of a version about which a quiz could not ask as much as its rules say, with what it could ask.

    Only fresh items count, and none that is tried out. Too few stop a publication, so that no agent ever meets them.
    """
    asked = Counter(
        clause
        for item in items
        if not (item.is_pilot or item.is_void)
        and is_fresh(item.validity, item.clauses, version=version, changed_in=changed_in)
        for clause in item.clauses
    )
    return {clause: asked[clause] for clause in clauses if asked[clause] < rules.per_clause}
