"""Sign in, sign out."""

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user

from lms import clock
from lms.access import before_factor, public
from lms.accounts import actions, steps
from lms.accounts.forms import SignInForm
from lms.accounts.sessions import has_factor, load_principal
from lms.config import Settings
from lms.extensions import limiter
from lms.languages import said

bp = Blueprint("accounts", __name__)

FAILURES = "10 per 15 minutes"
"""Failed tries allowed, per account and per address; never a lasting lock."""


def is_failure(response: Response) -> bool:
    """What counts against the limit of tries."""
    return response.status_code == 422


def _account() -> str:
    return "account:" + request.form.get("email", "").strip().casefold()[:320]


@bp.get("/sign-in")
@public
def sign_in() -> str | Response:
    """The form, or home for somebody who is signed in."""
    if current_user.is_authenticated:
        return redirect(url_for("training.home"))
    return _page(SignInForm(next=request.args.get("next", "")))


@bp.post("/sign-in")
@public
@limiter.limit(FAILURES, key_func=_account, deduct_when=is_failure)
@limiter.limit(FAILURES, key_func=get_remote_address, deduct_when=is_failure)
def sign_in_now() -> Response | tuple[str, int]:
    """Start a session; a wrong try says the same whatever was wrong."""
    form = SignInForm()
    if not _settings().local_passwords:
        abort(404)
    if form.validate():
        try:
            person_id = actions.check_password(form.email.data, form.password.data, now=clock.now())
        except actions.SignInRefused as refused:
            form.form_errors.append(said(refused))
        else:
            return go_on(person_id, form.next.data)
    return _page(form), 422


def go_on(person_id: int, target: str | None) -> Response:
    """To the second factor of whoever has one, else in."""
    session.clear()  # nothing of the time before signing in is carried over
    if has_factor(person_id):
        session["step"] = steps.begin(person_id=person_id, now=clock.now())
        return redirect(url_for("accounts.code", next=target or None), code=303)
    token = actions.start_session(person_id, agent=request.headers.get("User-Agent", ""), now=clock.now())
    login_user(load_principal(token))
    return redirect(safe_next(target), code=303)


def _page(form: SignInForm) -> str:
    settings = _settings()
    return render_template(
        "accounts/sign_in.html",
        form=form,
        providers=settings.oidc_providers,
        has_passwords=settings.local_passwords,
    )


def _settings() -> Settings:
    return current_app.extensions["muster"]


@bp.post("/sign-out")
@before_factor
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
