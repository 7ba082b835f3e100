"""The coach's pages: desk and board, one person, a new refresher in two steps, a moved due moment, calling off."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.coaching import actions, choosing, queries
from lms.coaching.forms import BoardFilters, CallOffForm, DueForm, GrantForm, RefresherForm
from lms.coaching.person import PersonPage, person_page
from lms.coaching.refreshers import Assigned
from lms.coaching.refusals import CoachingRefused, NotYourPeople
from lms.filters import zone
from lms.languages import said
from lms.readiness.queries import Within
from lms.readiness.queries import choices as filter_choices
from lms.statistics.queries import missed_most

bp = Blueprint("coaching", __name__, url_prefix="/coaching")

COACHES = (Role.COACH, Role.LEAD)
PER_PAGE = 50
USUAL_DAYS, USUAL_HOUR = 3, 17
"""A new refresher is due in three days at the end of the day, unless the coach says otherwise."""


def _scope() -> Within:
    return Within(current_user.team_paths(*COACHES), current_user.vendor)


@bp.get("/")
@requires(*COACHES)
def board() -> str:
    """Who needs me today and why; below, people by policies."""
    asked = BoardFilters.of(request.args)
    choices = filter_choices(_scope(), at=clock.now(), known_at=clock.now(), team=asked.team, queue=asked.queue)
    offered = ((asked.team, choices.teams), (asked.queue, dict(choices.queues)), (asked.policy, dict(choices.policies)))
    if any(value and value not in known for value, known in offered):
        abort(404)
    now = clock.now()
    found = queries.board(
        scope=_scope(),
        now=now,
        team=asked.team or None,
        queue=asked.queue or None,
        policy=asked.policy or None,
    )
    rows = queries.chosen(found.rows, state=asked.state, name=asked.name)
    pages = max(1, -(-len(rows) // PER_PAGE))
    asked = replace(asked, page=min(asked.page, pages))
    return render_template(
        "coaching/board.html",
        board=found,
        missed=missed_most(queries.own_people([row.person_id for row in found.rows], _scope(), now=now), now=now),
        rows=rows[(asked.page - 1) * PER_PAGE : asked.page * PER_PAGE],
        total=len(rows),
        pages=pages,
        asked=asked,
        choices=choices,
        teams=[(path, path) for path in choices.teams],
    )


@bp.get("/people/<int:person_id>")
@requires(*COACHES)
def person(person_id: int) -> str:
    """Where one person stands and why, what they tried and proved, what they were given."""
    return render_template("coaching/person.html", page=_page(person_id), now=clock.now())


def _page(person_id: int) -> PersonPage:
    found = person_page(person_id, scope=_scope(), now=clock.now())
    if found is None:
        abort(404)
    return found


@bp.get("/people/<int:person_id>/due/<policy>")
@requires(*COACHES)
def move_due(person_id: int, policy: str) -> str:
    """The form for another due moment."""
    return _due_page(person_id, policy, DueForm(formdata=None))


@bp.post("/people/<int:person_id>/due/<policy>")
@requires(*COACHES)
def move_due_now(person_id: int, policy: str) -> Response | tuple[str, int]:
    """Move it."""
    form = DueForm()
    if form.validate() and is_done(
        form,
        actions.move_due,
        person_id,
        policy=policy,
        due_at=form.due_at.data,
        reason=form.reason.data,
    ):
        flash(gettext("The due moment is moved."), "good")
        return redirect(url_for("coaching.person", person_id=person_id), code=303)
    return _due_page(person_id, policy, form), 422


def _due_page(person_id: int, policy: str, form: DueForm) -> str:
    page = _page(person_id)
    rows = [row for row in page.rows if row.policy == policy and row.missed]
    if not rows or person_id == current_user.person_id:
        abort(404)
    return render_template("coaching/move_due.html", page=page, rows=rows, form=form)


@bp.get("/people/<int:person_id>/attempts/<int:run>/grant")
@requires(*COACHES)
def grant(person_id: int, run: int) -> str:
    """The form for the reason."""
    return _grant_page(person_id, run, GrantForm(formdata=None))


@bp.post("/people/<int:person_id>/attempts/<int:run>/grant")
@requires(*COACHES)
def grant_now(person_id: int, run: int) -> Response | tuple[str, int]:
    """One attempt more."""
    form = GrantForm()
    if form.validate() and is_done(form, actions.grant_attempt, run, reason=form.reason.data):
        flash(gettext("They can try once more."), "good")
        return redirect(url_for("coaching.person", person_id=person_id), code=303)
    return _grant_page(person_id, run, form), 422


def _grant_page(person_id: int, run: int, form: GrantForm) -> str:
    page = _page(person_id)
    found = next((each for each in page.stuck if each.run == run), None)
    if found is None or person_id == current_user.person_id:
        abort(404)
    return render_template("coaching/grant.html", page=page, stuck=found, form=form)


def is_done(form: Any, action: Any, *which: int, **what: Any) -> bool:
    """Act as the coach who asks; a refusal becomes the form's own error, what is not theirs a 404."""
    try:
        action(*which, **what, by=current_user.person_id, now=clock.now())
    except NotYourPeople:
        abort(404)
    except CoachingRefused as refused:
        form.form_errors.append(said(refused))
        return False
    return True


@bp.get("/refreshers/new")
@requires(*COACHES)
def new_refresher() -> str:
    """Who, what, by when, why; people come ticked from the board."""
    people = request.args.getlist("person", type=int)
    offer = _offer(people, request.args.get("policy") or None)
    form = RefresherForm(formdata=None, policy=offer.policy, person=people, clause=offer.suggested, due_at=_usual_due())
    return _new_page(form, offer)


def _offer(people: Collection[int], policy: str | None) -> choosing.Offer:
    found = choosing.offer(scope=_scope(), by=current_user.person_id, people=people, policy=policy, now=clock.now())
    if found is None:
        abort(404)
    return found


def _usual_due() -> datetime:
    local = clock.now().astimezone(zone()) + timedelta(days=USUAL_DAYS)
    return local.replace(hour=USUAL_HOUR, minute=0, second=0, microsecond=0)


def _new_page(form: RefresherForm, offer: choosing.Offer) -> str:
    _offer_choices(form, offer)
    return render_template("coaching/new_refresher.html", form=form, offer=offer)


def _offer_choices(form: RefresherForm, offer: choosing.Offer) -> None:
    form.person.choices = list(offer.people.items())
    form.clause.choices = [(each.clause, each.words) for each in offer.clauses]


@bp.post("/refreshers/preview")
@requires(*COACHES)
def preview_refresher() -> str | tuple[str, int]:
    """What it would mean for each; nothing is assigned yet. Coming back to change something keeps what was typed."""
    form, offer = _sent()
    if "change" in request.form:
        return _new_page(form, offer)
    if not form.validate() or not _is_ahead(form):
        return _new_page(form, offer), 422
    expected = choosing.preview(
        {each: offer.people[each] for each in form.person.data},
        policy=form.policy.data,
        title=offer.policy_title,
        clauses=form.clause.data,
        due_at=form.due_at.data,
        now=clock.now(),
    )
    return render_template("coaching/preview_refresher.html", form=form, offer=offer, expected=expected)


def _sent() -> tuple[RefresherForm, choosing.Offer]:
    """The form with the choices that its policy and people give."""
    people = {*request.form.getlist("offered", type=int), *request.form.getlist("person", type=int)}
    offer = _offer(people, request.form.get("policy") or None)
    if offer.policy is None:
        abort(404)
    form = RefresherForm()
    _offer_choices(form, offer)
    return form, offer


def _is_ahead(form: RefresherForm) -> bool:
    if form.due_at.data < clock.now():
        form.due_at.errors = [gettext("The due moment has passed already. Choose one that lies ahead.")]
        return False
    return True


@bp.post("/refreshers")
@requires(*COACHES)
def assign() -> Response | tuple[str, int]:
    """Assign it to each of them."""
    form, offer = _sent()
    if not form.validate():
        return _new_page(form, offer), 422
    try:
        made = actions.assign_refresher(
            people=form.person.data,
            policy=form.policy.data,
            clauses=form.clause.data,
            due_at=form.due_at.data,
            note=form.note.data,
            is_blocking=form.is_blocking.data,
            by=current_user.person_id,
            now=clock.now(),
        )
    except NotYourPeople:
        abort(404)
    except CoachingRefused as refused:
        form.form_errors.append(said(refused))
        return _new_page(form, offer), 422
    return redirect(url_for("coaching.assigned", refresher=made), code=303)


@bp.get("/refreshers/assigned")
@requires(*COACHES)
def assigned() -> str:
    """What was assigned just now, to whom."""
    found = queries.assigned_by(current_user.person_id, request.args.getlist("refresher", type=int))
    if not found:
        abort(404)
    return render_template("coaching/assigned.html", refreshers=found)


@bp.get("/refreshers/<int:refresher_id>/call-off")
@requires(*COACHES)
def call_off(refresher_id: int) -> str:
    """The form for the reason."""
    return _call_off_page(_refresher(refresher_id), CallOffForm(formdata=None))


@bp.post("/refreshers/<int:refresher_id>/call-off")
@requires(*COACHES)
def call_off_now(refresher_id: int) -> Response | tuple[str, int]:
    """End it."""
    refresher, form = _refresher(refresher_id), CallOffForm()
    if form.validate() and is_done(form, actions.call_off, refresher_id, reason=form.reason.data):
        flash(gettext("The refresher is called off."), "good")
        return redirect(url_for("coaching.person", person_id=refresher.person_id), code=303)
    return _call_off_page(refresher, form), 422


def _refresher(refresher_id: int) -> Assigned:
    found = queries.refresher_in(_scope(), refresher_id, now=clock.now())
    if found is None:
        abort(404)
    return found


def _call_off_page(refresher: Assigned, form: CallOffForm) -> str:
    return render_template("coaching/call_off.html", refresher=refresher, form=form)
