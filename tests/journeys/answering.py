"""Answers a quiz in the browser as somebody who knows: the keys come from the database, as only a test may."""

import re

from flask import Flask
from playwright.sync_api import Page, expect

from lms.extensions import db
from lms.training.drawn import graded


def answer_everything(page: Page, app: Flask) -> None:
    """Choose every right answer and clause; each is acknowledged before the next."""
    with app.app_context():
        drawn = graded([attempt_of(page)])
        db.session.remove()
    for each in drawn:
        item = page.locator(f"#item-{each.position}")
        if item.locator("details").count():
            item.locator("summary").first.click()
        for option in sorted(each.item.keys):
            item.locator(f"input[value='{option}']").check()
        if each.item.cites_key:
            item.locator("select").select_option(each.item.cites_key)
        expect(page.locator("[data-save-state]")).to_contain_text("Saved")


def attempt_of(page: Page) -> int:
    """The number in the address."""
    found = re.search(r"/attempts/(\d+)", page.url)
    assert found, page.url
    return int(found.group(1))


def hand_in_and_sign(page: Page) -> None:
    """Look over, hand in, sign."""
    page.get_by_role("button", name="Check my answers").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Passed")
    page.get_by_role("link", name="Sign", exact=True).last.click()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Signed")
