"""The heat map of the page: each cell with the address of the rows behind it."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from flask import url_for

from lms.domain.standing import State
from lms.readiness.forms import Asked
from lms.readiness.overview import Overview
from lms.readiness.report import NO_TEAM


class HeatCell(NamedTuple):
    """One team with one policy."""

    ready: int
    counted: int
    href: str
    worst: State


class HeatRow(NamedTuple):
    """One team."""

    team: str
    href: str
    cells: list[HeatCell]


def heat_rows(report: Overview, question: Asked) -> Iterator[HeatRow]:
    """The teams that are shown. What addresses share is put together once: there are hundreds of cells."""
    start = url_for("readiness.report", **question.address(team=None, policy=None, state=None))
    start += "&" if "?" in start else "?"
    policies = [slug for slug, _ in report.policies]
    narrowing = ["&" + urlencode({"policy": slug}) for slug in policies]
    for team in report.shown_teams:
        key = team or NO_TEAM
        here = start + urlencode({"team": key})
        cells = [
            HeatCell(ready, counted, here + policy, worst)
            for policy, (ready, counted, worst) in zip(narrowing, report.cells.row(team, policies), strict=True)
        ]
        yield HeatRow(team, url_for("readiness.report", **question.address(team=key)), cells)
