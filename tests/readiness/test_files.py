"""The report's files: no formula in any, moments with their zone, a piece at a time, whole or not there."""

import csv
import gc
import io
import tempfile
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import openpyxl
import pytest

from lms import clock, csv_files
from lms.domain.standing import State
from lms.extensions import db
from lms.readiness import sending, workbook
from lms.readiness.export import COLUMNS, Narrowed, csv_pieces, json_pieces, utc
from lms.readiness.lines import Line
from lms.readiness.overview import Overview
from lms.readiness.overview_queries import overview
from tests.cli.conftest import run as run  # the command as somebody types it

EVERYTHING = Narrowed()
LINK = "https://a.example"
TRICKY = ("=1+1", "+1", "-1", "@a", "\t=1", "＝1", f'=HYPERLINK("{LINK}")', LINK, "007", "{=1}")


class Made:
    """Rows that are made as they are read, however many."""

    def __init__(self, row: Line, count: int) -> None:
        self.row, self.count, self.made = row, count, 0

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Line]:
        for number in range(self.count):
            self.made += 1
            yield self.row._replace(person=f"Somebody {number}")


class Fed:
    """A report with other rows."""

    def __init__(self, report: Overview, rows: object) -> None:
        self._report, self.rows = report, rows

    def __getattr__(self, name: str) -> object:
        return getattr(self._report, name)


def first(report: Overview) -> Line:
    return next(iter(report.rows))


@pytest.fixture
def report(mixed) -> Overview:
    now = clock.now()
    found = overview(scope=None, at=now, known_at=now, now=now)
    found.board.memo.clear()
    db.session.rollback()  # nobody waits in a transaction while a file is written
    return found


def book(report: Overview, narrowed: Narrowed = EVERYTHING, **more) -> openpyxl.Workbook:
    out = io.BytesIO()
    workbook.write(report, narrowed, out, **more)
    return openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def test_no_cell_of_a_workbook_is_a_formula_a_link_or_another_type(report):
    rows = tuple(first(report)._replace(person=text, team=text) for text in TRICKY)
    sheet = book(Fed(report, rows=rows))["Readiness"]
    found = [[cell.value for cell in row[:2]] for row in sheet.iter_rows(min_row=2)]
    assert found == [[text, text] for text in TRICKY]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row[:2]} == {"s"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)
    heat = book(Fed(report, rows=rows))["Heat map"]
    assert "f" not in {cell.data_type for row in heat.iter_rows() for cell in row}


def test_a_workbook_says_what_it_is_about(report):
    asked = Narrowed(queue="legal-requests", team="-", state=State.DUE)
    found = book(report, asked)
    told = {row[0].value: row[1] for row in found["About"].iter_rows(min_row=2)}
    assert told["as of"].is_date
    assert told["as of"].number_format.endswith('" UTC"')
    assert told["as of, exactly"].value == utc(report.at)
    assert told["known at, exactly"].value == utc(report.known_at)
    assert told["zone"].value == "UTC"
    assert told["narrowed to"].value == "queue legal-requests, team none, standing due"
    assert "how it is computed" in told
    assert {row[4].value for row in found["Readiness"].iter_rows(min_row=2)} == {"due"}
    assert found.sheetnames == ["Readiness", "Headline", "Heat map", "About"]
    assert all(found[name].freeze_panes == "A2" for name in found.sheetnames)
    assert all(found[name].column_dimensions["A"].width > 10 for name in found.sheetnames)


def test_the_headline_is_typed_and_leaves_out_the_gate_where_it_was_not_asked(report):
    sheet = book(report)["Headline"]
    legal = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "legal-requests")
    assert [cell.value for cell in legal[2:4]] == [3, 8]
    assert legal[4].value == pytest.approx(3 / 8)
    assert legal[4].number_format == "0.0 %"
    assert [cell.value for cell in sheet[1]][5] == "may_work"
    assert "may_work" not in [cell.value for cell in book(report, Narrowed(policy="legal"))["Headline"][1]]


def test_more_rows_than_a_sheet_holds_go_on_on_the_next(report, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    found = book(Fed(report, rows=list(report.rows)[:9]))
    assert found.sheetnames[:3] == ["Readiness", "Readiness 2", "Readiness 3"]
    assert [found[name].max_row for name in found.sheetnames[:3]] == [5, 5, 2]
    assert [found[name].auto_filter.ref for name in found.sheetnames[:3]] == ["A1:L5", "A1:L5", "A1:L2"]
    even = book(Fed(report, rows=list(report.rows)[:8])).sheetnames
    assert "Readiness 3" not in even
    assert book(Fed(report, rows=()))["Readiness"].max_row == 1


def test_the_same_answer_gives_the_same_workbook(report):
    first, second = io.BytesIO(), io.BytesIO()
    workbook.write(report, EVERYTHING, first)
    workbook.write(report, EVERYTHING, second)
    assert first.getvalue() == second.getvalue()


@pytest.mark.parametrize("pieces", [csv_pieces, json_pieces])
def test_rows_are_made_while_the_file_is_read(report, pieces):
    rows = Made(first(report), 50_000)
    written = pieces(Fed(report, rows=rows))
    assert len(list(islice(written, 3))) == 3
    assert rows.made <= 3 * csv_files.AT_ONCE


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_ten_times_the_rows_take_the_same_memory(report, form):
    def peak(count: int) -> int:
        made = Fed(report, rows=Made(first(report), count))
        tracemalloc.start()
        if form == "xlsx":
            with tempfile.TemporaryFile() as file:
                workbook.write(made, EVERYTHING, file)
        else:
            for _ in (csv_pieces if form == "csv" else json_pieces)(made):
                pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(10_000) < 1.5 * peak(1_000) + 500_000


def test_progress_is_told_to_the_end(report):
    rows = Made(first(report), 2_500)
    told: list[tuple[int, int]] = []
    list(csv_pieces(Fed(report, rows=rows), show=lambda done, total: told.append((done, total))))
    assert told == [(0, 2500), (1000, 2500), (2000, 2500), (2500, 2500)]


def test_json_says_what_it_was_narrowed_to(mixed, sign_in):
    told = sign_in("rune").get("/readiness/report.json?queue=legal-requests&state=due").response.get_json()
    assert told["narrowed_to"] == {"queue": "legal-requests", "team": None, "policy": None, "standing": "due"}
    assert told["zone"] == "UTC"
    assert {row["standing"] for row in told["rows"]} == {"due"}


def test_what_is_sent_says_its_type_and_its_name(mixed, sign_in):
    lena = sign_in("lena")
    for ending, content_type in (("xlsx", sending.XLSX), ("pdf", "application/pdf")):
        response = lena.get(f"/readiness/report.{ending}?at=2026-03-08T10:00Z").response
        assert response.content_type == content_type
        assert response.headers["Content-Disposition"] == f'attachment; filename="readiness-20260308T100000Z.{ending}"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_file_of_a_workbook_is_gone_with_its_response(app, report, monkeypatch):
    files = []
    make = sending.tempfile.TemporaryFile
    monkeypatch.setattr(sending.tempfile, "TemporaryFile", lambda: files.append(make()) or files[-1])
    with app.test_request_context():
        sending.as_xlsx(report, EVERYTHING).close()  # nobody read it
        response = sending.as_xlsx(report, EVERYTHING)
        assert response.content_length == len(response.get_data())
    assert [each.closed for each in files] == [True, True]
    with app.test_request_context():
        forgotten = sending.as_xlsx(report, EVERYTHING)
        forgotten.itself = forgotten
        del forgotten
        gc.collect()  # warns of a file that nobody closed, which is an error here
    assert files[-1].closed
    monkeypatch.setattr(workbook, "write", _fail)
    with app.test_request_context(), pytest.raises(ValueError, match="disk is full"):
        sending.as_xlsx(report, EVERYTHING)
    assert files[-1].closed


def _fail(*args: object, **more: object) -> None:
    raise ValueError("the disk is full")


class TestTheCommand:
    def test_a_file_that_is_not_whole_does_not_take_the_place_of_one_that_is(self, mixed, run, tmp_path, monkeypatch):
        file = tmp_path / "readiness.xlsx"
        file.write_text("yesterday's")
        monkeypatch.setattr(workbook, "write", _fail)
        run("readiness", "--format", "xlsx", "-o", file, expect=3)
        assert file.read_text() == "yesterday's"
        assert list(tmp_path.iterdir()) == [file]

    def test_it_is_for_this_account_only(self, mixed, run, tmp_path):
        file = tmp_path / "readiness.csv"
        assert "as of 20" in run("readiness", "--format", "csv", "-o", file).stderr
        assert file.stat().st_mode & 0o777 == 0o600
        assert next(csv.reader(file.read_text().splitlines())) == list(COLUMNS)

    def test_what_makes_no_sense_is_said(self, mixed, run, tmp_path):
        assert "with -o FILE" in run("readiness", "--format", "pdf", expect=2).stderr
        assert "for the screen" in run("readiness", "-o", tmp_path / "x", expect=2).stderr
        asked = ("readiness", "--format", "pdf", "-o", tmp_path / "x.pdf")
        assert "There is no language xx" in run(*asked, "--language", "xx", expect=2).stderr
        for option, word in (("--team", "team"), ("--policy", "policy"), ("--state", "standing")):
            assert f"There is no {word} nope. There are: " in run("readiness", option, "nope", expect=1).stderr

    def test_nothing_is_known_before_it_is(self, mixed, run):
        """As on the page: what is asked as known later is told as known now."""
        written = run("readiness", "--known-at", "2100-01-01", "--format", "json").stdout
        known = datetime.fromisoformat(written.split('"known_at": "')[1].split('"')[0])
        assert known <= datetime.now(UTC)
