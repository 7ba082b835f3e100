"""The readiness of queues at many instants: the share that the report gives for each, worked out in columns.

Who works where is in `membership.py`, where they stand in `lms.everybody.series`.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lms.domain.gating import answers_at
from lms.domain.intervals import as_known
from lms.domain.readiness import ANSWERS, LONGEST_OVERRIDE, WORST_FIRST, Answer, Share
from lms.domain.records import PolicyHistory
from lms.domain.standing import State
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import Flags, is_within, number
from lms.everybody.series import States, series
from lms.everybody.standing import STATES
from lms.extensions import end_read
from lms.models.gate_histories import gate_settings, overrides_of
from lms.models.histories import policy_histories
from lms.readiness.answers import may_serve
from lms.readiness.columns import columns
from lms.readiness.membership import Membership, membership
from lms.readiness.parts import several_at_once
from lms.readiness.report import Scope

RANKED = (State.NOT_REQUIRED, State.EXEMPT, *reversed(WORST_FIRST))
"""Over several policies the last of these counts."""
NOTHING, EXEMPT, READY = (RANKED.index(each) for each in (State.NOT_REQUIRED, State.EXEMPT, State.READY))
RANKS = np.array([RANKED.index(state) for state in STATES], dtype=np.int8)
"""Ranks of the places in `STATES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One queue at one instant."""

    at: datetime
    share: Share
    states: Mapping[State, int]
    """Number of people by where they stand; who has nothing required is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One queue through the time."""

    queue: str
    name: str
    points: tuple[Point, ...]
    """One for each instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTime:
    """What page and file show."""

    instants: tuple[datetime, ...]
    known_at: datetime
    lines: tuple[Line, ...]
    """By name; only queues in which anything was required of anybody."""


def over_time(
    scope: Scope,
    instants: Sequence[datetime],
    *,
    known_at: datetime,
    queue: str | None = None,
    team: str | None = None,
) -> OverTime:
    """Where the queues stood at these instants, which are in order, as known at one moment. Eleven statements.

    A person counts in the team and the queues they are in at each instant.
    """
    found = membership(scope, instants, known_at=known_at, queue=queue, team=team)
    known = columns(found.people, known_at=known_at)
    settings = gate_settings()
    let_in = _let_in(found, instants, known_at)
    lines = []
    for slug, ranks in _ranks(found, known, instants).items():
        inside = let_in.get(slug, np.zeros(ranks.shape, dtype=bool))
        points = []
        for place, at in enumerate(instants):
            answers = answers_at(settings[slug], at=at, known_at=known_at) if slug in settings else ANSWERS
            points.append(_point(at, ranks[place], inside[place], answers))
        lines.append(Line(queue=slug, name=found.queue_names[slug], points=tuple(points)))
    return OverTime(
        instants=tuple(instants),
        known_at=known_at,
        lines=tuple(sorted((each for each in lines if any(at.states for at in each.points)), key=_by_name)),
    )


def _by_name(line: Line) -> tuple[str, str]:
    return line.name, line.queue


def _ranks(found: Membership, known: Everybody, instants: Sequence[datetime]) -> dict[str, States]:
    """Give by queue the rank of each one's worst state there, of shape (instants, people)."""
    at = np.array([number(each) for each in instants], dtype=np.int64)
    ranks = {slug: np.zeros(flags.shape, dtype=np.int8) for slug, flags in found.queues.items()}
    members = {slug: np.flatnonzero(flags.any(axis=0)) for slug, flags in found.queues.items()}

    def ranks_with(policy: PolicyHistory) -> dict[str, States]:
        asked = {slug: flags for slug, flags in found.queues.items() if may_serve(policy, slug)}
        return {slug: RANKS[each[:, members[slug]]] for slug, each in series(policy, known, asked, at).items()}

    policies = policy_histories().values()
    end_read()
    for with_one in several_at_once(ranks_with, policies):
        for slug, each in with_one.items():
            mine = members[slug]
            ranks[slug][:, mine] = np.maximum(ranks[slug][:, mine], each)
    is_away = np.array([is_within(known.leave, np.full(len(found.people), each)) for each in at])
    for slug, mine in ranks.items():
        mine[_held(known, slug, mine.shape, at.tolist()) & ~is_away & (mine > NOTHING)] = len(RANKED) - 1
    return ranks


def _held(known: Everybody, queue: str, shape: tuple[int, ...], at: Sequence[int]) -> Flags:
    """Tell who is kept from a queue when, whatever its policies say."""
    held = np.zeros(shape, dtype=bool)
    for person, start, end, _ in zip(*(each.tolist() for each in known.holds("", queue)), strict=True):
        held[bisect_left(at, start) : bisect_left(at, end), person] = True
    return held


def _let_in(found: Membership, instants: Sequence[datetime], known_at: datetime) -> dict[str, Flags]:
    """Tell by queue who is let in by override when."""
    inside: dict[str, Flags] = {}
    places = {person: place for place, person in enumerate(found.people)}
    for person, overrides in overrides_of(found.people).items():
        for each in overrides:
            flags = inside.setdefault(each.queue, np.zeros((len(instants), len(places)), dtype=bool))
            for start, end, _ in as_known([each.spell], known_at):
                until = min(end, start + LONGEST_OVERRIDE)
                flags[bisect_left(instants, start) : bisect_left(instants, until), places[person]] = True
    return inside


def _point(at: datetime, ranks: States, is_let_in: Flags, answers: Mapping[State, Answer]) -> Point:
    counts = np.bincount(ranks, minlength=len(RANKED)).tolist()
    is_free = np.array(
        [rank > EXEMPT and answers.get(RANKED[rank], Answer.DENY) is not Answer.DENY for rank in range(len(RANKED))]
    )
    is_counted = ranks > EXEMPT
    return Point(
        at=at,
        share=Share(
            counted=int(is_counted.sum()),
            ready=counts[READY],
            provisional=counts[RANKED.index(State.PROVISIONAL)],
            may_work=int((is_counted & (is_let_in | is_free[ranks])).sum()),
        ),
        states={state: count for state, count in zip(RANKED[1:], counts[1:], strict=True) if count},
    )
