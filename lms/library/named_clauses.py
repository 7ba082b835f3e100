"""Whether the clauses that lessons and items name exist in every version for which these are right, and are fresh.

Source: domain.md section 2, last item.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from lms.domain.quizzes import Item, Lesson, Teaching, is_fresh, is_right_for
from lms.library.problems import Problem
from lms.library.shelf import LESSONS, QUIZZES, ShelfPolicy
from lms.library.shelf_versions import ShelfVersion, changed_in, removed_in
from lms.library.strict_yaml import Document, Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A lesson or an item with the clauses that it names."""

    what: str
    file: str
    field: str
    """How an author finds it in the file; empty when it is all of the file."""
    document: Document | None
    path: Path
    """Where it begins in the document."""
    validity: Teaching
    clauses: tuple[str, ...]
    """Those taught or tested."""
    cited: tuple[str, ...] = ()
    """Those offered besides, for a decision."""

    @classmethod
    def of_lesson(cls, policy: ShelfPolicy, lesson: Lesson) -> "Named":
        """Give a lesson of the policy."""
        file = f"{policy.folder}/{LESSONS}/{lesson.slug}.md"
        document = policy.documents.get(file)
        return cls(
            what="lesson",
            file=file,
            field="",
            document=document,
            path=(),
            validity=lesson.validity,
            clauses=lesson.teaches,
        )

    @classmethod
    def of_item(cls, policy: ShelfPolicy, index: int, item: Item) -> "Named":
        """Give the item that stands at `index` in the quiz of the policy."""
        file = f"{QUIZZES}/{policy.slug}.yaml"
        return cls(
            what="item",
            file=file,
            field=item.id,
            document=policy.documents.get(file),
            path=policy.item_paths.get(item.id, ("items", index)),
            validity=item.validity,
            clauses=item.clauses,
            cited=item.citations,
        )

    def line(self, path: Path) -> int | None:
        """Give the line of something in it."""
        return self.document.line((*self.path, *path)) if self.document else None

    def problem(self, key: str, message: str, remedy: str, *, level: Literal["error", "warning"] = "error") -> Problem:
        """Give a problem with the value of `key`."""
        return Problem(self.file, self.line((key,)), self.field or key, message, remedy, level)


def problems_of(policy: ShelfPolicy, settled: tuple[ShelfVersion, ...]) -> Iterator[Problem]:
    """Check every lesson and item of a policy against its versions, of which there is at least one."""
    named = [Named.of_lesson(policy, lesson) for lesson in policy.lessons]
    named += [Named.of_item(policy, index, item) for index, item in enumerate(policy.items)]
    changed, removed = changed_in(settled), removed_in(settled)
    for one in named:
        yield from _of_numbers(one, newest=settled[-1].number)
        yield from _of_existence(one, settled, removed=removed)
        yield from _of_freshness(one, newest=settled[-1].number, changed=changed)


def _of_numbers(one: Named, *, newest: int) -> Iterator[Problem]:
    numbers = (("since", one.validity.since), ("until", one.validity.until), ("checked", one.validity.checked))
    for key, number in numbers:
        if number is not None and number > newest and (key != "checked" or number != one.validity.since):
            yield one.problem(key, f"there is no version {number}", f"the newest is {newest}")


def _of_existence(one: Named, settled: tuple[ShelfVersion, ...], *, removed: Mapping[str, int]) -> Iterator[Problem]:
    current = [version for version in settled if is_right_for(one.validity, version.number)]
    known = sorted({clause for version in settled for clause in version.alive})
    for clause in dict.fromkeys((*one.clauses, *one.cited)):
        is_unlearned = removed.get(clause, len(settled) + 1) <= one.validity.since
        missing = next((version for version in current if clause not in version.alive), None)
        if missing is None or is_unlearned:
            continue
        message = f"`{clause}` is not a clause of version {missing.number}"
        level: Literal["error", "warning"] = "warning" if missing.is_draft else "error"
        key = ("teaches" if one.what == "lesson" else "clauses") if clause in one.clauses else "cites"
        yield one.problem(key, message, _remedy(clause, missing.number, one.validity, known), level=level)


def _remedy(clause: str, number: int, validity: Teaching, known: list[str]) -> str:
    if clause not in known:
        close = get_close_matches(clause, known, n=1)
        return f"did you mean `{close[0]}`?" if close else f"the clauses are {', '.join(known)}"
    if validity.since < number:
        return f"say until: {number - 1}, or name the clause that took its place"
    return "say in `since` from which version on the clause exists"


def _of_freshness(one: Named, *, newest: int, changed: Mapping[str, Collection[int]]) -> Iterator[Problem]:
    if not is_right_for(one.validity, newest) or is_fresh(
        one.validity, one.clauses, version=newest, changed_in=changed
    ):
        return
    since = {
        clause: max(changed[clause])
        for clause in one.clauses
        if any(one.validity.checked < number <= newest for number in changed.get(clause, ()))
    }
    what = ", ".join(f"`{clause}` changed in version {number}" for clause, number in since.items())
    remedy = f"read it against version {newest}; then say checked: {newest}, or until: {min(since.values()) - 1}"
    yield one.problem("checked", f"the {one.what} is stale: {what}, after it was checked", remedy, level="warning")
