"""A second person looks at what was sent, and publishes it or sends it back."""

from datetime import timedelta

import pytest

from lms import clock
from lms.models import Version
from lms.policies.actions import decide, load_shelf, propose, take_back
from tests.policies.conftest import NOW
from tests.policies.shelves import RELEASE_1, V1, write_shelf

APPROVAL = "/policies/requests/draft/approve"


@pytest.fixture
def sent(app, cast, root):
    """Version 2 is sent for approval by Pia."""
    load_shelf(write_shelf(root, releases=(RELEASE_1,)), is_publishing=True, now=NOW)
    for clause in ("speed", "records", "fax"):
        decide(2, clause, verdict="material", reason="It is another rule.", by=cast.pia, now=NOW)
    propose(2, effective_at=None, reason="Answers took too long.", by=cast.pia, now=clock.now())
    return 2


def fields(page):
    form = page.soup.find("form", action=APPROVAL)
    return {field["name"]: field["value"] for field in form.find_all("input") if field["name"] != "csrf_token"}


def test_a_lead_finds_what_waits_for_approval(sent, sign_in):
    lena = sign_in("lena")
    assert lena.get("/policies").soup.find("a", href=APPROVAL).get_text() == "Version 2: waits for approval"
    assert lena.get("/policies/requests").soup.select_one(f'.page-actions a[href="{APPROVAL}"]')


def test_it_shows_each_change_the_reason_and_what_it_does(sent, sign_in):
    page = sign_in("lena").get(APPROVAL)
    assert "Answers took too long." in page.words
    assert "As soon as it is approved" in page.words
    assert [section["id"] for section in page.soup.select("section.change")] == [
        "change-speed",
        "change-records",
        "change-fax",
    ]
    assert "What it does to people" in page.words


def test_approving_publishes_it_and_a_second_click_finds_it_published(sent, sign_in, rows, cast):
    lena = sign_in("lena")
    what = fields(lena.get(APPROVAL))
    assert lena.post(APPROVAL, what).location == "/policies/requests"
    page = lena.get("/policies/requests")
    assert "Version 2 is published." in page.words
    assert "Answer within 4 hours." in page.words
    before = rows(Version)
    lena.post(APPROVAL, what)
    assert rows(Version) == before
    assert before[-1]["approver_id"] == cast.lena
    lena.get(APPROVAL, expect=404)
    late = sign_in("pia").post(APPROVAL, what, expect=422)
    assert "published already, approved by somebody else" in late.words


def test_what_was_sent_again_since_is_not_approved_by_an_old_page(sent, cast, sign_in, rows):
    lena = sign_in("lena")
    what = fields(lena.get(APPROVAL))
    take_back(sent, by=cast.pia, now=NOW)
    decide(sent, "speed", verdict="editorial", reason="After all the same.", by=cast.pia, now=clock.now())
    propose(sent, effective_at=None, by=cast.pia, now=clock.now() + timedelta(seconds=1))
    page = lena.post(APPROVAL, what, expect=422)
    assert "It changed since you saw it" in page.words
    assert rows(Version)[-1]["published_at"] is None
    take_back(sent, by=cast.pia, now=NOW)
    lena.post(APPROVAL, what, expect=404)
    sign_in("pia")


def test_the_author_sees_why_somebody_else_must_approve(sent, sign_in, rows):
    pia = sign_in("pia")
    page = pia.get(APPROVAL)
    assert "You wrote it, so somebody else approves it" in page.words
    assert not page.soup.find("form", action=APPROVAL)
    what = fields(sign_in("lena").get(APPROVAL))
    assert "The author of a version cannot approve it." in pia.post(APPROVAL, what, expect=422).words
    assert rows(Version)[-1]["published_at"] is None


def test_a_lead_sends_it_back(sent, sign_in, rows):
    lena = sign_in("lena")
    assert lena.post("/policies/requests/draft/take-back").location == "/policies"
    assert rows(Version)[-1]["proposed_at"] is None
    lena.get(APPROVAL, expect=404)
    sign_in("pia").get(APPROVAL, expect=404)


def test_nobody_else_approves(sent, sign_in):
    what = fields(sign_in("lena").get(APPROVAL))
    for name in ("ada", "cole", "rune"):
        sign_in(name).get(APPROVAL, expect=404)
        sign_in(name).post(APPROVAL, what, expect=404)


@pytest.mark.parametrize(
    "wrong", [{}, {"number": "2", "proposed_at": "soon"}, {"number": "2", "proposed_at": "2026-01-01T00:00"}]
)
def test_a_request_that_our_page_did_not_make_is_not_understood(sent, sign_in, wrong):
    sign_in("lena").post(APPROVAL, wrong, expect=400)


def test_a_first_version_is_read_in_full(app, cast, root, sign_in):
    load_shelf(write_shelf(root, texts={1: V1}, releases=()), is_publishing=False, now=NOW)
    propose(1, effective_at=None, reason="The first version of it.", by=cast.pia, now=clock.now())
    lena = sign_in("lena")
    assert lena.get("/policies/requests", expect=302).location == APPROVAL
    page = lena.get(APPROVAL)
    assert page.soup.find(id="clause-speed")
    lena.post(APPROVAL, fields(page))
    assert "Answer within 24 hours." in lena.get("/policies/requests").words
