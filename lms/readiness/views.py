"""The readiness report as a page and as files."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, render_template, request
from flask_login import current_user

from lms import clock
from lms.access import requires
from lms.readiness import readers, sending
from lms.readiness.export import Narrowed
from lms.readiness.forms import Asked, asked, local_text
from lms.readiness.heat import heat_rows
from lms.readiness.listing import listed
from lms.readiness.overview import Overview
from lms.readiness.overview_queries import overview
from lms.readiness.queries import Choices
from lms.readiness.readers import READERS

bp = Blueprint("readiness", __name__, url_prefix="/readiness")


def _question() -> Asked:
    return readers.answerable(lambda now: asked(request.args, zone=current_user.timezone, now=now))


def _offered(question: Asked) -> Choices:
    return readers.offered(
        at=question.at,
        known_at=question.known_at,
        queue=question.queue,
        team=question.team,
        policy=question.policy,
    )


def _answer(question: Asked) -> Overview:
    return overview(
        scope=readers.scope(),
        at=question.at,
        known_at=question.known_at,
        now=question.now,
        queue=question.queue or None,
        team=question.team or None,
        policy=question.policy or None,
    )


@bp.get("/")
@requires(*READERS)
def report() -> str:
    """Who is ready, who is not and why, what comes next."""
    question = _question()
    choices = _offered(question)
    found = _answer(question)
    question = replace(question, at=found.at, known_at=found.known_at)  # so that its files are of the same moment
    return render_template(
        "readiness/report.html",
        question=question,
        choices=choices,
        report=found,
        heat=heat_rows(found, question),
        listed=listed(found, question),
        at_local=local_text(question.at, current_user.timezone) if question.at_text else "",
        known_local=local_text(question.known_at, current_user.timezone) if question.known_text else "",
        computed_at=clock.now(),
        may_set=current_user.may_set_gates,
    )


@bp.get("/report.csv")
@requires(*READERS)
def report_csv() -> Response:
    """The rows of the report, a piece at a time; moments say their zone themselves."""
    return _file(sending.as_csv)


@bp.get("/report.json")
@requires(*READERS)
def report_json() -> Response:
    """The same rows for programs."""
    return _file(sending.as_json)


@bp.get("/report.xlsx")
@requires(*READERS)
def report_xlsx() -> Response:
    """The same rows typed, with headline and heat map."""
    return _file(sending.as_xlsx)


@bp.get("/report.pdf")
@requires(*READERS)
def report_pdf() -> Response:
    """The page on paper, in the reader's language and zone."""
    return _file(sending.as_pdf)


def _file(send: Callable[[Overview, Narrowed], Response]) -> Response:
    question = _question()
    _offered(question)
    found = _answer(question)
    narrowed = Narrowed(queue=question.queue, team=question.team, policy=question.policy, state=question.state)
    return send(found, narrowed)
