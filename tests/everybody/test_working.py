"""The training that lies ahead is what the scalar rules give if each person does everything at the last moment."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings

from lms.domain.intervals import FOREVER, INSTANT
from lms.domain.learning import to_learn
from lms.domain.records import Evidence
from lms.domain.standing import State, standing
from lms.everybody.courses import courses
from lms.everybody.intervals import moment, number
from lms.everybody.known import KnownPolicy
from lms.everybody.telling import everybody
from lms.everybody.working import work
from tests.domain.histories import POLICY, QUEUES, make_asked, make_person, make_policy, randoms

PEOPLE = 3
DAYS = 40
OPEN = {State.DUE, State.OVERDUE, State.PROVISIONAL, State.HELD}


def falls_due(policy, person, *, at, end, known_at):
    """The first moment from `at` on at which anything is due in any queue, walking from change to change."""
    return min((_falls_due(policy, person, queue, at, end, known_at) for queue in QUEUES), default=FOREVER)


def is_waived(policy, person, at, known_at):
    bare = replace(person, holds=(), leave=())
    found = [standing(policy, bare, queue=queue, at=at, known_at=known_at) for queue in QUEUES]
    return any(each.because == "waiver" for each in found)


def _falls_due(policy, person, queue, at, end, known_at):
    while at < end:
        told = standing(policy, person, queue=queue, at=at, known_at=known_at)
        until = min(told.changes_at or end, end)
        if told.state in OPEN and told.due_at and told.due_at < until and not is_waived(policy, person, at, known_at):
            return max(told.due_at, at)
        at = until
    return FOREVER


def ahead(policy, person, *, start, end, known_at):
    """Due moment and clauses of each module, one after the other."""
    at, found = start, []
    while True:
        due = falls_due(policy, person, at=at, end=end, known_at=known_at)
        if due == FOREVER or (found and due <= at):
            return found
        when = max(at + INSTANT if found else at, due - INSTANT)
        learn = to_learn(policy, person, at=when, known_at=known_at)
        if not learn.clauses:
            when = due
            learn = to_learn(policy, person, at=when, known_at=known_at)
        if not learn.clauses:
            return found
        found.append((due, learn))
        won = Evidence(
            policy=POLICY,
            version=learn.version,
            clauses=frozenset(learn.clauses),
            occurred_at=when,
            recorded_at=known_at,
        )
        person, at = replace(person, evidence=(*person.evidence, won)), when


def everybodys(policy, people, *, start, end, known_at):
    known = KnownPolicy(policy, everybody(people, known_at))
    asked = dict.fromkeys(QUEUES, np.arange(len(people)))
    told = courses(known, asked, np.full(len(people), number(start)), end)
    return work(known, told, start=start, end=end)


@settings(max_examples=40, deadline=None)
@given(randoms)
def test_the_work_of_everybody_is_the_work_of_each(random):
    policy = make_policy(random)
    people = [make_person(random, policy) for _ in range(PEOPLE)]
    start, known_at = make_asked(random)
    end = start + timedelta(days=DAYS)
    found, modules = everybodys(policy, people, start=start, end=end, known_at=known_at)
    for row, person in enumerate(people):
        mine = [(moment(each.due), modules[each.module].learn) for each in found if each.row == row]
        assert mine == ahead(policy, person, start=start, end=end, known_at=known_at)
