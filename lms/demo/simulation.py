"""The clockwork of the demo: moments in order, chance that depends on nothing else, and the agents who are there."""

import heapq
import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from lms.domain.quizzes import Item
from lms.extensions import db
from lms.library.shelf import ShelfPolicy


class OnProgress(Protocol):
    """Told how many days of how many are done."""

    def __call__(self, done: int, total: int, /) -> None:
        """Take note."""


@dataclass(slots=True, kw_only=True)
class Learner:
    """An agent, and what they have proven so far."""

    id: int
    name: str
    """External id."""
    queues: frozenset[str]
    skill: float
    """Chance of a right answer; 1 and more is never wrong."""
    away: list[tuple[datetime, datetime]]
    """Their leave."""
    proven: dict[str, int] = field(default_factory=dict)
    """The newest version that they signed, by policy."""
    attempts: int = 0
    """How many they began, of whatever policy."""


def asks(policy: ShelfPolicy, queues: Collection[str]) -> bool:
    """Does this policy ask anything of somebody in these queues?"""
    return policy.is_everybody or not policy.audience.isdisjoint(queues)


@dataclass(kw_only=True)
class Simulation:
    """Moments to come, who is there, and what was released."""

    policies: dict[str, ShelfPolicy]
    seed: int
    now: datetime
    """The real present: nothing happens after it."""
    people: dict[str, int] = field(default_factory=dict)
    """Everybody by external id."""
    learners: dict[str, Learner] = field(default_factory=dict)
    """Agents who are there, by external id."""
    drafts: dict[str, int] = field(default_factory=dict)
    """The draft on its way, by policy."""
    released: dict[str, int] = field(default_factory=dict)
    """Number of the newest published version, by policy."""
    absences: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    """Leave that is planned, by external id."""
    struggles: set[tuple[str, str, int]] = field(default_factory=set)
    """Who (external id) cannot do it: they fail every attempt at a version of a policy."""
    _moments: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _order: itertools.count = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.items: dict[str, dict[str, Item]] = {
            slug: {item.id: item for item in policy.items} for slug, policy in self.policies.items()
        }

    def at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        """Let something happen at a moment, unless it lies ahead of the present."""
        if moment <= self.now:
            heapq.heappush(self._moments, (moment, next(self._order), act))

    def days_ago(self, days: float) -> datetime:
        """A moment this long before the present."""
        return self.now - timedelta(days=days)

    def chance(self, *key: object) -> Random:
        """Chance for one thing, named by its key: the same whatever else happens, and at whatever hour of the day."""
        return Random("/".join(map(str, (self.seed, *key))))  # noqa: S311 - a story, not a secret

    def run(self, begin: datetime, on_progress: OnProgress | None) -> None:
        """Let everything happen in its order."""
        total = (self.now - begin).days
        while self._moments:
            moment, _, act = heapq.heappop(self._moments)
            act(moment)
            db.session.remove()
            if on_progress:
                on_progress(max(0, (moment - begin).days), total)


def soon(moment: datetime, chance: Random, *, hours: float) -> datetime:
    """A moment within so many hours after another."""
    return moment + timedelta(hours=chance.uniform(min(0.2, hours / 2), hours))
