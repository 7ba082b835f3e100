"""When each meaning of a policy was covered for many people, and what ended it: the twin of `lms.domain.coverage`.

Clauses that were changed by the same versions and proven by the same evidence are alike for everybody. Most clauses of
a policy are, so they are worked out once: their `likeness` says which.
"""

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from lms.domain.lineage import Lineage
from lms.domain.proofs import Proof
from lms.everybody.intervals import BEGINNING, FOREVER, Flags, Indexes, Moments, number, spread
from lms.everybody.known import Known

KINDS = ("changed", "expired", "never", "revoked", "withdrawn")
"""Kinds of causes, in the order of their names."""
EXPIRED, REVOKED, WITHDRAWN = (KINDS.index(each) for each in ("expired", "revoked", "withdrawn"))
At = int | Moments
"""One instant for everybody, or one for each."""


class Covers(NamedTuple):
    """Times [won, ended) in which evidence covered one meaning, by person and when won; each of shape (covers,)."""

    person: Indexes
    code: Indexes
    won: Moments
    ended: Moments
    kind: Indexes
    noted: Moments


class Coverage:
    """The coverage of people over a lineage."""

    def __init__(self, known: Known, lineage: Lineage, samples: list[Proof]) -> None:
        self.known, self.lineage, self.samples = known, lineage, samples
        place = {(each.evidence.version, each.evidence.clauses): at for at, each in enumerate(samples)}
        sample_of = np.array([place.get(each[1:], -1) for each in known.policy.everybody.people.codes], dtype=np.int64)
        person, code, *columns = known.policy.proofs
        self.person, rows = known.places(person)
        self.code, *columns = (sample_of[code[rows]], *(each[rows] for each in columns))
        is_kept = self.code >= 0
        self.person, self.code = self.person[is_kept], self.code[is_kept]
        self.won, self.recorded, self.revoked, self.revoked_noted = (each[is_kept] for each in columns)
        terms = known.terms.place(self.won)
        self.valid, self.window = known.terms.valid[terms], known.terms.window[terms]
        self.lost, self.lost_noted = (
            np.array([number(each) for each in moments], dtype=np.int64)
            for moments in ([each.lost_at for each in samples], [each.lost_noted_at for each in samples])
        )
        self._covers: dict[Hashable, Covers] = {}
        self._covered: dict[Hashable, tuple[At, Flags]] = {}
        self._expiries: dict[bytes, Moments] = {}
        self._likeness: dict[int, Hashable] = {}

    def _proving(self, mask: int) -> Flags:
        """Tell which samples prove, or proved until a withdrawal, any of these meanings."""
        return np.array([bool((each.proven | each.lost) & mask) for each in self.samples], dtype=bool)

    def _marks(self, index: int) -> tuple[Flags, Flags, Flags, bool]:
        meaning = self.lineage.meanings[index]
        family = self._proving(meaning.ancestors | 1 << index)
        is_lost = np.array([not each.proven >> index & 1 for each in self.samples], dtype=bool)
        return self._proving(1 << index), family, is_lost, meaning.is_unlearning

    def likeness(self, index: int) -> Hashable:
        """Give what makes two meanings alike: equal ones are covered at the same times for everybody."""
        if index not in self._likeness:
            meaning = self.lineage.meanings[index]
            before = () if meaning.is_material else tuple(self.likeness(each) for each in meaning.predecessors)
            *marks, is_unlearning = self._marks(index)
            self._likeness[index] = (*(each.tobytes() for each in marks), is_unlearning, meaning.is_material, before)
        return self._likeness[index]

    def covers(self, index: int) -> Covers:
        """Give every time in which evidence covered a meaning by itself."""
        key = self.likeness(index)
        if key not in self._covers:
            self._covers[key] = self._found(*self._marks(index))
        return self._covers[key]

    def _found(self, proves: Flags, family: Flags, is_lost: Flags, is_unlearning: bool) -> Covers:
        places = np.flatnonzero(family[self.code])
        expires = np.full(len(places), FOREVER) if is_unlearning else self._expire(places)
        is_mine = proves[self.code[places]]
        places, expires = places[is_mine], expires[is_mine]
        code, recorded = self.code[places], self.recorded[places]
        lost = np.where(is_lost[code], self.lost[code], FOREVER)
        ends = np.stack([self.revoked[places], expires, lost])
        first = np.argmin(ends, axis=0)
        noted = np.choose(first, [self.revoked_noted[places], np.maximum(expires, recorded), self.lost_noted[code]])
        kind = np.array([REVOKED, EXPIRED, WITHDRAWN])[first]
        covers = Covers(self.person[places], code, self.won[places], ends.min(axis=0), kind, noted)
        return Covers(*(each[covers.won < covers.ended] for each in covers))

    def is_covered(self, index: int, at: At, *, without: int | None = None) -> Flags:
        """Tell for whom a meaning is covered at `at`; evidence that also proves the meaning `without` is left out."""
        left_out = None if without is None else self._proving(1 << without)
        when = at if isinstance(at, int) else id(at)
        key = (self.likeness(index), when, None if left_out is None else left_out.tobytes())
        if key not in self._covered:
            self._covered[key] = (at, self._is_covered(index, at, without, left_out))
        return self._covered[key][1]

    def _is_covered(self, index: int, at: At, without: int | None, left_out: Flags | None) -> Flags:
        covers = self.covers(index)
        when = at if isinstance(at, int) else at[covers.person]
        holds = (covers.won <= when) & (when < covers.ended)
        if left_out is not None:
            holds &= ~left_out[covers.code]
        found = np.zeros(self.known.count, dtype=bool)
        found[covers.person[holds]] = True
        meaning = self.lineage.meanings[index]
        if not meaning.is_material:
            before = np.ones(self.known.count, dtype=bool)
            for each in meaning.predecessors:
                before &= self.is_covered(each, at, without=without)
            found |= before
        return found

    def ends(self) -> tuple[Indexes, Moments]:
        """Give whose coverage can begin or end when: people and instants, each of shape (instants,)."""
        moments = [self.won, self.lost[self.code], self.revoked]
        people = [self.person] * 3
        if (self.valid >= 0).any():
            for family in {self._marks(each.index)[1].tobytes() for each in self.lineage.meanings}:
                places = np.flatnonzero(np.frombuffer(family, dtype=bool)[self.code])
                people.append(self.person[places])
                moments.append(self._expire(places))
        return np.concatenate(people), np.concatenate(moments)

    def _expire(self, places: Indexes) -> Moments:
        """Give when each of these proofs expires, which are all the proofs of a meaning and of what it came from."""
        key = places.tobytes()
        if key not in self._expiries:
            columns = (each[places] for each in (self.person, self.won, self.valid, self.window))
            self._expiries[key] = _expire(self.known.count, *columns)
        return self._expiries[key]


def _expire(count: int, person: Indexes, won: Moments, valid: Moments, window: Moments) -> Moments:
    """Give the expiry of each proof: renewing in the window of an earlier expiry adds the validity to that one."""
    if (valid < 0).all():
        return np.full(len(person), FOREVER)
    wons, valids, windows = spread(count, person, won, valid, window)
    possible: list[Moments] = []
    expires = np.full(wons.shape, FOREVER)
    for place in range(wons.shape[1]):
        won_at = wons[:, place, None]
        starts = [won_at]
        for earlier, theirs in enumerate(possible):
            opens = theirs - windows[:, earlier, None]
            is_in = (wons[:, earlier, None] < won_at) & (opens <= won_at) & (won_at < theirs)
            starts.append(np.where(is_in, theirs, BEGINNING))
        begun = np.concatenate(starts, axis=1)
        asks = (valids[:, place, None] >= 0) & (won_at < FOREVER)
        mine = _distinct(np.where(asks & (begun > BEGINNING), begun + valids[:, place, None], BEGINNING))
        possible.append(mine)
        latest = mine.max(axis=1, initial=BEGINNING)
        expires[:, place] = np.where(latest > BEGINNING, latest, FOREVER)
    first = np.searchsorted(person, person)
    return np.asarray(expires[person, np.arange(len(person)) - first])


def _distinct(table: Moments) -> Moments:
    """Give the different values of each row, without the columns that nobody needs."""
    table = np.sort(table, axis=1)
    table[:, 1:][table[:, 1:] == table[:, :-1]] = BEGINNING
    return table[:, (table > BEGINNING).any(axis=0)]
