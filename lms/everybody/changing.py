"""When and how what people are told will change by itself: the twin of the end of `lms.domain.standing`."""

from collections.abc import Iterator, Sequence

import numpy as np

from lms.everybody.case import Case
from lms.everybody.intervals import FOREVER, Flags, Indexes, Moments, moment, number, spread
from lms.everybody.known import Known
from lms.everybody.standing import View, view_of_alike

Change = tuple[Moments, Indexes]
"""When each is told something else, and the state from then on; FOREVER and -1: nothing known will change it."""


def changes(views: Sequence[View], until: int = FOREVER) -> list[Change]:
    """Give the first known instant after now from which each is told something else, for views of one case.

    What changes at `until` or later is not looked for.
    """
    known = views[0].case.known
    begins = epochs(known)
    cells = _Cells(views, [_table(each, begins) for each in views])
    cells.table[cells.table >= until] = FOREVER
    for place in range(cells.table.shape[1]):
        cells_left = np.flatnonzero((cells.table[:, place] < FOREVER) & (cells.next_state < 0))
        begun = np.searchsorted(begins, cells.table[cells_left, place], side="right")
        for epoch in np.unique(begun):
            cells.look(cells_left[begun == epoch], place)
    ends = np.cumsum([len(each.rows) for each in views])[:-1]
    return list(zip(np.split(cells.changes_at, ends), np.split(cells.next_state, ends), strict=True))


class _Cells:
    """The people of several views below each other."""

    def __init__(self, views: Sequence[View], tables: Sequence[Moments]) -> None:
        self.views = views
        lengths = [len(each.rows) for each in views]
        self.first = np.cumsum([0, *lengths])
        self.view = np.repeat(np.arange(len(views)), lengths)
        self.rows = np.concatenate([each.rows for each in views])
        width = max(each.shape[1] for each in tables)
        wide = [np.pad(each, ((0, 0), (0, width - each.shape[1])), constant_values=FOREVER) for each in tables]
        self.table = np.concatenate(wide)
        self.changes_at, self.next_state = np.full(len(self.rows), FOREVER), np.full(len(self.rows), -1)

    def look(self, cells: Indexes, place: int) -> None:
        """Note of whom something else is true at their next instants, which are all in one epoch."""
        at = self.table[cells, place]
        case = Case(self.views[0].case.known.take(self.rows[cells]), at, moment(int(at[0])))
        for each in np.unique(self.view[cells]).tolist():
            now, mine = self.views[each], np.flatnonzero(self.view[cells] == each)
            places = cells[mine] - self.first[each]
            then = view_of_alike(case, now.queues, now.which[places], mine)
            is_other = ~_is_same(now, places, then)
            changed = cells[mine[is_other]]
            self.changes_at[changed], self.next_state[changed] = at[mine[is_other]], then.state[is_other]


def _is_same(now: View, places: Indexes, then: View) -> Flags:
    """Tell whom two views tell the same; in open leave the due moment moves with the clock, which is no change."""
    same = np.full(len(places), now.upcoming == then.upcoming)
    for name in ("state", "because", "required", "held"):
        same &= getattr(now, name)[places] == getattr(then, name)
    was_moving, is_moving = now.case.is_due_moving[now.rows[places]], then.case.is_due_moving[then.rows]
    are_both, is_either = was_moving & is_moving, was_moving | is_moving
    for clause in dict.fromkeys((*now.clauses, *then.clauses)):
        was_due, is_due = _dues(now, clause)[places], _dues(then, clause)
        is_open = is_due < FOREVER
        same &= (was_due < FOREVER) == is_open
        same &= ~is_open | are_both | (~is_either & (was_due == is_due))
    return same


def _dues(each: View, clause: str) -> Moments:
    """Give when a clause is due; FOREVER where it is not uncovered."""
    found = np.full(len(each.rows), FOREVER)
    if clause in each.clauses:
        found[each.open] = each.dues[:, each.clauses.index(clause)]
    return found


def soonest(case: Case) -> Moments:
    """Give the first instant after now at which anybody's answer could change, whatever the queue; it need not."""
    found = np.full(case.known.count, FOREVER)
    for people, moments in _instants(case):
        is_ahead = (moments > case.at[people]) & (moments < FOREVER)
        np.minimum.at(found, people[is_ahead], moments[is_ahead])
    begins = epochs(case.known)
    ahead = np.append(begins, FOREVER)[np.searchsorted(begins, case.at, side="right")]
    return np.asarray(np.minimum(found, ahead))


def soonest_in(now: View, whatever: Moments) -> Moments:
    """Give the same for the people of a view; `whatever`: what `soonest` gives for its case."""
    at, found = now.case.at[now.rows], whatever[now.rows]
    dues = np.where(now.dues > at[now.open, None], now.dues, FOREVER).min(axis=1, initial=FOREVER)
    found[now.open] = np.minimum(found[now.open], dues)
    for places, moments in _holding(now):
        is_ahead = moments > at[places]
        np.minimum.at(found, places[is_ahead], moments[is_ahead])
    return found


def _holding(now: View) -> Iterator[tuple[Indexes, Moments]]:
    """Give whose holds in their own queue begin and end when: places in the view, and moments."""
    known = now.case.known
    for which, queue in enumerate(now.queues):
        person, start, end, _ = known.holds(queue)
        if len(person):
            place = np.full(known.count, -1)
            mine = np.flatnonzero(now.which == which)
            place[now.rows[mine]] = mine
            is_mine = place[person] >= 0
            yield from ((place[person[is_mine]], moments[is_mine]) for moments in (start, end))


def epochs(known: Known) -> Moments:
    """Give every instant at which the policy itself changes, in order."""
    return np.array(sorted(_epochs(known)), dtype=np.int64)


def _epochs(known: Known) -> Iterator[int]:
    for version in known.one.versions:
        yield number(version.published_at)
        yield number(version.effective_at)
        yield number(version.provisional_until or version.effective_at)
        yield number(known.one.withdrawn_at(version))
    yield from (number(settings.from_at) for settings in known.one.settings)
    yield number(known.one.retired_at)


def _table(now: View, begins: Moments) -> Moments:
    """Give for each person, in order, the instants after now at which the answer could change."""
    case, count = now.case.take(now.rows), len(now.rows)
    pairs = [*_instants(case), *_holding(now)]
    pairs.append((np.repeat(np.arange(count), len(begins)), np.tile(begins, count)))
    rows, places = np.nonzero(now.dues < FOREVER)
    pairs.append((now.open[rows], now.dues[rows, places]))
    people, moments = (np.concatenate(each) for each in zip(*pairs, strict=True))
    is_ahead = (moments > case.at[people]) & (moments < FOREVER)
    people, moments = people[is_ahead], moments[is_ahead]
    order = np.lexsort((moments, people))
    people, moments = people[order], moments[order]
    is_new = np.ones(len(people), dtype=bool)
    is_new[1:] = (people[1:] != people[:-1]) | (moments[1:] != moments[:-1])
    return spread(count, people[is_new], moments[is_new])[0]


def _instants(case: Case) -> Iterator[tuple[Indexes, Moments]]:
    """Give whose answer could change when, in any queue: leave, waivers, times in queues, and what they did."""
    known = case.known
    yield from (known.decided(), known.seen(), case.coverage.ends(), known.moves())
    for each in (known.leave, known.waivers):
        for table in (each.start, each.end):
            rows, places = np.nonzero(each.start < FOREVER)
            yield rows, table[rows, places]
