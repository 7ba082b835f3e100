"""The records of people as columns, for those who ask about everybody at many instants."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from lms.everybody.everybody import Everybody
from lms.everybody.some import take
from lms.models.memory import remembered


def columns(people: Sequence[int], *, known_at: datetime) -> Everybody:
    """What is recorded of these people, by ascending id, as known at a moment; from what is remembered."""
    records = remembered().records
    rows = np.searchsorted(records.ids, np.array(people, dtype=np.int64))
    return Everybody(take(records.people, rows), known_at)
