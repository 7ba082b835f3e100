"""The countdown of a quiz when it sleeps, when more time is given meanwhile, and when the limit is lifted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import get_template_attribute
from playwright.sync_api import Browser, Page

from lms.app import create_app
from tests.conftest import settings_for

SCRIPT = Path(__file__).parents[2] / "lms/static/quiz.js"
AT = "https://quiz.example/"


@pytest.fixture
def quiz(browser: Browser, tmp_path: Path) -> Iterator[Callable[[int], Page]]:
    """`quiz(400)` shows one question with so many seconds left, by a clock that the test sets."""
    page = browser.new_page()

    def show(seconds: int) -> Page:
        page.route(AT, lambda route: route.fulfill(content_type="text/html", body=_html(tmp_path, seconds)))
        page.route(f"{AT}quiz.js", lambda route: route.fulfill(content_type="text/javascript", path=SCRIPT))
        page.clock.install()
        page.goto(AT)
        page.locator("[data-save-state]", has_text="Each answer is saved").wait_for()
        return page

    yield show
    page.close()


def _html(folder: Path, seconds: int) -> str:
    app = create_app(settings_for(f"sqlite:///{folder}/none.db"))
    option = {"id": "a", "text": "Call back"}
    with app.test_request_context():
        item = get_template_attribute("components/item.html", "quiz_item")(1, 1, 1, "What do you do?", [option])
        form = get_template_attribute("components/item.html", "quiz_form")
        body = form("/check", "/save", 7, seconds_left=seconds, caller=lambda: item)
    return f'<!doctype html><html lang="en"><title>Quiz</title>{body}<script type="module" src="quiz.js"></script>'


def seen(page: Page) -> str:
    return page.locator("[data-time-left]").inner_text()


def read_out(page: Page) -> str:
    return page.locator("[data-time-said]").inner_text()


def answered(page: Page, seconds_left: int | None) -> None:
    """An answer is saved, and the server says how much time is left."""
    kept = {"saved_at": "2026-11-25T12:00:00+00:00", "seconds_left": seconds_left}
    page.route(f"{AT}save", lambda route: route.fulfill(json=kept))
    page.get_by_label("Call back").check()
    page.locator("[data-save-state]", has_text="Saved").wait_for()


def test_after_a_sleep_only_what_is_true_now_is_read_out(quiz):
    page = quiz(400)
    page.clock.fast_forward(350_000)
    assert (seen(page), read_out(page)[:14]) == ("Time left: 1 minute", "1 minute left.")


def test_more_time_that_is_given_meanwhile_is_seen_at_the_next_answer(quiz):
    page = quiz(120)
    answered(page, 600)
    assert (seen(page), read_out(page)) == ("Time left: 10 minutes", "")


def test_it_stops_when_the_limit_is_lifted_meanwhile(quiz):
    page = quiz(40)
    answered(page, None)
    page.clock.run_for(60_000)
    assert (seen(page), read_out(page)) == ("", "")
