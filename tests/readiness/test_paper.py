"""The report on paper: what a director reads, in three languages, tagged, the same bytes for the same answer."""

import io
import re
from collections import Counter
from dataclasses import replace

import pypdf
import pytest

from lms import clock
from lms.extensions import db, writing
from lms.languages import speaking
from lms.models import Identity
from lms.readiness import paper, paper_parts
from lms.readiness.export import Narrowed
from lms.readiness.overview import Overview
from lms.readiness.overview_queries import overview
from lms.readiness.rows import NOT_READY
from scripts import fonts
from tests.readiness.asking import WHY, give

EVERYTHING = Narrowed()


@pytest.fixture
def report(mixed) -> Overview:
    return asked(at=clock.now())


def asked(*, at, **more) -> Overview:
    now = clock.now() if "now" not in more else more.pop("now")
    return overview(scope=None, at=at, known_at=now, now=now, **more)


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in read(content).pages)


def test_it_says_what_the_page_says(mixed, cast, sign_in):
    give(mixed["overdue"], cast.lena)
    lena = sign_in("lena")
    said = words(lena.get("/readiness/report.pdf").response.get_data())
    assert "Who is ready As of " in said
    assert "Legal requests 3 8 37 % " in said
    assert "Time zone Europe/Dublin" in said
    assert "Let in by override" in said
    assert WHY in said
    assert "Agent-4" in said
    assert "Kept from this queue by a coach or lead" in said
    assert "How this was computed" in said
    assert "a clause changed" in said
    assert "Takes effect" in said
    assert re.search(r"Muster · as of .* · known at .* Page 1 of \d", said)
    assert "Sam" not in said


def test_it_is_in_the_readers_language_and_zone(mixed, cast, sign_in):
    with writing():
        db.session.get_one(Identity, cast.rune).language = "es"
        db.session.commit()
    found = read(sign_in("rune").get("/readiness/report.pdf").response.get_data())
    assert found.trailer["/Root"]["/Lang"] == "es"
    assert "Quién está al día" in words_of(found)
    assert "CE" in words_of(found), "CET or CEST"


def words_of(found: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in found.pages)


def test_arabic_is_read_from_the_right_and_its_letters_join(app, report):
    with speaking("ar"):
        found = read(paper.pdf(report, EVERYTHING))
    assert found.trailer["/Root"]["/Lang"] == "ar"
    assert found.trailer["/Root"]["/ViewerPreferences"]["/Direction"] == "/R2L"
    said = words_of(found)
    assert re.search("[\u0620-\u064a]", said)
    assert "\ufffd" not in said


def test_it_is_tagged_and_bears_a_title(app, report):
    root = read(paper.pdf(report, EVERYTHING)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    kinds = set(_kinds(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/P"} <= kinds
    assert read(paper.pdf(report, EVERYTHING)).metadata["/Title"] == "Who is ready"


def _kinds(node):
    if "/S" in node:
        yield node["/S"]
    below = node.get("/K", [])
    for each in below if isinstance(below, list) else [below]:
        found = each.get_object() if hasattr(each, "get_object") else each
        if isinstance(found, dict):
            yield from _kinds(found)


def test_the_same_answer_gives_the_same_bytes(app, report):
    assert paper.pdf(report, EVERYTHING) == paper.pdf(report, EVERYTHING)


def called(monkeypatch, name: str) -> None:
    """Everybody on the paper has this name."""
    rows = paper_parts.most_urgent

    def renamed(*asked):
        return [replace(row, person=name) for row in rows(*asked)]

    monkeypatch.setattr(paper_parts, "most_urgent", renamed)


def test_what_people_wrote_is_no_markup(app, report, monkeypatch):
    name = '#panic("x") *b* _i_ $x^2$ \\ <a> @b [c] `d` // e'
    called(monkeypatch, name)
    assert name in words(paper.pdf(report, EVERYTHING))


def test_letters_that_no_font_has_do_not_keep_it_from_being_printed(app, report, monkeypatch):
    called(monkeypatch, "李小龍 \U00013000")
    assert "How this was computed" in words(paper.pdf(report, EVERYTHING))


def test_a_long_list_is_cut_and_says_where_the_rest_is(app, report, monkeypatch):
    monkeypatch.setattr(paper_parts, "MOST_ROWS", 3)
    said = words(paper.pdf(report, EVERYTHING))
    total = sum(row.standing in NOT_READY for row in report.rows)
    assert f"the most urgent 3 of {total};" in said
    most = Counter(row.standing for row in report.rows).most_common(1)[0][0]
    held = words(paper.pdf(report, Narrowed(state=most)))
    assert "the most urgent 3 of " in held


def test_one_standing_lists_those_and_nobody_is_said(app, report):
    due = next(row.standing for row in report.rows if row.standing.value == "due")
    said = words(paper.pdf(report, Narrowed(state=due, team="-")))
    assert "Standing Due" in said
    assert "Team In no team" in said
    assert "Why they are not ready" not in said
    nobody = asked(at=report.at, team="-")
    assert "Nobody stands there." in words(paper.pdf(nobody, Narrowed(state=due)))


def test_an_empty_report_and_a_forecast_are_printed_too(app, papers):
    now = clock.now()
    nothing = words(paper.pdf(asked(at=now, now=now, team="-"), Narrowed(team="-")))
    assert "Everybody who is asked for is ready." in nothing
    ahead = asked(at=now.replace(year=now.year + 1), now=now)
    assert "if nobody does anything more until then" in words(paper.pdf(ahead, EVERYTHING))


def test_the_fonts_are_the_listed_ones(tmp_path, monkeypatch):
    assert fonts.wrong() == []
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    (tmp_path / "LICENSE").write_text("another")
    assert len(fonts.wrong()) == 3
