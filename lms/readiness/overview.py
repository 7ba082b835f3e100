"""The report of everybody: what page, files and command show, counted from a board of cells. No database, no clock.

It says what `report.Report` says of the same people without making a row of each cell; a test holds the two equal.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from lms.domain.readiness import ANSWERS, Answer
from lms.domain.standing import State
from lms.everybody.cells import NOT_ASKED, Cells
from lms.everybody.coverage import KINDS
from lms.everybody.intervals import FOREVER, Flags, Indexes, moment, number
from lms.everybody.standing import HELD, OVERDUE, PROVISIONAL
from lms.models.gate_histories import LetIn
from lms.readiness import figures
from lms.readiness.board import Board
from lms.readiness.figures import NOTHING, RANKED
from lms.readiness.lines import Lines
from lms.readiness.overview_parts import Heat, Named, effective, kept, share_of, those, upcoming
from lms.readiness.report import AGES, OLDEST, SOON, Coming, Headline, RunningOut, trees

MICROSECOND = timedelta.resolution
GATES = tuple(Answer)
MOST_TEAMS = 25


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everybody in scope at one instant."""

    board: Board
    named: Named
    is_shown: Flags
    """Who of the board is in scope, and in the team that was asked for."""
    queue: str | None
    roots: tuple[str, ...] | None
    """Team trees that were asked about; None means everybody."""
    answers: Mapping[str, Mapping[State, Answer]]
    """What queues set for their gates, by queue; who set nothing answers by default."""
    let_in: tuple[tuple[str, LetIn], ...]
    """Who is let in by override, also into a queue they are not in: name and override, by name."""
    is_whole: bool
    """False: only one policy was looked at, so that the gate, which asks all of them, is not asked."""
    key: Hashable
    """What was asked for: to find what was counted for it before."""
    state: State | None = None
    """Only what stands so is told in files and lists; figures stay."""

    @property
    def at(self) -> datetime:
        """The instant."""
        return self.board.at

    @property
    def known_at(self) -> datetime:
        """What was recorded by then is known."""
        return self.board.known_at

    @property
    def rows(self) -> Lines:
        """The lines that are asked for, made as they are read."""
        return Lines(self)

    def in_state(self, state: State | None) -> "Overview":
        """The same with only one state in files and lists."""
        return replace(self, state=state)

    @kept
    def working(self) -> Mapping[str, Cells]:
        """The cells of these people in the queues they work in, by policy."""
        found, place = {}, None if self.queue is None else self.place(self.queue)
        for slug, cells in self.board.cells.items():
            mine = self.is_shown[cells.row]
            found[slug] = those(cells, mine if place is None else mine & (cells.queue == place))
        return found

    @kept
    def lines(self) -> Mapping[str, Cells]:
        """Of these the ones in which something is asked, or will be."""
        return {slug: those(cells, figures.is_worth_a_line(cells)) for slug, cells in self.working.items()}

    def place(self, queue: str) -> int:
        """How cells name a queue; NOT_ASKED when nobody was ever in it."""
        return self.board.queues.index(queue) if queue in self.board.queues else NOT_ASKED

    @kept
    def total(self) -> int:
        """Number of lines: one for each person, queue and policy."""
        return sum(map(len, self.lines.values()))

    @kept
    def states(self) -> Mapping[State, int]:
        """Number of lines in each state."""
        return figures.total(figures.counted(cells.state) for cells in self.lines.values())

    @kept
    def policies(self) -> tuple[tuple[str, str], ...]:
        """Slug and title of each policy in the lines, by title."""
        shown = [(self.named.policies[slug], slug) for slug, cells in self.lines.items() if len(cells)]
        return tuple((slug, title) for title, slug in sorted(shown))

    @kept
    def why(self) -> Mapping[str, int]:
        """Number of lines that are not ready by their main reason, most first."""
        found: Counter[str] = Counter()
        for cells in self.lines.values():
            is_held, is_emergency = cells.state == HELD, cells.state == PROVISIONAL
            kinds = cells.kind[figures.not_ready(cells.state) & ~is_held & ~is_emergency]
            found += Counter({"held": int(is_held.sum()), "emergency": int(is_emergency.sum())})
            found += Counter({KINDS[kind]: int(n) for kind, n in enumerate(np.bincount(kinds)) if n})
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))

    @kept
    def _overdue_since(self) -> Indexes:
        """When each line that is overdue became so."""
        due = [cells.due[cells.state == OVERDUE] for cells in self.lines.values()]
        return np.concatenate([np.empty(0, dtype=np.int64), *(each[each < FOREVER] for each in due)])

    @cached_property
    def ageing(self) -> tuple[tuple[str, int], ...]:
        """How long the overdue lines have been overdue: words and number of lines."""
        limits = [limit // MICROSECOND for limit, _ in AGES]
        counts = figures.ages(self._overdue_since, number(self.at), limits)
        return tuple(
            (words, count) for words, count in zip((*(each for _, each in AGES), OLDEST), counts, strict=True) if count
        )

    @cached_property
    def effective(self) -> dict[tuple[str, int], datetime]:
        """When each version takes effect, by policy and number."""
        return effective(self.board.policies)

    @cached_property
    def upcoming(self) -> Mapping[str, int | None]:
        """By policy, the number of the newest version that is published and not effective yet."""
        return upcoming(self.board.policies, at=self.at, known_at=self.known_at)

    @kept
    def _coming(self) -> Mapping[str, tuple[int, int, int, int]]:
        return {slug: figures.coming(cells) for slug, cells in self.lines.items() if (cells.then >= 0).any()}

    @cached_property
    def coming(self) -> tuple[Coming, ...]:
        """What takes effect next, soonest first."""
        found = []
        for slug, (concerned, trained, behind, would_stop) in self._coming.items():
            version = self.upcoming[slug]
            if version is not None and concerned:
                found.append(
                    Coming(
                        policy=slug,
                        policy_title=self.named.policies[slug],
                        version=version,
                        effective_at=self.effective[slug, version],
                        people=concerned,
                        trained=trained,
                        not_ready=behind,
                        would_stop=would_stop,
                    )
                )
        return tuple(sorted(found, key=lambda each: (each.effective_at, each.policy)))

    @kept
    def _running(self) -> Mapping[str, Cells]:
        """The lines that will be asked for by themselves."""
        return {slug: those(cells, cells.runs_out < FOREVER) for slug, cells in self.lines.items()}

    @cached_property
    def running_out(self) -> tuple[RunningOut, ...]:
        """Proofs of people who are ready that run out soon and ask for something, by policy."""
        found = []
        for slug, cells in self._running.items():
            version = self.upcoming[slug]
            but = FOREVER if version is None else number(self.effective[slug, version])
            people, first = figures.running_out(cells, latest=number(self.at + SOON), but=but)
            if people:
                title = self.named.policies[slug]
                found.append(RunningOut(policy=slug, policy_title=title, people=people, first_at=moment(first)))
        return tuple(sorted(found, key=lambda each: (each.policy_title, each.policy)))

    @cached_property
    def trees(self) -> Mapping[int, tuple[str, ...]]:
        """By id of a team, its path and those above it, as far up as was asked about."""
        return {team: trees(path, self.roots) for team, path in ((-1, ""), *self.named.teams.items())}

    @cached_property
    def _team(self) -> tuple[Indexes, list[int]]:
        """Place of everybody's team in a list of teams, and the list."""
        teams, places = np.unique(self.board.where.team, return_inverse=True)
        return places, teams.tolist()

    @kept
    def _is_above(self) -> tuple[tuple[str, ...], Indexes]:
        """Each team with people in its tree, and which of the list of teams are in that, of shape (trees, teams)."""
        places, teams = self._team
        is_there = np.zeros(len(teams), dtype=bool)
        for cells in self.lines.values():
            is_there[places[cells.row]] = True
        trees = [self.trees[team] if there else () for team, there in zip(teams, is_there, strict=True)]
        paths = sorted({path for mine in trees for path in mine})
        table = np.zeros((len(paths), len(teams)), dtype=np.int64)
        for team, mine in enumerate(trees):
            table[[paths.index(path) for path in mine], team] = 1
        return tuple(paths), table

    @property
    def teams(self) -> tuple[str, ...]:
        """Each team with people in its tree; the empty path stands for people in no team."""
        return self._is_above[0]

    @property
    def shown_teams(self) -> tuple[str, ...]:
        """As many of the teams as a page bears: whole levels of the tree from above, one at least."""
        deep = [path.count("/") for path in self.teams]
        depths = sorted(set(deep))
        fit = [depth for depth in depths if sum(each <= depth for each in deep) <= MOST_TEAMS]
        deepest = max(fit, default=depths[0] if depths else 0)
        return tuple(path for path, depth in zip(self.teams, deep, strict=True) if depth <= deepest)

    @kept
    def cells(self) -> "Heat":
        """By team and policy: everybody in the team's tree once, where they stand worst with the policy."""
        (places, teams), (paths, table) = self._team, self._is_above
        found = {
            slug: table @ figures.by_team(figures.worst_of(len(places), mine.row, mine.state), places, len(teams))
            for slug, mine in self.lines.items()
            if len(mine)
        }
        return Heat(paths, found)

    @kept
    def _ranks(self) -> Mapping[str, Indexes]:
        """By queue the rank of everybody's worst state in it."""
        count = len(self.is_shown)
        ranks = np.full((len(self.board.queues), count), NOTHING)
        flat = ranks.reshape(-1)
        for cells in self.working.values():
            at = cells.queue.astype(np.int64) * count + cells.row  # different ones: a person is in a queue once
            flat[at] = np.minimum(flat[at], figures.RANK[cells.state])
        return dict(zip(self.board.queues, ranks, strict=True))

    def _is_let_in(self, queue: str) -> Flags:
        found = np.zeros(len(self.is_shown), dtype=bool)
        ids = [each.person_id for _, each in self.let_in if each.queue == queue]
        found[np.searchsorted(self.board.records.ids, ids)] = bool(ids)
        return found

    @cached_property
    def _may_work(self) -> Mapping[str, Flags]:
        """By queue, whom its gate lets in of whom something is required there."""
        return {
            queue: (ranks != NOTHING)
            & figures.may_work(ranks, is_let_in=self._is_let_in(queue), answers=self.answers.get(queue, ANSWERS))
            for queue, ranks in self._ranks.items()
        }

    def gates(self, queue: str) -> Sequence[Answer]:
        """What the gate of a queue says to everybody who works in it, by row of the board."""
        answers = self.answers.get(queue, ANSWERS)
        said = [answers.get(State.READY if state is State.NOT_REQUIRED else state, Answer.DENY) for state in RANKED]
        found = np.array([GATES.index(each) for each in said])[self._ranks[queue]]
        found[self._is_let_in(queue)] = GATES.index(Answer.ALLOW)
        found[self.board.where.is_on_leave] = GATES.index(Answer.DENY)
        return [GATES[each] for each in found.tolist()]

    @cached_property
    def queues(self) -> tuple[Headline, ...]:
        """One headline a queue in which anything is required."""
        shown = [(self.named.queues[queue], queue) for queue, ranks in self._ranks.items() if (ranks != NOTHING).any()]
        return tuple(
            Headline(
                queue=queue,
                name=name,
                share=share_of(self._ranks[queue], self._may_work[queue]),
                states=figures.states(np.bincount(self._ranks[queue], minlength=len(RANKED))),
                answers=self.answers.get(queue, ANSWERS),
            )
            for name, queue in sorted(shown)
        )

    @cached_property
    def everybody(self) -> Headline:
        """Everybody once: where they stand worst in their queues, and whether the gate of any lets them in."""
        nobody = np.full(len(self.is_shown), NOTHING)
        worst = np.minimum.reduce([nobody, *self._ranks.values()])
        share = share_of(worst, np.logical_or.reduce([nobody < 0, *self._may_work.values()]))
        states = figures.states(np.bincount(worst, minlength=len(RANKED)))
        return Headline(queue="", name="", share=share, states=states, answers={})
