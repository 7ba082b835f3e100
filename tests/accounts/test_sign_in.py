"""Signing in: one answer for every wrong try, throttled, and never a way to another site."""

import re

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from lms import clock
from lms.accounts.actions import set_password
from lms.accounts.views import safe_next
from lms.extensions import db
from lms.models import SignInSession
from tests.cast import Cast, leave
from tests.conftest import Readers
from tests.page import Page, Reader

PASSWORD = "a quiet morning in Dublin"


@pytest.fixture
def ada(cast: Cast) -> dict[str, str]:
    """What Ada types."""
    set_password(cast.ada, PASSWORD, now=clock.now())
    return {"email": "Ada@demo.example", "password": PASSWORD}


def from_address(reader: Reader, address: str) -> Reader:
    reader.client.environ_base["REMOTE_ADDR"] = address
    return reader


class TestSigningIn:
    def test_the_form_asks_for_e_mail_and_password(self, stranger: Reader) -> None:
        page = stranger.get("/sign-in?next=/policies")
        assert page.soup.h1 is not None
        assert page.soup.h1.get_text(strip=True) == "Sign in"
        assert page.soup.find("input", attrs={"name": "email", "autocomplete": "username"})
        assert page.soup.find("input", attrs={"name": "password", "autocomplete": "current-password"})
        assert page.soup.find("input", attrs={"name": "next", "value": "/policies"})

    def test_the_right_password_leads_home_whatever_the_case_of_the_address(
        self, stranger: Reader, ada: dict[str, str]
    ) -> None:
        assert stranger.post("/sign-in", ada).location == "/"
        assert "Ada" in stranger.get("/").words

    def test_it_leads_where_one_wanted_to_go(self, stranger: Reader, ada: dict[str, str]) -> None:
        wanted = stranger.get("/record", expect=302).location
        assert "next=" in wanted
        page = stranger.get(wanted)
        field = page.soup.find("input", attrs={"name": "next"})
        assert field is not None
        assert stranger.post("/sign-in", ada | {"next": str(field["value"])}).location == "/record"

    def test_who_is_signed_in_is_sent_home(self, sign_in: Readers) -> None:
        assert sign_in("ada").get("/sign-in", expect=302).location == "/"

    def test_a_new_session_forgets_the_one_before(self, stranger: Reader, ada: dict[str, str]) -> None:
        token = stranger.token()
        with stranger.client.session_transaction() as kept:
            kept["planted"] = "by somebody else"
        stranger.post("/sign-in", ada | {"csrf_token": token})
        with stranger.client.session_transaction() as kept:
            assert "planted" not in kept
            assert kept.get("csrf_token") is None

    def test_the_cookie_is_for_browsers_only_and_the_database_keeps_no_token(
        self, stranger: Reader, ada: dict[str, str]
    ) -> None:
        page = stranger.post("/sign-in", ada)
        cookie = page.response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        with stranger.client.session_transaction() as kept:
            token = kept["_user_id"]
        assert db.session.scalar(select(SignInSession.token_hash)) != token

    def test_every_wrong_try_gets_the_same_answer(self, app: Flask, cast: Cast, ada: dict[str, str]) -> None:
        set_password(cast.sam, PASSWORD, now=clock.now())
        leave(cast.sam)
        tries = [
            ada | {"password": "something else altogether"},
            ada | {"email": "nobody@demo.example"},
            {"email": "sam@demo.example", "password": PASSWORD},
            {"email": "cole@demo.example", "password": PASSWORD},
        ]
        pages = [Reader(app).post("/sign-in", fields, expect=422) for fields in tries]
        assert len({anonymous(page) for page in pages}) == 1
        assert "E-mail or password is wrong." in pages[0].words
        assert len({tuple(sorted(page.response.headers.keys())) for page in pages}) == 1

    def test_a_password_is_never_sent_back(self, stranger: Reader, ada: dict[str, str]) -> None:
        page = stranger.post("/sign-in", ada | {"password": "a wrong but private thing"}, expect=422)
        assert "a wrong but private thing" not in page.text

    def test_what_is_missing_is_told_field_by_field(self, stranger: Reader) -> None:
        page = stranger.post("/sign-in", {"email": " \u200b", "password": ""}, expect=422)
        assert "Type your e-mail." in page.words
        assert "Type your password." in page.words

    @pytest.mark.parametrize(
        "password",
        ["x" * 257, "x" * 100_000, "nul\0byte", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), " "],
    )
    def test_odd_passwords_are_only_wrong(self, stranger: Reader, ada: dict[str, str], password: str) -> None:
        stranger.post("/sign-in", ada | {"password": password}, expect=422)

    @pytest.mark.parametrize("email", ["a" * 321, "'; --", "=1", "ada@demo.example\r\nBcc: x"])
    def test_odd_addresses_are_only_wrong(self, stranger: Reader, ada: dict[str, str], email: str) -> None:
        stranger.post("/sign-in", ada | {"email": email}, expect=422)

    def test_extra_fields_mean_nothing(self, stranger: Reader, ada: dict[str, str]) -> None:
        stranger.post("/sign-in", ada | {"role": "administrator", "person_id": "1", "email[]": "x"})
        assert "Readiness" not in stranger.get("/").words

    def test_the_same_letters_from_another_keyboard_are_the_same_password(
        self, stranger: Reader, cast: Cast, ada: dict[str, str]
    ) -> None:
        set_password(cast.ada, "caf\u00e9 au lait, vendredi", now=clock.now())
        stranger.post("/sign-in", ada | {"password": "cafe\u0301 au lait, vendredi"})


def anonymous(page: Page) -> str:
    """The page without the address that was typed and the token."""
    text = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", page.text)
    return re.sub(r'value="[^"]*@demo\.example"', "", text)


class TestThrottling:
    def test_ten_wrong_tries_on_one_account_close_it_for_a_while_to_everybody(
        self, app: Flask, ada: dict[str, str]
    ) -> None:
        for n in range(10):
            from_address(Reader(app), f"192.0.2.{n}").post("/sign-in", ada | {"password": "wrong"}, expect=422)
        page = from_address(Reader(app), "192.0.2.99").post("/sign-in", ada, expect=429)
        assert "Wait a quarter of an hour" in page.words

    def test_ten_wrong_tries_from_one_address_close_it_for_a_while(self, app: Flask, ada: dict[str, str]) -> None:
        for n in range(10):
            fields = {"email": f"guess{n}@demo.example", "password": "wrong"}
            from_address(Reader(app), "192.0.2.7").post("/sign-in", fields, expect=422)
        from_address(Reader(app), "192.0.2.7").post("/sign-in", ada, expect=429)
        from_address(Reader(app), "192.0.2.8").post("/sign-in", ada)

    def test_a_right_one_works_after_the_failures_of_others(self, app: Flask, ada: dict[str, str]) -> None:
        for n in range(9):
            fields = {"email": f"guess{n}@demo.example", "password": "wrong"}
            from_address(Reader(app), "192.0.2.7").post("/sign-in", fields, expect=422)
        for _ in range(12):
            from_address(Reader(app), "192.0.2.7").post("/sign-in", ada)


class TestForgery:
    def test_without_a_token_nothing_happens(self, stranger: Reader, ada: dict[str, str]) -> None:
        response = stranger.client.post("/sign-in", data=ada)
        assert response.status_code == 400
        assert db.session.scalar(select(SignInSession.id)) is None

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "\0"])
    def test_a_wrong_token_is_none(self, stranger: Reader, ada: dict[str, str], token: str) -> None:
        assert stranger.client.post("/sign-in", data=ada | {"csrf_token": token}).status_code == 400

    def test_a_token_of_another_session_is_none(self, app: Flask, ada: dict[str, str]) -> None:
        foreign = Reader(app).token()
        assert Reader(app).client.post("/sign-in", data=ada | {"csrf_token": foreign}).status_code == 400

    @pytest.mark.parametrize(
        ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303)]
    )
    def test_another_site_is_refused_even_with_a_token(
        self, stranger: Reader, ada: dict[str, str], site: str, status: int
    ) -> None:
        stranger.post("/sign-in", ada, headers={"Sec-Fetch-Site": site}, expect=status)

    def test_signing_out_needs_a_token_too(self, sign_in: Readers) -> None:
        reader = sign_in("ada")
        assert reader.client.post("/sign-out").status_code == 400
        reader.get("/")


NEXT = [
    ("/policies", "/policies"),
    ("/policies?queue=a&page=2", "/policies?queue=a&page=2"),
    ("/%2f/evil.example", "/%2f/evil.example"),
    (None, "/"),
    ("", "/"),
    ("policies", "/"),
    ("//evil.example", "/"),
    ("///evil.example", "/"),
    ("/\\evil.example", "/"),
    ("\\\\evil.example", "/"),
    ("https:evil.example", "/"),
    ("https://evil.example", "/"),
    ("javascript:alert(1)", "/"),
    ("\thttps://evil.example", "/"),
    ("/\t/evil.example", "/"),
    ("/\n/evil.example", "/"),
    ("/x\r\nSet-Cookie: a=b", "/"),
    ("/\u202e", "/"),
]


class TestWhereItLeads:
    @pytest.mark.parametrize(("target", "leads_to"), NEXT)
    def test_only_to_a_page_of_ours(self, app: Flask, target: str | None, leads_to: str) -> None:
        with app.test_request_context():
            assert safe_next(target) == leads_to
            assert url_for("training.home") == "/"

    @pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example"])
    def test_a_link_that_somebody_sent_cannot_lead_away(
        self, stranger: Reader, ada: dict[str, str], target: str
    ) -> None:
        assert stranger.post("/sign-in", ada | {"next": target}).location == "/"
