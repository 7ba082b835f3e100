"""A roster on screen: shown what it would do, then brought in exactly so, once, about the reader's people only."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from lms import clock
from lms.extensions import db, writing
from lms.models import AuditEntry, FeedRun, ShiftRow
from lms.shifts import upload_views, uploading
from lms.shifts.importing import RosterMoved, import_roster
from tests.shifts.conftest import put_on_shift, tomorrow
from tests.shifts.files import calendar, event, on_shift, rows_written, table


def shift(key="s1", who="ada", queue="legal-requests", hour=8, *, hours=8, status=""):
    start = tomorrow(hour)
    return f"{key},{who},{queue},{start.isoformat()},{(start + timedelta(hours=hours)).isoformat()},,{status}"


def meeting(uid="e1", *, who="Ada@demo.example", hour=8, more=()):
    start = tomorrow(hour)
    begin, end = (f"{each:%Y%m%dT%H%M%SZ}" for each in (start, start + timedelta(hours=8)))
    named = [f"ATTENDEE:mailto:{each}" for each in ([who] if isinstance(who, str) else who)]
    return event(uid, begin, end, zone="", more=[*named, *more])


def upload(reader, content, expect=200):
    fields = {"file": (io.BytesIO(content), "file.csv")}
    return reader.post("/shifts/import", fields, expect=expect, content_type="multipart/form-data")


def confirmation(page):
    form = page.soup.select_one("form[action$=confirm]")
    return form["action"], {"seen": form.select_one("input[name=seen]")["value"]}


def kept():
    found = db.session.scalars(select(FeedRun.content).order_by(FeedRun.id)).all()
    db.session.rollback()
    return found


def there():
    return on_shift(now=clock.now())


def line(name="Ada", queue="legal-requests", hour=8, hours=8):
    start = tomorrow(hour)
    return f"{name} {queue} {start:%m-%d %H:%M}-{start + timedelta(hours=hours):%H:%M}"


@pytest.mark.usefixtures("cast")
class TestLookThenConfirm:
    @pytest.mark.parametrize("content", [table(shift()), calendar(meeting())], ids=["csv", "ics"])
    def test_what_it_would_do_is_shown_and_written_only_when_confirmed(self, cast, sign_in, content):
        lena = sign_in("lena")
        assert "Bring in a file" in lena.get("/shifts/roster").words
        page = upload(lena, content)
        assert "1 new, 0 changed, 0 called off, 0 unchanged" in page.words
        assert [each.get_text(" ", strip=True) for each in page.soup.select("#new-shifts tbody th")] == ["Ada"]
        assert rows_written() == 0
        address, fields = confirmation(page)
        lena.post(address, fields)
        assert there() == [line()]
        after = lena.get("/shifts/import")
        assert "Brought in: 1 new, 0 changed, 0 called off." in after.words
        assert "Files that came in" in after.words
        row = db.session.scalars(select(ShiftRow)).one()
        assert row.recorded_by == cast.lena
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "roster imported")).one()
        assert (entry.by, entry.after) == (cast.lena, {"new": 1, "changed": 0, "called_off": 0})
        assert kept() == [b""]

    def test_it_does_what_the_command_says_it_would(self, sign_in):
        put_on_shift({"s1": "ada"}, tomorrow(2), tomorrow(4), "escalations")
        content = table(shift("s1", queue="escalations", hour=5, hours=1), shift("s3", hour=9))
        told = import_roster(content, is_dry_run=True, now=clock.now())
        page = upload(sign_in("lena"), content)
        said = f"{len(told.new)} new, {len(told.changed)} changed, {len(told.called_off)} called off"
        assert said in page.words

    def test_each_kind_of_change_is_shown_with_what_was(self, sign_in):
        rune = sign_in("rune")
        import_roster(table(shift("s1"), shift("s2", hour=0, hours=2), shift("s3", "sam")), now=clock.now())
        gone = shift("s2", status="cancelled", hour=0, hours=2)
        page = upload(rune, table(shift("s1", hour=9), gone, shift("s3", "sam"), shift("s4", "cole")))
        assert "1 new, 1 changed, 1 called off, 1 unchanged" in page.words
        for part in ("new", "changed", "called-off"):
            assert len(page.soup.select(f"#{part}-shifts tbody tr")) == 1
        assert "was " in page.soup.select_one("#changed-shifts").get_text()
        address, fields = confirmation(page)
        rune.post(address, fields)
        assert there() == [line("Cole"), line("Sam"), line(hour=9)]

    def test_one_that_changes_hands_or_queue_says_so(self, sign_in):
        import_roster(table(shift("s1")), now=clock.now())
        page = upload(sign_in("rune"), table(shift("s1", "cole", "escalations")))
        changed = page.soup.select_one("#changed-shifts").get_text(" ", strip=True)
        assert "was Ada" in changed
        assert "was Legal requests" in changed

    def test_nothing_new_needs_no_confirmation_and_is_not_kept(self, sign_in):
        import_roster(table(shift()), now=clock.now())
        page = upload(sign_in("lena"), table(shift()))
        assert "Nothing in it is new." in page.words
        assert not page.soup.select("form[action$=confirm]")
        assert kept() == []

    def test_long_lists_are_cut_and_say_how_many_more(self, sign_in, monkeypatch):
        monkeypatch.setattr(upload_views, "MOST_SHOWN", 2)
        people = enumerate(("ada", "sam", "cole", "pia"))
        page = upload(sign_in("rune"), table(*(shift(f"s{number}", who) for number, who in people)))
        assert len(page.soup.select("#new-shifts tbody tr")) == 2
        assert "And 2 more." in page.words

    def test_times_are_those_of_the_reader(self, sign_in):
        page = upload(sign_in("lena"), table(shift(hour=8)))
        assert "Times are those of Europe/Dublin." in page.words


@pytest.mark.usefixtures("cast")
class TestBetweenLookAndConfirm:
    def test_it_is_done_once_by_who_looked_and_within_half_an_hour(self, sign_in):
        lena = sign_in("lena")
        address, fields = confirmation(upload(lena, table(shift())))
        sign_in("rune").post(address, fields, expect=422)
        lena.post(address, fields)
        assert "brought in already" in lena.post(address, fields, expect=422).words
        late, fields = confirmation(upload(lena, table(shift("s2", hour=0, hours=1))))
        with writing():
            db.session.execute(update(FeedRun).values(looked_at=clock.now() - timedelta(minutes=31)))
            db.session.commit()
        lena.post(late, fields, expect=422)
        assert there() == [line()]

    def test_when_the_roster_changed_meanwhile_it_shows_anew_and_asks_again(self, sign_in):
        lena = sign_in("lena")
        address, fields = confirmation(upload(lena, table(shift(), shift("s2", hour=20, hours=2))))
        import_roster(table(shift(hour=7, hours=10)), now=clock.now())
        page = lena.post(address, fields, expect=409)
        assert "The roster changed since you looked" in page.words
        assert "1 new, 1 changed" in page.words
        assert there() == [line(hour=7, hours=10)], "nothing of it came in"
        again, fields = confirmation(page)
        lena.post(again, fields)
        assert there() == [line(), line(hour=20, hours=2)]

    def test_when_somebody_brought_the_same_in_there_is_nothing_to_confirm(self, sign_in):
        lena = sign_in("lena")
        address, fields = confirmation(upload(lena, table(shift())))
        import_roster(table(shift()), now=clock.now())
        page = lena.post(address, fields, expect=409)
        assert "Nothing in it is new." in page.words
        assert rows_written() == 1

    @pytest.mark.parametrize("seen", ["", "0" * 64])
    def test_without_having_seen_what_it_does_nothing_is_done(self, sign_in, seen):
        lena = sign_in("lena")
        address, _ = confirmation(upload(lena, table(shift())))
        lena.post(address, {"seen": seen}, expect=409)
        assert rows_written() == 0

    def test_what_no_longer_fits_is_told(self, sign_in):
        lena = sign_in("lena")
        address, fields = confirmation(upload(lena, table(shift())))
        put_on_shift({"other": "ada"}, tomorrow(9), tomorrow(10))
        page = lena.post(address, fields, expect=422)
        assert "row 2: the same person is on shift in this queue from" in page.words
        assert rows_written() == 1

    def test_a_roster_is_not_confirmed_as_a_file_of_people_nor_the_other_way_round(self, sign_in):
        rune = sign_in("rune")
        address, fields = confirmation(upload(rune, table(shift())))
        number = address.split("/")[-2]
        rune.post(f"/people/feeds/{number}/confirm", expect=422)
        people = (io.BytesIO(b"external_id,name,email\nn1,Nora,nora@demo.example\n"), "file.csv")
        fields_of_people = {"kind": "people", "file": people}
        page = rune.post("/people/feeds", fields_of_people, expect=200, content_type="multipart/form-data")
        other = page.soup.select_one("form[action$=confirm]")["action"].split("/")[-2]
        rune.post(f"/shifts/import/{other}/confirm", fields, expect=422)
        rune.post(address, fields)
        assert there() == [line()], "what was tried the wrong way is there still"
        assert "Files that came in" not in rune.get("/people/feeds").words

    def test_the_digest_is_of_what_is_written_and_not_of_when(self, cast):
        content, now = table(shift()), clock.now()
        first = import_roster(content, is_dry_run=True, now=now)
        later = import_roster(content, is_dry_run=True, now=now + timedelta(minutes=9))
        other = import_roster(table(shift(hours=7)), is_dry_run=True, now=now)
        assert first.digest == later.digest != other.digest
        with pytest.raises(RosterMoved):
            import_roster(content, seen=other.digest, now=now)


WRONG = {
    "two mistakes": (
        table(shift(who="nobody"), shift("s2", queue="tax")),
        ("2 things are wrong in the file", "row 2, external_id: nobody has it", "row 3, queue: there is no such queue"),
    ),
    "no such column": (table(shift(), header="shift_id,who"), ("The header lacks external_id",)),
    "not UTF-8": (b"shift_id\n\xff", ("The file is not UTF-8",)),
    "empty": (b"", ("The file is empty",)),
    "half a calendar": (b"BEGIN:VCALENDAR\r\n", ("cannot be read as one calendar",)),
    "an event that is none": (calendar(event(start="", more=["SUMMARY:Legal requests"])), ("row ",)),
}


@pytest.mark.usefixtures("cast")
class TestRefused:
    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    @pytest.mark.parametrize("case", WRONG)
    def test_every_mistake_is_told_by_place_and_nothing_is_left(self, sign_in, case):
        content, sentences = WRONG[case]
        page = upload(sign_in("rune"), content, expect=422)
        for sentence in sentences:
            assert sentence in page.words
        assert kept() == []
        assert rows_written() == 0
        assert not db.session.scalars(select(AuditEntry).where(AuditEntry.act == "roster imported")).all()

    def test_one_that_is_too_large_for_a_page(self, sign_in, monkeypatch):
        monkeypatch.setattr(uploading, "LARGEST", 100)
        page = upload(sign_in("lena"), table(shift(), shift("s2", hour=0, hours=2)), expect=422)
        assert "Split it, or use muster roster import." in page.words
        assert kept() == []

    def test_without_a_file_one_is_asked_for(self, sign_in):
        page = sign_in("lena").post("/shifts/import", {}, expect=422, content_type="multipart/form-data")
        assert "Choose a file." in page.words

    def test_in_the_readers_language(self, cast, sign_in):
        lena = sign_in("lena")
        lena.post("/account/language", {"language": "es"})
        page = upload(lena, table(shift(queue="tax")), expect=422)
        assert "fila 2, queue" in page.words
        assert "there is no such queue" not in page.words


def test_a_calendar_is_followed_from_now_so_that_time_alone_can_change_what_it_does(cast):
    """Looked at before midnight and confirmed after, it may reach a month further: then it is shown anew."""
    content = calendar(meeting("weekly", more=["RRULE:FREQ=WEEKLY"]))
    eve = datetime(2027, 1, 31, 23, 50, tzinfo=UTC)
    would, run_id = uploading.look(content, scope=None, by=cast.rune, now=eve)
    with pytest.raises(uploading.LookAgain) as again:
        uploading.confirm(run_id, seen=would.digest, scope=None, by=cast.rune, now=eve + timedelta(minutes=20))
    assert again.value.would.total > would.total
    assert again.value.run_id != run_id
