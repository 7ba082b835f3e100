"""Whether lessons and items give away a clause that is need-to-know; a part of `muster content check`.

A section or an item is shown to everybody who learns one of its clauses, so what is need-to-know stands alone.
"""

from collections.abc import Iterator

from lms.domain.quizzes import is_right_for
from lms.library.named_clauses import Named
from lms.library.problems import Problem
from lms.library.shelf import LESSONS, ShelfPolicy
from lms.library.shelf_versions import ShelfVersion


def of_policy(policy: ShelfPolicy, settled: tuple[ShelfVersion, ...]) -> Iterator[Problem]:
    """Find sections and items that name a need-to-know clause beside one that is not, or is for others."""
    for version in settled:
        audiences = {clause.id: (clause.is_need_to_know, frozenset(clause.queues)) for clause in version.clauses}
        marked = {clause for clause, (is_secret, _) in audiences.items() if is_secret}
        if not marked:
            continue
        for lesson in policy.lessons:
            if is_right_for(lesson.validity, version.number):
                file = f"{policy.folder}/{LESSONS}/{lesson.slug}.md"
                for section in lesson.sections:
                    if secrets := _mixed(section.teaches, audiences, marked):
                        yield Problem(file, None, section.title, *_said("section", secrets, version.number))
        for index, item in enumerate(policy.items):
            secrets = _mixed((*item.clauses, *item.citations), audiences, marked)
            if secrets and is_right_for(item.validity, version.number):
                named = Named.of_item(policy, index, item)
                yield Problem(named.file, named.line(()), item.id, *_said("item", secrets, version.number))


def _mixed(clauses: tuple[str, ...], audiences: dict[str, tuple[bool, frozenset[str]]], marked: set[str]) -> list[str]:
    known = [clause for clause in dict.fromkeys(clauses) if clause in audiences]
    is_mixed = len({audiences[clause] for clause in known}) > 1
    return sorted(marked.intersection(known)) if is_mixed else []


def _said(what: str, secrets: list[str], number: int) -> tuple[str, str]:
    names = ", ".join(f"`{clause}`" for clause in secrets)
    message = f"this {what} gives away {names}, which version {number} says is need-to-know, to who learns the others"
    return message, "make one of its own for it"
