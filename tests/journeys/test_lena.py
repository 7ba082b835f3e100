"""Lena answers her director: from the headline to one person and the shortest fix, now and yesterday, and on paper."""

import io
import re
from datetime import timedelta

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from lms import clock
from tests.journeys.conftest import PHONE, SignedIn, assert_accessible

SHARE = re.compile(r"(\d+) of (\d+) ready for Legal requests")


def shares(page: Page) -> tuple[str, ...]:
    """Ready and counted of legal requests, as the headline has them."""
    found = SHARE.search(page.get_by_role("link", name=SHARE).inner_text().replace("\n", " "))
    assert found
    return found.groups()


def test_from_the_headline_to_one_person_and_what_they_lack(sign_in_as: SignedIn) -> None:
    page = sign_in_as("lena")
    page.get_by_role("link", name="Readiness", exact=True).first.click()
    ready, counted = shares(page)
    page.get_by_role("link", name=SHARE).click()
    page.wait_for_url("**queue=legal-requests**")
    assert shares(page) == (ready, counted)
    first = page.locator("#rows tbody tr").first
    person, minutes = first.locator("th").inner_text().split("\n")[0], first.locator("td.num").inner_text()
    first.locator("a", has_text=person).click()
    page.wait_for_url("**/readiness/gate?**")
    assert page.get_by_role("heading", level=1).is_visible()
    assert person in page.locator("main").inner_text()
    if minutes.isdigit():  # of who is on hold nothing may be missing
        assert re.search("minutes? of training until they are ready again", page.locator("main").inner_text())


def test_the_shortest_fix_of_a_gap_is_what_the_gate_says_of_that_person(sign_in_as: SignedIn) -> None:
    page = sign_in_as("lena", size=PHONE)
    page.goto("/shifts/?queue=legal-requests")
    assert_accessible(page)
    gap = page.locator("#gaps ~ ul li", has_text="Shortest fix:").first
    fix = gap.get_by_role("link").first
    said = re.fullmatch(r"(.+) (\d+) min", fix.inner_text())
    assert said
    fix.click()
    page.wait_for_url("**/readiness/gate?**")
    told = page.locator("main").inner_text()
    assert said[1] in told
    assert re.search(f"About {said[2]} minutes? of training until they are ready again", told)


def test_as_of_yesterday_and_back(sign_in_as: SignedIn) -> None:
    page = sign_in_as("lena")
    page.goto("/readiness/?queue=legal-requests")
    now = shares(page)
    yesterday = clock.now() - timedelta(days=1)
    page.get_by_label("As of (").fill(f"{yesterday:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**at=**")
    expect(page.locator(".lead time").first).to_have_attribute("datetime", re.compile(f"^{yesterday:%Y-%m-%d}"))
    with page.expect_download() as started:
        page.get_by_role("link", name="JSON").click()
    assert f"{yesterday:%Y%m%d}" in started.value.suggested_filename, "the file is of the same instant"
    page.get_by_role("link", name="Clear").click()
    page.goto("/readiness/?queue=legal-requests")
    assert shares(page) == now


def test_the_director_gets_the_same_figures_on_paper(sign_in_as: SignedIn) -> None:
    page = sign_in_as("lena")
    page.goto("/readiness/")
    ready, counted = shares(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="PDF").click()
    with open(started.value.path(), "rb") as file:
        paper = PdfReader(io.BytesIO(file.read()))
    said = " ".join(" ".join(each.extract_text().split()) for each in paper.pages)
    assert f"Legal requests {ready} {counted} {100 * int(ready) // int(counted)} %" in said
    assert "As of" in said
