"""Sign in, sign out."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user

from lms import clock
from lms.access import public, signed_in
from lms.accounts import actions
from lms.accounts.forms import SignInForm
from lms.accounts.sessions import load_principal
from lms.extensions import limiter

bp = Blueprint("accounts", __name__)

FAILURES = "10 per 15 minutes"
"""Failed tries allowed, per account and per address; never a lasting lock."""


def _is_failure(response: Response) -> bool:
    return response.status_code == 422


def _account() -> str:
    return "account:" + request.form.get("email", "").strip().casefold()[:320]


@bp.get("/sign-in")
@public
def sign_in() -> str | Response:
    """The form, or home for somebody who is signed in."""
    if current_user.is_authenticated:
        return redirect(url_for("training.home"))
    return render_template("accounts/sign_in.html", form=SignInForm(next=request.args.get("next", "")))


@bp.post("/sign-in")
@public
@limiter.limit(FAILURES, key_func=_account, deduct_when=_is_failure)
@limiter.limit(FAILURES, key_func=get_remote_address, deduct_when=_is_failure)
def sign_in_now() -> Response | tuple[str, int]:
    """Start a session; a wrong try says the same whatever was wrong."""
    form = SignInForm()
    if form.validate():
        try:
            token = actions.sign_in(
                form.email.data, form.password.data, agent=request.headers.get("User-Agent", ""), now=clock.now()
            )
        except actions.SignInRefused as refused:
            form.form_errors.append(str(refused))
        else:
            session.clear()  # nothing of the time before signing in is carried over
            login_user(load_principal(token))
            return redirect(safe_next(form.next.data), code=303)
    return render_template("accounts/sign_in.html", form=form), 422


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End this session on the server and forget the cookie."""
    actions.end_session(current_user.session_id, by=current_user.person_id, now=clock.now())
    logout_user()
    session.clear()
    response = redirect(url_for("accounts.sign_in"), code=303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def safe_next(target: str | None) -> str:
    """A path of ours, else home: one leading slash, no backslash, no control characters."""
    is_ours = (
        target
        and target.startswith("/")
        and not target.startswith("//")
        and "\\" not in target
        and target.isprintable()
    )
    return target if is_ours and target else url_for("training.home")
