"""The questions of a policy for its owners, and correcting one that was wrong: look at what it does, then do it."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires
from lms.being_asked import refuse_who_is_asked
from lms.correcting import (
    actions,
    letters,  # noqa: F401 - its mail
    listing,
    queries,
)
from lms.correcting.forms import CorrectForm, form_for
from lms.correcting.outcome import Outcome
from lms.correcting.queries import Asked
from lms.domain.errors import DomainError
from lms.languages import said
from lms.need_to_know import note_read

bp = Blueprint("correcting", __name__, url_prefix="/policies/<slug>/items")

Answer = str | tuple[str, int]
SHOWN = 200
"""People that a page lists by name; the counts tell of all."""


@bp.get("")
@requires(Role.OWNER)
def items(slug: str) -> str:
    """Every question that was published, how often it was asked, and which were corrected."""
    found = listing.items_of(slug, owner=_owner()) or abort(404)
    _note(slug, found.secret, is_whole=found.is_need_to_know, number=found.newest)
    return render_template("correcting/items.html", found=found)


@bp.get("/<int:revision>")
@requires(Role.OWNER)
def item(slug: str, revision: int) -> Answer:
    """One question with its key, what was corrected, and the form."""
    asked = _asked(slug, revision)
    return _page(asked, form_for(asked, None))


@bp.post("/<int:revision>/preview")
@requires(Role.OWNER)
def preview(slug: str, revision: int) -> Answer:
    """What a correction would do; nothing is written. Coming back to change something keeps what was typed."""
    asked = _asked(slug, revision)
    form = form_for(asked)
    if "change" in request.form:
        return _page(asked, form)
    outcome = _tried_out(asked, form)
    return _page(asked, form, status=422) if outcome is None else _effect(asked, form, outcome)


@bp.post("/<int:revision>")
@requires(Role.OWNER)
def correct(slug: str, revision: int) -> Response | Answer:
    """Do what was shown."""
    asked = _asked(slug, revision)
    form = form_for(asked)
    if not form.validate():
        return _page(asked, form, status=422)
    try:
        outcome = actions.correct(
            slug,
            revision,
            form.what,
            new=form.new_key,
            reason=form.reason.data or "",
            seen=form.seen.data or "",
            by=current_user.person_id,
            now=clock.now(),
        )
    except DomainError as refused:
        form.form_errors.append(said(refused))
        return _page(_asked(slug, revision), form, status=422)
    flash(_done(outcome), "good")
    return redirect(url_for("correcting.item", slug=slug, revision=revision), code=303)


def _done(outcome: Outcome) -> str:
    counts = {"passing": len(outcome.passing), "failing": len(outcome.failing)}
    done = gettext("It is done: %(passing)s from fail to pass, %(failing)s from pass to fail.", **counts)
    mails = ngettext("%(num)s person gets a mail.", "%(num)s people get a mail.", len(outcome.told))
    return f"{done} {mails}"


def _tried_out(asked: Asked, form: CorrectForm) -> Outcome | None:
    if not form.validate():
        return None
    try:
        return actions.tried_out(asked, form.what, form.new_key)
    except DomainError as refused:
        form.form_errors.append(said(refused))
        return None


def _owner() -> int:
    """Who asks; those who work for another company answer for no questions, and for nobody's results."""
    return abort(404) if current_user.vendor else current_user.person_id


def _asked(slug: str, revision: int) -> Asked:
    asked = queries.asked_item(slug, revision, owner=_owner()) or abort(404)
    refuse_who_is_asked(current_user.person_id, slug)
    secret = listing.secret_among(asked.policy_id, asked.frozen.clauses)
    _note(slug, secret, is_whole=asked.is_need_to_know, number=asked.versions[-1])
    return asked


def _note(slug: str, secret: frozenset[str], *, is_whole: bool, number: int) -> None:
    if is_whole or secret:
        clauses = () if is_whole else secret
        note_read(slug, number=number, clauses=clauses, by=current_user.person_id, now=clock.now())


def _page(asked: Asked, form: CorrectForm, *, status: int = 200) -> Answer:
    return render_template("correcting/item.html", asked=asked, form=form), status


def _effect(asked: Asked, form: CorrectForm, outcome: Outcome) -> str:
    turned = outcome.turned[:SHOWN]
    return render_template(
        "correcting/preview.html",
        asked=asked,
        form=form,
        outcome=outcome,
        turned=turned,
        names=queries.names_of([each.sat.person_id for each in turned]),
        going_on=queries.open_with(asked.revision_id),
    )
