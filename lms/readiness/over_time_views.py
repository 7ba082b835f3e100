"""Readiness by day, and how changes land: pages and their files."""

from typing import Any

from babel.dates import format_date
from flask import Response, abort, render_template, request
from flask_babel import get_locale
from flask_login import current_user

from lms.access import Role, requires
from lms.forms import QuestionNotUnderstood
from lms.readiness import charts, over_time_export, queries, readers
from lms.readiness.changes import Changes
from lms.readiness.changes import changes as changes_found
from lms.readiness.forms import Asked, asked, local_text
from lms.readiness.landing import GOALS
from lms.readiness.over_time import OverTime
from lms.readiness.over_time import over_time as found_over_time
from lms.readiness.over_time_forms import MOST_COMPARED, Period, period
from lms.readiness.readers import READERS
from lms.readiness.views import bp

PER_PAGE = 10
PEOPLE_PER_PAGE = 25


def _offered(question: Period | Asked, policy: str = "") -> queries.Choices:
    return readers.offered(
        at=question.at, known_at=question.known_at, queue=question.queue, team=question.team, policy=policy
    )


def _csv(name: str, text: str) -> Response:
    return Response(
        text,
        content_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _days() -> tuple[Period, queries.Choices, OverTime]:
    question = readers.answerable(lambda now: period(request.args, zone=current_user.timezone, now=now))
    offered = _offered(question)
    found = found_over_time(
        readers.scope(),
        question.instants,
        known_at=question.known_at,
        queue=question.queue or None,
        team=question.team or None,
    )
    return question, offered, found


@bp.get("/over-time")
@requires(*READERS)
def over_time() -> str:
    """The share of each queue at the end of each day."""
    question, offered, found = _days()
    here = get_locale() or "en"
    return render_template(
        "readiness/over_time.html",
        question=question,
        choices=offered,
        found=found,
        chart=charts.days_chart(found, [format_date(day, "d MMM y", locale=here) for day in question.days]),
        percent=charts.percent,
        known_local=local_text(question.known_at, question.zone) if question.known_text else "",
    )


@bp.get("/over-time.csv")
@requires(*READERS)
def over_time_csv() -> Response:
    """The same figures, a line for each day and queue."""
    question, _, found = _days()
    return _csv(
        f"readiness-{question.first_day}-to-{question.last_day}", over_time_export.days_csv(found, question.days)
    )


def _changes(shown: Any, *, policy: str | None = None) -> tuple[Asked, queries.Choices, Changes]:
    question = readers.answerable(lambda now: asked(request.args, zone=current_user.timezone, now=now))
    named = policy or question.policy
    offered = _offered(question, named)
    found = changes_found(
        readers.scope(),
        at=question.at,
        known_at=question.known_at,
        policy=named or None,
        queue=question.queue or None,
        team=question.team or None,
        shown=shown(question) if callable(shown) else shown,
    )
    return question, offered, found


def _page(question: Asked) -> slice:
    return slice((question.page - 1) * PER_PAGE, question.page * PER_PAGE)


def _shown(question: Asked, offered: queries.Choices, found: Changes) -> dict[str, Any]:
    """What every page about changes is given."""
    return {
        "question": question,
        "choices": offered,
        "found": found,
        "goals": GOALS,
        "charts": charts,
        "at_local": local_text(question.at, current_user.timezone) if question.at_text else "",
        "known_local": local_text(question.known_at, current_user.timezone) if question.known_text else "",
    }


@bp.get("/changes")
@requires(*READERS)
def changes() -> str:
    """Each published version: how soon people had shown what it asks."""
    question, offered, found = _changes(_page)
    pages = max(1, -(-len(found.every) // PER_PAGE))
    if question.page > pages:
        abort(404)
    return render_template(
        "readiness/changes.html", pages=pages, most=MOST_COMPARED, **_shown(question, offered, found)
    )


@bp.get("/changes.csv")
@requires(*READERS)
def changes_csv() -> Response:
    """The same for all of them."""
    _, _, found = _changes(slice(None))
    return _csv("changes-landing", over_time_export.changes_csv(found.landings))


def _compared() -> tuple[Asked, queries.Choices, Changes]:
    keys = list(dict.fromkeys(request.args.getlist("change")))
    if not 1 <= len(keys) <= MOST_COMPARED:
        raise QuestionNotUnderstood("Choose up to %(most)s changes to compare.", most=MOST_COMPARED)
    question, offered, found = _changes(keys)
    if len(found.landings) != len(keys):
        abort(404)
    return question, offered, found


@bp.get("/changes/compare")
@requires(*READERS)
def compare() -> str:
    """Several changes side by side, counted from when each was published."""
    question, offered, found = _compared()
    return render_template(
        "readiness/compare.html",
        chart=charts.landing_chart(found.landings),
        keys=[each.change.key for each in found.landings],
        **_shown(question, offered, found),
    )


@bp.get("/changes/compare.csv")
@requires(*READERS)
def compare_csv() -> Response:
    """The points of their curves."""
    _, _, found = _compared()
    return _csv("changes-compared", over_time_export.curves_csv(found.landings))


def _one(policy: str, version: int) -> tuple[Asked, queries.Choices, Changes]:
    question, offered, found = _changes([f"{policy}@{version}"], policy=policy)
    if not found.landings:
        abort(404)
    return question, offered, found


@bp.get("/changes/<policy>/<int:version>")
@requires(*READERS)
def change(policy: str, version: int) -> str:
    """How one change lands: its curve, where it lags, who is missing."""
    question, offered, found = _one(policy, version)
    (landing,) = found.landings
    pages = max(1, -(-len(landing.waiting) // PEOPLE_PER_PAGE))
    page = min(question.page, pages)
    return render_template(
        "readiness/change.html",
        landing=landing,
        chart=charts.landing_chart([landing]),
        people=landing.waiting[(page - 1) * PEOPLE_PER_PAGE : page * PEOPLE_PER_PAGE],
        page=page,
        pages=pages,
        frozen={name: value for name, value in question.frozen().items() if name != "policy"},
        may_see_statistics=current_user.has(Role.OWNER, Role.ADMINISTRATOR),
        **_shown(question, offered, found),
    )


@bp.get("/changes/<policy>/<int:version>/curve.csv")
@requires(*READERS)
def curve_csv(policy: str, version: int) -> Response:
    """The points of its curve."""
    _, _, found = _one(policy, version)
    return _csv(f"{policy}-v{version}-landing", over_time_export.curves_csv(found.landings))


@bp.get("/changes/<policy>/<int:version>/not-yet.csv")
@requires(*READERS)
def not_yet_csv(policy: str, version: int) -> Response:
    """Who has not shown it yet."""
    _, _, found = _one(policy, version)
    return _csv(f"{policy}-v{version}-not-yet", over_time_export.waiting_csv(found.landings[0]))
