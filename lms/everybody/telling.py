"""From columns back to standings: what one person is told, as the scalar rule tells it but for older causes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lms.domain.dues import Cause
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import Standing, State, Uncovered
from lms.everybody.case import Case
from lms.everybody.changing import Change, changes
from lms.everybody.coverage import KINDS
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import FOREVER, Indexes, moment, number
from lms.everybody.known import Known, KnownPolicy
from lms.everybody.people import people
from lms.everybody.standing import REASONS, STATES, View, view


@dataclass(frozen=True, kw_only=True)
class Told:
    """The standings of some people with one policy in one queue."""

    view: View
    change: Change

    def __iter__(self) -> Iterator[Standing]:
        """Give the standing of each, in the order of the rows."""
        opened = {int(place): opened for opened, place in enumerate(self.view.open)}
        missed = self._missed()
        known = self.view.case.known.one
        for place, (changes_at, next_state) in enumerate(zip(*(each.tolist() for each in self.change), strict=True)):
            uncovered = missed[opened[place]] if place in opened else ()
            yield Standing(
                policy=known.policy.slug,
                queue=self.view.queue,
                at=self.view.case.epoch,
                known_at=known.known_at,
                state=STATES[self.view.state[place]],
                because=REASONS[self.view.because[place]],
                required=int(self.view.required[place]) or None,
                upcoming=self.view.upcoming or None,
                held=int(self.view.held[place]) or None,
                uncovered=uncovered,
                due_at=min((each.due_at for each in uncovered), default=None),
                changes_at=None if changes_at >= FOREVER else moment(changes_at),
                next_state=None if next_state < 0 else STATES[next_state],
            )

    def _missed(self) -> list[tuple[Uncovered, ...]]:
        """Give what each of the open has not covered."""
        view = self.view
        places, clauses = np.nonzero(view.uncovered)
        columns = (places, clauses, view.dues[places, clauses], *view.causes(places, clauses))
        found: list[list[Uncovered]] = [[] for _ in view.open]
        for place, clause, due, kind, at, version in zip(*(each.tolist() for each in columns), strict=True):
            found[place].append(
                Uncovered(
                    clause=view.clauses[clause],
                    causes=(Cause(KINDS[kind], moment(at), version),),
                    due_at=moment(due),
                    is_unlearning=view.unlearnings[clause],
                )
            )
        return list(map(tuple, found))


def everybody(histories: Sequence[PersonHistory], known_at: datetime) -> Everybody:
    """Give people as known at one moment, to be asked about policy by policy."""
    return Everybody(people(histories), known_at)


def case(policy: PolicyHistory, known: Everybody, at: datetime) -> Case:
    """Give a policy and everybody at one instant, to be asked about queue by queue."""
    count = known.people.count
    return Case(Known(KnownPolicy(policy, known), np.arange(count)), np.full(count, number(at)), at)


def told(case: Case, asked: Mapping[str, Indexes]) -> dict[str, Told]:
    """Give by queue the standings of some of the people of a case."""
    views = [view(case, queue, rows) for queue, rows in asked.items()]
    found = changes(views) if views else []
    return {each.queue: Told(view=each, change=change) for each, change in zip(views, found, strict=True)}


def states(
    policy: PolicyHistory, known: Everybody, asked: Mapping[str, Indexes], *, at: datetime
) -> dict[str, list[State]]:
    """Give by queue where some of these people stand with a policy."""
    now = case(policy, known, at)
    return {queue: [STATES[each] for each in view(now, queue, rows).state] for queue, rows in asked.items()}
