"""One rule, two forms: what the columns say of everybody is what the scalar rule says of each.

Every story of `tests/domain` is asked of both as well.
"""

from hypothesis import given, settings

from tests.domain.histories import QUEUES, make_asked, make_person, make_policy, randoms
from tests.everybody.both import assert_agree

PEOPLE = 6


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_both_forms_of_the_rule_say_the_same_of_every_history(random):
    policy = make_policy(random)
    people = [make_person(random, policy) for _ in range(PEOPLE)]
    at, known_at = make_asked(random)
    assert_agree(policy, people, QUEUES, at=at, known_at=known_at)


@settings(max_examples=10, deadline=None)
@given(randoms)
def test_nobody_has_no_standing(random):
    policy = make_policy(random)
    at, known_at = make_asked(random)
    assert_agree(policy, [], QUEUES, at=at, known_at=known_at)
