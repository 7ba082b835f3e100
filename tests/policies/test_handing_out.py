"""Items go out as they count today, and come back with their pictures."""

from base64 import b64encode
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from lms import clock
from lms.config import Settings
from lms.domain.correcting import NewKey
from lms.exchange import reading
from lms.exchange.fitting import Outcome, fit
from lms.extensions import db
from lms.library.pictures import address
from lms.models import Version
from lms.policies import banks, item_views
from lms.policies.handing_out import FORMATS, hand_out
from tests.cli.conftest import run as run  # the command as somebody types it
from tests.correcting.conftest import policy as policy  # a fixture
from tests.correcting.made import RESCORE, RESTORE, SLUG, VOID, B, decide
from tests.library.test_pictures import SVG, WORDS
from tests.policies.test_items import GOOD, ITEMS, hidden, ids_of, upload
from tests.training.make import DAY, FIRST, Shelf


def keys(kind):
    """Right options by item, as a file says it."""
    made = hand_out(SLUG, format=kind, version="1")
    _, source = reading.read(made.content, made.name)
    db.session.rollback()
    return {each.item.id: sorted(each.item.keys) for each in source.entries}, made.unsaid


@pytest.mark.parametrize("kind", FORMATS)
def test_a_question_that_was_given_another_key_goes_out_with_it(cast, policy, kind):
    now = clock.now()
    assert keys(kind)[0]["notice-1"] == ["a"]
    decide("notice-1", RESCORE, B, by=cast.pia, at=now)
    found, unsaid = keys(kind)
    assert (found["notice-1"], found["notice-2"], unsaid) == (["b"], ["a"], frozenset())
    decide("notice-1", RESTORE, by=cast.pia, at=now)
    assert keys(kind)[0]["notice-1"] == ["a"]
    decide("notice-1", VOID, by=cast.pia, at=now)
    assert keys(kind)[0]["notice-1"] == ["a"], "void is told on the page; its text goes out as it was"


def test_a_key_that_no_file_can_say_is_told(cast, policy, run, tmp_path):
    decide("notice-1", RESCORE, NewKey(right=("a", "b")), by=cast.pia, at=clock.now())
    found, unsaid = keys("yaml")
    assert (found["notice-1"], unsaid) == (["a"], {"notice-1"})
    told = run("items", "export", SLUG, "--format", "csv", "-o", str(tmp_path / "items.csv"))
    assert "With the key of their publication" in told.stderr
    assert "notice-1" in told.stderr


@pytest.mark.parametrize("kind", FORMATS)
def test_items_with_pictures_come_back(app, cast, tmp_path, kind):
    image = f"![{WORDS}]({address(SLUG, 'ways.svg')})"
    shelf = Shelf(tmp_path).version({"kinds": FIRST["kinds"]}, ago=DAY)
    shelf.item("kinds", 1, stem=f"Look at it. What now?\n\n{image}")
    shelf.item("kinds", 2)
    media = tmp_path / "content" / SLUG / "media"
    media.mkdir(parents=True)
    (media / "ways.svg").write_text(SVG)
    shelf.publish()
    made = hand_out(SLUG, format=kind)
    bank = banks.bank_of(db.session.scalars(select(Version)).one())
    db.session.rollback()
    assert [bool(item.pictures) for item in bank.items.values()] == [True, False]
    report = fit(*reading.read(made.content, made.name), bank)
    assert [line.outcome for line in report.lines] == [Outcome.SAME] * 2


def test_the_page_of_a_draft_marks_what_is_void_and_what_is_a_pilot(app, cast, tmp_path, sign_in):
    shelf = Shelf(tmp_path, audience="everybody").version(FIRST, ago=10 * DAY).items_for(*FIRST, count=2)
    shelf.item("notice", 3, pilot="true")
    shelf.publish()
    decide("notice-1", VOID, by=cast.pia, at=clock.now())
    changed = {"notice": ("material", "There is more.")}
    shelf.version(FIRST | {"notice": FIRST["notice"] + " And more of it."}, ago=-DAY, changes=changed).publish()
    page = sign_in("pia").get(f"/policies/{SLUG}/draft/items")
    rows = {row.code.get_text(): row.get_text(" ", strip=True) for row in page.soup.select("#draft-items tbody tr")}
    assert "Void, not scored" in rows["notice-1"]
    assert "Pilot, not scored" in rows["notice-3"]
    assert not any("scored" in text for name, text in rows.items() if name not in ("notice-1", "notice-3"))


def test_a_file_as_large_as_the_page_takes_can_be_confirmed(draft, sign_in):
    """Its bytes come back in a field: a form of its own kind, in which no character takes the place of three."""
    pia, most = sign_in("pia"), Settings.model_fields["max_body_bytes"].default
    form = upload(pia, GOOD).soup.find("form", action=f"{ITEMS}/bring")
    content = b64encode(b"???" * (item_views.LARGEST // 3)).decode()
    assert len(content) < most < len(urlencode({"sent-content": content}))
    assert form["enctype"] == "multipart/form-data"
    pia.post(f"{ITEMS}/bring", hidden(upload(pia, GOOD)), content_type=form["enctype"])
    assert "one" in ids_of()
