"""The settings of a policy by when they are in force, as columns: the twin of `lms.domain.settings`."""

import numpy as np

from lms.domain import known
from lms.domain.lineage import Queues
from lms.domain.settings import in_force
from lms.everybody.intervals import DAY, FOREVER, Flags, Indexes, Moments, numbers


class Terms:
    """Places are those of the moments from which something else is in force."""

    def __init__(self, of: known.Known) -> None:
        starts = sorted({each.from_at for each in of.settings})
        governing = [in_force(of.settings, each) or known.NO_REQUIREMENT for each in starts]
        self.starts, self.governing = numbers(starts), governing or [known.NO_REQUIREMENT]
        self.onboarding = np.array([each.onboarding_days * DAY for each in self.governing])
        self.grace = np.array([each.grace_days * DAY for each in self.governing])
        self.reentry = np.array([each.reentry_days * DAY for each in self.governing])
        self.window = np.array([each.window_days * DAY for each in self.governing])
        self.valid = np.array([-1 if each.valid_days is None else each.valid_days * DAY for each in self.governing])

    def place(self, at: Moments) -> Indexes:
        """Give which settings count for what happened at these moments: before any were in force, the first."""
        return np.maximum(np.searchsorted(self.starts, at, side="right") - 1, 0)

    def is_named_by(self, queues: Queues, queue: str, at: Moments) -> Flags:
        """Tell whether a clause that names these queues (none: those of its policy) concerns a queue at `at`."""
        if queues:
            return np.full(len(at), queue in queues)
        named = np.array([each.is_everybody or queue in each.queues for each in self.governing])
        return np.asarray(named[self.place(at)] & (len(self.starts) > 0) & (at >= min(self.starts, default=FOREVER)))
