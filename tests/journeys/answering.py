"""Answers a quiz in the browser as somebody who knows: the keys come from the database, as only a test may."""

import re

from flask import Flask
from playwright.sync_api import Locator, Page, expect

from lms.domain.marking import MATCHED, PLACED, right_answer
from lms.domain.quizzes import ItemType
from lms.extensions import db
from lms.training.drawn import graded


def answer_everything(page: Page, app: Flask) -> None:
    """Choose every right answer and clause; each is acknowledged before the next."""
    with app.app_context():
        drawn = graded([attempt_of(page)])
        db.session.remove()
    for each in drawn:
        item = page.locator(f"#item-{each.number}")
        if item.locator("details").count():
            item.locator("summary").first.click()
        answer = right_answer(each.item)
        for option in answer.options:
            _choose(item, each.item.type, option)
        if answer.typed:
            item.locator("[data-typed]").fill(answer.typed)
            item.locator("[data-typed]").blur()
        if answer.citation:
            item.locator("[data-citation]").select_option(answer.citation)
        expect(page.locator("[data-save-state]")).to_contain_text("Saved")


def _choose(item: Locator, kind: ItemType, option: str) -> None:
    if kind is ItemType.NUMBER:
        item.locator("[data-unit]").select_option(option)
    elif kind in (ItemType.ORDERING, ItemType.MATCHING):
        mark = PLACED if kind is ItemType.ORDERING else MATCHED
        name, _, value = option.partition(mark)
        item.locator(f"[data-pair='{name}{mark}']").select_option(value)
    else:
        item.locator(f"input[value='{option}']").check()


def with_options(page: Page, *, least: int = 2) -> list[Locator]:
    """Questions that give so many options to choose from, whatever was drawn; opened where they are sensitive."""
    expect(page.locator("[data-item]").first).to_be_attached()
    asked = [each for each in page.locator("[data-item]").all() if each.locator("input[data-option]").count() >= least]
    for each in asked:
        if each.locator("details:not([open])").count():
            each.locator("summary").first.click()
    return asked


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
