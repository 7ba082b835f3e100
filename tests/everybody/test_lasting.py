"""How people count through a time is what the scalar rule says of each at every instant of it."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given, settings

from lms.domain.readiness import readiness
from lms.domain.staffing import OnShift
from lms.domain.standing import State
from lms.everybody.lasting import COUNTS, LEARNABLE, stands
from tests.domain.histories import QUEUES, make_asked, make_person, make_policy, moment, randoms

PEOPLE = 4
DAYS = 40


def counted(policy, person, queue, *, at, known_at):
    """The scalar rule, person by person and instant by instant."""
    found = readiness([policy], person, queue=queue, at=at, known_at=known_at)
    if found.is_on_leave or not found.is_in_queue:
        return OnShift.AWAY, frozenset()
    lacks = {each.policy for each in found.standings if each.state in LEARNABLE}
    return COUNTS.get(found.state, OnShift.NOT_READY), frozenset(lacks if found.state in LEARNABLE else ())


@settings(max_examples=25, deadline=None)
@given(randoms)
def test_everybody_counts_at_every_instant_as_the_rule_says(random):
    policy = make_policy(random)
    people = [make_person(random, policy) for _ in range(PEOPLE)]
    start, known_at = make_asked(random)
    end = start + timedelta(days=DAYS)
    rows = np.arange(PEOPLE)
    found = stands([policy], people, dict.fromkeys(QUEUES, rows), start=start, end=end, known_at=known_at)
    for (queue, row), mine in found.items():
        assert mine[0].since == start
        assert all(one.since < two.since and one[1:] != two[1:] for one, two in pairwise(mine))
        for half_day in range(0, 2 * DAYS, 7):
            at = start + timedelta(days=half_day / 2)
            last = [each for each in mine if each.since <= at][-1]
            assert last[1:] == counted(policy, people[row], queue, at=at, known_at=known_at)


def test_learning_helps_nobody_who_is_on_hold():
    assert State.HELD not in LEARNABLE


def test_nobody_stands_through_nothing():
    assert stands([], [], {"legal": np.arange(0)}, start=moment(1), end=moment(2), known_at=moment(0)) == {}
