"""How a version lands on many people, queue by queue: the twin of `lms.domain.landing`."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lms.domain.landing import asked_before, is_new
from lms.domain.records import PolicyHistory
from lms.everybody.case import Case
from lms.everybody.everybody import Everybody
from lms.everybody.intervals import FOREVER, Flags, Indexes, Moments, is_within, number, spread
from lms.everybody.telling import case


@dataclass(frozen=True, kw_only=True)
class Landed:
    """The people of one queue of whom a version asks something new, each of shape (people,)."""

    rows: Indexes
    landed: Moments
    """When each had shown all that it asks there; FOREVER: not yet."""
    has_left: Flags
    """Who left the queue before that: not counted."""
    is_exempt: Flags
    """Who was on leave, or waived, as it took effect: not counted."""


def landings(
    policy: PolicyHistory, known: Everybody, asked: Mapping[str, Indexes], *, version: int, until: int
) -> dict[str, Landed]:
    """Give by queue how a version landed by `until` on those of some people of whom it asks something new there."""
    found = next((each for each in policy.versions if each.number == version), None)
    then = case(policy, known, found.effective_at) if found else None
    if not found or not then or not then.one.required or then.one.required.number != version:
        return {}
    instants = _instants(then, number(found.published_at), until)
    later = np.full(known.people.count, max(until, number(found.effective_at)))
    landed: dict[str, Landed] = {}
    for queue, rows in asked.items():
        columns = then.columns(queue)
        concerns = then.met[:, columns] & then.who_is_in(queue)[:, None]
        is_news = _news(then, queue, columns)
        mine = rows[(concerns & is_news)[rows].any(axis=1)]
        if len(mine):
            at = _landed(then, columns, concerns, instants)[mine]
            is_exempt = (then.is_on_leave | then.is_waived)[mine]
            has_left = (at == FOREVER) & ~is_exempt & ~is_within(known.queues[queue], later)[mine]
            landed[queue] = Landed(rows=mine, landed=at, has_left=has_left, is_exempt=is_exempt)
    return landed


def _news(then: Case, queue: str, columns: Indexes) -> Flags:
    """Tell which columns ask something in a queue that the version before did not."""
    before = asked_before(then.one, queue)
    return np.array([is_new(then.lineage, then.asked[each][1].index, before) for each in columns], dtype=bool)


def _instants(then: Case, published: int, until: int) -> Moments:
    """Give for each person the instants at which coverage can begin, of shape (people, most), in order."""
    person, won = then.coverage.person, then.coverage.won
    is_since = (won > published) & (won <= until)
    person, won = person[is_since], won[is_since]
    order = np.lexsort((won, person))
    (table,) = spread(then.known.count, person[order], won[order])
    return np.concatenate([np.full((then.known.count, 1), published), table], axis=1)


def _landed(then: Case, columns: Indexes, concerns: Flags, instants: Moments) -> Moments:
    """Give the first of these instants at which each has covered all of what concerns them; FOREVER: at none."""
    found = np.full(then.known.count, FOREVER)
    for place in range(instants.shape[1]):
        at = np.ascontiguousarray(instants[:, place])
        is_whole = at < FOREVER
        for column, each in enumerate(columns):
            is_whole &= ~concerns[:, column] | then.coverage.is_covered(then.asked[each][1].index, at)
        found = np.where(is_whole & (found == FOREVER), at, found)
    return found
