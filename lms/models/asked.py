"""Which items attempts asked: those that were drawn, and others in place of those that were swapped."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Subquery, exists, select, true, union_all

from lms.models.training import AttemptItem, AttemptSwap

Condition = Callable[[Any], ColumnElement[bool]]
"""Given the table that rows are taken from, as both have the columns that it may ask for: attempt and item."""


def _all(table: Any) -> ColumnElement[bool]:
    return true()


def ever_placed(where: Condition = _all, *, name: str = "placed") -> Subquery:
    """Every item that was ever asked, also where another was asked in its place, with how it was shown."""
    drawn = select(
        AttemptItem.attempt_id,
        AttemptItem.item_id,
        AttemptItem.position,
        AttemptItem.position.label("number"),
        AttemptItem.option_order,
        AttemptItem.citation_order,
    ).where(where(AttemptItem))
    swapped_in = select(
        AttemptSwap.attempt_id,
        AttemptSwap.item_id,
        AttemptSwap.position,
        AttemptSwap.number,
        AttemptSwap.option_order,
        AttemptSwap.citation_order,
    ).where(where(AttemptSwap))
    return union_all(drawn, swapped_in).subquery(name)


def is_still_asked(placed: Subquery) -> ColumnElement[bool]:
    """Condition for a row of `ever_placed`: nothing was asked in its place."""
    return ~exists().where(AttemptSwap.attempt_id == placed.c.attempt_id, AttemptSwap.swapped_id == placed.c.item_id)


def asked_items(where: Condition = _all) -> Subquery:
    """The items that count in attempts: of an item that was swapped for another, the other."""
    placed = ever_placed(where)
    return select(placed).where(is_still_asked(placed)).subquery("asked")
