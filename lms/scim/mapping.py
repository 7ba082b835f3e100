"""Between what a directory says and what Muster knows: pure.

A user's `displayName` or `name` is the name, the primary of `emails` (or `userName`) the e-mail, `active` whether they
work here; `timezone`, `preferredLanguage` and `roles` count where they say something that Muster knows. All else is
kept as it came. Schema: RFC 7643, 4.1 and 4.2.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.access import Role
from lms.people import people_cells as cells
from lms.people.people_file import PersonRow

Payload = Mapping[str, Any]
NOWHERE = uuid.UUID("5f2f7c7e-0b7a-4d57-9a53-0c7c0c1f9a01")
"""From which the address of somebody without one is made; `.invalid` is a domain that no mail ever reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """Somebody as Muster knows them now."""

    person_id: int
    subject: str
    external_id: str
    name: str
    email: str
    timezone: str
    language: str
    roles: frozenset[Role]
    is_here: bool
    will_be: bool
    """Their employment lies ahead."""
    created_at: datetime
    payload: Payload | None
    """As the directory wrote it last; None for somebody it has not written."""
    modified_at: datetime | None


def name_of(payload: Payload) -> str:
    """Raise CellWrong for one that nobody could read."""
    name = payload.get("name") or {}
    parts = " ".join(filter(None, (name.get("givenName"), name.get("familyName"))))
    return cells.name(
        cells.tidy(payload.get("displayName") or name.get("formatted") or parts or payload.get("userName") or "")
    )


def email_of(payload: Payload) -> str:
    """Raise CellWrong for one that is no address."""
    emails = [each for each in payload.get("emails") or () if each.get("value")]
    primary = [each for each in emails if each.get("primary")] or emails
    user_name = payload.get("userName") or ""
    if primary:
        return cells.email(cells.tidy(primary[0]["value"]))
    if "@" in user_name:
        return cells.email(cells.tidy(user_name))
    return f"{uuid.uuid5(NOWHERE, user_name.casefold()).hex}@no-mail.invalid"


def roles_of(payload: Payload) -> frozenset[Role]:
    """Those of Muster's; others are somebody else's business."""
    said = {str(each.get("value", "")).casefold() for each in payload.get("roles") or ()}
    return frozenset(role for role in Role if role.value in said)


def row_of(payload: Payload, external_id: str) -> PersonRow:
    """What it says about the person, as a row of people.csv would; raise CellWrong."""
    return PersonRow(
        row=1,
        external_id=cells.external_id(cells.tidy(external_id)),
        name=name_of(payload),
        email=email_of(payload),
        role=roles_of(payload) or None,
        timezone=_known(cells.timezone, payload.get("timezone")),
        language=_known(cells.language, payload.get("preferredLanguage")),
    )


def _known(read: Callable[[str], str], said: str | None) -> str | None:
    try:
        return read(said) if said else None
    except cells.CellWrong:
        return None


def shown(actual: Actual) -> dict[str, Any]:
    """The user as it is given out: what was written, with what has become of it since."""
    if actual.payload is None:
        return {
            "externalId": actual.external_id,
            "userName": actual.email,
            "displayName": actual.name,
            "emails": [{"value": actual.email, "type": "work", "primary": True}],
            "timezone": actual.timezone,
            "preferredLanguage": actual.language,
            "roles": _roles(actual),
            "active": actual.is_here,
        }
    user = dict(actual.payload) | {"active": actual.is_here}
    if actual.payload.get("active", True) is None:
        del user["active"]  # it was taken out, and asks nothing
    if name_of(user) != actual.name:
        user["displayName"] = actual.name
    if email_of(user) != actual.email:
        user["emails"] = [{"value": actual.email, "type": "work", "primary": True}]
    for key, read, value in (
        ("timezone", cells.timezone, actual.timezone),
        ("preferredLanguage", cells.language, actual.language),
    ):
        if _known(read, user.get(key)):
            user[key] = value
    if roles_of(user) and roles_of(user) != actual.roles:
        others = [each for each in user["roles"] if each.get("value") not in {*Role}]
        user["roles"] = others + _roles(actual)
    return user


def _roles(actual: Actual) -> list[dict[str, str]]:
    return [{"value": role.value} for role in sorted(actual.roles)]
