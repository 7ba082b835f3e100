"""Passkeys in a real browser with an authenticator of its own: added, used instead of a password, removed."""

import pytest
from playwright.sync_api import CDPSession, Page, expect

from lms.demo import seed
from tests.journeys.conftest import PHONE, SignedIn, assert_accessible


@pytest.fixture
def address(address: str) -> str:
    """Passkeys need a host name."""
    return address.replace("127.0.0.1", "localhost")


def authenticator(page: Page) -> CDPSession:
    """A device that is always there and always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def test_rune_adds_a_passkey_and_signs_in_with_it(sign_in_as: SignedIn) -> None:
    page = sign_in_as("rune", size=PHONE)
    device = authenticator(page)
    page.get_by_role("link", name="Rune").click()
    assert_accessible(page)
    page.get_by_label("What to call it").fill("Work phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Work phone")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/")
    page.goto("/account/sessions")
    expect(page.get_by_role("cell", name="Passkey")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("E-mail").fill("rune@demo.example")
    page.get_by_label("Password").fill(seed.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/")

    page.goto("/account/factors")
    page.get_by_text("Remove", exact=False).first.click()
    page.get_by_label("Your password, to be sure").first.fill(seed.PASSWORD)
    page.get_by_role("button", name="Remove this passkey").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("That passkey did not work here.")).to_be_visible()
    device.detach()
