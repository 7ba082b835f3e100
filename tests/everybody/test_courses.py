"""What people are told through a time is what the scalar rule tells each at every instant of it."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings

from lms.domain.standing import State, standing
from lms.everybody.courses import courses
from lms.everybody.coverage import KINDS
from lms.everybody.intervals import FOREVER, moment, number
from lms.everybody.known import KnownPolicy
from lms.everybody.standing import REASONS, STATES
from lms.everybody.telling import everybody
from tests.domain.histories import QUEUES, make_asked, make_person, make_policy, randoms

PEOPLE = 4
DAYS = 40


@settings(max_examples=25, deadline=None)
@given(randoms)
def test_a_course_tells_at_every_instant_what_the_rule_tells(random):
    policy = make_policy(random)
    people = [make_person(random, policy) for _ in range(PEOPLE)]
    start, known_at = make_asked(random)
    starts = [start + timedelta(days=random.choice([0, 0, 1, 10])) for _ in people]
    end = start + timedelta(days=DAYS)
    found = courses(
        KnownPolicy(policy, everybody(people, known_at)),
        dict.fromkeys(QUEUES, np.arange(PEOPLE)),
        np.array([number(each) for each in starts]),
        end,
    )
    for queue, course in found.items():
        for row, person in enumerate(people):
            mine = [each for each in zip(*(column.tolist() for column in course), strict=True) if each[0] == row]
            assert mine[0][1] == number(starts[row])
            for half_day in range(0, 2 * DAYS, 7):
                at = start + timedelta(days=half_day / 2)
                if at >= starts[row]:
                    last = [each for each in mine if each[1] <= number(at)][-1]
                    assert_told(last, standing(policy, person, queue=queue, at=at, known_at=known_at))


def assert_told(span, told):
    _, _, state, because, due, cause, caused = span
    assert (STATES[state], REASONS[because]) == (told.state, told.because)
    is_away = told.state is State.EXEMPT
    if told.state not in (State.HELD, State.NOT_REQUIRED):  # who is held may be waived as well
        assert (due < FOREVER) == (not is_away and told.due_at is not None)
        assert due >= FOREVER or moment(due) == told.due_at
    first = [each.causes[-1] for each in told.uncovered if each.due_at == told.due_at]
    if first and not is_away:
        assert (KINDS[cause], moment(caused)) in [(each.kind, each.at) for each in first]
    assert (cause < 0) == (not told.uncovered)
