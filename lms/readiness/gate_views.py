"""The gate as a page: whom may this queue have now, why, until when; and letting somebody in."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.languages import said
from lms.models.gate_histories import override_of
from lms.readiness import actions, gate, queries
from lms.readiness.actions import GateRefused, NotYours, OverrideOver
from lms.readiness.forms import local_text
from lms.readiness.gate_forms import EndForm, GateQuestion, OverrideForm, about, gate_question, number_of
from lms.readiness.report import Within
from lms.readiness.views import bp

GIVERS = (Role.COACH, Role.LEAD)
ASKERS = (*GIVERS, Role.ADMINISTRATOR)
USUAL = timedelta(hours=4)
"""How long an override is unless who gives it says otherwise."""


def _scope() -> Within:
    """A coach or lead asks about their team trees, an administrator about everybody, a vendor's about its own."""
    sees_all = current_user.has(Role.ADMINISTRATOR)
    return Within(None if sees_all else current_user.team_paths(*GIVERS), current_user.vendor)


@bp.get("/gate")
@requires(*ASKERS)
def gate_page() -> str:
    """May this person take this queue now: the answer, or the choice of whom to ask about."""
    question = gate_question(request.args, zone=current_user.timezone, now=clock.now())
    return _page(question)


@bp.post("/gate/override")
@requires(*GIVERS)
def give_override() -> Any:
    """Let somebody in."""
    form = OverrideForm()
    person_id = number_of(form.person.data) or abort(404)
    question = about(person_id, form.queue.data or "", now=clock.now())
    if not form.validate() or not _is_done(
        form,
        actions.give_override,
        person_id,
        queue=form.queue.data,
        until=form.until.data,
        reason=form.reason.data,
    ):
        return _page(question, form), 422
    flash(gettext("They are let in. It is noted, and they see it."), "good")
    return _back(question)


@bp.post("/gate/overrides/<int:override_id>/end")
@requires(*GIVERS)
def end_override(override_id: int) -> Any:
    """End it before its time."""
    person_id, queue = override_of(override_id) or abort(404)
    form = EndForm()
    question = about(person_id, queue, now=clock.now())
    try:
        if not form.validate() or not _is_done(form, actions.end_override, override_id, reason=form.reason.data):
            return _page(question, form, ends=override_id), 422
        flash(gettext("The override is ended."), "good")
    except OverrideOver as over:
        flash(said(over), "warn")
    return _back(question)


def _back(question: GateQuestion) -> Any:
    return redirect(url_for("readiness.gate_page", person=question.person, queue=question.queue), 303)


def _is_done(form: Any, action: Any, which: int, **what: Any) -> bool:
    """Act as the coach or lead who asks; a refusal becomes the form's own error, what is not theirs a 404."""
    try:
        action(which, **what, by=current_user.person_id, now=clock.now())
    except NotYours:
        abort(404)
    except OverrideOver:
        raise
    except GateRefused as refused:
        form.form_errors.append(said(refused))
        return False
    return True


def _page(question: GateQuestion, form: Any = None, *, ends: int | None = None) -> str:
    """The page; raise OverrideOver where `form` ends an override that is over, so that there is nothing to ask."""
    now = clock.now()
    choices = queries.choices(_scope(), at=now, known_at=now, queue=question.queue)
    if question.queue and question.queue not in dict(choices.queues):
        abort(404)
    person = gate.person_in(_scope(), question.person, now=now) if question.person is not None else ""
    if person is None:
        abort(404)
    found = None
    if question.person is not None and question.queue:
        found = gate.gate_report(question.person, question.queue, person=person, at=question.at, known_at=now)
    if ends is not None and (found is None or found.let_in is None or found.let_in.id != ends):
        raise OverrideOver
    called = gate.people_called(question.who, _scope(), now=now) if question.who and not person else []
    return render_template(
        "readiness/gate.html",
        question=question,
        person=person,
        queues=choices.queues,
        called=called[: gate.MOST_FOUND],
        more=max(0, len(called) - gate.MOST_FOUND),
        found=found,
        form=form or (None if question.at_text else _form(found)),
        at_local=local_text(question.at, current_user.timezone) if question.at_text else "",
    )


def _form(found: gate.GateReport | None) -> EndForm | OverrideForm | None:
    """What the reader can do about it now; None where that is nothing."""
    now = clock.now()
    if found is None or found.because in ("leaver", "leave") or not _answers_for(found.person_id):
        return None
    if found.let_in is not None:
        return EndForm(formdata=None)
    return OverrideForm(formdata=None, person=str(found.person_id), queue=found.queue, until=now + USUAL)


def _answers_for(person_id: int) -> bool:
    if not current_user.has(*GIVERS) or person_id == current_user.person_id:
        return False
    scope = Within(current_user.team_paths(*GIVERS), current_user.vendor)
    return gate.person_in(scope, person_id, now=clock.now()) is not None
