"""Asks both forms of the rule and holds them equal."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import Standing, Uncovered, standing
from lms.everybody.telling import case, everybody, told


def assert_agree(
    policy: PolicyHistory, people: Sequence[PersonHistory], queues: Iterable[str], *, at: datetime, known_at: datetime
) -> None:
    """Everybody's standing in every queue is the same by both, but that columns know of each cause the last only."""
    rows = np.arange(len(people))
    for queue, columns in told(case(policy, everybody(people, known_at), at), dict.fromkeys(queues, rows)).items():
        for person, found in zip(people, columns, strict=True):
            expected = standing(policy, person, queue=queue, at=at, known_at=known_at)
            assert found == _with_last_causes(expected), (queue, person)


def _with_last_causes(found: Standing) -> Standing:
    return replace(found, uncovered=tuple(_with_last_cause(each) for each in found.uncovered))


def _with_last_cause(each: Uncovered) -> Uncovered:
    return replace(each, causes=each.causes[-1:])
