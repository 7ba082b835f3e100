"""Since when a clause concerns people without a break, and when they `entered`: the twin of `lms.domain.presence`."""

from typing import NamedTuple, cast

import numpy as np

from lms.domain.intervals import FOREVER as LAST
from lms.domain.intervals import Interval
from lms.domain.lineage import Lineage, Queues, Span
from lms.everybody.intervals import FOREVER, Intervals, Moments, clip, moment, number, union
from lms.everybody.known import Known


class Run(NamedTuple):
    """A time without a break up to an instant; absences within the re-entry time do not break it."""

    start: Moments
    noted: Moments
    absences: Intervals


class Presence(NamedTuple):
    """How one clause came to concern people."""

    concerned: Run
    entered: Run


def presence(known: Known, meanings: Lineage, spans: tuple[Span, ...], at: Moments) -> Presence:
    """Give the presence for a clause in force as `spans`, the last of which concerns these people, each at their `at`.

    No version takes effect between the earliest and the latest `at`.
    """
    key = ("presence", meanings.numbers, spans, id(at))
    if key not in known.memo:
        one = moment(int(at[0]))
        concern = known.concern(spans)
        queues = next(span.queues for span in spans if span.start <= one < span.end)
        served = union(known.count, [concern, *_service(known, meanings, queues)])
        # With `at`, so that its id is not given to another one.
        known.memo[key] = (at, Presence(_run(known, concern, queues, at), _run(known, served, queues, at)))
    return cast("tuple[Moments, Presence]", known.memo[key])[1]


def _service(known: Known, meanings: Lineage, queues: Queues) -> list[Intervals]:
    """Give when people were in one of these queues (none: the policy's) while the policy asked anything of it."""
    first = meanings.versions[0]
    begun = Interval(first.effective_at, LAST, max(first.effective_at, first.recorded_at))
    from_then = (number(begun.start), FOREVER, number(begun.noted_at))
    if not queues:
        return [clip(known.reach(queues), *from_then)]
    named = [span._replace(queues=span.queues & queues) for span in meanings.named if span.queues & queues]
    return [clip(known.served(sorted(queues)), *from_then), known.concern(named)]


def _run(known: Known, each: Intervals, queues: Queues, at: Moments) -> Run:
    """Give the run of each one's intervals that contains their `at`."""
    start, noted = each.start[:, 0], each.noted[:, 0]
    has_stopped = np.zeros(known.count, dtype=bool)
    absences: list[Intervals] = []
    for place in range(1, each.start.shape[1]):
        left, back = each.end[:, place - 1], each.start[:, place]
        goes_on = ~has_stopped & (back < FOREVER)
        is_short = back - left <= known.terms.reentry[known.terms.place(start)]
        is_bridged = goes_on & is_short & ~known.was_there_before(queues, back)
        is_new = goes_on & ~is_bridged & (back <= at)
        has_stopped |= goes_on & ~is_bridged & ~is_new
        noted = np.where(is_bridged, np.minimum(noted, each.noted[:, place]), noted)
        start, noted = np.where(is_new, back, start), np.where(is_new, each.noted[:, place], noted)
        absences = [Intervals(*(np.where(is_new[:, None], FOREVER, one) for one in old)) for old in absences]
        absences.append(Intervals(*(np.where(is_bridged, one, FOREVER)[:, None] for one in (left, back, left))))
    return Run(start, noted, union(known.count, absences))
