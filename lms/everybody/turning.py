"""Where people stand in a queue over all policies through a time, and what turns them: which policy, and why.

The state is that of the headline of a report: the worst over the policies, and NOT_REQUIRED for whom it does not count.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from lms.domain.readiness import WORST_FIRST
from lms.domain.standing import State
from lms.everybody.courses import Course
from lms.everybody.coverage import EXPIRED
from lms.everybody.intervals import Flags, Indexes, Intervals, Moments, is_within, number
from lms.everybody.known import KnownPolicy
from lms.everybody.standing import (
    DUE,
    EMERGENCY,
    HOLD,
    LEAVE,
    NOT_IN_QUEUE,
    NOT_REQUIRED,
    OVERDUE,
    PROVISIONAL,
    REFRESHER,
    RETIRED,
    STATES,
    WAIVER,
)

_ORDER = (*WORST_FIRST, State.EXEMPT, State.NOT_REQUIRED)
_RANK = np.array([_ORDER.index(state) for state in STATES])
_STATE = np.array([STATES.index(state) for state in _ORDER])


class Kind(StrEnum):
    """What turns somebody."""

    VERSION = "version"
    """A version takes effect."""
    VALIDITY = "validity"
    """What they showed runs out."""
    GRACE = "grace"
    """The time to learn is over."""
    EMERGENCY = "emergency"
    """The provisional time of an emergency is over."""
    PROOF = "proof"
    """What they showed was taken back, or was shown on a version that is withdrawn."""
    BACK = "back"
    """Their leave ends."""
    LEAVE = "leave"
    WAIVED = "waived"
    WAIVER = "waiver"
    """Their waiver ends."""
    HELD = "held"
    HOLD = "hold"
    """What kept them from the queue ends."""
    JOINS = "joins"
    LEAVES = "leaves"
    MOVES = "moves"
    """Into the teams that are looked at, or out of them."""
    RETIRED = "retired"
    REQUIREMENT = "requirement"
    """The settings of the policy change, or something else that is planned in it."""


class Turn(NamedTuple):
    """Somebody stands in another state of a queue from a moment on."""

    row: int
    at: int
    before: State
    after: State
    policy: str
    """Which decides; empty where none does."""
    kind: Kind
    version: int
    """Which takes effect; 0: none."""


class Through(NamedTuple):
    """People in one queue from instant to instant, by person and when; the first four of shape (moments,)."""

    row: Indexes
    since: Moments
    state: Indexes
    """Places in `STATES`: the worst of all policies."""
    is_seen: Flags
    """Whether they count here at all."""
    places: Indexes
    """Which span of each course it is, of shape (moments, policies)."""

    def at(self, count: int, instant: int) -> Indexes:
        """Give where each of `count` people stands at an instant, places in `STATES`."""
        found = np.full(count, NOT_REQUIRED)
        begun = self.since <= instant
        last = np.append(self.row[begun][1:] != self.row[begun][:-1], True)[: begun.sum()]
        found[self.row[begun][last]] = self.state[begun][last]
        return found


def through(courses: Mapping[str, Course], seen: Intervals, until: int) -> Through:
    """Put the courses of all policies in one queue together, of which there is one; all are of the same rows and time.

    `seen`: when each of all people counts, as planned. `until`: when the courses end.
    """
    first, *_ = courses.values()
    rows, starts = first.row[_begins(first.row)], first.since[_begins(first.row)]
    pairs = [(each.row, each.since) for each in courses.values()]
    mine = seen.take(rows)
    for table in (mine.start, np.where(mine.start < until, mine.end, until)):
        people, places = np.nonzero((table > starts[:, None]) & (table < until))
        pairs.append((rows[people], table[people, places]))
    row, since = (np.concatenate(each) for each in zip(*pairs, strict=True))
    order = np.lexsort((since, row))
    row, since = row[order], since[order]
    is_new = _begins(row) | np.append(True, since[1:] != since[:-1])[: len(row)]
    row, since = row[is_new], since[is_new]
    moments = np.unique(since)
    at = _key(row, since, moments)
    places = np.stack([_last(_key(each.row, each.since, moments), at) for each in courses.values()], axis=1)
    ranks = [_RANK[each.state[place]] for each, place in zip(courses.values(), places.T, strict=True)]
    is_seen = is_within(seen.take(row), since)
    state = np.where(is_seen, _STATE[np.min(ranks, axis=0)], NOT_REQUIRED)
    return Through(row, since, state, is_seen, places)


def _begins(row: Indexes) -> Flags:
    """Tell which entries are the first of their person."""
    return np.append(True, row[1:] != row[:-1])[: len(row)]


def _key(row: Indexes, since: Moments, moments: Moments) -> Indexes:
    return np.asarray(row * len(moments) + np.searchsorted(moments, since))


def _last(begun: Indexes, at: Indexes) -> Indexes:
    return np.asarray(np.searchsorted(begun, at, side="right") - 1)


def turns(found: Through, courses: Mapping[str, Course], policies: Mapping[str, KnownPolicy]) -> Iterator[Turn]:
    """Give every turn in a queue, by person and when."""
    planned = {slug: _Planned(policies[slug]) for slug in courses}
    slugs = tuple(courses)
    is_turn = ~_begins(found.row)
    is_turn[1:] &= found.state[1:] != found.state[:-1]
    for place in np.flatnonzero(is_turn).tolist():
        before, after = int(found.state[place - 1]), int(found.state[place])
        at = int(found.since[place])
        policy, kind = "", _moves(found, tuple(courses.values()), place)
        if found.is_seen[place] == found.is_seen[place - 1]:
            column = _decides(found, tuple(courses.values()), place)
            policy = slugs[column]
            was, now = (_span(courses[policy], int(found.places[each, column])) for each in (place - 1, place))
            kind = planned[policy].kind(was, now, at)
        version = planned[policy].versions[at] if kind is Kind.VERSION else 0
        yield Turn(int(found.row[place]), at, STATES[before], STATES[after], policy, kind, version)


def _moves(found: Through, courses: tuple[Course, ...], place: int) -> Kind:
    """Tell somebody who comes to the queue, or goes, from somebody who comes to those who are looked at."""
    for column, course in enumerate(courses):
        was, now = (course.because[int(found.places[each, column])] == NOT_IN_QUEUE for each in (place - 1, place))
        if was != now:
            return Kind.JOINS if was else Kind.LEAVES
    return Kind.MOVES


def _decides(found: Through, courses: tuple[Course, ...], place: int) -> int:
    """Give the first policy that was what somebody waited for, or is from now on."""
    before, after = (_RANK[found.state[each]] for each in (place - 1, place))
    was, now = (
        [int(course.state[int(found.places[each, column])]) for column, course in enumerate(courses)]
        for each in (place - 1, place)
    )
    decisive, worst = (now, after) if after < before else (was, before)
    return next(at for at in range(len(was)) if was[at] != now[at] and _RANK[decisive[at]] == worst)


class _Span(NamedTuple):
    state: int
    because: int
    cause: int
    caused: int


def _span(course: Course, place: int) -> _Span:
    return _Span(*(int(each[place]) for each in (course.state, course.because, course.cause, course.caused)))


class _Planned:
    """When versions of a policy take effect."""

    def __init__(self, policy: KnownPolicy) -> None:
        one = policy.one
        effective = sorted((each.effective_at, each.number) for each in one.versions)
        self.versions = {number(at): version for at, version in effective}

    def kind(self, before: _Span, after: _Span, at: int) -> Kind:
        """Give what makes the difference at a moment; who is away is told so before anything else."""
        for reason, ends, begins in _SPELLS:
            if (before.because in reason) != (after.because in reason):
                return ends if before.because in reason else begins
        if at in self.versions:
            return Kind.VERSION
        if after.caused == at:
            return Kind.VALIDITY if after.cause == EXPIRED else Kind.PROOF
        if before.because == EMERGENCY:
            return Kind.EMERGENCY
        is_late = after.state == OVERDUE and before.state in (DUE, PROVISIONAL)
        return Kind.GRACE if is_late else Kind.REQUIREMENT


_SPELLS = (
    ((LEAVE,), Kind.BACK, Kind.LEAVE),
    ((NOT_IN_QUEUE,), Kind.JOINS, Kind.LEAVES),
    ((RETIRED,), Kind.REQUIREMENT, Kind.RETIRED),
    ((HOLD, REFRESHER), Kind.HOLD, Kind.HELD),
    ((WAIVER,), Kind.WAIVER, Kind.WAIVED),
)
