"""Who needs a policy, and by when: what counts, what is coming, what was, and setting it in two steps."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.domain.errors import DomainError
from lms.languages import said
from lms.policies import actions
from lms.policies.requirement_forms import RequirementForm
from lms.policies.requirement_history import RequirementState, requirement_state
from lms.policies.requirement_preview import changes_nothing, outlook
from lms.policies.requiring import refuse_unless_sound
from lms.policies.views import bp

SETTERS = (Role.OWNER, Role.ADMINISTRATOR)


@bp.get("/<slug>/requirement")
@requires(*SETTERS)
def requirement(slug: str) -> str:
    """What is in force, in words, what is coming, everything that was ever set, and the form."""
    state, now = _state(slug), clock.now()
    return _page(state, _form(state, None, **state.base(now).values), now=now)


@bp.post("/<slug>/requirement/preview")
@requires(*SETTERS)
def preview_requirement(slug: str) -> str | tuple[str, int]:
    """What it would do to people; nothing is set yet. Coming back to change something keeps what was typed."""
    state, now = _state(slug), clock.now()
    form = _form(state)
    if "change" in request.form:
        return _page(state, form, now=now)
    if not _is_sound(form, now=now):
        return _page(state, form, now=now), 422
    start = form.moment or now
    if changes_nothing(state.settings, form.wanted, start):
        form.form_errors.append(gettext("It is so from then on already. There is nothing to save."))
        return _page(state, form, now=now), 422
    shown = outlook(state, form.wanted, from_at=start, now=now)
    return render_template(
        "policies/requirement_preview.html", state=state, form=form, outlook=shown, **_readable(state)
    )


@bp.post("/<slug>/requirement")
@requires(*SETTERS)
def set_requirement(slug: str) -> Response | tuple[str, int]:
    """Set it."""
    state, now = _state(slug), clock.now()
    form = _form(state)
    if form.validate():
        try:
            is_set = actions.set_requirement(
                slug,
                form.wanted,
                from_at=form.moment,
                reason=form.reason.data or "",
                by=current_user.person_id,
                seen=form.last_seen,
                now=now,
            )
        except DomainError as refused:
            form.form_errors.append(said(refused))
        else:
            flash(gettext("It is set.") if is_set else gettext("It was so already; nothing was changed."), "good")
            return redirect(url_for("policies.requirement", slug=slug), code=303)
    return _page(_state(slug), form, now=now), 422


def _is_sound(form: RequirementForm, *, now: datetime) -> bool:
    if not form.validate():
        return False
    try:
        refuse_unless_sound(form.wanted, from_at=form.moment, reason=form.reason.data or "", now=now)
    except DomainError as refused:
        form.form_errors.append(said(refused))
        return False
    return True


def _state(slug: str) -> RequirementState:
    return requirement_state(slug) or abort(404)


def _form(state: RequirementState, *formdata: Any, **typed: Any) -> RequirementForm:
    return RequirementForm(*formdata, zone=ZoneInfo(state.timezone), offered=state.offered, **typed)


def _page(state: RequirementState, form: RequirementForm, *, now: datetime) -> str:
    return render_template("policies/requirement.html", state=state, form=form, now=now, **_readable(state))


def _readable(state: RequirementState) -> dict[str, bool]:
    """Whether the one who asks may open the policy itself."""
    is_owner = current_user.has(Role.OWNER)
    is_open = state.is_published and not state.is_need_to_know
    return {"is_readable": is_open or (is_owner and state.has_version)}
