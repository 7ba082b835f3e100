"""A client that reads every page as strictly as its users' tools would."""

import re
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from lxml import html
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from lms import clock
from lms.accounts.actions import start_session
from lms.extensions import db
from lms.models import Identity

WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE)


class Page:
    """One answer, checked on arrival."""

    def __init__(self, response: TestResponse, *, statements: list[str]) -> None:
        self.response = response
        self.status = response.status_code
        self.text = response.get_data().decode("utf-8", "replace")  # a file may be no text
        self.statements = statements
        """SQL that was sent, without transaction control."""
        if response.mimetype == "text/html" and not 300 <= self.status < 400:
            self._check()

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.response.headers.get("Location", "")

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page to look into; made for who asks, as it takes longer than the checks."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def words(self) -> str:
        """What the page says, on one line."""
        said = self._tree.xpath("//text()[not(parent::script or parent::style)]")
        return " ".join(" ".join(said).split())

    @cached_property
    def _tree(self) -> Any:
        return html.document_fromstring(self.text) if self.text.strip() else html.Element("html")

    def _check(self) -> None:
        tree = self._tree
        assert len(tree.findall(".//h1")) == 1, "a page has exactly one h1"
        title = tree.find(".//title")
        assert title is not None, "a page has a title"
        assert title.text_content().strip(), "a title says something"
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), f"ids are unique: {sorted(i for i in ids if ids.count(i) > 1)}"
        labelled = set(tree.xpath("//label/@for"))
        for control in tree.xpath("//input | //select | //textarea"):
            if control.get("type") in {"hidden", "submit", "button"}:
                continue
            is_wrapped = next(control.iterancestors("label"), None) is not None
            has_name = control.get("aria-label") or control.get("aria-labelledby")
            is_labelled = is_wrapped or has_name or control.get("id") in labelled
            assert is_labelled, f"an input has a label: {html.tostring(control)!r}"
        assert not tree.xpath("//@style"), "no inline style"
        for script in tree.iter("script"):
            assert script.get("src") or script.get("type") == "application/json", "no inline script"
        assert "Content-Security-Policy" in self.response.headers
        for form in tree.xpath("//form[translate(@method, 'POST', 'post') = 'post']"):
            assert form.xpath(".//input[@name='csrf_token']"), "a POST form carries its token"


class Reader:
    """A browser without a screen: `get` fails on a write, `post` fills in the CSRF token."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    @classmethod
    def signed_in(cls, app: Flask, name: str) -> "Reader":
        """Signed in as somebody of the cast, by external id."""
        reader = cls(app)
        person = db.session.scalar(select(Identity.person_id).where(Identity.external_id == name))
        assert person is not None, name
        token = start_session(person, agent="test", now=clock.now())
        with reader.client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return reader

    def get(self, url: str, *, expect: int = 200, **options: Any) -> Page:
        """Read a page; any write, and any other status, fails the test."""
        page = self._send("get", url, **options)
        writes = [sent for sent in page.statements if WRITE.match(sent)]
        assert not writes, f"GET {url} wrote: {writes}"
        assert page.status == expect, f"GET {url} gave {page.status}: {page.words[:400]}"
        return page

    def post(self, url: str, fields: dict[str, Any] | None = None, *, expect: int = 303, **options: Any) -> Page:
        """Send a form with its token."""
        page = self._send("post", url, data={"csrf_token": self.token(), **(fields or {})}, **options)
        assert page.status == expect, f"POST {url} gave {page.status}: {page.words[:400]}"
        return page

    def token(self) -> str:
        """A CSRF token of this browser's session."""
        with self.app.app_context(), self.app.test_request_context():
            from flask import session
            from flask_wtf.csrf import generate_csrf

            with self.client.session_transaction() as kept:
                session.update(kept)
                made = generate_csrf()
                kept["csrf_token"] = session["csrf_token"]
        return str(made)

    def _send(self, method: str, url: str, **options: Any) -> Page:
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not re.match(r"\s*(BEGIN|COMMIT|ROLLBACK|PRAGMA)", statement):
                statements.append(statement)

        db.session.remove()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            with self.app.app_context():  # else `g`, and with it who is signed in, outlives the request
                response = getattr(self.client, method)(url, **options)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return Page(response, statements=statements)
