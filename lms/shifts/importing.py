"""Actions that bring a roster in, from CSV or iCalendar: all of a file or nothing; the second time changes nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text

from lms import auditing
from lms.auditing import Act
from lms.domain.errors import Told
from lms.extensions import db, writing
from lms.models import Identity, Person, Queue, ShiftRow
from lms.models.closed import is_open
from lms.people.importing import ImportRefused, system_person
from lms.people.table_file import Problem
from lms.shifts import current
from lms.shifts.calendar_roster import is_calendar, read_calendar
from lms.shifts.saying import Roster, Said
from lms.shifts.table_roster import read_table

ALL_KNOWN = datetime.max.replace(tzinfo=UTC)
"""Everything that is recorded, also what another import wrote while this one waited for its turn."""
SYSTEM = ("system:roster-import", "Import of rosters", "roster-import@system.invalid")
REASON = "Import of rosters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a file did, or would do; in words, a line for each shift."""

    is_dry_run: bool
    new: tuple[str, ...]
    changed: tuple[str, ...]
    called_off: tuple[str, ...]
    unchanged: int

    @property
    def counts(self) -> dict[str, int]:
        """How many shifts each."""
        return {name: len(getattr(self, name)) for name in ("new", "changed", "called_off")}


def import_roster(content: bytes, *, is_dry_run: bool = False, by: int | None = None, now: datetime) -> Brought:
    """Bring in a file; raise ImportRefused with every problem in it. `by`: the system person if nobody."""
    roster = read_calendar(content, now=now) if is_calendar(content) else read_table(content, now=now)
    if is_dry_run:
        return _planned(roster).told(is_dry_run=True)
    with writing():
        one_roster_at_a_time()
        plan = _planned(roster)
        told = plan.told(is_dry_run=False)
        if plan.rows:
            recorded = {"recorded_at": now, "recorded_by": by or system_person(now, SYSTEM), "reason": REASON}
            db.session.execute(insert(ShiftRow.__table__), [row | recorded for row in plan.rows])
            auditing.note(Act.ROSTER_IMPORTED, by=by, at=now, after=told.counts)
            db.session.commit()
    return told


def one_roster_at_a_time() -> None:
    """SQLite has one writer anyway; on PostgreSQL two could put somebody on shift twice."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE shifts IN SHARE ROW EXCLUSIVE MODE"))


@dataclass(slots=True)
class _Plan:
    names: Mapping[int, str]
    queues: Mapping[int, str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    called_off: list[str] = field(default_factory=list)
    unchanged: int = 0

    def add(self, kind: list[str], row: dict[str, Any]) -> None:
        """A row to write, and its line."""
        self.rows.append(row)
        start, end = row["start_at"], row["end_at"]
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
        name, queue = self.names[row["person_id"]], self.queues[row["queue_id"]]
        kind.append(f"{name}: {queue}, {start:%Y-%m-%d %H:%M} to {until} UTC")

    def told(self, *, is_dry_run: bool) -> Brought:
        """What it does, in words."""
        return Brought(
            is_dry_run=is_dry_run,
            new=tuple(self.new),
            changed=tuple(self.changed),
            called_off=tuple(self.called_off),
            unchanged=self.unchanged,
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """A shift that a file says, with whom and where it is."""

    said: Said
    key: str
    """What the shift is called in the record. It outlives the name and the e-mail, so that neither is in it."""
    person_id: int
    queue_id: int

    def row(self, supersedes: int | None) -> dict[str, Any]:
        """Columns."""
        return {
            "person_id": self.person_id,
            "queue_id": self.queue_id,
            "start_at": self.said.start,
            "end_at": self.said.end,
            "external_id": self.key,
            "series": self.said.series,
            "supersedes_id": supersedes,
            "is_called_off": self.said.is_called_off,
        }


def _planned(roster: Roster) -> _Plan:
    """What is to be written; raise ImportRefused."""
    problems = list(roster.problems)
    queues = db.session.execute(select(Queue.id, Queue.slug, Queue.name, is_open(Queue))).all()
    found = list(_resolved(roster.said, queues, problems))
    series = {each.said.series for each in found} | roster.series
    heads = {row.external_id: row for row in current.of_series(series, known_at=ALL_KNOWN)}
    people = {each.person_id for each in found} | {row.person_id for row in heads.values()}
    plan = _Plan(current.names_of(people), {number: slug for number, slug, _, _ in queues})
    written = [each for each in found if _decide(plan, each, heads.get(each.key))]
    _call_off(plan, roster, {each.key for each in found}, heads)
    problems += _overlapping(written, superseded={row["supersedes_id"] for row in plan.rows})
    if problems:
        raise ImportRefused(sorted(problems, key=lambda problem: problem.row or 0))
    return plan


def _resolved(said: Sequence[Said], queues: Sequence[Any], problems: list[Problem]) -> Iterator[_Found]:
    """Find people and queues; what there is not, is a problem."""
    identities = db.session.execute(
        select(Identity.external_id, Identity.email, Identity.person_id, Person.subject).join(
            Person, Person.id == Identity.person_id
        )
    ).all()
    by_id = {external_id: (person_id, subject) for external_id, _, person_id, subject in identities}
    by_email = {email: (person_id, subject) for _, email, person_id, subject in identities}
    by_name = {name.casefold(): number for number, _, name, _ in queues} | {slug: n for n, slug, _, _ in queues}
    closed = {number for number, _, _, stands in queues if not stands}
    for each in said:
        person = (by_email if each.is_email else by_id).get(each.person)
        queue_id = by_name.get(each.queue.casefold())
        if person is None:
            message = Told("nobody has it; import people first")
            where = "ATTENDEE" if each.is_email else "external_id"
            problems.append(Problem(row=each.row, column=where, message=message))
        if queue_id is None:
            problems.append(Problem(row=each.row, column="queue", message=Told("there is no such queue")))
        elif queue_id in closed and not each.is_called_off:
            message = Told("this queue is closed; take the row out, or open the queue again first")
            problems.append(Problem(row=each.row, column="queue", message=message))
        elif person is not None:
            person_id, subject = person
            key = f"{each.key}/{subject}" if each.is_one_of_several else each.key
            yield _Found(each, key, person_id, queue_id)


def _decide(plan: _Plan, each: _Found, head: Any) -> bool:
    """Add what a shift changes, if anything; True when there is a shift afterwards that was not there."""
    said = each.said
    was_there = head is not None and not head.is_called_off
    if said.is_called_off:
        if was_there:
            plan.add(plan.called_off, _off(head))
        else:
            plan.unchanged += 1
        return False
    if was_there and (head.person_id, head.queue_id, head.start_at, head.end_at) == (
        each.person_id,
        each.queue_id,
        said.start,
        said.end,
    ):
        plan.unchanged += 1
        return False
    plan.add(plan.changed if was_there else plan.new, each.row(head.id if head else None))
    return True


def _call_off(plan: _Plan, roster: Roster, named: set[str], heads: Mapping[str, Any]) -> None:
    """What a series has, and the file that says everything of it does not."""
    for key, head in heads.items():
        is_looked_at = roster.whole_from is not None and head.start_at >= roster.whole_from
        if head.series in roster.series and is_looked_at and key not in named and not head.is_called_off:
            plan.add(plan.called_off, _off(head))


def _off(head: Any) -> dict[str, Any]:
    columns = ("person_id", "queue_id", "start_at", "end_at", "external_id", "series")
    return {name: getattr(head, name) for name in columns} | {"supersedes_id": head.id, "is_called_off": True}


def _overlapping(written: Sequence[_Found], *, superseded: set[int | None]) -> Iterator[Problem]:
    """New shifts that touch another of the same person in the same queue: they would count once and look like two."""
    if not written:
        return
    start, end = min(each.said.start for each in written), max(each.said.end for each in written)
    times: dict[tuple[int, int], list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for row in current.of_people((each.person_id for each in written), start, end, known_at=ALL_KNOWN):
        if row.id not in superseded:
            times[row.person_id, row.queue_id].append((row.start_at, row.end_at, 0))
    for each in written:
        times[each.person_id, each.queue_id].append((each.said.start, each.said.end, each.said.row))
    for mine in times.values():
        last = (datetime.min.replace(tzinfo=UTC),) * 2 + (0,)
        for each in sorted(mine):
            if each[0] < last[1] and (each[2] or last[2]):
                yield _overlap(each, last)
            last = max(last, each, key=lambda one: one[1])


def _overlap(one: tuple[datetime, datetime, int], other: tuple[datetime, datetime, int]) -> Problem:
    row, other_row = max(one[2], other[2]), min(one[2], other[2])
    if other_row:
        message = Told("the same person is on shift in this queue then by row %(row)s; keep one", row=other_row)
        return Problem(row=row, message=message)
    start, end = (other if one[2] else one)[:2]
    message = Told(
        "the same person is on shift in this queue from %(start)s to %(end)s UTC already; change that one by its own "
        "id, or call it off",
        start=f"{start:%Y-%m-%d %H:%M}",
        end=f"{end:%Y-%m-%d %H:%M}",
    )
    return Problem(row=row, message=message)
