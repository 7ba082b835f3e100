"""One answer, everywhere: the page, its files and `muster readiness` over the same mixed population."""

import csv
import io
import json
from urllib.parse import parse_qs, urlsplit

from tests.cli.conftest import run as run  # the command as somebody types it
from tests.readiness.test_report import figures


def test_page_files_and_command_say_the_same(mixed, sign_in, run):
    rune = sign_in("rune")
    page = rune.get("/readiness/")
    links = {link.get_text(strip=True).split(" ")[0]: link["href"] for link in page.soup.select(".list-files a")}
    asked = {name: values[0] for name, values in parse_qs(urlsplit(links["CSV"]).query).items()}
    moments = ("--as-of", asked["at"], "--known-at", asked["known"])

    from_page = list(csv.DictReader(io.StringIO(rune.get(links["CSV"]).text)))
    from_command = list(csv.DictReader(io.StringIO(run("readiness", *moments, "--format", "csv").output)))
    assert from_page == from_command
    in_json = rune.get(links["JSON"]).response.get_json()
    assert in_json == json.loads(run("readiness", *moments, "--format", "json").output)
    as_text = [{name: "" if value is None else str(value) for name, value in row.items()} for row in in_json["rows"]]
    assert as_text == from_page

    for name, queue in (("Legal requests", "legal-requests"), ("Abuse reports", "abuse-reports")):
        standings: dict[str, set[str]] = {}
        for row in from_page:
            if row["queue"] == queue:
                standings.setdefault(row["person"], set()).add(row["standing"])
        counted = [found for found in standings.values() if found - {"exempt", "not_required"}]
        ready = [found for found in counted if found <= {"ready", "exempt", "not_required"}]
        assert f"{len(ready)} of {len(counted)} ready" in figures(page, name)
    for item in page.soup.select(".breakdown li"):
        state = parse_qs(urlsplit(item.a["href"]).query)["state"][0]
        assert int(item.a.find(string=True)) == sum(row["standing"] == state for row in from_page)
