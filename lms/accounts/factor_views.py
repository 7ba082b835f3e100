"""One-time codes and passkeys: using them to sign in, setting them up, removing them."""

import base64
import io
from typing import Any

import qrcode
import qrcode.image.svg
from flask import Response, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user

from lms import clock
from lms.access import before_factor, public
from lms.accounts import actions, codes, factors, passkeys, steps
from lms.accounts.forms import CodeForm, ConfirmForm
from lms.accounts.passkeys import Site
from lms.accounts.sessions import load_principal
from lms.accounts.views import FAILURES, bp, is_failure, safe_next
from lms.domain.errors import DomainError
from lms.extensions import limiter
from lms.languages import LANGUAGES, said
from lms.ownership import Source, may_write

STEP = "step"
"""Name in the signed cookie of the token of the step under way."""


def _site() -> Site:
    return Site(host=request.host.partition(":")[0], origin=request.host_url.rstrip("/"))


def _agent() -> str:
    return request.headers.get("User-Agent", "")


def _whose_step() -> str:
    step = steps.look(session.get(STEP), now=clock.now())
    return f"code:{step.person_id if step else get_remote_address()}"


def enter(token: str, target: str | None) -> str:
    """Sign the browser in with the token of a session, and say where it goes."""
    session.clear()  # nothing of the time before signing in is carried over
    login_user(load_principal(token))
    return safe_next(target)


@bp.get("/sign-in/code")
@public
def code() -> Any:
    """Ask for the code of somebody whose password was right."""
    if steps.look(session.get(STEP), now=clock.now()) is None:
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/code.html", form=CodeForm(next=request.args.get("next", "")))


@bp.post("/sign-in/code")
@public
@limiter.limit(FAILURES, key_func=_whose_step, deduct_when=is_failure)
@limiter.limit(FAILURES, key_func=get_remote_address, deduct_when=is_failure)
def code_now() -> Any:
    """Start the session."""
    form = CodeForm()
    if form.validate():
        try:
            token = actions.finish_with_code(session.get(STEP), form.code.data, agent=_agent(), now=clock.now())
        except codes.CodeRefused as refused:
            form.code.errors = [said(refused)]
        except steps.StepOver as over:
            flash(said(over), "warn")
            return redirect(url_for("accounts.sign_in"), 303)
        else:
            return redirect(enter(token, form.next.data), 303)
    return render_template("accounts/code.html", form=form), 422


@bp.post("/sign-in/passkey/options")
@public
@limiter.limit("60 per 15 minutes", key_func=get_remote_address)
def passkey_options() -> Response:
    """What the browser needs to ask for a passkey."""
    options, session[STEP] = passkeys.options_to_sign_in(_site(), now=clock.now())
    return Response(options, content_type="application/json")


@bp.post("/sign-in/passkey")
@public
@limiter.limit(FAILURES, key_func=get_remote_address, deduct_when=is_failure)
def passkey_now() -> Any:
    """Start the session of whoever's passkey signed the challenge."""
    given = request.get_json(silent=True) or {}
    try:
        person_id = passkeys.recognise(session.get(STEP), given.get("credential"), site=_site(), now=clock.now())
    except DomainError as refused:
        return jsonify(error=said(refused)), 422
    token = actions.start_session(person_id, agent=_agent(), way="passkey", now=clock.now())
    return jsonify(next=enter(token, given.get("next")))


@bp.get("/account/factors", endpoint="factors")
@before_factor
def factors_page() -> str:
    """What one signs in with."""
    return _page(ConfirmForm(), CodeForm())


@bp.post("/account/codes")
@before_factor
def begin_codes() -> Any:
    """Make a secret for an app."""
    codes.begin_codes(current_user.person_id, now=clock.now())
    return redirect(url_for("accounts.factors", _anchor="app"), 303)


@bp.post("/account/codes/confirm")
@before_factor
def confirm_codes() -> Any:
    """Take the first code; show the recovery codes, this once."""
    form = CodeForm()
    if form.validate():
        try:
            given = codes.confirm_codes(current_user.person_id, form.code.data, now=clock.now())
        except codes.CodeRefused as refused:
            form.code.errors = [said(refused)]
        else:
            return render_template("accounts/recovery_codes.html", codes=given)
    return _page(ConfirmForm(), form), 422


@bp.post("/account/recovery-codes")
@before_factor
def renew_recovery_codes() -> Any:
    """New recovery codes for the old."""
    form = ConfirmForm()
    if not _is_confirmed(form):
        return _page(form, CodeForm()), 422
    given = codes.renew_recovery_codes(current_user.person_id, now=clock.now())
    return render_template("accounts/recovery_codes.html", codes=given)


@bp.post("/account/codes/remove")
@before_factor
def remove_codes() -> Any:
    """Forget the app."""
    form = ConfirmForm()
    if not _is_confirmed(form):
        return _page(form, CodeForm()), 422
    codes.remove_codes(current_user.person_id, by=current_user.person_id, now=clock.now())
    flash(gettext("The app is forgotten, and its recovery codes."), "good")
    return redirect(url_for("accounts.factors"), 303)


@bp.post("/account/passkeys/options")
@before_factor
def add_passkey_options() -> Response:
    """What the browser needs to make a passkey."""
    options, session[STEP] = passkeys.options_to_add(current_user.person_id, _site(), now=clock.now())
    return Response(options, content_type="application/json")


@bp.post("/account/passkeys")
@before_factor
def add_passkey() -> Any:
    """Keep it."""
    given = request.get_json(silent=True) or {}
    try:
        passkeys.add(
            current_user.person_id,
            session.pop(STEP, None),
            given.get("credential"),
            name=str(given.get("name", "")),
            site=_site(),
            now=clock.now(),
        )
    except DomainError as refused:
        return jsonify(error=said(refused)), 422
    flash(gettext("The passkey is added. Sign in with it next time."), "good")
    return jsonify(next=url_for("accounts.factors"))


@bp.post("/account/passkeys/<int:passkey_id>/remove")
@before_factor
def remove_passkey(passkey_id: int) -> Any:
    """Forget it."""
    form = ConfirmForm()
    if not _is_confirmed(form):
        return _page(form, CodeForm()), 422
    passkeys.remove(current_user.person_id, passkey_id, by=current_user.person_id, now=clock.now())
    flash(gettext("The passkey is removed."), "good")
    return redirect(url_for("accounts.factors"), 303)


def _is_confirmed(form: ConfirmForm) -> bool:
    if not form.validate():
        return False
    if not actions.is_own_password(current_user.person_id, form.password.data or ""):
        form.password.errors = [gettext("That is not your password.")]
        return False
    return True


def _page(confirm: ConfirmForm, code_form: CodeForm) -> str:
    app = codes.address_for_app(current_user.person_id)
    return render_template(
        "accounts/factors.html",
        confirm=confirm,
        code_form=code_form,
        mine=factors.of(current_user.person_id),
        picture=_picture(app[0]) if app else "",
        secret=app[1] if app else "",
        languages=LANGUAGES,
        is_language_mine=may_write(current_app.extensions["muster"].owners, "language", Source.HAND),
    )


def _picture(address: str) -> str:
    """The address as a square that an app scans: a picture inside the page, so that nothing is fetched or kept."""
    written = io.BytesIO()
    qrcode.make(address, image_factory=qrcode.image.svg.SvgFillImage, box_size=12).save(written)
    return "data:image/svg+xml;base64," + base64.b64encode(written.getvalue()).decode()
