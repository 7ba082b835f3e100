"""Teams and queues on screen."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms import clock
from lms.access import Role, requires
from lms.domain.errors import DomainError
from lms.forms import Form
from lms.languages import said
from lms.organisation import actions, queries, vendors
from lms.organisation.forms import TOP, NewQueueForm, QueueForm, TeamForm

bp = Blueprint("organisation", __name__, url_prefix="/organisation")


@bp.get("")
@requires(Role.ADMINISTRATOR)
def index() -> str:
    """The tree of teams, the queues, the vendors, and what is closed."""
    now = clock.now()
    return render_template(
        "organisation/index.html",
        teams=queries.teams(now=now),
        queues=queries.queues(now=now),
        vendors=vendors.vendors(now=now),
        closed=queries.closed(),
    )


@bp.get("/teams/new")
@requires(Role.ADMINISTRATOR)
def new_team() -> str:
    """A new team."""
    return _page(_team_form(), gettext("A new team"))


@bp.post("/teams/new")
@requires(Role.ADMINISTRATOR)
def add_team() -> Any:
    """Make it."""
    form = _team_form()
    return _done(
        form,
        gettext("A new team"),
        lambda who: actions.add_team(form.name.data, parent=form.parent.data, by=who, now=clock.now()),
    )


@bp.get("/teams/<int:team_id>")
@requires(Role.ADMINISTRATOR)
def team(team_id: int) -> str:
    """Rename a team, or hang it elsewhere."""
    line = _line(queries.teams(now=clock.now()), team_id, _closing_of_team(team_id))
    form = _team_form(None, name=line.name, parent=line.parent)
    return _page(form, line.path, closing=_closing_of_team(team_id))


@bp.post("/teams/<int:team_id>")
@requires(Role.ADMINISTRATOR)
def change_team(team_id: int) -> Any:
    """Do it, with all below it."""
    line, form = _line(queries.teams(now=clock.now()), team_id, _closing_of_team(team_id)), _team_form()
    return _done(
        form,
        line.path,
        lambda who: actions.change_team(team_id, name=form.name.data, parent=form.parent.data, by=who, now=clock.now()),
    )


@bp.get("/queues/new")
@requires(Role.ADMINISTRATOR)
def new_queue() -> str:
    """A new queue."""
    return _page(NewQueueForm(), gettext("A new queue"))


@bp.post("/queues/new")
@requires(Role.ADMINISTRATOR)
def add_queue() -> Any:
    """Make it."""
    form = NewQueueForm()
    return _done(
        form,
        gettext("A new queue"),
        lambda who: actions.add_queue(form.slug.data, form.name.data, by=who, now=clock.now()),
    )


@bp.get("/queues/<int:queue_id>")
@requires(Role.ADMINISTRATOR)
def queue(queue_id: int) -> str:
    """Rename a queue."""
    line = _line(queries.queues(now=clock.now()), queue_id, _closing_of_queue(queue_id))
    form = QueueForm(None, name=line.name)
    gate = url_for("organisation.queue_gate", slug=line.slug)
    return _page(form, line.name, closing=_closing_of_queue(queue_id), gate=gate)


@bp.post("/queues/<int:queue_id>")
@requires(Role.ADMINISTRATOR)
def rename_queue(queue_id: int) -> Any:
    """Do it."""
    line, form = _line(queries.queues(now=clock.now()), queue_id, _closing_of_queue(queue_id)), QueueForm()
    return _done(form, line.name, lambda who: actions.rename_queue(queue_id, form.name.data, by=who, now=clock.now()))


def _team_form(*args: Any, **more: Any) -> TeamForm:
    form = TeamForm(*args, **more)
    form.parent.choices = [TOP, *(SelectChoice(line.path, line.path) for line in queries.teams(now=clock.now()))]
    return form


def _closing_of_team(team_id: int) -> str:
    return url_for("organisation.team_closing", team_id=team_id)


def _closing_of_queue(queue_id: int) -> str:
    return url_for("organisation.queue_closing", queue_id=queue_id)


def _line(lines: Any, number: int, closing: str) -> Any:
    """The line of what is open; what is not leads to where it can be opened again, if it is there at all."""
    return next((line for line in lines if line.id == number), None) or abort(redirect(closing, 303))


def _done(form: Form, title: str, act: Callable[[int], object]) -> Any:
    """Act when everything in the form is right; what is refused then becomes an error of the form."""
    if form.validate():
        try:
            act(current_user.person_id)
        except DomainError as refused:
            form.form_errors.append(said(refused))
        else:
            flash(gettext("Done."), "good")
            return redirect(url_for("organisation.index"), 303)
    return _page(form, title), 422


def _page(form: Form, title: str, *, closing: str = "", gate: str = "") -> str:
    return render_template("organisation/form.html", form=form, title=title, closing=closing, gate=gate)
