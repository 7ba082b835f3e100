"""Rows straight into columns: the database puts the rows of each person into one text, and NumPy takes it apart.

An object for each row and each of its values would take most of the time, and most of the memory, of reading everybody.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import LargeBinary

from lms.everybody.intervals import FOREVER, Indexes, Moments
from lms.extensions import db

NOTHING = -1
"""A number that is null."""
NEVER = "9999-12-31 00:00:00.000000"
"""A moment that is null, for as long as it takes to read it."""
AT_ONCE = 500
"""Packed rows."""
_FOREVER = int(np.datetime64(NEVER, "us").astype(np.int64))
_EPOCH_OF_POSTGRESQL = int(np.datetime64("2000-01-01", "us").astype(np.int64))


class packed_numbers(FunctionElement[Any]):
    """Whole numbers of all rows of a group: a text with commas on SQLite, eight bytes each on PostgreSQL."""

    type = LargeBinary()
    inherit_cache = True


class packed_moments(FunctionElement[Any]):
    """Moments of all rows of a group, each as it is stored."""

    type = LargeBinary()
    inherit_cache = True


def _say(element: type[FunctionElement[Any]], dialect: str, form: str) -> None:
    """Settle how an element is written around its column."""

    @compiles(element, dialect)
    def written(made: FunctionElement[Any], compiler: Any, **options: Any) -> str:
        [column] = made.clauses
        return form.format(compiler.process(column, **options))


# A column at a time: putting the values of a row together first takes three times as long.
_say(packed_numbers, "sqlite", f"CAST(group_concat(coalesce({{}}, {NOTHING})) AS BLOB)")
_say(packed_moments, "sqlite", f"CAST(group_concat(coalesce({{}}, '{NEVER}'), '') AS BLOB)")
_say(packed_numbers, "postgresql", f"string_agg(int8send(CAST(coalesce({{}}, {NOTHING}) AS BIGINT)), ''::bytea)")
_say(
    packed_moments,
    "postgresql",
    f"string_agg(timestamptz_send(coalesce({{}}, TIMESTAMPTZ '{NEVER}+00')), ''::bytea)",
)


def read(query: Select[Any], *, moments: int, is_ordered: bool = True) -> list[Indexes]:
    """Columns of a statement, by its second, or not `is_ordered`; its result is never in memory as a whole.

    `query` selects what its rows are put together by (a person), whole numbers, the first of which is different in each
    row, and then `moments` moments. NOTHING and FOREVER stand for null.
    """
    per, *rest = query.subquery().columns
    last = len(rest) - moments
    packed = [packed_moments(each) if place >= last else packed_numbers(each) for place, each in enumerate(rest)]
    connection = db.session.connection()
    numbers, times = _TAKEN_APART[connection.dialect.name]
    takes = [times if place >= last else numbers for place in range(len(rest))]
    found = [[np.empty(0, dtype=np.int64)] for _ in (per, *rest)]
    result = connection.execute(
        select(per, func.count(), *packed).group_by(per),
        execution_options={"stream_results": True, "max_row_buffer": AT_ONCE},
    )
    for some in result.partitions(AT_ONCE):
        keys, counts, *columns = zip(*some, strict=True)
        found[0].append(np.repeat(keys, counts))
        for parts, take, column in zip(found[1:], takes, columns, strict=True):
            parts.append(take(column))
    order = np.argsort(np.concatenate(found[1])) if is_ordered else None
    return [_in_order(parts, order) for parts in found]


def _in_order(parts: list[Indexes], order: Indexes | None) -> Indexes:
    """Give one column of its parts, which are given up: the columns are not in memory twice."""
    column = np.concatenate(parts)
    parts.clear()
    return column if order is None else np.asarray(column[order])


def _numbers_of_texts(packed: Sequence[bytes]) -> Indexes:
    return np.fromstring(b",".join(packed), dtype=np.int64, sep=",")


def _moments_of_texts(packed: Sequence[bytes]) -> Moments:
    found = np.frombuffer(b"".join(packed), dtype=f"S{len(NEVER)}").astype("datetime64[us]").astype(np.int64)
    found[found == _FOREVER] = FOREVER
    return found


def _numbers_of_bytes(packed: Sequence[bytes]) -> Indexes:
    return np.frombuffer(b"".join(packed), dtype=">i8").astype(np.int64)


def _moments_of_bytes(packed: Sequence[bytes]) -> Moments:
    found = _numbers_of_bytes(packed) + _EPOCH_OF_POSTGRESQL
    found[found == _FOREVER] = FOREVER
    return found


_TAKEN_APART = {
    "sqlite": (_numbers_of_texts, _moments_of_texts),
    "postgresql": (_numbers_of_bytes, _moments_of_bytes),
}
"""What takes numbers apart, and moments."""
