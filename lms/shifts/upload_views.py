"""A roster on screen: shown what it would do, then confirmed."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.domain.errors import DomainError
from lms.filters import zone
from lms.languages import said
from lms.people.saying import lines_of
from lms.shifts import showing, uploading
from lms.shifts.calendar_roster import PERSON, QUEUE
from lms.shifts.planning import Brought
from lms.shifts.table_roster import ROSTER
from lms.shifts.uploading import LookAgain
from lms.shifts.views import WRITERS, bp, writing_scope
from lms.wording import word

MOST_SHOWN = 200
"""Shifts of a kind; the counts tell of all."""
PROPERTIES = ("UID", "DTSTART", "DTEND", "ATTENDEE", PERSON, "SUMMARY", QUEUE)
"""Of a calendar, those that it is mostly about; the rest is in docs/rosters.md."""


@bp.get("/import")
@requires(*WRITERS)
def upload() -> str:
    """Choose a file; the files that came in."""
    return _page()


@bp.post("/import")
@requires(*WRITERS)
def look_at_roster() -> Any:
    """Show what a roster would do; nothing is written but the file itself, until it is confirmed."""
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return _page(wrong=[gettext("Choose a file.")]), 422
    me = current_user.person_id
    with chosen.stream as stream:
        content = stream.read()
    try:
        would, run_id = uploading.look(content, scope=writing_scope(), by=me, now=clock.now())
    except DomainError as refused:
        return _page(wrong=lines_of(refused)), 422
    return _page(would=would, run_id=run_id)


@bp.post("/import/<int:run_id>/confirm")
@requires(*WRITERS)
def confirm_roster(run_id: int) -> Any:
    """Bring in the roster that was shown."""
    seen, me = request.form.get("seen", ""), current_user.person_id
    try:
        done = uploading.confirm(run_id, seen=seen, scope=writing_scope(), by=me, now=clock.now())
    except LookAgain as moved:
        return _page(moved=said(moved), would=moved.would, run_id=moved.run_id), 409
    except DomainError as refused:
        return _page(wrong=lines_of(refused)), 422
    counts = ", ".join(f"{count} {word(name.replace('_', ' '), alone=False)}" for name, count in done.counts.items())
    flash(gettext("Brought in: %(counts)s.", counts=counts), "good")
    return redirect(url_for("shifts.upload"), 303)


def _page(
    *, wrong: Sequence[str] = (), moved: str = "", would: Brought | None = None, run_id: int | None = None
) -> str:
    scope = writing_scope()
    sees_all = current_user.has(Role.ADMINISTRATOR) and not current_user.vendor
    return render_template(
        "shifts/import.html",
        wrong=wrong,
        moved=moved,
        would=would,
        run_id=run_id,
        most=MOST_SHOWN,
        columns=tuple(ROSTER.columns),
        needed=ROSTER.required,
        properties=PROPERTIES,
        showing=showing,
        zone=zone(),
        whose=showing.whose(scope),
        runs=uploading.finished(by=None if sees_all else current_user.person_id),
    )
