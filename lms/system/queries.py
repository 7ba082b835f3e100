"""Looks at what Muster runs on: database, guards, worker, mail, backups, disk, clock."""

import shutil
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, literal_column, select, text

from lms.config import Settings, unknown_settings
from lms.extensions import db
from lms.migrating import is_current, newest
from lms.models import BackupMade, OutboxMail, WorkerSign, guards
from lms.replica import has_replica, seconds_behind

GOOD, LOOK, BAD = "good", "warn", "bad"
LEAST_DISK = 200_000_000
"""Bytes free; below it the disk may be full within a day."""
WORKER_SILENT = timedelta(minutes=2)
MAIL_WAITS = timedelta(minutes=30)
BACKUP_OLD = timedelta(hours=26)
CLOCK_OFF = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at."""

    name: str
    shown: str | datetime
    state: str
    """good, warn or bad"""
    remedy: str = ""


def looked_at(settings: Settings, *, now: datetime) -> tuple[Line, ...]:
    """Everything there is to see; about ten statements."""
    return (
        Line(name="Muster", shown=f"{version('muster-lms')}, Python {sys.version.split()[0]}", state=GOOD),
        _database(settings),
        *_replica(settings, now),
        _schema(),
        _guards(),
        _worker(settings, now),
        _mail(now),
        _backup(now),
        _disk(settings),
        _clock(now),
        *_settings(settings),
    )


def wrong(settings: Settings, *, now: datetime) -> tuple[str, ...]:
    """What keeps Muster from working, in one word each: empty when it is ready. Raises what the database raises."""
    found = []
    if not is_current(db.engine):
        found.append("schema")
    if _disk(settings).state == BAD:
        found.append("disk")
    if abs(_seconds_off(now)) > CLOCK_OFF.total_seconds() * 30:
        found.append("clock")
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """Figures for monitoring."""

    mails_waiting: int
    oldest_mail_seconds: float
    backup_age_seconds: float | None
    worker_silent_seconds: float | None
    replica_behind_seconds: float | None


def gauges(*, now: datetime) -> Gauges:
    """Three statements, and two where there is a replica."""
    waiting, oldest = db.session.execute(
        select(func.count(OutboxMail.id), func.min(OutboxMail.created_at)).where(OutboxMail.next_at.is_not(None))
    ).one()
    backup = db.session.scalar(select(func.max(BackupMade.made_at)))
    seen = db.session.scalar(select(WorkerSign.seen_at))
    return Gauges(
        mails_waiting=waiting,
        oldest_mail_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        backup_age_seconds=(now - backup).total_seconds() if backup else None,
        worker_silent_seconds=(now - seen).total_seconds() if seen else None,
        replica_behind_seconds=seconds_behind(now=now),
    )


def _database(settings: Settings) -> Line:
    engine = db.engine.dialect.name
    number = "sqlite_version()" if engine == "sqlite" else "current_setting('server_version')"
    said = db.session.scalar(select(literal_column(number)))
    name = "SQLite" if engine == "sqlite" else "PostgreSQL"
    size = ""
    if settings.is_sqlite and db.engine.url.database and Path(db.engine.url.database).exists():
        size = f", {Path(db.engine.url.database).stat().st_size / 1e6:,.1f} MB"
    return Line(name=gettext("Database"), shown=f"{name} {said}{size}", state=GOOD)


def _replica(settings: Settings, now: datetime) -> list[Line]:
    if not has_replica():
        return []
    behind = seconds_behind(now=now)
    is_good = behind is not None and behind <= settings.report_lag_seconds
    shown = gettext("does not answer") if behind is None else gettext("%(seconds)s s behind", seconds=f"{behind:.0f}")
    remedy = "" if is_good else gettext("Reports read the database itself meanwhile. Look at the replica.")
    return [Line(name=gettext("Replica for reports"), shown=shown, state=GOOD if is_good else LOOK, remedy=remedy)]


def _schema() -> Line:
    is_good = is_current(db.engine)
    remedy = "" if is_good else gettext("Run: muster init")
    return Line(name=gettext("Schema"), shown=newest(), state=GOOD if is_good else BAD, remedy=remedy)


def _guards() -> Line:
    missing = sorted(guards.missing(db.session.connection()))
    shown = (
        gettext("%(count)s missing: %(names)s", count=len(missing), names=", ".join(missing[:3]))
        if missing
        else gettext("%(count)s in place", count=len(guards.EXPECTED))
    )
    remedy = gettext("Somebody took guards away. Run: muster verify, and compare with a backup.") if missing else ""
    return Line(name=gettext("Guards of the record"), shown=shown, state=BAD if missing else GOOD, remedy=remedy)


def _worker(settings: Settings, now: datetime) -> Line:
    seen = db.session.scalar(select(WorkerSign.seen_at))
    if seen is not None and now - seen <= WORKER_SILENT:
        return Line(name=gettext("Worker"), shown=seen, state=GOOD)
    state = BAD if settings.mail_url else LOOK
    return Line(
        name=gettext("Worker"),
        shown=seen or gettext("never seen"),
        state=state,
        remedy=gettext("Start it: muster worker"),
    )


def _mail(now: datetime) -> Line:
    found = gauges(now=now)
    is_late = found.oldest_mail_seconds > MAIL_WAITS.total_seconds()
    shown = gettext("%(count)s waiting", count=found.mails_waiting)
    if is_late:
        minutes = f"{found.oldest_mail_seconds / 60:.0f}"
        shown = gettext("%(count)s waiting, oldest %(minutes)s min", count=found.mails_waiting, minutes=minutes)
    remedy = gettext("Look at the page of mail: the server may refuse it.") if is_late else ""
    return Line(name=gettext("Outbox"), shown=shown, state=LOOK if is_late else GOOD, remedy=remedy)


def _backup(now: datetime) -> Line:
    made = db.session.scalar(select(func.max(BackupMade.made_at)))
    is_good = made is not None and now - made <= BACKUP_OLD
    remedy = "" if is_good else gettext("Run one daily: muster backup --to FOLDER")
    return Line(
        name=gettext("Last backup"), shown=made or gettext("none yet"), state=GOOD if is_good else LOOK, remedy=remedy
    )


def _disk(settings: Settings) -> Line:
    place = Path(db.engine.url.database or ".").parent if settings.is_sqlite else Path()
    free = shutil.disk_usage(place if place.exists() else Path()).free
    is_good = free >= LEAST_DISK
    remedy = "" if is_good else gettext("Make room, or writing will fail.")
    return Line(name=gettext("Free disk"), shown=f"{free / 1e9:,.1f} GB", state=GOOD if is_good else BAD, remedy=remedy)


def _clock(now: datetime) -> Line:
    off = _seconds_off(now)
    is_good = abs(off) <= CLOCK_OFF.total_seconds()
    remedy = "" if is_good else gettext("Let both machines keep time by NTP: due moments depend on it.")
    shown = gettext("%(seconds)s s from that of the database", seconds=f"{abs(off):.0f}")
    return Line(name=gettext("Clock"), shown=shown, state=GOOD if is_good else LOOK, remedy=remedy)


def _seconds_off(now: datetime) -> float:
    if db.engine.dialect.name == "sqlite":
        return 0.0  # the same machine
    theirs: Any = db.session.scalar(text("SELECT clock_timestamp()"))
    return float((now - theirs).total_seconds())


def _settings(settings: Settings) -> list[Line]:
    lines = [
        Line(
            name=name,
            shown=gettext("not known"),
            state=LOOK,
            remedy=gettext("Did you mean %(name)s?", name=near) if near else gettext("Take it away."),
        )
        for name, near in unknown_settings().items()
    ]
    if not settings.is_https:
        remedy = gettext("Serve it over HTTPS and set MUSTER_IS_HTTPS=true.")
        lines.append(
            Line(name="HTTPS", shown=gettext("off"), state=BAD if settings.is_production else LOOK, remedy=remedy)
        )
    return lines
