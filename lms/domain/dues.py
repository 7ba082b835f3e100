"""When an uncovered clause is due: its causes, each with a clock of its own, and the decisions that replace them.

Source: domain.md section 4, "Due" and the last sentence of "Covered".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import NamedTuple

from lms.domain.coverage import Coverage
from lms.domain.intervals import BEGINNING, FOREVER, INSTANT, Interval, union
from lms.domain.known import Known
from lms.domain.lineage import Meaning, Span
from lms.domain.presence import Presence, presence
from lms.domain.records import Version


class Cause(NamedTuple):
    """What ended a coverage of a clause, or since when it was never covered."""

    kind: str
    """changed, revoked, expired, withdrawn (with the version it was won on) or never."""
    at: datetime
    version: int | None
    """changed and never: the version that did it; else the one that the evidence was won on."""


class Clock(NamedTuple):
    """A cause, since when it was recorded and the days of grace that it gives."""

    cause: Cause
    noted_at: datetime
    grace_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """One way in which a clause came to be uncovered; an editorial merge has one for each uncovered predecessor."""

    clocks: tuple[Clock, ...] = ()
    uncovered_since: datetime = BEGINNING
    spans: tuple[Span, ...] = ()
    """When it was in force, in whatever wording."""
    starts: tuple[int, ...] = ()
    """Numbers of the versions that gave it its wording or its queues."""


class Due(NamedTuple):
    """When an uncovered clause is due, and why."""

    at: datetime
    causes: tuple[Cause, ...]


class Dues:
    """The due moments of one person's uncovered clauses at one instant."""

    def __init__(self, known: Known, coverage: Coverage, at: datetime) -> None:
        self.known, self.coverage, self.at = known, coverage, at
        self.pauses = [*known.leave, *known.waivers]
        self._found: dict[Strand, Due] = {}

    def due(self, index: int) -> Due:
        """Give when an uncovered meaning that concerns the person at `at` is due: by the strand due earliest."""
        return min((self._due(strand) for strand in self._strands(index, self.at)), key=lambda due: due.at)

    def _due(self, strand: Strand) -> Due:
        """Give the due moment of a strand; most clauses of a policy share a few."""
        if strand not in self._found:
            self._found[strand] = self._fallen(strand)
        return self._found[strand]

    def _fallen(self, strand: Strand) -> Due:
        spans = merged(strand.spans)
        there = presence(self.known, self.coverage.lineage, spans, self.at)
        never = self._never(strand, there)
        pauses = self._pauses(there.entered.absences)
        settings = self.known.settings_for(there.entered.start)
        onboarding = fall_due(there.entered.noted_at, settings.onboarding_days, settings.grace_days, pauses)
        # The version counts even for those who were covered once: evidence must never make anyone less ready.
        clocks = (*strand.clocks, never)
        moments = [fall_due(each.noted_at, each.grace_days, each.grace_days, pauses) for each in clocks]
        due_at = self._decided(strand, there, pauses) or max(onboarding, *moments)
        causes = {clock.cause for clock in strand.clocks or (never,)}
        return Due(due_at, tuple(sorted(causes, key=lambda cause: (cause.at, cause.kind, cause.version or 0))))

    def _never(self, strand: Strand, there: Presence) -> Clock:
        """Give the clock of the version since which the clause, worded as it then was, concerns the person.

        That is the newest by then that changed its meaning or its queues; an editorial version gives nobody more time.
        """
        begun = [
            version
            for version in self.coverage.lineage.versions
            if version.number in strand.starts and version.effective_at <= there.concerned.start
        ]
        return self._by_version("never", begun[-1])

    def _by_version(self, kind: str, version: Version) -> Clock:
        grace_days = version.grace_days
        if grace_days is None:
            grace_days = self.known.settings_for(version.effective_at).grace_days
        noted_at = max(version.effective_at, version.recorded_at)
        return Clock(Cause(kind, version.effective_at, version.number), noted_at, grace_days)

    def _decided(self, strand: Strand, there: Presence, pauses: list[Interval]) -> datetime | None:
        """Give the due moment that was last decided for this clause while it was uncovered and concerned the person."""
        since = max(strand.uncovered_since, there.concerned.start, there.entered.start)
        for decision in reversed(self.known.decisions):
            if since <= decision.occurred_at <= self.at:
                start = max(decision.occurred_at, decision.recorded_at)
                return _moved(start, max(start, decision.due_at), timedelta(0), pauses)
        return None

    def _pauses(self, absences: Iterable[Interval]) -> list[Interval]:
        """Give leave, waivers and absences, what overlaps once; what is open counts up to now, each by itself."""
        closed = (pause if pause.end != FOREVER else pause._replace(end=self.at) for pause in (*self.pauses, *absences))
        return union(pause for pause in closed if pause.start < pause.end)

    def _strands(self, index: int, at: datetime) -> list[Strand]:
        """Give the ways in which a meaning came to be uncovered, looking back from `at`."""
        meaning = self.coverage.lineage.meanings[index]
        before = self._through_material(meaning) if meaning.is_material else self._through_editorial(meaning, at)
        own = tuple(self._ended(index, at))
        since = max((clock.cause.at for clock in own), default=BEGINNING)
        return [
            Strand(
                clocks=strand.clocks + own,
                uncovered_since=max(strand.uncovered_since, since),
                spans=strand.spans + tuple(meaning.spans),
                starts=strand.starts + tuple(version.number for version in meaning.starts),
            )
            for strand in before
        ]

    def _through_material(self, meaning: Meaning) -> list[Strand]:
        """A material change ends what was covered until it took effect; earlier causes stay."""
        just_before = meaning.version.effective_at - INSTANT
        changed = self._by_version("changed", meaning.version)
        ways = []
        for each in meaning.predecessors:
            strands = self._strands(each, just_before)
            if self.coverage.is_covered(each, just_before):
                strands = [replace(strand, uncovered_since=changed.cause.at) for strand in strands]
            if self.coverage.is_covered(each, just_before, without=meaning.index):
                strands = [replace(strand, clocks=(*strand.clocks, changed)) for strand in strands]
            ways.append(strands)
        return [_joined(way) for way in product(*ways)]

    def _through_editorial(self, meaning: Meaning, at: datetime) -> list[Strand]:
        """An editorial change passes on what was uncovered before; with nothing uncovered, everything there was."""
        uncovered = [each for each in meaning.predecessors if not self.coverage.is_covered(each, at)]
        if uncovered:
            return [strand for each in uncovered for strand in self._strands(each, at)]
        return [_joined(way) for way in product(*(self._strands(each, at) for each in meaning.predecessors))]

    def _ended(self, index: int, at: datetime) -> Iterable[Clock]:
        for cover in self.coverage.covers(index):
            if cover.ended_at <= at:
                grace_days = 0 if cover.kind == "expired" else self.known.settings_for(cover.ended_at).grace_days
                cause = Cause(cover.kind, cover.ended_at, cover.version)
                yield Clock(cause, max(cover.ended_at, cover.noted_at), grace_days)


def _joined(strands: tuple[Strand, ...]) -> Strand:
    if len(strands) == 1:
        return strands[0]
    return Strand(
        clocks=tuple(clock for strand in strands for clock in strand.clocks),
        uncovered_since=max((strand.uncovered_since for strand in strands), default=BEGINNING),
        spans=tuple(span for strand in strands for span in strand.spans),
        starts=tuple(number for strand in strands for number in strand.starts),
    )


def merged(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Give the spans in order, those that continue each other for the same queues as one: it makes clauses alike."""
    found: list[Span] = []
    for span in sorted(set(spans), key=lambda each: (sorted(each.queues), each.start)):
        last = found[-1] if found else None
        if last and last.queues == span.queues and span.start <= last.end:
            found[-1] = last._replace(end=max(last.end, span.end), noted_at=min(last.noted_at, span.noted_at))
        else:
            found.append(span)
    return tuple(found)


def fall_due(start: datetime, days: int, floor_days: int, pauses: Iterable[Interval]) -> datetime:
    """Give when `days` from `start` have passed, without the pauses; `floor_days` remain after one as long as that."""
    return _moved(start, start + timedelta(days=days), timedelta(days=floor_days), pauses)


def _moved(start: datetime, due_at: datetime, floor: timedelta, pauses: Iterable[Interval]) -> datetime:
    for pause in pauses:
        if pause.start >= due_at:
            break
        if pause.end > start:
            due_at += pause.end - max(pause.start, start)
            if pause.end - pause.start >= floor:
                due_at = max(due_at, pause.end + floor)
    return due_at
