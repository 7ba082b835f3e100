"""Sheets from small tables: a row is a person, a column an item, None is what was not asked."""

from collections.abc import Mapping, Sequence

import numpy as np

from lms.statistics.figures import Sheet

Table = Sequence[Sequence[float | None]]


def sheet(
    shares: Table,
    *,
    chosen: Mapping[tuple[int, int], int] | None = None,
    pilots: Sequence[int] = (),
    parts: int = 0,
    seconds: float = np.nan,
) -> Sheet:
    """The answers of people (rows) to items (columns); `chosen` says which part by person and item."""
    asked = [
        (person, item, share)
        for person, row in enumerate(shares)
        for item, share in enumerate(row)
        if share is not None
    ]
    places = {(person, item): place for place, (person, item, _) in enumerate(asked)}
    items = max((len(row) for row in shares), default=0)
    chosen = chosen or {}
    return Sheet(
        attempt=np.array([person for person, _, _ in asked], dtype=np.int64),
        item=np.array([item for _, item, _ in asked], dtype=np.int64),
        share=np.array([share for _, _, share in asked], dtype=float),
        is_old_rule=np.zeros(len(asked), dtype=bool),
        is_unanswered=np.zeros(len(asked), dtype=bool),
        seconds=np.full(len(asked), seconds),
        chosen_row=np.array([places[each] for each in chosen], dtype=np.int64),
        chosen_part=np.array(list(chosen.values()), dtype=np.int64),
        is_scored=np.array([item not in pilots for item in range(items)], dtype=bool),
        parts=np.full(items, parts, dtype=np.int64),
    )
