"""What an agent of the demo does when it is time to train: learn, answer, hand in, sign, and come back after a fail."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from lms.demo.releases import NOT_LANDED
from lms.demo.simulation import Learner, Simulation, soon
from lms.domain.errors import DomainError
from lms.domain.marking import MATCHED, right_answer, writing_of
from lms.domain.quizzes import TYPED, Answer, Item, ItemType
from lms.extensions import db
from lms.models import Attempt
from lms.training import actions, attesting
from lms.training.drawn import asked

HARD_CLAUSES = frozenset({
    "response-times", "actions", "emergency-disclosure", "non-disclosure", "on-call-path", "quality-errors",
})  # fmt: skip
"""What this operation gets wrong more often, so that coaches have something to see."""
HARDER_BY = 0.2
LOST = 0.2
"""Chance of a right answer of somebody who struggles with a policy."""


def plan_training(
    simulation: Simulation,
    learner: Learner,
    policy: str,
    moment: datetime,
    *,
    refresher: int | None = None,
    tries: int = 1,
) -> None:
    """Train at this moment, or when back from leave; by then there may be nothing to learn any more."""
    for start, end in learner.away:
        if start <= moment < end:
            moment = end + (moment - start) / 10
    simulation.at(moment, lambda at: _train(simulation, learner, policy, at, refresher=refresher, tries=tries))


def _train(
    simulation: Simulation, learner: Learner, policy: str, at: datetime, *, refresher: int | None, tries: int
) -> None:
    number = simulation.released[policy]
    has_left = simulation.learners.get(learner.name) is not learner
    if has_left or (refresher is None and learner.proven.get(policy) == number):
        return
    learner.attempts += 1
    chance = simulation.chance(learner.name, "attempt", learner.attempts)
    seed = chance.randrange(actions.SEEDS)
    try:
        attempt_id = actions.start_attempt(learner.id, policy, refresher_id=refresher, seed=seed, now=at)
    except DomainError:
        return  # every attempt is used, or somebody else planned the same: that is part of the story
    if attempt_id is None:
        return
    bank = simulation.items[policy]
    drawn = {each.number: bank[each.item.id] for each in asked([attempt_id])}
    handed_in = at + timedelta(minutes=2 + len(drawn) * chance.uniform(0.6, 1.4))
    if handed_in > simulation.now:
        return  # still at it
    right = _skill(simulation, learner, policy, number)
    habit = _habit(learner, policy, number) / tries if refresher is None else 0
    answers = {position: _answer(item, chance, right=right, habit=habit) for position, item in drawn.items()}
    actions.submit_attempt(attempt_id, learner.id, answers=answers, now=handed_in)
    is_passed = db.session.scalar(select(Attempt.is_passed).where(Attempt.id == attempt_id))
    if is_passed:
        attesting.sign(attempt_id, learner.id, now=min(simulation.now, handed_in + timedelta(minutes=2)))
        if refresher is None:
            learner.proven[policy] = number
    elif tries < simulation.policies[policy].rules.attempts:
        again = soon(handed_in, chance, hours=30) + timedelta(minutes=20)
        plan_training(simulation, learner, policy, again, refresher=refresher, tries=tries + 1)


def _skill(simulation: Simulation, learner: Learner, policy: str, number: int) -> float:
    return LOST if (learner.name, policy, number) in simulation.struggles else learner.skill


def _habit(learner: Learner, policy: str, number: int) -> float:
    """Chance that somebody answers the clause that did not land by the rule that they know."""
    is_it = (policy, number) == (NOT_LANDED.policy, NOT_LANDED.number)
    knows_the_old = learner.proven.get(policy) == NOT_LANDED.number - 1
    return NOT_LANDED.share if is_it and knows_the_old and learner.skill < 1 else 0


def _answer(item: Item, chance: Random, *, right: float, habit: float) -> Answer:
    by_the_old = [option.id for option in item.options if option.right_until is not None]
    if by_the_old and NOT_LANDED.clause in item.clauses and chance.random() < habit:
        return _given(item, chance.choice(by_the_old))
    if chance.random() < right - (HARDER_BY if HARD_CLAUSES.intersection(item.clauses) else 0):
        return right_answer(item)
    if item.type in (ItemType.ORDERING, ItemType.MATCHING):
        return _mixed_up(item, chance)
    wrong = [option.id for option in item.options if not option.is_key]
    return _given(item, chance.choice(wrong)) if wrong else Answer()


def _given(item: Item, option: str) -> Answer:
    return writing_of(item, option) if item.type in TYPED else Answer(options=(option,), citation=item.cites_key)


def _mixed_up(item: Item, chance: Random) -> Answer:
    """Steps with the first of them last; matches by guessing."""
    if item.type is ItemType.ORDERING:
        options = (*item.options[1:], item.options[0])
        return right_answer(replace(item, options=options))
    choices = [choice.id for choice in item.choices]
    return Answer(options=tuple(f"{option.id}{MATCHED}{chance.choice(choices)}" for option in item.options))
