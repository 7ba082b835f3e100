"""The states of people at many instants, such as the ends of days: what the rule says at each, a policy at a time.

Between two instants at which the policy itself changes, people at several instants are asked about like several people.
"""

from collections.abc import Iterator, Mapping
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from lms.domain.records import PolicyHistory
from lms.everybody.case import Case
from lms.everybody.changing import epochs
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import Flags, Indexes, Moments, moment
from lms.everybody.known import Known, KnownPolicy
from lms.everybody.standing import NOT_REQUIRED, view

States = NDArray[np.int8]
"""Places in `standing.STATES`."""
MOST = 100_000
"""So many people and instants are asked about at once, for the sake of memory."""


def series(
    policy: PolicyHistory, everybody: Everybody, asked: Mapping[str, Flags], at: Moments, *, most: int = MOST
) -> dict[str, States]:
    """Give by queue where people stand with a policy, of shape (instants, people) as `asked` is.

    Who is not asked about is NOT_REQUIRED.
    """
    found = {queue: np.full(flags.shape, NOT_REQUIRED, dtype=np.int8) for queue, flags in asked.items()}
    known = Known(KnownPolicy(policy, everybody), np.arange(everybody.people.count))
    for when, rows in _together(known, asked, at, most):
        case = Case(known.take(rows), at[when], moment(int(at[when[0]])))
        for queue, flags in asked.items():
            mine = np.flatnonzero(flags[when, rows])
            if len(mine):
                found[queue][when[mine], rows[mine]] = view(case, queue, mine).state
    return found


def _together(known: Known, asked: Mapping[str, Flags], at: Moments, most: int) -> Iterator[tuple[Indexes, Indexes]]:
    """Give the places of instants, and of people, that are in one epoch of the policy."""
    anywhere = reduce(np.logical_or, asked.values(), np.zeros((len(at), known.count), dtype=bool))
    begun = np.searchsorted(epochs(known), at, side="right")
    for epoch in np.unique(begun):
        places = np.flatnonzero(begun == epoch)
        when, rows = np.nonzero(anywhere[places])
        for first in range(0, len(rows), most):
            yield places[when[first : first + most]], rows[first : first + most]
