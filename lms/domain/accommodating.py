"""What somebody is given beside what a quiz gives everybody: more time, no time limit, more attempts.

An accommodation is recorded for a person, from a moment on and maybe until one; a later one takes the place of those
before it. Nobody's attempt gets shorter while it is under way. Source: domain.md section 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

ARRIVAL_GRACE = timedelta(seconds=30)
"""An answer that was given by the end may take this long to arrive, and counts; no page counts on it."""


class ExtraTime(StrEnum):
    """How many times as long as the quiz gives everybody."""

    AS_SET = "1"
    HALF_MORE = "1.5"
    DOUBLE = "2"
    NO_LIMIT = "none"


_TIMES = {ExtraTime.AS_SET: 1.0, ExtraTime.HALF_MORE: 1.5, ExtraTime.DOUBLE: 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accommodation:
    """What one person is given in every quiz, from `from_at` until `until_at` or one that is recorded later."""

    time: ExtraTime
    attempts: int | None
    """Attempts at a quiz, where the quiz gives fewer."""
    from_at: datetime
    until_at: datetime | None
    recorded_at: datetime

    @property
    def is_anything(self) -> bool:
        """False for one that ends those before it."""
        return self.time is not ExtraTime.AS_SET or self.attempts is not None

    @property
    def begins_at(self) -> datetime:
        """Nothing counts before it was recorded."""
        return max(self.from_at, self.recorded_at)


def in_force(accommodations: Sequence[Accommodation], at: datetime) -> Accommodation | None:
    """Give the one that was recorded last of those that have begun; None where that one is over, or ends the others.

    `accommodations` are those of one person, in the order in which they were recorded.
    """
    begun = [each for each in accommodations if each.begins_at <= at]
    if not begun or not begun[-1].is_anything:
        return None
    last = begun[-1]
    return last if last.until_at is None or at < last.until_at else None


def time_limit(
    minutes: int | None, accommodations: Sequence[Accommodation], *, started_at: datetime, now: datetime
) -> timedelta | None:
    """Tell how long an attempt that began at `started_at` may take, as things are `now`; None for as long as they like.

    `minutes` are those of the quiz. The most generous counts of what was in force at any moment since it began: what
    is given while an attempt is open, or after its end, counts for it; what ends meanwhile, ends for the next one.
    Parts of a minute are made whole.
    """
    if minutes is None:
        return None
    moments = [started_at, *(each.begins_at for each in accommodations if started_at < each.begins_at <= now)]
    given = {mine.time for moment in moments if (mine := in_force(accommodations, moment))}
    if ExtraTime.NO_LIMIT in given:
        return None
    return timedelta(minutes=ceil(minutes * max((_TIMES[each] for each in given), default=1.0)))


def is_late(ends_at: datetime | None, now: datetime) -> bool:
    """Tell whether an answer that arrives now comes too late to count; one that was on its way at the end does not."""
    return ends_at is not None and now > ends_at + ARRIVAL_GRACE


def seconds_until(ends_at: datetime | None, now: datetime) -> int | None:
    """Tell how many whole seconds are left until the end, none below 0; None without one."""
    return None if ends_at is None else max(0, int((ends_at - now).total_seconds()))


def attempts_given(attempts: int, accommodations: Sequence[Accommodation], *, now: datetime) -> int:
    """How many attempts somebody has at a quiz that gives everybody `attempts`: theirs, where they are more."""
    mine = in_force(accommodations, now)
    return max(attempts, (mine.attempts if mine else None) or 0)
