"""The report as files: the same rows and columns for the page's downloads and for the command line."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lms.readiness.report import Report
from lms.readiness.rows import Row

COLUMNS = ("person", "team", "queue", "policy", "standing", "held", "required", "due_at")
"""What `muster readiness` prints; `due_at` is ISO 8601 in UTC."""

_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet runs a cell that begins like this; the last four are the full-width twins."""


def record(row: Row) -> dict[str, str | int | None]:
    """One row with the columns of the command, typed as JSON knows it."""
    return {
        "person": row.person,
        "team": row.team,
        "queue": row.queue,
        "policy": row.policy,
        "standing": row.standing.value,
        "held": row.held,
        "required": row.required,
        "due_at": utc(row.due_at) if row.due_at else None,
    }


def csv_text(report: Report) -> str:
    """RFC 4180 with a header line; an absent value is empty; no cell can begin a formula."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    for row in report.rows:
        writer.writerow(_cells(record(row)))
    return written.getvalue()


def json_text(report: Report) -> str:
    """An object with the two moments of the report and its rows."""
    body = {
        "as_of": utc(report.at),
        "known_at": utc(report.known_at),
        "rows": [record(row) for row in report.rows],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def utc(moment: datetime) -> str:
    """`2026-03-08T00:00:00Z`, with microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _cells(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: _cell("" if value is None else str(value)) for name, value in values.items()}


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
