"""Actions on a file that is brought in on screen: looked at first, then confirmed, exactly as it was shown."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, true, update

from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import FeedRun, Identity
from lms.people.feed_files import KINDS
from lms.people.feeding import feed
from lms.people.importing import import_people
from lms.people.owned import Refused
from lms.people.people_changes import Difference

PEOPLE = "people"
KEPT = frozenset({PEOPLE, *KINDS})
"""What comes in here; other files that are looked at first have pages of their own."""
LASTS = timedelta(minutes=30)
"""How long a file may lie between being shown and being confirmed."""
MOST_SHOWN = 200


class RunOver(DomainError):
    """The file was confirmed, is somebody else's, or was shown too long ago."""

    def __init__(self) -> None:
        super().__init__("This file was brought in already, or was shown too long ago. Choose it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a file does, or would do."""

    counts: dict[str, int]
    people: tuple[Difference, ...]
    """Of a file of people, the first two hundred."""
    lines: tuple[str, ...]
    """Of other files, the first two hundred, in words."""
    ended: tuple[str, ...] = ()
    """Of a full file of times, the first two hundred that end, in words."""
    open: int = 0
    """How many times were open or ahead."""
    refused: tuple[Refused, ...] = ()
    """Of a file of people, the first two hundred: what another source owns."""

    @property
    def total(self) -> int:
        """Everything that changes."""
        return sum(count for name, count in self.counts.items() if name != "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A file that was brought in."""

    kind: str
    is_full: bool
    by: str
    done_at: datetime
    counts: dict[str, int]
    digest: str


def effect(
    kind: str, content: bytes, *, is_full: bool, is_sure: bool, is_dry_run: bool, by: int, now: datetime
) -> Effect:
    """Bring a file in, or say what it would do; raise ImportRefused."""
    if kind == PEOPLE:
        report = import_people(content, is_full=is_full, is_sure=is_sure, is_dry_run=is_dry_run, by=by, now=now)
        counts = {name: getattr(report, name) for name in ("created", "changed", "ended", "unchanged")}
        return Effect(
            counts=counts, people=report.differences[:MOST_SHOWN], lines=(), refused=report.refused[:MOST_SHOWN]
        )
    fed = feed(KINDS[kind], content, is_full=is_full, is_sure=is_sure, is_dry_run=is_dry_run, by=by, now=now)
    counts = {"new": len(fed.new)} | ({"ended": len(fed.ended)} if is_full else {}) | {"unchanged": fed.unchanged}
    return Effect(counts=counts, people=(), lines=fed.new[:MOST_SHOWN], ended=fed.ended[:MOST_SHOWN], open=fed.open)


@writing()
def look(kind: str, content: bytes, *, is_full: bool, by: int, now: datetime) -> int:
    """Keep a file that was shown until it is confirmed, and empty those that nobody confirmed; its number."""
    db.session.execute(update(FeedRun).where(FeedRun.looked_at < now - LASTS).values(content=b""))
    digest = hashlib.sha256(content).hexdigest()
    run = FeedRun(by=by, kind=kind, is_full=is_full, content=content, digest=digest, looked_at=now, counts={})
    db.session.add(run)
    db.session.flush()
    run_id = run.id
    db.session.commit()
    return run_id


def confirm(run_id: int, *, by: int, now: datetime) -> Effect:
    """Bring in exactly the file that was shown, once. Raise RunOver, and ImportRefused when it no longer fits."""
    kind, content, is_full = claim(run_id, kinds=KEPT, by=by, now=now)
    # Who confirms has seen how many leave, or end.
    done = effect(kind, content, is_full=is_full, is_sure=True, is_dry_run=False, by=by, now=now)
    finish(run_id, done.counts, now=now)
    return done


@writing()
def claim(run_id: int, *, kinds: Collection[str], by: int, now: datetime) -> tuple[str, bytes, bool]:
    """Kind and content of a file of these kinds that somebody looked at, and whether it is the whole, once.

    Raise RunOver.
    """
    run = db.session.get(FeedRun, run_id, with_for_update=True)
    is_theirs = run is not None and run.by == by and run.kind in kinds
    if run is None or not is_theirs or not run.content or run.done_at is not None or now - run.looked_at > LASTS:
        raise RunOver
    taken = run.kind, run.content, run.is_full
    run.content = b""
    db.session.commit()
    return taken


@writing()
def finish(run_id: int, counts: Mapping[str, int], *, now: datetime) -> None:
    """Keep what a file did."""
    db.session.execute(update(FeedRun).where(FeedRun.id == run_id).values(done_at=now, counts=dict(counts)))
    db.session.commit()


def finished(*, kinds: Collection[str] = KEPT, by: int | None = None) -> tuple[RunLine, ...]:
    """The last fifty files of these kinds that were brought in, by one person or by all, the newest first.

    One statement.
    """
    rows = db.session.execute(
        select(FeedRun, Identity.name)
        .outerjoin(Identity, Identity.person_id == FeedRun.by)
        .where(FeedRun.done_at.is_not(None), FeedRun.kind.in_(kinds), true() if by is None else FeedRun.by == by)
        .order_by(FeedRun.done_at.desc())
        .limit(50)
    )
    return tuple(
        RunLine(
            kind=run.kind,
            is_full=run.is_full,
            by=name or "(erased)",
            done_at=run.done_at,
            counts=run.counts,
            digest=run.digest,
        )
        for run, name in rows
    )
