"""The report's files as responses: what is long goes out piece by piece, or from a file that is gone afterwards.

The answer is there before a file begins, so the read of the database ends first: a slow reader keeps nothing open.
"""

import tempfile
from collections.abc import Generator, Iterable

from flask import Response

from lms.extensions import end_read
from lms.readiness import export, paper, workbook
from lms.readiness.export import Narrowed
from lms.readiness.overview import Overview

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 256 * 1024
"""Bytes."""


def as_csv(report: Overview, narrowed: Narrowed) -> Response:
    """A line for each row, sent while the next are made."""
    end_read()
    pieces = export.csv_pieces(report, narrowed)
    return _attached(pieces, "text/csv; charset=utf-8; header=present", report, "csv")


def as_json(report: Overview, narrowed: Narrowed) -> Response:
    """The same for programs."""
    end_read()
    return _attached(export.json_pieces(report, narrowed), "application/json", report, "json")


def as_xlsx(report: Overview, narrowed: Narrowed) -> Response:
    """A workbook, written into a file without a name and sent from it."""
    end_read()
    pieces = _workbook(report, narrowed)
    length = int(next(pieces))
    response = _attached(pieces, XLSX, report, "xlsx")
    response.call_on_close(pieces.close)  # also when nobody read it
    response.content_length = length
    return response


def _workbook(report: Overview, narrowed: Narrowed) -> Generator[bytes, None, None]:
    """Its length in digits, then its bytes; who holds this holds the file, which is closed with it in every case."""
    with tempfile.TemporaryFile() as file:
        workbook.write(report, narrowed, file)
        yield str(file.seek(0, 2)).encode()
        file.seek(0)
        yield from iter(lambda: file.read(PIECE), b"")


def as_pdf(report: Overview, narrowed: Narrowed) -> Response:
    """Pages to print."""
    end_read()
    return _attached([paper.pdf(report, narrowed)], "application/pdf", report, "pdf")


def _attached(pieces: Iterable[str] | Iterable[bytes], content_type: str, report: Overview, ending: str) -> Response:
    name = f"readiness-{report.at:%Y%m%dT%H%M%SZ}.{ending}"
    return Response(
        pieces, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
