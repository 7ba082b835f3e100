"""What is in a pack, that it is the same each time, that it streams, and that nothing in it is run by anybody."""

import io
import json
import re
import tracemalloc
import uuid
import zipfile
from types import SimpleNamespace

import pytest
from lxml import html
from sqlalchemy import event, insert, select, update

from lms import clock
from lms.evidence_pack import making, queries
from lms.evidence_pack.asked import About, Asked, PackRefused, check
from lms.evidence_pack.lines import of_try
from lms.evidence_pack.queries import Try
from lms.evidence_pack.whose import is_in
from lms.extensions import db, writing
from lms.models import Evidence, Identity, ItemKey, Person
from lms.models.proof import canonical, leaf_of
from lms.privacy.actions import erase
from lms.readiness.queries import Within
from tests.cast import leave
from tests.evidence_pack.conftest import packed
from tests.training.make import DAY, FIRST, HOUR, MINUTE, Shelf, revoke


def rows(folder, name):
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def test_it_holds_the_exact_bytes_of_each_record_and_what_it_was_proved_on(trained, cast, unpack):
    folder = unpack(packed(about=About.PERSON, person_id=cast.ada))
    body, leaf = db.session.execute(select(Evidence.body, Evidence.leaf)).one()
    assert (folder / "records.jsonl").read_bytes() == body + b"\n"
    assert rows(folder, "records-beside.jsonl")[0]["leaf"] == leaf
    version = json.loads((folder / "versions/legal-requests/1.json").read_text())
    assert FIRST["kinds"] in version["text"]
    assert [lesson["slug"] for lesson in version["lessons"]] == ["10-papers"]
    assert {*version["items"][0]} == {"digest"}
    assert [(row["score"], row["passed"]) for row in rows(folder, "attempts.jsonl")] == [(400, False), (600, True)]
    person = rows(folder, "people.jsonl")[0]
    assert person["name"] == "Ada"
    assert [(each["policy"], each["standing"], each["held"]) for each in person["standings"]] == [
        ("legal-requests", "ready", 1)
    ]
    said = json.loads((folder / "pack.json").read_text())
    assert said["counts"] == {"people": 1, "records": 1, "attempts": 2, "revoked": 0, "versions": 1}


def test_it_says_where_people_stood_at_its_end_as_known_then(trained, cast, unpack):
    before = clock.now() - 2 * HOUR - MINUTE
    folder = unpack(packed(about=About.PERSON, person_id=cast.ada, to_at=before))
    assert rows(folder, "records.jsonl") == []
    assert [row["passed"] for row in rows(folder, "attempts.jsonl")] == [False]
    assert [each["standing"] for each in rows(folder, "people.jsonl")[0]["standings"]] == ["due"]


def test_a_period_has_what_happened_in_it(trained, cast, unpack):
    folder = unpack(packed(about=About.PERIOD, from_at=clock.now() - HOUR))
    assert rows(folder, "records.jsonl") == rows(folder, "attempts.jsonl") == []
    assert "Sam" in [each["name"] for each in rows(folder, "people.jsonl")]
    folder = unpack(packed(about=About.PERIOD, from_at=clock.now() - 4 * HOUR))
    assert len(rows(folder, "records.jsonl")) == 1


def test_a_revocation_is_beside_its_record_once_it_is_known(trained, cast, unpack):
    at = clock.now() - HOUR
    revoke(trained["passed"], by=cast.cole, at=at)
    asked = {"about": About.PERSON, "person_id": cast.ada}
    told = rows(unpack(packed(**asked)), "records-beside.jsonl")[0]["revocations"]
    assert [each["reason"] for each in told] == ["Answered by somebody else."]
    assert told[0]["by"] == db.session.scalar(select(Person.subject).where(Person.id == cast.cole))
    assert rows(unpack(packed(**asked, to_at=at - MINUTE)), "records-beside.jsonl")[0]["revocations"] == []


def test_answers_are_in_it_only_where_they_are_asked_for_and_keys_never_without_saying_so(trained, cast, unpack):
    keys = [json.dumps(key["feedback"]["a"]) for key in db.session.scalars(select(ItemKey.key))]
    theirs = unpack(packed(about=About.PERSON, person_id=cast.ada))
    own = unpack(packed(about=About.PERSON, person_id=cast.ada, has_answers=True))
    assert "asked" not in rows(theirs, "attempts.jsonl")[0]
    asked = rows(own, "attempts.jsonl")[1]["asked"]
    assert {*asked[0]} == {"item_sha256", "stem", "shown", "answered", "typed", "citation"}
    assert asked[0]["answered"][0] in asked[0]["shown"]
    for folder in (theirs, own):
        said = "".join(path.read_text() for path in folder.rglob("*.json*"))
        assert not [key for key in keys if key in said]
        assert "kinds-1" not in said, "authors' names of items"
    whole = unpack(packed(about=About.VERSION, policy="legal-requests", number=1, has_keys=True))
    said = (whole / "versions/legal-requests/1.json").read_text()
    assert all(key in said for key in keys)


def test_the_same_question_gives_the_same_bytes(trained, cast):
    asked = {"about": About.VERSION, "policy": "legal-requests", "number": 1, "to_at": clock.now() - MINUTE}
    first = packed(**asked)
    assert packed(**asked) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_somebody_erased_is_in_it_under_the_identifier_alone(trained, cast, unpack):
    leave(cast.ada)
    erase(cast.ada, reason="She asked for it herself.", by=cast.rune, now=clock.now() + MINUTE)
    folder = unpack(packed(about=About.PERSON, person_id=cast.ada, has_answers=True))
    person = rows(folder, "people.jsonl")[0]
    assert person["name"] is None
    assert person["erased_at"].endswith("Z")
    assert rows(folder, "records.jsonl")[0]["subject"] == person["subject"]
    assert {each["answered"] for each in rows(folder, "attempts.jsonl")[0]["asked"]} == {None}
    said = (folder / "index.html").read_text()
    assert "The name was erased" in said
    assert "Ada" not in said


def test_a_text_that_is_need_to_know_is_withheld_unless_asked_for(cast, tmp_path, unpack):
    Shelf(tmp_path).version(FIRST, ago=DAY, secret=("genuine",)).items_for(*FIRST).lesson("1", ["kinds"]).publish()
    asked = {"about": About.VERSION, "policy": "legal-requests", "number": 1}
    folder = unpack(packed(**asked))
    said = json.loads((folder / "versions/legal-requests/1.json").read_text())
    assert (said["text"], said["lessons"][0]["lesson"]) == (None, None)
    assert "Call the agency" not in (folder / "index.html").read_text()
    assert "Call the agency" in (unpack(packed(**asked, has_secrets=True)) / "index.html").read_text()


def test_a_vendor_sees_its_own_people_only_and_others_not_their_quizzes(trained, cast):
    with writing():
        db.session.execute(update(Identity).where(Identity.person_id == cast.ada).values(vendor="Acme"))
        db.session.commit()
    for scope, records, attempts in (
        (Within(None, "Acme"), 1, 2),
        (Within(("EMEA",), "Acme"), 1, 2),
        (Within(None, "Other"), 0, 0),
        (Within(("EMEA",), ""), 1, 0),
        (Within(("Americas",), ""), 0, 0),
        (Within((), ""), 0, 0),
    ):
        for asked in (
            {"about": About.PERIOD},
            {"about": About.PERSON, "person_id": cast.ada},
            {"about": About.VERSION, "policy": "legal-requests", "number": 1},
        ):
            question = Asked(**asked, scope=scope, to_at=clock.now())
            assert queries.count(question) == records, question
            assert len([each for page in queries.tries(question) for each in page]) == attempts, question
            seen = db.session.scalars(select(Person.id).where(is_in(question))).all()
            assert (cast.ada in seen) == bool(records), question


def test_names_run_nothing_and_every_moment_names_its_zone(trained, cast, unpack):
    name = "=cmd()<script>alert(1)</script><img src=x onerror=alert(1)>"
    with writing():
        db.session.execute(update(Identity).where(Identity.person_id == cast.ada).values(name=name))
        db.session.commit()
    revoke(trained["passed"], by=cast.cole, at=clock.now() - HOUR)
    page = (unpack(packed(about=About.TEAM, team="EMEA")) / "index.html").read_text()
    tree = html.document_fromstring(page)
    assert name in tree.text_content()
    assert not tree.xpath("//script|//img|//link|//a[@href]|//*[@src]|//@*[starts-with(name(), 'on')]")
    moments = re.findall(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*(?: \w+)?", tree.text_content())
    assert len(moments) > 8
    assert [moment for moment in moments if not moment.endswith(" UTC")] == []


@pytest.fixture
def statements(app):
    sent = []

    def note(*about):
        sent.append(about[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@writing()
def many(count: int) -> None:
    """As many more records like the first, each with bytes of its own."""
    first = db.session.scalars(select(Evidence).order_by(Evidence.id)).first()
    columns = ("person_id", "policy_id", "version_id", "occurred_at", "recorded_at")
    same = {name: getattr(first, name) for name in columns} | {"kind": "imported"}
    bodies = [canonical(json.loads(first.body) | {"id": str(uuid.uuid4())}) for _ in range(count)]
    db.session.execute(insert(Evidence), [same | {"body": body, "leaf": leaf_of(body)} for body in bodies])
    db.session.commit()


def test_as_many_statements_for_500_records_as_for_5_and_none_before_the_first_bytes_leave(trained, statements):
    needed = []
    for more in (4, 495):
        many(more)
        statements.clear()
        pieces = making.stream(Asked(about=About.TEAM, team="EMEA", to_at=clock.now()))
        assert next(pieces)
        assert statements == []
        assert list(pieces)
        needed.append(len(statements))
    assert needed[0] == needed[1] < 60


def test_memory_does_not_grow_with_the_records(trained, monkeypatch):
    monkeypatch.setattr(queries, "AT_ONCE", 50)
    peaks = []
    for more in (99, 500):
        many(more)
        asked = Asked(about=About.VERSION, policy="legal-requests", number=1, to_at=clock.now())
        tracemalloc.start()
        longest = max(map(len, making.stream(asked)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert longest < 200_000
    assert peaks[1] < 1.6 * peaks[0], "six times as many records"


def test_file_names_are_safe_whatever_a_team_is_called():
    at = clock.now()
    for team in ('../../etc/"x"\r\nSet-Cookie: a', "Nächte/日本", ""):
        name = Asked(about=About.TEAM, team=team, to_at=at).file_name
        assert re.fullmatch(r"evidence-team-[a-z0-9-]*\d{8}T\d{6}Z\.zip", name)


def test_a_period_that_has_not_ended_or_ends_too_soon_is_refused():
    now = clock.now()
    with pytest.raises(PackRefused, match="lies ahead"):
        check(Asked(about=About.PERIOD, to_at=now + MINUTE), now=now)
    with pytest.raises(PackRefused, match="before it begins"):
        check(Asked(about=About.PERIOD, from_at=now, to_at=now - MINUTE), now=now)


def test_answers_of_every_type_are_told_in_words_and_options_in_the_order_that_was_shown():
    question = {
        "stem": "Which?",
        "options": [{"id": "a", "text": "First"}, {"id": "b", "text": "Second"}],
        "choices": [{"id": "x", "text": "There"}],
        "units": [{"id": "h", "text": "hours"}],
    }
    row = SimpleNamespace(digest="d", question=question, option_order=["b", "a"], citation=None, typed="4")
    row.options = ["a@2", "b=x", "h", "a"]
    scores = ("points", "maximum", "is_passed", "points_then", "maximum_then", "is_passed_then")
    names = ("id", "number", "subject", "slug", "version", *scores)
    attempt = SimpleNamespace(clauses=[], started_at=clock.now(), submitted_at=clock.now(), **dict.fromkeys(names, 1))
    said = of_try(Try(row=attempt, drawn=[row]))["asked"][0]
    assert said["shown"] == ["Second", "First"]
    assert said["answered"] == ["2. First", "Second → There", "hours", "First"]
    assert said["typed"] == "4"
