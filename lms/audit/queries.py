"""Reads the audit log: a page of it, or all that is asked for, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from lms.audit.forms import Asked
from lms.auditing import COMMAND
from lms.extensions import db
from lms.models import AuditEntry, AuditIdentity, Identity

PER_PAGE = 50
MOST_ABOUT = 100
AT_ONCE = 1000
"""Rows of a file that are in memory at the same time."""
NOBODY = {COMMAND: "Command line"}
ERASED = "(erased)"

_Actor, _Whom = aliased(Identity), aliased(Identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value before and after."""

    name: str
    before: str | datetime
    after: str | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as it is read."""

    id: int
    at: datetime
    act: str
    by: str
    whom: str
    person_id: int | None
    about: str
    origin: str
    facts: tuple[Fact, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of the log."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int


def entries(asked: Asked) -> Listed:
    """The page that is asked for; one that does not exist is the last. Two statements."""
    total = db.session.scalar(_where(select(func.count(AuditEntry.id)).select_from(_joined()), asked)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(asked.page, pages)
    rows = db.session.execute(_columns(asked).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Listed(lines=tuple(_line(row) for row in rows), total=total, page=page, pages=pages)


def every_entry(asked: Asked) -> Iterator[Line]:
    """All that is asked for, a thousand rows at a time."""
    for row in db.session.execute(_columns(asked).execution_options(yield_per=AT_ONCE)):
        yield _line(row)


def about(person_id: int) -> tuple[Line, ...]:
    """What was done to one person, the newest hundred; one statement."""
    nothing = Asked(who="", act=None, since_text="", until_text="", since=None, until=None, page=1)
    rows = db.session.execute(_columns(nothing).where(AuditEntry.person_id == person_id).limit(MOST_ABOUT))
    return tuple(_line(row) for row in rows)


def _joined() -> Any:
    return AuditEntry.__table__.outerjoin(_Actor, _Actor.person_id == AuditEntry.by).outerjoin(
        _Whom, _Whom.person_id == AuditEntry.person_id
    )


def _columns(asked: Asked) -> Select:
    columns = select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.act,
        AuditEntry.by,
        AuditEntry.person_id,
        AuditEntry.about,
        AuditEntry.origin,
        AuditEntry.before,
        AuditEntry.after,
        AuditEntry.reason,
        _Actor.name.label("actor"),
        _Whom.name.label("whom"),
        AuditIdentity.before.label("was"),
        AuditIdentity.after.label("now_is"),
    ).select_from(_joined().outerjoin(AuditIdentity, AuditIdentity.entry_id == AuditEntry.id))
    return _where(columns, asked).order_by(AuditEntry.id.desc())


def _where(statement: Select, asked: Asked) -> Select:
    if asked.who:
        named = [
            column.icontains(asked.who, autoescape=True)
            for who in (_Actor, _Whom)
            for column in (who.name, who.email, who.external_id)
        ]
        statement = statement.where(or_(*named))
    if asked.act:
        statement = statement.where(AuditEntry.act == asked.act.value)
    if asked.since:
        statement = statement.where(AuditEntry.at >= asked.since)
    if asked.until:
        statement = statement.where(AuditEntry.at < asked.until)
    return statement


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        at=row.at,
        act=row.act,
        by=row.actor or (ERASED if row.by else NOBODY.get(row.origin, "Nobody signed in")),
        whom=row.whom or (ERASED if row.person_id else ""),
        person_id=row.person_id,
        about=row.about,
        origin=row.origin,
        facts=(*_facts(row.was, row.now_is), *_facts(row.before, row.after)),
        reason=row.reason,
    )


def _facts(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[Fact]:
    before, after = before or {}, after or {}
    for name in dict.fromkeys((*before, *after)):
        yield Fact(
            name=name.replace("_", " "), before=_said(before.get(name), name), after=_said(after.get(name), name)
        )


def _said(value: Any, name: str) -> str | datetime:
    if value and name.endswith("_at"):
        return datetime.fromisoformat(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
