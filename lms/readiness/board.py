"""Everybody's cells at one instant, from what is remembered; those of now are kept and only what changed is done anew.

Past and coming instants are always computed from the records. No figure is counted here: see `figures.py`.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Engine

from lms.domain.records import PolicyHistory
from lms.everybody.cells import Cells, joined
from lms.everybody.intervals import FOREVER, Indexes, number
from lms.extensions import engine_of_session, is_writing
from lms.models.memory import Remembered, give_back, recorded, remembered
from lms.models.recorded import Records
from lms.readiness.parts import Part, everybody_at
from lms.readiness.whereabouts import Whereabouts

A_DAY = timedelta(days=1)
SKEW = timedelta(minutes=1)
"""Two requests at once do not ask in the order of their clocks."""
EARLIEST = datetime.min.replace(tzinfo=UTC)
MOST_OTHERS = 2


@dataclass(frozen=True, kw_only=True)
class Board:
    """Where everybody stands at one instant."""

    at: datetime
    known_at: datetime
    records: Records
    policies: Mapping[str, PolicyHistory]
    where: Whereabouts
    cells: Mapping[str, Cells]
    """By policy."""
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was counted from these very cells, by whoever counted it; nothing that depends on the instant."""

    @property
    def queues(self) -> tuple[str, ...]:
        """By place, as cells name them."""
        return self.records.people.queues


def board(*, at: datetime, known_at: datetime, policy: str | None = None, known: Remembered | None = None) -> Board:
    """Where everybody stands at an instant, as known at one; with one policy or with all."""
    known = known or remembered()
    policies = {slug: each for slug, each in known.policies.items() if policy in (None, slug)}
    where, cells = everybody_at(known.records, policies, at=at, known_at=known_at)
    give_back()
    return Board(at=at, known_at=known_at, records=known.records, policies=policies, where=where, cells=cells)


class Boards:
    """The boards of one database that are kept: that of now, and the last ones of other instants."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._others_lock = threading.Lock()  # who asks about now does not wait until another instant is computed
        self._board: Board | None = None
        self._revision = 0
        self._looked_at = self._since = EARLIEST
        self._others: OrderedDict[tuple[int, datetime, datetime | None, str | None], Board] = OrderedDict()

    def board(self, now: datetime) -> Board:
        """The board at `now`, as known now; a moment later when somebody else asked meanwhile."""
        with self._lock:
            known, old = remembered(), self._board
            if old is not None and timedelta() < old.at - now < SKEW:
                now = old.at
            found = None
            if old is not None and old.at <= now < self._looked_at + A_DAY:
                found = self._brought_up_to_date(old, known, now)
            if found is None:
                found, self._looked_at = board(at=now, known_at=now, known=known), now
            if old is None or found.memo is not old.memo:
                self._since = now
            self._board, self._revision = found, known.revision
            return found

    def _brought_up_to_date(self, old: Board, known: Remembered, now: datetime) -> Board | None:
        """Do anew what was touched, or changed by itself since; None when that is not to be told."""
        touched = known.since(self._revision)
        if touched is None:
            return None
        at = number(now)
        if not touched and self._lasts(old, known, now):
            return replace(old, at=now, known_at=now)
        moved = {row for each in touched if each.policy is None for row in each.rows}
        moved |= set(np.flatnonzero(old.where.until <= at).tolist())
        again = _Again(known, now)
        where = again.where(old.where, _rows(moved | {row for each in touched for row in each.rows}))
        found, anew = {}, {}
        for slug, policy in known.policies.items():
            mine, about = old.cells.get(slug), [each for each in touched if each.policy == slug]
            if mine is None or any(not each.rows for each in about) or _is_known_since(policy, old.at, now):
                anew[slug] = policy
                continue
            rows = moved | {row for each in about for row in each.rows} | set(mine.row[mine.until <= at].tolist())
            found[slug] = again.cells(policy, mine, _rows(rows)) if rows else mine
        if anew:
            found |= everybody_at(known.records, anew, at=now, known_at=now)[1]
        found = {slug: found[slug] for slug in known.policies}
        return Board(at=now, known_at=now, records=known.records, policies=known.policies, where=where, cells=found)

    @staticmethod
    def _lasts(old: Board, known: Remembered, now: datetime) -> bool:
        """True when nothing changed by itself since."""
        until = old.memo.get("until")
        if until is None:
            ends = [each.until.min(initial=FOREVER) for each in (old.where, *old.cells.values())]
            until = old.memo["until"] = int(min(ends))
        return number(now) < until and not any(_is_known_since(each, old.at, now) for each in known.policies.values())

    def other(self, *, at: datetime, known_at: datetime, policy: str | None) -> Board:
        """The board of another instant; computed once for as long as nothing more is recorded.

        Whenever all that is recorded was known, it is the same: only another moment of knowledge makes another board.
        """
        known = remembered()
        is_all_known = number(known_at) >= known.latest
        key = (known.revision, at, None if is_all_known else known_at, policy)
        with self._lock:
            now = self._board
            if now and is_all_known and self._revision == known.revision and self._since <= at <= now.at:
                return replace(now, at=at, known_at=known_at)
        with self._others_lock:
            if key not in self._others:
                self._others[key] = board(at=at, known_at=known_at, policy=policy, known=known)
                while len(self._others) > MOST_OTHERS:
                    self._others.popitem(last=False)
            return replace(self._others[key], known_at=known_at)


def _is_known_since(policy: PolicyHistory, before: datetime, now: datetime) -> bool:
    """True when something of a policy is known now that was recorded by a clock that was ahead."""
    return any(before < each <= now for each in recorded(policy))


def _rows(found: Iterable[int]) -> Indexes:
    return np.array(sorted(found), dtype=np.int64)


class _Again:
    """What is computed anew for some people, each set of them once."""

    def __init__(self, known: Remembered, now: datetime) -> None:
        self._known, self._now = known, now
        self._parts: dict[bytes, Part] = {}

    def _part(self, rows: Indexes) -> Part:
        key = rows.tobytes()
        if key not in self._parts:
            self._parts[key] = Part(self._known.records, rows, at=self._now, known_at=self._now)
        return self._parts[key]

    def where(self, old: Whereabouts, rows: Indexes) -> Whereabouts:
        """Where everybody is now, when only these may have moved."""
        if not len(rows):
            return old
        count = self._known.records.people.count
        some = self._part(rows).where
        stays = ~np.isin(old.in_teams[0], rows)
        names = self._known.records.people.queues
        nobody = np.zeros(len(old.team), dtype=bool)
        return Whereabouts(
            is_employed=_put(old.is_employed, rows, some.is_employed, count),
            queues={each: _put(old.queues.get(each, nobody), rows, some.queues[each], count) for each in names},
            is_on_leave=_put(old.is_on_leave, rows, some.is_on_leave, count),
            team=_put(old.team, rows, some.team, count),
            in_teams=(
                np.append(old.in_teams[0][stays], rows[some.in_teams[0]]),
                np.append(old.in_teams[1][stays], some.in_teams[1]),
            ),
            until=_put(old.until, rows, some.until, count),
        )

    def cells(self, policy: PolicyHistory, old: Cells, rows: Indexes) -> Cells:
        """The cells of a policy, those of these people anew."""
        return joined(old.take(np.flatnonzero(~np.isin(old.row, rows))), self._part(rows).cells(policy))


def _put(old: np.ndarray, rows: Indexes, new: np.ndarray, count: int) -> np.ndarray:
    found = np.zeros(count, dtype=old.dtype)
    found[: len(old)] = old
    found[rows] = new
    return found


_kept: WeakKeyDictionary[Engine, Boards] = WeakKeyDictionary()
_making = threading.Lock()


def _boards() -> Boards:
    engine = engine_of_session()
    with _making:
        return _kept.setdefault(engine, Boards())


def board_of_now(now: datetime) -> Board:
    """Where everybody stands now; kept from request to request, and brought up to date."""
    return board(at=now, known_at=now) if is_writing() else _boards().board(now)


def board_at(*, at: datetime, known_at: datetime, policy: str | None) -> Board:
    """Where everybody stood or will stand, as known then."""
    if is_writing():
        return board(at=at, known_at=known_at, policy=policy)
    found = _boards().other(at=at, known_at=known_at, policy=policy)
    return found if policy is None else only(found, policy)


def only(found: Board, policy: str) -> Board:
    """The same with one policy."""
    if tuple(found.cells) == (policy,):
        return found
    one = {policy: found.policies[policy]}
    return replace(found, policies=one, cells={policy: found.cells[policy]}, memo={})


def forget() -> None:
    """Keep nothing, as after a start."""
    _kept.clear()
