"""/scim/v2, for who has the token in MUSTER_SCIM_TOKEN; without one there is no such address."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, current_app, request
from scim2_flask import ScimServer
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    EnterpriseUser,
    ETag,
    Filter,
    Group,
    Patch,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    UnauthorizedException,
    User,
)

from lms import access
from lms.extensions import csrf
from lms.scim.storage import MusterStorage

MOST_RESULTS = 200


def _config() -> ServiceProviderConfig:
    return ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST_RESULTS),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="The token that is set as MUSTER_SCIM_TOKEN",
            )
        ],
    )


class _Server(ScimServer):
    def create_blueprint(self) -> Blueprint:
        """The library's addresses, each of them for the holder of the token only."""
        blueprint = super().create_blueprint()
        blueprint.before_request(_ask_for_token)
        csrf.exempt(blueprint)
        return blueprint


def _ask_for_token() -> None:
    tokens = current_app.extensions["muster"].scim_tokens
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not any(hmac.compare_digest(given.encode(), each.encode()) for each in tokens):
        raise UnauthorizedException(detail="Send the token as Authorization: Bearer …")


def register(app: Flask) -> None:
    """Serve SCIM."""
    kinds = [ResourceType.from_resource(User[EnterpriseUser]), ResourceType.from_resource(Group)]
    provider = ScimProvider([User, EnterpriseUser, Group], kinds, _config())
    server = _Server(MusterStorage(provider.model_for), provider)
    server.init_app(app)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("scim."):
            app.view_functions[endpoint] = access.public(_as_function(view))


def _as_function(view: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the library cannot carry our rule."""

    @wraps(view)
    def answer(**values: Any) -> Any:
        return view(**values)

    return answer
