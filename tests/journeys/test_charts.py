"""Charts: Lena follows the queues day by day and sees a change land; by pointer, by keyboard, and without a script."""

from playwright.sync_api import Browser, Page, expect

from lms.demo import seed
from tests.journeys.conftest import DESK, PHONE, SignedIn, assert_accessible

CHANGE = "/readiness/changes/abuse-reports/3"
LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


def opened(page: Page, path: str) -> Page:
    """A page whose chart is drawn, that notes whatever its headers refuse."""
    page.add_init_script(LISTEN)
    page.goto(path)
    page.locator(".chart-field canvas").wait_for()
    return page


def pixels(page: Page) -> int:
    """How many pixels of the chart are not empty."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector(".chart-field canvas");
          const drawn = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          return drawn.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
        }"""
    )


def hover(page: Page, share: float = 0.5) -> None:
    chart = page.locator(".chart-field")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_timeout(150)


def test_lena_points_at_the_chart_and_nothing_is_refused(sign_in_as: SignedIn) -> None:
    page = opened(sign_in_as("lena"), "/readiness/over-time")
    bare = pixels(page)
    for share in (0.2, 0.5, 0.8):
        hover(page, share)
    assert pixels(page) > bare + 500, "what is under the pointer is shown"
    page.mouse.move(0, 0)
    assert page.evaluate("window.refused") == []


def test_the_chart_is_told_by_the_arrow_keys(sign_in_as: SignedIn) -> None:
    page = opened(sign_in_as("lena", scheme="dark"), "/readiness/over-time")
    chart = page.get_by_role("slider")
    chart.focus()
    before, bare = chart.get_attribute("aria-valuetext"), pixels(page)
    assert before
    assert "Abuse reports" in before.replace("\u2068", "")
    assert chart.get_attribute("aria-valuenow") == "29"
    page.keyboard.press("ArrowLeft")
    assert chart.get_attribute("aria-valuenow") == "28"
    assert chart.get_attribute("aria-valuetext") != before
    page.wait_for_timeout(150)
    assert pixels(page) > bare + 500
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert chart.get_attribute("aria-valuenow") == "0"
    page.keyboard.press("End")
    assert chart.get_attribute("aria-valuetext") == before
    assert page.evaluate("window.refused") == []


def test_a_line_is_hidden_and_shown_again(sign_in_as: SignedIn) -> None:
    page = opened(sign_in_as("lena"), "/readiness/over-time")
    every = pixels(page)
    name = page.get_by_role("button", name="Legal requests")
    name.press("Enter")
    expect(name).to_have_attribute("aria-pressed", "false")
    page.wait_for_timeout(150)
    assert pixels(page) < every
    assert "Legal requests" not in (page.get_by_role("slider").get_attribute("aria-valuetext") or "")
    name.press("Enter")
    page.wait_for_timeout(150)
    assert pixels(page) == every


def test_lena_sees_a_change_land_and_goes_to_who_is_missing(sign_in_as: SignedIn) -> None:
    page = sign_in_as("lena", size=PHONE)
    page.goto("/readiness/changes")
    page.get_by_role("link", name="Abuse reports, version 3").click()
    page.wait_for_url(f"**{CHANGE}*")
    page.locator(".chart-field canvas").wait_for()
    page.get_by_text("The same as a table").press("Enter")
    row = page.locator("#curve-table tr", has_text="Takes effect")
    expect(row).to_contain_text("336 hours after publication")
    assert_accessible(page)
    page.locator("#people tbody a").first.click()
    expect(page.locator("#rows tbody tr").first).to_be_visible()


def test_lena_compares_changes(sign_in_as: SignedIn) -> None:
    page = sign_in_as("lena")
    page.add_init_script(LISTEN)
    page.goto("/readiness/changes")
    for name in ("Abuse reports, version 3", "Messaging safety, version 3"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Compare the chosen changes").click()
    page.locator(".chart-field canvas").wait_for()
    assert page.locator(".chart-key li").count() == 2
    hover(page)
    assert page.evaluate("window.refused") == []


def test_arabic_runs_the_other_way(sign_in_as: SignedIn) -> None:
    page = sign_in_as("lena", size=PHONE)
    page.goto("/account/factors")
    page.select_option("#language-choice", "ar")
    page.click("form[action$='/account/language'] button")
    opened(page, "/readiness/over-time")
    chart = page.get_by_role("slider")
    chart.focus()
    page.keyboard.press("ArrowRight")
    assert chart.get_attribute("aria-valuenow") == "28", "earlier lies to the right"
    assert_accessible(page)


def test_without_a_script_there_is_a_drawing_and_the_table(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=DESK, base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("E-mail").fill("lena@demo.example")
    page.get_by_label("Password").fill(seed.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/readiness/over-time")
    assert page.locator(".curve-plot svg .series-line").count() == 3
    expect(page.locator(".curve-plot svg")).to_be_visible()
    expect(page.locator("[data-chart-help]")).to_be_hidden()
    page.get_by_text("The same as a table").click()
    expect(page.locator("#by-day tbody tr")).to_have_count(30)
    context.close()
