"""A roster on screen is about the reader's people: others are as if they did not exist, and their shifts stay."""

import pytest
from sqlalchemy import update

from lms import clock
from lms.extensions import db, writing
from lms.models import Identity
from lms.readiness.queries import Within
from lms.shifts import uploading
from lms.shifts.importing import import_roster
from tests.shifts.files import calendar, rows_written, table
from tests.shifts.test_upload import confirmation, kept, line, meeting, shift, there, upload


class TestWhose:
    """Lena leads EMEA; Sam is in Austin."""

    @pytest.mark.parametrize("content", [table(shift(who="sam")), calendar(meeting(who="sam@demo.example"))])
    def test_somebody_who_is_not_theirs_is_told_like_somebody_who_is_not_there(self, cast, sign_in, content):
        lena = sign_in("lena")
        mine = upload(lena, content, expect=422).words
        gone = upload(lena, content.replace(b"sam", b"xam"), expect=422).words
        assert "nobody among your people has it" in mine
        assert mine == gone
        assert kept() == []
        assert rows_written() == 0
        assert "1 new" in upload(sign_in("rune"), content).words

    def test_a_shift_of_others_is_neither_changed_nor_called_off_nor_shown(self, cast, sign_in):
        import_roster(table(shift("s1", "sam")), now=clock.now())
        lena = sign_in("lena")
        for content in (table(shift("s1")), table(shift("s1", status="cancelled")), calendar(meeting("s1"))):
            page = upload(lena, content, expect=422)
            assert "a shift of somebody who is not among your people is called so" in page.words
            assert "Sam" not in page.words
        assert there() == [line("Sam")]

    def test_a_series_that_is_shared_says_everything_about_their_own_people_only(self, cast, sign_in):
        both = calendar(meeting("night", who=["ada@demo.example", "sam@demo.example", "cole@demo.example"]))
        import_roster(both, now=clock.now())
        page = upload(sign_in("lena"), calendar(meeting("night", who=["cole@demo.example", "lena@demo.example"])))
        assert "1 new, 0 changed, 1 called off, 1 unchanged" in page.words
        assert "Sam" not in page.words
        address, fields = confirmation(page)
        sign_in("lena").post(address, fields)
        assert there() == [line("Cole"), line("Lena"), line("Sam")]

    def test_scope_is_asked_again_when_it_is_confirmed(self, cast):
        now = clock.now()
        would, run_id = uploading.look(table(shift()), scope=Within(("EMEA",)), by=cast.lena, now=now)
        with pytest.raises(uploading.ImportRefused):
            uploading.confirm(run_id, seen=would.digest, scope=Within(("AMER",)), by=cast.lena, now=now)
        assert rows_written() == 0

    def test_somebody_of_a_vendor_brings_in_that_vendors_people(self, cast):
        with writing():
            db.session.execute(update(Identity).where(Identity.person_id == cast.ada).values(vendor="Acme"))
            db.session.commit()
        now = clock.now()
        for scope in (Within(None, "Acme"), Within(("EMEA",), "Acme")):
            assert uploading.look(table(shift()), scope=scope, by=cast.lena, now=now)[0].total == 1
            with pytest.raises(uploading.ImportRefused, match="Nothing was imported"):
                uploading.look(table(shift(who="cole")), scope=scope, by=cast.lena, now=now)

    def test_a_lead_sees_the_files_of_their_own_and_an_administrator_all(self, cast, sign_in):
        rune, lena = sign_in("rune"), sign_in("lena")
        address, fields = confirmation(upload(rune, table(shift(who="sam"))))
        rune.post(address, fields)
        assert "Files that came in" not in lena.get("/shifts/import").words
        assert "It may name people of EMEA" in lena.get("/shifts/import").words
        address, fields = confirmation(upload(lena, table(shift("s2"))))
        lena.post(address, fields)
        assert len(rune.get("/shifts/import").soup.select("table tbody tr")) == 2
