"""Where many people stand with one policy in one queue, each at one instant: the twin of `lms.domain.standing`."""

from dataclasses import dataclass

import numpy as np

from lms.domain.standing import State
from lms.everybody.case import Case
from lms.everybody.intervals import FOREVER, Flags, Indexes, Moments

STATES = tuple(State)
"""A state is written as its place here."""
NOT_REQUIRED, EXEMPT, HELD, READY, PROVISIONAL, DUE, OVERDUE = range(len(STATES))
REASONS = (
    *("", "retired", "no_version", "not_in_queue", "not_concerned"),
    *("leave", "hold", "refresher", "waiver", "emergency"),
)
"""Why, written as its place here."""
NO_REASON, RETIRED, NO_VERSION, NOT_IN_QUEUE, NOT_CONCERNED, LEAVE, HOLD, REFRESHER, WAIVER, EMERGENCY = range(10)


@dataclass(kw_only=True)
class View:
    """Where people stand; `open` are the places of those who have something uncovered."""

    case: Case
    queue: str
    """The queue, or the first of several that are alike."""
    queues: tuple[str, ...]
    which: Indexes
    """The queue of each, a place in `queues`, of shape (people,) like `rows`."""
    rows: Indexes
    """Which people of the case, of shape (people,) like the next five."""
    state: Indexes
    """Places in `STATES`."""
    because: Indexes
    """Places in `REASONS`."""
    required: Indexes
    """Number of the version that governs; 0: not required."""
    held: Indexes
    """Newest version of which everything is covered; 0: none."""
    due: Moments
    """The earliest due moment of what is uncovered; FOREVER: nothing is."""
    upcoming: int
    """Number of the newest version that is published and not effective yet; 0: none."""
    clauses: tuple[str, ...]
    """Ids of whatever can concern anybody here, in order; what is gone and must be unlearned last."""
    unlearnings: tuple[bool, ...]
    """Which of them are gone."""
    open: Indexes
    """Places in `rows`, of shape (open,)."""
    uncovered: Flags
    """Which clauses those have not covered, of shape (open, clauses)."""
    dues: Moments
    """By when, of shape (open, clauses); FOREVER where nothing is uncovered."""
    columns: Indexes
    """Which columns of the case the clauses are."""

    def first(self) -> Indexes:
        """Give which clause of each of the open is due first, of shape (open,)."""
        return np.argmin(self.dues, axis=1) if len(self.open) else self.open

    def causes(self, places: Indexes, clauses: Indexes) -> tuple[Indexes, Moments, Indexes]:
        """Give kind (a place in `KINDS`), moment and version of the last cause of some of what is uncovered.

        `places` in `open`, and which clause of each; all of shape (causes,).
        """
        people, _, dues = self.case.open
        mine = np.searchsorted(people, self.rows[self.open[places]])
        kind, at, version = (np.zeros(len(places), dtype=np.int64) for _ in range(3))
        for clause in np.unique(clauses).tolist():
            is_it = clauses == clause
            due = dues[int(self.columns[clause])]
            for column, each in ((kind, due.kind), (at, due.since), (version, due.version)):
                column[is_it] = each[mine[is_it]]
        return kind, at, version


def view(case: Case, queue: str, rows: Indexes) -> View:
    """Give where these people of a case stand in a queue."""
    return view_of_alike(case, (queue,), np.zeros(len(rows), dtype=np.int64), rows)


def view_of_alike(case: Case, queues: tuple[str, ...], which: Indexes, rows: Indexes) -> View:
    """Give where these people of a case stand, each in one of queues that are alike: `which`, a place in `queues`."""
    queue = queues[0]
    columns = case.columns(queue)
    is_here, is_held, is_by_refresher = (np.zeros(len(rows), dtype=bool) for _ in range(3))
    for place, each in enumerate(queues):
        mine = np.flatnonzero(which == place) if len(queues) > 1 else np.arange(len(rows))
        is_here[mine] = case.who_is_in(each)[rows[mine]]
        if len(case.known.policy.holds(each)[0]):
            is_held[mine], is_by_refresher[mine] = (flags[rows[mine]] for flags in case.holds(each))
    concerns = np.logical_and(_cut(case.met, rows, columns), is_here[:, None])
    uncovered = np.logical_and(_cut(case.lacking, rows, columns), concerns)
    is_asked = concerns.any(axis=1)
    open_ = np.flatnonzero(uncovered.any(axis=1))
    required = case.one.required.number if case.one.required else 0
    found = View(
        case=case,
        queue=queue,
        queues=queues,
        which=which,
        rows=rows,
        state=np.full(len(rows), NOT_REQUIRED),
        because=_why_not_required(case, is_here),
        required=np.where(is_asked, required, 0),
        held=np.where(is_asked, required, 0),
        due=np.full(len(rows), FOREVER),
        upcoming=case.one.upcoming.number if case.one.upcoming else 0,
        clauses=tuple(case.asked[each][0] for each in columns),
        unlearnings=tuple(case.asked[each][1].is_unlearning for each in columns),
        open=open_,
        uncovered=uncovered[open_],
        dues=np.full((len(open_), len(columns)), FOREVER),
        columns=columns,
    )
    if len(open_):
        _look_closer(found)
    _settle(found, np.flatnonzero(is_asked), (is_held, is_by_refresher))
    return found


def _cut(table: Flags, rows: Indexes, columns: Indexes) -> Flags:
    """Give some rows and columns; rows at once are much faster than value by value."""
    found = table.take(rows, axis=0)
    return found if len(columns) == table.shape[1] else found.take(columns, axis=1)


def _why_not_required(case: Case, is_here: Flags) -> Indexes:
    if case.one.is_retired:
        return np.full(len(is_here), RETIRED)
    if case.one.required is None:
        return np.full(len(is_here), NO_VERSION)
    return np.where(is_here, NOT_CONCERNED, NOT_IN_QUEUE)


def _look_closer(found: View) -> None:
    """Work out what only those need who have something uncovered: by when, and which version they hold."""
    people, case, dues = found.case.open
    mine = np.searchsorted(people, found.rows[found.open])
    alike: dict[int, list[int]] = {}
    for place in np.flatnonzero(found.uncovered.any(axis=0)).tolist():
        alike.setdefault(id(dues[int(found.columns[place])]), []).append(place)
    for places in alike.values():
        due = dues[int(found.columns[places[0]])].at[mine, None]
        found.dues[:, places] = np.where(found.uncovered[:, places], due, FOREVER)
    found.due[found.open] = found.dues.min(axis=1)
    found.held[found.open] = case.held(found.queue)[mine]


def _settle(found: View, asked: Indexes, holds: tuple[Flags, Flags]) -> None:
    """Write the states and their reasons of whom anything is asked; the order of the questions is the rule."""
    case, rows = found.case, found.rows
    is_held, is_refresher = holds
    questions = [
        (case.is_on_leave[rows], EXEMPT, LEAVE),
        (is_held & ~is_refresher, HELD, HOLD),
        (is_held, HELD, REFRESHER),
        (case.is_waived[rows], EXEMPT, WAIVER),
        (found.due == FOREVER, READY, NO_REASON),
        (_is_provisional(found), PROVISIONAL, EMERGENCY),
        (case.at[rows] < found.due, DUE, NO_REASON),
    ]
    answers = [each[0][asked] for each in questions]
    found.state[asked] = np.select(answers, [each[1] for each in questions], OVERDUE)
    found.because[asked] = np.select(answers, [each[2] for each in questions], NO_REASON)


def _is_provisional(found: View) -> Flags:
    """Tell of whom everything that is uncovered is so because of an emergency that they acknowledged."""
    is_so = np.ones(len(found.open), dtype=bool)
    people = found.rows[found.open]
    for place, column in enumerate(found.columns):
        is_open = found.uncovered[:, place]
        if (is_open & is_so).any():
            is_so &= ~is_open | found.case.is_provisional(found.case.asked[column][1].index)[people]
    everybody = np.zeros(len(found.rows), dtype=bool)
    everybody[found.open] = is_so
    return everybody
