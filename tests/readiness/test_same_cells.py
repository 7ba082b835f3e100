"""Page = CSV = XLSX = JSON = command, cell by cell, on random organisations; the paper has the figures."""

import csv
import io
import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import openpyxl
import pypdf
import pytest
from sqlalchemy import select

from lms import clock, csv_files
from lms.domain.standing import State
from lms.extensions import db
from lms.models import Policy, Queue
from lms.readiness.export import COLUMNS
from tests.cast import QUEUES, TEAMS
from tests.cli.conftest import run as run  # the command as somebody types it
from tests.page import Reader
from tests.readiness.organisation import VERSIONS, found

SEEDS = (1, 2, 3, 4)
NUMBERS, MOMENTS = ("held", "required"), ("due_at", "override_until")


@dataclass(frozen=True)
class Asked:
    """One question: the arguments of the address, and the same as options of the command."""

    address: dict[str, str]
    options: tuple[str, ...]
    state: str


def question(dice: random.Random, *, is_narrowed: bool) -> Asked:
    """Moments, and now and then a queue, a team, a policy, a standing."""
    now = clock.now()
    at = now + timedelta(days=dice.choice([-20, -3, 0, 0, 0, 2, 6]))
    known = now - timedelta(days=dice.choice([0, 0, 1, 8]))
    drawn = {
        "queue": dice.choice(["", "", *QUEUES]),
        "team": dice.choice(["", "", "-", *TEAMS]),
        "policy": dice.choice(["", "", *VERSIONS]),
        "state": dice.choice(["", *(state.value for state in State)]),
    }
    drawn = drawn if is_narrowed else dict.fromkeys(drawn, "")
    address = {"at": at.isoformat(), "known": known.isoformat()} | {name: each for name, each in drawn.items() if each}
    options = ["--as-of", address["at"], "--known-at", address["known"]]
    options += [part for name, each in drawn.items() if each for part in (f"--{name}", each)]
    return Asked(address, tuple(options), drawn["state"])


def as_csv(cells: list[Any]) -> list[str]:
    """Typed cells as CSV writes them."""
    return [csv_files.cell(each) for each in cells]


def of_csv(text: str) -> list[list[str]]:
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert tuple(lines[0]) == COLUMNS
    return lines[1:]


def of_json(text: str) -> list[list[str]]:
    rows = json.loads(text)["rows"]
    for row in rows:
        assert tuple(row) == COLUMNS
        assert all(row[name] is None or type(row[name]) is int for name in NUMBERS)
    return [as_csv(list(row.values())) for row in rows]


def of_xlsx(sheet: Any) -> list[list[str]]:
    """Every cell by its type: numbers are numbers, moments are moments of UTC, everything else is text."""
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:L{sheet.max_row}"
    found = []
    for row in sheet.iter_rows(min_row=2):
        cells: list[str] = []
        for name, cell in zip(COLUMNS, row, strict=True):
            assert cell.data_type != "f"
            if cell.value is None:
                cells.append("")
            elif name in MOMENTS:
                assert cell.data_type == "d"
                assert cell.number_format.endswith('" UTC"')
                cells.append(moment_to_thousandths(cell.value.replace(tzinfo=UTC).isoformat()))
            else:
                assert cell.data_type == ("n" if name in NUMBERS else "s")
                cells.append(csv_files.cell(cell.value))
        found.append(cells)
    return found


def moment_to_thousandths(text: str) -> str:
    """What a sheet knows of a moment."""
    if not text:
        return ""
    exact = datetime.fromisoformat(text)
    return (exact + timedelta(microseconds=500)).isoformat(timespec="milliseconds")


def to_thousandths(rows: list[list[str]]) -> list[list[str]]:
    places = [COLUMNS.index(name) for name in MOMENTS]
    return [[moment_to_thousandths(each) if at in places else each for at, each in enumerate(row)] for row in rows]


def xlsx(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def listed(reader: Reader, address: dict[str, str]) -> list[tuple[str, ...]]:
    """What all pages of the page's list say: person, queue, standing, policy, versions, due, team."""
    found: list[tuple[str, ...]] = []
    href: str | None = f"/readiness/?{urlencode(address)}"
    while href:
        page = reader.get(href)
        for row in page.soup.select("#rows tbody tr"):
            cells = row.find_all("td")
            due = cells[3].time
            found.append(
                (
                    row.th.find(string=True, recursive=False).strip(),
                    row.th.select_one(".hint").get_text(strip=True),
                    row.select_one(".standing-word").get_text(strip=True),
                    cells[1].find(string=True, recursive=False).strip(),
                    cells[1].select_one(".hint").get_text(strip=True),
                    due["datetime"] if due else "",
                    cells[4].get_text(strip=True),
                )
            )
        further = page.soup.select_one('a[rel="next"]')
        href = further["href"] if further else None
    return sorted(found)


WORDS = {
    **{"ready": "Ready", "provisional": "Provisional", "due": "Due", "overdue": "Overdue", "held": "On hold"},
    **{"exempt": "Exempt", "not_required": "Not needed"},
}


def holds(held: str, required: str) -> str:
    """How the page says the two versions."""
    said = f"Holds version {held}" if held else "Holds no version"
    return f"{said}, needs {required}" if required and required != held else said


def as_listed(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """The same of the rows of a file."""
    queues = dict(db.session.execute(select(Queue.slug, Queue.name)).all())
    policies = dict(db.session.execute(select(Policy.slug, Policy.title)).all())
    found = []
    for person, team, queue, policy, standing, held, required, due, *_ in rows:
        at = datetime.fromisoformat(due).isoformat(timespec="seconds") if due else ""
        name = " ".join(person.removeprefix("'").split()) if person.startswith("'") else person
        found.append((name, queues[queue], WORDS[standing], policies[policy], holds(held, required), at, team or "–"))
    return sorted((each[0].strip(), *each[1:]) for each in found)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_door_says_the_same(seed, papers, cast, sign_in, run, tmp_path):
    dice = found(seed, lead=cast.lena)
    rune = sign_in("rune")
    for number in range(2):
        asked = question(dice, is_narrowed=number > 0)
        query = urlencode(asked.address)
        rows = of_csv(rune.get(f"/readiness/report.csv?{query}").text)
        assert number or len(rows) > 10, "the first question is about everybody"
        in_json = rune.get(f"/readiness/report.json?{query}").text
        assert of_json(in_json) == rows

        book = xlsx(rune.get(f"/readiness/report.xlsx?{query}").response.get_data())
        assert of_xlsx(book["Readiness"]) == to_thousandths(rows)

        assert of_csv(run("readiness", *asked.options, "--format", "csv").stdout) == rows
        assert run("readiness", *asked.options, "--format", "json").stdout == in_json
        for form in ("csv", "json", "xlsx"):
            file = tmp_path / f"{number}.{form}"
            run("readiness", *asked.options, "--format", form, "-o", file)
            check_file(file, rows)

        not_ready = ("provisional", "due", "overdue", "held")
        shown = rows if asked.state else [row for row in rows if row[4] in not_ready]
        assert listed(rune, asked.address) == as_listed(shown)
        check_figures(rune, query, book)


def check_file(file: Path, rows: list[list[str]]) -> None:
    if file.suffix == ".xlsx":
        assert of_xlsx(xlsx(file.read_bytes())["Readiness"]) == to_thousandths(rows)
    elif file.suffix == ".json":
        assert of_json(file.read_text()) == rows
    else:
        with file.open(newline="") as written:
            assert of_csv(written.read()) == rows


def check_figures(rune: Reader, query: str, book: Any) -> None:
    """Headline and heat map of the page are those of the workbook, and stand on the paper."""
    page = rune.get(f"/readiness/?{query}")
    paper = pypdf.PdfReader(io.BytesIO(rune.get(f"/readiness/report.pdf?{query}").response.get_data()))
    printed = " ".join(" ".join(each.extract_text().split()) for each in paper.pages)
    headline = [[cell.value for cell in row] for row in book["Headline"].iter_rows(min_row=2)]
    cards = page.soup.select(".cards li")
    if len(headline) == 2:
        headline = headline[1:]  # one queue: everybody is who is in it
    assert len(cards) == len(headline)
    for card, (queue, name, ready, of, share, *_) in zip(cards, headline, strict=True):
        called = "Everybody here" if queue is None else name
        assert card.h3.get_text(strip=True) == called
        if queue is not None:
            assert parse_qs(urlsplit(card.a["href"]).query)["queue"] == [queue] if of else share is None
        said = " ".join(card.get_text(" ").split())
        assert (f"{ready} of {of} ready" if of else "Nobody needs it") in said
        percent = card.select_one(".share-figure").get_text(strip=True) if of else "–"
        assert f"{called} {ready} {of} {percent}" in printed
    heat = [[cell.value for cell in row][1:] for row in book["Heat map"].iter_rows(min_row=2)]
    for line, counts in zip(page.soup.select("table.heat tbody tr, tbody:has(td.heat) tr"), heat, strict=True):
        said = [cell.select_one(".heat-rows") for cell in line.select("td.heat")]
        pairs = zip(counts[::2], counts[1::2], strict=True)
        assert [each.get_text(strip=True) if each else "0/0" for each in said] == [f"{a}/{b}" for a, b in pairs]
        for a, b in zip(counts[::2], counts[1::2], strict=True):
            assert not b or re.search(rf"(?<!\d){a}/{b}(?!\d)", printed)
