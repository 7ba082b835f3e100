"""Files on screen: shown what they would do, then brought in exactly as shown, once."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.extensions import db, writing
from lms.models import FeedRun, Identity, Spell, SpellKind
from lms.people.importing import import_people

NEW = "external_id,name,email,team\nn1,Nora New,nora@demo.example,EMEA\nada,Ada W,ada@demo.example,EMEA/Dublin\n"
FIVE = "external_id,name,email\n" + "".join(
    f"{name},{name.capitalize()},{name}@demo.example\n" for name in ("ada", "cole", "lena", "pia", "rune")
)


def upload(reader, kind, content, expect=200, **more):
    file = (io.BytesIO(content.encode() if isinstance(content, str) else content), "file.csv")
    fields = {"kind": kind, "file": file, **more}
    return reader.post("/people/feeds", fields, expect=expect, content_type="multipart/form-data")


def confirmation(page):
    return page.soup.select_one("form[action$=confirm]")["action"]


def test_what_a_file_would_do_is_shown_and_then_done(cast, sign_in):
    rune = sign_in("rune")
    page = upload(rune, "people", NEW)
    for said in ("1 created", "1 changed", "Nora New", "Ada W"):
        assert said in page.words
    assert db.session.scalar(select(Identity.name).where(Identity.external_id == "ada")) == "Ada"
    rune.post(confirmation(page))
    assert db.session.scalar(select(Identity.name).where(Identity.external_id == "ada")) == "Ada W"
    after = rune.get("/people/feeds")
    assert "Brought in: 1 created, 1 changed" in after.words
    assert "Files that came in" in after.words
    assert db.session.scalars(select(FeedRun.content)).all() == [b""]


def test_it_is_done_once_by_who_looked_and_within_half_an_hour(cast, sign_in):
    rune = sign_in("rune")
    url = confirmation(upload(rune, "people", NEW))
    rune.post(url)
    assert "brought in already" in rune.post(url, expect=422).words
    import_people(b"external_id,name,email,role\nrita,Rita,rita@demo.example,administrator\n", now=clock.now())
    other = confirmation(upload(rune, "people", NEW.replace("Nora New", "Nora")))
    sign_in("rita").post(other, expect=422)
    with writing():
        db.session.execute(update(FeedRun).values(looked_at=clock.now() - timedelta(minutes=31)))
        db.session.commit()
    rune.post(other, expect=422)
    upload(rune, "people", NEW.replace("Nora New", "Nora"))
    assert db.session.scalars(select(FeedRun.content).order_by(FeedRun.id)).all()[1] == b""


def test_what_no_longer_fits_when_it_is_confirmed_is_told(cast, sign_in):
    rune = sign_in("rune")
    url = confirmation(upload(rune, "people", NEW))
    import_people(b"external_id,name,email\nx9,Other,nora@demo.example\n", now=clock.now())
    assert "it belongs to x9" in rune.post(url, expect=422).words


def test_a_full_file_shows_who_would_leave_before_it_is_confirmed(cast, sign_in):
    rune = sign_in("rune")
    page = upload(rune, "people", FIVE, full="yes")
    assert "1 person would leave." in page.words
    rune.post(confirmation(page))
    assert "everybody" in rune.get("/people/feeds").words
    assert "Sam" in rune.get("/people?state=left").words


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("people", "external_id,name\n1,A\n", "The header lacks email"),
        ("people", "external_id,name,email\n1,A,nonsense\n", "row 2, email"),
        ("people", b"external_id,name,email\n1,\xff,a@b.example\n", "not UTF-8"),
        ("leave", "external_id,starts_on\nnobody,2026-07-01\n", "nobody has it"),
        ("dance", "x", "Choose what kind of file it is"),
    ],
)
def test_a_wrong_file_is_told_by_row_and_column(cast, sign_in, kind, content, sentence):
    assert sentence in upload(sign_in("rune"), kind, content, expect=422).words
    assert db.session.query(FeedRun).count() == 0


def test_without_a_file_one_is_asked_for(cast, sign_in):
    sign_in("rune").post("/people/feeds", {"kind": "people"}, expect=422)


def test_leave_comes_in_the_same_way_and_nothing_new_needs_no_confirmation(cast, sign_in):
    rune = sign_in("rune")
    file = "external_id;starts_on;ends_on\nada;2026-07-01;2026-07-14\n"
    page = upload(rune, "leave", file)
    assert "Ada: leave, 2026-07-01 to 2026-07-14" in page.words
    rune.post(confirmation(page))
    assert db.session.query(Spell).filter_by(kind=SpellKind.LEAVE).count() == 1
    assert "Nothing in it is new." in upload(rune, "leave", file).words


def test_nobody_else_brings_in_anything(cast, sign_in):
    for name in ("ada", "lena", "pia"):
        sign_in(name).get("/people/feeds", expect=404)
        upload(sign_in(name), "people", NEW, expect=404)
