"""`muster worker`: sends what is in the outbox, until it is told to stop. Also runs as a thread beside a server."""

import logging
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("muster")

EVERY_SECONDS = 2.0


def run_once(app: "Flask") -> int:
    """Send what is due; how many mails were tried."""
    from lms.extensions import db
    from lms.mail.actions import deliver_due

    with app.app_context():
        try:
            return deliver_due(app.extensions["muster"])
        finally:
            db.session.remove()


def run(app: "Flask", stop: threading.Event) -> None:
    """Send what is due every two seconds until `stop`; what goes wrong is logged and tried again."""
    while not stop.is_set():
        try:
            run_once(app)
        except Exception:
            log.exception("The worker stumbled; it tries again.")
        stop.wait(EVERY_SECONDS)


def run_until_signal(app: "Flask") -> None:
    """Run until SIGTERM or Ctrl-C; the mail under way is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(app, stop)


def beside(app: "Flask") -> None:
    """Run in a thread of this process, which ends with it: a mail that was under way is sent again by the next."""
    threading.Thread(target=run, args=(app, threading.Event()), name="worker", daemon=True).start()
