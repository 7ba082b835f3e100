"""A real browser, a real server, and the demo organisation as a newcomer finds it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from lms.app import create_app
from lms.demo import seed
from lms.extensions import db
from tests.conftest import settings_for

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
EXPECTED = ("status of 4", "ERR_INTERNET_DISCONNECTED")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The app on a demo database of this journey's own."""
    path = tmp_path / "demo.db"
    for suffix in ("", "-wal"):
        if Path(f"{demo_template}{suffix}").exists():
            shutil.copy(f"{demo_template}{suffix}", f"{path}{suffix}")
    app = create_app(settings_for(f"sqlite:///{path}"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def address(demo: Flask) -> Iterator[str]:
    """Where a real server answers."""
    server = make_server("127.0.0.1", 0, _whole(demo), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _whole(app: Flask) -> Callable[..., list[bytes]]:
    """Each answer in one piece: this server forgets to close a file when the browser goes on to another page."""

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            parts.close()

    return answer


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a screen."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")  # the same, lighter without a window
    if found is None:
        pytest.fail("The journeys need a browser. On Debian: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


SignedIn = Callable[..., Page]


@pytest.fixture
def sign_in_as(browser: Browser, address: str) -> Iterator[SignedIn]:
    """`sign_in_as("ada", size=PHONE)` types e-mail and password and gives the home page; complaints fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A page that is not there is part of a journey; anything else that the browser complains of is a mistake.
        if message.type == "error" and not any(known in message.text for known in EXPECTED):
            complaints.append(message.text)

    def sign_in(name: str, *, size: dict[str, int] = DESK, scheme: str = "light") -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme, base_url=address)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.get_by_label("E-mail").fill(f"{name}@demo.example")
        page.get_by_label("Password").fill(seed.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


def assert_accessible(page: Page) -> None:
    """Axe finds nothing, and nothing is wider than the screen."""
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]})  # what passes takes as long again
    sentences = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]} {violation['nodes'][0].get('failureSummary', '')}"
        for violation in found.response["violations"]
    ]
    assert sentences == [], f"{page.url}: {sentences}"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px wider than the screen"
