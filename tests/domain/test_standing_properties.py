"""What is true of every history, whatever happened in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings

from lms.domain.records import Evidence
from lms.domain.standing import Standing, State, concerned, standing, to_learn
from tests.domain.histories import (
    POLICY,
    QUEUES,
    delay,
    make_asked,
    make_case,
    make_evidence,
    make_version,
    moment,
    randoms,
    some_moment,
)

BEST_FIRST = [State.READY, State.PROVISIONAL, State.DUE, State.OVERDUE]
UNTOUCHED_BY_EVIDENCE = {State.NOT_REQUIRED, State.EXEMPT, State.HELD}
INSTANT = timedelta(microseconds=1)
SHORTEST_VALIDITY = timedelta(days=20)


def every_history(test: Callable[..., None]) -> Callable[..., None]:
    return settings(max_examples=200, deadline=None)(given(randoms)(test))


def core(found: Standing) -> tuple[object, ...]:
    return found.state, found.because, found.required, found.held, found.uncovered, found.due_at


@every_history
def test_every_history_gives_a_defined_state(random):
    policy, person, queue = make_case(random)
    at, known_at = make_asked(random)
    found = standing(policy, person, queue=queue, at=at, known_at=known_at)
    assert found.due_at == min((each.due_at for each in found.uncovered), default=None)
    assert all(each.causes for each in found.uncovered)
    assert len({each.clause for each in found.uncovered}) == len(found.uncovered)
    assert found.changes_at is None or found.changes_at > at
    if found.state is State.READY:
        assert not found.uncovered
        assert found.held == found.required
    if found.state is State.NOT_REQUIRED:
        assert (found.required, found.held, found.uncovered) == (None, None, ())
    if found.state in (State.DUE, State.OVERDUE):
        assert (found.state is State.DUE) == (at < found.due_at)


@every_history
def test_more_evidence_never_makes_anyone_less_ready(random):
    policy, person, queue = make_case(random, decisions=False)
    at, known_at = make_asked(random)
    more = replace(person, evidence=(*person.evidence, make_evidence(random, policy)))
    before = standing(policy, person, queue=queue, at=at, known_at=known_at)
    after = standing(policy, more, queue=queue, at=at, known_at=known_at)
    if before.state in UNTOUCHED_BY_EVIDENCE:
        assert after.state is before.state
    else:
        assert BEST_FIRST.index(after.state) <= BEST_FIRST.index(before.state)
    due_before = {each.clause: each.due_at for each in before.uncovered}
    assert all(due_before[each.clause] <= each.due_at for each in after.uncovered)
    assert (before.held or 0) <= (after.held or 0)


@every_history
def test_a_version_for_later_changes_nobody_now(random):
    policy, person, queue = make_case(random)
    at = some_moment(random)
    last = next(each for each in reversed(policy.versions) if each.withdrawn_at is None)
    first_day = (max(at, policy.versions[-1].effective_at) - moment(0)).days + 1
    later = make_version(random, last, len(policy.versions) + 1, first_day + random.randint(0, 30))
    more = replace(policy, versions=(*policy.versions, later))
    asked = {"queue": queue, "at": at, "known_at": moment(400)}
    assert core(standing(more, person, **asked)) == core(standing(policy, person, **asked))


@every_history
def test_an_editorial_version_changes_nobody(random):
    policy, person, queue = make_case(random, withdrawals=False)
    last = policy.versions[-1]
    effective = (last.effective_at - moment(0)).days + random.choice([0.5, 3, 30])
    version = make_version(random, last, last.number + 1, effective, kinds="uesr")
    version = replace(version, recorded_at=max(last.recorded_at, version.published_at))
    at = version.effective_at + timedelta(days=random.choice([0, 0.5, 4, 20, 50]))
    more = replace(policy, versions=(*policy.versions, version))
    asked = {"queue": queue, "at": at, "known_at": moment(400)}
    before, after = standing(policy, person, **asked), standing(more, person, **asked)
    assert (after.state, after.because, after.due_at) == (before.state, before.because, before.due_at)


@every_history
def test_nothing_recorded_after_known_at_matters(random):
    policy, person, queue = make_case(random)
    at, known_at = make_asked(random)

    def known(records):
        return tuple(each for each in records if each.recorded_at <= known_at)

    def spell(each):
        return replace(each, ends=known(each.ends))

    def spelled(records):
        return tuple(replace(each, spell=spell(each.spell)) for each in records if each.spell.recorded_at <= known_at)

    less_policy = replace(policy, settings=known(policy.settings), versions=known(policy.versions))
    less_person = replace(
        person,
        employment=tuple(map(spell, known(person.employment))),
        queues={queue: tuple(map(spell, known(each))) for queue, each in person.queues.items()},
        leave=tuple(map(spell, known(person.leave))),
        waivers=spelled(person.waivers),
        holds=spelled(person.holds),
        evidence=tuple(replace(each, revocations=known(each.revocations)) for each in known(person.evidence)),
        decisions=known(person.decisions),
        acknowledgements=known(person.acknowledgements),
    )
    asked = {"queue": queue, "at": at, "known_at": known_at}
    assert standing(less_policy, less_person, **asked) == standing(policy, person, **asked)


@every_history
def test_nothing_changes_before_it_is_said_to(random):
    policy, person, queue = make_case(random)
    at, known_at = make_asked(random)
    now = standing(policy, person, queue=queue, at=at, known_at=known_at)
    horizon = now.changes_at or moment(500)
    for place in (random.random(), random.random(), 1):
        between = max(at + place * (horizon - at) - INSTANT, at)
        then = standing(policy, person, queue=queue, at=between, known_at=known_at)
        # While leave or a waiver is open the due moments move with the clock.
        assert then.uncovered == now.uncovered or now.state in (State.EXEMPT, State.HELD)
        assert [each.clause for each in then.uncovered] == [each.clause for each in now.uncovered]
        told = (then.state, then.because, then.required, then.upcoming, then.held, then.changes_at)
        assert told == (now.state, now.because, now.required, now.upcoming, now.held, now.changes_at)
    if now.changes_at:
        assert standing(policy, person, queue=queue, at=now.changes_at, known_at=known_at).state is now.next_state


@every_history
def test_the_order_of_records_does_not_matter(random):
    policy, person, queue = make_case(random)
    at, known_at = make_asked(random)

    def mixed(records):
        return tuple(random.sample(records, len(records)))

    other_policy = replace(policy, settings=mixed(policy.settings), versions=mixed(policy.versions))
    other_person = replace(
        person,
        queues={each: mixed(person.queues[each]) for each in mixed(tuple(person.queues))},
        leave=mixed(person.leave),
        evidence=mixed(person.evidence),
        acknowledgements=mixed(person.acknowledgements),
    )
    asked = {"queue": queue, "at": at, "known_at": known_at}
    assert standing(other_policy, other_person, **asked) == standing(policy, person, **asked)


@every_history
def test_who_learns_all_that_is_asked_is_ready_now_and_on_the_day(random):
    policy, person, _ = make_case(random, decisions=False)
    at = some_moment(random)
    known_at = at + timedelta(days=delay(random))
    asked = to_learn(policy, person, at=at, known_at=known_at)
    assert asked.unlearnings | asked.changing | asked.covered_before <= set(asked.clauses)
    now = [standing(policy, person, queue=queue, at=at, known_at=known_at) for queue in QUEUES]
    assert asked.clauses or not any(each.uncovered for each in now)
    if not asked.clauses:
        return
    won = Evidence(
        policy=POLICY, version=asked.version, clauses=frozenset(asked.clauses), occurred_at=at, recorded_at=at
    )
    after = replace(person, evidence=(*person.evidence, won))
    day = asked.effective_at
    is_sure = day and day - at < SHORTEST_VALIDITY and not any(each.withdrawn_at for each in policy.versions)
    for moment_of in [at, *([day] if is_sure else [])]:
        for queue in QUEUES:
            assert not standing(policy, after, queue=queue, at=moment_of, known_at=known_at).uncovered


@every_history
def test_what_is_uncovered_is_among_what_concerns(random):
    policy, person, _ = make_case(random)
    at, known_at = make_asked(random)
    ids = concerned(policy, person, at=at, known_at=known_at)
    assert len(set(ids)) == len(ids)
    for queue in QUEUES:
        found = standing(policy, person, queue=queue, at=at, known_at=known_at)
        assert {each.clause for each in found.uncovered} <= set(ids)
        assert found.state is State.NOT_REQUIRED or ids
