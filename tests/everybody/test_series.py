"""The states at many instants are what the scalar rule says at each."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings

from lms.domain.standing import State, standing
from lms.everybody.intervals import numbers
from lms.everybody.series import MOST, series
from lms.everybody.standing import STATES
from lms.everybody.telling import everybody
from tests.domain.histories import QUEUES, START, Chance, make_asked, make_person, make_policy, moment, randoms

PEOPLE = 4
DAYS = 30


@pytest.mark.parametrize("most", [MOST, 7])
@settings(max_examples=10, deadline=None)
@given(randoms)
def test_at_each_instant_everybody_stands_where_the_rule_says(most, random):
    policy = make_policy(random)
    people = [make_person(random, policy) for _ in range(PEOPLE)]
    start, known_at = make_asked(random)
    instants = [start + timedelta(days=3 * place) for place in range(DAYS // 3)]
    asked = {
        queue: np.array([[random.random() < 0.8 for _ in people] for _ in instants], dtype=bool) for queue in QUEUES
    }
    found = series(policy, everybody(people, known_at), asked, numbers(instants), most=most)
    for queue, flags in asked.items():
        for place, at in enumerate(instants):
            for row, person in enumerate(people):
                expected = State.NOT_REQUIRED
                if flags[place, row]:
                    expected = standing(policy, person, queue=queue, at=at, known_at=known_at).state
                assert STATES[found[queue][place, row]] is expected, (queue, at, person)


def test_nobody_stands_anywhere():
    policy = make_policy(Chance(1))
    found = series(
        policy, everybody([], moment(0)), {"legal": np.zeros((2, 0), dtype=bool)}, numbers([START, moment(9)])
    )
    assert found["legal"].shape == (2, 0)
    assert series(policy, everybody([], moment(0)), {}, numbers([START])) == {}
