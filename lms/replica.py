"""Reports may read from a streaming replica: which request does, and as of which instant it then speaks.

The replica is asked how far it has replayed what the primary had written when the question came. If all of it, the
report is of now; if less, of the instant of the last commit that it replayed. Nothing else ever reads from it: not the
gate, not a person's own page, and nothing that follows a write.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

import psycopg
from flask import Flask, Response, current_app, has_request_context, request
from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from lms import clock
from lms.extensions import REPLICA, db, engine_of_session, turn_to

Given = TypeVar("Given")
log = logging.getLogger("muster")

RETRY_AFTER = timedelta(seconds=10)
"""How long a replica that did not answer is left alone: trying may take seconds."""
WROTE = "muster_wrote"
"""Cookie with the moment of the browser's last write; whoever forges one changes where their own report is read."""
AWAY, BEHIND, OWN_WRITE, ASKED_LATER = "away", "behind", "own write", "asked later"
"""Why a report is read from the primary although there is a replica."""

_WRITTEN = text("SELECT CASE WHEN NOT pg_is_in_recovery() THEN CAST(pg_current_wal_flush_lsn() AS text) END")
_REPLAYED = text(
    "SELECT pg_is_in_recovery() AS is_replica, pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn) AS has_all, "
    "pg_last_xact_replay_timestamp() AS replayed_at"
)


@dataclass(slots=True)
class _Watch:
    """What this process knows of the replica."""

    lag: timedelta
    counted: Counter
    leave_until: datetime = field(default=datetime.min.replace(tzinfo=UTC))
    because: str = ""

    def note(self, because: str) -> None:
        """Count where a report is read, and log when that changes for a reason that somebody should look at."""
        self.counted.labels("primary" if because else "replica", because).inc()
        shown = because if because in (AWAY, BEHIND) else ""
        if shown != self.because:
            log.warning(
                "Reports are read from the %s", f"primary: the replica is {shown}" if shown else "replica again"
            )
            self.because = shown


def register(app: Flask) -> None:
    """Where there is a replica: count what is read from it, and remember in the browser when it wrote."""
    app.jinja_env.globals["is_read_from_replica"] = is_read_from_replica
    settings = app.extensions["muster"]
    if not settings.report_database_url:
        return
    counted = Counter(
        "muster_reports_read", "Reports by where they were read", ("source", "because"),
        registry=app.extensions["muster_registry"],
    )  # fmt: skip
    app.extensions[REPLICA] = _Watch(timedelta(seconds=settings.report_lag_seconds), counted)

    @app.after_request
    def remember_write(response: Response) -> Response:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and response.status_code < HTTPStatus.BAD_REQUEST:
            response.set_cookie(
                WROTE,
                str(clock.now().timestamp()),
                max_age=settings.report_lag_seconds,  # a replica that is further behind is not read from anyhow
                secure=settings.is_https,
                httponly=True,
                samesite="Lax",
            )
        return response


def turn_to_replica(known_at: datetime | None, *, now: datetime) -> datetime:
    """Read this request's report from the replica if it may be; the latest instant that the report may speak of.

    That is `now` from the primary, and from a replica that has replayed all that was written by `now`. `known_at` is
    what was asked for, None for now; what the replica has not replayed yet is read from the primary.
    """
    engine = db.engines.get(REPLICA)
    if engine is None:
        return now
    watch: _Watch = current_app.extensions[REPLICA]
    instant = None if now < watch.leave_until else _instant_of(watch, now)
    because = _refusal(instant, known_at, now, watch.lag)
    watch.note(because)
    if instant is None or because:
        turn_to(None)
        return now
    return instant


def has_replica() -> bool:
    """Was one named in the settings?"""
    return REPLICA in db.engines


def is_read_from_replica() -> bool:
    """Does this request's session read from the replica?"""
    return engine_of_session() is db.engines.get(REPLICA)


def with_replica(work: Callable[[], Given]) -> Given:
    """Do something that may turn to the replica; once more from the primary if the replica breaks off."""
    try:
        return work()
    except DBAPIError as error:
        if not gave_up(error, now=clock.now()):
            raise
    return work()


def gave_up(error: DBAPIError, *, now: datetime) -> bool:
    """Was it the replica that failed? Then it is left alone for a while, and the session reads from the primary.

    A statement that took too long is no failure of the replica: it would take as long again.
    """
    if not is_read_from_replica() or isinstance(error.orig, psycopg.errors.QueryCanceled):
        return False
    _leave(current_app.extensions[REPLICA], now, error)
    turn_to(None)
    return True


def seconds_behind(*, now: datetime) -> float | None:
    """How far the replica is behind; None where there is none, or none that answers."""
    if not has_replica():
        return None
    watch: _Watch = current_app.extensions[REPLICA]
    if now < watch.leave_until:
        return None
    instant = _instant_of(watch, now)
    turn_to(None)
    return None if instant is None else (now - instant).total_seconds()


def _instant_of(watch: _Watch, now: datetime) -> datetime | None:
    """The latest instant of which the replica has everything; the session is turned to it. None: it says nothing."""
    written = db.session.scalar(_WRITTEN)
    turn_to(db.engines[REPLICA])
    try:
        found = db.session.execute(_REPLAYED, {"written": written}).one()
    except (DBAPIError, NoConnectionLeft) as error:
        _leave(watch, now, error)
        return None
    if not found.is_replica:
        return None  # it was promoted, or never was one: what it holds need not be the truth
    if found.has_all:
        return now
    return min(found.replayed_at, now) if found.replayed_at else None


def _refusal(instant: datetime | None, known_at: datetime | None, now: datetime, lag: timedelta) -> str:
    if instant is None:
        return AWAY
    if now - instant > lag:
        return BEHIND
    if instant < _wrote_at():
        return OWN_WRITE
    return ASKED_LATER if known_at is not None and known_at > instant else ""


def _wrote_at() -> datetime:
    never = datetime.fromtimestamp(0, UTC)
    try:
        return datetime.fromtimestamp(float(request.cookies[WROTE]), UTC) if has_request_context() else never
    except (KeyError, ValueError, OverflowError, OSError):
        return never


def _leave(watch: _Watch, now: datetime, error: Exception) -> None:
    watch.leave_until = now + RETRY_AFTER
    log.warning("The replica failed: %s", " ".join(str(getattr(error, "orig", error)).split()))
