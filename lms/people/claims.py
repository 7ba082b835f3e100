"""Roles and team that an OpenID provider says, as the settings translate them, and the actions that take them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app

from lms import auditing
from lms.access import Role
from lms.auditing import Act
from lms.config import OidcProvider
from lms.extensions import db, writing
from lms.models import Identity
from lms.models.closed import closed_on
from lms.ownership import Owners, Source
from lms.people import people_cells as cells
from lms.people.importing import ImportRefused, ids_of, one_import_at_a_time, system_person
from lms.people.people_file import PersonRow
from lms.people.telling import Teller, tell

TELLER = Teller(
    source=Source.OIDC,
    system=("system:oidc", "Sign-in (OpenID)", "oidc@system.invalid"),
    reason="The provider said so at sign-in",
)
Claims = Mapping[str, Any]


def values_of(claims: Claims, name: str) -> list[str] | None:
    """The values of a claim, one or a list of them; None where it is not said."""
    said = claims.get(name) if name else None
    if said is None:
        return None
    return [str(each) for each in said] if isinstance(said, (list, tuple)) else [str(said)]


def roles_of(each: OidcProvider, claims: Claims) -> frozenset[Role] | None:
    """Roles by the table of the settings; who is in none of its groups is an agent."""
    said = values_of(claims, each.roles_claim)
    if said is None:
        return None
    return frozenset(Role(each.roles[value]) for value in said if value in each.roles) or frozenset({Role.AGENT})


def team_of(each: OidcProvider, claims: Claims) -> str | None:
    """The first value that the table knows; without a table the value is the path."""
    for value in values_of(claims, each.team_claim) or ():
        if each.teams and value not in each.teams:
            continue
        try:
            return cells.team(cells.tidy(each.teams.get(value, value)))
        except cells.CellWrong:
            continue
    return None


def take(each: OidcProvider, person_id: int, claims: Claims, *, now: datetime) -> None:
    """Write what is said of somebody known, as far as it may be; what cannot be is noted and keeps nobody out.

    A provider that has nothing to say costs nothing.
    """
    owners = current_app.extensions["muster"].owners
    if each.roles_claim or each.team_claim or Source.OIDC in {owners.get("name"), owners.get("email")}:
        _take(each, person_id, claims, owners, now=now)


@writing()
def _take(each: OidcProvider, person_id: int, claims: Claims, owners: Owners, *, now: datetime) -> None:
    one_import_at_a_time()
    identity = db.session.get_one(Identity, person_id)
    team = team_of(each, claims)
    closed = closed_on(team) if team else None
    row = PersonRow(
        row=1,
        external_id=identity.external_id,
        name=_own(owners.get("name"), claims.get("name"), cells.name) or identity.name,
        email=_own(owners.get("email"), _verified(claims), cells.email) or identity.email,
        role=roles_of(each, claims),
        team=None if closed else team,  # the rest is taken: who lost a role must not keep it for a team
    )
    wrong = [f"the team “{closed}” is closed"] if closed else []
    try:
        tell([row], TELLER, now=now)
    except ImportRefused as refused:
        wrong += [str(problem) for problem in refused.problems]
    if wrong:
        by, after = system_person(now, TELLER.system), {"why": "; ".join(wrong)}
        auditing.note(Act.VALUES_NOT_TAKEN, by=by, at=now, person=person_id, after=after, reason=TELLER.reason)
    db.session.commit()


def make(each: OidcProvider, claims: Claims, *, now: datetime) -> int | None:
    """Make somebody whom nobody knows, where the settings let this provider; who calls it commits."""
    email = _verified(claims)
    if not each.makes_people or email is None:
        return None
    external_id = f"{each.name}:{claims['sub']}"
    one_import_at_a_time()
    team = team_of(each, claims)
    try:
        row = PersonRow(
            row=1,
            external_id=cells.external_id(cells.tidy(external_id)),
            name=cells.name(cells.tidy(str(claims.get("name") or email))),
            email=cells.email(cells.tidy(email)),
            role=roles_of(each, claims),
            team=None if team and closed_on(team) else team,
        )
        tell([row], TELLER, now=now)
    except (cells.CellWrong, ImportRefused):
        return None
    return ids_of([external_id])[external_id]


def _verified(claims: Claims) -> str | None:
    return str(claims["email"]) if claims.get("email_verified") is True and claims.get("email") else None


def _own(owner: Source | None, said: Any, read: Any) -> str | None:
    """Names and e-mails are taken only where the provider owns them: two sources would undo each other every day."""
    if owner is not Source.OIDC or not said:
        return None
    try:
        return str(read(cells.tidy(str(said))))
    except cells.CellWrong:
        return None
