"""Nothing on a page is English by mistake: in a made-up language every sentence stands in brackets."""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Domain
from lxml import html
from sqlalchemy import String, Text, select

from lms.app import create_app
from lms.extensions import Base, db
from lms.models import Identity
from scripts import messages
from tests.conftest import settings_for
from tests.organisation.made import ORGANISATION, vendor_and_closed
from tests.page import Reader

OPEN, CLOSE = "⟦", "⟧"
PAGES = {
    "ada": ("/", "/record", "/policies", "/policies/abuse-reports", "/policies/abuse-reports/compare?from=1&to=3",
            "/train/legal-requests", "/policies/abuse-reports/v/2", "/nowhere",
            "/train/legal-requests/flag?clause=emergency-disclosure"),
    "cole": ("/", "/coaching/", "/coaching/?state=overdue", "/coaching/people/12", "/coaching/people/13"),
    "lena": ("/readiness/", "/readiness/?queue=legal-requests&team=Northlane/Austin", "/evidence",
             "/shifts/", "/shifts/roster", "/shifts/new", "/shifts/1/call-off", "/shifts/minimums/legal-requests",
             "/readiness/gate?person=13&queue=abuse-reports", "/readiness/gate?who=an"),
    "pia": ("/policies/legal-requests/draft", "/policies/legal-requests/requirement",
            "/policies/legal-requests/draft/items",
            "/flags", "/statistics", "/evidence?about=version",
            "/statistics/impersonation-and-scams?version=1",
            "/statistics/impersonation-and-scams/items/employer-4?version=1",
            "/policies/sensitive-content/items"),
    "rune": ("/admin", "/people", "/people/7", "/people/change?person=7&person=8", "/people/new", "/people/feeds",
             "/organisation", "/organisation/teams/1",
             "/organisation/queues/abuse-reports/gate",
             *ORGANISATION, "/audit", "/mail", "/system", "/privacy",
             "/privacy/people/7", "/account/factors", "/account/sessions", "/account/invitations", "/forgotten"),
    "": ("/sign-in", "/forgotten"),
}  # fmt: skip
SAME_EVERYWHERE = re.compile(
    r"\btest\b|\ben\b|\d+ [GM]B|Python |HTTPS|Muster|UTC|GMT|CSV|JSON|SMTP|SQLite|PostgreSQL|English|Español"
    r"|[A-Z][a-z]+/[A-Z]\w+|\b[A-Z]{3,4}\b|\S+@\S+|\S*/\S+"
)
"""Names, zones, addresses."""
NOT_OURS = (
    "//script|//style|//time|//code|//*[@lang and not(self::html)]|//p[@class='curve-x']"
    "|//*[contains(@class,'prose') or contains(@class,'diff-cell') or contains(@class,'policy-text')]"
    "|//*[contains(@class,'change-head')]/*[self::h2 or self::h3]|//section[starts-with(@id,'lesson-')]"
    "|//*[contains(@class,'answer-text') or contains(@class,'answer-why') or contains(@class,'option-text')]"
)
"""Moments in the reader's language, commands, and what authors wrote."""
SPOKEN = ("aria-label", "alt", "placeholder", "title")


class MadeUp:
    """A catalogue that puts every sentence into brackets."""

    def gettext(self, sentence: str) -> str:
        """The sentence in brackets."""
        return f"{OPEN}{sentence}{CLOSE}"

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The right form in brackets."""
        return self.gettext(one if count == 1 else many)

    def pgettext(self, context: str, sentence: str) -> str:
        """The same where one word means two things."""
        return self.gettext(sentence)

    ugettext, ungettext, upgettext = gettext, ngettext, pgettext


@pytest.fixture(scope="module")
def made_up(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, list[str]]]:
    """The demo in the made-up language, and every text of its database, longest first."""
    path = tmp_path_factory.mktemp("languages") / "demo.db"
    for suffix in ("", "-wal"):
        if Path(f"{demo_template}{suffix}").exists():
            shutil.copy(f"{demo_template}{suffix}", f"{path}{suffix}")
    app = create_app(settings_for(f"sqlite:///{path}"))
    with app.app_context():
        vendor_and_closed()
        known = _texts()
    with pytest.MonkeyPatch.context() as patch:  # no context around a request: who is signed in would stay in it
        patch.setattr(Domain, "get_translations", lambda self: MadeUp())
        yield app, known
    with app.app_context():
        db.engine.dispose()


def _texts() -> list[str]:
    found: set[str] = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, (String, Text)):
                for value in map(str, db.session.scalars(select(column).distinct())):
                    found |= {
                        " ".join(value.split()),
                        *(line.strip("# ") for line in value.splitlines() if "#" in line),
                    }
    return sorted((text for text in found if len(text) > 2), key=len, reverse=True)


def _signed_in(app: Flask, name: str) -> Reader:
    with app.app_context():
        key = db.session.scalar(select(Identity.external_id).where(Identity.email == f"{name}@demo.example"))
        db.session.rollback()
        assert key
        return Reader.signed_in(app, key)


def english_on(page: str, known: list[str]) -> list[str]:
    """Texts with letters that no sentence of ours and no data explain."""
    tree = html.document_fromstring(page)
    for gone in tree.xpath(NOT_OURS):
        gone.drop_tree()
    said = [" ".join(text.split()) for text in tree.xpath("//text()")]
    said += [str(value) for name in SPOKEN for value in tree.xpath(f"//@{name}")]
    return sorted({text for text in said if _is_unsaid(text, known)})


def _is_unsaid(text: str, known: list[str]) -> bool:
    left, found = text, 1
    while found:  # a sentence may hold another
        left, found = re.subn(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", "", left)
    if not re.search("[A-Za-z]{2}", left):
        return False
    for one in known:
        if one in left:
            left = left.replace(one, "")
    return bool(re.search("[A-Za-z]{2}", SAME_EVERYWHERE.sub("", left)))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_word_of_every_page_is_said_in_the_readers_language(made_up: tuple[Flask, list[str]], name: str) -> None:
    """The pages above, and one of each kind along every link."""
    app, known = made_up
    reader = _signed_in(app, name) if name else Reader(app)
    routes = app.url_map.bind("localhost")
    waiting, seen, found = list(PAGES[name]), set[str](), dict[str, list[str]]()
    while waiting:
        path = waiting.pop()
        answer = reader.client.get(path)
        assert answer.status_code < 400 or path == "/nowhere", path
        if answer.mimetype != "text/html" or answer.status_code in (302, 303):
            continue
        page = answer.get_data(as_text=True)
        if english := english_on(page, known):
            found[path] = english
        for link in html.document_fromstring(page).xpath("//main//a/@href|//nav//a/@href"):
            target = str(link).partition("#")[0]
            if target.startswith("/") and routes.test(target.partition("?")[0]):
                kind = routes.match(target.partition("?")[0])[0]
                if kind not in seen:
                    seen.add(kind)
                    waiting.append(target)
    assert len(seen) > 5 or not name
    assert not found


SAYS = {"gettext", "ngettext", "lazy_gettext", "later", "N_"} | messages.refusals()
"""What a sentence stands in when it can be said in other languages."""
TALKING = sorted(path for path in (messages.ROOT / "lms").rglob("*.py") if path.stem.endswith(("views", "forms")))
SENTENCE = re.compile(r"[A-Z“][a-z]+ [a-z]")
NOT_FOR_READERS = {
    "Mails in the outbox",
    "Age of the",
    "Since a worker",
    "Since what the replica",
    "If you read this, Muster can send mail.\n",
}
"""Of monitoring, and of a mail to oneself that tests the server."""


@pytest.mark.parametrize("path", TALKING, ids=lambda path: str(path.relative_to(messages.ROOT)))
def test_no_sentence_of_a_view_or_form_is_bare(path: Path) -> None:
    """Errors and flashes are on no page of the demo."""
    tree = ast.parse(path.read_text())
    wrapped = {id(each) for call in ast.walk(tree) if _says(call) for each in ast.walk(call)}
    wrapped |= {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    bare = [
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in wrapped
    ]
    assert not [text for text in bare if SENTENCE.match(text) and not text.startswith(tuple(NOT_FOR_READERS))]


def _says(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SAYS
