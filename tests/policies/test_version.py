"""One version: what it said, who wrote and approved it, and taking it back in time."""

from lms.policies.actions import load_shelf
from tests.policies.conftest import NOW
from tests.policies.shelves import RELEASE_1, write_shelf
from tests.policies.test_policy import upcoming

__all__ = ["upcoming"]


def test_an_old_version_reads_as_it_was(published, sign_in):
    page = sign_in("ada").get("/policies/requests/v/1")
    assert "Answer within 24 hours." in page.soup.find(id="speed").get_text()
    assert "First version of the process." in page.words
    assert "Written by Pia, approved by Lena." in page.words
    assert "Past" in page.words
    assert "What changed" not in page.words


def test_it_leads_to_what_changed(published, sign_in):
    page = sign_in("ada").get("/policies/requests/v/2")
    assert page.soup.select_one('a[href="/policies/requests/compare?from=1&to=2"]').get_text() == "What changed"
    assert "frozen under the digest" in page.words


def test_a_version_that_does_not_exist_and_a_draft_are_not_there(app, root, sign_in):
    load_shelf(write_shelf(root, releases=(RELEASE_1,)), is_publishing=True, now=NOW)
    for number in (2, 3):
        sign_in("pia").get(f"/policies/requests/v/{number}", expect=404)


def test_an_owner_withdraws_the_upcoming_version(upcoming, sign_in):
    pia = sign_in("pia")
    assert "Withdraw version 3" in pia.get("/policies/requests/v/3").words
    assert "Withdraw version" not in sign_in("lena").get("/policies/requests/v/3").words
    assert "Withdraw version" not in pia.get("/policies/requests/v/2").words

    assert pia.post("/policies/requests/v/3/withdraw").location == "/policies/requests"
    page = pia.get("/policies/requests")
    assert "Version 3 is withdrawn." in page.words
    assert "takes effect soon" not in page.words

    pia.post("/policies/requests/v/3/withdraw")
    assert "This version is withdrawn" in pia.get("/policies/requests/v/3").words


def test_a_version_in_force_cannot_be_withdrawn(published, sign_in):
    page = sign_in("pia").post("/policies/requests/v/2/withdraw", expect=422)
    assert "only the newest can be, before it takes effect" in page.words


def test_only_owners_withdraw(upcoming, sign_in):
    for name in ("ada", "lena", "rune"):
        sign_in(name).post("/policies/requests/v/3/withdraw", expect=404)
