"""Items of other systems on screen: shown what would come in, and what cannot and why, then confirmed; out again."""

import base64

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import ngettext
from flask_login import current_user

from lms import clock, csv_files
from lms.access import Role, requires
from lms.being_asked import refuse_who_is_asked
from lms.domain.errors import DomainError, Told
from lms.domain.policies import Proof
from lms.exchange.csv_rows import COLUMNS, TEMPLATE
from lms.languages import said
from lms.policies import actions, bringing, drafted_items, handing_out, sight
from lms.policies.bringing import Report
from lms.policies.item_forms import LARGEST, BringForm, ConfirmForm
from lms.policies.queries import PolicyState, VersionLine
from lms.policies.views import bp

SENT = "sent-"
"""Before the names of what is sent back, so that no two fields of the page have one name."""

Answer = Response | tuple[str, int]


def _drafted(slug: str) -> tuple[PolicyState, VersionLine]:
    """The policy and its draft, where there is one and it has a quiz."""
    state = sight.found(slug)
    if state.draft is None or state.policy.proof != Proof.QUIZ:
        abort(404)
    return state, state.draft


@bp.get("/<slug>/draft/items")
@requires(Role.OWNER)
def items(slug: str) -> Answer:
    """The items of the draft: bring some in, take them out as a file."""
    return _page(*_drafted(slug))


def _page(
    state: PolicyState,
    draft: VersionLine,
    *,
    form: BringForm | None = None,
    report: Report | None = None,
    confirm: ConfirmForm | None = None,
    status: int = 200,
) -> Answer:
    sight.read(state, draft)
    there = drafted_items.of_draft(draft.version_id, f"{state.policy.slug} version {draft.number}")
    page = render_template(
        "policies/items.html",
        state=state,
        draft=draft,
        there=there,
        form=form or BringForm(None, clauses=there.clauses),
        report=report,
        confirm=confirm,
        formats=handing_out.FORMATS,
        versions=[draft, *state.versions],
        said=_told,
    )
    return page, status


def _told(told: Told) -> str:
    """A sentence of the report, with one in it where there is one."""
    parts = {name: said(value) if isinstance(value, Told) else value for name, value in told.values.items()}
    return said(Told(told.sentence, **parts))


@bp.post("/<slug>/draft/items")
@requires(Role.OWNER)
def look_at_items(slug: str) -> Answer:
    """Show what a file of items would do; nothing is written."""
    state, draft = _drafted(slug)
    form = BringForm(clauses=drafted_items.clauses_of_draft(draft.version_id))
    if not form.validate():
        return _page(state, draft, form=form, status=422)
    with form.file.data.stream as stream:
        content, filename = stream.read(), (form.file.data.filename or "")[:200]
    if len(content) > LARGEST:
        form.form_errors.append(said(bringing.too_large(LARGEST)))
        return _page(state, draft, form=form, status=422)
    try:
        report = bringing.look(
            slug, content, filename=filename, clause=form.clause.data, is_replacing=form.is_replacing.data
        )
    except DomainError as refused:
        form.form_errors.append(said(refused))
        return _page(state, draft, form=form, status=422)
    confirm = ConfirmForm(
        None,
        prefix=SENT,
        content=base64.b64encode(content).decode(),
        filename=filename,
        clause=form.clause.data,
        is_replacing="yes" if form.is_replacing.data else "",
    )
    return _page(state, draft, form=form, report=report, confirm=confirm)


@bp.post("/<slug>/draft/items/bring")
@requires(Role.OWNER)
def bring_items(slug: str) -> Answer:
    """Bring in what was shown, without the questions that cannot come in."""
    state, draft = _drafted(slug)
    sent = ConfirmForm(prefix=SENT)
    form = BringForm(None, clauses=drafted_items.clauses_of_draft(draft.version_id))
    try:
        content = base64.b64decode(sent.content.data or "", validate=True)
    except ValueError:
        abort(400)
    try:
        report = actions.bring_in(
            slug,
            content,
            filename=sent.filename.data or "",
            clause=sent.clause.data or "",
            is_replacing=bool(sent.is_replacing.data),
            is_rest_wanted=True,
            by=current_user.person_id,
            now=clock.now(),
        )
    except DomainError as refused:
        form.form_errors = [said(refused)]
        return _page(state, draft, form=form, status=422)
    count = len(report.brought)
    flash(ngettext("%(num)s item is in the draft now.", "%(num)s items are in the draft now.", count), "good")
    return redirect(url_for("policies.items", slug=slug), code=303)


@bp.post("/<slug>/draft/items/<item>/take-out")
@requires(Role.OWNER)
def take_item_out(slug: str, item: str) -> Answer:
    """Take an item that was brought in out of the draft again."""
    _drafted(slug)
    actions.take_out(slug, item, by=current_user.person_id, now=clock.now())
    return redirect(url_for("policies.items", slug=slug), code=303)


@bp.get("/<slug>/v/<int:number>/items/<kind>")
@requires(Role.OWNER)
def hand_out_items(slug: str, number: int, kind: str) -> Response:
    """The items of a version as a file, keys included."""
    if current_user.vendor:  # keys stay with those who employ the owner
        abort(404)
    state = sight.found(slug)
    line = next((each for each in (state.draft, *state.versions) if each and each.number == number), None)
    if line is None or kind not in handing_out.FORMATS or state.policy.proof != Proof.QUIZ:
        abort(404)
    refuse_who_is_asked(current_user.person_id, slug)
    sight.read(state, line)
    made = handing_out.hand_out(slug, format=kind, version=str(number))
    return _file(made.content, made.name, made.content_type)


@bp.get("/items-template.csv")
@requires(Role.OWNER)
def items_template() -> Response:
    """A table with a row of each type of item, to be filled in."""
    return _file(csv_files.text_of(COLUMNS, TEMPLATE).encode(), "items-template.csv", "text/csv; charset=utf-8")


def _file(content: bytes, name: str, content_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=headers)
