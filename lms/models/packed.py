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


NUMBER = f"coalesce({{}}, {NOTHING})"
MOMENT = f"coalesce({{}}, '{NEVER}')"
BINARY_NUMBER = f"int8send(CAST({NUMBER} AS BIGINT))"
BINARY_MOMENT = f"timestamptz_send(coalesce({{}}, TIMESTAMPTZ '{NEVER}+00'))"


def _joined(element: FunctionElement[Any], compiler: Any, form: str, between: str, options: dict[str, Any]) -> str:
    return between.join(form.format(compiler.process(each, **options)) for each in element.clauses)


@compiles(packed_numbers, "sqlite")
def _numbers_on_sqlite(element: packed_numbers, compiler: Any, **options: Any) -> str:
    each = _joined(element, compiler, NUMBER, " || ',' || ", options)
    return f"group_concat({each})"


@compiles(packed_moments, "sqlite")
def _moments_on_sqlite(element: packed_moments, compiler: Any, **options: Any) -> str:
    each = _joined(element, compiler, MOMENT, " || ", options)
    return f"group_concat({each}, '')"


@compiles(packed_numbers, "postgresql")
def _numbers_on_postgresql(element: packed_numbers, compiler: Any, **options: Any) -> str:
    each = _joined(element, compiler, BINARY_NUMBER, " || ", options)
    return f"string_agg({each}, ''::bytea)"


@compiles(packed_moments, "postgresql")
def _moments_on_postgresql(element: packed_moments, compiler: Any, **options: Any) -> str:
    each = _joined(element, compiler, BINARY_MOMENT, " || ", options)
    return f"string_agg({each}, ''::bytea)"


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
