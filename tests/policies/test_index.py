"""The list of policies: mine first, drafts for their owners only."""

from lms.policies.actions import load_shelf
from tests.policies.conftest import NOW
from tests.policies.shelves import RELEASE_1, V1, write_shelf


def titles(page):
    return [link.get_text(strip=True) for link in page.soup.select("tbody th a")]


def test_an_empty_list_says_what_to_do(sign_in):
    assert "muster content load" in sign_in("ada").get("/policies").words


def test_a_stranger_is_asked_to_sign_in(stranger):
    assert "/sign-in" in stranger.get("/policies", expect=302).location


def test_what_concerns_me_comes_first(app, published, sign_in):
    load_shelf(
        write_shelf(published, slug="abuse", title="Abuse", audience="[abuse-reports]", releases=(RELEASE_1,)),
        is_publishing=True,
        now=NOW,
    )
    page = sign_in("sam").get("/policies")
    assert titles(page) == ["Abuse", "Requests"]
    assert [caption.get_text() for caption in page.soup.find_all("caption")] == ["For your work", "Others"]
    assert titles(sign_in("lena").get("/policies")) == ["Abuse", "Requests"]


def test_a_draft_is_seen_by_owners_only_until_it_is_sent_for_approval(app, root, sign_in):
    load_shelf(write_shelf(root, releases=(RELEASE_1,)), is_publishing=True, now=NOW)
    assert "Version 2: draft" in sign_in("pia").get("/policies").words
    for name in ("ada", "lena", "rune"):
        assert "draft" not in sign_in(name).get("/policies").words


def test_a_policy_without_a_published_version_is_there_for_its_owners_only(app, root, sign_in):
    load_shelf(write_shelf(root, texts={1: V1}, releases=()), is_publishing=False, now=NOW)
    assert "Requests" in sign_in("pia").get("/policies").words
    assert "Requests" not in sign_in("ada").get("/policies").words


def test_titles_can_be_searched(published, sign_in):
    ada = sign_in("ada")
    assert titles(ada.get("/policies?q=REQ")) == ["Requests"]
    page = ada.get("/policies?q=nothing")
    assert "No policy has “nothing” in its title." in page.words


def test_the_statements_do_not_grow_with_policies(app, published, sign_in):
    ada = sign_in("ada")
    few = len(ada.get("/policies").statements)
    for slug in ("abuse", "conduct", "scams"):
        write_shelf(published, slug=slug, title=slug.capitalize())
    load_shelf(published, is_publishing=True, now=NOW)
    assert len(ada.get("/policies").statements) == few
