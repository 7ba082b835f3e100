"""Every type of item, answered by keyboard only, saved as it is given, on a phone and with the connection cut."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Page, expect

from lms.extensions import db
from tests.journeys.conftest import PHONE, SignedIn, assert_accessible
from tests.training.item_types import all_types, right

MOST_TABS = 120
FOCUSED = """() => {
  const at = document.activeElement;
  return {tag: at.tagName, type: at.type || "", name: at.name || "", text: at.textContent.trim(),
          values: at.options ? [...at.options].map((option) => option.value) : [],
          place: at.matches("[data-option]")
            ? [...at.closest("fieldset").querySelectorAll("[data-option]")].map((input) => input.value) : []};
}"""


def begin(demo: Flask, root: Path, page: Page) -> dict[str, Any]:
    """A quiz that asks all types; the right answers by the names of their controls."""
    with demo.app_context():
        all_types(root, slug="all-types", title="All types", audience="everybody")
        db.session.remove()
    page.goto(page.url.rstrip("/") + "/train/all-types")
    page.get_by_role("button", name="Start the quiz").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quiz")
    return right(SimpleNamespace(soup=BeautifulSoup(page.content(), "html.parser")))


def answer_by_keyboard(page: Page, wanted: dict[str, Any]) -> None:
    """Tab from control to control until the button; each is answered with the keys that people use."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["tag"] == "BUTTON" and at["text"] == "Check my answers":
            return
        if at["name"] not in wanted:
            continue
        value = wanted[at["name"]]
        if at["tag"] == "SELECT":
            page.keyboard.press("Home")
            for _ in range(at["values"].index(value)):
                page.keyboard.press("ArrowDown")
        elif at["place"]:
            page.keyboard.press(str(at["place"].index(value) + 1))
        else:
            page.keyboard.type(value)
    raise AssertionError("the button was not reached")


def test_every_type_is_answered_by_keyboard_only(demo: Flask, sign_in_as: SignedIn, tmp_path: Path) -> None:
    page = sign_in_as("sam", size=PHONE)
    wanted = begin(demo, tmp_path, page)
    assert_accessible(page)
    answer_by_keyboard(page, wanted)
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    page.reload()
    answers = right(SimpleNamespace(soup=BeautifulSoup(page.content(), "html.parser")))
    assert answers == wanted
    for name, value in wanted.items():
        control = page.locator(f"[name='{name}']").first
        if control.get_attribute("type") == "radio":
            expect(page.locator(f"[name='{name}'][value='{value}']")).to_be_checked()
        else:
            expect(control).to_have_value(value)
    page.get_by_role("button", name="Check my answers").press("Enter")
    expect(page.locator("main")).to_contain_text("7 of 7 questions answered")
    page.get_by_role("button", name="Hand in").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Passed")
    expect(page.locator("main")).to_contain_text("100 %")
    assert_accessible(page)


def test_what_is_written_without_a_connection_is_kept_and_sent_later(
    demo: Flask, sign_in_as: SignedIn, tmp_path: Path
) -> None:
    page = sign_in_as("sam")
    begin(demo, tmp_path, page)
    text = page.locator("input[data-typed]:not([inputmode])")
    place = page.locator("select[data-pair]").first
    page.context.set_offline(True)
    text.fill("preservation")
    place.select_option(index=2)
    expect(page.locator("[data-save-state]")).to_contain_text("no connection")
    page.context.set_offline(False)
    expect(page.locator("[data-save-state]")).to_contain_text("Saved", timeout=15_000)
    page.reload()
    expect(page.locator("input[data-typed]:not([inputmode])")).to_have_value("preservation")
    assert page.locator("select[data-pair]").first.evaluate("select => select.selectedIndex") == 2


def test_what_is_still_being_written_is_not_lost_with_the_page(
    demo: Flask, sign_in_as: SignedIn, tmp_path: Path
) -> None:
    page = sign_in_as("sam")
    begin(demo, tmp_path, page)
    page.locator("input[data-typed]:not([inputmode])").press_sequentially("preserv")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("input[data-typed]:not([inputmode])")).to_have_value("preserv")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
