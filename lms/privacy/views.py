"""What is kept and why; a person's own data; erasing somebody; deleting what was kept too long."""

import json
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires, signed_in
from lms.config import Settings
from lms.privacy import actions, queries
from lms.privacy.forms import EraseForm
from lms.privacy.queries import Subject
from lms.privacy.register import KEPT, register

bp = Blueprint("privacy", __name__, url_prefix="/privacy")


def _settings() -> Settings:
    return current_app.extensions["muster"]


def _subject(person_id: int) -> Subject:
    return queries.subject_of(person_id, now=clock.now()) or abort(404)


@bp.get("")
@signed_in
def index() -> str:
    """Every table: what it is for, what is in it, how long it is kept."""
    return render_template("privacy/index.html", register=register(), words=KEPT, settings=_settings())


@bp.get("/mine.json")
@signed_in
def mine() -> Response:
    """All that is kept about the one who asks."""
    return _file(queries.export(current_user.person_id, now=clock.now()))


@bp.get("/people/<int:person_id>")
@requires(Role.ADMINISTRATOR)
def person(person_id: int) -> str:
    """What is kept about one person, to give it out or to erase it."""
    return _page(_subject(person_id), EraseForm())


@bp.post("/people/<int:person_id>/export")
@requires(Role.ADMINISTRATOR)
def export(person_id: int) -> Response:
    """The file for that person; that it was made is noted."""
    _subject(person_id)
    return _file(actions.give_out(person_id, by=current_user.person_id, now=clock.now()))


@bp.post("/people/<int:person_id>/erase")
@requires(Role.ADMINISTRATOR)
def erase(person_id: int) -> Any:
    """Erase who somebody was and what they answered."""
    subject, form = _subject(person_id), EraseForm()
    if form.validate() and subject.external_id and form.external_id.data != subject.external_id:
        form.external_id.errors = [gettext("That is not the external id of this person.")]
    if form.errors:
        return _page(subject, form), 422
    actions.erase(person_id, reason=form.reason.data or "", by=current_user.person_id, now=clock.now())
    flash(gettext("Erased. The evidence stays, under a random identifier."), "good")
    return redirect(url_for("privacy.person", person_id=person_id), 303)


@bp.get("/tidy")
@requires(Role.ADMINISTRATOR)
def tidy() -> str:
    """What was kept longer than the settings say."""
    found = actions.tidy(_settings(), is_dry_run=True, by=None, now=clock.now())
    return render_template("privacy/tidy.html", found=found, settings=_settings())


@bp.post("/tidy")
@requires(Role.ADMINISTRATOR)
def delete_old() -> Response:
    """Delete it."""
    actions.tidy(_settings(), is_dry_run=False, by=current_user.person_id, now=clock.now())
    flash(gettext("What was kept too long is gone."), "good")
    return redirect(url_for("privacy.tidy"), 303)


def _page(subject: Subject, form: EraseForm) -> str:
    counts = queries.counts(subject.person_id)
    return render_template("privacy/person.html", subject=subject, form=form, register=register(), counts=counts)


def _file(given: dict[str, Any]) -> Response:
    return Response(
        json.dumps(given, ensure_ascii=False, indent=2) + "\n",
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )
