"""Every page of each person, on a phone by day and on a desk by night: axe finds nothing, nothing is cut off."""

import pytest
from flask import Flask

from tests.journeys.conftest import DESK, PHONE, SignedIn, assert_accessible
from tests.organisation.made import ORGANISATION, vendor_and_closed

PAGES = {
    "ada": ("/", "/record", "/policies", "/policies/abuse-reports", "/policies/abuse-reports/compare?from=1&to=3",
            "/train/legal-requests", "/policies/abuse-reports/v/2", "/nowhere",
            "/train/legal-requests/flag?clause=emergency-disclosure"),
    "cole": ("/", "/coaching/", "/coaching/?state=overdue"),
    "lena": ("/readiness/", "/readiness/?queue=legal-requests&team=Northlane/Austin", "/evidence",
             "/shifts/", "/shifts/roster", "/shifts/new", "/shifts/import", "/shifts/1/call-off",
             "/shifts/minimums/legal-requests", "/readiness/gate?person=13&queue=abuse-reports",
             "/readiness/gate?who=an", "/account/mail",
             "/readiness/ahead", "/readiness/ahead/changes", "/readiness/ahead?weeks=26&policy=legal-requests",
             "/readiness/ahead/training?week=1",
             "/readiness/over-time", "/readiness/changes", "/readiness/changes/abuse-reports/3",
             "/readiness/changes/compare?change=abuse-reports@3&change=escalations@3"),
    "pia": ("/policies/legal-requests/draft", "/policies/legal-requests/requirement",
            "/policies/legal-requests/draft/items",
            "/flags", "/statistics", "/evidence?about=version",
            "/statistics/impersonation-and-scams?version=1",
            "/statistics/impersonation-and-scams/items/employer-4?version=1",
            "/policies/sensitive-content/items", "/policies/sensitive-content/items/3"),
    "rune": ("/admin", "/people", "/people/7", "/people/change?person=7&person=8", "/people/new", "/people/feeds",
             "/organisation", "/organisation/teams/1", "/organisation/queues/abuse-reports/gate",
             *ORGANISATION, "/audit", "/mail", "/system", "/privacy",
             "/privacy/people/7", "/account/factors", "/account/sessions", "/account/invitations", "/forgotten",
             "/coaching/people/7/accommodation"),
}  # fmt: skip


LOOKS = ((PHONE, "light", "en", (0, 1)), (DESK, "dark", "es", (0,)), (PHONE, "dark", "ar", (1,)))
"""Size, scheme, language, and which of two pages are looked at: all in English, the others half and half.

Spanish stands in for English on a desk: its words are longer.
"""


@pytest.mark.parametrize(
    ("size", "scheme", "language", "halves"), LOOKS, ids=["phone-light", "desk-dark-es", "phone-dark-ar"]
)
def test_every_page_is_for_everybody(
    demo: Flask, sign_in_as: SignedIn, size: dict[str, int], scheme: str, language: str, halves: tuple[int, ...]
) -> None:
    with demo.app_context():
        vendor_and_closed()
    for name, paths in PAGES.items():
        page = sign_in_as(name, size=size, scheme=scheme)
        if language != "en":
            page.goto("/account/factors")
            page.select_option("#language-choice", language)
            page.click("form[action$='/account/language'] button")
            assert page.get_attribute("html", "lang") == language
        for path in (each for place, each in enumerate(paths) if place % 2 in halves):
            page.goto(path)
            assert_accessible(page)
