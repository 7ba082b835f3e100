"""The clockwork of the demo: moments in order, and what an agent does when it is time to train."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from lms.domain.errors import DomainError
from lms.domain.quizzes import Answer
from lms.extensions import db
from lms.library.shelf import Shelf
from lms.models import Attempt
from lms.training import actions, attesting
from lms.training.drawn import Drawn, graded

HARD_CLAUSES = frozenset({"response-times", "actions", "emergency-disclosure", "non-disclosure"})
"""What this operation gets wrong more often, so that coaches have something to see."""


class OnProgress(Protocol):
    """Told how many days of how many are done."""

    def __call__(self, done: int, total: int, /) -> None:
        """Take note."""


@dataclass
class Simulation:
    """Moments to come, and the people by external id."""

    shelf: Shelf
    random: Random
    now: datetime
    """The real present: nothing happens after it."""
    people: dict[str, int] = field(default_factory=dict)
    skills: dict[int, float] = field(default_factory=dict)
    """Chance of a right answer, by person who is there."""
    drafts: dict[str, int] = field(default_factory=dict)
    """The draft on its way, by policy."""
    _moments: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _order: itertools.count = field(default_factory=itertools.count)

    def at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        """Let something happen at a moment, unless it lies ahead of the present."""
        if moment <= self.now:
            heapq.heappush(self._moments, (moment, next(self._order), act))

    def days_ago(self, days: float) -> datetime:
        """A moment this long before the present."""
        return self.now - timedelta(days=days)

    def soon(self, moment: datetime, *, hours: float) -> datetime:
        """A moment within so many hours after another."""
        return moment + timedelta(hours=self.random.uniform(0.2, hours))

    def run(self, begin: datetime, on_progress: OnProgress | None) -> None:
        """Let everything happen in its order."""
        total = (self.now - begin).days
        while self._moments:
            moment, _, act = heapq.heappop(self._moments)
            act(moment)
            db.session.remove()
            if on_progress:
                on_progress(max(0, (moment - begin).days), total)

    def train(self, person: int, policy: str, moment: datetime, *, refresher: int | None = None) -> None:
        """Learn, answer, hand in, sign; after a fail come back when the retake opens."""
        if person not in self.skills:
            return  # has left
        try:
            attempt_id = actions.start_attempt(person, policy, refresher_id=refresher, now=moment)
        except DomainError:
            return  # nothing to learn any more, or stuck: that is part of the story
        if attempt_id is None:
            return
        drawn = graded([attempt_id])
        answers = {each.position: self._answer(person, each) for each in drawn}
        handed_in = moment + timedelta(minutes=2 + len(drawn) * self.random.uniform(0.6, 1.4))
        if handed_in > self.now:
            return  # still at it
        actions.submit_attempt(attempt_id, person, answers=answers, now=handed_in)
        is_passed = db.session.get_one(Attempt, attempt_id).is_passed
        db.session.rollback()
        if is_passed:
            attesting.sign(attempt_id, person, now=min(self.now, handed_in + timedelta(minutes=2)))
        else:
            self.at(
                self.soon(handed_in, hours=30) + timedelta(minutes=20),
                lambda at: self.train(person, policy, at, refresher=refresher),
            )

    def _answer(self, person: int, drawn: Drawn) -> Answer:
        item = drawn.item
        chance = self.skills[person] - (0.22 if HARD_CLAUSES.intersection(item.clauses) else 0)
        if self.random.random() < chance:
            return Answer(options=tuple(sorted(item.keys)), citation=item.cites_key)
        old_rule = [option.id for option in item.options if option.right_until is not None]
        wrong = old_rule or [option.id for option in item.options if not option.is_key]
        return Answer(options=(self.random.choice(wrong),), citation=item.cites_key)
