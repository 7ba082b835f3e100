"""The outbox: what waits, what was sent, what failed and why; a test mail to oneself."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.config import Settings
from lms.forms import page_of
from lms.mail import actions, queries
from lms.mail.outbox import Letter
from lms.mail.smtp import NotSent, send

bp = Blueprint("mail", __name__, url_prefix="/mail")

TEST = Letter(subject="A test mail from Muster", text="If you read this, Muster can send mail.\n")


def _settings() -> Settings:
    return current_app.extensions["muster"]


@bp.get("")
@requires(Role.ADMINISTRATOR)
def outbox() -> str:
    """What waits, what was sent, what failed."""
    state = request.args.get("state", "")
    if state and state not in queries.STATES:
        abort(404)
    listed = queries.mails(state, page=page_of(request.args.get("page", "")))
    return render_template("mail/outbox.html", listed=listed, state=state, is_set_up=bool(_settings().mail_url))


@bp.post("/test")
@requires(Role.ADMINISTRATOR)
def test() -> Any:
    """Send a mail to oneself now, past the outbox, and say what the server answered."""
    if not _settings().mail_url:
        abort(404)
    address = queries.address_of(current_user.person_id) or ""
    try:
        send(_settings(), address, TEST)
    except NotSent as failed:
        flash(str(failed), "bad")
    else:
        flash(gettext("The server took a mail to %(address)s.", address=address), "good")
    return redirect(url_for("mail.outbox"), 303)


@bp.post("/again")
@requires(Role.ADMINISTRATOR)
def try_all_again() -> Any:
    """Try all that failed again."""
    count = actions.try_again(None, by=current_user.person_id, now=clock.now())
    flash(gettext("%(count)s put back into the outbox.", count=count), "good")
    return redirect(url_for("mail.outbox"), 303)


@bp.post("/<int:mail_id>/again")
@requires(Role.ADMINISTRATOR)
def try_again(mail_id: int) -> Any:
    """Try one again."""
    actions.try_again(mail_id, by=current_user.person_id, now=clock.now())
    return redirect(url_for("mail.outbox"), 303)


@bp.post("/<int:mail_id>/call-off")
@requires(Role.ADMINISTRATOR)
def call_off(mail_id: int) -> Any:
    """Do not send it."""
    actions.call_off(mail_id, by=current_user.person_id, now=clock.now())
    return redirect(url_for("mail.outbox"), 303)
