"""Files of people, leave, queues and past completions on screen: shown what they would do, then confirmed."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.people import feed_runs
from lms.people.feed_files import KINDS
from lms.people.feed_runs import PEOPLE, Effect, RunOver
from lms.people.importing import ImportRefused
from lms.people.people_file import READERS, REQUIRED
from lms.people.saying import lines_of
from lms.people.views import bp
from lms.wording import word

COLUMNS = {PEOPLE: (tuple(READERS), REQUIRED)} | {
    name: (tuple(kind.columns), kind.required) for name, kind in KINDS.items()
}
"""By kind of file: its columns, and those that it cannot do without."""


@bp.get("/feeds")
@requires(Role.ADMINISTRATOR)
def feeds() -> str:
    """Choose a file; the files that came in."""
    return _page()


@bp.post("/feeds")
@requires(Role.ADMINISTRATOR)
def look_at_file() -> Any:
    """Show what a file would do; nothing is written but the file itself, until it is confirmed."""
    kind, chosen = request.form.get("kind", ""), request.files.get("file")
    if kind not in COLUMNS or chosen is None or not chosen.filename:
        return _page(wrong=[gettext("Choose what kind of file it is, and the file.")]), 422
    content, is_full, me = chosen.read(), "full" in request.form, current_user.person_id
    try:
        # Who looks has to see how many would leave, or end, so that is told and not refused.
        would = feed_runs.effect(kind, content, is_full=is_full, is_sure=True, is_dry_run=True, by=me, now=clock.now())
    except ImportRefused as refused:
        return _page(wrong=lines_of(refused)), 422
    run_id = feed_runs.look(kind, content, is_full=is_full, by=me, now=clock.now()) if would.total else None
    return _page(would=would, run_id=run_id)


@bp.post("/feeds/<int:run_id>/confirm")
@requires(Role.ADMINISTRATOR)
def confirm_file(run_id: int) -> Any:
    """Bring in the file that was shown."""
    try:
        done = feed_runs.confirm(run_id, by=current_user.person_id, now=clock.now())
    except (RunOver, ImportRefused) as refused:
        return _page(wrong=lines_of(refused)), 422
    counts = ", ".join(f"{count} {word(name, alone=False)}" for name, count in done.counts.items())
    flash(gettext("Brought in: %(counts)s.", counts=counts), "good")
    return redirect(url_for("people.feeds"), 303)


def _page(*, wrong: Sequence[str] = (), would: Effect | None = None, run_id: int | None = None) -> str:
    return render_template(
        "people/feeds.html", columns=COLUMNS, wrong=wrong, would=would, run_id=run_id, runs=feed_runs.finished()
    )
