"""The week by hour, its gaps, the roster, and entering shifts and minimums."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms import clock
from lms.access import Role, requires
from lms.domain.errors import DomainError
from lms.domain.staffing import in_force
from lms.languages import said
from lms.readiness.queries import Choices, Within, choices, members
from lms.shifts import actions, listing, queries, showing
from lms.shifts.forms import Asked, MinimumForm, ShiftForm, WhyForm, asked, shown_first
from lms.shifts.pattern import blocks_of_week

bp = Blueprint("shifts", __name__, url_prefix="/shifts")

READERS = (Role.LEAD, Role.OWNER, Role.ADMINISTRATOR)
WRITERS = (Role.LEAD, Role.ADMINISTRATOR)


def _scope(*sees_all: Role) -> Within:
    """A lead sees their team trees; others with one of these roles every team; a vendor's people only their own."""
    is_free = current_user.has(*sees_all)
    return Within(None if is_free else current_user.team_paths(Role.LEAD), current_user.vendor)


def _reading() -> Within:
    return _scope(Role.OWNER, Role.ADMINISTRATOR)


def writing_scope() -> Within:
    """Whose shifts the reader may enter, call off and bring in."""
    return _scope(Role.ADMINISTRATOR)


@bp.get("/")
@requires(*READERS)
def week() -> str:
    """The week by hour, and where there are too few ready people."""
    question, scope, now = asked(request.args, now=clock.now()), _reading(), clock.now()
    offered = _choices(question, scope)
    found = queries.week(scope, day=question.day, zone=question.zone, now=now)
    chosen = question.queue or next((each.queue for each in found.queues if each.minimum), "")
    shown = next((each for each in found.queues if each.queue == chosen), next(iter(found.queues), None))
    return render_template(
        "shifts/week.html",
        question=question,
        choices=offered,
        week=found,
        shown=shown,
        days=showing.days(found, shown) if shown else (),
        gaps=shown.gaps if question.queue and shown else found.gaps,
        showing=showing,
        whose=showing.whose(scope),
        may_write=current_user.has(*WRITERS),
        may_set=_may_set(),
    )


@bp.get("/roster")
@requires(*READERS)
def roster() -> str:
    """Who is on shift when."""
    question, scope, now = asked(request.args, now=clock.now()), _reading(), clock.now()
    offered = _choices(question, scope)
    start, end = question.span
    listed = listing.roster(
        scope, start=start, end=end, team=question.team, queue=question.queue, page=question.page, now=now
    )
    return render_template(
        "shifts/roster.html",
        question=question,
        choices=offered,
        listed=listed,
        start=start,
        end=end,
        showing=showing,
        whose=showing.whose(scope),
        may_write=current_user.has(*WRITERS),
    )


@bp.get("/new")
@requires(*WRITERS)
def new() -> str:
    """A shift."""
    return render_template("shifts/new.html", form=_shift_form())


@bp.post("/new")
@requires(*WRITERS)
def enter() -> Any:
    """Put it on the roster."""
    form = _shift_form()
    if form.validate() and form.start.at and form.end.at:
        span = {"start": form.start.at, "end": form.end.at}
        by, scope, now = current_user.person_id, writing_scope(), clock.now()
        try:
            actions.enter_shift(form.person.data, form.queue.data, **span, scope=scope, by=by, now=now)
        except DomainError as refused:
            form.form_errors.append(said(refused))
        else:
            flash(gettext("The shift is on the roster."), "good")
            return redirect(url_for("shifts.roster", day=(form.start.data or "")[:10]), 303)
    return render_template("shifts/new.html", form=form), 422


@bp.get("/<int:shift_id>/call-off")
@requires(*WRITERS)
def calling_off(shift_id: int) -> str:
    """Why is a shift called off?"""
    return render_template("shifts/call_off.html", form=WhyForm(), shift=_shift(shift_id), showing=showing)


@bp.post("/<int:shift_id>/call-off")
@requires(*WRITERS)
def call_off(shift_id: int) -> Any:
    """Take it off the roster."""
    shift, form = _shift(shift_id), WhyForm()
    if not form.validate():
        return render_template("shifts/call_off.html", form=form, shift=shift, showing=showing), 422
    try:
        by, now = current_user.person_id, clock.now()
        actions.call_off(shift_id, why=form.why.data or "", scope=writing_scope(), by=by, now=now)
    except actions.NoSuchShift:
        abort(404)
    flash(gettext("The shift is called off."), "good")
    return redirect(url_for("shifts.roster", day=f"{shift.ShiftRow.start_at:%Y-%m-%d}"), 303)


@bp.get("/minimums/<queue>")
@requires(*WRITERS)
def minimum(queue: str) -> str:
    """How many ready people a queue needs."""
    name, now = _queue(queue), clock.now()
    mine = queries.minimums_of(now=now).get(queue, [])
    there = in_force(mine, now)
    form = MinimumForm(
        None,
        zone=there.zone if there else current_user.timezone,
        day=now.date(),
        blocks=shown_first(blocks_of_week(there.people) if there else ()),
    )
    return render_template("shifts/minimum.html", form=form, queue=queue, name=name, minimums=mine, there=there)


@bp.post("/minimums/<queue>")
@requires(*WRITERS)
def set_minimum(queue: str) -> Any:
    """From a day on."""
    name, form, now = _queue(queue), MinimumForm(), clock.now()
    if form.validate():
        from_at, zone = form.from_at(now=now), form.zone.data or ""
        if from_at is None:
            form.day.errors = [gettext("Choose today or a day to come.")]
        else:
            by, why = current_user.person_id, form.why.data or ""
            actions.set_minimum(queue, zone=zone, people=form.people(), from_at=from_at, why=why, by=by, now=now)
            flash(gettext("The minimum is set."), "good")
            return redirect(url_for("shifts.week", queue=queue), 303)
    return render_template("shifts/minimum.html", form=form, queue=queue, name=name, minimums=[], there=None), 422


def _may_set() -> bool:
    """A minimum is of the whole queue: nobody of a vendor sets it."""
    return current_user.has(*WRITERS) and not current_user.vendor


def _queue(queue: str) -> str:
    """The name of an open queue, for somebody who may set its minimum."""
    now = clock.now()
    names = dict(choices(writing_scope(), at=now, known_at=now).queues)
    return names[queue] if queue in names and _may_set() else abort(404)


def _choices(question: Asked, scope: Within) -> Choices:
    """Queues and teams to choose from; 404 for one that does not exist for this reader."""
    now = clock.now()
    offered = choices(scope, at=now, known_at=now, team=question.team, queue=question.queue)
    if question.queue and question.queue not in dict(offered.queues):
        abort(404)
    if question.team and question.team not in offered.teams:
        abort(404)
    return offered


def _shift(shift_id: int) -> Any:
    try:
        return actions.shift_in(writing_scope(), shift_id, now=clock.now())
    except actions.NoSuchShift:
        abort(404)


def _shift_form() -> ShiftForm:
    form, now, scope = ShiftForm(), clock.now(), writing_scope()
    mine = members(scope=scope, at=now, known_at=now)
    people = sorted(mine.items(), key=lambda each: (each[1].name.casefold(), each[0]))
    form.person.choices = [SelectChoice(each, f"{it.name} ({it.team})" if it.team else it.name) for each, it in people]
    form.queue.choices = [SelectChoice(*each) for each in choices(scope, at=now, known_at=now).queues]
    return form
