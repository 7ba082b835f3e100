"""What there is of each policy on the shelf, counted: the tables that `muster content check` prints.

Whether it is right is said in `checks.py`, how well items are written in `item_checks.py`.
"""

from dataclasses import dataclass
from statistics import fmean

from lms.domain.modules import minutes, word_count, words_in
from lms.domain.quizzes import Item, ItemType, Lesson, is_right_for
from lms.library import item_checks, shelf_versions
from lms.library.reading_level import grade_level
from lms.library.shelf import Shelf, ShelfPolicy
from lms.library.shelf_versions import ShelfVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseLine:
    """What there is about one clause."""

    clause: str
    words: int
    lessons: int
    """Lessons with a section that teaches it."""
    items: int
    decisions: int
    old_rules: int
    """Items with an option that was right under an earlier version."""
    critical: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What there is of one policy, for a table."""

    slug: str
    title: str
    versions: int
    draft: int | None
    clauses: int
    """Of the newest version, a draft included; so are all numbers below."""
    lessons: int
    minutes: int
    """To read all lessons."""
    items: int
    cases: int
    """Items that tell a case before they ask."""
    decisions: int
    """Items that ask for an action and the clause behind it."""
    asked: tuple[int, int]
    """Fewest and most items of a clause."""
    key_positions: tuple[int, ...]
    """Items whose key stands first, second, …"""
    key_longest: int
    """Items whose key is longer than every distractor."""
    old_rules: int
    """Items with an option that was right under an earlier version."""
    reading_level: float
    """School year, on average over the lessons."""
    lines: tuple[ClauseLine, ...]
    """Clause by clause."""


def table(shelf: Shelf) -> tuple[Row, ...]:
    """Count what is on the shelf, a row for each policy whose texts can be read."""
    rows = []
    for policy in shelf.policies:
        settled, _ = shelf_versions.versions(policy)
        if settled:
            rows.append(_row(policy, settled[-1]))
    return tuple(rows)


def _row(policy: ShelfPolicy, newest: ShelfVersion) -> Row:
    lessons = [lesson for lesson in policy.lessons if is_right_for(lesson.validity, newest.number)]
    items = [item for item in policy.items if is_right_for(item.validity, newest.number)]
    lines = tuple(_line(clause.id, clause.source, lessons, items) for clause in newest.clauses)
    asked = [line.items for line in lines] or [0]
    return Row(
        slug=policy.slug,
        title=policy.title,
        versions=len(policy.releases),
        draft=policy.draft,
        clauses=len(newest.clauses),
        lessons=len(lessons),
        minutes=sum(minutes_of(lesson) for lesson in lessons),
        items=len(items),
        cases=sum(map(item_checks.is_case, items)),
        decisions=sum(item.type is ItemType.DECISION for item in items),
        asked=(min(asked), max(asked)),
        key_positions=item_checks.key_positions(items),
        key_longest=sum(item_checks.has_one_key(item) and item_checks.is_key_longest(item) for item in items),
        old_rules=sum(map(item_checks.has_old_rule, items)),
        reading_level=round(fmean([grade_level(body_of(lesson)) for lesson in lessons] or [0.0]), 1),
        lines=lines,
    )


def _line(clause: str, source: str, lessons: list[Lesson], items: list[Item]) -> ClauseLine:
    mine = [item for item in items if clause in item.clauses]
    return ClauseLine(
        clause=clause,
        words=word_count(source),
        lessons=sum(any(clause in section.teaches for section in lesson.sections) for lesson in lessons),
        items=len(mine),
        decisions=sum(item.type is ItemType.DECISION for item in mine),
        old_rules=sum(map(item_checks.has_old_rule, mine)),
        critical=sum(item.is_critical for item in mine),
    )


def body_of(lesson: Lesson) -> str:
    """Give all Markdown of a lesson."""
    return "\n\n".join(section.body for section in lesson.sections)


def minutes_of(lesson: Lesson) -> int:
    """Give how long a lesson takes to read."""
    return minutes(words_in(lesson.sections), 0)
