"""The overview from the database: what is remembered, what things are called, and full rows for a page of it."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import select

from lms.domain.standing import Standing, State, standing
from lms.everybody.intervals import Flags
from lms.extensions import db
from lms.models import Policy, Queue, Team
from lms.models.gate_histories import LetIn, gate_answers, let_in
from lms.models.histories import person_histories
from lms.readiness.board import Board, board_at, board_of_now, only
from lms.readiness.learning_left import Titles, minutes_left, titles
from lms.readiness.lines import Lines, Picks
from lms.readiness.overview import Named, Overview
from lms.readiness.report import NO_TEAM, Scope, is_under
from lms.readiness.rows import Row


def overview(
    *,
    scope: Scope,
    at: datetime,
    known_at: datetime,
    now: datetime,
    queue: str | None = None,
    team: str | None = None,
    policy: str | None = None,
) -> Overview:
    """Where everybody in scope stands, narrowed to a queue, team tree or policy.

    What was computed for an earlier request is kept, and only what changed since is computed anew. Six statements, and
    those that read what was added since.
    """
    if at == known_at == now:
        found = board_of_now(at)
        found = found if policy is None else only(found, policy)
    else:
        found = board_at(at=at, known_at=known_at, policy=policy)
    named = _named()  # after the board, which may be of a later moment than what was read before it
    return Overview(
        board=found,
        named=named,
        is_shown=_shown(found, named, scope, team),
        queue=queue,
        roots=(scope.teams if scope else None) if team in (None, NO_TEAM) else (team,),
        answers=gate_answers(at=found.at, known_at=found.known_at),
        let_in=_let_in(found, named, scope, team=team, queue=queue),
        is_whole=policy is None,
        key=(scope, queue, team, policy, named.key),
    )


def _named() -> Named:
    """Three statements."""
    return Named(
        queues={slug: name for slug, name in db.session.execute(select(Queue.slug, Queue.name))},
        policies={slug: title for slug, title in db.session.execute(select(Policy.slug, Policy.title))},
        teams={number: path for number, path in db.session.execute(select(Team.id, Team.path))},
    )


def _shown(found: Board, named: Named, scope: Scope, team: str | None) -> Flags:
    """Tell who is employed, in scope and in the team that was asked for."""
    shown = found.where.is_employed.copy()
    if scope is not None and scope.teams is not None:
        shown &= _is_in(found, named, scope.teams)
    if scope is not None and (scope.vendor or scope.is_own_only):
        is_theirs = np.array([name is not None for name in found.records.names], dtype=bool)
        shown &= is_theirs & np.array([each == scope.vendor for each in found.records.vendors], dtype=bool)
    if team == NO_TEAM:
        in_any = np.zeros(len(shown), dtype=bool)
        in_any[found.where.in_teams[0]] = True
        shown &= ~in_any
    elif team is not None:
        shown &= _is_in(found, named, (team,))
    return shown


def _is_in(found: Board, named: Named, roots: Sequence[str]) -> Flags:
    person, team_id = found.where.in_teams
    mine = [number for number, path in named.teams.items() if any(is_under(path, root) for root in roots)]
    is_in = np.zeros(len(found.where.team), dtype=bool)
    is_in[person[np.isin(team_id, np.array(mine, dtype=np.int64))]] = True
    return is_in


def _let_in(
    found: Board, named: Named, scope: Scope, *, team: str | None, queue: str | None
) -> tuple[tuple[str, LetIn], ...]:
    """Who of these people is let in, by name; one statement."""
    shown, ids, mine = _shown(found, named, scope, team), found.records.ids, []
    for each in let_in(at=found.at, known_at=found.known_at).values():
        row = int(np.searchsorted(ids, each.person_id))
        if row < len(ids) and shown[row] and queue in (None, each.queue):
            mine.append((found.records.said[row], each))
    return tuple(sorted(mine, key=lambda each: (each[0].casefold(), each[1].id)))


def rows(lines: Lines, picks: Picks) -> list[Row]:
    """The full rows of some lines, in their order, by the rule for one person; a fixed number of statements."""
    answers = tuple((queue, tuple(said.items())) for queue, said in lines.overview.answers.items())
    key = ("rows", lines.overview.key, lines.overview.let_in, answers, *(each.tobytes() for each in picks[:2]))
    memo = lines.overview.board.memo
    if key not in memo:
        memo[key] = _made(lines, picks)
    return list(memo[key])


def _made(lines: Lines, picks: Picks) -> list[Row]:
    over, found = lines.overview, lines.overview.board
    ids = found.records.ids[picks.row].tolist()
    people = person_histories(set(ids))
    keys = list(zip(ids, picks.policy.tolist(), picks.queue.tolist(), strict=True))
    told = {
        key: standing(
            found.policies[lines.slugs[key[1]]],
            people[key[0]],
            queue=found.queues[key[2]],
            at=found.at,
            known_at=found.known_at,
        )
        for key in keys
    }
    learners = {(key[0], each.policy) for key, each in told.items() if each.uncovered}
    minutes = minutes_left(learners, policies=found.policies, people=people, at=found.at, known_at=found.known_at)
    called = titles(over.lines)
    return [
        _row(lines, row, told[key], titles=called, minutes=minutes.get((key[0], told[key].policy), 0), then=then)
        for key, row, then in zip(keys, picks.row.tolist(), lines.then(picks), strict=True)
    ]


def _row(lines: Lines, row: int, each: Standing, *, titles: Titles, minutes: int, then: State | None) -> Row:
    named = lines.overview.named
    missed = (titles.missed(each.policy, one, required=each.required) for one in each.uncovered)
    return Row.of(
        each,
        person_id=int(lines.overview.board.records.ids[row]),
        person=lines.names[row],
        team=lines.paths[row],
        queue_name=named.queues[each.queue],
        policy_title=named.policies[each.policy],
        missed=tuple(missed),
        minutes=minutes if each.uncovered else 0,
        then=then,
        gate=lines.gate(row, each.queue),
        let_in=lines.let_in(row, each.queue),
    )
