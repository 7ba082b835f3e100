"""To an OpenID provider and back."""

from typing import Any

from flask import abort, flash, redirect, request, session, url_for

from lms import clock
from lms.access import public
from lms.accounts import providers
from lms.accounts.actions import SignInRefused
from lms.accounts.factor_views import enter
from lms.accounts.views import bp
from lms.languages import said

NEXT = "next"


@bp.post("/sign-in/with/<provider>")
@public
def with_provider(provider: str) -> Any:
    """Go and say there who you are."""
    each = providers.provider(provider) or abort(404)
    session.clear()
    session[NEXT] = request.form.get("next", "")
    try:
        return providers.to_provider(each.name, url_for("accounts.from_provider", provider=each.name, _external=True))
    except SignInRefused as refused:
        return _again(refused)


@bp.get("/sign-in/with/<provider>/done")
@public
def from_provider(provider: str) -> Any:
    """Come back; one of the three writes that a GET may make, because the provider sends the browser here."""
    each = providers.provider(provider) or abort(404)
    target = session.get(NEXT)
    try:
        claims = providers.claims_of(each.name)
        token = providers.sign_in_with(each, claims, agent=request.headers.get("User-Agent", ""), now=clock.now())
    except SignInRefused as refused:
        return _again(refused)
    return redirect(enter(token, target), 303)


def _again(refused: SignInRefused) -> Any:
    flash(said(refused), "bad")
    return redirect(url_for("accounts.sign_in"), 303)
