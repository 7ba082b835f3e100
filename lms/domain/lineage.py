"""What each clause of a policy descends from: one meaning per wording that had to be learnt.

A clause keeps its meaning through editorial changes of its own; a material change, a removal, a split and a merge
begin new ones. Nothing here knows people or evidence. Source: domain.md sections 2 and 4.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, cast

from lms.domain.intervals import FOREVER
from lms.domain.records import PolicyHistory, Version, VersionChange

Queues = frozenset[str]
"""The queues that a clause names; empty: those of its policy."""


class Span(NamedTuple):
    """A time in which a meaning is in force for the same queues."""

    queues: Queues
    start: datetime
    end: datetime
    noted_at: datetime


@dataclass(slots=True, kw_only=True)
class Meaning:
    """What has to be proven: a clause as it means since `version`, or that a clause is gone."""

    index: int
    clause: str
    version: Version
    """The version that began it."""
    predecessors: tuple[int, ...]
    is_material: bool
    """False: it means what its predecessors meant (a part of a split, a merged clause)."""
    is_unlearning: bool = False
    ancestors: int = 0
    """Bits of all meanings before it."""
    successors: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    starts: list[Version] = field(default_factory=list)
    """The versions that gave it its wording or its queues: an editorial one that keeps both is none of them."""


class Lineage:
    """The meanings of a policy over the given versions (not withdrawn, in order of number).

    A set of meanings is an int with one bit per index; a predecessor always has a lower index than its successor.
    """

    def __init__(self, versions: tuple[Version, ...]) -> None:
        self.versions = versions
        self.numbers = tuple(version.number for version in versions)
        self.meanings: list[Meaning] = []
        self.alive: dict[int, dict[str, int]] = {}
        """By version number, then by clause id, in the order of the document."""
        self.named: list[Span] = []
        """Which queues the clauses of each version name."""
        self.sizes: dict[int, int] = {}
        """How many meanings there were once a version was read."""
        self._names: dict[str, list[tuple[int, int]]] = {}
        self._proven: dict[tuple[int, Queues | None], int] = {}
        alive: dict[str, int] = {}
        for place, version in enumerate(versions):
            end = versions[place + 1].effective_at if place + 1 < len(versions) else FOREVER
            alive = self._read(version, alive, end)

    def _read(self, version: Version, before: dict[str, int], end: datetime) -> dict[str, int]:
        """Give the living clauses of a version, with a new meaning where one begins."""
        changes = {change.clause: change for change in version.changes if not change.is_removal}
        came_from = {clause.id: _predecessors(clause.id, changes.get(clause.id), before) for clause in version.clauses}
        claims = Counter(each for predecessors in came_from.values() for each in predecessors)
        alive = {}
        for clause in version.clauses:
            ids, change = came_from[clause.id], changes.get(clause.id)
            is_material = self._is_material(change, ids)
            if not is_material and len(ids) == 1 and claims[ids[0]] == 1:
                index = before[ids[0]]
            else:
                index = self._begin(clause.id, version, [before[each] for each in ids], is_material)
            self._extend(index, clause.queues, version, end)
            self._names.setdefault(clause.id, []).append((version.number, index))
            alive[clause.id] = index
        for change in version.changes:
            if change.is_removal and change.is_material and change.clause in before and not claims[change.clause]:
                self._remove(change.clause, version, before[change.clause])
        names = frozenset(queue for clause in version.clauses for queue in clause.queues)
        self.named.append(Span(names, version.effective_at, end, max(version.effective_at, version.recorded_at)))
        self.alive[version.number] = alive
        self.sizes[version.number] = len(self.meanings)
        return alive

    def _is_material(self, change: VersionChange | None, predecessors: tuple[str, ...]) -> bool:
        if not self.alive:
            return True  # whatever its verdicts say, everything in the first version is new
        return change.is_material if change else not predecessors

    def _begin(self, clause: str, version: Version, predecessors: list[int], is_material: bool) -> int:
        index = len(self.meanings)
        meaning = Meaning(
            index=index, clause=clause, version=version, predecessors=tuple(predecessors), is_material=is_material
        )
        for each in predecessors:
            meaning.ancestors |= self.meanings[each].ancestors | 1 << each
            self.meanings[each].successors.append(index)
        self.meanings.append(meaning)
        return index

    def _extend(self, index: int, queues: Queues, version: Version, end: datetime) -> None:
        """A clause is in force for its queues until the next version says something else."""
        spans = self.meanings[index].spans
        if spans and spans[-1].queues == queues:
            spans[-1] = spans[-1]._replace(end=end)
        else:
            noted_at = max(version.effective_at, version.recorded_at)
            before = [self.meanings[each].spans[-1].queues for each in self.meanings[index].predecessors]
            is_new = self.meanings[index].is_material or not before or any(each != queues for each in before)
            if spans or is_new:
                self.meanings[index].starts.append(version)
            spans.append(Span(queues, version.effective_at, end, noted_at))

    def _remove(self, clause: str, version: Version, gone: int) -> None:
        """That a clause is gone is a meaning too: those it concerned must unlearn it."""
        index = self._begin(clause, version, [gone], is_material=True)
        self.meanings[index].is_unlearning = True
        self._extend(index, self.meanings[gone].spans[-1].queues, version, FOREVER)

    def unlearnings(self, number: int) -> list[Meaning]:
        """Give the removals by a version or one before it, without clauses that were back in one of them since."""
        return [
            meaning
            for meaning in self.meanings
            if meaning.is_unlearning and meaning.version.number <= number and not self._was_back(meaning, number)
        ]

    def _was_back(self, gone: Meaning, number: int) -> bool:
        """Tell whether a removed clause lived again by a version: only a later removal can ask to unlearn it."""
        since = (each for each in self.numbers if gone.version.number <= each <= number)
        return any(gone.clause in self.alive[each] for each in since)

    def proven(self, number: int, clauses: Queues | None) -> int:
        """Give the meanings that evidence on these clauses of a version proves, and all older ones that follow.

        An older meaning is proven when everything that came of it is. Raises KeyError for a version not among these.
        """
        key = (number, clauses)
        if key not in self._proven:
            self._proven[key] = self.with_older(self._pinned(number, clauses))
        return self._proven[key]

    def _pinned(self, number: int, clauses: Queues | None) -> int:
        gone = [each for each in self.meanings if each.is_unlearning and each.version.number <= number]
        if clauses is None:
            return bits([*self.alive[number].values(), *(meaning.index for meaning in gone)])
        pinned = [meaning.index for meaning in gone if meaning.clause in clauses]
        for clause in clauses:
            # A clause that this version no longer has is pinned as it last was: it was taught for the version in force.
            pinned += [index for since, index in self._names.get(clause, ()) if since <= number][-1:]
        return bits(pinned)

    def with_older(self, proven: int) -> int:
        """Add the older meanings all of whose successors are among those given."""
        for meaning in reversed(self.meanings):
            if meaning.successors and all(proven >> each & 1 for each in meaning.successors):
                proven |= 1 << meaning.index
        return proven


def bits(indexes: Iterable[int]) -> int:
    """Give the set of these meanings as one int."""
    mask = 0
    for index in indexes:
        mask |= 1 << index
    return mask


def _predecessors(clause: str, change: VersionChange | None, before: dict[str, int]) -> tuple[str, ...]:
    named = tuple(each for each in dict.fromkeys(change.predecessors) if each in before) if change else ()
    return named or ((clause,) if clause in before else ())


def lineage(policy: PolicyHistory, versions: tuple[Version, ...]) -> Lineage:
    """Give the lineage over these versions of a policy, derived once for each set of them."""
    key = ("lineage", tuple(version.number for version in versions))
    if key not in policy.memo:
        policy.memo[key] = Lineage(versions)
    return cast(Lineage, policy.memo[key])
