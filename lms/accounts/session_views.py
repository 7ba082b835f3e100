"""One's own sessions: where one is signed in, and signing out there or everywhere."""

from datetime import timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_login import current_user, logout_user

from lms import clock
from lms.access import before_factor
from lms.accounts import actions, factors
from lms.accounts.views import bp


@bp.get("/account/sessions")
@before_factor
def sessions() -> str:
    """Where one is signed in."""
    since = clock.now() - timedelta(hours=current_app.extensions["muster"].session_hours)
    return render_template("accounts/sessions.html", sessions=factors.sessions_of(current_user.person_id, since=since))


@bp.post("/account/sessions/<int:session_id>/end")
@before_factor
def end_session(session_id: int) -> Any:
    """Sign out there; somebody else's session is none of theirs."""
    actions.end_session(session_id, by=current_user.person_id, now=clock.now())
    flash(gettext("Signed out there."), "good")
    return redirect(url_for("accounts.sessions"), 303)


@bp.post("/account/sessions/end")
@before_factor
def end_sessions() -> Any:
    """Sign out everywhere, here too."""
    actions.end_all_sessions(current_user.person_id, by=current_user.person_id, now=clock.now())
    logout_user()
    session.clear()
    flash(gettext("You are signed out everywhere."), "good")
    return redirect(url_for("accounts.sign_in"), 303)
