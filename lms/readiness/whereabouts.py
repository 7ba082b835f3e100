"""Who works where at one instant, as columns: employed, in which queues, in which team. No database, no clock.

The twin of `queries.members`, and equal to it by test.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lms.everybody.everybody import Everybody, known_ends
from lms.everybody.intervals import FOREVER, Flags, Indexes, Intervals, Moments, is_within
from lms.everybody.people import Spells

NOWHERE = -1


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """Of n people."""

    is_employed: Flags
    queues: Mapping[str, Flags]
    """Who is in it, employed or not."""
    is_on_leave: Flags
    team: Indexes
    """Id of the team whose name stands beside theirs; NOWHERE for none."""
    in_teams: tuple[Indexes, Indexes]
    """Person and id of the team for every team that anybody is in."""
    until: Moments
    """Nothing of this changes before, and nothing more is known of them."""


def whereabouts(everybody: Everybody, teams: Spells, at: int) -> Whereabouts:
    """Give where people are at an instant."""
    count = everybody.people.count
    instant = np.full(count, at)
    ends = known_ends(teams, everybody.known)
    is_there = (teams.recorded <= everybody.known) & (teams.start <= at) & (at < ends)
    rows = np.flatnonzero(is_there)
    rows = rows[np.argsort(teams.start[rows], kind="stable")]
    team = np.full(count, NOWHERE)
    team[teams.person[rows]] = teams.queue[rows]  # the last one counts
    until = everybody.known_next()
    for moments in (teams.start, ends):
        ahead = moments > at
        np.minimum.at(until, teams.person[ahead], moments[ahead])
    for whose, moments in ((teams.person, teams.recorded), (teams.person[teams.end_of], teams.end_recorded)):
        ahead = moments > everybody.known
        np.minimum.at(until, whose[ahead], moments[ahead])
    for each in (everybody.employment, everybody.leave):
        until = np.minimum(until, _next(each, at))
    queues = {}
    for name in everybody.people.queues:
        each = everybody.put_in(name)
        queues[name] = is_within(each, instant)
        until = np.minimum(until, _next(each, at))
    return Whereabouts(
        is_employed=is_within(everybody.employment, instant),
        queues=queues,
        is_on_leave=is_within(everybody.leave, instant),
        team=team,
        in_teams=(teams.person[rows], teams.queue[rows]),
        until=until,
    )


def one_after_the_other(parts: Sequence[tuple[Indexes, Whereabouts]]) -> Whereabouts:
    """Give where everybody is, of parts that are next to each other: their rows, and where those are."""
    every = [each for _, each in parts]
    return Whereabouts(
        is_employed=np.concatenate([each.is_employed for each in every]),
        queues={name: np.concatenate([each.queues[name] for each in every]) for name in every[0].queues},
        is_on_leave=np.concatenate([each.is_on_leave for each in every]),
        team=np.concatenate([each.team for each in every]),
        in_teams=(
            np.concatenate([rows[each.in_teams[0]] for rows, each in parts]),
            np.concatenate([each.in_teams[1] for each in every]),
        ),
        until=np.concatenate([each.until for each in every]),
    )


def _next(each: Intervals, at: int) -> Moments:
    found = np.full(len(each.start), FOREVER)
    for table in (each.start, each.end):
        found = np.minimum(found, np.where(table > at, table, FOREVER).min(axis=1, initial=FOREVER))
    return found
