"""Items of other systems in a draft: shown first, then brought in; kept over loading; out again as a file."""

import io
import zipfile

import pytest
from sqlalchemy import select

from lms import clock
from lms.domain.errors import DomainError
from lms.extensions import db
from lms.models import AuditEntry, ItemRevision, Version
from lms.policies import banks, item_views
from lms.policies.actions import bring_in, draft_from_shelf, load_shelf, propose, take_back, take_out
from tests.policies.conftest import NOW
from tests.policies.shelves import RELEASE_1, write_shelf

ITEMS = "/policies/requests/draft/items"
GOOD = "// [tag:speed]\n::one:: It is 19:30. It is late. {T#Right.}\n"
BAD = "::two:: Why? {}\n"
CASE = """\
items:
  - id: story
    type: case
    since: 2
    stem: A story.
    items:
      - {id: s-1, type: true_false, clauses: [speed], stem: "So?", options: [{id: t, text: "True", key: true}, {id: f, text: "No"}]}
      - {id: s-2, type: true_false, clauses: [who], stem: "And?", options: [{id: t, text: "True", key: true}, {id: f, text: "No"}]}
"""  # noqa: E501


def upload(reader, content, *, expect=200, name="bank.gift", **fields):
    raw = content.encode() if isinstance(content, str) else content
    return reader.post(ITEMS, {"file": (io.BytesIO(raw), name), **fields}, expect=expect)


def hidden(page):
    form = page.soup.find("form", action=f"{ITEMS}/bring")
    return {each["name"]: each.get("value", "") for each in form.find_all("input") if each["name"] != "csrf_token"}


def ids_of(version=2):
    db.session.rollback()
    row = db.session.scalar(select(Version).where(Version.number == version))
    found = [item.id for item in banks.items_of(row.id)]
    db.session.rollback()
    return found


def test_only_owners_bring_items_in_and_take_them_out(draft, sign_in):
    for name in ("ada", "cole", "lena", "rune"):
        reader = sign_in(name)
        reader.get(ITEMS, expect=404)
        upload(reader, GOOD, expect=404)
        reader.post(f"{ITEMS}/bring", expect=404)
        reader.get("/policies/requests/v/1/items/yaml", expect=404)


def test_without_a_draft_there_is_no_page(published, sign_in):
    sign_in("pia").get(ITEMS, expect=404)


def test_what_would_come_in_is_shown_before_anything_is_written(draft, sign_in):
    pia = sign_in("pia")
    before = ids_of()
    page = upload(pia, GOOD + "\n" + BAD)
    assert "Read as GIFT Comes in 1 Cannot come in 1" in page.words
    row = page.soup.find(id="report-lines").find_all("tr")[2].get_text(" ", strip=True)
    assert row.startswith("4 two Cannot come in It is answered in free words")
    assert "1 question cannot come in; the others can without it." in page.words
    assert ids_of() == before


def test_after_that_the_others_are_brought_in_and_the_log_knows(draft, sign_in):
    pia = sign_in("pia")
    sent = hidden(upload(pia, GOOD + "\n" + BAD))
    assert pia.post(f"{ITEMS}/bring", sent).location == ITEMS
    assert "one" in ids_of()
    page = pia.get(ITEMS)
    assert "1 item is in the draft now." in page.words
    assert "Brought in" in page.soup.find(id="draft-items").get_text()
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.act == "items brought in"))
    assert entry.about == "requests version 2"
    assert entry.after == {"items": ["one"], "new": 1, "changed": 0, "refused": 1}


def test_the_same_file_again_counts_once(draft, sign_in):
    pia = sign_in("pia")
    sent = hidden(upload(pia, GOOD))
    pia.post(f"{ITEMS}/bring", sent)
    pia.post(f"{ITEMS}/bring", sent)
    assert db.session.query(AuditEntry).filter_by(act="items brought in").count() == 1
    assert db.session.query(ItemRevision).filter_by(slug="one").count() == 1
    assert "Nothing in it can come in, or is new." in upload(pia, GOOD).words


def test_the_clause_can_be_chosen_and_an_item_replaced(draft, sign_in):
    pia = sign_in("pia")
    plain = GOOD.partition("\n")[2]
    assert "names no clause" in upload(pia, plain).words
    pia.post(f"{ITEMS}/bring", hidden(upload(pia, plain, clause="who")))
    other = plain.replace("late", "too late")
    assert "another item “one”" in upload(pia, other, clause="who").words
    page = upload(pia, other, clause="who", is_replacing="y")
    assert "Takes the place of one 1" in page.words
    pia.post(f"{ITEMS}/bring", hidden(page))
    assert ids_of().count("one") == 1


def test_what_cannot_be_read_is_a_sentence(draft, sign_in, monkeypatch):
    pia = sign_in("pia")
    assert "Choose a file." in pia.post(ITEMS, expect=422).words
    assert "The file is empty." in upload(pia, "", expect=422).words
    with monkeypatch.context() as lower:
        lower.setattr(item_views, "LARGEST", 9)
        assert "A page takes files up to" in upload(pia, GOOD, expect=422).words
    upload(pia, GOOD, clause="elsewhere", expect=422)
    for sent in ({"sent-content": "not base64"}, {"sent-content": "é"}):
        pia.post(f"{ITEMS}/bring", sent, expect=400)
    assert "The file is empty." in pia.post(f"{ITEMS}/bring", {"sent-content": ""}, expect=422).words


def test_what_was_brought_in_stays_when_the_files_are_loaded_again(draft, root, sign_in, on_shelf):
    bring_in("requests", (GOOD + "\n// [tag:who]\n::other:: Is it? {T}").encode(), by=None, now=NOW)
    bring_in("requests", CASE.encode(), by=None, now=NOW)
    load_shelf(root, is_publishing=False, now=NOW)
    assert {"one", "other", "s-1", "s-2"} <= set(ids_of())
    # what stands in the files counts, and what is brought in can be taken out again
    take_out("requests", "other", by=1, now=NOW)
    take_out("requests", "s-1", by=1, now=NOW)
    draft_from_shelf(on_shelf(releases=(RELEASE_1,), items=[("one", "who", 2)]), 2, by=1, now=NOW)
    assert ids_of() == ["one"]
    with pytest.raises(DomainError, match="was not brought into this draft"):
        take_out("requests", "who-1", by=1, now=NOW)


def test_an_item_is_taken_out_on_the_page(draft, sign_in):
    bring_in("requests", GOOD.encode(), by=None, now=NOW)
    pia = sign_in("pia")
    pia.post(f"{ITEMS}/one/take-out")
    assert "one" not in ids_of()
    assert "was not brought into this draft" in pia.post(f"{ITEMS}/one/take-out", expect=422).words


def test_a_draft_that_waits_for_approval_takes_nothing(draft, cast, sign_in, root):
    pia = sign_in("pia")
    sent = hidden(upload(pia, GOOD))
    for clause in ("speed", "records", "fax"):
        fields = {f"judge-{clause}-verdict": "material", f"judge-{clause}-reason": "It is another rule."}
        pia.post(f"/policies/requests/draft/changes/{clause}", fields)
    version = db.session.scalar(select(Version.id).where(Version.number == 2))
    propose(version, effective_at=None, by=1, reason="Answers took too long.", now=clock.now())
    assert "While it waits it cannot be changed." in pia.get(ITEMS).words
    assert "It is with an approver" in pia.post(f"{ITEMS}/bring", sent, expect=422).words
    take_back(version, by=1, now=clock.now())
    pia.post(f"{ITEMS}/bring", sent)
    assert "one" in ids_of()


def test_items_go_out_in_each_format_and_nothing_of_another_version(draft, sign_in):
    pia = sign_in("pia")
    yaml = pia.get("/policies/requests/v/1/items/yaml").response
    assert yaml.headers["Content-Disposition"] == 'attachment; filename="requests-v1-items.yaml"'
    assert "id: fax-1" in yaml.get_data(as_text=True)
    with pia.app.app_context():
        package = pia.client.get("/policies/requests/v/2/items/qti3").data
    assert "items/records-1.xml" in zipfile.ZipFile(io.BytesIO(package)).namelist()
    assert pia.get("/policies/requests/v/2/items/csv").text.startswith("id,type")
    assert "photo-8" in pia.get("/policies/items-template.csv").text
    pia.get("/policies/requests/v/9/items/csv", expect=404)
    pia.get("/policies/requests/v/1/items/pdf", expect=404)


def test_a_policy_without_a_quiz_has_no_page_of_items(app, cast, root, sign_in):
    load_shelf(write_shelf(root, releases=(RELEASE_1,), proof="attest"), is_publishing=True, now=NOW)
    pia = sign_in("pia")
    pia.get(ITEMS, expect=404)
    pia.get("/policies/requests/v/1/items/yaml", expect=404)
    assert ITEMS not in pia.get("/policies/requests/draft").text


def test_the_page_takes_as_many_statements_for_many_items(draft, sign_in):
    pia = sign_in("pia")
    few = len(pia.get(ITEMS).statements)
    many = "\n\n".join(f"::extra {n}:: Is it {n}? {{T}}" for n in range(20))
    bring_in("requests", many.encode(), clause="speed", by=None, now=NOW)
    assert len(pia.get(ITEMS).statements) == few
