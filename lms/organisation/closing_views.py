"""Closing a team or a queue, and opening it again, on screen."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.domain.errors import DomainError
from lms.languages import said
from lms.models import SpellKind
from lms.organisation import closing, held, queries
from lms.organisation.forms import WhyForm
from lms.organisation.views import bp

TEAM, QUEUE = SpellKind.TEAM, SpellKind.QUEUE


@bp.get("/teams/<int:team_id>/closing")
@requires(Role.ADMINISTRATOR)
def team_closing(team_id: int) -> str:
    """What keeps a team open, or why it is closed; the form for the other."""
    return _page(TEAM, team_id, WhyForm(formdata=None))


@bp.post("/teams/<int:team_id>/close")
@requires(Role.ADMINISTRATOR)
def close_team(team_id: int) -> Any:
    """Close it."""
    return _done(TEAM, team_id, closing.close_team, gettext("It is closed."))


@bp.post("/teams/<int:team_id>/open")
@requires(Role.ADMINISTRATOR)
def open_team(team_id: int) -> Any:
    """Open it again."""
    return _done(TEAM, team_id, closing.open_team, gettext("It is open again."))


@bp.get("/queues/<int:queue_id>/closing")
@requires(Role.ADMINISTRATOR)
def queue_closing(queue_id: int) -> str:
    """What keeps a queue open, or why it is closed; the form for the other."""
    return _page(QUEUE, queue_id, WhyForm(formdata=None))


@bp.post("/queues/<int:queue_id>/close")
@requires(Role.ADMINISTRATOR)
def close_queue(queue_id: int) -> Any:
    """Close it."""
    return _done(QUEUE, queue_id, closing.close_queue, gettext("It is closed."))


@bp.post("/queues/<int:queue_id>/open")
@requires(Role.ADMINISTRATOR)
def open_queue(queue_id: int) -> Any:
    """Open it again."""
    return _done(QUEUE, queue_id, closing.open_queue, gettext("It is open again."))


def _done(kind: SpellKind, number: int, act: Callable[..., None], words: str) -> Any:
    form = WhyForm()
    if form.validate():
        try:
            act(number, why=form.why.data or "", by=current_user.person_id, now=clock.now())
        except DomainError as refused:
            form.form_errors.append(said(refused))
        else:
            flash(words, "good")
            return redirect(url_for("organisation.index"), 303)
    return _page(kind, number, form), 422


def _page(kind: SpellKind, number: int, form: WhyForm) -> str:
    name, slug = held.name_of(kind, number) or abort(404)
    told = queries.closings_of(kind, number)
    is_closed = bool(told) and told[0].is_closed
    if is_closed:
        found = held.Held()
    elif kind is TEAM:
        found = held.team(number, name, now=clock.now())
    else:
        found = held.queue(number, slug, now=clock.now())
    return render_template(
        "organisation/closing.html",
        form=form,
        name=name,
        slug=slug,
        number=number,
        is_team=kind is TEAM,
        is_closed=is_closed,
        held=found,
        told=told,
    )
