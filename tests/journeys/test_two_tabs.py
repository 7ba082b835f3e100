"""One quiz in two tabs: what each saves is there in both, and an older page never writes over a newer answer."""

import re

from playwright.sync_api import expect

from tests.journeys.answering import with_options
from tests.journeys.conftest import SignedIn


def choose(page, place, option):
    with_options(page, least=3)[place].locator("input[data-option]").nth(option).check()


def chosen(page, place):
    options = with_options(page, least=3)[place].locator("input[data-option]").all()
    return [each.is_checked() for each in options].index(True)


def test_two_tabs_never_lose_an_answer(sign_in_as: SignedIn) -> None:
    first = sign_in_as("ada")
    first.get_by_role("link", name=re.compile("Start")).first.click()
    first.get_by_role("button", name="Start the quiz").click()
    first.wait_for_load_state("networkidle")
    second = first.context.new_page()
    second.goto(first.url)
    second.wait_for_load_state("networkidle")
    state = "[data-save-state]"
    choose(first, 0, 1)
    expect(first.locator(state)).to_contain_text("Saved")
    choose(first, 0, 2)
    expect(first.locator(state)).to_contain_text("Saved")
    choose(second, 0, 0)
    expect(second.locator(state)).to_contain_text("changed or closed elsewhere")
    second.reload()
    assert chosen(second, 0) == 2
    choose(second, 1, 0)
    expect(second.locator(state)).to_contain_text("Saved")
    first.reload()
    assert (chosen(first, 0), chosen(first, 1)) == (2, 0)
