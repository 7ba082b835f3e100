"""Records of some of the people, and records in which those of some are replaced by what is known of them since."""

from dataclasses import replace
from typing import TypeVar

import numpy as np

from lms.everybody.intervals import Flags, Indexes
from lms.everybody.people import Notes, People, Proofs, Spells

Columns = TypeVar("Columns", Spells, Notes, Proofs)


def take(people: People, rows: Indexes) -> People:
    """Give the records of these people (different rows in order), who become rows 0 to n - 1."""
    new = np.full(people.count, -1, dtype=np.int64)
    new[rows] = np.arange(len(rows))
    return replace(
        people,
        count=len(rows),
        spells=taken_spells(people.spells, new),
        proofs=_taken_proofs(people.proofs, new),
        decisions=_taken(people.decisions, new),
        acknowledgements=_taken(people.acknowledgements, new),
    )


def replaced(people: People, rows: Indexes, by: People) -> People:
    """Give everybody, with what is known since of the people in `rows` (different ones, in order), who are `by`.

    Rows at the end may be new people. `by` names at least what was named, in the same places.
    """
    count = max(people.count, int(rows.max(initial=-1)) + 1)
    keep = np.arange(people.count)
    keep[rows[rows < people.count]] = -1
    return replace(
        by,
        count=count,
        spells=joined_spells(taken_spells(people.spells, keep), taken_spells(by.spells, rows)),
        proofs=_joined_proofs(_taken_proofs(people.proofs, keep), _taken_proofs(by.proofs, rows), count),
        decisions=_joined(_taken(people.decisions, keep), _taken(by.decisions, rows)),
        acknowledgements=_joined(_taken(people.acknowledgements, keep), _taken(by.acknowledgements, rows)),
    )


def _taken(each: Columns, new: Indexes) -> Columns:
    """Give the rows of whom `new` gives a row, under that."""
    is_mine = new[each.person] >= 0
    return _chosen(each, is_mine, new)


def _chosen(each: Columns, is_mine: Flags, new: Indexes) -> Columns:
    own = {
        name: column[is_mine] if len(column) == len(is_mine) else column
        for name, column in vars(each).items()
        if name not in OF_OTHERS
    }
    return replace(each, **own | {"person": new[each.person[is_mine]]})


OF_OTHERS = frozenset({"end_of", "end_at", "end_recorded", "revoked", "revoked_at", "revoked_recorded"})
"""Columns that speak of rows of the others."""


def _renumbered(is_mine: Flags, of: Indexes) -> tuple[Flags, Indexes]:
    """Tell which of `of` speak of rows that are mine, and of which of mine."""
    place = np.cumsum(is_mine) - 1
    stays = is_mine[of]
    return stays, place[of[stays]]


def taken_spells(each: Spells, new: Indexes) -> Spells:
    """Give the spells of whom `new` gives a row, under that."""
    is_mine = new[each.person] >= 0
    stays, of = _renumbered(is_mine, each.end_of)
    return replace(
        _chosen(each, is_mine, new),
        end_of=of,
        end_at=each.end_at[stays],
        end_recorded=each.end_recorded[stays],
    )


def _taken_proofs(each: Proofs, new: Indexes) -> Proofs:
    is_mine = new[each.person] >= 0
    stays, of = _renumbered(is_mine, each.revoked)
    return replace(
        _chosen(each, is_mine, new),
        revoked=of,
        revoked_at=each.revoked_at[stays],
        revoked_recorded=each.revoked_recorded[stays],
    )


def _joined(one: Columns, other: Columns) -> Columns:
    both = {name: np.concatenate([column, vars(other)[name]]) for name, column in vars(one).items()}
    return replace(one, **both)


def joined_spells(one: Spells, other: Spells) -> Spells:
    """Give both, one after the other."""
    return _joined(one, replace(other, end_of=other.end_of + len(one.person)))


def _joined_proofs(one: Proofs, other: Proofs, count: int) -> Proofs:
    """Give both in the order of policy and person, in which each is; nobody is in both."""
    keys, more = (each.policy.astype(np.int64) * count + each.person for each in (one, other))
    before = np.searchsorted(keys, more)
    place_of_one = np.arange(len(keys)) + np.searchsorted(more, keys)
    place_of_other = before + np.arange(len(more))
    own = ("person", "policy", "code", "won", "recorded")
    together = {name: np.insert(vars(one)[name], before, vars(other)[name]) for name in own}
    return Proofs(
        **together,
        revoked=np.concatenate([place_of_one[one.revoked], place_of_other[other.revoked]]),
        revoked_at=np.concatenate([one.revoked_at, other.revoked_at]),
        revoked_recorded=np.concatenate([one.revoked_recorded, other.revoked_recorded]),
    )
