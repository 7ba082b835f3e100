"""A real primary and its streaming replica for tests, with the cast and a mixed population in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from deploy.rehearsal.postgresql import Pair, pair
from lms.app import create_app
from lms.extensions import db, dispose_engines
from tests.cast import Cast
from tests.conftest import _migrated, settings_for
from tests.readiness.conftest import set_mixed

NAME = "muster"


@contextmanager
def filled_pair(folder: Path) -> Iterator[tuple[Pair, dict[str, int]]]:
    """Both running, the replica with everything that the primary has; and the people by where they stand."""
    with pair(is_durable=False) as both:
        both.primary.sql(f"CREATE DATABASE {NAME}")
        _migrated(both.primary.url(NAME))
        with app_on(both) as app, app.app_context():
            people = set_mixed(Cast.of_database(), lambda name, build: build(), folder)
        yield both, people


@contextmanager
def app_on(both: Pair, **more: object) -> Iterator[Flask]:
    """An app whose reports may read from the replica; its connections are closed afterwards."""
    urls = {"database_url": both.url(NAME), "report_database_url": both.replica.url(NAME)}
    app = create_app(
        type(settings_for("sqlite://")).model_validate(settings_for("sqlite://").model_dump() | urls | more)
    )
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            dispose_engines()


def read_from(app: Flask) -> dict[tuple[str, str], int]:
    """How many reports were read where, and why."""
    metric = next(each for each in app.extensions["muster_registry"].collect() if each.name == "muster_reports_read")
    return {
        (each.labels["source"], each.labels["because"]): int(each.value)
        for each in metric.samples
        if each.name.endswith("_total")
    }
