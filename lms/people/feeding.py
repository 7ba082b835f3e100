"""Actions that bring in files of leave, of who works in which queue, and of training done elsewhere: all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from lms import auditing
from lms.auditing import Act
from lms.extensions import db, writing
from lms.models import Evidence, Identity, Person, Policy, Queue, Spell, SpellEnd, SpellKind, Version
from lms.models.dated import last_end
from lms.models.proof import Proven, record_evidence
from lms.people.feed_files import EVIDENCE, LEAVE, QUEUES, FeedRow, Kind, read
from lms.people.importing import ImportRefused, system_person
from lms.people.table_file import Problem

LEAVE_NAMED = "Leave"


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
    with writing():
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
        problems.append(Problem(row=row.row, column="external_id", message="nobody has it; import people first"))
    return who


Asked = Sequence[tuple[FeedRow, _Somebody]]


def _leave(asked: Asked, problems: list[Problem], *, by: int, now: datetime) -> list[str]:
    targets = [(row, who, None) for row, who in asked]
    return _spells(SpellKind.LEAVE, targets, problems, by=by, now=now)


def _queues(asked: Asked, problems: list[Problem], *, by: int, now: datetime) -> list[str]:
    ids = dict(db.session.execute(select(Queue.slug, Queue.id)).all())
    for row, _ in asked:
        if row.said["queue"] not in ids:
            problems.append(Problem(row=row.row, column="queue", message="there is no such queue"))
    targets = [(row, who, ids[row.said["queue"]]) for row, who in asked if row.said["queue"] in ids]
    return _spells(SpellKind.QUEUE, targets, problems, by=by, now=now)


def _spells(
    kind: SpellKind,
    targets: Sequence[tuple[FeedRow, _Somebody, int | None]],
    problems: list[Problem],
    *,
    by: int,
    now: datetime,
) -> list[str]:
    """New times, and new ends of times that are known by their person, queue and beginning."""
    known, seen = _ends(kind, now), set()
    said: list[str] = []
    begin: list[tuple[dict[str, Any], datetime | None]] = []
    ends: list[dict[str, Any]] = []
    for row, who, queue_id in targets:
        start_at, end_at = _midnight(row.day("starts_on"), who), _midnight(row.day("ends_on"), who, days=1)
        reason = f"File of {kind.value}" if queue_id else str(row.said.get("kind", LEAVE_NAMED))
        recorded = {"reason": reason, "recorded_at": now, "recorded_by": by}
        key = (who.person_id, queue_id, start_at)
        if key in seen:
            problems.append(Problem(row=row.row, column="starts_on", message="another row begins the same on this day"))
            continue
        seen.add(key)
        if key in known and known[key][1] == end_at:
            continue
        if kind is SpellKind.QUEUE and (other := _overlapping(known, key, end_at)):
            message = (
                f"they are in it already from {other:%Y-%m-%d}; write that beginning, or another one after its end"
            )
            problems.append(Problem(row=row.row, column="starts_on", message=message))
            continue
        until = f"{row.day('ends_on')}" if end_at else "open"
        said.append(f"{who.name}: {row.said.get('queue') or kind.value}, {row.day('starts_on')} to {until}")
        if key in known:
            ends.append(recorded | {"spell_id": known[key][0], "end_at": end_at})
        else:
            spell = {"person_id": who.person_id, "kind": kind, "queue_id": queue_id, "start_at": start_at}
            begin.append((recorded | spell, end_at))
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
    return said


_Ends = dict[tuple[int, int | None, datetime], tuple[int, datetime | None]]
"""Number and end of a time, by person, queue and beginning."""


def _overlapping(known: _Ends, key: tuple[int, int | None, datetime], end_at: datetime | None) -> datetime | None:
    """The beginning of another time in the same queue that overlaps; nobody is in the same thing twice at once."""
    person_id, queue_id, start_at = key
    for (person, queue, start), (_, end) in known.items():
        is_same = (person, queue) == (person_id, queue_id) and start != start_at and end != start
        if is_same and (end is None or end > start_at) and (end_at is None or start < end_at):
            return start
    return None


def _ends(kind: SpellKind, now: datetime) -> _Ends:
    rows = db.session.execute(
        select(Spell.person_id, Spell.queue_id, Spell.start_at, Spell.id, SpellEnd.end_at)
        .outerjoin(SpellEnd, last_end(now))
        .where(Spell.kind == kind)
    )
    return {(person, queue, start): (spell_id, end) for person, queue, start, spell_id, end in rows}


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
            problems.append(Problem(row=row.row, column="version", message="there is no such published version"))
        elif occurred_at > now or version.published_at is None or occurred_at < version.published_at:
            message = "it lies ahead, or before the version was published"
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
