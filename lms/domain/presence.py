"""Since when a clause concerns a person without a break, when the person `entered`, and what counts like leave.

Source: domain.md section 4, "Due", on `entered`, absences and leave.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, cast

from lms.domain.intervals import FOREVER, Interval, intersect, union
from lms.domain.known import Known
from lms.domain.lineage import Lineage, Queues, Span


class Run(NamedTuple):
    """A time without a break up to an instant; absences within the re-entry time do not break it."""

    start: datetime
    noted_at: datetime
    """Since when the system knew that it had begun."""
    absences: tuple[Interval, ...]


class Presence(NamedTuple):
    """How one clause came to concern one person."""

    concerned: Run
    """Since when it has concerned them, in whatever wording."""
    entered: Run
    """Since when they have been active in a queue that makes it concern them, under this requirement."""


def presence(known: Known, meanings: Lineage, spans: tuple[Span, ...], at: datetime) -> Presence:
    """Give the presence for a clause in force as `spans`, the last of which concerns the person at `at`.

    A version that adds a clause to a queue which the policy already served makes the clause concern people, but they
    entered earlier: for them the grace of that version counts, not their onboarding.
    """
    key = ("presence", meanings.numbers, spans, at)
    if key not in known.memo:
        concern = known.concern(spans)
        queues = next(span.queues for span in spans if span.start <= at < span.end)
        served = union([*concern, *_service(known, meanings, queues)])
        known.memo[key] = Presence(_run(known, concern, queues, at), _run(known, served, queues, at))
    return cast(Presence, known.memo[key])


def _service(known: Known, meanings: Lineage, queues: Queues) -> list[Interval]:
    """Give when the person was in one of these queues (none: the policy's) while the policy asked anything of it."""
    first = meanings.versions[0]
    begun = Interval(first.effective_at, FOREVER, max(first.effective_at, first.recorded_at))
    if not queues:
        return intersect(known.reach(queues), [begun])
    named = [span._replace(queues=span.queues & queues) for span in meanings.named if span.queues & queues]
    return [*intersect(known.served(queues), [begun]), *known.concern(named)]


def _run(known: Known, intervals: list[Interval], queues: Queues, at: datetime) -> Run:
    """Give the run of these intervals that contains `at`.

    Only a person's own absence can be bridged: when a version or the settings took the queue away and gave it back,
    the requirement is new for those who were there.
    """
    start, noted_at, absences = intervals[0].start, intervals[0].noted_at, []
    for before, after in pairwise(intervals):
        reentry = timedelta(days=known.settings_for(start).reentry_days)
        if after.start - before.end <= reentry and not known.was_there_before(queues, after.start):
            absences.append(Interval(before.end, after.start, before.end))
            noted_at = min(noted_at, after.noted_at)
        elif after.start > at:
            break
        else:
            start, noted_at, absences = after.start, after.noted_at, []
    return Run(start, noted_at, tuple(absences))
