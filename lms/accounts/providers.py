"""Signing in with OpenID providers: who they are, by Authlib, and the action that finds or links the person."""

from datetime import datetime
from typing import Any, Protocol

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from requests import RequestException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms import auditing
from lms.accounts.actions import SignInRefused, start_session
from lms.accounts.sessions import reaches_of
from lms.auditing import Act
from lms.config import OidcProvider, Settings
from lms.extensions import db, writing
from lms.models import Identity, ProviderLink

SCOPE = "openid email profile"
SECONDS = 10
"""How long a provider may take to answer."""


class Taking(Protocol):
    """What the rooms above do with claims; `app.py` brings it along, since accounts know nothing of teams."""

    def take(self, each: OidcProvider, person_id: int, claims: dict[str, Any], *, now: datetime) -> None:
        """Write what is said of somebody known."""

    def make(self, each: OidcProvider, claims: dict[str, Any], *, now: datetime) -> int | None:
        """Make somebody whom nobody knows, if the provider may."""


def register(app: Flask, settings: Settings) -> None:
    """Make the providers of the settings known; each is asked for its addresses when it is first used."""
    oauth = OAuth(app)
    for each in settings.oidc_providers:
        oauth.register(
            each.name,
            server_metadata_url=f"{each.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_id=each.client_id,
            client_secret=each.client_secret,
            client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "timeout": SECONDS},
        )
    app.extensions["muster_oauth"] = oauth


def provider(name: str) -> OidcProvider | None:
    """A provider of the settings."""
    settings: Settings = current_app.extensions["muster"]
    return next((each for each in settings.oidc_providers if each.name == name), None)


def to_provider(name: str, back: str) -> Any:
    """Send the browser to a provider, with state, nonce and PKCE; raise SignInRefused when it cannot be reached."""
    try:
        return _client(name).authorize_redirect(back)
    except (AuthlibBaseError, RequestException, ValueError) as wrong:
        raise SignInRefused("That provider cannot be reached just now. Try again in a moment.") from wrong


def claims_of(name: str) -> dict[str, Any]:
    """What the provider says of the one who came back, checked; raise SignInRefused."""
    try:
        token = _client(name).authorize_access_token()
        claims = dict(token["userinfo"])
    except Exception as wrong:  # each library below Authlib has errors of its own; none may become a 5xx
        raise SignInRefused("The provider's answer could not be trusted. Start again from the sign-in page.") from wrong
    if not claims.get("sub"):
        raise SignInRefused("The provider did not say who you are. Ask your administrator.")
    return claims


def sign_in_with(each: OidcProvider, claims: dict[str, Any], *, agent: str, now: datetime) -> str:
    """Start the session of the person whom a provider vouches for; raise SignInRefused.

    Known by the provider's own identifier; at first by an e-mail that the provider has verified. Roles and team that
    the settings let it say are taken at each sign-in.
    """
    subject = str(claims["sub"])
    try:
        person_id, linked_at = _linked(each, subject, claims, now=now)
    except IntegrityError:  # their other tab came back at the same moment and was first
        person_id, linked_at = _linked(each, subject, claims, now=now)
    now = max(now, linked_at)  # who waited for the other tab is here since that one
    if person_id is not None and reaches_of(person_id, now) is not None:
        _claims().take(each, person_id, claims, now=now)
    if person_id is None or reaches_of(person_id, now) is None:
        raise SignInRefused(
            "Nobody here belongs to your account at %(label)s. Ask your administrator.", label=each.label
        )
    return start_session(person_id, agent=agent, way=each.name, now=now)


@writing()
def _linked(each: OidcProvider, subject: str, claims: dict[str, Any], *, now: datetime) -> tuple[int | None, datetime]:
    """The person and since when their account is linked; nobody for an account that nobody knows."""
    known = db.session.execute(
        select(ProviderLink.person_id, ProviderLink.linked_at).where(
            ProviderLink.provider == each.name, ProviderLink.provider_subject == subject
        )
    ).first()
    if known is not None:
        return known.person_id, known.linked_at
    if claims.get("email_verified") is not True:
        return None, now
    email = str(claims.get("email", "")).casefold()
    person_id = db.session.scalar(select(Identity.person_id).where(Identity.email == email))
    if person_id is None:
        person_id = _claims().make(each, claims, now=now)
    if person_id is None:
        return None, now
    db.session.add(ProviderLink(person_id=person_id, provider=each.name, provider_subject=subject, linked_at=now))
    auditing.note(Act.PROVIDER_LINKED, by=person_id, at=now, person=person_id, about=each.name)
    db.session.commit()
    return person_id, now


def _claims() -> Taking:
    taking: Taking = current_app.extensions["muster_claims"]
    return taking


def _client(name: str) -> Any:
    return current_app.extensions["muster_oauth"].create_client(name)
