"""The readiness report as a page and as files."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, abort, render_template, request
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.readiness import queries, sending
from lms.readiness.export import Narrowed
from lms.readiness.forms import Asked, asked, local_text
from lms.readiness.listing import listed
from lms.readiness.overview import Overview
from lms.readiness.overview_queries import overview
from lms.readiness.report import NO_TEAM, Within
from lms.replica import turn_to_replica

bp = Blueprint("readiness", __name__, url_prefix="/readiness")

READERS = (Role.LEAD, Role.OWNER, Role.ADMINISTRATOR)


def _scope() -> Within:
    """A lead sees their team trees; who owns policies or runs Muster every team; a vendor's people only their own."""
    sees_all = current_user.has(Role.OWNER, Role.ADMINISTRATOR)
    return Within(None if sees_all else current_user.team_paths(Role.LEAD), current_user.vendor)


def _question() -> Asked:
    """What is asked, of now; or of the instant that the replica has replayed, where the report is read from it."""
    zone, now = current_user.timezone, clock.now()
    first = asked(request.args, zone=zone, now=now)
    instant = turn_to_replica(first.known_at if first.known_text else None, now=now)
    return asked(request.args, zone=zone, now=instant)


def _choices(question: Asked) -> queries.Choices:
    return queries.choices(
        _scope(), at=question.at, known_at=question.known_at, team=question.team, queue=question.queue
    )


def _answer(question: Asked, choices: queries.Choices) -> Overview:
    """The report that is asked for; 404 for a queue, team or policy that does not exist for this reader."""
    offered = (
        (question.queue, dict(choices.queues)),
        (question.team, {*choices.teams, NO_TEAM}),
        (question.policy, dict(choices.policies)),
    )
    if any(value and value not in known for value, known in offered):
        abort(404)
    return overview(
        scope=_scope(),
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
    choices = _choices(question)
    found = _answer(question, choices)
    question = replace(question, at=found.at, known_at=found.known_at)  # so that its files are of the same moment
    return render_template(
        "readiness/report.html",
        question=question,
        choices=choices,
        report=found,
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
    found = _answer(question, _choices(question))
    narrowed = Narrowed(queue=question.queue, team=question.team, policy=question.policy, state=question.state)
    return send(found, narrowed)
