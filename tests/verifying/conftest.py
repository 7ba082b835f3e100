"""A database with a whole story in it, made once for each engine and shared by every file here."""

import shutil
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask

from lms.app import create_app
from lms.extensions import db
from tests.conftest import ENGINES, _administer, _database_of, settings_for
from tests.verifying.story import Story, told


@pytest.fixture(scope="session", params=ENGINES)
def whole_record(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Story]]:
    """The app and what was built with it; once is enough, because nobody ever commits a change to it."""
    name = ""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("verifying") / "muster.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgresql_server")
        name = f"muster_{uuid.uuid4().hex}"
        _administer(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgresql_template')}")
        url = _database_of(server, name)
    app = create_app(settings_for(url))
    with app.app_context():
        story = told(tmp_path_factory.mktemp("shelf"))
        db.session.remove()
    yield app, story
    with app.app_context():
        db.engine.dispose()
    if name:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def story(whole_record: tuple[Flask, Story]) -> Iterator[Story]:
    """What was built, within a context of the app that ends with the test: other folders never see it."""
    app, story = whole_record
    with app.app_context():
        yield story
        db.session.remove()
