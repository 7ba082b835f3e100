"""Who is asking, which roles they have now, and which roles a view is for.

Every view declares its rule with `@public`, `@signed_in` or `@requires(…)`; one guard before each request keeps them,
and refuses a view that declares nothing. Scope (whose rows) belongs into the queries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import abort, current_app, redirect, request, url_for
from flask_login import UserMixin, current_user

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """What a person may do; one person may have several."""

    AGENT = "agent"
    COACH = "coach"
    LEAD = "lead"
    OWNER = "owner"
    ADMINISTRATOR = "administrator"


STAFF = frozenset({Role.LEAD, Role.OWNER, Role.ADMINISTRATOR})
"""Roles whose sessions end sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A role and the tree of teams it covers; no team means everywhere."""

    role: Role
    team_id: int | None
    team_path: str | None


@dataclass(frozen=True, kw_only=True)
class Principal(UserMixin):
    """The signed-in person for the length of one request; never an ORM object, so nothing loads behind our back."""

    person_id: int
    subject: str
    name: str
    timezone: str
    language: str
    vendor: str
    """The other company that employs them; empty for our own people."""
    session_id: int
    token: str
    reaches: tuple[Reach, ...]
    way: str = "password"
    """How the session began."""
    must_add_factor: bool = False
    """Holds a role that needs more than a password, and has nothing more yet."""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held at this moment."""
        return frozenset(reach.role for reach in self.reaches)

    def has(self, *roles: Role) -> bool:
        """True when one of these roles is held."""
        return not self.roles.isdisjoint(roles)

    def team_paths(self, *roles: Role) -> tuple[str, ...] | None:
        """Roots of the team trees that these roles cover; None means every team."""
        mine = [reach for reach in self.reaches if reach.role in roles]
        if any(reach.team_path is None for reach in mine):
            return None
        return tuple(sorted({reach.team_path for reach in mine if reach.team_path}))

    @property
    def may_set_gates(self) -> bool:
        """An administrator, or our own lead of everything: says what standings mean at the gates of queues."""
        return self.has(Role.ADMINISTRATOR) or (
            self.has(Role.LEAD) and self.team_paths(Role.LEAD) is None and not self.vendor
        )

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the random token of the session."""
        return self.token


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call a view; no roles with `is_public` false means everybody who is signed in."""

    roles: frozenset[Role]
    is_public: bool = False
    is_before_factor: bool = False
    """Open to somebody who has to add a second factor first."""


def public(view: View) -> View:
    """Anybody, also without signing in."""
    view.access_rule = Rule(frozenset(), is_public=True)  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Everybody who is signed in; what they see is limited by the query."""
    view.access_rule = Rule(frozenset())  # type: ignore[attr-defined]
    return view


def before_factor(view: View) -> View:
    """Everybody who is signed in, also while the second factor that their role needs is missing."""
    view.access_rule = Rule(frozenset(), is_before_factor=True)  # type: ignore[attr-defined]
    return view


def requires(*roles: Role) -> Callable[[View], View]:
    """Only people who hold one of these roles now."""

    def mark(view: View) -> View:
        view.access_rule = Rule(frozenset(roles))  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(endpoint: str) -> Rule | None:
    """The rule a view declared, or None when it declared nothing."""
    return getattr(current_app.view_functions[endpoint], "access_rule", None)


def guard() -> Any:
    """Before each request: refuse what the view's rule does not allow, and what has no rule."""
    if request.endpoint is None:
        return None  # no such page: the 404 says so
    rule = rule_of(request.endpoint)
    if rule is None:
        abort(403)
    if rule.is_public:
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()
    if current_user.must_add_factor and not rule.is_before_factor:
        return redirect(url_for("accounts.factors"))
    if rule.roles and current_user.roles.isdisjoint(rule.roles):
        abort(404)  # what is not yours does not exist for you
    return None


def refuse_cross_site() -> None:
    """Before each unsafe request: browsers say where it comes from; another site is refused besides the CSRF token."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)
