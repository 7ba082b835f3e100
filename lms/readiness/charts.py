"""What a chart shows, in the reader's words: the same points for its drawing, its script and whoever listens to it.

A chart is drawn by `components/chart.html` without a script and by `chart.js` with one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from flask_babel import format_decimal, gettext, ngettext

from lms.languages import is_right_to_left, of_reader
from lms.readiness.landing import Landing
from lms.readiness.over_time import OverTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment that is marked by a line."""

    x: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line of a chart."""

    name: str
    values: tuple[float | None, ...]
    """Per cent at each position; None: nothing to tell there."""
    said: tuple[str, ...]
    """The same in words."""
    mark: Mark | None = None
    summary: str = ""

    def path(self, chart: "Chart") -> str:
        """The line as an SVG path in a field of 100 by 100."""
        drawn: list[str] = []
        is_on, before = False, 0.0
        for x, value in zip(chart.x, self.values, strict=True):
            if value is None:
                is_on = False
                continue
            at, up = round(chart.across(x), 2), round(100 - value, 2)
            step = f"L{at} {before}" if chart.is_stepped and is_on else ""
            drawn.append(f"{step}{'L' if is_on else 'M'}{at} {up}")
            is_on, before = True, up
        return "".join(drawn) + ("h0.01" if len(drawn) == 1 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over the same positions."""

    label: str
    across_label: str
    """What lies along the axis."""
    x: tuple[float, ...]
    labels: tuple[str, ...]
    """Each position in words."""
    series: tuple[Series, ...]
    is_stepped: bool = False

    def across(self, x: float) -> float:
        """A position in per cent of the width."""
        first, last = self.x[0], self.x[-1]
        return 100 * (x - first) / (last - first) if last > first else 50.0

    def for_script(self) -> dict[str, object]:
        """What `chart.js` reads."""
        return {
            "label": self.label,
            "acrossLabel": self.across_label,
            "x": self.x,
            "labels": self.labels,
            "isStepped": self.is_stepped,
            "isRightToLeft": is_right_to_left(of_reader()),
            "nothing": gettext("Nothing to tell"),
            "series": [
                {
                    "name": each.name,
                    "values": each.values,
                    "said": each.said,
                    "mark": {"x": each.mark.x, "text": each.mark.text} if each.mark else None,
                }
                for each in self.series
            ],
        }


def percent(part: int, total: int) -> str:
    """Rounded down, so that 100 % means all."""
    return f"{100 * part // total} %" if total else "–"


def hours_text(hours: float) -> str:
    """`36.5`, as the reader writes it."""
    return str(format_decimal(round(hours, 1), format="0.#"))


def after(hours: float) -> str:
    """`36.5 hours after publication`."""
    hours = round(hours, 1)
    number = int(hours) if hours == int(hours) else ceil(hours) + 1
    return ngettext(
        "%(shown)s hour after publication", "%(shown)s hours after publication", number, shown=hours_text(hours)
    )


def days_chart(found: OverTime, days: Sequence[str]) -> Chart:
    """The share of ready people by queue and day; `days` are the days in words."""
    series = []
    for line in found.lines:
        shares = [point.share for point in line.points]
        series.append(
            Series(
                name=line.name,
                values=tuple(round(100 * each.ready / each.counted, 1) if each.counted else None for each in shares),
                said=tuple(
                    f"{percent(each.ready, each.counted)}, "
                    + gettext("%(ready)s of %(total)s ready", ready=each.ready, total=each.counted)
                    if each.counted
                    else gettext("Nobody needs it")
                    for each in shares
                ),
                summary=_days_summary(
                    [(day, each.ready, each.counted) for day, each in zip(days, shares, strict=True)]
                ),
            )
        )
    return Chart(
        label=gettext("Share of people who are ready, by queue and day"),
        across_label=gettext("End of the day"),
        x=tuple(float(place) for place in range(len(days))),
        labels=tuple(days),
        series=tuple(series),
    )


def _days_summary(points: Sequence[tuple[str, int, int]]) -> str:
    """What a line tells, for who does not see it."""
    told = [(day, ready, total) for day, ready, total in points if total]
    if not told:
        return gettext("Nobody needs it")
    (first_day, *first), (last_day, *last) = told[0], told[-1]
    low_day, *low = min(told, key=lambda each: each[1] / each[2])
    return gettext(
        "%(last)s on %(last_day)s, %(first)s on %(first_day)s, lowest %(low)s on %(low_day)s",
        last=percent(*last), last_day=last_day, first=percent(*first), first_day=first_day,
        low=percent(*low), low_day=low_day,
    )  # fmt: skip


def landing_chart(landings: Sequence[Landing]) -> Chart:
    """How many had shown a change so many hours after it was published, for one change or several."""
    hours = tuple(sorted({each for landing in landings for each in landing.instants}))
    return Chart(
        label=gettext("Share of people who have shown what the change asks, by hours since its publication"),
        across_label=gettext("Hours since publication"),
        x=hours,
        labels=tuple(after(each) for each in hours),
        series=tuple(_landing_series(landing, hours) for landing in landings),
        is_stepped=True,
    )


def name_of(landing: Landing) -> str:
    """`Legal requests, version 2`."""
    change = landing.change
    return gettext("%(policy)s, version %(version)s", policy=change.policy_title, version=change.version)


def _landing_series(landing: Landing, hours: Sequence[float]) -> Series:
    figures, effective = landing.figures, landing.change.effective_hours
    is_there = [hour <= max(landing.end, 0.0) and bool(figures.counted) for hour in hours]
    return Series(
        name=name_of(landing),
        values=tuple(figures.share_by(hour) if told else None for hour, told in zip(hours, is_there, strict=True)),
        said=tuple(
            f"{percent(figures.landed_by(hour), figures.counted)}, {shown(figures.landed_by(hour), figures.counted)}"
            if told
            else gettext("Nothing to tell")
            for hour, told in zip(hours, is_there, strict=True)
        ),
        mark=Mark(x=effective, text=gettext("Takes effect")) if effective <= hours[-1] else None,
        summary=landing_summary(landing),
    )


def shown(landed: int, counted: int) -> str:
    """`12 of 30 have shown it`."""
    return gettext("%(landed)s of %(counted)s have shown it", landed=landed, counted=counted)


def landing_summary(landing: Landing) -> str:
    """What the curve tells, for who does not see it."""
    figures = landing.figures
    if not figures.counted:
        return gettext("It asks nothing new of anybody here.")
    told = [shown(figures.landed, figures.counted)]
    for goal in (50, 80, 95):
        hours = figures.hours_to(goal)
        if hours is not None:
            told.append(gettext("%(goal)s %% after %(hours)s h", goal=goal, hours=hours_text(hours)))
        else:
            told.append(gettext("%(goal)s %%: not yet", goal=goal))
    effective = landing.change.effective_hours
    if landing.is_effective:
        by_then = percent(figures.landed_by(effective), figures.counted)
        told.append(
            gettext("%(share)s as it took effect, after %(hours)s h", share=by_then, hours=hours_text(effective))
        )
    return "; ".join(told)
