"""One log line and one measurement for each request, without anything that tells who it was or what they typed."""

import logging
import secrets
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram

from lms.config import Settings

REQUEST_ID = "X-Request-ID"
NOWHERE = "none"
"""Endpoint of an address that leads nowhere; the address itself is never logged: it may hold a token."""


def register(app: Flask, settings: Settings) -> None:
    """Log and measure every request of the app."""
    log = _logger(settings)
    registry = CollectorRegistry()
    labels = ("endpoint", "method", "status")
    counted = Counter("muster_requests", "Requests answered", labels, registry=registry)
    timed = Histogram("muster_request_seconds", "Seconds to answer", ("endpoint",), registry=registry)
    app.extensions["muster_registry"] = registry

    @app.before_request
    def begin() -> None:
        g.request_id, g.begun_at = secrets.token_hex(8), time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        if "begun_at" not in g:
            return response
        took, endpoint = time.perf_counter() - g.begun_at, request.endpoint or NOWHERE
        response.headers[REQUEST_ID] = g.request_id
        counted.labels(endpoint, request.method, response.status_code).inc()
        timed.labels(endpoint).observe(took)
        if endpoint != "static":
            log.info(
                "request",
                request_id=g.request_id,
                endpoint=endpoint,
                method=request.method,
                status=response.status_code,
                milliseconds=round(took * 1000, 1),
            )
        return response


def request_id() -> str:
    """The number of this request, as the log has it."""
    return str(g.get("request_id") or secrets.token_hex(8))


def _logger(settings: Settings) -> Any:
    """Lines of JSON in production, readable ones elsewhere; both through the standard library's logging."""
    shown = structlog.processors.JSONRenderer() if settings.is_production else structlog.processors.KeyValueRenderer()
    return structlog.wrap_logger(
        logging.getLogger("muster.requests"),
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            shown,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
