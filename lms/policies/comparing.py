"""What became of each clause between any two versions, through all the versions between them, ready to be shown.

The rules are in `lms.domain`; which rows are read is in `queries.py`. No database here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext

from lms.domain.matching import unsure
from lms.domain.policies import Change, Clause, Sort, Verdict
from lms.domain.wording import BlockPair, side_by_side, without_passed_on

WORDS = {
    Sort.ADDED: lazy_gettext("New"),
    Sort.REMOVED: lazy_gettext("No longer applies"),
    Sort.REWORDED: lazy_gettext("Reworded"),
    Sort.SPLIT: lazy_gettext("Split up"),
    Sort.MERGED: lazy_gettext("Merged"),
    Sort.RETITLED: lazy_gettext("New title"),
    Sort.MOVED: lazy_gettext("Moved"),
    Sort.REQUEUED: lazy_gettext("Other queues"),
}
"""Sorts in everyday words, in the order in which they are said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The changes of one version against the version that it followed."""

    number: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChange:
    """What became of one clause."""

    clause: str
    """Its id in the newer version; of a removed clause its last id."""
    olds: tuple[Clause, ...]
    """Wordings that it continues; several for a merged clause."""
    new: Clause | None
    """None when it was removed."""
    sorts: frozenset[Sort]
    steps: tuple[tuple[int, Change], ...]
    """Number of a version and what it did, oldest first; empty where no version tells."""
    elsewhere: frozenset[str] = frozenset()
    """Normalised words of passages that went to other parts of a split clause: they are not gone."""

    @property
    def title(self) -> str:
        """Of the clause now, or of the one that is gone."""
        named = self.new or self.olds[0]
        return named.title or self.clause

    @property
    def old_title(self) -> str:
        """Of what it continues; empty for an added clause."""
        return ", ".join(clause.title or clause.id for clause in self.olds)

    @property
    def is_part(self) -> bool:
        """True when it was split off, or several clauses were merged in it: then no single title was its title."""
        return not self.sorts.isdisjoint((Sort.SPLIT, Sort.MERGED))

    @property
    def sorts_in_words(self) -> str:
        """Such as “Reworded, moved”."""
        words = [str(word) for sort, word in WORDS.items() if sort in self.sorts]
        return ", ".join([*words[:1], *(word[0].lower() + word[1:] for word in words[1:])])

    @property
    def verdict(self) -> Verdict | None:
        """Material when any version on the way changed its meaning; None while one of them is undecided."""
        verdicts = [change.verdict for _, change in self.steps]
        if not verdicts or None in verdicts:
            return None
        return Verdict.MATERIAL if Verdict.MATERIAL in verdicts else Verdict.EDITORIAL

    @property
    def reason(self) -> str:
        """Why, with the number of each version where there are several."""
        said = [(number, change.reason) for number, change in self.steps if change.reason]
        return " ".join(reason if len(said) == 1 else f"Version {number}: {reason}" for number, reason in said)

    @property
    def change(self) -> Change:
        """The only change, where two versions that follow each other are compared."""
        ((_, change),) = self.steps
        return change

    @property
    def is_unsure(self) -> bool:
        """True when a person should look at which old clause it continues, or that it continues none."""
        return bool(unsure(change for _, change in self.steps))

    @property
    def pairs(self) -> tuple[BlockPair, ...]:
        """Old and new side by side, passage by passage; without those that another part of it took over."""
        old = without_passed_on(_joined(self.olds), self.new, elsewhere=self.elsewhere)
        return side_by_side(old, self.new)


def clause_changes(old: Sequence[Clause], new: Sequence[Clause], *, steps: Sequence[Step]) -> tuple[ClauseChange, ...]:
    """What became of each clause, by the order of the newer version, then of the older for what was removed.

    `steps` are the versions after the older one up to the newer one, oldest first. Without any, clauses are held
    against each other by their ids alone.
    """
    before = {clause.id: clause for clause in old}
    told = [(step.number, {change.clause: change for change in step.changes}) for step in steps]
    made: list[ClauseChange] = []
    continued: set[str] = set()
    for clause in new:
        names, passed = _origins(clause.id, told)
        continued |= names
        made += _changed(clause, tuple(one for name, one in before.items() if name in names), passed)
    gone = [clause for clause in old if clause.id not in continued]
    return (*_parted(made), *(_removed(clause, steps) for clause in gone))


def _parted(made: Sequence[ClauseChange]) -> list[ClauseChange]:
    """The changes, each part of a split clause with the words that its other parts took over."""
    words: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for change in made:
        for old in change.olds:
            words[old.id][change.clause] |= {block.words for block in change.new.blocks if block.words}
    found = []
    for change in made:
        others = (mine for old in change.olds for name, mine in words[old.id].items() if name != change.clause)
        found.append(replace(change, elsewhere=frozenset().union(*others)))
    return found


def _origins(
    clause: str, told: Sequence[tuple[int, Mapping[str, Change]]]
) -> tuple[set[str], tuple[tuple[int, Change], ...]]:
    """Ids that a clause had in the older version, and the changes on the way, oldest first."""
    names = {clause}
    passed: list[tuple[int, Change]] = []
    for number, changes in reversed(told):
        earlier: set[str] = set()
        for name in sorted(names):
            change = changes.get(name)
            if change is None or change.is_removal:
                earlier.add(name)
                continue
            passed.append((number, change))
            earlier |= set(change.predecessors)
        names = earlier
    return names, tuple(reversed(passed))


def _changed(
    clause: Clause, olds: tuple[Clause, ...], passed: tuple[tuple[int, Change], ...]
) -> tuple[ClauseChange, ...]:
    if not olds:
        sorts = frozenset({Sort.ADDED})
    elif passed:
        sorts = frozenset(sort for _, change in passed for sort in change.sorts) - {Sort.ADDED}
    else:
        sorts = _by_words(olds[0], clause)
    if not sorts:
        return ()
    return (ClauseChange(clause=clause.id, olds=olds, new=clause, sorts=sorts, steps=passed),)


def _by_words(old: Clause, new: Clause) -> frozenset[Sort]:
    sorts = {Sort.REWORDED} if old.source.strip() != new.source.strip() else set()
    return frozenset(sorts | ({Sort.RETITLED} if old.title != new.title else set()))


def _removed(clause: Clause, steps: Iterable[Step]) -> ClauseChange:
    """A clause that nothing continues, with the changes in which it, or what it became, was removed."""
    family = {clause.id}
    passed: list[tuple[int, Change]] = []
    for step in steps:
        passed += [(step.number, one) for one in step.changes if one.is_removal and one.clause in family]
        family |= {one.clause for one in step.changes if family.intersection(one.predecessors)}
    sorts = frozenset({Sort.REMOVED})
    return ClauseChange(clause=clause.id, olds=(clause,), new=None, sorts=sorts, steps=tuple(passed))


def _joined(clauses: Sequence[Clause]) -> Clause | None:
    if not clauses:
        return None
    return replace(clauses[0], blocks=tuple(block for clause in clauses for block in clause.blocks))
