"""Actions that bring in files of leave, of who works in which queue, and of training done elsewhere: all or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.errors import Told
from lms.extensions import db, writing
from lms.languages import N_
from lms.models import Evidence, Identity, Person, Policy, Queue, SpellKind, Version
from lms.models.closed import is_open
from lms.models.proof import Proven, record_evidence
from lms.ownership import Source, may_write
from lms.people.feed_files import EVIDENCE, LEAVE, QUEUES, FeedRow, Kind, read
from lms.people.feed_spells import Somebody, Taken, Target, tell_spells
from lms.people.importing import ImportRefused, one_import_at_a_time, system_person
from lms.people.leaving import Full
from lms.people.table_file import Problem

LEAVE_NAMED = "Leave"
NOT_OURS = {
    LEAVE.name: N_("Leave belongs to another source here: %(owner)s."),
    QUEUES.name: N_("Queues belong to another source here: %(owner)s."),
    EVIDENCE.name: N_("Evidence belongs to another source here: %(owner)s."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """What a file did, or would do."""

    is_dry_run: bool
    new: tuple[str, ...]
    """In words, one for each row that says something new."""
    ended: tuple[str, ...]
    """In words, one for each time that a full file does not name."""
    open: int
    """How many times were open or ahead before it."""
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The good rows of a file with whom they are about, and how it is meant."""

    rows: Sequence[tuple[FeedRow, Somebody]]
    full: Full | None
    by: int
    now: datetime


def feed(
    kind: Kind,
    content: bytes,
    *,
    is_full: bool = False,
    is_sure: bool = False,
    is_dry_run: bool = False,
    by: int | None,
    now: datetime,
) -> Fed:
    """Bring in a file of a kind, all of it or nothing; the second time changes nothing.

    `is_full`: what is open or ahead and not in the file ends; more than 5 % of it only if `is_sure`.
    Raise ImportRefused with every problem in it.
    """
    rows, problems = read(kind, content)
    found = [*problems, *_refused(kind, is_full=is_full)]
    with writing():
        if not is_dry_run:
            one_import_at_a_time()  # the same file twice at once counts once
        known = _known(rows)
        asked = _Asked(
            rows=[(row, who) for row in rows if (who := _of(row, known, found))],
            full=Full(is_sure=is_sure) if is_full and not found else None,
            by=by or system_person(now),
            now=now,
        )
        told = _FEEDS[kind.name](asked, found)
        if found:
            raise ImportRefused(sorted(found, key=lambda problem: problem.row or 0))
        after = {"new": len(told.new)} | ({"ended": len(told.ended)} if is_full else {})
        if any(after.values()) and not is_dry_run:
            auditing.note(Act.FILE_IMPORTED, by=by, at=now, about=kind.name, after=after)
            db.session.commit()
    same = len(rows) - len(told.new)
    return Fed(is_dry_run=is_dry_run, new=tuple(told.new), ended=tuple(told.ended), open=told.open, unchanged=same)


def _refused(kind: Kind, *, is_full: bool) -> list[Problem]:
    """Why no file of this kind is taken at all."""
    if not may_write(owners := current_app.extensions["muster"].owners, kind.name, Source.FEED):
        return [Problem(message=Told(NOT_OURS[kind.name], owner=owners[kind.name]))]
    if is_full and not kind.can_be_full:
        never = Told("A file of evidence is never the whole: what is missing in it stays as it is.")
        return [Problem(message=never)]
    return []


def _known(rows: Sequence[FeedRow]) -> dict[str, Somebody]:
    found = db.session.execute(select(Identity.external_id, Identity.person_id, Identity.name, Identity.timezone))
    wanted = {row.said["external_id"] for row in rows}
    return {
        external_id: Somebody(person_id=person_id, name=name, zone=ZoneInfo(zone))
        for external_id, person_id, name, zone in found
        if external_id in wanted
    }


def _of(row: FeedRow, known: dict[str, Somebody], problems: list[Problem]) -> Somebody | None:
    who = known.get(row.said["external_id"])
    if who is None:
        message = Told("nobody has it; import people first")
        problems.append(Problem(row=row.row, column="external_id", message=message))
    return who


def _leave(asked: _Asked, problems: list[Problem]) -> Taken:
    targets = [Target(row=row, who=who) for row, who in asked.rows]
    return tell_spells(SpellKind.LEAVE, targets, problems, full=asked.full, by=asked.by, now=asked.now)


def _queues(asked: _Asked, problems: list[Problem]) -> Taken:
    rows = db.session.execute(select(Queue.slug, Queue.id, is_open(Queue))).all()
    ids, closed = {slug: number for slug, number, _ in rows}, {slug for slug, _, stands in rows if not stands}
    for row, _ in asked.rows:
        if row.said["queue"] not in ids:
            problems.append(Problem(row=row.row, column="queue", message=Told("there is no such queue")))
        if row.said["queue"] in closed:
            message = Told("this queue is closed; take the row out, or open the queue again first")
            problems.append(Problem(row=row.row, column="queue", message=message))
    targets = [
        Target(row=row, who=who, queue_id=ids[row.said["queue"]]) for row, who in asked.rows if row.said["queue"] in ids
    ]
    return tell_spells(SpellKind.QUEUE, targets, problems, full=asked.full, by=asked.by, now=asked.now)


def _evidence(asked: _Asked, problems: list[Problem]) -> Taken:
    versions = {
        (slug, version.number): version
        for slug, version in db.session.execute(
            select(Policy.slug, Version)
            .join(Policy, Policy.id == Version.policy_id)
            .where(Version.published_at.is_not(None))
        )
    }
    known = {
        tuple(row)
        for row in db.session.execute(
            select(Evidence.person_id, Evidence.version_id, Evidence.occurred_at).where(Evidence.kind == "imported")
        )
    }
    said: list[str] = []
    for row, who in asked.rows:
        version = versions.get((row.said["policy"], row.said["version"]))
        occurred_at = row.said["occurred_at"]
        if version is None:
            message = Told("there is no such published version")
            problems.append(Problem(row=row.row, column="version", message=message))
        elif occurred_at > asked.now or version.published_at is None or occurred_at < version.published_at:
            message = Told("it lies ahead, or before the version was published")
            problems.append(Problem(row=row.row, column="occurred_at", message=message))
        elif (who.person_id, version.id, occurred_at) not in known:
            known.add((who.person_id, version.id, occurred_at))
            _record(row, who, version, now=asked.now)
            said.append(f"{who.name}: {row.said['policy']} version {version.number}, {occurred_at:%Y-%m-%d %H:%M} UTC")
    return Taken(new=said)


def _record(row: FeedRow, who: Somebody, version: Version, *, now: datetime) -> None:
    facts = {"source": row.said["source"], "reference": row.said.get("reference", "")}
    record_evidence(
        db.session.get_one(Person, who.person_id),
        version,
        clauses={},
        proven=Proven(kind="imported", occurred_at=row.said["occurred_at"], facts=facts),
        recorded_at=now,
    )


_FEEDS: Mapping[str, Callable[[_Asked, list[Problem]], Told]] = {
    LEAVE.name: _leave,
    QUEUES.name: _queues,
    EVIDENCE.name: _evidence,
}
