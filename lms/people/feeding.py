"""Actions that bring in files of leave, of who works in which queue, and of training done elsewhere: all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import insert, select

from lms import auditing
from lms.auditing import Act
from lms.domain.errors import Told
from lms.extensions import db, writing
from lms.languages import N_
from lms.models import Evidence, Identity, Person, Policy, Queue, Spell, SpellEnd, SpellKind, Version
from lms.models.dated import last_end
from lms.models.proof import Proven, record_evidence
from lms.ownership import Source, may_write
from lms.people.feed_files import EVIDENCE, LEAVE, QUEUES, FeedRow, Kind, read
from lms.people.importing import ALL_KNOWN, ImportRefused, one_import_at_a_time, system_person
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
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Somebody:
    person_id: int
    name: str
    zone: ZoneInfo


def feed(kind: Kind, content: bytes, *, is_dry_run: bool = False, by: int | None, now: datetime) -> Fed:
    """Bring in a file of a kind, all of it or nothing; the second time changes nothing.

    Raise ImportRefused with every problem in it.
    """
    rows, problems = read(kind, content)
    if not may_write(owners := current_app.extensions["muster"].owners, kind.name, Source.FEED):
        problems = (Problem(message=Told(NOT_OURS[kind.name], owner=owners[kind.name])),)
    with writing():
        if not is_dry_run:
            one_import_at_a_time()  # the same file twice at once counts once
        known = _known(rows)
        found = list(problems)
        new = [(row, who) for row in rows if (who := _of(row, known, found))]
        done = _FEEDS[kind.name](new, found, by=by or system_person(now), now=now)
        if found:
            raise ImportRefused(sorted(found, key=lambda problem: problem.row or 0))
        if done and not is_dry_run:
            auditing.note(Act.FILE_IMPORTED, by=by, at=now, about=kind.name, after={"new": len(done)})
            db.session.commit()
    return Fed(is_dry_run=is_dry_run, new=tuple(done), unchanged=len(rows) - len(done))


def _known(rows: Sequence[FeedRow]) -> dict[str, _Somebody]:
    found = db.session.execute(select(Identity.external_id, Identity.person_id, Identity.name, Identity.timezone))
    wanted = {row.said["external_id"] for row in rows}
    return {
        external_id: _Somebody(person_id=person_id, name=name, zone=ZoneInfo(zone))
        for external_id, person_id, name, zone in found
        if external_id in wanted
    }


def _of(row: FeedRow, known: dict[str, _Somebody], problems: list[Problem]) -> _Somebody | None:
    who = known.get(row.said["external_id"])
    if who is None:
        message = Told("nobody has it; import people first")
        problems.append(Problem(row=row.row, column="external_id", message=message))
    return who


Asked = Sequence[tuple[FeedRow, _Somebody]]


def _leave(asked: Asked, problems: list[Problem], *, by: int, now: datetime) -> list[str]:
    targets = [(row, who, None) for row, who in asked]
    return _spells(SpellKind.LEAVE, targets, problems, by=by, now=now)


def _queues(asked: Asked, problems: list[Problem], *, by: int, now: datetime) -> list[str]:
    ids = dict(db.session.execute(select(Queue.slug, Queue.id)).all())
    for row, _ in asked:
        if row.said["queue"] not in ids:
            problems.append(Problem(row=row.row, column="queue", message=Told("there is no such queue")))
    targets = [(row, who, ids[row.said["queue"]]) for row, who in asked if row.said["queue"] in ids]
    return _spells(SpellKind.QUEUE, targets, problems, by=by, now=now)


Targets = Sequence[tuple[FeedRow, _Somebody, int | None]]
_Times = dict[tuple[int, int | None], dict[datetime, tuple[int, datetime | None]]]
"""By person and queue: number and end of each time, by its beginning."""


def _spells(kind: SpellKind, targets: Targets, problems: list[Problem], *, by: int, now: datetime) -> list[str]:
    """New times, and new ends of times that are known by their person, queue and beginning."""
    known = _times(kind)
    seen: set[tuple[int, int | None, datetime]] = set()
    said: list[str] = []
    begin: list[tuple[dict[str, Any], datetime | None]] = []
    ends: list[dict[str, Any]] = []
    for row, who, queue_id in targets:
        start_at, end_at = _midnight(row.day("starts_on"), who), _midnight(row.day("ends_on"), who, days=1)
        times = known.setdefault((who.person_id, queue_id), {})
        wrong = _wrong(times, start_at, end_at, kind=kind, is_seen=(who.person_id, queue_id, start_at) in seen)
        seen.add((who.person_id, queue_id, start_at))
        if wrong:
            problems.append(Problem(row=row.row, column="starts_on", message=wrong))
        elif start_at not in times or times[start_at][1] != end_at:
            reason = f"File of {kind.value}" if queue_id else str(row.said.get("kind", LEAVE_NAMED))
            recorded = {"reason": reason, "recorded_at": now, "recorded_by": by}
            said.append(_in_words(row, who, kind))
            if start_at in times:
                ends.append(recorded | {"spell_id": times[start_at][0], "end_at": end_at})
            else:
                spell = {"person_id": who.person_id, "kind": kind, "queue_id": queue_id, "start_at": start_at}
                begin.append((recorded | spell, end_at))
                times[start_at] = (0, end_at)  # later rows of the file are held against it too
    _write(begin, ends)
    return said


def _wrong(
    times: Mapping[datetime, tuple[int, datetime | None]],
    start_at: datetime,
    end_at: datetime | None,
    *,
    kind: SpellKind,
    is_seen: bool,
) -> Told | None:
    """What is wrong with a time, in words: nobody is in the same queue twice at once."""
    if is_seen:
        return Told("another row begins the same on this day")
    if kind is SpellKind.QUEUE:
        for start, (_, end) in times.items():
            is_other = start not in (start_at, end)
            if is_other and (end is None or end > start_at) and (end_at is None or start < end_at):
                day = f"{start:%Y-%m-%d}"
                return Told("they are in it already from %(day)s; write that beginning, or one after its end", day=day)
    return None


def _in_words(row: FeedRow, who: _Somebody, kind: SpellKind) -> str:
    until = row.day("ends_on") or "open"
    return f"{who.name}: {row.said.get('queue') or kind.value}, {row.day('starts_on')} to {until}"


def _write(begin: Sequence[tuple[dict[str, Any], datetime | None]], ends: list[dict[str, Any]]) -> None:
    if begin:
        made = db.session.scalars(
            insert(Spell).returning(Spell.id, sort_by_parameter_order=True), [spell for spell, _ in begin]
        ).all()
        for spell_id, (spell, end_at) in zip(made, begin, strict=True):
            if end_at:
                recorded = {name: spell[name] for name in ("reason", "recorded_at", "recorded_by")}
                ends.append(recorded | {"spell_id": spell_id, "end_at": end_at})
    if ends:
        db.session.execute(insert(SpellEnd), ends)


def _times(kind: SpellKind) -> _Times:
    found: _Times = {}
    for person, queue, start, spell_id, end in db.session.execute(
        select(Spell.person_id, Spell.queue_id, Spell.start_at, Spell.id, SpellEnd.end_at)
        .outerjoin(SpellEnd, last_end(ALL_KNOWN))
        .where(Spell.kind == kind)
    ):
        found.setdefault((person, queue), {})[start] = (spell_id, end)
    return found


def _midnight(day: Any, who: _Somebody, *, days: int = 0) -> datetime:
    """The beginning of a day where the person is; an end is the beginning of the day after."""
    if day is None:
        return None  # type: ignore[return-value]
    return datetime.combine(day + timedelta(days=days), time(), who.zone).astimezone(UTC)


def _evidence(asked: Asked, problems: list[Problem], *, by: int, now: datetime) -> list[str]:
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
    for row, who in asked:
        version = versions.get((row.said["policy"], row.said["version"]))
        occurred_at = row.said["occurred_at"]
        if version is None:
            message = Told("there is no such published version")
            problems.append(Problem(row=row.row, column="version", message=message))
        elif occurred_at > now or version.published_at is None or occurred_at < version.published_at:
            message = Told("it lies ahead, or before the version was published")
            problems.append(Problem(row=row.row, column="occurred_at", message=message))
        elif (who.person_id, version.id, occurred_at) not in known:
            known.add((who.person_id, version.id, occurred_at))
            _record(row, who, version, now=now)
            said.append(f"{who.name}: {row.said['policy']} version {version.number}, {occurred_at:%Y-%m-%d %H:%M} UTC")
    return said


def _record(row: FeedRow, who: _Somebody, version: Version, *, now: datetime) -> None:
    facts = {"source": row.said["source"], "reference": row.said.get("reference", "")}
    record_evidence(
        db.session.get_one(Person, who.person_id),
        version,
        clauses={},
        proven=Proven(kind="imported", occurred_at=row.said["occurred_at"], facts=facts),
        recorded_at=now,
    )


_FEEDS = {LEAVE.name: _leave, QUEUES.name: _queues, EVIDENCE.name: _evidence}
