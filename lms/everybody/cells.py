"""Where people stand with one policy, flat: a cell for each person and queue that is asked about.

What a figure is counted from, without the words that one person is told: those are in `telling.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from lms.everybody.case import Case
from lms.everybody.changing import changes, soonest, soonest_in
from lms.everybody.intervals import FOREVER, Indexes, Moments, number
from lms.everybody.standing import DUE, OVERDUE, READY, View, view_of_alike

Small = NDArray[np.int8]
NOT_ASKED = -1
"""No state, because nothing is upcoming; no kind, because nothing is missed."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Each of shape (cells,)."""

    row: Indexes
    """Which person."""
    queue: Indexes
    """Place in the queues that were asked about."""
    state: Small
    """Place in `STATES`."""
    because: Small
    """Place in `REASONS`."""
    required: Indexes
    held: Indexes
    due: Moments
    """The earliest due moment of what is missed; FOREVER: nothing is."""
    kind: Small
    """Kind, a place in `KINDS`, of what is due first; NOT_ASKED when nothing is missed."""
    then: Small
    """State at the moment the upcoming version takes effect; NOT_ASKED without one."""
    runs_out: Moments
    """Of who is ready: when they will be asked for something by themselves, if it is soon; else FOREVER."""
    until: Moments
    """Nothing of this changes by itself before."""

    def take(self, places: Indexes) -> "Cells":
        """Give some of them."""
        return Cells(**{each.name: getattr(self, each.name)[places] for each in fields(self)})

    def __len__(self) -> int:
        return len(self.row)


def joined(*many: Cells) -> Cells:
    """Give one after the other."""
    return Cells(**{each.name: np.concatenate([getattr(one, each.name) for one in many]) for each in fields(Cells)})


def cells(now: Case, asked: Mapping[str, Indexes], *, soon: int) -> Cells:
    """Give the cells of a case for queues, each with its rows; `soon`: how far ahead one looks for what runs out."""
    place = {queue: place for place, queue in enumerate(now.known.queues)}
    whatever = soonest(now)
    found = []
    for alike in now.known.policy.alike:
        mine = tuple(queue for queue in alike if queue in asked)
        if mine:
            which = np.repeat(np.arange(len(mine)), [len(asked[queue]) for queue in mine])
            rows = np.concatenate([asked[queue] for queue in mine])
            seen = view_of_alike(now, mine, which, rows)
            places = np.array([place[queue] for queue in mine])[which]
            found.append(_cells(seen, places, whatever=whatever, soon=soon))
    return joined(*found) if found else nothing()


def nothing() -> Cells:
    """Give no cells."""
    return Cells(**{each.name: np.empty(0, dtype=TYPES.get(each.name, np.int64)) for each in fields(Cells)})


TYPES: Mapping[str, type] = {
    **dict.fromkeys(("row", "queue", "required", "held"), np.int32),
    **dict.fromkeys(("state", "because", "kind", "then"), np.int8),
}


def _cells(seen: View, places: Indexes, *, whatever: Moments, soon: int) -> Cells:
    until, then = soonest_in(seen, whatever), _then(seen)
    kind = np.full(len(seen.rows), NOT_ASKED, dtype=np.int8)
    kind[seen.open] = seen.causes(np.arange(len(seen.open)), seen.first())[0]
    return Cells(
        row=seen.case.known.rows[seen.rows].astype(np.int32),
        queue=places.astype(np.int32),
        state=seen.state.astype(np.int8),
        because=seen.because.astype(np.int8),
        required=seen.required.astype(np.int32),
        held=seen.held.astype(np.int32),
        due=seen.due,
        kind=kind,
        then=then,
        runs_out=_runs_out(seen, until, then, soon),
        until=until,
    )


def _then(seen: View) -> Small:
    """Give where these people will stand when the upcoming version takes effect, if nobody does anything."""
    ahead = seen.case.ahead
    if ahead is None:
        return np.full(len(seen.rows), NOT_ASKED, dtype=np.int8)
    return view_of_alike(ahead, seen.queues, seen.which, seen.rows).state.astype(np.int8)


def _runs_out(seen: View, until: Moments, then: Small, soon: int) -> Moments:
    """Give of who is ready when they are next told something else, if it is soon and that they have to do something."""
    found = np.full(len(seen.rows), FOREVER)
    latest = seen.case.at[seen.rows] + soon
    is_near = (seen.state == READY) & (until <= latest)
    upcoming = seen.case.one.upcoming
    if upcoming is not None:
        # Everybody is told something else at the moment it takes effect, and where they then stand is worked out.
        effective_at = number(upcoming.effective_at)
        is_then = is_near & (until == effective_at)
        found[is_then & ((then == DUE) | (then == OVERDUE))] = effective_at
        is_near &= ~is_then
    places = np.flatnonzero(is_near)
    if len(places):
        some = seen.case.take(seen.rows[places])
        again = view_of_alike(some, seen.queues, seen.which[places], np.arange(len(places)))
        [(changes_at, state)] = changes([again], int(latest.max()) + 1)
        is_asked = ((state == DUE) | (state == OVERDUE)) & (changes_at <= latest[places])
        found[places[is_asked]] = changes_at[is_asked]
    return found
