"""The states of people at many instants, such as the ends of days: what the rule says at each, a policy at a time.

Whoever stands somewhere stands there at every instant until something can change it, so the rule is asked again only
at the first instant after that. People who are at different instants are asked about like several people.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lms.domain.records import PolicyHistory
from lms.everybody.case import Case
from lms.everybody.changing import epochs, soonest, soonest_in
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import Flags, Indexes, Moments, moment
from lms.everybody.known import Known, KnownPolicy
from lms.everybody.standing import NOT_REQUIRED, view_of_alike

States = NDArray[np.int8]
"""Places in `standing.STATES`."""
UNSAID = -1
"""Nothing was asked: what was said last stands."""
MOST = 100_000
"""So many people are asked about at once, for the sake of memory."""


def series(
    policy: PolicyHistory, everybody: Everybody, asked: Mapping[str, Flags], at: Moments, *, most: int = MOST
) -> dict[str, States]:
    """Give by queue where people stand with a policy, of shape (instants, people) as `asked` is.

    Who is not asked about is NOT_REQUIRED.
    """
    known = Known(KnownPolicy(policy, everybody), np.arange(everybody.people.count))
    found = {queue: np.full(flags.shape, NOT_REQUIRED, dtype=np.int8) for queue, flags in asked.items()}
    for alike in known.policy.alike:
        mine = {queue: asked[queue] for queue in alike if queue in asked}
        if mine:
            found |= _of_alike(known, mine, at, most)
    return found


def _of_alike(known: Known, asked: Mapping[str, Flags], at: Moments, most: int) -> dict[str, States]:
    """The same for queues of which the policy asks the same."""
    everyone = [np.flatnonzero(flags.any(axis=0)) for flags in asked.values()]
    which = np.repeat(np.arange(len(asked)), [len(each) for each in everyone])
    whom = _Whom(tuple(asked), which, np.concatenate(everyone))
    is_asked = np.concatenate([flags[:, each] for flags, each in zip(asked.values(), everyone, strict=True)], axis=1)
    said = np.where(is_asked, _said(known, whom, is_asked.argmax(axis=0), at, most), NOT_REQUIRED)
    found = {queue: np.full(flags.shape, NOT_REQUIRED, dtype=np.int8) for queue, flags in asked.items()}
    for number, (each, mine) in enumerate(zip(found.values(), everyone, strict=True)):
        each[:, mine] = said[:, which == number]
    return found


class _Whom(NamedTuple):
    """People, each in one of some queues."""

    queues: tuple[str, ...]
    which: Indexes
    """A place in `queues`, of shape (people,) like the next."""
    rows: Indexes


def _said(known: Known, whom: _Whom, first: Indexes, at: Moments, most: int) -> States:
    """Give where these people stand from the place of their first instant on, of shape (instants, people)."""
    said = np.full((len(at), len(whom.rows)), UNSAID, dtype=np.int8)
    left, place = np.arange(len(whom.rows)), first
    while len(left):
        until = np.empty(len(left), dtype=np.int64)
        for mine in _together(epochs(known), at[place], most):
            case = Case(known.take(whom.rows[left[mine]]), at[place[mine]], moment(int(at[place[mine[0]]])))
            seen = view_of_alike(case, whom.queues, whom.which[left[mine]], np.arange(len(mine)))
            until[mine] = soonest_in(seen, soonest(case))
            said[place[mine], left[mine]] = seen.state
        place = np.searchsorted(at, until)
        goes_on = place < len(at)
        left, place = left[goes_on], place[goes_on]
    for before, each in pairwise(said):
        np.copyto(each, before, where=each == UNSAID)
    return said


def _together(begins: Moments, at: Moments, most: int) -> Iterator[Indexes]:
    """Give the places of those who are in one epoch of the policy."""
    begun = np.searchsorted(begins, at, side="right")
    for epoch in np.unique(begun):
        places = np.flatnonzero(begun == epoch)
        yield from (places[first : first + most] for first in range(0, len(places), most))
