"""Any two versions side by side, with verdicts and reasons."""

from lms.policies.actions import import_history, load_shelf, withdraw
from tests.policies.conftest import NOW
from tests.policies.shelves import ITEMS, RELEASE_1, RELEASE_2, V1, V2, write_shelf
from tests.policies.test_import import REAL, needs_real
from tests.policies.test_policy import upcoming

__all__ = ["upcoming"]


def changes(page):
    return {section["id"]: section.get_text(" ", strip=True) for section in page.soup.select("section.change")}


def test_each_changed_clause_shows_both_wordings_verdict_and_reason(published, sign_in):
    page = sign_in("ada").get("/policies/requests/compare?from=1&to=2")
    found = changes(page)
    assert list(found) == ["change-speed", "change-records", "change-fax"]
    assert "Reworded New meaning" in found["change-speed"]
    assert "Four hours from now on." in found["change-speed"]
    assert [tag.get_text() for tag in page.soup.select("#change-speed ins .visually-hidden")]
    assert "No longer applies" in found["change-fax"]
    assert "New" in found["change-records"]
    assert "Answers took too long in January." in page.words


def test_without_numbers_the_newest_is_held_against_the_one_before(published, sign_in):
    ada = sign_in("ada")
    assert changes(ada.get("/policies/requests/compare")) == changes(ada.get("/policies/requests/compare?from=2&to=1"))


def test_a_version_held_against_itself_asks_for_another(published, sign_in):
    page = sign_in("ada").get("/policies/requests/compare?from=2&to=2")
    assert "Choose two different versions." in page.words


def test_versions_that_do_not_exist_are_not_there(published, sign_in):
    sign_in("ada").get("/policies/requests/compare?from=1&to=9", expect=404)
    sign_in("ada").get("/policies/nothing/compare", expect=404)


def test_over_several_versions_every_reason_is_told_with_its_version(upcoming, sign_in):
    found = changes(sign_in("ada").get("/policies/requests/compare?from=1&to=3"))
    assert list(found) == ["change-who", "change-speed", "change-records", "change-fax"]
    assert "It is another rule." in found["change-who"]


def test_a_withdrawn_version_is_compared_by_its_words_alone(upcoming, sign_in, cast):
    from lms import clock

    withdraw(3, by=cast.pia, now=clock.now())
    found = changes(sign_in("ada").get("/policies/requests/compare?from=2&to=3"))
    assert "It is another rule." in found["change-who"]
    assert "(withdrawn)" in sign_in("ada").get("/policies/requests/compare?from=2&to=3").words


def test_clauses_are_followed_through_renames_splits_and_merges(app, root, sign_in):
    release_3 = RELEASE_2.replace("number: 2", "number: 3").split("    changes:")[0]
    release_3 = release_3.replace("2026-03-02", "2026-03-20").replace("2026-03-16", "2026-03-21") + (
        "    changes:\n"
        "      - {clause: pace, from: [speed], verdict: material, reason: Another heading.}\n"
        "      - {clause: notes, from: [records, who], verdict: editorial, reason: Told together.}\n"
    )
    third = (
        "What this is for.\n\n## Pace {#pace}\n\nAnswer within 2 hours.\n\n"
        "## Notes {#notes}\n\nNote every decision in the case. The shift lead decides.\n"
    )
    items = (*ITEMS, ("pace-3", "pace", 3), ("notes-3", "notes", 3))
    shelf = write_shelf(root, texts={1: V1, 2: V2, 3: third}, releases=(RELEASE_1, RELEASE_2, release_3), items=items)
    load_shelf(shelf, is_publishing=True, now=NOW)
    found = changes(sign_in("ada").get("/policies/requests/compare?from=1&to=3"))
    assert list(found) == ["change-pace", "change-notes", "change-fax"]
    assert "Version 2: Four hours from now on. Version 3: Another heading." in found["change-pace"]
    assert "Was called “How fast”" in found["change-pace"]
    assert "Reworded, merged New meaning" in found["change-notes"]


@needs_real
def test_a_real_rewrite_can_be_read_side_by_side(app, sign_in):
    import_history(REAL / "use-restrictions", now=NOW)
    page = sign_in("ada").get("/policies/use-restrictions/compare?from=6&to=7")
    assert changes(page)
    assert "37signals / CC BY 4.0" in sign_in("ada").get("/policies/use-restrictions").words


def test_the_statements_do_not_grow_with_what_changed(upcoming, sign_in):
    ada = sign_in("ada")
    one = len(ada.get("/policies/requests/compare?from=2&to=3").statements)
    assert len(ada.get("/policies/requests/compare?from=1&to=3").statements) == one
