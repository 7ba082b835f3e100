"""The audit log on screen and as a file: what was done, to whom, by whom, and who may read it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from lms import auditing, clock
from lms.auditing import Act, note
from lms.extensions import db, writing
from lms.models import AuditEntry, AuditIdentity
from lms.people.importing import import_people

HEADER = "external_id,name,email,role,team\n"


def add(act, **more):
    with writing():
        note(act, **{"by": None, "at": clock.now()} | more)
        db.session.commit()


def rows(page):
    return [" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr")]


def test_it_says_who_did_what_to_whom_when_from_where_old_and_new(cast, sign_in):
    add(
        Act.DUE_MOVED,
        by=cast.cole,
        person=cast.ada,
        about="legal-requests",
        before={"due_at": None},
        after={"due_at": "2026-12-01T00:00:00+00:00", "is_blocking": True, "clauses": ["one", "two"]},
        reason="She was on a course of antibiotics.",
    )
    line = rows(sign_in("rune").get("/audit?act=due+moved"))[0]
    for said in (
        "Due date moved",
        "legal-requests",
        "Cole",
        "Ada",
        "1 Dec 2026",
        "Is blocking: yes",
        "one, two",
        "command",
    ):
        assert said in line
    assert "antibiotics" in line


def test_the_newest_comes_first_and_it_has_pages(cast, sign_in):
    for number in range(60):
        add(Act.DUE_MOVED, about=f"number {number}")
    rune = sign_in("rune")
    first = rune.get("/audit?act=due+moved")
    assert "60 entries" in first.words
    assert "number 59" in rows(first)[0]
    assert len(rows(first)) == 50
    last = rune.get("/audit?act=due+moved&page=99")
    assert "Page 2 of 2" in last.words
    assert "number 0" in rows(last)[-1]
    assert len(first.statements) == len(last.statements)


def test_it_is_filtered_by_person_act_and_time(cast, sign_in):
    now = clock.now()
    add(Act.SPELL_BEGUN, by=cast.rune, person=cast.ada, about="earlier thing", at=now - timedelta(days=3))
    add(Act.SPELL_ENDED, by=cast.lena, person=cast.sam, about="later thing", at=now - timedelta(days=1))
    rune = sign_in("rune")
    assert len(rows(rune.get("/audit?who=ada%40demo"))) == 1
    assert "later thing" in rows(rune.get("/audit?who=LENA&act=spell+ended"))[0]
    since = f"{now - timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert "earlier thing" not in rune.get(f"/audit?since={since}").words
    assert "later thing" not in rune.get(f"/audit?until={since}").words
    assert "Nothing like that was done." in rune.get("/audit?who=nobody+at+all").words
    assert "Nothing like that was done." in rune.get("/audit?who=%25").words


def test_a_question_that_makes_no_sense_is_told(cast, sign_in):
    rune = sign_in("rune")
    assert "is not an act" in rune.get("/audit?act=dance", expect=422).words
    assert "is not a moment" in rune.get("/audit?since=tomorrow", expect=422).words


def test_the_file_has_every_entry_and_no_formula(cast, sign_in):
    for number in range(70):
        add(Act.DUE_MOVED, by=cast.cole, about=f"=1+{number}")
    page = sign_in("rune").get("/audit/log.csv?act=due+moved")
    lines = list(csv.DictReader(io.StringIO(page.text)))
    assert len(lines) == 70
    assert lines[0]["about"] == "'=1+69"
    assert {line["by"] for line in lines} == {"Cole"}


def test_only_an_administrator_reads_it(cast, sign_in):
    for name in ("ada", "cole", "lena", "pia", "sam"):
        sign_in(name).get("/audit", expect=404)
        sign_in(name).get("/audit/log.csv", expect=404)


def test_it_refuses_to_be_changed(cast):
    add(Act.DUE_MOVED, by=cast.cole)
    for statement in (update(AuditEntry).values(reason="Another one."), delete(AuditEntry)):
        with writing(), pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(statement)


def test_names_stand_beside_it_and_can_be_erased_but_not_changed(cast, sign_in):
    import_people(f"{HEADER}x1,Old Name,old@demo.example,agent,EMEA\n".encode(), now=clock.now())
    import_people(f"{HEADER}x1,New Name,new@demo.example,agent,EMEA\n".encode(), by=cast.rune, now=clock.now())
    rune = sign_in("rune")
    line = rows(rune.get("/audit?act=person+changed"))[0]
    assert "Old Name" in line
    assert "new@demo.example" in line
    with writing(), pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(update(AuditIdentity).values(after=None))
    with writing():
        db.session.execute(delete(AuditIdentity))
        db.session.commit()
    line = rows(rune.get("/audit?act=person+changed"))[0]
    assert "Old Name" not in line
    for entry in db.session.query(AuditEntry):
        assert "Name" not in str(entry.before) + str(entry.after)


def test_an_import_is_noted_once_and_each_person_in_it_too(cast, sign_in):
    lines = "".join(f"x{n},Person {n},p{n}@demo.example,agent,EMEA\n" for n in range(30))
    import_people(f"{HEADER}{lines}".encode(), by=cast.rune, now=clock.now())
    import_people(f"{HEADER}{lines}".encode(), by=cast.rune, now=clock.now())
    rune = sign_in("rune")
    assert "30 entries" in rune.get("/audit?act=person+created").words
    assert [("Created: 30" in line, "Rune" in line) for line in rows(rune.get("/audit?act=people+imported"))] == [
        (True, True)
    ]


def test_signing_in_and_failing_to_are_noted_with_the_address(app, cast, stranger, sign_in):
    from lms.accounts.actions import set_password

    set_password(cast.ada, "a quiet morning in Dublin", now=clock.now())
    stranger.post("/sign-in", {"email": "ada@demo.example", "password": "wrong"}, expect=422)
    stranger.post("/sign-in", {"email": "nobody@demo.example", "password": "wrong"}, expect=422)
    stranger.post("/sign-in", {"email": "ada@demo.example", "password": "a quiet morning in Dublin"})
    stranger.post("/sign-out")
    rune = sign_in("rune")
    failed = rows(rune.get("/audit?act=sign-in+failed"))
    assert [("Ada" in line, "127.0.0.1" in line) for line in failed] == [(False, True), (True, True)]
    assert "nobody@" not in rune.get("/audit").words
    assert "127.0.0.1" in rows(rune.get("/audit?act=signed+in&who=ada"))[0]
    assert rows(rune.get("/audit?act=signed+out&who=ada"))


def test_a_note_of_many_without_anybody_is_none(cast):
    with writing():
        auditing.note_each(Act.PERSON_CHANGED, [], by=None, at=clock.now(), reason="")
        db.session.commit()
    assert db.session.query(AuditEntry).count() == 0
