"""How people on shift count through a time, and how many minutes of training keep them from being ready."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import numpy as np

from lms.domain.learning import to_learn
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.staffing import Shift, Stand, Time
from lms.everybody.lasting import stands
from lms.readiness.queries import minutes_of
from lms.training.queries import Assignment


def counted(
    shifts: Mapping[str, Sequence[Shift]],
    policies: Mapping[str, PolicyHistory],
    people: Mapping[int, PersonHistory],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
) -> dict[str, dict[int, Sequence[Stand]]]:
    """How those who are on shift count, by queue and person."""
    places = {person: place for place, person in enumerate(people)}
    asked = {queue: np.array(sorted({places[each.person] for each in mine})) for queue, mine in shifts.items() if mine}
    found: dict[str, dict[int, Sequence[Stand]]] = defaultdict(dict)
    numbers = list(people)
    known = stands(list(policies.values()), list(people.values()), asked, start=start, end=end, known_at=now)
    for (queue, row), mine in known.items():
        found[queue][numbers[row]] = mine
    return found


def minutes_left(
    gaps: Collection[Time],
    policies: Mapping[str, PolicyHistory],
    people: Mapping[int, PersonHistory],
    *,
    now: datetime,
) -> dict[tuple[int, str], int]:
    """Minutes of training that each (person, policy) has left who could close a gap; four statements.

    What is asked of somebody who is not in a queue yet is known when they are, so it is looked at as the gap begins.
    """
    first: dict[tuple[int, str], datetime] = {}
    for gap in sorted(gaps, key=lambda each: each.start):
        for learner in gap.learners:
            for policy in learner.lacks:
                first.setdefault((learner.person, policy), max(now, gap.start))
    tasks = {
        (person, slug): Assignment(
            learn=to_learn(policies[slug], people[person], at=at, known_at=now),
            refresher=None,
            policy=policies[slug],
            person=people[person],
        )
        for (person, slug), at in first.items()
    }
    return minutes_of(tasks, now=now)
