"""What this process remembers of a database: the records of everybody as columns, and the policies.

It is brought up to date at each request from `touches`, which triggers write, so that what was committed is seen by
the next report of every server. Only what was touched is read again. Nothing here is ever an answer by itself: those
are computed from what is remembered.
"""

import ctypes
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import ColumnElement, Engine, and_, func, select, text

from lms.domain.records import PolicyHistory
from lms.everybody.intervals import BEGINNING, Indexes, number
from lms.everybody.some import joined_spells, replaced, taken_spells
from lms.extensions import db, end_read, engine_of_session, is_writing
from lms.models.everybody import records
from lms.models.histories import policy_histories
from lms.models.policies import Policy
from lms.models.recorded import Names, Records
from lms.models.system import Touch

MOST_AGAIN = 2000
"""When more people were touched, everybody is read again."""
MOST_TOUCHES = 20_000
LONGEST_LOG = 1000
LONGEST_READ = "5min"
"""Millions of rows take longer than any other statement may."""


_revisions = count(1)
"""No two are the same in this process, also when a database was forgotten meanwhile."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What was added to."""

    revision: int
    rows: frozenset[int]
    """Of people; none with a policy: everybody."""
    policy: str | None
    """None: all of them."""


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """Everything recorded, as of a revision; never changed, only followed by another."""

    revision: int
    records: Records
    policies: dict[str, PolicyHistory]
    log: tuple[Touched, ...]
    """The last revisions."""
    began: int
    """The log is whole from this revision on."""

    @cached_property
    def latest(self) -> int:
        """When the last of it was recorded; by a clock that is ahead, it may not be known yet."""
        people, teams = self.records.people, self.records.teams
        columns = [people.spells.recorded, people.spells.end_recorded, teams.recorded, teams.end_recorded]
        columns += [people.proofs.recorded, people.proofs.revoked_recorded]
        columns += [people.decisions.recorded, people.acknowledgements.recorded]
        moments = [int(each.max(initial=BEGINNING)) for each in columns]
        moments += [number(each) for policy in self.policies.values() for each in recorded(policy)]
        return max(moments, default=BEGINNING)

    def since(self, revision: int) -> list[Touched] | None:
        """What was touched after a revision; None: nobody knows, take it that everything was."""
        return [each for each in self.log if each.revision > revision] if revision >= self.began else None


def recorded(policy: PolicyHistory) -> list[datetime]:
    """When each thing that is known of a policy was recorded."""
    found = [each.recorded_at for each in (*policy.versions, *policy.settings)]
    found += [each.withdrawn_recorded_at for each in policy.versions if each.withdrawn_recorded_at]
    return found + ([policy.retired_recorded_at] if policy.retired_recorded_at else [])


class Memory:
    """Of one database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names = Names()
        self._now: Remembered | None = None
        self._horizon, self._last, self._seen = 0, 0, frozenset[int]()
        self._log: deque[Touched] = deque(maxlen=LONGEST_LOG)

    def remembered(self) -> Remembered:
        """Everything that is committed; at most two statements when nothing was touched."""
        with self._lock:
            try:
                self._now = self._brought_up_to_date()
            except BaseException:
                self._now = None  # what was noted as touched may not have been read: everything is, the next time
                raise
            return self._now

    def _brought_up_to_date(self) -> Remembered:
        found = self._touches()
        if self._now is None or found is None or len(found) == MOST_TOUCHES:
            return self._all()
        people = sorted({each.person_id for each in found if each.person_id is not None})
        if len(people) > MOST_AGAIN:
            return self._all()
        policies = {each.policy_id for each in found if each.person_id is None and each.policy_id is not None}
        now = self._policies_again(self._now, policies) if policies else self._now
        return self._people_again(now, people, found) if people else now

    def _all(self) -> Remembered:
        self._names = Names()
        if engine_of_session().dialect.name == "postgresql":
            db.session.execute(text(f"SET LOCAL statement_timeout = '{LONGEST_READ}'"))
        revision, found = next(_revisions), records(self._names)
        give_back()
        return Remembered(revision=revision, records=found, policies=policy_histories(), log=(), began=revision)

    def _policies_again(self, now: Remembered, ids: Iterable[int]) -> Remembered:
        slugs = db.session.scalars(select(Policy.slug).where(Policy.id.in_(ids))).all()
        revision = next(_revisions)
        changed = [Touched(revision, frozenset(), slug) for slug in slugs]
        policies = dict(sorted((now.policies | policy_histories(slugs)).items()))
        return self._next(replace(now, revision=revision, policies=policies), changed)

    def _people_again(self, now: Remembered, people: list[int], found: list[Any]) -> Remembered:
        some = records(self._names, people)
        rows = np.searchsorted(now.records.ids, some.ids)
        is_known = (rows < len(now.records.ids)) & (
            now.records.ids[np.minimum(rows, len(now.records.ids) - 1)] == some.ids
        )
        if (~is_known).any() and some.ids[~is_known].min() < now.records.ids.max(initial=0):
            return self._all()  # somebody new with a lower id than somebody known: everybody gets another row
        rows[~is_known] = len(now.records.ids) + np.arange((~is_known).sum())
        row = dict(zip(some.ids.tolist(), rows.tolist(), strict=True))
        slugs = {number: slug for number, slug in db.session.execute(select(Policy.id, Policy.slug))}
        revision = next(_revisions)
        changed = [
            Touched(revision, frozenset({row[each.person_id]}), slugs.get(each.policy_id or 0))
            for each in found
            if each.person_id in row
        ]
        return self._next(replace(now, revision=revision, records=_with(now.records, rows, some)), changed)

    def _next(self, now: Remembered, changed: Iterable[Touched]) -> Remembered:
        self._log.extend(changed)
        began = max(now.began, self._log[0].revision if len(self._log) == LONGEST_LOG else 0)
        return replace(now, log=tuple(self._log), began=began)

    def _touches(self) -> list[Any] | None:
        """What was touched since it was last asked; None: everything may have been.

        On PostgreSQL a lower number can be committed after a higher one. Whatever began before the horizon is over, so
        rows of transactions from there on are read again, and those that were seen already are left out.
        """
        is_first = self._now is None
        if is_first:
            self._last = db.session.scalar(select(func.max(Touch.id))) or 0
        if engine_of_session().dialect.name == "sqlite":
            if is_first:
                return None
            found = self._read(Touch.id > self._last)
            before, self._last = self._last, max(self._last, found[-1].id if found else 0)
            # Numbers follow each other there: where one is missing, it was cleared away before it was read.
            return None if found and found[0].id != before + 1 else found
        horizon = int(db.session.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")) or 0)
        # What was copied here from another server bears numbers that are still to come here.
        here = text("transaction_id < pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        # Of the first time: what everybody is about to be read with, so that it is not read again.
        found = self._read(and_(Touch.transaction_id >= (horizon if is_first else self._horizon), here))
        before, self._last = self._last, max([self._last, *(each.id for each in found)])
        is_lost = bool(found) and found[0].first > before + 1
        seen, self._seen = self._seen, frozenset(each.id for each in found if each.transaction_id >= horizon)
        self._horizon = max(self._horizon, horizon)
        return None if is_first or is_lost else [each for each in found if each.id not in seen]

    def _read(self, condition: ColumnElement[bool]) -> list[Any]:
        first = select(func.min(Touch.__table__.alias().c.id)).scalar_subquery().label("first")
        columns = (Touch.id, Touch.person_id, Touch.policy_id, Touch.transaction_id, first)
        query = select(*columns).where(condition).order_by(Touch.id).limit(MOST_TOUCHES)
        return list(db.session.execute(query))


def _with(old: Records, rows: Indexes, some: Records) -> Records:
    count = max(len(old.ids), int(rows.max()) + 1)
    keep = np.arange(len(old.ids))
    keep[rows[rows < len(old.ids)]] = -1
    ids = np.append(old.ids, np.zeros(count - len(old.ids), dtype=np.int64))
    ids[rows] = some.ids
    names, vendors = list(old.names), list(old.vendors)
    names += [None] * (count - len(names))
    vendors += [""] * (count - len(vendors))
    for row, name, vendor in zip(rows.tolist(), some.names, some.vendors, strict=True):
        names[row], vendors[row] = name, vendor
    return Records(
        people=replaced(old.people, rows, some.people),
        ids=ids,
        teams=joined_spells(taken_spells(old.teams, keep), taken_spells(some.teams, rows)),
        names=tuple(names),
        vendors=tuple(vendors),
    )


def give_back() -> None:
    """Give what was freed back to the system: after so many columns the C library keeps a third of a process."""
    with suppress(OSError, AttributeError):  # others than glibc have nothing to say it with
        ctypes.CDLL(None).malloc_trim(0)


_memories: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()
_making = threading.Lock()


def remembered() -> Remembered:
    """Everything recorded in the database of this request.

    In a write transaction it is read anew and not remembered: what is not committed is nobody else's.
    """
    if is_writing():
        return Memory().remembered()
    engine = engine_of_session()
    with _making:
        memory = _memories.setdefault(engine, Memory())
    found = memory.remembered()
    end_read()  # a request that began later may have read it: what it names is there in the next read only
    return found


def forget() -> None:
    """Remember nothing, as after a start."""
    _memories.clear()
