"""Rows straight into columns: the database puts the rows of each person into one text, and NumPy takes it apart.

An object for each row and each of its values would take most of the time, and most of the memory, of reading everybody.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from lms.everybody.intervals import FOREVER, Indexes, Moments
from lms.extensions import db

NOTHING = -1
"""A number that is null."""
NEVER = "9999-12-31 00:00:00.000000"
"""A moment that is null, for as long as it takes to read it."""
AT_ONCE = 500
"""Packed rows."""
LENGTH = len(NEVER)
_FOREVER = int(np.datetime64(NEVER, "us").astype(np.int64))
_EPOCH_OF_POSTGRESQL = int(np.datetime64("2000-01-01", "us").astype(np.int64))


class packed_numbers(FunctionElement[Any]):
    """Whole numbers of all rows of a group: a text with commas on SQLite, eight bytes each on PostgreSQL."""

    type = NullType()
    inherit_cache = True


class packed_moments(FunctionElement[Any]):
    """Moments of all rows of a group, each as it is stored."""

    type = NullType()
    inherit_cache = True


def _say(element: type[FunctionElement[Any]], dialect: str, *, each: str, between: str, together: str) -> None:
    """Settle how an element is written: each column, what stands between them, and what puts the rows together."""

    @compiles(element, dialect)
    def written(made: FunctionElement[Any], compiler: Any, **options: Any) -> str:
        columns = (each.format(compiler.process(column, **options)) for column in made.clauses)
        return together.format(between.join(columns))


NUMBER = f"coalesce({{}}, {NOTHING})"
_say(packed_numbers, "sqlite", each=NUMBER, between=" || ',' || ", together="group_concat({})")
_say(packed_moments, "sqlite", each=f"coalesce({{}}, '{NEVER}')", between=" || ", together="group_concat({}, '')")
BINARY = {"between": " || ", "together": "string_agg({}, ''::bytea)"}
NEVER_THERE = f"TIMESTAMPTZ '{NEVER}+00'"
_say(packed_numbers, "postgresql", each=f"int8send(CAST({NUMBER} AS BIGINT))", **BINARY)
_say(packed_moments, "postgresql", each=f"timestamptz_send(coalesce({{}}, {NEVER_THERE}))", **BINARY)


def read(query: Select[Any], *, moments: int) -> list[Indexes]:
    """Columns of a statement, by its second; one statement, whose result is never in memory as a whole.

    `query` selects what its rows are put together by (a person), whole numbers, the first of which is different in each
    row, and then `moments` moments. NOTHING and FOREVER stand for null.
    """
    per, *rest = query.subquery().columns
    whole = len(rest) - moments
    packed = select(per, func.count(), packed_numbers(*rest[:whole]), packed_moments(*rest[whole:])).group_by(per)
    options = {"stream_results": True, "max_row_buffer": AT_ONCE}
    found = [[np.empty(0, dtype=np.int64)] for _ in (per, *rest)]
    for some in db.session.connection().execute(packed, execution_options=options).partitions(AT_ONCE):
        keys, counts, numbers, times = zip(*some, strict=True)
        each = (np.repeat(keys, counts), *_numbers(numbers, whole), *_moments(times, moments))
        for parts, part in zip(found, each, strict=True):
            parts.append(part)
    order = np.argsort(np.concatenate(found[1]))
    return [_in_order(parts, order) for parts in found]


def _in_order(parts: list[Indexes], order: Indexes) -> Indexes:
    """Give one column of its parts, which are given up: the columns are not in memory twice."""
    column = np.concatenate(parts)
    parts.clear()
    return np.asarray(column[order])


def _numbers(packed: Sequence[str] | Sequence[bytes], width: int) -> Indexes:
    """Take them apart, into the shape (width, rows)."""
    if isinstance(packed[0], str):
        found = np.fromstring(",".join(map(str, packed)), dtype=np.int64, sep=",")
    else:
        found = np.frombuffer(_bytes(packed), dtype=">i8").astype(np.int64)
    return np.ascontiguousarray(found.reshape(-1, width).T)


def _moments(packed: Sequence[str] | Sequence[bytes], width: int) -> Moments:
    """Take them apart, into the shape (width, rows)."""
    if isinstance(packed[0], str):
        texts = np.frombuffer("".join(map(str, packed)).encode(), dtype=f"S{LENGTH}")
        found = texts.astype("datetime64[us]").astype(np.int64)
    else:
        found = np.frombuffer(_bytes(packed), dtype=">i8").astype(np.int64) + _EPOCH_OF_POSTGRESQL
    return np.ascontiguousarray(np.where(found == _FOREVER, FOREVER, found).reshape(-1, width).T)


def _bytes(packed: Sequence[Any]) -> bytes:
    return b"".join(packed)
