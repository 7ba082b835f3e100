"""When uncovered clauses are due, for many people: the twin of `lms.domain.dues`.

The ways in which a clause can come to be uncovered follow from the versions and are the same for everybody; which of
them is whose is a column of flags.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import numpy as np

from lms.domain.dues import merged
from lms.domain.lineage import Meaning, Span
from lms.domain.records import Version
from lms.everybody.coverage import KINDS, At, Coverage
from lms.everybody.intervals import (
    BEGINNING,
    DAY,
    FOREVER,
    INSTANT,
    Flags,
    Indexes,
    Intervals,
    Moments,
    number,
    spread,
    union,
)
from lms.everybody.known import Known
from lms.everybody.presence import Presence, presence

CHANGED, EXPIRED, NEVER = (KINDS.index(each) for each in ("changed", "expired", "never"))


class Clock(NamedTuple):
    """A cause with its clock; each of shape (people,)."""

    is_there: Flags
    """Whose clock it is."""
    kind: Indexes
    at: Moments
    version: Indexes
    noted: Moments
    grace: Moments


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """One way in which a clause came to be uncovered."""

    is_theirs: Flags
    """For whom it is one."""
    clocks: tuple[Clock, ...] = ()
    since: Moments
    """Uncovered since."""
    spans: tuple[Span, ...] = ()
    starts: tuple[int, ...] = ()


class Due(NamedTuple):
    """When a clause is due, and the last of its causes; each of shape (people,)."""

    at: Moments
    kind: Indexes
    """Place in `KINDS`."""
    since: Moments
    version: Indexes


class Dues:
    """The due moments of uncovered clauses, for each person at an instant of their own.

    No version takes effect between the earliest and the latest of these instants.
    """

    def __init__(self, known: Known, coverage: Coverage, at: Moments) -> None:
        self.known, self.coverage, self.at = known, coverage, at
        self._found: dict[Hashable, Due] = {}
        self._alike: dict[int, Hashable] = {}
        self.decisions = known.decisions()
        self._nobody = np.zeros(known.count, dtype=bool)
        self._beginning = np.full(known.count, BEGINNING)

    def due(self, index: int) -> Due:
        """Give when a meaning is due for whom it concerns and who has not covered it: by the strand due earliest."""
        key = self._likeness(index)
        if key not in self._found:
            best, *others = (self._of(strand) for strand in self._strands(index, self.at))
            for due in others:
                best = Due(*(np.where(due.at < best.at, *each) for each in zip(due, best, strict=True)))
            self._found[key] = best
        return self._found[key]

    def _likeness(self, index: int) -> Hashable:
        """Give what makes two meanings alike: equal ones are due at the same moments for everybody."""
        if index not in self._alike:
            meaning = self.coverage.lineage.meanings[index]
            starts = tuple(version.number for version in meaning.starts)
            before = tuple(self._likeness(each) for each in meaning.predecessors)
            version = meaning.version.number if meaning.is_material else None
            self._alike[index] = (self.coverage.likeness(index), version, tuple(meaning.spans), starts, before)
        return self._alike[index]

    def _of(self, strand: Strand) -> Due:
        """Give when a strand is due, FOREVER for whom it is none."""
        there = presence(self.known, self.coverage.lineage, merged(strand.spans), self.at)
        never = self._never(strand, there)
        pauses = self._pauses(there.entered.absences)
        terms = self.known.terms
        place = terms.place(there.entered.start)
        latest = fall_due(there.entered.noted, terms.onboarding[place], terms.grace[place], pauses)
        for clock in (*strand.clocks, never):
            moments = fall_due(clock.noted, clock.grace, clock.grace, pauses)
            latest = np.where(clock.is_there, np.maximum(latest, moments), latest)
        decided = self._decided(strand, there, pauses)
        due_at = np.where(decided > BEGINNING, decided, latest)
        return Due(np.where(strand.is_theirs, due_at, FOREVER), *_last_cause(strand.clocks, never))

    def _never(self, strand: Strand, there: Presence) -> Clock:
        """Give the clock of the version since which the clause, worded as it then was, concerns each person."""
        starting = [each for each in self.coverage.lineage.versions if each.number in strand.starts]
        found, *later = (self._by_version(NEVER, version, ~self._nobody) for version in starting)
        for clock in later:
            has_begun = clock.at <= there.concerned.start
            found = Clock(*(np.where(has_begun, *each) for each in zip(clock, found, strict=True)))
        return found

    def _by_version(self, kind: int, version: Version, is_there: Flags) -> Clock:
        count, begun = self.known.count, number(version.effective_at)
        grace = version.grace_days
        if grace is None:
            grace = self.known.one.settings_for(version.effective_at).grace_days
        noted = max(begun, number(version.recorded_at))
        columns = (np.full(count, each) for each in (kind, begun, version.number, noted, grace * DAY))
        return Clock(is_there, *columns)

    def _decided(self, strand: Strand, there: Presence, pauses: Intervals) -> Moments:
        """Give the due moment last decided while the clause was uncovered and concerned them; BEGINNING: none."""
        since = np.maximum(strand.since, np.maximum(there.concerned.start, there.entered.start))
        found = self._beginning
        occurred, recorded, due = self.decisions
        for place in range(occurred.shape[1]):
            counts = (since <= occurred[:, place]) & (occurred[:, place] <= self.at)
            start = np.maximum(occurred[:, place], recorded[:, place])
            moments = _moved(start, np.maximum(start, due[:, place]), np.zeros_like(start), pauses)
            found = np.where(counts, moments, found)
        return found

    def _pauses(self, absences: Intervals) -> Intervals:
        """Give leave, waivers and absences, what overlaps once; what is open counts up to now, each by itself."""
        closed = []
        for each in (self.known.leave, self.known.waivers, absences):
            end = np.where(each.end == FOREVER, self.at[:, None], each.end)
            is_there = (each.start < end) & (each.start < FOREVER)
            closed.append(Intervals(*(np.where(is_there, one, FOREVER) for one in (each.start, end, each.noted))))
        return union(self.known.count, closed)

    def _strands(self, index: int, at: At) -> list[Strand]:
        """Give the ways in which a meaning came to be uncovered, looking back from `at`."""
        meaning = self.coverage.lineage.meanings[index]
        before = self._through_material(meaning) if meaning.is_material else self._through_editorial(meaning, at)
        own = self._ended(index, at)
        since = self._beginning
        for clock in own:
            since = np.where(clock.is_there, np.maximum(since, clock.at), since)
        return [
            replace(
                strand,
                clocks=strand.clocks + own,
                since=np.maximum(strand.since, since),
                spans=strand.spans + tuple(meaning.spans),
                starts=strand.starts + tuple(version.number for version in meaning.starts),
            )
            for strand in before
        ]

    def _through_material(self, meaning: Meaning) -> list[Strand]:
        """A material change ends what was covered until it took effect; earlier causes stay."""
        changed_at = number(meaning.version.effective_at)
        just_before = changed_at - INSTANT
        ways = []
        for each in meaning.predecessors:
            was_covered = self.coverage.is_covered(each, just_before)
            is_ended = self.coverage.is_covered(each, just_before, without=meaning.index)
            clock = self._by_version(CHANGED, meaning.version, is_ended)
            ways.append(
                [
                    replace(
                        strand,
                        clocks=(*strand.clocks, clock),
                        since=np.where(was_covered, changed_at, strand.since),
                    )
                    for strand in self._strands(each, just_before)
                ]
            )
        return self._combined(ways)

    def _through_editorial(self, meaning: Meaning, at: At) -> list[Strand]:
        """An editorial change passes on what was uncovered before; with nothing uncovered, everything there was."""
        ways = [self._strands(each, at) for each in meaning.predecessors]
        if len(ways) == 1:
            return ways[0]
        uncovered = [~self.coverage.is_covered(each, at) for each in meaning.predecessors]
        found = []
        any_is = self._nobody
        for is_open, way in zip(uncovered, ways, strict=True):
            any_is = any_is | is_open
            found += [replace(strand, is_theirs=strand.is_theirs & is_open) for strand in way]
        return found + [replace(strand, is_theirs=strand.is_theirs & ~any_is) for strand in self._combined(ways)]

    def _combined(self, ways: list[list[Strand]]) -> list[Strand]:
        return [self._joined(way) for way in product(*ways)]

    def _joined(self, strands: tuple[Strand, ...]) -> Strand:
        is_theirs, since = ~self._nobody, self._beginning
        for strand in strands:
            is_theirs, since = is_theirs & strand.is_theirs, np.maximum(since, strand.since)
        return Strand(
            is_theirs=is_theirs,
            clocks=tuple(clock for strand in strands for clock in strand.clocks),
            since=since,
            spans=tuple(span for strand in strands for span in strand.spans),
            starts=tuple(start for strand in strands for start in strand.starts),
        )

    def _ended(self, index: int, at: At) -> tuple[Clock, ...]:
        """Give a clock for the first, the second … coverage that ended by then."""
        covers = self.coverage.covers(index)
        has_ended = covers.ended <= (at if isinstance(at, int) else at[covers.person])
        covers = type(covers)(*(each[has_ended] for each in covers))
        versions = np.array([each.evidence.version for each in self.coverage.samples], dtype=np.int64)[covers.code]
        grace = self.known.terms.grace[self.known.terms.place(covers.ended)]
        grace = np.where(covers.kind == EXPIRED, 0, grace)
        columns = (covers.kind, covers.ended, versions, np.maximum(covers.ended, covers.noted), grace)
        tables = spread(self.known.count, covers.person, *columns)
        return tuple(
            Clock(tables[1][:, place] < FOREVER, *(each[:, place] for each in tables))
            for place in range(tables[0].shape[1])
        )


def _last_cause(clocks: tuple[Clock, ...], never: Clock) -> tuple[Indexes, Moments, Indexes]:
    """Give kind, moment and version of the last cause; that of `never` where there is no other."""
    kind, at, version = never.kind, never.at, never.version
    is_other = np.zeros(len(at), dtype=bool)
    for clock in clocks:
        is_same = (clock.at == at) & (clock.kind == kind)
        is_later = (clock.at > at) | ((clock.at == at) & (clock.kind > kind)) | (is_same & (clock.version > version))
        takes = clock.is_there & (~is_other | is_later)
        kind, at, version = (
            np.where(takes, *each)
            for each in zip((clock.kind, clock.at, clock.version), (kind, at, version), strict=True)
        )
        is_other = is_other | clock.is_there
    return kind, at, version


def fall_due(start: Moments, time: Moments, floor: Moments, pauses: Intervals) -> Moments:
    """Give when `time` from `start` has passed, without the pauses; `floor` remains after one as long as that."""
    return _moved(start, start + time, floor, pauses)


def _moved(start: Moments, due: Moments, floor: Moments, pauses: Intervals) -> Moments:
    goes_on = np.ones(len(due), dtype=bool)
    for begun, ended in zip(pauses.start.T, pauses.end.T, strict=True):
        goes_on = goes_on & (begun < due)
        counts = goes_on & (ended > start)
        moved = due + ended - np.maximum(begun, start)
        moved = np.where(ended - begun >= floor, np.maximum(moved, ended + floor), moved)
        due = np.where(counts, moved, due)
    return due
