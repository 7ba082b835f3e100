"""Everything that can be said about the content at once: `muster content check`.

What single files say is checked as they are read; here is whether they fit together. How well items are written is
measured in `item_checks.py`. Source: domain.md section 2, content.md.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Literal

from lms.domain.modules import minutes, word_count
from lms.domain.policies import Proof
from lms.domain.quizzes import Item, ItemType, Lesson, is_fresh, is_right_for
from lms.library import html, item_checks, shelf_versions
from lms.library.named_clauses import Named, problems_of
from lms.library.problems import Problem
from lms.library.reading_level import grade_level
from lms.library.shelf import LESSONS, QUIZZES, Shelf, ShelfPolicy
from lms.library.shelf_versions import ShelfVersion

LONGEST_LESSON = 8
"""Minutes."""
HARDEST_LESSON = 12.0
"""Reading grade."""

_CODE = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_RAW_HTML = re.compile(r"<(?!https?:|mailto:|[^<>\s]+@)[a-zA-Z/!?][^<>]*>")
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)")


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
    decisions: int
    """Items that ask for an action and the clause behind it."""
    asked: tuple[int, int]
    """Fewest and most items of a clause."""
    key_positions: tuple[int, ...]
    """Items whose key stands first, second, …"""
    key_longest: int
    """Items whose key is longer than every distractor."""
    reading_level: float
    """School year, on average over the lessons."""


def problems(root: Path) -> tuple[Problem, ...]:
    """Find everything wrong below `root`, which holds `content/` and `quizzes/`; by file and line."""
    shelf, found = Shelf.read(root)
    everything = [*found, *(problem for policy in shelf.policies for problem in of_policy(policy))]
    return tuple(sorted(everything, key=lambda one: (one.file, one.line or 0, one.field)))


def of_policy(policy: ShelfPolicy) -> Iterator[Problem]:
    """Find what does not fit together in one policy that could be read."""
    settled, found = shelf_versions.versions(policy)
    yield from found
    for number, text in policy.texts.items():
        yield from _of_markdown(text, file=f"{policy.folder}/v{number}.md", field="", level="error")
    for lesson in policy.lessons:
        yield from _of_lesson(policy, lesson)
    if not settled:
        return
    yield from problems_of(policy, settled)
    yield from _without_lesson(policy, settled)
    if policy.proof is Proof.QUIZ:
        yield from _without_item(policy, settled)
        yield from _of_items(policy, settled)


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
    asked = [sum(clause.id in item.clauses for item in items) for clause in newest.clauses] or [0]
    return Row(
        slug=policy.slug,
        title=policy.title,
        versions=len(policy.releases),
        draft=policy.draft,
        clauses=len(newest.clauses),
        lessons=len(lessons),
        minutes=sum(_minutes(lesson) for lesson in lessons),
        items=len(items),
        decisions=sum(item.type is ItemType.DECISION for item in items),
        asked=(min(asked), max(asked)),
        key_positions=item_checks.key_positions(items),
        key_longest=sum(item_checks.has_one_key(item) and item_checks.is_key_longest(item) for item in items),
        reading_level=round(fmean([grade_level(_body(lesson)) for lesson in lessons] or [0.0]), 1),
    )


def _body(lesson: Lesson) -> str:
    return "\n\n".join(section.body for section in lesson.sections)


def _minutes(lesson: Lesson) -> int:
    return minutes(word_count(_body(lesson)), 0)


def _of_lesson(policy: ShelfPolicy, lesson: Lesson) -> Iterator[Problem]:
    file = f"{policy.folder}/{LESSONS}/{lesson.slug}.md"
    yield from _of_markdown(_body(lesson), file=file, field="", level="warning")
    if _minutes(lesson) > LONGEST_LESSON:
        message = f"it takes {_minutes(lesson)} minutes to read"
        yield Problem(file, None, "", message, f"cut it to {LONGEST_LESSON}, or make two of it", "warning")
    level = grade_level(_body(lesson))
    if level > HARDEST_LESSON:
        remedy = "use shorter sentences and plainer words"
        yield Problem(file, None, "", f"it reads like school year {level:.0f}", remedy, "warning")


def _of_markdown(text: str, *, file: str, field: str, level: Literal["error", "warning"]) -> Iterator[Problem]:
    """Find what `html.render` would not show as the author meant it."""
    if html.is_tangled(text):
        message = "the text is too large or too deeply nested to be shown as Markdown"
        yield Problem(file, None, field, message, "divide it", level)
    prose = _CODE.sub("", text)
    for found in _RAW_HTML.findall(prose):
        remedy = "write it in Markdown, or in `backticks` if it should be seen as it stands"
        yield Problem(file, None, field, f"`{found[:40]}` is HTML, which is not read", remedy, level)
    for address in _IMAGE.findall(prose):
        if not html.MEDIA.fullmatch(address):
            message = f"the image {address[:60]} will not be shown"
            yield Problem(file, None, field, message, "put it into the media folder and write /media/<name>", "warning")


def _without_lesson(policy: ShelfPolicy, settled: tuple[ShelfVersion, ...]) -> Iterator[Problem]:
    """Name the clauses of each version that no section of a fresh lesson teaches."""
    changed = shelf_versions.changed_in(settled)
    for version in settled:
        taught = {
            clause
            for lesson in policy.lessons
            if is_fresh(lesson.validity, lesson.teaches, version=version.number, changed_in=changed)
            for section in lesson.sections
            for clause in section.teaches
        }
        for clause in version.clauses:
            if clause.id not in taught:
                file, message = f"{policy.folder}/v{version.number}.md", "no fresh lesson teaches this clause"
                remedy = f"write one, or check an old one against version {version.number} and say so in `checked`"
                yield Problem(file, None, clause.id, message, remedy, "warning")


def _without_item(policy: ShelfPolicy, settled: tuple[ShelfVersion, ...]) -> Iterator[Problem]:
    """Name the clauses that say something new and that no fresh item asks about: no version is published with them."""
    changed = shelf_versions.changed_in(settled)
    for version in settled:
        asked = {
            clause
            for item in policy.items
            if is_fresh(item.validity, item.clauses, version=version.number, changed_in=changed)
            for clause in item.clauses
        }
        for clause in version.to_be_asked:
            if clause not in asked:
                message = f"no fresh item asks about `{clause}` as version {version.number} says it"
                remedy = f"write one, or check an old one against version {version.number} and say so in `checked`"
                level: Literal["error", "warning"] = "warning" if version.is_draft else "error"
                yield Problem(f"{QUIZZES}/{policy.slug}.yaml", None, "", message, remedy, level)


def _of_items(policy: ShelfPolicy, settled: tuple[ShelfVersion, ...]) -> Iterator[Problem]:
    newest = settled[-1]
    asked_now = [item for item in policy.items if is_right_for(item.validity, newest.number)]
    clauses = [clause.id for clause in newest.clauses]
    lines = {item.id: Named.of_item(policy, index, item).line(()) for index, item in enumerate(policy.items)}
    file = f"{QUIZZES}/{policy.slug}.yaml"
    common = item_checks.common_words(policy.items)
    measured = [finding for item in policy.items for finding in item_checks.of_item(item, common=common)]
    for item_id, message, remedy in (*measured, *item_checks.of_bank(asked_now, clauses=clauses, rules=policy.rules)):
        yield Problem(file, lines.get(item_id), item_id, message, remedy, "warning")
    for item in policy.items:
        for problem in _of_markdown(_shown(item), file=file, field=item.id, level="warning"):
            yield Problem(file, lines[item.id], item.id, problem.message, problem.remedy, "warning")


def _shown(item: Item) -> str:
    """All Markdown of an item."""
    return "\n\n".join([item.stem, *(text for option in item.options for text in (option.text, option.feedback))])
