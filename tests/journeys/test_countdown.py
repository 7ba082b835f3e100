"""The time of a quiz counts down by what the server says, and is read out twice and at its end, no more."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from lms import clock
from lms.extensions import db
from tests.journeys.conftest import PHONE, SignedIn
from tests.training.make import simple

MINUTE = 60_000


def test_the_time_left_is_seen_and_read_out_at_five_minutes_and_at_one(
    demo: Flask, sign_in_as: SignedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demo.app_context():
        simple(tmp_path, slug="timed", title="Timed", audience="everybody", rules={"time_limit_minutes": 6})
        db.session.remove()
    page = sign_in_as("sam", size=PHONE)
    page.clock.install()
    page.goto("/train/timed")
    page.get_by_role("button", name="Start the quiz").click()
    seen, said = page.locator("[data-time-left]"), page.locator("[data-time-said]")
    expect(seen).to_have_text("Time left: 6 minutes")
    expect(said).to_have_text("")
    expect(page.get_by_role("button", name="Check my answers")).to_be_in_viewport(ratio=1)
    for passed, left, read_out in (
        (MINUTE, "Time left: 5 minutes", "5 minutes left. Every answer is saved as you give it."),
        (2 * MINUTE, "Time left: 3 minutes", "5 minutes left. Every answer is saved as you give it."),
        (2 * MINUTE, "Time left: 1 minute", "1 minute left. Every answer is saved as you give it."),
        (MINUTE, "The time is over. What was saved counts.", "The time is over. What was saved counts."),
    ):
        page.clock.fast_forward(passed)
        expect(seen).to_have_text(left)
        expect(said).to_have_text(read_out)
    page.locator("#item-1 input").first.check()  # the browser's clock ran ahead: the server decides
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    expect(seen).to_have_text("Time left: 6 minutes")
    later = clock.now() + timedelta(minutes=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    page.locator("#item-2 input").first.check()
    expect(page.locator("[data-save-state]")).to_have_text("Not saved: the time is over. What was saved before counts.")
