"""Whether a lead gets the weekly mail, chosen by the lead."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.weekly import actions, queries

bp = Blueprint("weekly", __name__, url_prefix="/account/mail")


@bp.get("")
@requires(Role.LEAD)
def choice() -> str:
    """What the mail is, and whether one gets it."""
    return render_template("weekly/choice.html", is_wanted=queries.is_wanted(current_user.person_id))


@bp.post("")
@requires(Role.LEAD)
def choose() -> Any:
    """Turn it on or off."""
    actions.choose(current_user.person_id, is_wanted=request.form.get("weekly") == "on", now=clock.now())
    flash(gettext("Changed."), "good")
    return redirect(url_for("weekly.choice"), 303)
