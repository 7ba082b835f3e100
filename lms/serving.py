"""`muster serve`: one gunicorn process with threads, stopped gracefully. Put a buffering proxy in front of it."""

import logging
import os
import threading
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from lms import worker
from lms.config import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

GRACE_SECONDS = 30
"""How long requests under way may take when the server is stopped."""

KEEP_SECONDS = 75
"""How long an idle connection of the proxy is kept: longer than nginx keeps it (60), or a POST meets a closed door."""


class Server(BaseApplication):
    """Gunicorn as a library: nothing is read from its own files or command line."""

    def __init__(self, settings: Settings, *, has_worker: bool = False) -> None:
        self._settings, self._has_worker = settings, has_worker
        super().__init__()

    def load_config(self) -> None:
        """Gunicorn's hook."""
        for name, value in options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> "Flask":
        """Gunicorn's hook, in the worker: database connections never cross a fork."""
        from lms.app import create_app

        # One line of JSON for each request in production; elsewhere only what is wrong.
        level = logging.INFO if self._settings.is_production else logging.WARNING
        logging.basicConfig(level=level, format="%(message)s")
        app = create_app(self._settings)
        if self._has_worker:
            worker.beside(app)
        return app


def options(settings: Settings) -> dict[str, Any]:
    """What gunicorn is told. One process, so that sign-in failures are counted and writes take turns in one place."""
    return {
        "bind": f"{bracketed(settings.host)}:{port(settings)}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": settings.threads,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": KEEP_SECONDS,
        "accesslog": None,
        "loglevel": "warning",
        "proc_name": "muster",
        "control_socket_disable": True,
        "post_worker_init": lambda worker: _beside(put_together, worker.wsgi),
        "when_ready": lambda server: print(f"Muster is at {address(settings)} (Ctrl-C stops it)", flush=True),
    }


def _beside(work: "Callable[[Flask], None]", app: "Flask") -> None:
    threading.Thread(target=work, args=(app,), daemon=True).start()


def put_together(app: "Flask") -> None:
    """Put the report together before anybody asks for it: of ten thousand people that takes seconds.

    Who asks meanwhile waits for this instead of doing it again.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from lms import clock
    from lms.readiness.board import board_of_now
    from lms.replica import turn_to_replica, with_replica

    with app.app_context():
        try:  # from where the report is read, which may be the replica
            with_replica(lambda: board_of_now(turn_to_replica(None, now=clock.now())))
        except SQLAlchemyError as error:  # the first who asks is told, or finds that it is over
            logging.getLogger(__name__).warning("The report could not be put together ahead: %s", error)


def port(settings: Settings) -> int:
    """MUSTER_PORT, else PORT, which hosting platforms set, else the default."""
    given = os.environ.get("PORT", "")
    return int(given) if given.isdecimal() and "port" not in settings.model_fields_set else settings.port


def address(settings: Settings) -> str:
    """What to type into a browser on this machine."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - text
    return f"http://{bracketed(host)}:{port(settings)}/"


def bracketed(host: str) -> str:
    """An IPv6 address as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def serve(settings: Settings, *, has_worker: bool = False) -> None:
    """Serve until a signal ends it; then the process exits. `has_worker`: mail is sent from a thread of it."""
    Server(settings, has_worker=has_worker).run()
