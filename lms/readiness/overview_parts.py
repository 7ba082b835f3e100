"""What an overview is put together from: names, the heat map, and figures that are counted once. No database."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import numpy as np

from lms.domain.case import Case
from lms.domain.known import Known
from lms.domain.readiness import Share
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import State
from lms.everybody.cells import Cells
from lms.everybody.intervals import Flags, Indexes
from lms.readiness import figures
from lms.readiness.figures import RANKED
from lms.readiness.report import COUNTED, Cell

if TYPE_CHECKING:
    from lms.readiness.overview import Overview

MOST_KEPT = 200
"""Things that are remembered of one board; about ten for each way in which somebody narrows it."""
IS_COUNTED = np.array([state in COUNTED for state in RANKED])
"""Of each rank."""
Counted = TypeVar("Counted")
NOBODY = PersonHistory(employment=(), queues={})


class kept(Generic[Counted]):
    """A property that is counted once for the cells of a board and what was asked for, not once for each request."""

    def __init__(self, count: "Callable[[Overview], Counted]") -> None:
        self._count = count
        self.__doc__ = count.__doc__

    def __get__(self, overview: "Overview", kind: type) -> Counted:
        memo, key = overview.board.memo, (self._count.__name__, overview.key)
        if key not in memo:
            if len(memo) > MOST_KEPT:
                memo.clear()
            memo[key] = self._count(overview)
        return cast("Counted", memo[key])


@dataclass(frozen=True, kw_only=True)
class Named:
    """What things are called."""

    queues: Mapping[str, str]
    policies: Mapping[str, str]
    teams: Mapping[int, str]
    """Path of each, by id."""

    @property
    def key(self) -> Hashable:
        """Equal when everything is called the same."""
        return tuple(tuple(each.items()) for each in (self.queues, self.policies, self.teams))


class Heat(Mapping[tuple[str, str], Cell]):
    """Cells by team and policy, made when they are asked for."""

    def __init__(self, teams: tuple[str, ...], counts: Mapping[str, Indexes]) -> None:
        self._teams, self._counts = {team: place for place, team in enumerate(teams)}, counts

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        team, policy = key
        return Cell(states=figures.states(self._counts[policy][self._teams[team]]))

    def row(self, team: str, policies: Sequence[str]) -> Iterator[tuple[int, int, State]]:
        """Who is ready, who is counted and the worst state of a team with each of these policies."""
        counts = np.array([self._counts[each][self._teams[team]] for each in policies])
        ready, counted = counts[:, figures.READY_RANK], counts[:, IS_COUNTED].sum(axis=1)
        worst = np.where(counts[:, : figures.NOTHING].any(axis=1), (counts > 0).argmax(axis=1), figures.NOTHING)
        return zip(ready.tolist(), counted.tolist(), (RANKED[each] for each in worst.tolist()), strict=True)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((team, policy) for team in self._teams for policy in self._counts)

    def __len__(self) -> int:
        return len(self._teams) * len(self._counts)


def those(cells: Cells, which: Flags) -> Cells:
    """Give some cells; the same when they are all of them."""
    return cells if which.all() else cells.take(np.flatnonzero(which))


def share_of(ranks: Indexes, may_work: Flags) -> Share:
    """Give the share of people by the ranks of their worst states."""
    is_counted = IS_COUNTED[ranks]
    return Share(
        counted=int(is_counted.sum()),
        ready=int((ranks == figures.READY_RANK).sum()),
        provisional=int((ranks == figures.PROVISIONAL_RANK).sum()),
        may_work=int((may_work & is_counted).sum()),
    )


def effective(policies: Mapping[str, PolicyHistory]) -> dict[tuple[str, int], datetime]:
    """Give when each version takes effect, by policy and number."""
    return {
        (slug, version.number): version.effective_at for slug, policy in policies.items() for version in policy.versions
    }


def upcoming(policies: Mapping[str, PolicyHistory], *, at: datetime, known_at: datetime) -> dict[str, int | None]:
    """Give by policy the number of the newest version that is published and not effective yet."""
    found = {slug: Case(Known(policy, NOBODY, known_at), at).upcoming for slug, policy in policies.items()}
    return {slug: version.number if version else None for slug, version in found.items()}
