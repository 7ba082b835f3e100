"""Who has the same to learn: people who are alike in all that `lms.domain.learning` looks at.

What they have to learn is asked of the scalar rule once for all who are alike, however many they are.
"""

from collections.abc import Hashable, Iterator
from datetime import datetime

import numpy as np

from lms.domain import case as scalar
from lms.everybody.case import Case
from lms.everybody.changing import epochs
from lms.everybody.coverage import EXPIRED, Coverage
from lms.everybody.intervals import Flags, Indexes, Moments, is_within, moment, number, spread
from lms.everybody.known import Known, KnownPolicy


def alike(policy: KnownPolicy, rows: Indexes, at: Moments) -> list[Hashable]:
    """Give for each of these people, at an instant of their own, what makes them alike: equal ones learn the same.

    They know the same of the policy, in which wordings too, and will at the moment the upcoming version takes effect.
    """
    everybody = Known(policy, np.arange(policy.everybody.people.count))
    found: list[Hashable] = [None] * len(rows)
    begun = np.searchsorted(epochs(everybody), at, side="right")
    for epoch in np.unique(begun).tolist():
        mine = np.flatnonzero(begun == epoch)
        known, when = everybody.take(rows[mine]), at[mine]
        flags = np.stack(list(_flags(known, when, moment(int(when[0])))), axis=1)
        shown = _shown(known)
        for place, row in enumerate(mine.tolist()):
            found[row] = (epoch, flags[place].tobytes(), shown[place].tobytes())
    return found


def _flags(known: Known, at: Moments, epoch: datetime) -> Iterator[Flags]:
    """Give everything that is or is not so of each person, in an order that depends on the policy only."""
    case = Case(known, at, epoch)
    there = [known.mine(times) for _, times in known.policy.times]  # in which of them does not matter: they are alike
    for spells in there:
        yield is_within(spells, at)
    yield from case.concerns([(each.clause, each) for each in case.lineage.meanings if each.is_unlearning]).T
    for index in _distinct(case.coverage):
        yield case.is_covered(index)
        yield _was_won(case.coverage, index, at)
        yield _is_in_window(case.coverage, index, at)
    if case.one.upcoming:
        then = scalar.Case(known.policy.one, case.one.upcoming.effective_at, live_at=epoch)
        coverage = Coverage(known, then.lineage, then.coverage.proofs)
        instant = number(then.at)
        for spells in there:
            yield is_within(spells, np.full(known.count, instant))
        for index in _distinct(coverage):
            yield coverage.is_covered(index, instant)


def _distinct(coverage: Coverage) -> list[int]:
    """Give one meaning of all that are covered at the same times."""
    found = {coverage.likeness(each.index): each.index for each in coverage.lineage.meanings}
    return sorted(found.values())


def _was_won(coverage: Coverage, index: int, at: Moments) -> Flags:
    """Tell who ever proved a meaning by then."""
    covers = coverage.covers(index)
    found = np.zeros(coverage.known.count, dtype=bool)
    found[covers.person[covers.won <= at[covers.person]]] = True
    return found


def _is_in_window(coverage: Coverage, index: int, at: Moments) -> Flags:
    """Tell for whom a meaning is covered by itself and may be renewed; of several pieces of evidence the longest."""
    covers, terms = coverage.covers(index), coverage.known.terms
    when = at[covers.person]
    holds = np.flatnonzero((covers.won <= when) & (when < covers.ended))
    # Written from the one that ends first to the last, and of several to the first of them: that one stands.
    holds = holds[np.lexsort((-holds, covers.ended[holds]))]
    window = terms.window[terms.place(covers.won[holds])]
    is_in = (covers.kind[holds] == EXPIRED) & (covers.ended[holds] - window <= when[holds])
    found = np.zeros(coverage.known.count, dtype=bool)
    found[covers.person[holds]] = is_in
    return found


def _shown(known: Known) -> Indexes:
    """Give the evidence of each as places in `People.codes`, by when it was won: what wordings they know."""
    person, code, won, *_ = known.policy.proofs
    whose, rows = known.places(person)
    versions = np.array([each[1] for each in known.policy.everybody.people.codes], dtype=np.int64)[code[rows]]
    order = np.lexsort((versions, won[rows], whose))
    return spread(known.count, whose[order], code[rows][order], fill=-1)[0]
