"""Translations beside published versions: added, never replaced; carried where the English is the same."""

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import AuditEntry, TranslationFeedback, TranslationRow, Version
from lms.policies.actions import load_shelf
from lms.policies.queries import feedback_in, languages_of, read_in, translation_of, translations
from lms.policies.refusals import ContentRefused
from lms.verifying import verify
from tests.training.make import DAY, FIRST, HOUR, SECOND, prove, second


@pytest.fixture
def spanish(simple):
    """Version 1 is all translated, of version 2 the clause that changed."""
    shelf = second(simple(ago=10 * DAY))
    return shelf.in_spanish(1, *FIRST, lessons=["10-papers"], items=["kinds-1", "notice-1"]).in_spanish(
        2, "notice", lessons=["10-papers"], items=["kinds-1", "notice-101"]
    )


def version_id(number):
    return db.session.scalars(select(Version.id).where(Version.number == number)).one()


def words(number, language="es"):
    found = translations([version_id(number)], language)
    return found[version_id(number)].words if found else None


def load(shelf):
    report = load_shelf(shelf.root, is_publishing=True, now=clock.now())
    db.session.rollback()
    return report


def test_a_translation_is_kept_for_every_version_and_the_second_time_changes_nothing(app, cast, spanish):
    spanish.publish()
    assert [(row.language, row.is_empty) for row in db.session.scalars(select(TranslationRow))] == [("es", False)] * 2
    assert languages_of(version_id(1)) == ("en", "es")
    report = load(spanish)
    assert (report.translated, report.is_changed) == ((), False)
    acts = db.session.scalars(select(AuditEntry.about).where(AuditEntry.act == "translation loaded")).all()
    assert acts == ["legal-requests version 1 (es)", "legal-requests version 2 (es)"]
    assert verify() == []


def test_what_did_not_change_in_english_keeps_its_words(app, cast, spanish):
    spanish.publish()
    assert {name: each.source.strip() for name, each in words(2).clauses.items()} == {
        "kinds": "Texto de kinds, 1.",
        "genuine": "Texto de genuine, 1.",
        "notice": "Texto de notice, 2.",
    }
    assert words(2).title == "Solicitudes legales"
    assert set(words(2).items) == {"kinds-1", "notice-101"}
    assert set(words(1).items) == {"kinds-1"}  # what is on the shelf now is what both versions froze


def test_a_rule_that_changed_is_english_until_it_is_translated(app, cast, spanish):
    del spanish.spanish["content/legal-requests/v2.es.md"]
    spanish.publish()
    assert set(words(2).clauses) == {"kinds", "genuine"}
    clauses, reading = read_in(version_id(2), language="es")
    assert (reading.language, reading.untranslated, reading.others) == ("es", {"notice"}, ("en",))
    assert [clause.title for clause in clauses] == ["Título de kinds", "Título de genuine", "Telling the user"]


def test_a_mended_translation_is_added_and_counts(app, cast, spanish):
    spanish.publish()
    old = translations([version_id(1)], "es")[version_id(1)]
    spanish.in_spanish(1, *FIRST, items=["kinds-1"])
    spanish.spanish["content/legal-requests/v1.es.md"] = spanish.spanish["content/legal-requests/v1.es.md"].replace(
        "Texto de kinds", "Mejor texto de kinds"
    )
    assert [(each.number, each.language) for each in spanish_loaded(spanish)] == [(1, "es"), (2, "es")]
    assert words(1).clauses["kinds"].source.strip() == "Mejor texto de kinds, 1."
    assert translation_of(old.id).words.clauses["kinds"].source.strip() == "Texto de kinds, 1."
    assert len(db.session.scalars(select(TranslationRow)).all()) == 4


def spanish_loaded(shelf):
    for path, body in shelf.spanish.items():
        (shelf.root / path).write_text(body)
    return load(shelf).translated


def test_a_language_that_is_gone_from_the_shelf_is_no_longer_read(app, cast, spanish):
    spanish.publish()
    for path in spanish.spanish:
        (spanish.root / path).unlink()
    spanish.spanish.clear()
    del spanish.settings["titles"]
    spanish.publish()
    assert languages_of(version_id(1)) == ("en",)
    assert words(1) is None
    assert read_in(version_id(1), language="es")[1].language == "en"
    assert load(spanish).translated == ()


def test_words_of_an_item_that_was_mended_since_wait_for_the_next_version(app, cast, spanish):
    spanish.publish()
    spanish.items[0]["stem"] = "Another case about kinds: what do you do?"
    spanish.in_spanish(2, "notice", items=["kinds-1", "notice-101"]).publish()
    assert set(words(2).items) == {"notice-101"}


def test_feedback_stands_apart(app, cast, spanish):
    spanish.publish()
    row = translations([version_id(2)], "es")[version_id(2)]
    assert "Porque" not in str(db.session.get(TranslationRow, row.id).body)
    assert feedback_in(row.id)["kinds-1"] == {"a": "Porque a.", "b": "Porque b.", "c": "Porque c."}
    assert row.words.items["kinds-1"].feedback == {}
    assert len(db.session.scalars(select(TranslationFeedback)).all()) == 2


def test_a_clause_that_the_version_has_not_is_refused_and_nothing_is_loaded(app, cast, spanish):
    spanish.in_spanish(2, "fax")
    with pytest.raises(ContentRefused, match=r"v2\.es\.md: version 2 has no clause “fax”"):
        spanish.publish()
    db.session.rollback()
    assert not db.session.scalars(select(TranslationRow)).all()


def test_a_draft_has_its_translation_before_it_is_published(app, cast, simple):
    shelf = simple(ago=10 * DAY)
    changed = FIRST | {"notice": "Tell the user within 4 hours."}
    shelf.version(changed, ago=-DAY, in_force=-2 * DAY, changes={"notice": ("material", "Four hours, not a day.")})
    shelf.in_spanish(1, *FIRST).in_spanish(2, "notice").publish()
    assert db.session.get(Version, version_id(2)).published_at is None
    assert set(words(2).clauses) == set(FIRST)


class TestOnThePages:
    def test_a_policy_is_read_in_the_language_of_the_reader(self, app, cast, spanish, sign_in):
        spanish.publish()
        ada = sign_in("ada")
        ada.post("/account/language", {"language": "es"})
        for url in ("/policies/legal-requests", "/policies/legal-requests/v/2"):
            page = ada.get(url)
            assert "Solicitudes legales" in page.soup.h1.get_text()
            assert "Texto de notice, 2." in page.words
            assert "Traducido del inglés." in page.words
            heading = page.soup.find("h2", string="Título de notice")
            assert (heading["lang"], heading["dir"]) == ("es", "ltr")
            english = ada.get(page.soup.find("a", string="Leerlo en inglés")["href"])
            assert "Tell the user within 4 hours" in english.words

    def test_lists_name_a_policy_and_its_clauses_in_the_language_of_the_reader(self, app, cast, spanish, sign_in):
        spanish.publish()
        ada = sign_in("ada")
        assert "Solicitudes legales" not in ada.get("/").words
        assert "Solicitudes legales" in ada.get("/?language=es").words
        listed = ada.get("/policies?language=es&q=solicitudes")
        assert [link.get_text() for link in listed.soup.select("main th a")] == ["Solicitudes legales"]
        assert "Solicitudes legales" in ada.get("/policies?language=es&q=legal req").words
        prove(cast.ada, at=clock.now() - HOUR / 2)
        spanish.version(
            SECOND | {"kinds": "A subpoena opens nothing."}, ago=HOUR / 4, changes={"kinds": ("material", "Nothing.")}
        ).items_for("kinds", since=3).in_spanish(3, "kinds")
        spanish.checked(3).publish()
        assert "Título de kinds : changed on" in ada.get("/?language=es").words

    def test_without_a_translation_it_says_so(self, app, cast, spanish, sign_in):
        spanish.publish()
        page = sign_in("ada").get("/policies/legal-requests?language=ar")
        assert "There is no translation into Arabic yet; this is the English text." in page.words
        assert "Tell the user within 4 hours" in page.words
        assert [link["href"] for link in page.soup.find_all("a", string="Read it in Spanish")] == [
            "/policies/legal-requests?language=es"
        ]

    def test_english_readers_are_told_nothing_where_there_is_nothing(self, app, cast, simple, sign_in):
        simple()
        words = sign_in("ada").get("/policies/legal-requests").words
        assert "ranslat" not in words
        assert "Read it in" not in words

    @pytest.mark.parametrize("asked", ["EN", "x", "<b>", "../..", "deutsch", "es-MX"])
    def test_what_is_no_language_is_the_readers_own(self, app, cast, spanish, sign_in, asked):
        spanish.publish()
        assert "Tell the user" in sign_in("ada").get("/policies/legal-requests", query_string={"language": asked}).words

    def test_a_language_without_a_name_is_called_by_its_code(self, app, cast, spanish, sign_in):
        spanish.publish()
        assert "into zzz yet" in sign_in("ada").get("/policies/legal-requests?language=zzz").words

    def test_one_clause_in_english_is_marked(self, app, cast, spanish, sign_in):
        del spanish.spanish["content/legal-requests/v2.es.md"]
        spanish.publish()
        page = sign_in("ada").get("/policies/legal-requests?language=es")
        assert "1 clause is not translated yet and stands here in English." in page.words
        heading = page.soup.find("h2", string="Telling the user")
        assert heading["lang"] == "en"
        assert "In English" in heading.parent.get_text()

    def test_versions_are_compared_in_a_language_that_has_all_of_both(self, app, cast, spanish, sign_in):
        spanish.publish()
        ada = sign_in("ada")
        page = ada.get("/policies/legal-requests/compare?from=1&to=2&language=es")
        assert [mark.get_text() for mark in page.soup.select("ins, del")]
        assert "Título de notice" in page.words
        assert "from=1&to=2" in page.soup.find("a", string="Read it in English")["href"]
        spanish.in_spanish(1, "kinds").publish()
        page = ada.get("/policies/legal-requests/compare?from=1&to=2&language=es")
        assert "Telling the user" in page.words
        assert "Título de" not in page.words
