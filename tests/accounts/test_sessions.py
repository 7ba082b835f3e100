"""Where one is signed in: seen, ended one by one, ended everywhere."""

from lms import clock
from lms.accounts.actions import end_session
from lms.extensions import db
from lms.models import SignInSession


def rows(page):
    return page.soup.select("tbody tr")


def test_a_person_sees_where_they_are_signed_in_and_ends_one(cast, sign_in):
    here, there = sign_in("ada"), sign_in("ada")
    sign_in("sam")
    page = here.get("/account/sessions")
    assert len(rows(page)) == 2
    assert "This one" in page.words
    end = page.soup.select_one("tbody form")["action"]
    here.post(end)
    there.get("/record", expect=302)
    assert len(rows(here.get("/account/sessions"))) == 1


def test_nobody_ends_somebody_elses(cast, sign_in):
    ada, sam = sign_in("ada"), sign_in("sam")
    theirs = db.session.query(SignInSession).filter_by(person_id=cast.sam).one().id
    ada.post(f"/account/sessions/{theirs}/end")
    sam.get("/record")
    end_session(theirs, by=cast.rune, now=clock.now())
    sam.get("/record")


def test_signing_out_everywhere_ends_all_of_them(cast, sign_in):
    here, there = sign_in("ada"), sign_in("ada")
    assert here.post("/account/sessions/end").location == "/sign-in"
    for each in (here, there):
        each.get("/record", expect=302)
    assert "signed out everywhere" in here.get("/sign-in").words
