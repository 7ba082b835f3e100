"""Moments of rows as columns of numbers, without making an object of each: microseconds since 1970."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from lms.everybody.intervals import FOREVER, Moments

NEVER = "9999-12-31 00:00:00.000000"
"""Stands for no moment while a column is read."""


class microseconds(FunctionElement[Any]):
    """A moment in a statement as `moments` takes it: text on SQLite, a number on PostgreSQL."""

    type = NullType()
    inherit_cache = True


@compiles(microseconds, "sqlite")
def _on_sqlite(element: microseconds, compiler: Any, **options: Any) -> str:
    """As it is stored; NumPy reads it quicker than SQLite would reckon."""
    return str(compiler.process(element.clauses, **options))


@compiles(microseconds, "postgresql")
def _on_postgresql(element: microseconds, compiler: Any, **options: Any) -> str:
    moment: ColumnElement[Any] = next(iter(element.clauses))
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(moment, **options)}) * 1000000 AS BIGINT)"


def moments(found: Sequence[str | int | None]) -> Moments:
    """Give what a column of `microseconds` holds; FOREVER where there is no moment."""
    if not _has_text(found):
        return np.array([FOREVER if each is None else each for each in found], dtype=np.int64)
    texts = np.array([each or NEVER for each in found], dtype="datetime64[us]")
    return np.where(texts == np.datetime64(NEVER), FOREVER, texts.astype(np.int64))


def _has_text(found: Sequence[str | int | None]) -> bool:
    return isinstance(next((each for each in found if each is not None), None), str)
