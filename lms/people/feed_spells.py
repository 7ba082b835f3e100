"""Rows of leave and of queues beside the times that are known: what begins, what ends otherwise, what a full file ends.

Reads what is known and appends spells and ends; who calls it holds the write transaction and commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from lms.domain.errors import Counted, Told
from lms.extensions import db
from lms.models import Identity, Queue, Spell, SpellEnd, SpellKind
from lms.people.feed_files import FeedRow
from lms.people.leaving import Full, too_many
from lms.people.table_file import Problem

LEAVE_NAMED, ERASED = "Leave", "(erased)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """Whom a row is about."""

    person_id: int
    name: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A row, whom it is about and, for a queue, which."""

    row: FeedRow
    who: Somebody
    queue_id: int | None = None

    @property
    def place(self) -> "_Place":
        """The person and the queue."""
        return self.who.person_id, self.queue_id

    @property
    def start_at(self) -> datetime:
        """The beginning of the first day, where the person is."""
        return _midnight(self.row.said["starts_on"], self.who.zone)

    @property
    def end_at(self) -> datetime | None:
        """The beginning of the day after the last."""
        last = self.row.day("ends_on")
        return _midnight(last + timedelta(days=1), self.who.zone) if last else None


@dataclass(slots=True, kw_only=True)
class _Time:
    """A time as it is known, or as a row of the file begins it."""

    person_id: int
    name: str
    zone: ZoneInfo
    queue_id: int | None
    queue: str
    start: datetime
    end: datetime | None
    spell_id: int | None = None
    """None while it is only in the file."""

    @property
    def is_called_off(self) -> bool:
        return self.end is not None and self.end <= self.start

    def is_open(self, now: datetime) -> bool:
        """It goes on, or lies ahead."""
        return not self.is_called_off and (self.end is None or self.end > now)

    def day(self) -> date:
        """Its first day, where the person is."""
        return self.start.astimezone(self.zone).date()


@dataclass(slots=True, kw_only=True)
class Taken:
    """What the rows say that is new, and what a full file ends."""

    new: list[str] = field(default_factory=list)
    """In words."""
    ended: list[str] = field(default_factory=list)
    open: int = 0
    """How many times were open or ahead."""


_Place = tuple[int, int | None]
"""A person and a queue."""


def tell_spells(
    kind: SpellKind,
    targets: Sequence[Target],
    problems: list[Problem],
    *,
    full: Full | None,
    by: int,
    now: datetime,
) -> Taken:
    """Append new times, and new ends of times that are known by their person, queue and first day.

    With `full`, what is open or ahead and no row names ends now. Nothing is written while there are problems.
    """
    known = _known(kind)
    index = _Index(known)
    named = [index.named(target) for target in targets]
    told, plan = Taken(open=sum(each.is_open(now) for times in known.values() for each in times)), _Plan(kind, by, now)
    if full is not None:
        ids = {each.spell_id for each in named if each}
        missing = [each for times in known.values() for each in times if each.is_open(now) and each.spell_id not in ids]
        if too_many(len(missing), told.open) and not full.is_sure:
            problems.append(_too_many(len(missing), told.open, kind))
        told.ended = [plan.end_missing(each) for each in sorted(missing, key=lambda each: (each.name, each.start))]
    told.new = plan.take(zip(targets, named, strict=True), known, problems)
    if not problems:
        plan.write()
    return told


def _too_many(missing: int, there: int, kind: SpellKind) -> Problem:
    if kind is SpellKind.LEAVE:
        message = Counted(
            "%(num)s of %(there)s times of leave that are open or lie ahead are not in it, and would end. "
            "Is it the whole file? If it is, confirm it.",
            "%(num)s of %(there)s times of leave that are open or lie ahead are not in it, and would end. "
            "Is it the whole file? If it is, confirm it.",
            missing,
            there=there,
        )
    else:
        message = Counted(
            "%(num)s of %(there)s times in a queue that are open or lie ahead are not in it, and would end. "
            "Is it the whole file? If it is, confirm it.",
            "%(num)s of %(there)s times in a queue that are open or lie ahead are not in it, and would end. "
            "Is it the whole file? If it is, confirm it.",
            missing,
            there=there,
        )
    return Problem(message=message)


class _Index:
    """Finds the time that a row means: the one with its beginning, else one that began in the course of its day."""

    def __init__(self, known: Mapping[_Place, Sequence[_Time]]) -> None:
        self._exact: dict[tuple[_Place, datetime], _Time] = {}
        self._on_day: dict[tuple[_Place, date], _Time] = {}
        for place, times in known.items():
            for each in sorted(times, key=lambda each: not each.is_called_off):  # one that holds is meant before others
                self._exact[place, each.start] = each
                if not each.is_called_off:
                    self._on_day[place, each.day()] = each

    def named(self, target: Target) -> _Time | None:
        """The time, if it is known."""
        exact = self._exact.get((target.place, target.start_at))
        if exact is not None and not exact.is_called_off:
            return exact
        return self._on_day.get((target.place, target.row.said["starts_on"]), exact)


class _Plan:
    """What is appended once everything is known to be right."""

    def __init__(self, kind: SpellKind, by: int, now: datetime) -> None:
        self.kind, self.now = kind, now
        self._recorded = {"recorded_at": now, "recorded_by": by}
        self._begin: list[tuple[dict[str, Any], datetime | None]] = []
        self._ends: list[dict[str, Any]] = []

    def end_missing(self, each: _Time) -> str:
        """A time that a full file does not name ends now; what had not begun is called off. In words."""
        is_ahead = each.start > self.now
        each.end = max(self.now, each.start)
        reason = f"Not in the whole file of {self.kind.value}"
        self._ends.append(self._recorded | {"reason": reason, "spell_id": each.spell_id, "end_at": each.end})
        what = each.queue or self.kind.value
        return f"{each.name}: {what} from {each.day()}, {'called off' if is_ahead else 'ends now'}"

    def take(
        self,
        pairs: Iterable[tuple[Target, _Time | None]],
        known: dict[_Place, list[_Time]],
        problems: list[Problem],
    ) -> list[str]:
        """What the rows begin or end otherwise, in words."""
        said: list[str] = []
        seen: set[tuple[_Place, datetime]] = set()
        for target, named in pairs:
            times, key = known.setdefault(target.place, []), (target.place, target.start_at)
            wrong = self._wrong(times, target, named, is_seen=key in seen)
            seen.add(key)
            if wrong:
                problems.append(Problem(row=target.row.row, column="starts_on", message=wrong))
            elif named is None or named.end != target.end_at:
                said.append(self._in_words(target))
                self._take(target, named, times)
        return said

    def _take(self, target: Target, named: _Time | None, times: list[_Time]) -> None:
        word = str(target.row.said.get("kind", LEAVE_NAMED))
        recorded = self._recorded | {"reason": f"File of {self.kind.value}" if target.queue_id else word}
        if named is not None:
            self._ends.append(recorded | {"spell_id": named.spell_id, "end_at": target.end_at})
            named.end = target.end_at
            return
        columns = {"person_id": target.who.person_id, "kind": self.kind, "queue_id": target.queue_id}
        self._begin.append((recorded | columns | {"start_at": target.start_at}, target.end_at))
        new = _Time(
            person_id=target.who.person_id,
            name=target.who.name,
            zone=target.who.zone,
            queue_id=target.queue_id,
            queue=str(target.row.said.get("queue", "")),
            start=target.start_at,
            end=target.end_at,
        )
        times.append(new)  # later rows of the file are held against it too

    def _wrong(self, times: Iterable[_Time], target: Target, named: _Time | None, *, is_seen: bool) -> Told | None:
        """What is wrong with a time, in words: nobody is in the same queue twice at once."""
        if is_seen:
            return Told("another row begins the same on this day")
        start_at, end_at = named.start if named else target.start_at, target.end_at
        if self.kind is SpellKind.QUEUE:
            for each in times:
                is_other = each is not named and not each.is_called_off
                if is_other and (each.end is None or each.end > start_at) and (end_at is None or each.start < end_at):
                    return Told(
                        "they are in it already from %(day)s; write that beginning, or one after its end",
                        day=each.day(),
                    )
        return None

    def _in_words(self, target: Target) -> str:
        row, until = target.row, target.row.day("ends_on") or "open"
        return f"{target.who.name}: {row.said.get('queue') or self.kind.value}, {row.day('starts_on')} to {until}"

    def write(self) -> None:
        """Append it, in two or three statements."""
        if self._begin:
            made = db.session.scalars(
                insert(Spell).returning(Spell.id, sort_by_parameter_order=True), [spell for spell, _ in self._begin]
            ).all()
            for spell_id, (spell, end_at) in zip(made, self._begin, strict=True):
                if end_at:
                    recorded = {name: spell[name] for name in ("reason", "recorded_at", "recorded_by")}
                    self._ends.append(recorded | {"spell_id": spell_id, "end_at": end_at})
        if self._ends:
            db.session.execute(insert(SpellEnd), self._ends)


def _known(kind: SpellKind) -> dict[_Place, list[_Time]]:
    """Every time of this kind by person and queue, in the order of beginning; two statements.

    Ends apart: joined by their last, PostgreSQL looks at all of them for each when a long file has just been written.
    """
    of_kind = select(SpellEnd.spell_id, SpellEnd.end_at).join(Spell, Spell.id == SpellEnd.spell_id)
    ends: dict[int, datetime | None] = dict(
        db.session.execute(of_kind.where(Spell.kind == kind).order_by(SpellEnd.id)).all()
    )
    found: dict[_Place, list[_Time]] = {}
    for spell_id, person_id, queue_id, start, name, zone, queue in db.session.execute(
        select(Spell.id, Spell.person_id, Spell.queue_id, Spell.start_at, Identity.name, Identity.timezone, Queue.slug)
        .select_from(Spell)
        .outerjoin(Identity, Identity.person_id == Spell.person_id)
        .outerjoin(Queue, Queue.id == Spell.queue_id)
        .where(Spell.kind == kind)
        .order_by(Spell.start_at, Spell.id)
    ):
        each = _Time(
            person_id=person_id,
            name=name or ERASED,
            zone=ZoneInfo(zone or "UTC"),
            queue_id=queue_id,
            queue=queue or "",
            start=start,
            end=ends.get(spell_id),
            spell_id=spell_id,
        )
        found.setdefault((person_id, queue_id), []).append(each)
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
