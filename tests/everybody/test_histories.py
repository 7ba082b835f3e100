"""What columns hold of one person is what they were made of."""

from dataclasses import replace

from hypothesis import given, settings

from lms.domain.records import PersonHistory
from lms.everybody.histories import history
from lms.everybody.telling import everybody
from tests.domain.histories import make_person, make_policy, moment, randoms


def told(person):
    """A history in an order of its own, without what columns do not hold."""
    evidence = (
        replace(each, is_imported=False, revocations=tuple(sorted(each.revocations, key=repr)))
        for each in person.evidence
    )
    return {
        "queues": {queue: sorted(mine, key=repr) for queue, mine in person.queues.items() if mine},
        "evidence": sorted(evidence, key=repr),
        **{
            name: sorted(getattr(person, name), key=repr)
            for name in ("employment", "leave", "waivers", "holds", "decisions", "acknowledgements")
        },
    }


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_what_went_into_the_columns_comes_out_again(random):
    policy = make_policy(random)
    them = [make_person(random, policy) for _ in range(3)]
    columns = everybody(them, moment(400))
    assert [told(history(columns, row, policy.slug)) for row in range(len(them))] == [told(each) for each in them]


def test_nothing_is_known_of_a_policy_that_nobody_proved():
    columns = everybody([PersonHistory(employment=(), queues={})], moment(0))
    assert history(columns, 0, "other").evidence == ()
