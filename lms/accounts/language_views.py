"""The language of these pages, chosen by who reads them."""

from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask_babel import force_locale, gettext
from flask_login import current_user

from lms import clock
from lms.access import signed_in
from lms.accounts import actions
from lms.accounts.views import bp
from lms.languages import LANGUAGES
from lms.ownership import Source, may_write


@bp.post("/account/language")
@signed_in
def language() -> Any:
    """From now on in another language."""
    chosen = request.form.get("language", "")
    owners = current_app.extensions["muster"].owners
    if chosen not in LANGUAGES or not may_write(owners, "language", Source.HAND):
        abort(422)
    actions.choose_language(current_user.person_id, chosen, now=clock.now())
    with force_locale(chosen):
        flash(gettext("Changed."), "good")
    return redirect(url_for("accounts.factors"), 303)
