"""A roster that is brought in on screen: looked at first, then confirmed, if it still does what was shown."""

from datetime import datetime

from lms.domain.errors import DomainError, Told
from lms.people import feed_runs
from lms.people.importing import ImportRefused
from lms.people.table_file import Problem
from lms.readiness.queries import Scope
from lms.shifts.importing import RosterMoved, import_roster
from lms.shifts.planning import Brought

KIND = "roster"
LARGEST = 1_500_000
"""Bytes of a file on screen; a larger one takes the command."""


class LookAgain(DomainError):
    """A file does something else than was shown; here is what, to be confirmed in its turn."""

    def __init__(self, moved: RosterMoved, would: Brought, run_id: int | None) -> None:
        super().__init__(moved.sentence)
        self.would, self.run_id = would, run_id


def look(content: bytes, *, scope: Scope, by: int, now: datetime) -> tuple[Brought, int | None]:
    """What a file would do, and the number under which it is kept until it is confirmed; None if it does nothing.

    Raise ImportRefused; then nothing is kept.
    """
    if len(content) > LARGEST:
        large = Told(
            "A page takes files up to %(size)s MB. Split it, or use muster roster import.", size=LARGEST / 1_000_000
        )
        raise ImportRefused([Problem(message=large)])
    would = import_roster(content, is_dry_run=True, scope=scope, by=by, now=now)
    run_id = feed_runs.look(KIND, content, is_full=False, by=by, now=now) if would.total else None
    return would, run_id


def confirm(run_id: int, *, seen: str, scope: Scope, by: int, now: datetime) -> Brought:
    """Bring in the file that was shown, once, if what it does still has the digest `seen`.

    Raise RunOver, LookAgain, and ImportRefused when it no longer fits.
    """
    _, content, _ = feed_runs.claim(run_id, kinds=[KIND], by=by, now=now)
    try:
        done = import_roster(content, scope=scope, seen=seen or "nothing was seen", by=by, now=now)
    except RosterMoved as moved:
        raise LookAgain(moved, *look(content, scope=scope, by=by, now=now)) from moved
    counts = {name.replace("_", " "): count for name, count in done.counts.items()}
    feed_runs.finish(run_id, counts | {"unchanged": done.unchanged}, now=now)
    return done


def finished(*, by: int | None) -> tuple[feed_runs.RunLine, ...]:
    """Rosters that came in on screen, by one person or by all, the newest first."""
    return feed_runs.finished(kinds=[KIND], by=by)
