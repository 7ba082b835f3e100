"""Whether the process lives, whether it can work, figures for monitoring, and a page for people."""

import hmac
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily

from lms import clock
from lms.access import Role, public, requires
from lms.config import Settings
from lms.system import queries

bp = Blueprint("system", __name__)


def _settings() -> Settings:
    return current_app.extensions["muster"]


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers; nothing else is asked."""
    return _words("alive")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """It can work: database, schema, disk, clock. Strangers learn one word of what is wrong."""
    try:
        wrong = queries.wrong(_settings(), now=clock.now())
    except Exception:  # whatever the database says, the answer is no, and no details
        current_app.logger.exception("not ready")
        wrong = ("database",)
    return _words(f"not ready: {', '.join(wrong)}", 503) if wrong else _words("ready")


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Figures for Prometheus, for who has the token; without one in the settings there is no such page."""
    token = _settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    requests = generate_latest(current_app.extensions["muster_registry"])
    return Response(requests + generate_latest(_Gauges()), content_type=CONTENT_TYPE_LATEST)  # type: ignore[arg-type]


@bp.get("/system")
@requires(Role.ADMINISTRATOR)
def system() -> str:
    """Everything that can be wrong with running it, and what to do."""
    return render_template("system/system.html", lines=queries.looked_at(_settings(), now=clock.now()))


class _Gauges:
    """What is read from the database when it is asked for."""

    def collect(self) -> Iterator[Any]:
        """Prometheus' hook."""
        found = queries.gauges(now=clock.now())
        for name, said, value in (
            ("muster_mails_waiting", "Mails in the outbox", found.mails_waiting),
            ("muster_oldest_mail_seconds", "Age of the mail that waits longest", found.oldest_mail_seconds),
            ("muster_backup_age_seconds", "Age of the last backup", found.backup_age_seconds),
            ("muster_worker_silent_seconds", "Since a worker was last seen", found.worker_silent_seconds),
            ("muster_replica_behind_seconds", "Since what the replica has replayed", found.replica_behind_seconds),
        ):
            if value is not None:
                yield GaugeMetricFamily(name, said, value=value)


def _words(said: str, status: int = 200) -> Response:
    return Response(
        f"{said}\n", status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
