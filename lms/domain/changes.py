"""What happened to every clause between two versions, with a proposed verdict; and what a person decided about it.

Which clause continues which is found in `matching.py`, the proposed verdict in `proposals.py`.
Source: domain.md section 2.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lms.domain.likeness import in_order, similarity
from lms.domain.matching import Pair, words_in
from lms.domain.policies import Change, Clause, Decided, Link, Sort, Verdict
from lms.domain.proposals import ADDED, REMOVED, is_same_text, proposal
from lms.domain.words import title_key

IMPORTED = "imported: "
"""Begins the reason of a verdict that nobody decided: an import of past history took the proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A new version held against the one before it."""

    clauses: tuple[Clause, ...]
    """Of the new version, with their ids."""
    changes: tuple[Change, ...]
    """One for each clause that is not unchanged, by the order of the new version; then the removed ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many clauses changed, by sort; one that was moved and reworded counts in both."""

    added: int
    reworded: int
    removed: int
    split: int
    merged: int
    moved: int
    retitled: int
    requeued: int
    material: int
    """By the verdict, or by the proposed one while there is none."""


class DecisionsDoNotFit(ValueError):
    """What was decided and what changed are not the same; the message names the clauses."""


def between(
    old: Sequence[Clause], new: Sequence[Clause], *, pairs: Sequence[Pair], audience: frozenset[str] = frozenset()
) -> Comparison:
    """The changes that follow from a matching (`matching.match`).

    `audience` are the queues of the policy, which a clause that names none concerns.
    """
    links: dict[str, tuple[Link, ...]] = {}
    for pair in pairs:
        link = Link(predecessor=old[pair.old].id, similarity=round(pair.similarity, 4))
        links[new[pair.new].id] = (*links.get(new[pair.new].id, ()), link)
    return _Drawing(old, new, links=links, audience=audience).comparison()


def first(clauses: Sequence[Clause]) -> Comparison:
    """The comparison of a first version with nothing: every clause is added."""
    return between((), clauses, pairs=())


def tally(changes: Iterable[Change]) -> Tally:
    """Count the changes of one version."""
    counted = tuple(changes)
    by_sort = {sort.value: sum(sort in change.sorts for change in counted) for sort in Sort}
    return Tally(**by_sort, material=sum((change.verdict or change.proposed) is Verdict.MATERIAL for change in counted))


def as_imported(comparison: Comparison) -> Comparison:
    """The comparison with every proposal taken as verdict, marked in its reason: for past history only."""
    taken = tuple(
        replace(change, verdict=change.proposed, reason=change.reason or IMPORTED + change.proposed_because)
        if change.verdict is None
        else change
        for change in comparison.changes
    )
    return replace(comparison, changes=taken)


def redraw(
    old: Sequence[Clause],
    comparison: Comparison,
    *,
    decided: Sequence[Decided],
    audience: frozenset[str] = frozenset(),
    is_draft: bool = False,
) -> Comparison:
    """The comparison with links drawn by hand (`from:`), and with the verdicts.

    Raises DecisionsDoNotFit for a clause that is unknown, did not change, or was decided twice, for a removal of what
    is still there, for an id that no longer follows from the links, and, unless `is_draft`, for changes without a
    verdict.
    """
    _check_names(old, comparison, decided=decided)
    drawn = _links_of(comparison)
    similar = {clause.id: clause for clause in (*old, *comparison.clauses)}
    before = {clause.id: clause for clause in old}
    for entry in decided:
        if entry.predecessors is not None:
            drawn[entry.clause] = tuple(
                _by_hand(before[name], similar[entry.clause], links=drawn[entry.clause]) for name in entry.predecessors
            )
    _check_ids(before, drawn)
    redrawn = _Drawing(old, comparison.clauses, links=drawn, audience=audience).comparison()
    return replace(redrawn, changes=_with_verdicts(redrawn.changes, decided, is_draft=is_draft))


class _Drawing:
    """All that is needed to say what happened to each clause."""

    def __init__(
        self,
        old: Sequence[Clause],
        new: Sequence[Clause],
        *,
        links: dict[str, tuple[Link, ...]],
        audience: frozenset[str],
    ) -> None:
        self.old = {clause.id: clause for clause in old}
        self.new = {clause.id: clause for clause in new}
        self.links = {clause.id: links.get(clause.id, ()) for clause in new}
        self.audience = audience
        self.successors: defaultdict[str, list[str]] = defaultdict(list)
        for clause in new:
            for link in self.links[clause.id]:
                self.successors[link.predecessor].append(clause.id)
        self.moved = self._moved()

    def comparison(self) -> Comparison:
        """Changes by the order of the new version, then of the old for what was removed."""
        changes = [self._change(clause) for clause in self.new.values()]
        removed = [self._removal(clause) for clause in self.old.values() if not self.successors[clause.id]]
        return Comparison(
            clauses=tuple(self.new.values()), changes=tuple(change for change in (*changes, *removed) if change)
        )

    def _change(self, clause: Clause) -> Change | None:
        links = self.links[clause.id]
        if not links:
            return _made(clause, frozenset([Sort.ADDED]), ADDED)
        family = self._family(clause)
        sorts = self._sorts(clause, *family)
        if not sorts:
            return None
        olds, news = family
        gained = self._concerned(clause) - frozenset.intersection(*(self._concerned(one) for one in olds))
        return replace(_made(clause, sorts, proposal(sorts, old=olds, new=news)), links=links, gained_queues=gained)

    def _removal(self, clause: Clause) -> Change:
        return _made(clause, frozenset([Sort.REMOVED]), REMOVED)

    def _family(self, clause: Clause) -> tuple[list[Clause], list[Clause]]:
        """The predecessors of a clause, and all clauses that these became."""
        olds = {link.predecessor for link in self.links[clause.id]}
        news = {successor for name in olds for successor in self.successors[name]}
        return (
            [one for one in self.old.values() if one.id in olds],
            [one for one in self.new.values() if one.id in news],
        )

    def _sorts(self, clause: Clause, olds: list[Clause], news: list[Clause]) -> frozenset[Sort]:
        sorts = set()
        if len(news) > 1:
            sorts.add(Sort.SPLIT)
        if len(olds) > 1:
            sorts.add(Sort.MERGED)
        main = next((one for one in olds if one.id == clause.id), olds[0])
        if sorts:
            # Parts have words, headings and places of their own by nature; only what they say together counts.
            sorts |= set() if is_same_text(olds, news) else {Sort.REWORDED}
        else:
            sorts |= {Sort.REWORDED} if _trimmed(main.source) != _trimmed(clause.source) else set()
            sorts |= {Sort.RETITLED} if (main.title, main.id) != (clause.title, clause.id) else set()
            sorts |= {Sort.MOVED} if clause.id in self.moved else set()
        if any(one.queues != clause.queues for one in olds):
            sorts.add(Sort.REQUEUED)
        return frozenset(sorts)

    def _moved(self) -> frozenset[str]:
        """Ids of clauses, one from one, that stand in another order or under other headings than before."""
        single = [
            (self.old[links[0].predecessor], self.new[name])
            for name, links in self.links.items()
            if len(links) == 1 and len(self.successors[links[0].predecessor]) == 1
        ]
        places = {name: place for place, name in enumerate(self.old)}
        kept = in_order([places[before.id] for before, _ in single])
        renamed = {title_key(before.title): title_key(after.title) for before, after in single if before.level}
        roots = _roots(self.old.values(), self.new.values())
        return frozenset(
            after.id
            for index, (before, after) in enumerate(single)
            if index not in kept
            or [renamed.get(key, key) for key in _place(before, roots[0])] != _place(after, roots[1])
        )

    def _concerned(self, clause: Clause) -> frozenset[str]:
        return clause.queues or self.audience


def _made(clause: Clause, sorts: frozenset[Sort], proposed: tuple[Verdict, str]) -> Change:
    return Change(clause=clause.id, sorts=sorts, proposed=proposed[0], proposed_because=proposed[1])


def _roots(old: Iterable[Clause], new: Iterable[Clause]) -> tuple[str | None, str | None]:
    """In each version the one heading above all others, which is the title of the document; None without one.

    A heading that stands among others in the other version is none: what it swallowed moved.
    """
    tops = [{title_key((*one.path, one.title)[0]) for one in clauses if one.level} for clauses in (old, new)]
    roots = []
    for own, other in ((tops[0], tops[1]), (tops[1], tops[0])):
        root = next(iter(own)) if len(own) == 1 else None
        roots.append(root if len(other) == 1 or root not in other else None)
    return roots[0], roots[1]


def _place(clause: Clause, root: str | None) -> list[str]:
    keys = [title_key(title) for title in clause.path]
    return keys[1:] if keys and keys[0] == root else keys


def _trimmed(source: str) -> str:
    """The source without the blank lines around it, which belong to whatever stands next to it."""
    return source.strip("\n").rstrip()


def _links_of(comparison: Comparison) -> dict[str, tuple[Link, ...]]:
    """Links of every clause of the new version; an unchanged one continues its namesake."""
    changed = {change.clause: change.links for change in comparison.changes if not change.is_removal}
    same = Link(predecessor="", similarity=1.0)
    return {one.id: changed.get(one.id, (replace(same, predecessor=one.id),)) for one in comparison.clauses}


def _by_hand(before: Clause, after: Clause, *, links: tuple[Link, ...]) -> Link:
    """A link that a person drew, with the similarity that was found or is found now."""
    known = next((link.similarity for link in links if link.predecessor == before.id), None)
    ratio = round(similarity(words_in(before), words_in(after)), 4) if known is None else known
    return Link(predecessor=before.id, similarity=ratio, is_confirmed=True)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _check_names(old: Sequence[Clause], comparison: Comparison, *, decided: Sequence[Decided]) -> None:
    """Every clause named exists in the version it is looked for in, and is decided once."""
    before, after = [one.id for one in old], [one.id for one in comparison.clauses]
    for place, entry in enumerate(decided):
        where = before if entry.is_removed else after
        if entry.clause not in where:
            version = "the version before this one" if entry.is_removed else "this version"
            hint = " Is it removed? Then say so." if entry.clause in before and not entry.is_removed else ""
            raise DecisionsDoNotFit(f"There is no clause “{entry.clause}” in {version}.{hint}")
        if any(entry.clause == other.clause for other in decided[:place]):
            raise DecisionsDoNotFit(f"The clause “{entry.clause}” is decided twice; keep one of the two.")
        unknown = [name for name in entry.predecessors or () if name not in before]
        if unknown:
            raise DecisionsDoNotFit(
                f"The clause “{entry.clause}” is drawn from {_listed(unknown)}, which the version before does not have."
            )


def _check_ids(before: dict[str, Clause], drawn: dict[str, tuple[Link, ...]]) -> None:
    """An id goes on naming the same clause: who bears an old one must come from it."""
    for name, links in drawn.items():
        if name in before and name not in [link.predecessor for link in links]:
            raise DecisionsDoNotFit(
                f"The clause “{name}” has the id of a clause it is not drawn from; give its heading another id,"
                f" for instance {{#{name}-2}}."
            )


def _with_verdicts(changes: Sequence[Change], decided: Sequence[Decided], *, is_draft: bool) -> tuple[Change, ...]:
    entries = {entry.clause: entry for entry in decided}
    by_clause = {change.clause: change for change in changes}
    for entry in decided:
        change = by_clause.get(entry.clause)
        if change is None or change.is_removal != entry.is_removed:
            what = "was not removed; it became another clause" if entry.is_removed else "did not change"
            raise DecisionsDoNotFit(f"The clause “{entry.clause}” {what}; take its verdict out.")
    missing = [change.clause for change in changes if change.clause not in entries]
    if missing and not is_draft:
        raise DecisionsDoNotFit(f"A verdict is missing for {_listed(missing)}: material or editorial, and why.")
    return tuple(
        replace(change, verdict=entries[change.clause].verdict, reason=entries[change.clause].reason)
        if change.clause in entries
        else change
        for change in changes
    )
