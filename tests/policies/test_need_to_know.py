"""A policy that only its audience and owners may read: not there for others, each reading noted, the reader named."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import AuditEntry
from tests.training.make import DAY, FIRST, HOUR, prove, second

PAGES = ("/policies/legal-requests", "/policies/legal-requests/v/1", "/policies/legal-requests/compare",
         "/train/legal-requests")  # fmt: skip


@pytest.fixture
def secret(simple):
    """Concerns Ada, who works in legal requests, and not Sam, who does not."""
    return simple(ago=10 * DAY, settings={"need_to_know": "true"})


def reads():
    return db.session.execute(
        select(AuditEntry.by, AuditEntry.about).where(AuditEntry.act == "need-to-know read").order_by(AuditEntry.id)
    ).all()


def read(reader, url):
    page = reader._send("get", url)
    return page.status, page


def test_it_is_not_there_for_whom_it_does_not_concern(cast, secret, sign_in):
    for name in ("sam", "cole", "lena", "rune"):
        reader = sign_in(name)
        assert "Legal requests" not in reader.get("/policies").words
        for url in PAGES:
            assert read(reader, url)[0] == 404, f"{name} {url}"
    assert reads() == []


def test_whom_it_concerns_and_owners_read_it_and_each_reading_is_noted(cast, secret, sign_in):
    for name in ("ada", "pia"):
        reader = sign_in(name)
        assert "Legal requests" in reader.get("/policies").words
        for url in PAGES[:3]:
            status, page = read(reader, url)
            assert status == 200
            assert f"Shown to {name.capitalize()}" in page.words
            assert page.soup.select_one(".watermark").get_text().startswith(name.capitalize())
    assert reads() == [(cast.ada, "legal-requests version 1")] * 3 + [(cast.pia, "legal-requests version 1")] * 3


def test_learning_it_is_reading_it(cast, secret, sign_in):
    ada = sign_in("ada")
    assert "Shown to Ada" in read(ada, PAGES[3])[1].words
    assert reads() == [(cast.ada, "legal-requests version 1")]
    prove(cast.ada, at=clock.now() - DAY)
    assert read(ada, PAGES[3])[0] == 404


def test_both_wordings_of_a_comparison_are_read(cast, secret, sign_in):
    second(secret, ago=HOUR)
    read(sign_in("ada"), "/policies/legal-requests/compare?from=1&to=2")
    assert {about for _, about in reads()} == {"legal-requests version 1", "legal-requests version 2"}


def test_a_lead_who_is_asked_to_approve_reads_the_draft(cast, secret, sign_in):
    from lms.policies.actions import decide, load_shelf, propose

    secret.version(FIRST | {"notice": "Tell the user within 2 hours."}, ago=-DAY)
    secret.releases.pop()
    secret.items_for("notice", since=2).publish()
    load_shelf(secret.root, is_publishing=False, now=clock.now())
    lena, url = sign_in("lena"), "/policies/legal-requests/draft/approve"
    assert read(lena, url)[0] == 404
    decide(2, "notice", verdict="material", reason="Two hours.", by=cast.pia, now=clock.now())
    propose(2, effective_at=None, reason="Answers took too long.", by=cast.pia, now=clock.now())
    status, page = read(lena, url)
    assert (status, "Shown to Lena" in page.words) == (200, True)
    assert reads() == [(cast.lena, "legal-requests version 2")]


def test_an_ordinary_policy_notes_nothing(cast, simple, sign_in):
    simple(ago=10 * DAY)
    sign_in("sam").get(PAGES[0])
    assert reads() == []
