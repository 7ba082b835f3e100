"""A roster as a table: all of it or nothing, twice is once, and every mistake says where it is and what to do."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.cli import main
from lms.extensions import db
from lms.models import AuditEntry, Closing, Queue, ShiftRow
from lms.people.importing import ImportRefused
from lms.shifts import table_roster
from lms.shifts.actions import set_minimum
from tests.shifts.files import HEADER, MORNING, NOW, bring, on_shift, rows_written, table

LATER = NOW + timedelta(hours=1)


def refused(content, **more):
    with pytest.raises(ImportRefused) as caught:
        bring(content, **more)
    db.session.rollback()
    return [str(problem) for problem in caught.value.problems]


class TestWhatItBrings:
    def test_local_times_are_those_of_the_zone_and_the_second_time_changes_nothing(self, cast):
        assert bring(table(MORNING)) == (1, 0, 0, 0)
        assert on_shift() == ["Ada legal-requests 03-30 07:00-15:00"]
        assert bring(table(MORNING), now=LATER) == (0, 0, 0, 1)
        assert rows_written() == 1

    def test_the_same_shift_at_another_time_takes_the_place_of_the_first(self, cast):
        bring(table(MORNING))
        assert bring(table(MORNING.replace("T16:00", "T17:00")), now=LATER) == (0, 1, 0, 0)
        assert on_shift(now=LATER) == ["Ada legal-requests 03-30 07:00-16:00"]
        assert on_shift(now=NOW) == ["Ada legal-requests 03-30 07:00-15:00"], "what was known then stays known"
        assert rows_written() == 2

    def test_a_shift_is_called_off_and_can_come_back(self, cast):
        bring(table(MORNING))
        off = MORNING + "cancelled"
        assert bring(table(off), now=LATER) == (0, 0, 1, 0)
        assert on_shift(now=LATER) == []
        assert bring(table(off), now=LATER) == (0, 0, 0, 1)
        assert bring(table(MORNING), now=LATER + timedelta(hours=1)) == (1, 0, 0, 0)
        assert on_shift(now=LATER + timedelta(hours=1)) == ["Ada legal-requests 03-30 07:00-15:00"]

    def test_what_was_never_there_cannot_be_called_off(self, cast):
        assert bring(table(MORNING + "cancelled")) == (0, 0, 0, 1)
        assert rows_written() == 0

    def test_a_dry_run_writes_nothing(self, cast):
        assert bring(table(MORNING), is_dry_run=True) == (1, 0, 0, 0)
        assert rows_written() == 0

    def test_offsets_a_byte_order_mark_semicolons_and_a_queue_by_name(self, cast):
        content = table("s1;sam;abuse-reports;2026-03-30 08:00+02:00;2026-03-30T16:00Z;;confirmed").replace(b",", b";")
        assert bring(b"\xef\xbb\xbf" + content) == (1, 0, 0, 0)
        assert on_shift() == ["Sam abuse-reports 03-30 06:00-16:00"]

    def test_a_shift_may_change_hands_and_make_room_for_another_in_one_file(self, cast):
        bring(table(MORNING))
        assert bring(table(MORNING.replace("ada", "sam"), MORNING.replace("s1", "s2")), now=LATER) == (1, 1, 0, 0)
        assert on_shift(now=LATER) == ["Ada legal-requests 03-30 07:00-15:00", "Sam legal-requests 03-30 07:00-15:00"]

    def test_one_person_may_be_in_two_queues_at_once(self, cast):
        assert bring(table(MORNING, MORNING.replace("s1", "s2").replace("legal-requests", "escalations")))[0] == 2

    def test_who_brought_it_is_in_the_log(self, cast):
        bring(table(MORNING), by=cast.rune)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "roster imported")).one()
        assert (entry.by, entry.after) == (cast.rune, {"new": 1, "changed": 0, "called_off": 0})


BAD = {
    "no such person": (MORNING.replace("ada", "zoe"), "row 2, external_id: nobody has it; import people first"),
    "no such queue": (MORNING.replace("legal-", "tax-"), "row 2, queue: there is no such queue"),
    "ends first": (
        MORNING.replace("T16:00", "T07:00"),
        "row 2, ends_at: it ends before it begins; look at both times, and at the day of the second",
    ),
    "too long": (MORNING.replace("-30T16", "-31T16"), "row 2, ends_at: it is longer than 24 hours; split it"),
    "too far": (MORNING.replace("2026", "2062"), "row 2, ends_at: the year of 2062-03-30 cannot be right"),
    "a year of another age": (
        MORNING.replace("2026-03-30T08", "0026-03-30T08"),
        "row 2, starts_at: the year of 0026-03-30 cannot be right".replace("0026", "26"),
    ),
    "a day only": (
        MORNING.replace("T08:00", ""),
        "row 2, starts_at: write a day and a time, like 2026-03-01T22:00 or 2026-03-01T22:00+01:00",
    ),
    "words": (
        MORNING.replace("2026-03-30T08:00", "tomorrow at eight"),
        "row 2, starts_at: write a day and a time, like 2026-03-01T22:00 or 2026-03-01T22:00+01:00",
    ),
    "no zone": (
        MORNING.replace("Europe/Dublin", ""),
        "row 2, starts_at: write its offset too, like 2026-03-01T22:00+01:00, or fill the column timezone",
    ),
    "no such zone": (
        MORNING.replace("Dublin", "Dublim"),
        "row 2, timezone: there is no time zone “Europe/Dublim”; write it as Europe/Dublin",
    ),
    "skipped by clocks": (
        MORNING.replace("30T08:00", "29T01:30").replace("30T16", "29T08"),
        "row 2, starts_at: clocks in Europe/Dublin skip 2026-03-29 01:30; write a time that they show",
    ),
    "shown twice": (
        MORNING.replace("03-30T08:00", "10-25T01:30").replace("03-30T16", "10-25T08"),
        "row 2, starts_at: clocks in Europe/Dublin show 2026-10-25 01:30 twice; "
        "write 2026-10-25T01:30+0100 or 2026-10-25T01:30+0000",
    ),
    "another status": (MORNING + "maybe", "row 2, status: write cancelled, or leave it empty"),
    "a long key": (MORNING.replace("s1", "s" * 201), "row 2, shift_id: it is longer than 200 characters"),
    "a stray comma": (
        MORNING + ",",
        "row 2: it has 8 cells and the header has 7; look for a stray comma or quote",
    ),
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("row", "said"), BAD.values(), ids=BAD)
def test_a_bad_row_is_told_and_nothing_comes_in(cast, row, said):
    good = MORNING.replace("s1", "good").replace("legal-requests", "escalations")
    assert said in refused(table(row, good))
    assert rows_written() == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
class TestWholeFiles:
    def test_bytes_that_are_no_text(self, cast):
        assert refused(table(MORNING).replace(b"ada", b"ad\xe9")) == [
            "row 2: The file is not UTF-8. Save it as “CSV UTF-8” and import that."
        ]
        assert "UTF-16" in refused(table(MORNING).decode().encode("utf-16"))[0]

    def test_a_header_that_lacks_columns(self, cast):
        assert "The header lacks ends_at" in refused(table("s1", header="shift_id,external_id,queue,starts_at"))[0]

    def test_one_id_twice(self, cast):
        assert refused(table(MORNING, MORNING)) == ["row 3, shift_id: row 2 has the same one"]

    def test_more_rows_than_a_file_may_have(self, cast, monkeypatch):
        monkeypatch.setattr(table_roster, "MOST_SHIFTS", 1)
        assert refused(table(MORNING, MORNING.replace("s1", "s2"))) == ["The file has more than 1 rows; split it."]

    def test_a_closed_queue(self, cast):
        queue = db.session.scalar(select(Queue.id).where(Queue.slug == "legal-requests"))
        from lms.extensions import writing

        with writing():
            db.session.add(
                Closing(queue_id=queue, is_closed=True, from_at=NOW, reason="", recorded_at=NOW, recorded_by=cast.rune)
            )
            db.session.commit()
        assert "this queue is closed" in refused(table(MORNING))[0]


class TestOverlaps:
    def test_two_rows_of_one_file(self, cast):
        second = "s2,ada,legal-requests,2026-03-30T15:30,2026-03-30T18:00,Europe/Dublin,"
        assert refused(table(MORNING, second)) == [
            "row 3: the same person is on shift in this queue then by row 2; keep one"
        ]

    def test_a_shift_that_is_there_already(self, cast):
        bring(table(MORNING))
        second = "s2,ada,legal-requests,2026-03-30T15:30,2026-03-30T18:00,Europe/Dublin,"
        assert refused(table(second)) == [
            "row 2: the same person is on shift in this queue from 2026-03-30 07:00 to 2026-03-30 15:00 UTC already; "
            "change that one by its own id, or call it off"
        ]

    def test_one_that_ends_when_the_next_begins_is_none(self, cast):
        second = "s2,ada,legal-requests,2026-03-30T16:00,2026-03-30T18:00,Europe/Dublin,"
        assert bring(table(MORNING, second)) == (2, 0, 0, 0)


def test_rows_are_never_changed_or_deleted(cast):
    from sqlalchemy import delete, update
    from sqlalchemy.exc import DBAPIError

    from lms.extensions import writing

    bring(table(MORNING))
    for statement in (update(ShiftRow).values(reason="x"), delete(ShiftRow)):
        with pytest.raises(DBAPIError, match="append-only"), writing():
            db.session.execute(statement)


class TestCommand:
    def test_it_says_what_comes_in(self, app, tmp_path, monkeypatch, database_url, cast):
        monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
        monkeypatch.setenv("MUSTER_ENV", "test")
        path = tmp_path / "roster.csv"
        path.write_bytes("\n".join([HEADER, MORNING.replace("2026", "2026")]).encode())
        monkeypatch.setattr("lms.commands.roster.MOST_SHOWN", 0)
        result = CliRunner().invoke(main, ["roster", "import", str(path), "--dry-run"])
        assert result.exit_code == 0, result.output
        assert result.output == (
            "+ … and 1 more\n1 new, 0 changed, 0 called off, 0 unchanged. Nothing was written: this was a dry run.\n"
        )
        monkeypatch.setattr("lms.commands.roster.MOST_SHOWN", 200)
        result = CliRunner().invoke(main, ["roster", "import", str(path)])
        assert result.output == (
            "+ Ada: legal-requests, 2026-03-30 07:00 to 15:00 UTC\n1 new, 0 changed, 0 called off, 0 unchanged.\n"
        )

    def test_it_says_where_there_are_gaps(self, app, monkeypatch, database_url, cast):
        monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
        monkeypatch.setenv("MUSTER_ENV", "test")
        people = (1,) + (0,) * 167
        when = {"zone": "UTC", "from_at": NOW, "by": cast.lena, "now": NOW}
        set_minimum("legal-requests", people=people, why="Mondays.", **when)
        result = CliRunner().invoke(main, ["roster", "gaps", "--week", "2026-03-24"])
        assert result.output == ("Mon 00:00-01:00 UTC, legal-requests: 0 of 1\n1 gap in the week of 2026-03-23.\n")
