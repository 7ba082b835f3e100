"""The pages of what lies ahead: the same figures as the files, rows behind each, and who sees what."""

import csv
import io
import re
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from lms import clock
from lms.readiness.ahead import Effect, weeks_from
from lms.readiness.ahead_files import READY, TRAINING
from tests.cli.conftest import run as run  # the command as somebody types it
from tests.domain.make import day
from tests.readiness.ahead_made import looked, moves


def number(text: str) -> int:
    found = re.match(r"\d+", text.strip())
    return int(found.group()) if found else 0


def cells(page, table: str) -> list[list]:
    return [row.find_all(["th", "td"]) for row in page.soup.select(f"#{table} tbody tr")]


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def page(mixed, sign_in):
    moves(mixed["ready"], "Americas/Austin", on=6)
    return sign_in("rune").get("/readiness/ahead?weeks=8")


@pytest.fixture
def files(page, sign_in):
    links = [link["href"] for link in page.soup.select(".list-files a")]
    assert [urlsplit(link).path.rpartition("/")[2] for link in links] == [
        "ready.csv", "ahead.json", "training.csv", "ahead.json"]  # fmt: skip
    rune = sign_in("rune")
    return lines(rune.get(links[0]).text), lines(rune.get(links[2]).text), rune.get(links[1]).response.get_json()


def as_text(rows):
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows]


class TestFiles:
    def test_json_and_csv_hold_the_same(self, files):
        ready, training, both = files
        assert tuple(ready[0]) == READY
        assert tuple(training[0]) == TRAINING
        assert as_text(both["ready"]) == ready
        assert as_text(both["training"]) == training
        assert both["zone"] == "Europe/Oslo"
        assert ready[0]["as_of"] == both["as_of"]

    def test_the_page_says_what_the_files_say_of_ready_people(self, page, files):
        ready, _, _ = files
        shown = [
            cell.select_one(".heat-rows").get_text(strip=True) if cell.select_one(".heat-rows") else "0/0"
            for _, *row in cells(page, "weeks")
            for cell in row
        ]
        assert shown == [f"{row['ready']}/{row['counted']}" for row in ready]

    def test_the_page_says_what_the_files_say_of_training(self, page, files):
        _, training, _ = files
        *rows, together = cells(page, "by-team")
        assert [number(cell.get_text()) for _, *row, _ in rows for cell in row] == [int(e["minutes"]) for e in training]
        assert [row[0].get_text(strip=True) for row in rows] == list(dict.fromkeys(each["team"] for each in training))
        by_week = {each["week_start"]: 0 for each in training}
        for each in training:
            by_week[each["week_start"]] += int(each["minutes"])
        assert [int(cell.contents[0]) for cell in together[1:-1]] == list(by_week.values())
        assert [number(row[2].get_text()) for row in cells(page, "by-week")] == list(by_week.values())
        assert int(together[-1].strong.get_text()) == sum(by_week.values())

    def test_the_events_are_those_of_the_page(self, page, files):
        people = [sum(each["people"].values()) for each in files[2]["events"]]
        shown = [sum(number(a.get_text()) for a in li.select("a")) for li in page.soup.select("main .plain-list li")]
        assert shown == people

    def test_the_command_prints_the_same(self, page, files, run):
        asked = parse_qs(urlsplit(page.soup.select(".list-files a")[0]["href"]).query)
        options = ("--as-of", asked["at"][0], "--zone", asked["zone"][0], "--weeks", "8")
        assert lines(run("ahead", *options, "--format", "csv").output) == files[1]
        assert lines(run("ahead", *options, "--table", "ready", "--format", "csv").output) == files[0]
        table = run("ahead", *options).output
        assert "minutes_each" in table
        assert "Europe/Oslo" in table
        assert "is not a time zone" in run("ahead", "--zone", "Nowhere/At_all", expect=1).output
        assert "There is no queue" in run("ahead", "--queue", "nothing", expect=1).output


class TestRows:
    def test_every_figure_of_a_change_opens_as_many_people(self, page, sign_in):
        links = page.soup.select("main .plain-list a")
        assert links
        rune = sign_in("rune")
        for link in links:
            rows = cells(rune.get(link["href"]), "rows")
            names = {row[0].contents[0] for row in rows}
            assert len(names) == number(link.get_text())

    def test_every_figure_of_training_opens_as_many_minutes(self, page, sign_in):
        rune = sign_in("rune")
        links = [*page.soup.select("#by-week td a"), *page.soup.select("#by-team td a")]
        assert len(links) > 6
        for link in links:
            rows = cells(rune.get(link["href"]), "rows")
            assert sum(number(row[3].get_text()) for row in rows) == number(link.get_text())

    def test_every_share_opens_the_report_that_says_the_same(self, page, sign_in):
        rune = sign_in("rune")
        for _, *row in cells(page, "weeks"):
            for cell in row[::4]:
                report = rune.get(cell.a["href"])
                ready, counted = cell.select_one(".heat-rows").get_text(strip=True).split("/")
                assert f"{ready} of {counted} ready" in report.words

    def test_rows_come_in_pages(self, mixed, sign_in, monkeypatch):
        monkeypatch.setattr("lms.readiness.ahead_views.PER_PAGE", 5)
        rune = sign_in("rune")
        first = rune.get("/readiness/ahead/training")
        second = rune.get(first.soup.select_one("a[rel=next]")["href"])
        assert "Page 2 of 3" in second.words
        assert cells(first, "rows")[0] != cells(second, "rows")[0]
        assert "Page 3 of 3" in rune.get("/readiness/ahead/training?page=99").words
        changes = rune.get("/readiness/ahead/changes?page=2")
        assert "Page 2 of 2" in changes.words
        assert rune.get(changes.soup.select_one("a[rel=prev]")["href"]).soup.select_one("a[rel=next]")

    def test_where_nothing_is_behind_it_the_page_says_so(self, mixed, sign_in):
        rune = sign_in("rune")
        assert "Nobody changes like that" in rune.get("/readiness/ahead/changes?week=99").words
        assert "Nothing falls due there" in rune.get("/readiness/ahead/training?within=-").words


class TestWhoSees:
    def test_a_lead_sees_their_teams(self, mixed, cast, sign_in):
        lena = sign_in("lena")
        assert "Americas" not in lena.get("/readiness/ahead").words
        for path in ("changes", "training"):
            assert "Sam" not in lena.get(f"/readiness/ahead/{path}").words
        assert "Sam" in sign_in("pia").get("/readiness/ahead/training").words
        lena.get("/readiness/ahead?team=Americas", expect=404)
        lena.get("/readiness/ahead/training.csv?team=Americas", expect=404)

    def test_what_does_not_exist_is_not_found(self, mixed, sign_in):
        rune = sign_in("rune")
        for query in ("queue=nothing", "team=Nowhere", "policy=nothing"):
            rune.get(f"/readiness/ahead?{query}", expect=404)

    @pytest.mark.parametrize(
        "query", ["weeks=5", "weeks=x", "zone=Nowhere/At_all", "at=yesterday", "kind=no", "effect=no"]
    )
    def test_what_is_not_understood_is_said(self, mixed, sign_in, query):
        page = sign_in("rune").get(f"/readiness/ahead?{query}", expect=422)
        assert "Choose" in page.words or "Write " in page.words

    def test_filters_stay_in_the_address(self, mixed, sign_in):
        rune = sign_in("rune")
        page = rune.get("/readiness/ahead?weeks=4&queue=legal-requests&team=EMEA&policy=legal")
        assert [option["value"] for option in page.soup.select("option[selected]")] == [
            "4", "legal-requests", "EMEA", "legal"]  # fmt: skip
        asked = parse_qs(urlsplit(page.soup.select_one("#by-week td a")["href"]).query)
        assert (asked["weeks"], asked["queue"], asked["team"], asked["policy"]) == (
            ["4"], ["legal-requests"], ["EMEA"], ["legal"])  # fmt: skip

    def test_nobody_in_these_teams(self, mixed, sign_in):
        assert "Nobody here works in a queue" in sign_in("rune").get("/readiness/ahead?team=-").words

    def test_a_known_moment_lies_never_ahead(self, mixed, sign_in):
        page = sign_in("rune").get("/readiness/ahead?at=2100-01-01T00:00Z")
        assert str(clock.now().year) in page.soup.select_one(".lead").get_text()


WEEKS = (
    ("25 Mar 12:00", "Europe/Dublin", ["25 Mar 12:00", "29 Mar 23:00", "5 Apr 23:00"], [107, 168]),
    ("23 Mar 00:00", "Europe/Dublin", ["23 Mar", "29 Mar 23:00", "5 Apr 23:00"], [167, 168]),
    ("22 Mar 23:59", "Europe/Dublin", ["22 Mar 23:59", "23 Mar", "29 Mar 23:00"], [0, 167]),
    ("19 Oct 03:00", "Europe/Dublin", ["19 Oct 03:00", "26 Oct", "2 Nov"], [165, 168]),
    ("18 Oct 23:00", "Europe/Dublin", ["18 Oct 23:00", "26 Oct", "2 Nov"], [169, 168]),
    ("1 Nov 12:00", "America/Los_Angeles", ["1 Nov 12:00", "2 Nov 08:00", "9 Nov 08:00"], [20, 168]),
    ("30 Oct 07:00", "America/Los_Angeles", ["30 Oct 07:00", "2 Nov 08:00", "9 Nov 08:00"], [73, 168]),
    ("4 Apr 13:00", "Australia/Lord_Howe", ["4 Apr 13:00", "5 Apr 13:30", "12 Apr 13:30"], [24, 168]),
    ("27 Dec 12:00", "Asia/Kolkata", ["27 Dec 12:00", "27 Dec 18:30", "3 Jan 2027 18:30"], [6, 168]),
)


@pytest.mark.parametrize(("at", "zone", "begins", "hours"), WEEKS)
def test_weeks_begin_on_monday_whatever_the_clocks_do(at, zone, begins, hours):
    weeks = weeks_from(day(at), 2, ZoneInfo(zone))
    assert [each.start for each in weeks] == [day(each) for each in begins]
    assert [int((each.end - each.start).total_seconds() // 3600) for each in weeks[:2]] == hours
    assert all(one.end == two.start for one, two in pairwise(weeks))
    assert [each.day.weekday() for each in weeks[1:]] == [0, 0]


def test_a_figure_is_that_of_the_last_instant_before_monday(mixed):
    found = looked(zone=ZoneInfo("Australia/Lord_Howe"))
    local = found.weeks[1].last.astimezone(ZoneInfo("Australia/Lord_Howe"))
    assert (local.weekday(), local.hour, local.minute, local.microsecond) == (6, 23, 59, 999999)


def test_every_effect_is_said_once():
    assert [each.value for each in Effect] == ["stops", "comes", "overdue", "ready", "goes", "stays"]
