"""The page on which somebody is given more time or more attempts than a quiz gives everybody."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.coaching import queries
from lms.coaching.forms import AccommodationForm
from lms.coaching.giving import accommodate
from lms.coaching.views import COACHES, bp, is_done
from lms.domain.accommodating import ExtraTime
from lms.training.queries import given

GIVERS = (*COACHES, Role.ADMINISTRATOR)


@bp.get("/people/<int:person_id>/accommodation")
@requires(*GIVERS)
def accommodation(person_id: int) -> str:
    """What somebody is and was given, and the form for something else."""
    return _accommodation_page(person_id)


@bp.post("/people/<int:person_id>/accommodation")
@requires(*GIVERS)
def accommodate_now(person_id: int) -> Any:
    """Give it, or end what they had."""
    form = AccommodationForm()
    if form.validate() and is_done(
        form,
        accommodate,
        person_id,
        time=ExtraTime(form.time.data),
        attempts=form.attempts.data,
        until_at=form.until_at.data,
        reason=form.reason.data,
    ):
        flash(gettext("Recorded. It counts from now on, also for a quiz that is under way."), "good")
        return redirect(_back(person_id), code=303)
    return _accommodation_page(person_id, form), 422


def _accommodation_page(person_id: int, form: AccommodationForm | None = None) -> str:
    now, me = clock.now(), current_user.person_id
    name = queries.names_in(queries.giving_scope(me, now=now), people=[person_id], now=now).get(person_id)
    if name is None or person_id == me:
        abort(404)
    made = given(person_id, now=now)
    mine = next((each for each in made if each.is_in_force), None)
    if form is None and mine:
        form = AccommodationForm(None, time=mine.time.value, attempts=mine.attempts, until_at=mine.until_at)
    return render_template(
        "coaching/accommodation.html",
        name=name,
        given=made,
        form=form or AccommodationForm(formdata=None),
        back=_back(person_id),
    )


def _back(person_id: int) -> str:
    """Where they came from: administrators know people from their own list."""
    page = "people.person" if current_user.has(Role.ADMINISTRATOR) else "coaching.person"
    return url_for(page, person_id=person_id)
