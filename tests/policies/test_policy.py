"""One policy: its text clause by clause, its history, and what is still to come."""

from datetime import timedelta

import pytest

from lms import clock
from lms.extensions import db, writing
from lms.models import Policy
from lms.policies.actions import approve, decide, load_shelf, propose
from lms.policies.queries import gaps
from tests.policies.conftest import NOW
from tests.policies.shelves import ITEMS, RELEASE_1, V1, V2, write_shelf


def test_the_text_in_force_stands_there_clause_by_clause(published, sign_in):
    page = sign_in("ada").get("/policies/requests")
    assert page.soup.h1.get_text(strip=True) == "Requests"
    assert "Answer within 4 hours." in page.soup.find(id="speed").get_text()
    assert "We take requests by fax." not in page.words
    assert page.soup.select_one('a[href="#speed"]')


def test_the_history_says_why_and_by_whom(published, sign_in):
    page = sign_in("ada").get("/policies/requests")
    versions = page.soup.select(".timeline li")
    assert [item.a.get_text() for item in versions] == ["Version 2", "Version 1"]
    assert "Answers took too long in January." in versions[0].get_text()
    assert "Written by Pia, approved by Lena." in versions[0].get_text()
    assert ["In force" in item.get_text() for item in versions] == [True, False]


def test_clauses_that_somebody_still_has_to_learn_are_marked(published, sign_in):
    assert sign_in("ada").get("/policies/requests").words.count("Your gap") == 4
    assert "Your gap" not in sign_in("sam").get("/policies/requests").words


def test_headings_without_text_and_links_between_clauses_are_kept(app, root, sign_in):
    text = "# Requests\n\n## Part one\n\n### Who {#who}\n\nSee [how](#speed).\n\n### How {#speed}\n\nFast.\n"
    load_shelf(write_shelf(root, texts={1: text}, releases=(RELEASE_1,), items=ITEMS[1:3]), is_publishing=True, now=NOW)
    page = sign_in("ada").get("/policies/requests")
    headings = [(tag.name, tag.get_text(strip=True)) for tag in page.soup.select("main h2, main h3")]
    assert headings[:3] == [("h2", "Part one"), ("h3", "Who"), ("h3", "How")]
    assert page.soup.select_one('#who a[href="#text-speed"]').get_text() == "how"
    assert page.soup.select_one("#speed #text-speed")


def test_a_clause_whose_id_the_page_has_already_gets_another_anchor(app, root, sign_in):
    text = "## Main\n\nThe main rule of all.\n"
    load_shelf(write_shelf(root, texts={1: text}, releases=(RELEASE_1,), proof="attest"), is_publishing=True, now=NOW)
    assert sign_in("ada").get("/policies/requests").soup.find(id="clause-main")


def test_an_unknown_policy_is_not_there(published, cast, sign_in):
    sign_in("ada").get("/policies/nothing", expect=404)
    assert gaps("nothing", person_id=cast.ada, now=NOW) == frozenset()


def test_before_the_first_version_owners_are_led_to_the_draft(app, root, sign_in):
    load_shelf(write_shelf(root, texts={1: V1}, releases=()), is_publishing=False, now=NOW)
    assert sign_in("pia").get("/policies/requests", expect=302).location == "/policies/requests/draft"
    sign_in("ada").get("/policies/requests", expect=404)
    sign_in("lena").get("/policies/requests", expect=404)


@pytest.fixture
def upcoming(published, cast):
    """Version 3 takes effect in a week."""
    third = V2.replace("The shift lead decides.", "The lead on call decides.")
    now = clock.now()
    items = (*ITEMS, ("who-2", "who", 3))
    load_shelf(write_shelf(published, texts={1: V1, 2: V2, 3: third}, items=items), is_publishing=True, now=NOW)
    decide(3, "who", verdict="material", reason="It is another rule.", by=cast.pia, now=now)
    propose(3, effective_at=now + timedelta(days=7), reason="The lead on call decides.", by=cast.pia, now=now)
    approve(3, by=cast.lena, now=now)
    return published


def test_an_upcoming_version_is_told_above_the_text_in_force(upcoming, sign_in):
    page = sign_in("ada").get("/policies/requests")
    assert "Version 3 takes effect soon" in page.words
    assert "The shift lead decides." in page.words
    assert page.soup.select_one('a[href="/policies/requests/compare?from=2&to=3"]')


def test_a_policy_that_is_not_in_force_yet_says_so(app, root, cast, sign_in):
    load_shelf(write_shelf(root, texts={1: V1}, releases=()), is_publishing=False, now=NOW)
    now = clock.now()
    propose(1, effective_at=now + timedelta(days=7), reason="The first version.", by=cast.pia, now=now)
    approve(1, by=cast.lena, now=now)
    page = sign_in("ada").get("/policies/requests")
    assert "Not in force yet" in page.words
    assert "Answer within 24 hours." in page.words


def test_a_retired_policy_says_so(published, sign_in):
    with writing():
        db.session.query(Policy).update({"retired_at": NOW, "retired_recorded_at": NOW})
        db.session.commit()
    page = sign_in("ada").get("/policies/requests")
    assert "This policy is retired" in page.words
    assert "In force" not in page.words
    assert "Retired" in sign_in("ada").get("/policies").words


def test_the_statements_do_not_grow_with_versions(app, root, cast, sign_in):
    load_shelf(write_shelf(root, texts={1: V1}, releases=(RELEASE_1,)), is_publishing=True, now=NOW)
    ada = sign_in("ada")
    few = len(ada.get("/policies/requests").statements)
    load_shelf(write_shelf(root), is_publishing=True, now=NOW)
    assert len(ada.get("/policies/requests").statements) == few
