"""Pages for reading and comparing policies, and for judging, proposing and approving drafts."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf import FlaskForm

from lms import clock
from lms.access import Role, requires, signed_in
from lms.domain.errors import DomainError
from lms.domain.policies import Verdict
from lms.flags.queries import open_flags
from lms.languages import of_content, said
from lms.policies import actions, judging, queries, sight
from lms.policies.forms import ApproveForm, DecideForm, EmergencyForm, ProposeForm
from lms.policies.outline import outline
from lms.policies.preview import impact
from lms.policies.queries import PolicyState, VersionLine

bp = Blueprint("policies", __name__, url_prefix="/policies")

Answer = str | Response | tuple[str, int]


def _draft_of(slug: str) -> tuple[PolicyState, VersionLine]:
    state = sight.found(slug)
    return state, state.draft or abort(404)


def _numbered(state: PolicyState, number: int | None) -> VersionLine:
    return (state.numbered(number) if number is not None else None) or abort(404)


@bp.get("")
@signed_in
def index() -> str:
    """Every policy, those that concern the reader first."""
    asked = request.args.get("q", "").strip()
    states = queries.policy_states(person_id=current_user.person_id, now=clock.now(), **sight.sight())
    titles = queries.titles_in(of_content())
    found = [
        state
        for state in states
        if asked.casefold() in f"{state.policy.title}\n{titles.get(state.policy.slug, '')}".casefold()
    ]
    flags = open_flags() if current_user.has(Role.OWNER) and not current_user.vendor else None
    return render_template(
        "policies/index.html", states=found, titles=titles, asked=asked, is_anything=bool(states), open_flags=flags
    )


@bp.get("/<slug>")
@signed_in
def policy(slug: str) -> Answer:
    """The text in force with the history of its versions; the draft alone, for its owners, before the first."""
    now = clock.now()
    state = sight.found(slug)
    if state.shown is None:
        where = "draft" if current_user.has(Role.OWNER) else "approval"
        return redirect(url_for(f"policies.{where}", slug=slug))
    secret = sight.read(state, state.shown)
    gaps = queries.gaps(slug, person_id=current_user.person_id, now=now)
    clauses, reading = queries.read_in(state.shown.version_id, language=of_content())
    entries = outline([clause for clause in clauses if clause.id not in secret.hidden])
    return render_template(
        "policies/policy.html", state=state, entries=entries, reading=reading, secret=secret, gaps=gaps, now=now
    )


@bp.get("/<slug>/v/<int:number>")
@signed_in
def version(slug: str, number: int) -> str:
    """One version: its text, who wrote and approved it, and why."""
    state = sight.found(slug)
    shown = _numbered(state, number)
    secret = sight.read(state, shown)
    clauses, reading = queries.read_in(shown.version_id, language=of_content())
    return render_template(
        "policies/version.html",
        state=state,
        version=shown,
        before=queries.version_before(state, number),
        entries=outline([clause for clause in clauses if clause.id not in secret.hidden]),
        reading=reading,
        secret=secret,
        now=clock.now(),
    )


@bp.get("/<slug>/compare")
@signed_in
def compare(slug: str) -> str:
    """Any two versions, changed clause by changed clause; without numbers, the newest and the one before it."""
    state = sight.found(slug)
    newest = state.versions[0].number if state.versions else abort(404)
    numbers = sorted([request.args.get("from", max(1, newest - 1), type=int), request.args.get("to", newest, type=int)])
    older, newer = (_numbered(state, number) for number in numbers)
    secret = sight.read(state, *dict.fromkeys([older, newer]))
    changes, reading = queries.comparison(state, older=older, newer=newer, language=of_content())
    return render_template(
        "policies/compare.html",
        state=state,
        older=older,
        newer=newer,
        changes=[change for change in changes if not secret.hides(change)],
        reading=reading,
        secret=secret,
    )


@bp.post("/<slug>/v/<int:number>/withdraw")
@requires(Role.OWNER)
def withdraw(slug: str, number: int) -> Response:
    """Take the newest version back before it takes effect."""
    shown = _numbered(sight.found(slug), number)
    actions.withdraw(shown.version_id, by=current_user.person_id, now=clock.now())
    flash(gettext("Version %(number)s is withdrawn. It never takes effect.", number=number), "good")
    return redirect(url_for("policies.policy", slug=slug), code=303)


@bp.get("/<slug>/draft")
@requires(Role.OWNER)
def draft(slug: str) -> Answer:
    """Compare and judge: each change of the draft, what it does to people, and sending it for approval."""
    return _draft_page(*_draft_of(slug))


def _draft_page(state: PolicyState, line: VersionLine, *, status: int = 200, **forms: Any) -> Answer:
    """The draft page; `forms` holds those that came back with errors: decide (by clause), emergency, propose."""
    now = clock.now()
    secret = sight.read(state, line)
    page = judging.draft_page(state, line, now=now)
    zone = ZoneInfo(state.policy.timezone)
    waiting = {
        change.clause: DecideForm(
            None,
            prefix=f"judge-{change.clause}-",
            verdict=change.verdict.value if change.verdict else None,
            reason=change.reason,
        )
        for change in page.changes
    }
    made = {
        "decide": waiting | forms.pop("decide", {}),
        "emergency": EmergencyForm(None, prefix="emergency-", provisional_hours=line.provisional_hours),
        "propose": ProposeForm(
            formdata=None, prefix="propose-", zone=zone, reason=line.reason, effective_at=line.effective_at
        ),
    } | forms
    # Asking for everybody takes its time, so it is not asked again after each verdict.
    is_effect_asked = not page.undecided or "effect" in request.args
    shown = impact(state, page, now=now) if is_effect_asked else None
    entries = outline(page.clauses)
    return render_template(
        "policies/draft.html",
        state=state,
        secret=secret,
        page=page,
        forms=made,
        impact=shown,
        entries=entries,
        zone=zone.key,
    ), status


@bp.post("/<slug>/draft/changes/<clause>")
@requires(Role.OWNER)
def decide(slug: str, clause: str) -> Answer:
    """Judge one change."""
    state, line = _draft_of(slug)
    form = DecideForm(prefix=f"judge-{clause}-")
    if _is_done(
        form,
        lambda: actions.decide(
            line.version_id,
            clause,
            verdict=Verdict(form.verdict.data),
            reason=form.reason.data,
            by=current_user.person_id,
            is_link_confirmed=form.is_link_confirmed.data,
            now=clock.now(),
        ),
    ):
        return redirect(url_for("policies.draft", slug=slug, _anchor=f"change-{clause}"), code=303)
    return _draft_page(state, line, status=422, decide={clause: form})


@bp.post("/<slug>/draft/emergency")
@requires(Role.OWNER)
def call_emergency(slug: str) -> Answer:
    """Make the draft an emergency, or an ordinary version again."""
    state, line = _draft_of(slug)
    form = EmergencyForm(prefix="emergency-")
    hours = form.provisional_hours
    if _is_done(
        form,
        lambda: actions.call_emergency(
            line.version_id, provisional_hours=hours.data, by=current_user.person_id, now=clock.now()
        ),
    ):
        flash(gettext("It is an emergency now.") if hours.data else gettext("It is an ordinary version again."), "good")
        return redirect(url_for("policies.draft", slug=slug), code=303)
    return _draft_page(state, line, status=422, emergency=form)


@bp.post("/<slug>/draft/propose")
@requires(Role.OWNER)
def propose(slug: str) -> Answer:
    """Send the draft for approval."""
    state, line = _draft_of(slug)
    form = ProposeForm(prefix="propose-", zone=ZoneInfo(state.policy.timezone))
    if _is_done(
        form,
        lambda: actions.propose(
            line.version_id,
            effective_at=form.moment,
            reason=form.reason.data,
            by=current_user.person_id,
            now=clock.now(),
        ),
    ):
        flash(gettext("It is sent for approval. A lead, or another policy owner, can approve it now."), "good")
        return redirect(url_for("policies.draft", slug=slug), code=303)
    return _draft_page(state, line, status=422, propose=form)


@bp.post("/<slug>/draft/take-back")
@requires(Role.LEAD, Role.OWNER)
def take_back(slug: str) -> Response:
    """Take the draft back, or send it back: it can be changed again."""
    _, line = _draft_of(slug)
    actions.take_back(line.version_id, by=current_user.person_id, now=clock.now())
    flash(gettext("It is back with its author."), "good")
    target = url_for("policies.draft", slug=slug) if current_user.has(Role.OWNER) else url_for("policies.index")
    return redirect(target, code=303)


@bp.get("/<slug>/draft/approve")
@requires(Role.LEAD, Role.OWNER)
def approval(slug: str) -> Answer:
    """What somebody is asked to approve: every change with its verdict, and what it does to people."""
    state, line = _draft_of(slug)
    if line.proposed_at is None:
        abort(404)
    return _approval_page(state, line)


def _approval_page(state: PolicyState, line: VersionLine, *, refused: str = "") -> Answer:
    now = clock.now()
    secret = sight.read(state, line, is_asked_to_approve=True)
    page = judging.draft_page(state, line, now=now)
    return render_template(
        "policies/approval.html",
        state=state,
        secret=secret,
        page=page,
        impact=impact(state, page, now=now),
        entries=outline(page.clauses),
        is_author=line.author_id == current_user.person_id,
        refused=refused,
    ), (422 if refused else 200)


@bp.post("/<slug>/draft/approve")
@requires(Role.LEAD, Role.OWNER)
def approve(slug: str) -> Answer:
    """Publish what was proposed; a second click finds it published."""
    state = sight.found(slug)
    form = ApproveForm()
    if not form.validate():
        abort(400)
    waiting = state.draft if state.draft and state.draft.number == form.number.data else None
    line = waiting or _numbered(state, form.number.data)
    try:
        number = actions.approve(line.version_id, by=current_user.person_id, proposed_at=form.seen_at, now=clock.now())
    except DomainError as refused:
        if waiting is None or waiting.proposed_at is None:
            raise
        return _approval_page(state, waiting, refused=said(refused))
    flash(gettext("Version %(number)s is published.", number=number), "good")
    return redirect(url_for("policies.policy", slug=slug), code=303)


def _is_done(form: FlaskForm, act: Callable[[], object]) -> bool:
    """Act when everything in the form is right; what is refused then becomes an error of the form."""
    if not form.validate():
        return False
    try:
        act()
    except DomainError as refused:
        form.form_errors.append(said(refused))
        return False
    return True
