"""Rows as lines of JSON and back, the same for both engines. Knows types of columns, no files."""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Enum, LargeBinary, Table, null, select

from lms.extensions import Base, UtcMoment

AT_ONCE = 1000
"""Rows in memory at the same time."""


def kept_tables() -> list[Table]:
    """Every table but those of passing notes, each after those it refers to."""
    return [table for table in Base.metadata.sorted_tables if not table.info.get("is_passing")]


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Every row of a table, in the order of its key: a JSON list of the columns in theirs."""
    found = connection.execution_options(yield_per=AT_ONCE).execute(select(table).order_by(*table.primary_key))
    for row in found:
        values = [_plain(value) for value in row]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def batches(table: Table, columns: Sequence[str], found: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    """The same rows as values, a thousand at a time; raises ValueError for a line that is none."""
    kinds = [table.c[name] for name in columns]
    batch = []
    for line in found:
        batch.append({kind.name: _typed(kind, value) for kind, value in zip(kinds, json.loads(line), strict=True)})
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return null() if isinstance(column.type, JSON) else None
    if isinstance(column.type, UtcMoment):
        return datetime.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, Enum):
        return column.type.enum_class(value)  # type: ignore[misc]
    return value
