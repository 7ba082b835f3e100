"""Minutes are worked out once for all who learn alike: they learn the same clauses, shown in the same wordings."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from lms.domain.learning import to_learn
from lms.everybody.intervals import number
from lms.everybody.known import KnownPolicy
from lms.everybody.learning import alike
from lms.everybody.telling import everybody
from lms.training.queries import Assignment, taught
from tests.domain.histories import make_asked, make_person, make_policy, moment, randoms
from tests.domain.make import day, make_evidence, make_version, material, removed
from tests.domain.make import make_person as somebody
from tests.domain.make import make_policy as some_policy

VARIANTS = ("evidence", "decisions", "leave", "holds", "waivers", "acknowledgements")
"""Records of which one may lack the last; only the first of them ever matters to what is learnt."""


def learnt(policy, person, *, at, known_at):
    learn = to_learn(policy, person, at=at, known_at=known_at)
    known = replace(person, evidence=tuple(each for each in person.evidence if each.recorded_at <= known_at))
    return learn, tuple(taught(Assignment(learn=learn, refresher=None, policy=policy, person=known), moment(500)))


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_who_is_alike_learns_the_same(random):
    policy = make_policy(random)
    people = []
    for _ in range(3):
        person = make_person(random, policy)
        people += [person, *(replace(person, **{name: getattr(person, name)[:-1]}) for name in VARIANTS)]
    at, known_at = make_asked(random)
    rows = np.arange(len(people))
    keys = alike(KnownPolicy(policy, everybody(people, known_at)), rows, np.full(len(people), number(at)))
    same = defaultdict(list)
    for key, person in zip(keys, people, strict=True):
        same[key].append(learnt(policy, person, at=at, known_at=known_at))
    assert len(same) <= 6, "who differs in nothing that is learnt is alike"
    for mine in same.values():
        assert all(each == mine[0] for each in mine)


def test_days_and_names_make_nobody_different():
    one = make_version(1, "1 Jan", "a b")
    two = make_version(2, "1 Mar", "a b", material("a"), published="1 Feb")
    policy = some_policy(one, two, valid_days=365, window_days=30)
    people = [
        somebody(make_evidence(1, "5 Jan", "a b")),
        somebody(make_evidence(1, "20 Jan", "a b"), legal="2 Jan"),
        somebody(make_evidence(1, "5 Jan", "a")),
        somebody(make_evidence(1, "5 Jan", "a b"), make_evidence(1, "6 Jan", "b")),
        somebody(),
        somebody(legal="9 Jan", leave="1 Feb - 1 Apr"),
    ]
    known = KnownPolicy(policy, everybody(people, day("10 Feb")))
    keys = alike(known, np.arange(6), np.full(6, number(day("10 Feb"))))
    assert [keys.index(each) for each in keys] == [0, 0, 2, 3, 4, 4]
    before = alike(known, np.arange(6), np.full(6, number(day("20 Jan"))))
    assert set(before).isdisjoint(keys), "the second version is published in between"


ONE = make_version(1, "1 Jan", "a b")
TWO = make_version(2, "1 Mar", "a b", material("a"), published="1 Feb")
DIFFERENT = (
    ("in a window or not", some_policy(ONE, valid_days=50, window_days=10), "20 Feb", [
        somebody(make_evidence(1, "5 Jan", "a b")), somebody(make_evidence(1, "20 Jan", "a b"))]),
    ("shown once or only later", some_policy(ONE), "10 Jan", [
        somebody(make_evidence(1, "5 Jan", "a b", revoked="6 Jan")),
        somebody(make_evidence(1, "20 Jan", "a b", revoked="21 Jan"))]),
    ("run out by the day on which a version takes effect or not", some_policy(ONE, TWO, valid_days=50), "10 Feb", [
        somebody(make_evidence(1, "5 Jan", "a b")), somebody(make_evidence(1, "20 Jan", "a b"))]),
    ("in the queue by then or not", some_policy(ONE, make_version(2, "1 Mar", "a b c@abuse", material("c"),
                                                                 published="1 Feb")), "10 Feb", [
        somebody(make_evidence(1, "5 Jan", "a b"), legal="1 Jan"),
        somebody(make_evidence(1, "5 Jan", "a b"), legal="1 Jan", abuse="20 Feb")]),
    ("met what is gone or not", some_policy(ONE, make_version(2, "1 Mar", "a", removed("b"))), "10 Mar", [
        somebody(legal="1 Jan"), somebody(legal="5 Mar")]),
)  # fmt: skip


@pytest.mark.parametrize(("story", "policy", "at", "people"), DIFFERENT, ids=[each[0] for each in DIFFERENT])
def test_what_makes_people_different(story, policy, at, people):
    known_at = day("1 Apr")
    keys = alike(KnownPolicy(policy, everybody(people, known_at)), np.arange(2), np.full(2, number(day(at))))
    one, other = (learnt(policy, each, at=day(at), known_at=known_at) for each in people)
    assert one != other
    assert keys[0] != keys[1]
