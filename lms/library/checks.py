"""Everything that can be said about the content at once: `muster content check`.

What single files say is checked as they are read; here is whether they fit together. How well items are written is
measured in `item_checks.py`. Source: domain.md section 2, content.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from lms.domain.policies import Proof
from lms.domain.quizzes import Item, Lesson, is_fresh, is_right_for, short_of_items
from lms.library import item_checks, queue_checks, secret_checks, shelf_versions, translation_checks
from lms.library.markdown_checks import of_markdown
from lms.library.measures import body_of, minutes_of
from lms.library.named_clauses import Named, problems_of
from lms.library.problems import Problem
from lms.library.reading_level import grade_level
from lms.library.shelf import LESSONS, QUIZZES, Shelf, ShelfPolicy
from lms.library.shelf_versions import ShelfVersion

LONGEST_LESSON = 8
"""Minutes."""
HARDEST_LESSON = 12.0
"""Reading grade."""


def problems(root: Path) -> tuple[Problem, ...]:
    """Find everything wrong below `root`, which holds `content/` and `quizzes/`; by file and line."""
    shelf, found = Shelf.read(root)
    everything = [*found, *(problem for policy in shelf.policies for problem in of_policy(policy))]
    everything += queue_checks.of_policies(shelf.policies)
    return tuple(sorted(everything, key=lambda one: (one.file, one.line or 0, one.field)))


def of_policy(policy: ShelfPolicy) -> Iterator[Problem]:
    """Find what does not fit together in one policy that could be read."""
    settled, found = shelf_versions.versions(policy)
    yield from found
    for number, text in policy.texts.items():
        yield from of_markdown(text, file=f"{policy.folder}/v{number}.md", field="", level="error")
    for lesson in policy.lessons:
        yield from _of_lesson(policy, lesson)
    if not settled:
        return
    yield from problems_of(policy, settled)
    yield from _without_lesson(policy, settled)
    yield from translation_checks.of_policy(policy, settled)
    yield from secret_checks.of_policy(policy, settled)
    if policy.proof is Proof.QUIZ:
        yield from _without_items(policy, settled)
        yield from _of_items(policy, settled)


def _of_lesson(policy: ShelfPolicy, lesson: Lesson) -> Iterator[Problem]:
    file = f"{policy.folder}/{LESSONS}/{lesson.slug}.md"
    known = {picture.address for picture in lesson.pictures}
    yield from of_markdown(body_of(lesson), file=file, field="", level="warning", known=known)
    if minutes_of(lesson) > LONGEST_LESSON:
        message = f"it takes {minutes_of(lesson)} minutes to read"
        yield Problem(file, None, "", message, f"cut it to {LONGEST_LESSON}, or make two of it", "warning")
    level = grade_level(body_of(lesson))
    if level > HARDEST_LESSON:
        remedy = "use shorter sentences and plainer words"
        yield Problem(file, None, "", f"it reads like school year {level:.0f}", remedy, "warning")


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


def _without_items(policy: ShelfPolicy, settled: tuple[ShelfVersion, ...]) -> Iterator[Problem]:
    """Name the clauses about which a quiz could not ask enough: no version is published with them."""
    changed = shelf_versions.changed_in(settled)
    for version in settled:
        clauses, number = (clause.id for clause in version.clauses), version.number
        short = short_of_items(clauses, policy.items, policy.rules, version=number, changed_in=changed)
        for clause, count in short.items():
            message = f"`{clause}` as version {number} says it is asked {item_checks.times(count)} in fresh items"
            wanted = f"{policy.rules.per_clause} or more are needed"
            remedy = f"write new ones, or check old ones against version {number} and say so in `checked`: {wanted}"
            level: Literal["error", "warning"] = "warning" if version.is_draft else "error"
            yield Problem(f"{QUIZZES}/{policy.slug}.yaml", None, "", message, remedy, level)


def _of_items(policy: ShelfPolicy, settled: tuple[ShelfVersion, ...]) -> Iterator[Problem]:
    newest = settled[-1]
    asked_now = [item for item in policy.items if is_right_for(item.validity, newest.number)]
    clauses = [clause.id for clause in newest.clauses]
    lines = {item.id: Named.of_item(policy, index, item).line(()) for index, item in enumerate(policy.items)}
    file = f"{QUIZZES}/{policy.slug}.yaml"
    common = item_checks.common_words(policy.items)
    of_bank = item_checks.of_bank(asked_now, clauses=clauses, rules=policy.rules, version=newest.number)
    measured = [finding for item in policy.items for finding in item_checks.of_item(item, common=common)]
    for item_id, message, remedy in (*measured, *of_bank):
        yield Problem(file, lines.get(item_id), item_id, message, remedy, "warning")
    for item in policy.items:
        known = {picture.address for picture in item.pictures}
        for problem in of_markdown(_shown(item), file=file, field=item.id, level="warning", known=known):
            yield Problem(file, lines[item.id], item.id, problem.message, problem.remedy, problem.level)


def _shown(item: Item) -> str:
    """All Markdown of an item."""
    vignette = [item.case.text] if item.case and item.case.place == 1 else []
    options = (text for option in item.options for text in (option.text, option.feedback))
    return "\n\n".join([*vignette, item.stem, *options])
