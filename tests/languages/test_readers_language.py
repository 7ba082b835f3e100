"""Who reads in which language: chosen by the person, by the browser before that, and said by refusals too."""

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import select

from lms.access import Role
from lms.auditing import Act
from lms.extensions import db
from lms.languages import LANGUAGES, of_reader, said
from lms.mail.outbox import WRITERS
from lms.models import AuditIdentity, Identity, SpellKind
from lms.people.actions import Who, change_identity
from lms.people.changing import LABELS, ChangeRefused
from lms.people.forms import State
from lms.readiness.report import AGES, OLDEST
from lms.wording import WORDS, word
from scripts import messages


class TestWhichLanguage:
    @pytest.mark.parametrize(
        ("asked", "language", "direction"),
        [("es-MX,es;q=0.9", "es", "ltr"), ("ar", "ar", "rtl"), ("fr,de;q=0.5", "en", "ltr"), ("", "en", "ltr")],
    )
    def test_before_signing_in_the_browser_says(self, stranger, asked, language, direction):
        page = stranger.get("/sign-in", headers={"Accept-Language": asked})
        assert page.soup.html["lang"] == language
        assert page.soup.html["dir"] == direction

    @pytest.mark.parametrize(("own", "language"), [("es", "es"), ("es-MX", "es"), ("AR", "ar"), ("fr", "en")])
    def test_then_the_person_does(self, sign_in, cast, own, language):
        change_language(cast, own)
        assert sign_in("ada").get("/", headers={"Accept-Language": "ar"}).soup.html["lang"] == language

    def test_outside_a_request_it_is_english(self, app: Flask):
        assert of_reader() == "en"

    def test_everybody_chooses_for_themselves(self, sign_in, cast):
        ada = sign_in("ada")
        ada.post("/account/language", {"language": "es"})
        page = ada.get("/account/factors")
        assert page.soup.html["lang"] == "es"
        assert page.soup.select_one("option[selected]").text == "Español"
        ada.post("/account/language", {"language": "es"})
        noted = db.session.scalars(select(AuditIdentity.after).where(AuditIdentity.person_id == cast.ada)).all()
        assert noted == [{"language": "es"}]

    def test_only_among_those_there_are(self, sign_in):
        sign_in("ada").post("/account/language", {"language": "fr"}, expect=422)

    def test_and_not_where_another_system_owns_it(self, app, sign_in):
        was = app.extensions["muster"]
        app.extensions["muster"] = was.model_copy(update={"field_owners": "language=feed"})
        try:
            ada = sign_in("ada")
            assert "ask your administrator to change it" in ada.get("/account/factors").words
            ada.post("/account/language", {"language": "es"}, expect=422)
        finally:
            app.extensions["muster"] = was


def change_language(cast, language):
    ada = db.session.get_one(Identity, cast.ada)
    who = Who(name=ada.name, email=ada.email, timezone=ada.timezone, language=language, vendor=ada.vendor)
    change_identity(cast.ada, who, why="She asked for it.", by=cast.rune, now=ada_now())


def ada_now():
    from lms import clock

    return clock.now()


class TestARefusal:
    def test_is_said_in_the_readers_language(self, app: Flask):
        refused = ChangeRefused("There is no team “%(value)s”.", value="Nowhere")
        assert str(refused) == "There is no team “Nowhere”."
        with app.test_request_context(headers={"Accept-Language": "es"}):
            assert said(refused) == "No existe el equipo «Nowhere»."

    def test_with_nothing_to_fill_in_it_may_hold_any_sign(self, app: Flask):
        with app.test_request_context(headers={"Accept-Language": "es"}):
            assert said(ChangeRefused("100 % of it.")) == "100 % of it."

    def test_reaches_the_page(self, stranger):
        page = stranger.post(
            "/sign-in",
            {"email": "ada@demo.example", "password": "wrong"},
            expect=422,
            headers={"Accept-Language": "es"},
        )
        assert "El correo o la contraseña no son correctos." in page.words


class TestTheCatalogues:
    def test_every_stored_word_has_one_to_say(self):
        stored = [*WRITERS, *Act, *Role, *SpellKind, *State, *(words for _, words in AGES), OLDEST]
        assert [str(each) for each in stored if str(each) not in WORDS] == []
        assert len(LABELS) == 9

    def test_a_word_that_is_not_known_is_data(self, app: Flask):
        assert word("Northlane") == "Northlane"
        assert word("team") == "Team"
        assert word("team", alone=False) == "team"
        assert word("coach: EMEA/Dublin") == "Coach: EMEA/Dublin"
        assert word("Northlane: nights") == "Northlane: nights"

    def test_nothing_is_missing_and_everything_is_compiled(self, capsys):
        assert messages.check() == 0, capsys.readouterr().out

    @pytest.mark.parametrize(
        ("forms", "is_fuzzy", "is_whole"),
        [
            ("Sí", False, True),
            ("", False, False),
            ("Sí", True, False),
            (("a", "b"), False, True),
            (("a", ""), False, False),
        ],
    )
    def test_a_sentence_is_whole_when_every_form_is_there_and_none_is_a_guess(self, forms, is_fuzzy, is_whole):
        key = "Yes" if isinstance(forms, str) else ("Yes", "Yeses")
        flags = {"fuzzy"} if is_fuzzy else set()
        assert messages.is_whole(Message(key, forms, flags=flags)) == is_whole

    @pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {"en"}))
    def test_every_hole_of_a_sentence_is_in_its_translation(self, language):
        with (messages.TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
            catalogue = read_po(source, locale=language)
        wrong = [message.id for message in catalogue if message.id and list(message.check(catalogue))]
        assert not wrong
