"""The page of readiness by day: which days, in whose zone, page and file alike, every figure opens the report."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from lms import clock
from lms.forms import QuestionNotUnderstood
from lms.readiness.charts import days_chart
from lms.readiness.over_time import OverTime
from lms.readiness.over_time_forms import MOST_DAYS, period
from tests.readiness.test_report import figures

PAGE = "/readiness/over-time"
NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)


def asked(zone="Europe/Dublin", now=NOW, **args):
    return period({"from" if name == "first" else name: value for name, value in args.items()}, zone=zone, now=now)


class TestPeriod:
    def test_without_days_it_is_the_last_thirty_and_the_last_is_now(self):
        found = asked()
        assert (found.first_day, found.last_day, len(found.instants)) == (date(2026, 3, 1), date(2026, 3, 30), 30)
        assert found.instants[-1] == NOW
        assert found.address() == {}

    def test_a_day_ends_at_midnight_of_its_zone_also_when_clocks_change(self):
        found = asked(first="2026-03-28", to="2026-03-29")
        assert [f"{each:%d %H:%M:%S.%f}" for each in found.instants] == ["28 23:59:59.999999", "29 22:59:59.999999"]
        there = asked(zone="America/Chicago", first="2026-03-07", to="2026-03-08")
        assert [f"{each:%d %H:%M}" for each in there.instants] == ["08 05:59", "09 04:59"]

    def test_the_zone_of_the_address_wins(self):
        found = asked(first="2026-03-10", to="2026-03-10", zone="UTC")
        assert found.instants[0].hour == 23
        assert asked(first="2026-03-10", to="2026-03-10").address()["zone"] == "Europe/Dublin"

    def test_what_lies_ahead_is_left_out(self):
        assert asked(first="2026-03-29", to="2026-05-01").last_day == date(2026, 3, 30)
        assert asked(known="2026-05-01T10:00").known_at == NOW

    def test_an_early_period_ends_when_it_says(self):
        assert asked(to="2026-03-10").first_day == date(2026, 2, 9)

    def test_the_file_is_of_the_same_moments(self):
        frozen = asked(first="2026-03-29").frozen()
        assert (frozen["at"], frozen["known"]) == ("2026-03-30T12:00:00Z", "2026-03-30T12:00:00Z")
        again = asked(
            **{"first" if name == "from" else name: value for name, value in frozen.items()},
            now=NOW + timedelta(days=3),
        )
        assert again.instants == asked(first="2026-03-29").instants

    @pytest.mark.parametrize(
        ("args", "sentence"),
        [
            ({"first": "yesterday"}, "is not a day"),
            ({"to": "1492-10-12"}, "is not a day"),
            ({"first": "2026-03-20", "to": "2026-03-10"}, "ends before it begins"),
            ({"first": "2026-04-20"}, "lies ahead"),
            ({"first": "2025-01-01"}, f"at most {MOST_DAYS} days"),
            ({"zone": "Europe/Nowhere"}, "is not a time zone"),
        ],
    )
    def test_what_is_not_understood_is_said(self, args, sentence):
        with pytest.raises(QuestionNotUnderstood, match=sentence):
            asked(**args)

    def test_the_longest_period(self):
        assert len(asked(first="2025-10-02").days) == MOST_DAYS


def test_page_and_file_say_the_same_and_each_figure_opens_the_report(mixed, sign_in):
    lena = sign_in("lena")
    page = lena.get(f"{PAGE}?queue=legal-requests")
    rows = list(csv.DictReader(io.StringIO(lena.get(page.soup.select_one(".list-files a")["href"]).text)))
    told = [row.td for row in reversed(page.soup.select("#by-day tbody tr"))]
    assert len(rows) == len(told) == 30
    for cell, row in zip(told, rows, strict=True):
        assert cell.select_one(".hint").get_text(strip=True) == f"{row['ready']}/{row['counted']}"
        assert sum(int(row[each]) for each in ("ready", "provisional", "due", "overdue", "held")) == int(row["counted"])
    assert (rows[-1]["ready"], rows[-1]["counted"], rows[-1]["may_work"]) == ("3", "8", "4")
    assert len({row["ready"] for row in rows}) > 2
    for place in (29, 27, 20, 0):
        behind = lena.get(told[place].a["href"])
        assert f"{rows[place]['ready']} of {rows[place]['counted']} ready" in figures(behind, "Legal requests")


def test_the_chart_says_what_the_table_says(mixed, sign_in):
    page = sign_in("lena").get(PAGE)
    chart = json.loads(page.soup.select_one("script[data-chart-figures]").string)
    names = [cell.get_text(strip=True) for cell in page.soup.select("#by-day thead th")][1:]
    assert [each["name"] for each in chart["series"]] == names == ["Abuse reports", "Escalations", "Legal requests"]
    lines = [
        [cell.get_text(" ", strip=True) for cell in row.select("td")] for row in page.soup.select("#by-day tbody tr")
    ]
    for column, series in enumerate(chart["series"]):
        for said, cells in zip(series["said"], reversed(lines), strict=True):
            ready, _, counted = said.partition(", ")[2].partition(" of ")
            assert cells[column].endswith(f"{ready}/{counted.split(' ')[0]}" if ready else "–")
    keys = [" ".join(each.get_text(" ").split()) for each in page.soup.select(".chart-key li")]
    assert any("Legal requests 37 % on" in each and "lowest" in each for each in keys)
    assert page.soup.select_one(".curve-plot svg path.series-line")["d"].startswith("M0")


def test_an_empty_period_says_what_to_do(mixed, sign_in):
    page = sign_in("lena").get(f"{PAGE}?from=2025-06-01&to=2025-06-02")
    assert "Nobody here worked in a queue that needs a policy" in page.words
    assert page.soup.select_one("figure") is None


def test_what_was_not_known_then_is_a_forecast(mixed, sign_in):
    then = clock.now() - timedelta(days=5)
    page = sign_in("lena").get(f"{PAGE}?known={then.isoformat().replace('+00:00', 'Z')}")
    assert "A forecast" in page.words
    assert "A forecast" not in sign_in("lena").get(PAGE).words


def test_nothing_is_drawn_of_nothing(app):
    found = OverTime(instants=(NOW,), known_at=NOW, lines=())
    with app.test_request_context():
        chart = days_chart(found, ["30 Mar 2026"])
    assert chart.series == ()
    assert chart.across(0) == 50
