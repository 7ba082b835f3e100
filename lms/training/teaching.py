"""In which wording a module shows each clause: as it is, beside what the person knew, beside what is coming. No SQL.

Source: domain.md section 5. Old is the version of the person's last proof; for a clause that is about to change, the
version in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lms.domain.records import Version
from lms.training.assignments import Assignment, live


class Way(StrEnum):
    """How a clause is shown."""

    TEXT = "text"
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"


class Worded(Protocol):
    """A clause with its words."""

    title: str
    source: str
    is_need_to_know: bool


Texts = Mapping[int, Mapping[str, Worded]]
"""Clauses of versions, by number and id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """One clause of a module and where its wordings are found."""

    clause: str
    way: Way
    number: int
    """Version of the wording that is shown; of a removed clause the last that had it."""
    old_number: int | None = None
    old_clauses: tuple[str, ...] = ()
    """Ids there: several when they were merged."""
    changed_in: int | None = None
    """The version that changed or removed it."""
    is_coming: bool = False
    """That version is not effective yet."""


def taught(task: Assignment, now: datetime) -> list[Taught]:
    """Every clause to learn, in order; nothing where there is nothing to learn."""
    versions = live(task.policy, now)
    target = next((version for version in versions if version.number == task.learn.version), None)
    if target is None:
        return []
    return [_taught(clause, task, versions, target) for clause in task.clauses]


def numbers(parts: Sequence[Taught]) -> set[int]:
    """The versions whose texts are needed."""
    return {part.number for part in parts} | {part.old_number for part in parts if part.old_number}


def texts_shown(parts: Sequence[Taught], texts: Texts) -> dict[str, str]:
    """All that is read of each clause, in Markdown, the old wording too: what minutes are counted from."""
    read = {part.clause: (*olds(part, texts), *news(part, texts)) for part in parts}
    return {clause: "\n\n".join(each.source for each in wordings) for clause, wordings in read.items()}


def news(part: Taught, texts: Texts) -> list[Worded]:
    """The wording that counts; none for a removed clause."""
    return [] if part.way is Way.REMOVED else [texts[part.number][part.clause]]


def olds(part: Taught, texts: Texts) -> list[Worded]:
    """The wordings that it replaces."""
    return [texts[part.old_number][each] for each in part.old_clauses] if part.old_number else []


def _taught(clause: str, task: Assignment, versions: Sequence[Version], target: Version) -> Taught:
    learn = task.learn
    if clause not in _ids(target):
        return _gone(clause, task, versions, target)
    old = learn.required if clause in learn.changing else _last_proof(clause, task, versions, target)
    way = Way.TEXT
    if learn.is_whole and clause not in learn.changing:
        old = None
    elif clause not in learn.changing and clause not in learn.covered_before:
        old, way = None, Way.NEW
    names = _ancestors(clause, versions, target=target, since=old) if old else ()
    if old and names and {_ids(target)[clause]} != {_ids(_numbered(versions, old))[name] for name in names}:
        way = Way.CHANGED
    elif way is Way.TEXT:
        old, names = None, ()
    changed = _last_change(clause, versions, after=old or 0, until=target.number) if way is not Way.TEXT else None
    return Taught(
        clause=clause,
        way=way,
        number=target.number,
        old_number=old,
        old_clauses=names,
        changed_in=changed,
        is_coming=learn.effective_at is not None and changed is not None and changed > (learn.required or 0),
    )


def _gone(clause: str, task: Assignment, versions: Sequence[Version], target: Version) -> Taught:
    """A clause that the newest version no longer has: struck through, or still the rule until something replaces it."""
    holder = [version for version in versions if version.number < target.number and clause in _ids(version)][-1]
    removal = min(version.number for version in versions if version.number > holder.number)
    is_unlearning = clause in task.learn.unlearnings
    return Taught(
        clause=clause,
        way=Way.REMOVED if is_unlearning else Way.TEXT,
        number=holder.number,
        old_number=holder.number if is_unlearning else None,
        old_clauses=(clause,) if is_unlearning else (),
        changed_in=removal,
        is_coming=removal > (task.learn.required or 0),
    )


def _ids(version: Version) -> dict[str, str]:
    """Text hash by clause."""
    return {clause.id: clause.text_hash for clause in version.clauses}


def _numbered(versions: Sequence[Version], number: int) -> Version:
    return next(version for version in versions if version.number == number)


def _last_proof(clause: str, task: Assignment, versions: Sequence[Version], target: Version) -> int | None:
    """The version on which this person last proved a clause, in whatever wording."""
    known = {version.number for version in versions if version.number <= target.number}
    mine = [each for each in task.person.evidence if each.policy == task.policy.slug and each.version in known]
    for evidence in sorted(mine, key=lambda each: (each.occurred_at, each.version), reverse=True):
        names = _ancestors(clause, versions, target=target, since=evidence.version)
        if names and (evidence.clauses is None or evidence.clauses.intersection(names)):
            return evidence.version
    return None


def _ancestors(clause: str, versions: Sequence[Version], *, target: Version, since: int) -> tuple[str, ...]:
    """What a clause of `target` was called in an older version; empty when it was not there."""
    names = {clause}
    between = [version for version in versions if since < version.number <= target.number]
    for version in reversed(between):
        changes = {change.clause: change.predecessors for change in version.changes if not change.is_removal}
        names = {before for name in names for before in changes.get(name) or (name,)}
    there = _ids(_numbered(versions, since))
    return tuple(each for each in there if each in names)


def _last_change(clause: str, versions: Sequence[Version], *, after: int, until: int) -> int | None:
    """The last version that changed the meaning of a clause."""
    found = (
        version.number
        for version in versions
        if after < version.number <= until
        for change in version.changes
        if change.clause == clause and change.is_material
    )
    return max(found, default=None)
