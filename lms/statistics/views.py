"""The statistics of a policy's items: the policies, all items of one, one item, and the file."""

from flask import Blueprint, Response, abort, render_template, request
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.need_to_know import note_read
from lms.statistics import queries
from lms.statistics.export import csv_text
from lms.statistics.forms import Asked, asked
from lms.statistics.listing import listed, points
from lms.statistics.queries import ItemStatistics, Statistics

bp = Blueprint("statistics", __name__, url_prefix="/statistics")

READERS = (Role.OWNER, Role.ADMINISTRATOR)


def _sight() -> queries.Sight:
    return queries.Sight(
        person_id=current_user.person_id,
        sees_all=current_user.has(Role.ADMINISTRATOR),
        vendor=current_user.vendor,
    )


def _found(slug: str) -> tuple[Statistics, Asked]:
    question = asked(request.args, zone=current_user.timezone)
    found = queries.statistics(
        slug, sight=_sight(), number=question.version, since=question.since, until=question.until
    )
    return found or abort(404), question


def _note(found: Statistics, *lines: ItemStatistics) -> None:
    """Each reading of what is need-to-know is noted."""
    policy = found.policy
    secret = {clause for line in lines if line.is_need_to_know for clause, _ in line.clauses}
    if policy.is_need_to_know or secret:
        clauses = () if policy.is_need_to_know else secret
        note_read(policy.slug, number=found.version.number, clauses=clauses, by=current_user.person_id, now=clock.now())


@bp.get("")
@requires(*READERS)
def index() -> str:
    """The policies whose quizzes the reader answers for."""
    return render_template("statistics/index.html", policies=queries.policies(_sight()))


@bp.get("/<slug>")
@requires(*READERS)
def policy(slug: str) -> str:
    """Every item of a quiz: how hard it is, whether it tells who knows, what to look at."""
    found, question = _found(slug)
    shown = listed(found, question)
    _note(found, *shown.lines)
    return render_template("statistics/policy.html", found=found, question=question, listed=shown, points=points(found))


@bp.get("/<slug>/items.csv")
@requires(*READERS)
def items_csv(slug: str) -> Response:
    """The same items with all their figures."""
    found, _ = _found(slug)
    _note(found, *found.items)
    name = f"statistics-{found.policy.slug}-v{found.version.number}.csv"
    return Response(
        csv_text(found),
        content_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/<slug>/items/<item>")
@requires(*READERS)
def item(slug: str, item: str) -> str:
    """One item: what was answered, by whom in general, and what that says."""
    found, question = _found(slug)
    line = found.item(item) or abort(404)
    _note(found, line)
    return render_template("statistics/item.html", found=found, question=question, line=line)
