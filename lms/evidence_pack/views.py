"""The page where a pack is asked for, and the pack itself, which is sent as it is made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask_babel import gettext
from flask_login import current_user

from lms import clock
from lms.access import Role, signed_in
from lms.evidence_pack import actions, finding, making
from lms.evidence_pack.asked import About, Asked, PackRefused
from lms.evidence_pack.finding import Within
from lms.evidence_pack.forms import MINE, PackForm
from lms.languages import said

bp = Blueprint("evidence_pack", __name__, url_prefix="/evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What somebody may ask about."""

    abouts: list[str]
    teams: list[str]
    versions: list[tuple[str, str]]


def _scope() -> Within:
    """A lead's own trees; who runs Muster sees every team; a vendor's people only their own."""
    sees_all = current_user.has(Role.ADMINISTRATOR)
    return Within(None if sees_all else current_user.team_paths(Role.LEAD), current_user.vendor)


def _offer() -> Offer:
    """At most four statements."""
    now, abouts = clock.now(), [MINE]
    teams: list[str] = []
    versions: list[tuple[str, str]] = []
    if current_user.has(Role.LEAD, Role.ADMINISTRATOR):
        teams = list(finding.choices(_scope(), at=now, known_at=now).teams)
        abouts += [About.PERSON, About.TEAM, About.PERIOD]
    if current_user.has(Role.OWNER, Role.ADMINISTRATOR):
        owner = None if current_user.has(Role.ADMINISTRATOR) else current_user.person_id
        versions = [
            (f"{slug}@{number}", gettext("%(title)s, version %(number)s", title=title, number=number))
            for slug, number, title in finding.versions_of(owner, now=now)
        ]
        abouts.append(About.VERSION)
    return Offer(abouts=abouts, teams=teams, versions=versions)


@bp.get("")
@signed_in
def form() -> str:
    """Ask for a pack; a link may have chosen already."""
    offer = _offer()
    about = request.args.get("about", MINE)
    team, version = request.args.get("team", ""), request.args.get("version", "")
    if about not in offer.abouts or team not in ("", *offer.teams) or version not in ("", *dict(offer.versions)):
        abort(404)
    person_id = request.args.get("person", type=int)
    person = _email_in_reach(person_id, offer) if person_id is not None else ""
    asked = PackForm(formdata=None, about=about, team=team, version=version, person=person)
    return _page(asked, offer)


def _email_in_reach(person_id: int, offer: Offer) -> str:
    if About.PERSON not in offer.abouts or not finding.in_reach(person_id, scope=_scope(), at=clock.now()):
        abort(404)
    return finding.email_of(person_id)


def _page(asked: PackForm, offer: Offer) -> str:
    asked.offer(abouts=offer.abouts, teams=offer.teams, versions=offer.versions)
    return render_template("evidence_pack/form.html", form=asked, offer=offer)


@bp.post("")
@signed_in
def pack() -> Any:
    """Make it, and note who made it; what is not theirs does not exist for them."""
    asked, offer, now = PackForm(), _offer(), clock.now()
    if asked.about.data not in (None, *offer.abouts):
        abort(404)
    asked.offer(abouts=offer.abouts, teams=offer.teams, versions=offer.versions)
    asked.validate()
    since, until = (asked.moment(name, current_user.timezone) for name in ("since", "until"))
    question = None if asked.errors else _question(asked, offer, since=since, until=until or now)
    if question is not None:
        try:
            actions.note_made(question, by=current_user.person_id, now=now)
            return _sent(question)
        except PackRefused as refused:
            asked.until.errors = [said(refused)]
    return _page(asked, offer), 422


def _question(asked: PackForm, offer: Offer, *, since: datetime | None, until: datetime) -> Asked | None:
    """What is asked; None, with the error at its field, where something is missing."""
    period = {"from_at": since, "to_at": until}
    match asked.about.data:
        case About.PERSON:
            person_id = finding.person_id_of(asked.person.data or "")
            if person_id is None or not finding.in_reach(person_id, scope=_scope(), at=until):
                asked.person.errors = [gettext("Nobody whom you answer for at the end of the period has this e-mail.")]
                return None
            return Asked(about=About.PERSON, person_id=person_id, scope=_scope(), **period)
        case About.TEAM:
            if not _is_chosen(asked.team, dict.fromkeys(offer.teams), gettext("Choose a team.")):
                return None
            return Asked(about=About.TEAM, team=asked.team.data, scope=_scope(), **period)
        case About.PERIOD:
            return Asked(about=About.PERIOD, scope=_scope(), **period)
        case About.VERSION:
            if not _is_chosen(asked.version, dict(offer.versions), gettext("Choose a version.")):
                return None
            slug, _, number = asked.version.data.rpartition("@")
            everywhere = Within(None, current_user.vendor)
            return Asked(
                about=About.VERSION,
                policy=slug,
                number=int(number),
                scope=everywhere,
                has_secrets=current_user.has(Role.OWNER),
                **period,
            )
    return Asked(about=About.PERSON, person_id=current_user.person_id, has_answers=True, **period)


def _is_chosen(field: Any, offered: dict[str, Any], missing: str) -> bool:
    if not field.data:
        field.errors = [missing]
    elif field.data not in offered:
        abort(404)
    return bool(field.data)


def _sent(question: Asked) -> Response:
    return Response(
        stream_with_context(making.stream(question)),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{question.file_name}"'},
    )
