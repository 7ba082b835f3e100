"""Figures of items from the answers of many people. Pure: arrays in, frozen values out; NumPy and SciPy count.

Shares are 0 to 1, times are seconds, every interval is one of 95 %. The figures are those of classical test theory:
facility, item-rest correlation, distractor analysis (Haladyna & Rodriguez, *Developing and Validating Test Items*,
2013, chapters 15 and 17) and Cronbach's alpha with Feldt's interval (Feldt, Psychometrika 30, 1965).
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import NDArray

CONFIDENCE = 0.95
LEAST_FOR_CORRELATION = 4
"""People; with three Fisher's interval is everything there is."""
LEAST_FOR_ALPHA = 20
"""People who were asked exactly the same."""
LEAST_ITEMS_FOR_ALPHA = 3
BEST = 0.75
"""The best are those whose rest score is at this quantile or above, unless that is more than half of all."""
_DIGITS = 9
"""Rest scores are rounded so that the same sum, added up in another order, is the same score."""

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class WhyNot(StrEnum):
    """Why a figure has no value."""

    TOO_FEW = "too few"
    ALIKE = "alike"
    """Everybody did equally well, in the item or in the rest: nothing goes with anything."""
    DIFFERENT_ITEMS = "different items"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure, how many people it is about, and its interval; None where it cannot be said."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    count: int = 0
    why_not: WhyNot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFigures:
    """One option, or one clause to cite, of an item."""

    chosen: int
    """People."""
    share: Estimate
    """Of everybody who was asked."""
    rest: Estimate
    """Mean rest score of who chose it."""
    best: float | None
    """Share of the best who chose it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigures:
    """One item."""

    attempts: int
    facility: Estimate
    """Mean share of the points: high is easy."""
    discrimination: Estimate
    """Correlation of the item with the rest of the quiz: high tells who knows."""
    old_rule: Estimate
    """Share who answered by a rule that no longer holds."""
    unanswered: Estimate
    seconds: Estimate
    """Median time spent; `count` is of how many it was measured."""
    best: int
    """How many the best are; 0 where half of all or more did equally well."""
    parts: tuple[PartFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Cronbach's alpha of the items that most people were asked together."""

    alpha: Estimate
    items: int
    people: int
    """Of the whole sheet; `alpha.count` is how many of them were asked the same items."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """First attempts as columns: R answers of A attempts to I items; C parts chosen in answers."""

    attempt: Numbers
    """(R,) 0 … A-1, whose answer it is."""
    item: Numbers
    """(R,) 0 … I-1, to what."""
    share: Floats
    """(R,) Share of the points of the item, 0 to 1."""
    is_old_rule: Flags
    """(R,)"""
    is_unanswered: Flags
    """(R,)"""
    seconds: Floats
    """(R,) NaN where nobody measured it."""
    chosen_row: Numbers
    """(C,) 0 … R-1, in which answer."""
    chosen_part: Numbers
    """(C,) 0 … parts of that item - 1, which part was chosen."""
    is_scored: Flags
    """(I,) False for what is tried out: it is in nobody's rest score."""
    parts: Numbers
    """(I,) How many parts an item has."""

    @property
    def attempts(self) -> int:
        """A."""
        return int(self.attempt.max()) + 1 if self.attempt.size else 0


@lru_cache(maxsize=100_000)
def share_of(count: int, total: int) -> Estimate:
    """A share of people with Wilson's score interval (SciPy's); an empty total has none."""
    if not total:
        return Estimate(why_not=WhyNot.TOO_FEW)
    # The interval does not depend on `p`; the test of the share that was seen is over at once.
    found = scipy.stats.binomtest(count, total, p=count / total).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(value=count / total, low=float(found.low), high=float(found.high), count=total)


def mean_share(shares: Floats) -> Estimate:
    """Mean of shares (n,). Wilson's interval, taken a part of a point down and up.

    A share in part varies less than all or nothing with the same mean, so this is never too narrow.
    """
    total = len(shares)
    if not total:
        return Estimate(why_not=WhyNot.TOO_FEW)
    points = round(float(shares.sum()), _DIGITS)
    return Estimate(
        value=min(1.0, points / total),
        low=share_of(int(np.floor(points)), total).low,
        high=share_of(min(total, int(np.ceil(points))), total).high,
        count=total,
    )


def mean_of(scores: Floats) -> Estimate:
    """Mean of scores (n,) between 0 and 1 with Student's interval (SciPy's); none where all are the same."""
    if not scores.size:
        return Estimate(why_not=WhyNot.TOO_FEW)
    value, low, high = float(scores.mean()), None, None
    if np.ptp(scores) > 0:
        found = scipy.stats.ttest_1samp(scores, 0).confidence_interval(CONFIDENCE)
        low, high = (float(np.clip(each, 0, 1)) for each in (found.low, found.high))
    return Estimate(value=value, low=low, high=high, count=scores.size)


def correlation(one: Floats, other: Floats) -> Estimate:
    """Pearson's correlation of (n,) and (n,) with Fisher's z interval (both SciPy's)."""
    if one.size < LEAST_FOR_CORRELATION:
        return Estimate(count=one.size, why_not=WhyNot.TOO_FEW)
    if not (np.ptp(one) > 0 and np.ptp(other) > 0):
        return Estimate(count=one.size, why_not=WhyNot.ALIKE)
    found = scipy.stats.pearsonr(one, other)
    interval = found.confidence_interval(CONFIDENCE)
    return Estimate(value=float(found.statistic), low=float(interval.low), high=float(interval.high), count=one.size)


def median_of(seconds: Floats) -> Estimate:
    """Median of times (n,), NaN left out, with the interval between order statistics (SciPy's quantile_test)."""
    known = seconds[~np.isnan(seconds)]
    if not known.size:
        return Estimate(why_not=WhyNot.TOO_FEW)
    value = float(np.median(known))
    found = scipy.stats.quantile_test(known, q=value, p=0.5).confidence_interval(CONFIDENCE)
    low, high = (None if np.isnan(each) else float(each) for each in (found.low, found.high))
    return Estimate(value=value, low=low, high=high, count=known.size)


def rest_scores(sheet: Sheet) -> Floats:
    """(R,) How well who gave each answer did in the scored items they were asked beside it; NaN where there is none."""
    counts = sheet.is_scored[sheet.item].astype(float)
    own = sheet.share * counts
    points = np.bincount(sheet.attempt, weights=own, minlength=sheet.attempts)[sheet.attempt] - own
    asked = np.bincount(sheet.attempt, weights=counts, minlength=sheet.attempts)[sheet.attempt] - counts
    rest = np.full(sheet.share.shape, np.nan)
    np.divide(points, asked, out=rest, where=asked > 0)
    return np.round(rest, _DIGITS)


def items_of(sheet: Sheet) -> tuple[ItemFigures, ...]:
    """The figures of each item (I), in the order of the sheet."""
    rest = rest_scores(sheet)
    items = range(len(sheet.is_scored))
    order = np.argsort(sheet.item, kind="stable")
    rows = np.split(order, np.searchsorted(sheet.item[order], items[1:])) if items else []
    by_item = np.argsort(sheet.item[sheet.chosen_row], kind="stable")
    of_chosen = sheet.item[sheet.chosen_row][by_item]
    chosen = np.split(by_item, np.searchsorted(of_chosen, items[1:])) if items else []
    return tuple(_item(sheet, rest, rows[each], chosen[each], int(sheet.parts[each])) for each in items)


def _item(sheet: Sheet, rest: Floats, rows: Numbers, chosen: Numbers, parts: int) -> ItemFigures:
    """`rows` (n,) and `chosen` (c,) are where the item stands in the sheet."""
    has_rest = ~np.isnan(rest[rows])
    ranked = rows[has_rest]
    line = np.quantile(rest[ranked], BEST) if ranked.size else np.nan
    total = len(rows)
    best = int((rest[ranked] >= line).sum())
    best = best if 2 * best <= ranked.size else 0
    return ItemFigures(
        attempts=total,
        facility=mean_share(sheet.share[rows]),
        discrimination=correlation(sheet.share[ranked], rest[ranked]),
        old_rule=share_of(int(sheet.is_old_rule[rows].sum()), total),
        unanswered=share_of(int(sheet.is_unanswered[rows].sum()), total),
        seconds=median_of(sheet.seconds[rows]),
        best=best,
        parts=tuple(
            _part(rest[sheet.chosen_row[chosen[sheet.chosen_part[chosen] == part]]], total, line=line, best=best)
            for part in range(parts)
        ),
    )


def _part(rest: Floats, total: int, *, line: float, best: int) -> PartFigures:
    """`rest` (k,): the rest scores of who chose it."""
    known = rest[~np.isnan(rest)]
    return PartFigures(
        chosen=rest.size,
        share=share_of(rest.size, total),
        rest=mean_of(known),
        best=int((known >= line).sum()) / best if best else None,
    )


def reliability(sheet: Sheet) -> Reliability:
    """Cronbach's alpha over the largest group of people who were asked exactly the same scored items.

    Items are drawn, so that a quiz has no one score whose parts could be compared; alpha over holes would be made up.
    """
    scored = np.flatnonzero(sheet.is_scored)
    asked = np.zeros((sheet.attempts, len(sheet.is_scored)), dtype=bool)
    shares = np.zeros(asked.shape)
    asked[sheet.attempt, sheet.item] = True
    shares[sheet.attempt, sheet.item] = sheet.share
    if not (sheet.attempts and scored.size):
        return Reliability(alpha=Estimate(why_not=WhyNot.TOO_FEW), items=0, people=sheet.attempts)
    sets, which, sizes = np.unique(asked[:, scored], axis=0, return_inverse=True, return_counts=True)
    largest = int(sizes.argmax())
    same = shares[which.ravel() == largest][:, scored[sets[largest]]]
    return Reliability(alpha=_alpha(same, sheet.attempts), items=same.shape[1], people=sheet.attempts)


def _alpha(shares: Floats, everybody: int) -> Estimate:
    """`shares` (n, k): people by items; Feldt's interval from the F distribution."""
    people, items = shares.shape
    if people < LEAST_FOR_ALPHA or items < LEAST_ITEMS_FOR_ALPHA:
        is_scattered = everybody >= LEAST_FOR_ALPHA and people < LEAST_FOR_ALPHA
        return Estimate(count=people, why_not=WhyNot.DIFFERENT_ITEMS if is_scattered else WhyNot.TOO_FEW)
    whole = shares.sum(axis=1).var(ddof=1)
    if not round(float(whole), _DIGITS):
        return Estimate(count=people, why_not=WhyNot.ALIKE)
    value = float(items / (items - 1) * (1 - shares.var(axis=0, ddof=1).sum() / whole))
    spread = scipy.stats.f(people - 1, (people - 1) * (items - 1))
    tail = (1 - CONFIDENCE) / 2
    return Estimate(
        value=value,
        low=float(1 - (1 - value) * spread.ppf(1 - tail)),
        high=float(1 - (1 - value) * spread.ppf(tail)),
        count=people,
    )
