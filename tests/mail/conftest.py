"""A mail server, and the app that knows it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from lms.config import Settings
from tests.mail.server import Server


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    """One server for all."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def server(app: Flask, running: Server) -> Iterator[Server]:
    """The server, well-behaved, and named in the settings."""
    running.behave()
    was = app.extensions["muster"]
    changes = {"mail_url": f"smtp+plain://127.0.0.1:{running.port}", "public_url": "https://muster.example/"}
    app.extensions["muster"] = was.model_copy(update=changes)
    yield running
    app.extensions["muster"] = was


@pytest.fixture
def settings(app: Flask, server: Server) -> Settings:
    """With the mail server in them."""
    return app.extensions["muster"]
