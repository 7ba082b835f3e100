"""The cells of everybody say what the scalar rule says of each, and nothing of them changes before they say."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings

from lms.domain.standing import State, standing
from lms.everybody.cells import NOT_ASKED, cells
from lms.everybody.coverage import KINDS
from lms.everybody.intervals import FOREVER, moment, number
from lms.everybody.standing import REASONS, STATES
from lms.everybody.telling import case, everybody
from tests.domain.histories import make_asked, make_person, make_policy, randoms

PEOPLE, SOON = 5, timedelta(days=20)


def who_is_where(known, at):
    """The rows of who is in each queue."""
    instant = np.full(known.people.count, number(at))
    return {
        queue: np.flatnonzero(((each.start <= instant[:, None]) & (instant[:, None] < each.end)).any(axis=1))
        for queue, each in known.queues.items()
    }


def made(random):
    policy = make_policy(random)
    people = [make_person(random, policy) for _ in range(PEOPLE)]
    at, known_at = make_asked(random)
    known = everybody(people, known_at)
    found = cells(case(policy, known, at), who_is_where(known, at), soon=SOON // timedelta.resolution)
    return policy, people, known, found, at, known_at


@settings(max_examples=150, deadline=None)
@given(randoms)
def test_a_cell_says_what_the_rule_says(random):
    policy, people, known, found, at, known_at = made(random)
    queues = list(known.queues)
    assert len(found) == sum(map(len, who_is_where(known, at).values()))
    for place in range(len(found)):
        person, queue = people[found.row[place]], queues[found.queue[place]]
        said = standing(policy, person, queue=queue, at=at, known_at=known_at)
        assert STATES[found.state[place]] is said.state
        assert REASONS[found.because[place]] == said.because
        assert (found.required[place] or None, found.held[place] or None) == (said.required, said.held)
        assert found.due[place] == (number(said.due_at) if said.due_at else FOREVER)
        first = min(said.uncovered, key=lambda each: each.due_at, default=None)
        assert found.kind[place] == (KINDS.index(first.causes[-1].kind) if first else NOT_ASKED)
        assert_then(found, place, policy, person, said, known_at)
        assert_runs_out(found.runs_out[place], said, at)


def assert_then(found, place, policy, person, said, known_at):
    """Where they stand when the upcoming version takes effect."""
    if said.upcoming is None:
        assert found.then[place] == NOT_ASKED
        return
    effective_at = next(each.effective_at for each in policy.versions if each.number == said.upcoming)
    then = standing(policy, person, queue=said.queue, at=effective_at, known_at=known_at)
    assert STATES[found.then[place]] is then.state


def assert_runs_out(found, said, at):
    """Only of who is ready and will be asked for something soon, without doing anything."""
    is_soon = said.changes_at is not None and said.changes_at <= at + SOON
    is_so = said.state is State.READY and is_soon and said.next_state in (State.DUE, State.OVERDUE)
    assert found == (number(said.changes_at) if is_so else FOREVER)


@settings(max_examples=100, deadline=None)
@given(randoms)
def test_nothing_changes_before_a_cell_says_that_it_may(random):
    policy, people, known, found, at, known_at = made(random)
    for place in range(len(found)):
        said = standing(
            policy, people[found.row[place]], queue=list(known.queues)[found.queue[place]], at=at, known_at=known_at
        )
        assert found.until[place] > number(at)
        assert said.changes_at is None or number(said.changes_at) >= found.until[place], said


@settings(max_examples=40, deadline=None)
@given(randoms)
def test_a_moment_before_is_as_the_moment_itself(random):
    policy, people, known, found, _, known_at = made(random)
    for place in np.flatnonzero(found.until < FOREVER):
        queue, person = list(known.queues)[found.queue[place]], people[found.row[place]]
        later = standing(policy, person, queue=queue, at=moment(int(found.until[place]) - 1), known_at=known_at)
        assert later.state is STATES[found.state[place]]


@settings(max_examples=10, deadline=None)
@given(randoms)
def test_nobody_asked_about_gives_no_cells(random):
    policy = make_policy(random)
    at, known_at = make_asked(random)
    assert len(cells(case(policy, everybody([], known_at), at), {}, soon=0)) == 0
