"""A small OpenID provider on loopback: discovery, authorization code with PKCE, signed id tokens, its keys."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT_ID, CLIENT_SECRET = "muster", "a secret between the two"


class Provider:
    """Says of everybody who comes what `person` holds. Each switch makes it misbehave in one way."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "1"})
        self.other_key = RSAKey.generate_key(2048, parameters={"kid": "1"})
        self.person: dict[str, Any] = {"sub": "p-1", "email": "Ada@demo.example", "email_verified": True}
        self.changes: dict[str, Any] = {}
        """Claims of the id token that are not as they should be."""
        self.signs_with: RSAKey = self.key
        self.is_down = False
        self.asked: dict[str, dict[str, str]] = {}
        self.server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        """Let the port go."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @Request.application
    def _answer(self, request: Request) -> Response:
        if self.is_down:
            return Response("down", 503)
        pages: dict[str, Callable[[Request], Response]] = {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/keys": lambda _: _json({"keys": [self.key.as_dict(private=False)]}),
        }
        return pages[request.path](request)

    def _discovery(self, request: Request) -> Response:
        return _json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        asked = {name: request.args[name] for name in ("redirect_uri", "state", "nonce", "code_challenge")}
        assert request.args["code_challenge_method"] == "S256"
        assert "openid" in request.args["scope"].split()
        code = secrets.token_urlsafe(8)
        self.asked[code] = asked
        back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        return Response(status=302, headers={"Location": back})

    def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.get_data(as_text=True)).items()}
        asked = self.asked.pop(form["code"], None)
        given = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        is_right = asked and asked["code_challenge"].encode() == challenge
        if not is_right or request.headers.get("Authorization") != f"Basic {given}":
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.changes,
        }
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signs_with)
        return _json({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token})


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")
