"""One answer about many people: its rows, and every figure that is counted from them. No database, no clock.

A figure counts people; a row is one person in one queue with one policy (domain.md section 4, "Queue" and "Team").
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from lms.domain.readiness import ANSWERS, Answer, Readiness, Share, share, worst
from lms.domain.standing import State
from lms.models.gate_histories import LetIn
from lms.readiness.rows import NOT_READY, Row


@dataclass(frozen=True, slots=True)
class Within:
    """Whose rows somebody sees."""

    teams: tuple[str, ...] | None
    """Roots of team trees; None means every team."""
    vendor: str = ""
    """Somebody of a vendor sees that vendor's people only; nobody else is narrowed by it …"""
    is_own_only: bool = False
    """… but for what is between people and who employs them: then our own coaches see our own people only."""


Scope = Within | None
"""None means everybody."""
"""Roots of the team trees somebody may see; None is everybody, an empty tuple nobody."""
COUNTED = frozenset({*NOT_READY, State.READY})
"""Something is required and the person is not exempt."""
NO_TEAM = "-"
"""Filter value for people who are in no team."""
AGES = (
    (timedelta(days=1), "less than a day"),
    (timedelta(days=7), "1 to 7 days"),
    (timedelta(days=30), "7 to 30 days"),
)
OLDEST = "more than 30 days"
SOON = timedelta(days=30)
"""How far ahead proofs are looked for that run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One person in one queue, over all policies that count there."""

    person_id: int
    queue_name: str
    readiness: Readiness


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One queue."""

    queue: str
    name: str
    share: Share
    states: Mapping[State, int]
    """Number of people by where they stand in the queue; who has nothing required is left out."""
    answers: Mapping[State, Answer]
    """What those mean at the gate of the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One team with one policy: people of the team's tree, each where they stand worst."""

    states: Mapping[State, int]

    @property
    def ready(self) -> int:
        """People who are ready."""
        return self.states.get(State.READY, 0)

    @property
    def counted(self) -> int:
        """People with something required who are not exempt."""
        return sum(number for state, number in self.states.items() if state in COUNTED)

    @property
    def worst(self) -> State:
        """The most urgent state that anybody is in."""
        return worst(self.states) if self.states else State.NOT_REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A published version that does not govern the work yet."""

    policy: str
    policy_title: str
    version: int
    effective_at: datetime
    people: int
    """Whom it will concern."""
    trained: int
    """Of these, who would be ready that day."""
    not_ready: int
    """Of these, who would not be, if nobody does anything more until then."""
    would_stop: int
    """Of the latter, of whom nothing is asked now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOut:
    """Proofs of one policy that will run out soon."""

    policy: str
    policy_title: str
    people: int
    first_at: datetime


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that the page, the files and the command show."""

    at: datetime
    known_at: datetime
    rows: tuple[Row, ...]
    """By name, queue, policy."""
    places: tuple[Place, ...]
    roots: tuple[str, ...] | None
    """Team trees that were asked about; None means everybody."""
    effective: Mapping[tuple[str, int], datetime]
    """When the upcoming versions named in the rows take effect, by policy and number."""
    answers: Mapping[str, Mapping[State, Answer]]
    """What queues set for their gates, by queue; who set nothing answers by default."""
    let_in: tuple[tuple[str, LetIn], ...]
    """Who is let in by override, also into a queue they are not in: name and override, by name."""

    def in_state(self, state: State | None) -> "Report":
        """The same report with only the rows in one state; places stay, so that shares stay shares."""
        return replace(self, rows=tuple(row for row in self.rows if state in (None, row.standing)))

    @cached_property
    def queues(self) -> tuple[Headline, ...]:
        """One headline a queue in which anything is required."""
        places: dict[tuple[str, str], list[Readiness]] = defaultdict(list)
        for place in self.places:
            if place.readiness.is_required:
                places[place.queue_name, place.readiness.queue].append(place.readiness)
        return tuple(
            Headline(
                queue=queue,
                name=name,
                share=share(([each] for each in mine), self.answers),
                states=Counter(each.state for each in mine),
                answers=self.answers.get(queue, ANSWERS),
            )
            for (name, queue), mine in sorted(places.items(), key=lambda each: each[0])
        )

    @cached_property
    def policies(self) -> tuple[tuple[str, str], ...]:
        """Slug and title of each policy in the rows, by title."""
        return tuple(sorted({(row.policy, row.policy_title) for row in self.rows}, key=lambda each: each[::-1]))

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """Each team with people in its tree; the empty path stands for people in no team."""
        return tuple(sorted({path for row in self.rows for path in self._trees(row.team)}))

    @cached_property
    def cells(self) -> Mapping[tuple[str, str], Cell]:
        """By team and policy: everybody in the team's tree once, where they stand worst with the policy."""
        states: dict[tuple[str, str, int], list[State]] = defaultdict(list)
        for row in self.rows:
            if row.standing is not State.NOT_REQUIRED:
                for team in self._trees(row.team):
                    states[team, row.policy, row.person_id].append(row.standing)
        found: dict[tuple[str, str], Counter[State]] = {
            (team, policy): Counter() for team in self.teams for policy, _ in self.policies
        }
        for (team, policy, _), mine in states.items():
            found[team, policy][worst(mine)] += 1
        return {key: Cell(states=counts) for key, counts in found.items()}

    @cached_property
    def not_ready(self) -> tuple[Row, ...]:
        """Rows of people who are not ready, most urgent first."""
        return tuple(sorted((row for row in self.rows if row.is_not_ready), key=lambda row: row.urgency))

    @cached_property
    def states(self) -> Mapping[State, int]:
        """Number of rows in each state."""
        return Counter(row.standing for row in self.rows)

    @cached_property
    def ageing(self) -> tuple[tuple[str, int], ...]:
        """How long the overdue rows have been overdue at the moment of the report: words and number of rows."""
        counts: Counter[str] = Counter()
        for row in self.rows:
            if row.standing is State.OVERDUE and row.due_at:
                age = self.at - row.due_at
                counts[next((words for limit, words in AGES if age < limit), OLDEST)] += 1
        return tuple((words, counts[words]) for words in (*(words for _, words in AGES), OLDEST) if counts[words])

    @cached_property
    def why(self) -> Mapping[str, int]:
        """Number of rows that are not ready by their main reason, most first."""
        return dict(Counter(row.main_reason for row in self.not_ready).most_common())

    @cached_property
    def running_out(self) -> tuple[RunningOut, ...]:
        """Proofs of people who are ready that run out soon and ask for something, by policy."""
        rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.standing is State.READY and row.next_state in (State.DUE, State.OVERDUE) and row.changes_at:
                is_version = row.changes_at == self.effective.get((row.policy, row.upcoming or 0))
                if row.changes_at - self.at <= SOON and not is_version:
                    rows[row.policy_title, row.policy].append(row)
        return tuple(
            RunningOut(
                policy=policy,
                policy_title=title,
                people=len({row.person_id for row in mine}),
                first_at=min(row.changes_at for row in mine if row.changes_at),
            )
            for (title, policy), mine in sorted(rows.items())
        )

    @cached_property
    def coming(self) -> tuple[Coming, ...]:
        """What takes effect next, soonest first."""
        rows: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.upcoming is not None and row.then is not State.NOT_REQUIRED:
                rows[row.policy, row.upcoming].append(row)
        found = [_coming(mine, self.effective[key]) for key, mine in rows.items()]
        return tuple(sorted(found, key=lambda each: (each.effective_at, each.policy)))

    def _trees(self, team: str) -> tuple[str, ...]:
        return trees(team, self.roots)


def trees(team: str, roots: tuple[str, ...] | None) -> tuple[str, ...]:
    """A team and those above it, as far up as was asked about; the empty path is no team."""
    parts = team.split("/")
    paths = ("/".join(parts[: length + 1]) for length in range(len(parts)))
    return tuple(path for path in paths if roots is None or any(is_under(path, root) for root in roots))


def is_under(path: str, root: str) -> bool:
    """Is a team in the tree of another?"""
    return path == root or path.startswith(f"{root}/")


def _coming(rows: list[Row], effective_at: datetime) -> Coming:
    people = {row.person_id for row in rows}
    behind = {row.person_id for row in rows if row.then in NOT_READY}
    ready = {row.person_id for row in rows if row.then is State.READY}
    waiting = {row.person_id for row in rows if row.is_not_ready}
    return Coming(
        policy=rows[0].policy,
        policy_title=rows[0].policy_title,
        version=rows[0].upcoming or 0,
        effective_at=effective_at,
        people=len(people),
        trained=len(ready - behind),
        not_ready=len(behind),
        would_stop=len(behind - waiting),
    )
