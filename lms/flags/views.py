"""Flagging what one reads, and the policy owner's list of what was flagged."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from lms import clock
from lms.access import Role, requires, signed_in
from lms.being_asked import refuse_who_is_asked
from lms.flags import actions, queries, settling
from lms.flags.forms import FlagForm, SettleForm
from lms.flags.queries import FlagKind, FlagOutcome, ToFlag
from lms.flags.settling import FlagPage, flag_page, flagged
from lms.languages import said
from lms.need_to_know import note_reading

bp = Blueprint("flags", __name__)

Answer = Response | str | tuple[str, int]


@bp.get("/train/attempts/<int:attempt_id>/questions/<int:number>/flag")
@signed_in
def flag_item(attempt_id: int, number: int) -> str:
    """The form for what is the matter with a question."""
    return _form_page(_question(attempt_id, number), FlagForm(formdata=None))


@bp.post("/train/attempts/<int:attempt_id>/questions/<int:number>/flag")
@signed_in
def flag_item_now(attempt_id: int, number: int) -> Answer:
    """Flag it, and go on with the quiz."""
    found, form = _question(attempt_id, number), FlagForm()
    page = "training.result" if found.is_submitted else "training.quiz"
    return _flag(found, form, url_for(page, attempt_id=attempt_id, _anchor=f"item-{number}"))


def _question(attempt_id: int, number: int) -> ToFlag:
    return queries.item_to_flag(attempt_id, current_user.person_id, number, now=clock.now()) or abort(404)


@bp.get("/train/<policy>/flag")
@signed_in
def flag_part(policy: str) -> str:
    """The form for what is the matter with a clause or a lesson of my module."""
    form = FlagForm(
        formdata=None,
        clause=request.args.get("clause", ""),
        lesson=request.args.get("lesson", ""),
        refresher=request.args.get("refresher", type=int),
        language=request.args.get("language", "en"),
    )
    return _form_page(_part(policy, form), form)


@bp.post("/train/<policy>/flag")
@signed_in
def flag_part_now(policy: str) -> Answer:
    """Flag it, and go on reading."""
    form = FlagForm()
    found = _part(policy, form)
    here = {
        "policy": policy,
        "_anchor": f"clause-{form.clause.data}" if form.clause.data else f"lesson-{form.lesson.data}",
    }
    if form.refresher.data:
        return _flag(found, form, url_for("training.refresher", refresher_id=form.refresher.data, **here))
    return _flag(found, form, url_for("training.module", **here))


def _part(policy: str, form: FlagForm) -> ToFlag:
    found = queries.part_to_flag(
        current_user.person_id,
        policy,
        clause=form.clause.data or "",
        lesson=form.lesson.data or "",
        refresher_id=form.refresher.data,
        language=form.language.data or "en",
        now=clock.now(),
    )
    return found or abort(404)


def _form_page(found: ToFlag, form: FlagForm) -> str:
    return render_template("flags/flag.html", found=found, form=form)


def _flag(found: ToFlag, form: FlagForm, after: str) -> Answer:
    if form.validate():
        try:
            actions.flag(
                current_user.person_id,
                found.subject,
                kind=FlagKind(form.kind.data),
                words=form.words.data or "",
                language=found.language,
                now=clock.now(),
            )
        except actions.FlagRefused as refused:
            form.form_errors.append(said(refused))
        else:
            flash(gettext("Thank you. It is flagged; the answer will be on your record."), "good")
            return redirect(after, code=303)
    return _form_page(found, form), 422


@bp.get("/flags")
@requires(Role.OWNER)
def waiting() -> str:
    """What has open flags, counted."""
    _refuse_vendors()
    return render_template("flags/waiting.html", waiting=settling.waiting())


@bp.get("/flags/<int:flag_id>")
@requires(Role.OWNER)
def one(flag_id: int) -> str:
    """Every flag of one thing in its context, and the form for the answer."""
    return _settle_page(_found(flag_id), SettleForm(formdata=None), flag_id)


@bp.post("/flags/<int:flag_id>")
@requires(Role.OWNER)
def settle(flag_id: int) -> Answer:
    """Answer those that the page showed."""
    page, form = _found(flag_id), SettleForm()
    if not form.validate():
        return _settle_page(page, form, flag_id), 422
    try:
        count = actions.settle(
            page.subject,
            form.flag.data or (),
            outcome=FlagOutcome(form.outcome.data),
            words=form.words.data or "",
            about=f"{page.about.policy}: {page.about.sort} {page.about.slug}",
            by=current_user.person_id,
            now=clock.now(),
        )
    except actions.AlreadyAnswered as answered:
        flash(said(answered), "warn")
    else:
        flash(ngettext("%(num)s flag is answered.", "%(num)s flags are answered.", count), "good")
    return redirect(url_for("flags.waiting"), code=303)


def _refuse_vendors() -> None:
    """Those who work for another company answer for no questions, and read nobody's answers."""
    if current_user.vendor:
        abort(404)


def _found(flag_id: int) -> FlagPage:
    _refuse_vendors()
    about = flagged(flag_id) or abort(404)
    if about.sort == "item":
        refuse_who_is_asked(current_user.person_id, about.policy)
    page = flag_page(flag_id) or abort(404)
    clauses = page.item.clauses if page.item else (about.slug,)
    note_reading(about.policy, number=about.version, clauses=clauses, by=current_user.person_id, now=clock.now())
    return page


def _settle_page(page: FlagPage, form: SettleForm, flag_id: int) -> str:
    return render_template("flags/settle.html", page=page, form=form, flag_id=flag_id)
