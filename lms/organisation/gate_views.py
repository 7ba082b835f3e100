"""What standings mean at the gate of a queue: what counts, what comes, what was set, and setting it."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.domain.errors import DomainError
from lms.domain.gating import SETTABLE
from lms.domain.readiness import Answer
from lms.languages import said
from lms.organisation import gates
from lms.organisation.forms import GateForm
from lms.organisation.views import bp

SETTERS = (Role.ADMINISTRATOR, Role.LEAD)
"""A lead only of every team; each view looks."""


@bp.get("/queues/<slug>/gate")
@requires(*SETTERS)
def queue_gate(slug: str) -> str:
    """What counts, and the form for something else."""
    found = _gate(slug)
    return _page(found, GateForm(formdata=None, **{state.value: each.value for state, each in found.answers.items()}))


@bp.post("/queues/<slug>/gate")
@requires(*SETTERS)
def set_queue_gate(slug: str) -> Any:
    """Set it."""
    found, form = _gate(slug), GateForm()
    if form.validate():
        try:
            is_set = gates.set_gate(
                slug,
                {state: Answer(form[state.value].data) for state in SETTABLE},
                is_confirmed=form.is_confirmed.data,
                from_at=form.from_at.data,
                reason=form.why.data or "",
                by=current_user.person_id,
                now=clock.now(),
            )
        except DomainError as refused:
            form.form_errors.append(said(refused))
        else:
            flash(gettext("It is set.") if is_set else gettext("It is so already; nothing was changed."), "good")
            return redirect(url_for("organisation.queue_gate", slug=slug), 303)
    return _page(found, form), 422


def _gate(slug: str) -> gates.QueueGate:
    if not current_user.may_set_gates:
        abort(404)
    return gates.queue_gate(slug, now=clock.now()) or abort(404)


def _page(found: gates.QueueGate, form: GateForm) -> str:
    return render_template("organisation/gate.html", gate=found, form=form, coming=found.coming(clock.now()))
