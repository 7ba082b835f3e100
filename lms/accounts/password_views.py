"""Invitations, forgotten passwords, and changing one's own."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user

from lms import clock
from lms.access import Role, before_factor, public, requires
from lms.accounts import actions, links, queries
from lms.accounts.forms import ChangeForm, ChooseForm, ForgottenForm
from lms.accounts.links import LinkOver
from lms.accounts.passwords import PasswordTooWeak
from lms.accounts.sessions import load_principal
from lms.accounts.views import bp, go_on
from lms.extensions import limiter
from lms.languages import said

ASKED = "5 per 15 minutes"
"""Mails with a link that one address, and one origin, may ask for."""


def _agent() -> str:
    return request.headers.get("User-Agent", "")


def _address() -> str:
    return "forgotten:" + request.form.get("email", "").strip().casefold()[:320]


@bp.get("/link/<token>")
@public
def link(token: str) -> Any:
    """What the link is for, with a button: looking uses nothing up."""
    try:
        found = links.look(token, now=clock.now())
    except LinkOver as over:
        return render_template("accounts/link_over.html", why=said(over)), 404
    if found.is_open:
        return render_template("accounts/choose.html", token=token, link=found, form=ChooseForm())
    return render_template("accounts/link.html", token=token, link=found)


@bp.post("/link/<token>")
@public
def open_link(token: str) -> Any:
    """Open it: thirty minutes from now."""
    try:
        links.open_link(token, now=clock.now())
    except LinkOver as over:
        return render_template("accounts/link_over.html", why=said(over)), 404
    return redirect(url_for("accounts.link", token=token), 303)


@bp.post("/link/<token>/password")
@public
def choose(token: str) -> Any:
    """Choose a password; the link is used up and the person goes on."""
    form = ChooseForm()
    try:
        found = links.look(token, now=clock.now())
        if form.validate():
            person_id = links.choose_password(token, form.password.data or "", now=clock.now())
            flash(gettext("Your password is set."), "good")
            return go_on(person_id, None)
    except LinkOver as over:
        return render_template("accounts/link_over.html", why=said(over)), 404
    except PasswordTooWeak as weak:
        form.password.errors = [str(weak)]
    return render_template("accounts/choose.html", token=token, link=found, form=form), 422


@bp.get("/forgotten")
@public
def forgotten() -> str:
    """Ask for the way to a new password."""
    return render_template("accounts/forgotten.html", form=ForgottenForm())


@bp.post("/forgotten")
@public
@limiter.limit(ASKED, key_func=_address)
@limiter.limit(ASKED, key_func=get_remote_address)
def forgotten_now() -> Any:
    """The same answer whoever it was."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form), 422
    links.forgotten(form.email.data or "", now=clock.now())
    flash(gettext("If somebody here has this e-mail, a mail is on its way. Its link works for 30 minutes."), "good")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/account/password")
@before_factor
def password() -> str:
    """Change one's own password."""
    return render_template("accounts/password.html", form=ChangeForm())


@bp.post("/account/password")
@before_factor
def change_password() -> Any:
    """Every session ends but this one, which begins anew."""
    form, person_id = ChangeForm(), current_user.person_id
    if form.validate():
        if not actions.is_own_password(person_id, form.old.data or ""):
            form.old.errors = [gettext("That is not your password.")]
        else:
            try:
                links.change_password(person_id, form.password.data or "", now=clock.now())
            except PasswordTooWeak as weak:
                form.password.errors = [str(weak)]
            else:
                token = actions.start_session(person_id, agent=_agent(), way=current_user.way, now=clock.now())
                session.clear()
                login_user(load_principal(token))
                flash(gettext("Your password is changed, and you are signed out everywhere else."), "good")
                return redirect(url_for("accounts.factors"), 303)
    return render_template("accounts/password.html", form=form), 422


@bp.get("/account/invitations")
@requires(Role.ADMINISTRATOR)
def invitations() -> str:
    """Who works here and cannot sign in yet."""
    waiting = queries.not_signed_up(now=clock.now())
    return render_template("accounts/invitations.html", waiting=waiting, is_set_up=_has_mail(), address="")


@bp.post("/account/invitations")
@requires(Role.ADMINISTRATOR)
def invite() -> Any:
    """Invite those who were chosen; without mail, one at a time, and the link is shown."""
    chosen = {int(text) for text in request.form.getlist("person") if text.isascii() and text.isdecimal()}
    waiting = queries.not_signed_up(now=clock.now())
    people = [each.person_id for each in waiting if each.person_id in chosen]
    if not people:
        flash(gettext("Choose somebody first."), "warn")
        return redirect(url_for("accounts.invitations"), 303)
    if not _has_mail():
        shown = links.invite_by_hand(people[0], by=current_user.person_id, now=clock.now())
        return render_template("accounts/invitations.html", waiting=waiting, is_set_up=False, address=shown)
    links.invite(people, by=current_user.person_id, now=clock.now())
    flash(gettext("%(people)s invited. The mails are in the outbox.", people=len(people)), "good")
    return redirect(url_for("accounts.invitations"), 303)


def _has_mail() -> bool:
    return bool(current_app.extensions["muster"].mail_url)
