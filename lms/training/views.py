"""Home, module, quiz, result, signature and record of the person who asks; others' things do not exist here."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from lms import clock
from lms.access import signed_in
from lms.domain.accommodating import seconds_until
from lms.domain.marking import AnswerRefused
from lms.domain.translations import ORIGINAL
from lms.flags import queries as flags
from lms.languages import of_content, said
from lms.need_to_know import note_read
from lms.training import actions, attesting, queries, swapping
from lms.training.answers import AnswerIsOlder
from lms.training.forms import AcknowledgeForm, AnswersForm, SaveForm, StartForm, answers_in

bp = Blueprint("training", __name__)

UNKNOWN_ANSWER = lazy_gettext("That question or answer is not part of this quiz. Reload the page.")


@bp.get("/")
@signed_in
def home() -> str:
    """ "Are you ready?": where I stand and what there is to do."""
    found = queries.home(current_user.person_id, language=of_content(), now=clock.now())
    answered = flags.answered_lately(current_user.person_id, now=clock.now())
    return render_template("training/home.html", home=found, answered_flags=answered)


@bp.get("/record")
@signed_in
def record() -> str:
    """Everything I did, with proofs; what I am given in quizzes, and what I flagged."""
    me = current_user.person_id
    return render_template(
        "training/record.html",
        entries=queries.record(me),
        given=queries.given(me, now=clock.now()),
        flags=flags.mine(me),
    )


@bp.post("/train/<policy>/acknowledge")
@signed_in
def acknowledge(policy: str) -> Response:
    """ "I have seen it", for an emergency."""
    form = AcknowledgeForm()
    if not form.validate():
        abort(422)
    if not attesting.acknowledge(current_user.person_id, policy, number=form.version.data, now=clock.now()):
        abort(404)
    flash(gettext("Noted that you have seen it. Learn it before the provisional time ends."), "good")
    return redirect(url_for(".home"), code=303)


@bp.get("/train/<policy>")
@signed_in
def module(policy: str) -> str:
    """What I have to learn of a policy."""
    return _module(policy, None)


@bp.get("/train/<policy>/refresher/<int:refresher_id>")
@signed_in
def refresher(policy: str, refresher_id: int) -> str:
    """What my coach asked me to learn again."""
    return _module(policy, refresher_id)


def _module(policy: str, refresher_id: int | None) -> str:
    page = queries.module_page(
        current_user.person_id, policy, refresher_id=refresher_id, language=of_content(), now=clock.now()
    )
    if page is None:
        abort(404)
    is_whole = page.version.is_need_to_know
    if is_whole and not page.parts:
        abort(404)  # whom it does not concern, or no longer, is shown nothing of it
    if is_whole or page.need_to_know:
        clauses = () if is_whole else page.need_to_know
        note_read(policy, number=page.version.number, clauses=clauses, by=current_user.person_id, now=clock.now())
    return render_template("training/module.html", page=page)


@bp.post("/train/<policy>/start")
@signed_in
def start(policy: str) -> Response:
    """Begin the quiz, or go on with the one that is open."""
    attempt_id = actions.start_attempt(current_user.person_id, policy, **_start(), now=clock.now())
    if attempt_id is None:
        abort(404)
    return redirect(url_for(".quiz", attempt_id=attempt_id), code=303)


@bp.post("/train/<policy>/sign")
@signed_in
def attest(policy: str) -> Response:
    """Sign that I read it, where there is no quiz; the second click finds it signed."""
    asked = _start()
    try:
        signed = attesting.attest(current_user.person_id, policy, **asked, now=clock.now())
    except actions.NothingToLearn:
        signed = 0
    if signed is None:
        abort(404)
    flash(gettext("Signed. It is on your record."), "good")
    return redirect(url_for(".home"), code=303)


def _start() -> dict[str, Any]:
    form = StartForm()
    if not form.validate():
        abort(422)
    return {"refresher_id": form.refresher.data, "language": form.language.data or ORIGINAL}


@bp.get("/train/attempts/<int:attempt_id>")
@signed_in
def quiz(attempt_id: int) -> str | Response:
    """The questions, with my answers so far."""
    page = queries.quiz_page(attempt_id, current_user.person_id, now=clock.now())
    if page is None:
        abort(404)
    if page.about.is_submitted:
        return redirect(url_for(".result", attempt_id=attempt_id))
    if page.is_over:
        return redirect(url_for(".review", attempt_id=attempt_id))
    return render_template("training/quiz.html", page=page)


@bp.post("/train/attempts/<int:attempt_id>")
@signed_in
def answer(attempt_id: int) -> Response:
    """Keep a whole page of answers, then look over them, or go where another button of the page leads."""
    form, answers = _answers()
    try:
        is_mine = actions.keep_answers(
            attempt_id,
            current_user.person_id,
            answers=answers,
            base_revision=form.revision.data or 0,
            now=clock.now(),
        )
        if is_mine and form.swap.data:
            return _swap(attempt_id, form.swap.data)
    except AnswerRefused:
        abort(422)
    except actions.AttemptIsSubmitted:
        is_mine, after = True, url_for(".result", attempt_id=attempt_id)
    except actions.TimeIsOver:  # the page that follows says so
        is_mine, after = True, url_for(".review", attempt_id=attempt_id)
    else:
        after = url_for(".review", attempt_id=attempt_id)
    if not is_mine:
        abort(404)
    if form.flag.data:
        after = url_for("flags.flag_item", attempt_id=attempt_id, number=form.flag.data)
    return redirect(after, code=303)


def _swap(attempt_id: int, number: int) -> Response:
    try:
        number = swapping.swap_item(attempt_id, current_user.person_id, number=number, now=clock.now()) or abort(404)
    except (swapping.NotSwappable, swapping.NothingEquivalent) as refused:
        flash(said(refused), "warn")
    else:
        flash(gettext("Here is another question. It costs you nothing."), "good")
    return redirect(url_for(".quiz", attempt_id=attempt_id, _anchor=f"item-{number}"), code=303)


@bp.post("/train/attempts/<int:attempt_id>/save")
@signed_in
def save(attempt_id: int) -> tuple[dict[str, Any], int]:
    """Keep one answer as it is given; says when, once it is kept."""
    form = SaveForm()
    if not form.validate():
        return {"error": str(UNKNOWN_ANSWER)}, 422
    try:
        now = clock.now()
        saved = actions.save_answer(
            attempt_id,
            current_user.person_id,
            position=form.item.data,
            answer=form.answer,
            revision=form.revision.data,
            now=now,
        )
    except AnswerRefused:  # its message names the item as its author does, which would give the clause away
        return {"error": str(UNKNOWN_ANSWER)}, 422
    except (actions.AttemptIsSubmitted, AnswerIsOlder) as late:
        return {"error": said(late)}, 409
    except actions.TimeIsOver as late:
        return {"error": said(late), "is_over": True}, 409
    if saved is None:
        return {"error": gettext("There is no such quiz.")}, 404
    return {"saved_at": saved.at.isoformat(), "seconds_left": seconds_until(saved.ends_at, now)}, 200


@bp.get("/train/attempts/<int:attempt_id>/review")
@signed_in
def review(attempt_id: int) -> str | Response:
    """My answers once more, before I hand in."""
    page = queries.quiz_page(attempt_id, current_user.person_id, now=clock.now())
    if page is None:
        abort(404)
    if page.about.is_submitted:
        return redirect(url_for(".result", attempt_id=attempt_id))
    return render_template("training/review.html", page=page)


@bp.post("/train/attempts/<int:attempt_id>/submit")
@signed_in
def submit(attempt_id: int) -> Response:
    """Hand in; the second time finds the first result."""
    form, answers = _answers()
    try:
        is_mine = actions.submit_attempt(
            attempt_id,
            current_user.person_id,
            answers=answers,
            base_revision=form.revision.data or 0,
            now=clock.now(),
        )
    except AnswerRefused:
        abort(422)
    if not is_mine:
        abort(404)
    return redirect(url_for(".result", attempt_id=attempt_id), code=303)


def _answers() -> tuple[AnswersForm, dict[int, Any]]:
    form = AnswersForm()
    try:
        answers = answers_in(request.form)
    except ValueError:
        abort(422)
    if not form.validate():
        abort(422)
    return form, answers


@bp.get("/train/attempts/<int:attempt_id>/result")
@signed_in
def result(attempt_id: int) -> str | Response:
    """How it went."""
    page = queries.result_page(attempt_id, current_user.person_id, now=clock.now())
    if page is None:
        abort(404)
    return render_template("training/result.html", page=page)


@bp.get("/train/attempts/<int:attempt_id>/sign")
@signed_in
def sign(attempt_id: int) -> str:
    """The statement to sign, and what I am ready for once I did."""
    page = queries.sign_page(attempt_id, current_user.person_id)
    if page is None:
        abort(404)
    queues = queries.queues_of(current_user.person_id, page.about.slug, now=clock.now()) if page.signed_at else ()
    return render_template("training/sign.html", page=page, queues=queues)


@bp.post("/train/attempts/<int:attempt_id>/sign")
@signed_in
def sign_now(attempt_id: int) -> Response:
    """Sign; the second click finds the first."""
    if attesting.sign(attempt_id, current_user.person_id, now=clock.now()) is None:
        abort(404)
    return redirect(url_for(".sign", attempt_id=attempt_id), code=303)
