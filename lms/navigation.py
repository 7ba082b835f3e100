"""The links on top of every page, by role."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import LazyString, lazy_gettext
from flask_login import current_user

from lms.access import Role


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link of the header."""

    label: LazyString
    href: str
    is_current: bool


ENTRIES: tuple[tuple[LazyString, str, frozenset[Role]], ...] = (
    (lazy_gettext("Home"), "training.home", frozenset()),
    (lazy_gettext("Policies"), "policies.index", frozenset()),
    (lazy_gettext("My record"), "training.record", frozenset()),
    (lazy_gettext("Team"), "coaching.board", frozenset({Role.COACH, Role.LEAD})),
    (lazy_gettext("Readiness"), "readiness.report", frozenset({Role.LEAD, Role.OWNER, Role.ADMINISTRATOR})),
    (lazy_gettext("Staffing"), "shifts.week", frozenset({Role.LEAD, Role.OWNER, Role.ADMINISTRATOR})),
    (lazy_gettext("Administration"), "admin.index", frozenset({Role.ADMINISTRATOR})),
)
"""Label, endpoint, roles that see it; no roles means everybody."""


def items() -> list[NavItem]:
    """The links for the person who asks."""
    if not current_user.is_authenticated:
        return []
    return [
        NavItem(label, url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint, roles in ENTRIES
        if not roles or not current_user.roles.isdisjoint(roles)
    ]


def register(app: Flask) -> None:
    """Give `nav` and `me` to every template."""

    @app.context_processor
    def header() -> dict[str, Any]:
        me = current_user if current_user and current_user.is_authenticated else None
        return {"nav": items() if me else [], "me": me, "me_href": url_for("accounts.factors") if me else ""}
