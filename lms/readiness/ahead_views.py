"""What lies ahead as pages and files: ready people and training by week, and the rows behind each figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request

from lms.access import requires
from lms.filters import zone
from lms.readiness import ahead_files, queries, readers
from lms.readiness.ahead import Ahead
from lms.readiness.ahead_forms import WEEKS, Asked, asked
from lms.readiness.ahead_queries import ahead
from lms.readiness.readers import READERS
from lms.readiness.report import NO_TEAM
from lms.readiness.views import bp

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of rows."""

    rows: Sequence[Any]
    total: int
    people: int
    """Different people among all of them."""
    page: int
    pages: int


def _question() -> Asked:
    return readers.answerable(lambda now: asked(request.args, zone=zone(), now=now))


def _choices(question: Asked) -> queries.Choices:
    return readers.offered(
        at=question.at, known_at=question.at, queue=question.queue, team=question.team, policy=question.policy
    )


def _answer(question: Asked) -> Ahead:
    return ahead(
        scope=readers.scope(),
        at=question.at,
        zone=question.zone,
        weeks=question.weeks,
        queue=question.queue or None,
        team=question.team or None,
        policy=question.policy or None,
    )


@bp.get("/ahead")
@requires(*READERS)
def ahead_page() -> str:
    """Who stops being ready if nobody trains, and the training that falls due, week by week."""
    question = _question()
    choices = _choices(question)
    return render_template(
        "readiness/ahead.html", question=question, choices=choices, found=_answer(question), weeks=WEEKS
    )


@bp.get("/ahead/changes")
@requires(*READERS)
def ahead_changes() -> str:
    """The people behind a figure of what changes, each with moment and reason."""
    question = _question()
    _choices(question)
    found = _answer(question)
    rows = [
        each
        for each in found.turned
        if question.week in (None, each.week + 1)
        and question.kind in (None, each.kind)
        and question.effect in (None, each.effect)
        and question.about in ("", each.about)
        and question.version in (None, each.version)
    ]
    return render_template(
        "readiness/ahead_changes.html", question=question, found=found, listed=_listed(rows, question.page)
    )


@bp.get("/ahead/training")
@requires(*READERS)
def ahead_training() -> str:
    """The people behind a figure of training, each with what they have to do, until when."""
    question = _question()
    _choices(question)
    found = _answer(question)
    team = "" if question.within == NO_TEAM else question.within
    rows = [
        each
        for each in found.training
        if question.week in (None, each.week + 1) and (question.within is None or each.team == team)
    ]
    minutes = sum(each.minutes for each in rows)
    return render_template(
        "readiness/ahead_training.html",
        question=question,
        found=found,
        listed=_listed(rows, question.page),
        minutes=minutes,
    )


def _listed(rows: Sequence[Any], asked_page: int) -> Listed:
    """One page of them; a page that does not exist is the last."""
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(asked_page, pages)
    return Listed(
        rows=rows[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(rows),
        people=len({each.person_id for each in rows}),
        page=page,
        pages=pages,
    )


@bp.get("/ahead/ready.csv")
@requires(*READERS)
def ahead_ready_csv() -> Response:
    """Ready people by queue and week."""
    return _file(ahead_files.ready_csv, "text/csv; charset=utf-8; header=present", "ready", "csv")


@bp.get("/ahead/training.csv")
@requires(*READERS)
def ahead_training_csv() -> Response:
    """Minutes of training by team and week."""
    return _file(ahead_files.training_csv, "text/csv; charset=utf-8; header=present", "training", "csv")


@bp.get("/ahead/ahead.json")
@requires(*READERS)
def ahead_json() -> Response:
    """Both for programs."""
    return _file(ahead_files.json_text, "application/json", "ahead", "json")


def _file(write: Callable[[Ahead], str], content_type: str, what: str, ending: str) -> Response:
    question = _question()
    _choices(question)
    name = f"{what}-{question.at:%Y%m%dT%H%M%SZ}.{ending}"
    return Response(
        write(_answer(question)),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
