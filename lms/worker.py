"""`muster worker`: sends what is in the outbox, and looks at leads' weeks, until it is told to stop.

Also runs as a thread beside a server. Several may run at once, and each may be killed at any moment.
"""

import logging
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("muster")

EVERY_SECONDS = 2.0
PASSES = 30
"""Between two looks for weeks that have begun, when the last one found none."""


def run_once(app: "Flask") -> int:
    """Send what is due; how many mails were tried."""
    from lms.extensions import db
    from lms.mail.actions import deliver_due

    with app.app_context():
        try:
            return deliver_due(app.extensions["muster"])
        finally:
            db.session.remove()


def tidy_once(app: "Flask") -> int:
    """Clear away notes that nobody reads any more; how many."""
    from lms.extensions import db
    from lms.system.actions import clear_touches

    with app.app_context():
        try:
            return clear_touches()
        finally:
            db.session.remove()


class Weeks:
    """Looks at the weeks of leads, one lead at a time, so that other mail does not wait for all of them."""

    def __init__(self, app: "Flask") -> None:
        self.app = app
        self.stumbled: set[int] = set()
        """Leads whose week could not be looked at; this worker leaves them out from then on."""

    def look_at_next(self) -> bool:
        """False when there is nobody whose week has begun and was not looked at."""
        from lms import clock
        from lms.extensions import db
        from lms.weekly import queries
        from lms.weekly.actions import look_at

        with self.app.app_context():
            if not self.app.extensions["muster"].mail_url:
                return False  # nobody could be told; what would wait for a server would be old by then
            now = clock.now()
            due = next((each for each in queries.due_weeks(now=now) if each.person_id not in self.stumbled), None)
            if due is None:
                return False
            try:
                look_at(due, now=now)
            except Exception:
                log.exception("The week of person %s could not be looked at.", due.person_id)
                self.stumbled.add(due.person_id)
            finally:
                db.session.remove()
            return True


def run(app: "Flask", stop: threading.Event) -> None:
    """Send what is due every two seconds until `stop`; what goes wrong is logged and tried again."""
    weeks, passes = Weeks(app), 0
    while not stop.is_set():
        try:
            run_once(app)
            if passes == 0:
                tidy_once(app)
            passes = 0 if passes == 0 and weeks.look_at_next() else (passes + 1) % PASSES
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
