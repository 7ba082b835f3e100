"""The list of people, one person, and changing one or many of them after a preview."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms import clock, csv_files
from lms.access import Role, requires
from lms.audit import queries as audit
from lms.domain.errors import DomainError
from lms.languages import LANGUAGES, said
from lms.people import actions, changing, importing, queries
from lms.people.actions import Who
from lms.people.changing import Step
from lms.people.forms import NONE, ChangeForm, IdentityForm, NewForm, State, asked
from lms.people.queries import Whole
from lms.people.rows import COLUMNS, row_of
from lms.people.saying import lines_of

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.get("")
@requires(Role.ADMINISTRATOR)
def index() -> str:
    """Who is here, who was, who will be."""
    question = asked(request.args)
    return render_template(
        "people/index.html",
        question=question,
        choices=queries.choices(team=question.team, queue=question.queue),
        listed=queries.people(question, now=clock.now()),
        states=list(State),
        roles=list(Role),
    )


@bp.get("/people.csv")
@requires(Role.ADMINISTRATOR)
def people_csv() -> Response:
    """The same people, all of them; moments in UTC."""
    rows = (row_of(line) for line in queries.everybody(asked(request.args), now=clock.now()))
    return Response(
        csv_files.text_of(COLUMNS, rows),
        content_type="text/csv; charset=utf-8; header=present",
        headers={"Content-Disposition": 'attachment; filename="people.csv"'},
    )


@bp.get("/<int:person_id>")
@requires(Role.ADMINISTRATOR)
def person(person_id: int) -> str:
    """One person: where they work, everything that was recorded, and what was done about them."""
    whole = _whole(person_id)
    owners = current_app.extensions["muster"].owners
    entries = audit.about(person_id)
    return render_template("people/person.html", whole=whole, entries=entries, owners=owners, languages=LANGUAGES)


@bp.get("/<int:person_id>/identity")
@requires(Role.ADMINISTRATOR)
def identity(person_id: int) -> str:
    """Who somebody is, to be mended."""
    whole = _whole(person_id)
    line = whole.line
    form = IdentityForm(
        None, name=line.name, email=line.email, vendor=line.vendor, timezone=whole.timezone, language=whole.language
    )
    return render_template("people/identity.html", whole=whole, form=form)


@bp.post("/<int:person_id>/identity")
@requires(Role.ADMINISTRATOR)
def change_identity(person_id: int) -> Any:
    """Mend it."""
    whole, form = _whole(person_id), IdentityForm()
    if form.validate():
        who = Who(**{name: getattr(form, name).data or "" for name in Who.__dataclass_fields__})
        try:
            actions.change_identity(person_id, who, why=form.why.data or "", by=current_user.person_id, now=clock.now())
        except DomainError as refused:
            form.form_errors.append(said(refused))
        else:
            flash(gettext("Changed."), "good")
            return redirect(url_for("people.person", person_id=person_id), 303)
    return render_template("people/identity.html", whole=whole, form=form), 422


@bp.get("/new")
@requires(Role.ADMINISTRATOR)
def new() -> str:
    """Somebody new."""
    return render_template("people/new.html", form=_new_form())


@bp.post("/new")
@requires(Role.ADMINISTRATOR)
def add() -> Any:
    """Bring them in."""
    form, now = _new_form(), clock.now()
    if form.validate():
        try:
            person_id = importing.create_person(
                external_id=form.external_id.data or "",
                name=form.name.data or "",
                email=form.email.data or "",
                roles=[Role(form.role.data)],
                team=form.team.data or "",
                timezone=form.timezone.data or "",
                starts_on=now.date(),
                by=current_user.person_id,
                now=now,
            )
        except DomainError as refused:
            form.form_errors.extend(lines_of(refused))
        else:
            return redirect(url_for("people.person", person_id=person_id), 303)
    return render_template("people/new.html", form=form), 422


@bp.get("/change")
@requires(Role.ADMINISTRATOR)
def change() -> str:
    """Choose what to change about whom: people by number, or all that a filter finds."""
    numbers = [text for text in request.args.getlist("person") if text.isascii() and text.isdecimal()]
    if "all" in request.args:
        numbers = [str(line.person_id) for line in queries.everybody(asked(request.args), now=clock.now())]
    return _change_page(_change_form(None, people=",".join(numbers)))


@bp.post("/change")
@requires(Role.ADMINISTRATOR)
def apply() -> Any:
    """Show what it would do; do it when that was seen."""
    form = _change_form()
    if not form.validate():
        return _change_page(form, status=422)
    try:
        wanted = form.change(now=clock.now())
        if request.form.get("seen"):
            steps = actions.change(form.numbers(), wanted, by=current_user.person_id, now=clock.now())
            done = sum(not step.skipped for step in steps)
            flash(gettext("Done for %(done)s of %(steps)s.", done=done, steps=len(steps)), "good")
            return redirect(_back(form), 303)
        steps = changing.plan(form.numbers(), wanted, changing.target_of(wanted), now=clock.now())
    except DomainError as refused:
        form.form_errors.append(said(refused))
        return _change_page(form, status=422)
    return _change_page(form, steps=steps)


def _back(form: ChangeForm) -> str:
    numbers = form.numbers()
    return url_for("people.person", person_id=numbers[0]) if len(numbers) == 1 else url_for("people.index")


def _change_form(*args: Any, **more: Any) -> ChangeForm:
    form, choices = ChangeForm(*args, **more), queries.choices()
    form.team.choices = [NONE, *(SelectChoice(path, path) for path in choices.teams)]
    form.queue.choices = [NONE, *(SelectChoice(*each) for each in choices.queues)]
    form.policy.choices = [NONE, *(SelectChoice(*each) for each in choices.policies)]
    return form


def _new_form() -> NewForm:
    form = NewForm()
    form.team.choices = [NONE, *(SelectChoice(path, path) for path in queries.choices().teams)]
    return form


def _change_page(form: ChangeForm, *, steps: tuple[Step, ...] = (), status: int = 200) -> Any:
    count = len(form.numbers())
    page = render_template("people/change.html", form=form, steps=steps, count=count)
    return page if status == 200 else (page, status)


def _whole(person_id: int) -> Whole:
    return queries.person(person_id, now=clock.now()) or abort(404)
