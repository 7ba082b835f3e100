"""What every answer carries, and that no address, method or size makes the server stumble."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from lms.app import CSP
from lms.extensions import db
from lms.models import SignInSession
from tests.page import Reader

ODD = (
    "0", "-1", "1e3", "01", "1.0", "9223372036854775807", "9223372036854775808", "1" * 4000, "٣", "²", "%00",
    "a%00b", "..%2f", "%ff", "%2e%2e", "{6F9619FF-8B86-D011-B42D-00C04FC964FF}", "None", "null",
    "%27%20OR%201=1", "%F0%9F%98%80",
)  # fmt: skip


def assert_guarded(response: object) -> None:
    headers = response.headers  # type: ignore[attr-defined]
    assert headers["Content-Security-Policy"] == CSP
    assert "unsafe-inline" not in CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


class TestEveryStatus:
    """One request for each status that the app gives by itself."""

    def test_200_and_303(self, sign_in: object) -> None:
        reader: Reader = sign_in("ada")  # type: ignore[operator]
        response = reader.client.get("/")
        assert_guarded(response)
        assert response.headers["Cache-Control"] == "no-store"
        out = reader.post("/sign-out")
        assert_guarded(out.response)

    def test_302_to_the_form(self, stranger: Reader) -> None:
        assert_guarded(stranger.get("/record", expect=302).response)

    @pytest.mark.parametrize("url", ["/nowhere", "/policies/../..", "/%00", "/static/nothing.css", "/static/../app.py"])
    def test_404(self, stranger: Reader, url: str) -> None:
        response = stranger.client.get(url)
        assert response.status_code == 404
        assert_guarded(response)

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FROBNICATE"])
    def test_405(self, stranger: Reader, method: str) -> None:
        response = stranger.client.open("/sign-in", method=method)
        assert response.status_code == 405
        assert_guarded(response)
        assert set(response.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "OPTIONS", "POST"}

    def test_400_and_403(self, stranger: Reader) -> None:
        assert_guarded(stranger.client.post("/sign-in", data={}))
        refused = stranger.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}, expect=403)
        assert_guarded(refused.response)

    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    def test_413_for_fifty_megabytes(self, stranger: Reader, kind: str) -> None:
        response = stranger.client.post("/sign-in", data=b"x" * 50_000_000, content_type=kind)
        assert response.status_code == 413
        assert_guarded(response)

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(10_000))),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n" * 1_001),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
            ("multipart/form-data", b"no boundary"),
            ("text/plain", b'{"email": "x"}'),
            ("application/json", b"[1, 2"),
            ("application/x-www-form-urlencoded", b"\xff\xfe%00%ff=&&&==%"),
        ],
    )
    def test_bodies_that_no_form_sends(self, stranger: Reader, kind: str, body: bytes) -> None:
        response = stranger.client.post("/sign-in", data=body, content_type=kind)
        assert 400 <= response.status_code < 500
        assert_guarded(response)

    def test_422_and_429(self, stranger: Reader) -> None:
        wrong = {"email": "x@demo.example", "password": "wrong"}
        for _ in range(10):
            assert_guarded(stranger.post("/sign-in", wrong, expect=422).response)
        assert_guarded(stranger.post("/sign-in", wrong, expect=429).response)


def sessions() -> list[object]:
    """Everything that reading a page may write."""
    found = [tuple(row) for row in db.session.execute(select(SignInSession.__table__))]
    db.session.rollback()
    return found


class TestMethods:
    @pytest.mark.parametrize("url", ["/", "/sign-in", "/record", "/policies"])
    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
    def test_asking_about_a_page_changes_nothing(self, sign_in: object, method: str, url: str) -> None:
        reader: Reader = sign_in("ada")  # type: ignore[operator]
        before = sessions()
        response = reader.client.open(url, method=method)
        assert response.status_code in {200, 302}
        assert response.text == "" or response.status_code == 302
        assert_guarded(response)
        assert sessions() == before

    def test_a_method_cannot_be_smuggled_in(self, sign_in: object) -> None:
        reader: Reader = sign_in("ada")  # type: ignore[operator]
        reader.client.get("/sign-out?_method=POST", headers={"X-HTTP-Method-Override": "POST"})
        reader.get("/")


class TestOddAddresses:
    def test_no_id_makes_the_server_stumble(self, sign_in: object, app: Flask) -> None:
        readers = [sign_in(name) for name in ("ada", "rune")]  # type: ignore[operator]
        for rule in _with_arguments(app):
            for odd in ODD:
                url = re.sub(r"<[^>]+>", lambda _: odd, rule.rule)  # noqa: B023 - called at once
                for reader in readers:
                    response = reader.client.get(url)
                    assert response.status_code < 500, f"{url} gave {response.status_code}"
                    assert_guarded(response)

    def test_no_form_for_an_odd_id_makes_the_server_stumble(self, sign_in: object, app: Flask) -> None:
        readers = [sign_in(name) for name in ("ada", "cole")]  # type: ignore[operator]
        for rule in _with_arguments(app, method="POST"):
            for odd in ("0", "9223372036854775808", "%00", "٣", "nothing"):
                url = re.sub(r"<[^>]+>", lambda _: odd, rule.rule)  # noqa: B023 - called at once
                for reader in readers:
                    response = reader.client.post(url, data={"csrf_token": reader.token(), "x": "\0"})
                    assert response.status_code < 500, f"{url} gave {response.status_code}"

    @pytest.mark.parametrize(
        "query",
        [
            "page=-1",
            "page=1e9",
            "limit=1e9",
            "sort=password_hash",
            "sort=name;drop",
            "queue=%00",
            "team=%ff",
            "page=٣",
            "q=" + "x" * 20_000,
            "&".join(["a=b"] * 5_000),
            "as_of=0000-00-00",
            "as_of=9999-12-31T23:59:59-23:59",
        ],
    )
    def test_no_question_makes_the_server_stumble(self, sign_in: object, app: Flask, query: str) -> None:
        reader: Reader = sign_in("rune")  # type: ignore[operator]
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or set()) and not rule.arguments:
                response = reader.client.get(f"{rule.rule}?{query}")
                assert response.status_code < 500, f"{rule.rule}?{query[:40]} gave {response.status_code}"


def _with_arguments(app: Flask, method: str = "GET") -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.arguments and method in (rule.methods or set())]


def test_a_host_that_is_not_served_is_refused_in_one_sentence(app: Flask) -> None:
    was = app.config["TRUSTED_HOSTS"]
    app.config["TRUSTED_HOSTS"] = ["muster.example"]
    try:
        for url in ("/sign-in", "/nowhere"):
            response = app.test_client().get(url, headers={"Host": "evil.example"})
            assert (response.status_code, response.text) == (400, "This host is not served here.\n")
        assert app.test_client().get("/healthz", headers={"Host": "muster.example"}).status_code == 200
    finally:
        app.config["TRUSTED_HOSTS"] = was
