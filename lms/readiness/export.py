"""The report as files: the same rows and columns for the page's downloads and for the command line."""

import json
from datetime import UTC, datetime

from lms import csv_files
from lms.readiness.report import Report
from lms.readiness.rows import Row

COLUMNS = ("person", "team", "queue", "policy", "standing", "held", "required", "due_at", "gate", "override_until")
"""What `muster readiness` prints; moments are ISO 8601 in UTC."""


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
        "gate": row.gate.value if row.gate else None,
        "override_until": utc(row.let_in.until) if row.let_in else None,
    }


def csv_text(report: Report) -> str:
    """One line for each row; see `csv_files`."""
    return csv_files.text_of(COLUMNS, map(record, report.rows))


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
