"""Records of some, and records brought up to date, are what they would be if they were gathered anew."""

from dataclasses import fields

import numpy as np
from hypothesis import given, settings

from lms.everybody.people import people
from lms.everybody.some import replaced, take
from lms.everybody.telling import Everybody, case, told
from tests.domain.histories import QUEUES, make_asked, make_person, make_policy, randoms

COUNT = 6


def standings(policy, columns, at, known_at):
    rows = np.arange(columns.count)
    asked = {queue: rows for queue in QUEUES}
    return {queue: list(found) for queue, found in told(case(policy, Everybody(columns, known_at), at), asked).items()}


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_some_people_stand_as_they_did_among_all(random):
    policy = make_policy(random)
    histories = [make_person(random, policy) for _ in range(COUNT)]
    at, known_at = make_asked(random)
    rows = np.array(sorted(random.sample(range(COUNT), random.randint(0, COUNT))), dtype=np.int64)
    some = standings(policy, take(people(histories), rows), at, known_at)
    alone = standings(policy, people([histories[row] for row in rows]), at, known_at)
    assert some == alone


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_who_is_replaced_stands_as_is_known_since_and_the_others_as_before(random):
    policy = make_policy(random)
    before = [make_person(random, policy) for _ in range(COUNT)]
    at, known_at = make_asked(random)
    rows = np.array(sorted(random.sample(range(COUNT + 2), random.randint(1, COUNT))), dtype=np.int64)
    rows = np.array([row for row in rows if row < COUNT] + [COUNT + n for n in range(sum(rows >= COUNT))])
    after = [make_person(random, policy) for _ in rows]
    # Both are named in the same places: those of all of them together.
    together = people([*before, *after])
    old, new = take(together, np.arange(COUNT)), take(together, COUNT + np.arange(len(rows)))
    now = dict(enumerate(before)) | dict(zip(rows.tolist(), after, strict=True))
    found = replaced(old, rows, new)
    assert found.count == len(now)
    expected = people([now[row] for row in sorted(now)])
    assert standings(policy, found, at, known_at) == standings(policy, expected, at, known_at)
    assert len(found.proofs.person) == len(expected.proofs.person)
    assert len(found.proofs.revoked) == len(expected.proofs.revoked)


@settings(max_examples=20, deadline=None)
@given(randoms)
def test_proofs_stay_in_the_order_of_policy_and_person(random):
    policy = make_policy(random)
    together = people([make_person(random, policy) for _ in range(COUNT * 2)])
    found = replaced(take(together, np.arange(COUNT)), np.array([1, 3]), take(together, np.array([COUNT, COUNT + 1])))
    keys = found.proofs.policy * found.count + found.proofs.person
    assert (np.diff(keys) >= 0).all()
    assert {each.name for each in fields(found)} == {each.name for each in fields(together)}


@settings(max_examples=10, deadline=None)
@given(randoms)
def test_some_people_know_of_the_same_queues(random):
    policy = make_policy(random)
    at, known_at = make_asked(random)
    now = case(policy, Everybody(people([make_person(random, policy) for _ in range(COUNT)]), known_at), at)
    some = now.take(np.array([2, 2, 4]))
    assert list(some.known.queues) == list(now.known.queues)
    assert len(some.known.queues) == len(now.known.queues)
    assert all(len(each.start) == 3 for each in some.known.queues.values())
