"""A directory that speaks SCIM to the app."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

TOKEN = "a-token-for-tests-only-with-40-characters"


class Directory:
    """Sends what a directory sends."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def __call__(self, method: str, path: str, body: Any = None, *, expect: int = 200, **headers: str) -> Any:
        """JSON of the answer."""
        answer = self.client.open(
            f"/scim/v2{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {TOKEN}", **headers},
            content_type="application/scim+json" if body is not None else None,
        )
        assert answer.status_code == expect, f"{method} {path} gave {answer.status_code}: {answer.text[:500]}"
        return answer.get_json(silent=True) if answer.data else None


@pytest.fixture
def directory(app: Flask) -> Iterator[Directory]:
    """With the token of the settings."""
    settings = app.extensions["muster"]
    app.extensions["muster"] = settings.model_copy(update={"scim_token": TOKEN})
    yield Directory(app.test_client())
    app.extensions["muster"] = settings


Sends = Callable[..., Any]
