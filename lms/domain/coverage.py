"""When each meaning of a policy was covered for one person, by which evidence, and what ended it.

Source: domain.md section 4, "Covered" and "Expiry".
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from lms.domain.intervals import FOREVER
from lms.domain.known import Known
from lms.domain.lineage import Lineage, Meaning, lineage
from lms.domain.proofs import Proof, proofs
from lms.domain.records import Version


class Cover(NamedTuple):
    """A time [won_at, ended_at) in which one piece of evidence covered one meaning."""

    won_at: datetime
    ended_at: datetime
    kind: str
    """What ends it: revoked, expired or withdrawn."""
    noted_at: datetime
    """When the system knew of that end, or of what makes it end."""
    version: int
    proven: int
    """Every meaning that the same evidence proves."""
    window: timedelta
    """How long before it expires it may be renewed."""


class Coverage:
    """The coverage of one person over a lineage."""

    def __init__(self, lineage: Lineage, proofs: list[Proof]) -> None:
        self.lineage, self.proofs = lineage, proofs
        self._covers: dict[int, list[Cover]] = {}
        self._covered: dict[tuple[int, datetime, int | None], bool] = {}
        self._families: dict[int, tuple[int, ...]] = {}
        self._expiries: dict[tuple[int, ...], list[datetime]] = {}

    def covers(self, index: int) -> list[Cover]:
        """Give every time in which evidence covered a meaning by itself, by when it was won."""
        if index not in self._covers:
            self._covers[index] = [cover for cover in self._found(index) if cover.won_at < cover.ended_at]
        return self._covers[index]

    def is_covered(self, index: int, at: datetime, *, without: int | None = None) -> bool:
        """Tell whether a meaning is covered at `at`; evidence that also proves the meaning `without` is left out."""
        key = (index, at, without)
        if key not in self._covered:
            self._covered[key] = self._is_covered(index, at, without)
        return self._covered[key]

    def _is_covered(self, index: int, at: datetime, without: int | None) -> bool:
        for cover in self.covers(index):
            if cover.won_at <= at < cover.ended_at and (without is None or not cover.proven >> without & 1):
                return True
        meaning = self.lineage.meanings[index]
        # An editorial addition came from nothing and says nothing new: `all` of nothing is right for it.
        return not meaning.is_material and all(
            self.is_covered(each, at, without=without) for each in meaning.predecessors
        )

    def is_in_window(self, index: int, at: datetime) -> bool:
        """Tell whether a covered meaning may be renewed at `at`; of several pieces of evidence the longest counts."""
        valid = [cover for cover in self.covers(index) if cover.won_at <= at < cover.ended_at]
        if valid:
            last = max(valid, key=lambda cover: cover.ended_at)
            return last.kind == "expired" and last.ended_at - last.window <= at
        return any(self.is_in_window(each, at) for each in self.lineage.meanings[index].predecessors)

    def ends(self) -> Iterator[datetime]:
        """Give every instant at which any coverage can begin or end."""
        for proof in self.proofs:
            yield from (proof.evidence.occurred_at, proof.lost_at, proof.revoked_at)
        if any(proof.settings.valid_days is not None for proof in self.proofs):
            for places in {self._family(meaning) for meaning in self.lineage.meanings}:
                yield from self._expire(places)

    def _family(self, meaning: Meaning) -> tuple[int, ...]:
        """Give the places of the proofs of a meaning and of what it came from."""
        if meaning.index not in self._families:
            family = meaning.ancestors | 1 << meaning.index
            places = [place for place, proof in enumerate(self.proofs) if (proof.proven | proof.lost) & family]
            self._families[meaning.index] = tuple(places)
        return self._families[meaning.index]

    def _found(self, index: int) -> Iterator[Cover]:
        meaning = self.lineage.meanings[index]
        places = self._family(meaning)
        for place, expires_at in zip(places, self._expire(places), strict=True):
            proof = self.proofs[place]
            if (proof.proven | proof.lost) >> index & 1:
                is_lost = not proof.proven >> index & 1
                yield _cover(proof, FOREVER if meaning.is_unlearning else expires_at, is_lost=is_lost)

    def _expire(self, places: tuple[int, ...]) -> list[datetime]:
        """Give when each of these proofs expires, which are all the proofs of a meaning and of what it came from."""
        if places not in self._expiries:
            self._expiries[places] = _expire([self.proofs[place] for place in places])
        return self._expiries[places]


def _cover(proof: Proof, expires_at: datetime, *, is_lost: bool) -> Cover:
    evidence = proof.evidence
    ends = [
        (proof.revoked_at, "revoked", proof.revoked_noted_at),
        (expires_at, "expired", max(expires_at, evidence.recorded_at)),
    ]
    if is_lost:
        ends.append((proof.lost_at, "withdrawn", proof.lost_noted_at))
    ended_at, kind, noted_at = min(ends, key=lambda end: end[0])
    window = timedelta(days=proof.settings.window_days)
    return Cover(evidence.occurred_at, ended_at, kind, noted_at, evidence.version, proof.proven | proof.lost, window)


def _expire(won: list[Proof]) -> list[datetime]:
    """Give the expiry of each proof, in the order of winning.

    Renewing in the window of an earlier expiry adds the validity to that expiry. Every expiry that a proof could
    have opens its window, not only the latest: else one more renewal could make a later one worth less.
    """
    possible: list[tuple[Proof, set[datetime]]] = []
    expiries = []
    for proof in won:
        won_at, valid_days = proof.evidence.occurred_at, proof.settings.valid_days
        mine: set[datetime] = set()
        if valid_days is not None:
            starts = {won_at}
            for earlier, theirs in possible:
                window = timedelta(days=earlier.settings.window_days)
                if earlier.evidence.occurred_at < won_at:
                    starts |= {expiry for expiry in theirs if expiry - window <= won_at < expiry}
            mine = {start + timedelta(days=valid_days) for start in starts}
        possible.append((proof, mine))
        expiries.append(max(mine, default=FOREVER))
    return expiries


def coverage(known: Known, live: tuple[Version, ...], at: datetime) -> Coverage:
    """Give the coverage by everything known over these versions; `at` tells which of them are effective."""
    is_whole = len(live) == len(known.versions)
    # Evidence on a withdrawn version begins to count for the next one when that takes effect.
    effective = -1 if is_whole else sum(version.effective_at <= at for version in live)
    key = ("coverage", tuple(version.number for version in live), effective)
    if key not in known.memo:
        meanings = lineage(known.policy, live)
        known.memo[key] = Coverage(meanings, proofs(known, meanings, at))
    return cast(Coverage, known.memo[key])
