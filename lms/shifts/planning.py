"""What a roster would change: who and where its shifts are, held against those that stand. Reads, and writes nothing.

What a reader may not write about is a problem of the file, like a person whom there is not.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from lms.domain.errors import Told
from lms.extensions import db
from lms.languages import N_
from lms.models import Identity, Person, Queue
from lms.models.closed import is_open
from lms.people.importing import ImportRefused
from lms.people.table_file import Problem
from lms.readiness.queries import ERASED, Scope, employed
from lms.shifts import current
from lms.shifts.saying import Roster, Said

NOT_AMONG_YOURS = N_("nobody among your people has it; look at how it is written, or take the row out")
ALL_KNOWN = datetime.max.replace(tzinfo=UTC)
"""Everything that is recorded, also what another import wrote while this one waited for its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One shift that a file adds, changes or calls off."""

    name: str
    queue: str
    """Slug."""
    queue_name: str
    start: datetime
    end: datetime
    was: "Line | None" = None
    """What it takes the place of."""

    def __str__(self) -> str:
        start, end = self.start, self.end
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
        return f"{self.name}: {self.queue}, {start:%Y-%m-%d %H:%M} to {until} UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a file did, or would do, a line for each shift."""

    is_dry_run: bool
    new: tuple[Line, ...]
    changed: tuple[Line, ...]
    called_off: tuple[Line, ...]
    unchanged: int
    digest: str
    """SHA-256 over all that is written: two looks with the same one do the same."""

    @property
    def counts(self) -> dict[str, int]:
        """How many shifts each."""
        return {name: len(getattr(self, name)) for name in ("new", "changed", "called_off")}

    @property
    def total(self) -> int:
        """Everything that changes."""
        return sum(self.counts.values())


@dataclass(slots=True)
class Plan:
    """What is to be written."""

    names: Mapping[int, str]
    queues: Mapping[int, tuple[str, str]]
    """Slug and name by id."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    new: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    called_off: list[Line] = field(default_factory=list)
    unchanged: int = 0

    def add(self, kind: list[Line], row: dict[str, Any], was: Any = None) -> None:
        """A row to write, and its line."""
        self.rows.append(row)
        kind.append(self._line(row, self._line(was._mapping) if was is not None else None))

    def _line(self, row: Mapping[Any, Any], was: Line | None = None) -> Line:
        slug, name = self.queues[row["queue_id"]]
        return Line(
            name=self.names.get(row["person_id"], ERASED),
            queue=slug,
            queue_name=name,
            start=row["start_at"],
            end=row["end_at"],
            was=was,
        )

    def told(self, *, is_dry_run: bool) -> Brought:
        """What it does."""
        said = sorted(json.dumps(row, sort_keys=True, default=datetime.isoformat) for row in self.rows)
        return Brought(
            is_dry_run=is_dry_run,
            new=tuple(self.new),
            changed=tuple(self.changed),
            called_off=tuple(self.called_off),
            unchanged=self.unchanged,
            digest=hashlib.sha256("\n".join(said).encode()).hexdigest(),
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


def planned(roster: Roster, scope: Scope, *, now: datetime) -> Plan:
    """What is to be written about people in scope now; raise ImportRefused."""
    problems = list(roster.problems)
    queues = db.session.execute(select(Queue.id, Queue.slug, Queue.name, is_open(Queue))).all()
    identities = _identities(scope, now=now)
    found = list(_resolved(roster.said, identities, queues, problems, is_whole=_is_everybody(scope)))
    series = {each.said.series for each in found} | roster.series
    heads = {row.external_id: row for row in current.of_series(series, known_at=ALL_KNOWN)}
    if not _is_everybody(scope):
        mine = {row.person_id for row in identities}
        problems += _not_theirs(found, heads, mine)
        # A file says everything of a series about those whom its reader answers for, and nothing about others.
        heads = {key: row for key, row in heads.items() if row.person_id in mine}
    people = {each.person_id for each in found} | {row.person_id for row in heads.values()}
    plan = Plan(current.names_of(people), {number: (slug, name) for number, slug, name, _ in queues})
    written = [each for each in found if _decide(plan, each, heads.get(each.key))]
    _call_off(plan, roster, {each.key for each in found}, heads)
    problems += _overlapping(written, superseded={row["supersedes_id"] for row in plan.rows})
    if problems:
        raise ImportRefused(sorted(problems, key=lambda problem: problem.row or 0))
    return plan


def _is_everybody(scope: Scope) -> bool:
    return scope is None or (scope.teams is None and not scope.vendor)


def _identities(scope: Scope, *, now: datetime) -> Sequence[Any]:
    """External id, e-mail, person and subject of everybody; where the reader does not answer for everybody, of who
    works here now and is theirs. One statement."""
    asked = select(Identity.external_id, Identity.email, Identity.person_id, Person.subject).join(
        Person, Person.id == Identity.person_id
    )
    if not _is_everybody(scope):
        asked = asked.where(Identity.person_id.in_(employed(scope=scope, at=now, known_at=now)))
    return db.session.execute(asked).all()


def _not_theirs(found: Sequence[_Found], heads: Mapping[str, Any], mine: Collection[int]) -> Iterator[Problem]:
    """Shifts by a name that a shift of somebody else's people has: they would take its place."""
    for each in found:
        head = heads.get(each.key)
        if head is not None and head.person_id not in mine:
            column = "shift_id" if each.said.series == each.said.key else "UID"
            message = Told("a shift of somebody who is not among your people is called so; call this one otherwise")
            yield Problem(row=each.said.row, column=column, message=message)


def _resolved(
    said: Sequence[Said], identities: Sequence[Any], queues: Sequence[Any], problems: list[Problem], *, is_whole: bool
) -> Iterator[_Found]:
    """Find people and queues; what there is not, is a problem."""
    by_id = {external_id: (person_id, subject) for external_id, _, person_id, subject in identities}
    by_email = {email: (person_id, subject) for _, email, person_id, subject in identities}
    by_name = {name.casefold(): number for number, _, name, _ in queues} | {slug: n for n, slug, _, _ in queues}
    closed = {number for number, _, _, stands in queues if not stands}
    for each in said:
        person = (by_email if each.is_email else by_id).get(each.person)
        queue_id = by_name.get(each.queue.casefold())
        if person is None:
            message = Told("nobody has it; import people first") if is_whole else Told(NOT_AMONG_YOURS)
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


def _decide(plan: Plan, each: _Found, head: Any) -> bool:
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
    row = each.row(head.id if head else None)
    if was_there:
        plan.add(plan.changed, row, was=head)
    else:
        plan.add(plan.new, row)
    return True


def _call_off(plan: Plan, roster: Roster, named: set[str], heads: Mapping[str, Any]) -> None:
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
