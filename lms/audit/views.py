"""The audit log as a page and as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_login import current_user

from lms import clock, csv_files
from lms.access import Role, requires
from lms.audit import queries
from lms.audit.forms import Asked, asked
from lms.auditing import Act
from lms.wording import word

bp = Blueprint("audit", __name__, url_prefix="/audit")

COLUMNS = ("at", "act", "by", "person", "about", "changes", "reason", "origin")


def _question() -> Asked:
    return asked(request.args, zone=current_user.timezone)


@bp.get("")
@requires(Role.ADMINISTRATOR)
def log() -> str:
    """What was done, newest first."""
    question = _question()
    acts = [(act.value, word(act.value)) for act in sorted(Act)]
    return render_template("audit/log.html", question=question, acts=acts, listed=queries.entries(question))


@bp.get("/log.csv")
@requires(Role.ADMINISTRATOR)
def log_csv() -> Response:
    """The same entries, all of them; moments in UTC."""
    written = csv_files.text_of(COLUMNS, _rows(_question()))
    name = f"audit-{clock.now():%Y%m%dT%H%M%SZ}.csv"
    return Response(
        written,
        content_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(question: Asked) -> Iterator[dict[str, Any]]:
    for line in queries.every_entry(question):
        yield {
            "at": line.at.isoformat().replace("+00:00", "Z"),
            "act": line.act,
            "by": line.by,
            "person": line.whom,
            "about": line.about,
            "changes": "; ".join(f"{fact.name}: {fact.before or '–'} → {fact.after or '–'}" for fact in line.facts),
            "reason": line.reason,
            "origin": line.origin,
        }
