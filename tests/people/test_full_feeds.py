"""A full file of leave or of queues: what is open or ahead and not in it ends now, and nothing is rewritten."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms import clock
from lms.cli import main
from lms.extensions import db, writing
from lms.models import AuditEntry, Spell, SpellEnd, SpellKind
from lms.people.feed_files import EVIDENCE, LEAVE, QUEUES
from lms.people.importing import ImportRefused
from lms.verifying.spells import overlaps
from tests.cast import QUEUES as SLUGS
from tests.people.test_feeding import HEADERS, send
from tests.people.test_feeds import confirmation, upload
from tests.people.test_ownership import owned  # noqa: F401 - a fixture

DAY = timedelta(days=1)
EVERYBODY = (*(f"ada,{slug},2026-01-01," for slug in SLUGS), "sam,abuse-reports,2025-12-31,")
"""The queues of the cast, by the first day where each of them is."""


def day(offset: int) -> str:
    return f"{clock.now() + offset * DAY:%Y-%m-%d}"


def full(cast, kind, *rows, **more):
    return send(cast, kind, *rows, is_full=True, **{"is_sure": True} | more)


def ends(kind: SpellKind) -> list[tuple[datetime, datetime | None, str]]:
    """Beginning, end and reason of every end that was recorded, in that order."""
    rows = db.session.execute(
        select(Spell.start_at, SpellEnd.end_at, SpellEnd.reason)
        .join(Spell, Spell.id == SpellEnd.spell_id)
        .where(Spell.kind == kind)
        .order_by(SpellEnd.id)
    )
    return [tuple(row) for row in rows]


def written() -> tuple[int, int]:
    return tuple(db.session.scalar(select(func.count()).select_from(table)) for table in (Spell, SpellEnd))


class TestLeave:
    def test_what_is_open_ends_now_what_lies_ahead_is_called_off_and_what_is_over_stays(self, cast):
        send(cast, LEAVE, f"ada,{day(-40)},{day(-30)},", f"ada,{day(-3)},,", f"sam,{day(10)},{day(20)},",
             f"cole,{day(-5)},{day(5)},")  # fmt: skip
        before = ends(SpellKind.LEAVE)
        now = clock.now()
        fed = full(cast, LEAVE, f"lena,{day(-1)},,")
        assert fed.ended == (
            f"Ada: leave from {day(-3)}, ends now",
            f"Cole: leave from {day(-5)}, ends now",
            f"Sam: leave from {day(10)}, called off",
        )
        assert fed.open == 3
        added = ends(SpellKind.LEAVE)[len(before) :]
        assert ends(SpellKind.LEAVE)[: len(before)] == before
        assert {reason for _, _, reason in added} == {"Not in the whole file of leave"}
        called_off = [start for start, end, _ in added if end == start]
        assert len(called_off) == 1
        assert called_off[0] > now
        assert all(now <= end <= clock.now() for start, end, _ in added if end != start)

    def test_what_it_names_stays_and_other_leave_of_the_same_person_ends(self, cast):
        send(cast, LEAVE, f"ada,{day(-3)},{day(3)},", f"ada,{day(30)},{day(40)},")
        fed = full(cast, LEAVE, f"ada,{day(-3)},{day(3)},")
        assert (fed.new, fed.unchanged) == ((), 1)
        assert fed.ended == (f"Ada: leave from {day(30)}, called off",)

    def test_the_second_time_it_changes_nothing(self, cast):
        send(cast, LEAVE, f"ada,{day(-3)},,", f"sam,{day(10)},,")
        full(cast, LEAVE, f"cole,{day(1)},,")
        before = written()
        again = full(cast, LEAVE, f"cole,{day(1)},,", is_sure=False)
        assert (again.new, again.ended, again.unchanged) == ((), (), 1)
        assert written() == before
        assert db.session.query(AuditEntry).filter_by(act="file imported").count() == 2

    def test_what_was_called_off_is_back_when_it_is_named_again(self, cast):
        row = f"sam,{day(10)},{day(20)},"
        send(cast, LEAVE, row)
        full(cast, LEAVE, f"cole,{day(1)},,")
        assert full(cast, LEAVE, f"cole,{day(1)},,", row).new == (f"Sam: leave, {day(10)} to {day(20)}",)
        assert full(cast, LEAVE, f"cole,{day(1)},,", row, is_sure=False).ended == ()
        assert db.session.query(Spell).filter_by(kind=SpellKind.LEAVE).count() == 2

    def test_without_full_nothing_is_said_about_what_is_missing(self, cast):
        send(cast, LEAVE, f"ada,{day(-3)},,")
        assert send(cast, LEAVE, f"sam,{day(1)},,").ended == ()


class TestQueues:
    def test_who_is_missing_works_there_no_more(self, cast):
        fed = full(cast, QUEUES, *EVERYBODY[1:])
        assert fed.ended == ("Ada: abuse-reports from 2026-01-01, ends now",)
        assert (fed.new, fed.unchanged, fed.open) == ((), 3, 4)
        assert full(cast, QUEUES, *EVERYBODY[1:], is_sure=False).ended == ()

    def test_a_time_that_began_in_the_course_of_a_day_is_named_by_the_day(self, cast):
        began = clock.now() - 2 * DAY
        with writing():
            spell = db.session.scalars(select(Spell).where(Spell.kind == SpellKind.QUEUE).limit(1)).one()
            more = {"start_at": began, "recorded_at": began, "recorded_by": cast.rune, "reason": ""}
            db.session.add(Spell(person_id=cast.cole, kind=SpellKind.QUEUE, queue_id=spell.queue_id, **more))
            db.session.commit()
        first = began.astimezone(ZoneInfo("Europe/Dublin")).date()
        rows = (*EVERYBODY, f"cole,abuse-reports,{first},")
        assert full(cast, QUEUES, *rows, is_sure=False).unchanged == 5
        assert send(cast, QUEUES, f"cole,abuse-reports,{first},{day(3)}").new
        assert list(overlaps()) == []

    def test_another_beginning_after_now_takes_the_place_of_what_ends(self, cast):
        fed = full(cast, QUEUES, *EVERYBODY[:3], f"sam,abuse-reports,{day(9)},")
        assert fed.ended == ("Sam: abuse-reports from 2025-12-31, ends now",)
        assert fed.new == (f"Sam: abuse-reports, {day(9)} to open",)
        assert list(overlaps()) == []

    def test_another_beginning_before_now_would_overlap_and_is_refused(self, cast):
        before = written()
        with pytest.raises(ImportRefused, match="they are in it already from 2025-12-31"):
            full(cast, QUEUES, *EVERYBODY[:3], f"sam,abuse-reports,{day(-9)},")
        assert written() == before


class TestTheNumber:
    @pytest.mark.parametrize("is_dry_run", [False, True])
    def test_more_than_5_percent_is_refused_until_somebody_is_sure(self, cast, is_dry_run):
        before = written()
        message = "1 of 4 times in a queue that are open or lie ahead are not in it, and would end"
        with pytest.raises(ImportRefused, match=message):
            full(cast, QUEUES, *EVERYBODY[1:], is_sure=False, is_dry_run=is_dry_run)
        assert written() == before

    def test_few_need_no_look(self, cast):
        rows = [f"sam,{SLUGS[1]},{day(2 * number)},{day(2 * number)}" for number in range(1, 21)]
        send(cast, QUEUES, *rows)
        assert len(full(cast, QUEUES, *EVERYBODY, *rows[1:], is_sure=False).ended) == 1

    def test_what_is_over_counts_on_neither_side(self, cast):
        send(cast, LEAVE, *(f"sam,{day(-100 + 2 * number)},{day(-100 + 2 * number)}," for number in range(30)))
        send(cast, LEAVE, f"ada,{day(-1)},,")
        with pytest.raises(ImportRefused, match="1 of 1 times of leave"):
            full(cast, LEAVE, f"cole,{day(1)},,", is_sure=False)


class TestAnyFile:
    def test_one_wrong_row_and_nothing_ends(self, cast):
        before = written()
        with pytest.raises(ImportRefused, match="nobody has it") as caught:
            full(cast, QUEUES, *EVERYBODY[1:], "nobody,escalations,2026-07-01,", is_sure=False)
        assert caught.value.count == 1  # of the number nothing is said while rows are wrong
        assert written() == before

    def test_a_dry_run_tells_and_writes_nothing(self, cast):
        before = written()
        assert len(full(cast, QUEUES, *EVERYBODY[1:], is_dry_run=True).ended) == 1
        assert written() == before

    def test_a_file_of_past_completions_is_never_the_whole(self, cast):
        with pytest.raises(ImportRefused, match="A file of evidence is never the whole"):
            full(cast, EVIDENCE, "ada,legal-requests,1,2026-07-01,Old LMS,")

    def test_what_another_source_owns_ends_by_no_file(self, cast, owned):  # noqa: F811
        owned("queues=scim")
        before = written()
        with pytest.raises(ImportRefused, match="Queues belong to another source here: scim"):
            full(cast, QUEUES, *EVERYBODY[1:])
        assert written() == before

    def test_the_log_tells_how_many_ended(self, cast):
        full(cast, QUEUES, *EVERYBODY[1:])
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "file imported")).one()
        assert (entry.about, entry.after) == ("queues", {"new": 0, "ended": 1})


class TestWhereItIsAsked:
    def test_on_the_command_line(self, cast, database_url, tmp_path, monkeypatch):
        monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
        file = tmp_path / "queues.csv"
        file.write_text("\n".join([HEADERS["queues"], *EVERYBODY[1:]]))
        run = CliRunner().invoke
        assert run(main, ["queues", "import", str(file), "--full", "--dry-run"]).exit_code == 1
        said = "- Ada: abuse-reports from 2026-01-01, ends now\n0 new, 1 of 4 open ended, 3 unchanged.\n"
        assert run(main, ["queues", "import", str(file), "--full", "--yes"]).output == said
        assert run(main, ["queues", "import", str(file), "--full"]).output == "0 new, 0 of 3 open ended, 3 unchanged.\n"
        assert run(main, ["leave", "import", str(file), "--full"]).exit_code == 1
        assert run(main, ["evidence", "import", str(file), "--full"]).exit_code == 2

    def test_on_screen_it_shows_what_would_end_before_it_is_confirmed(self, cast, sign_in):
        rune = sign_in("rune")
        file = "\n".join([HEADERS["queues"], *EVERYBODY[1:]])
        page = upload(rune, "queues", file, full="yes")
        assert "1 of 4 open times would end." in page.words
        assert "Ada: abuse-reports from 2026-01-01, ends now" in page.words
        assert ends(SpellKind.QUEUE) == []
        rune.post(confirmation(page))
        assert len(ends(SpellKind.QUEUE)) == 1
        assert "Queues, the whole" in rune.get("/people/feeds").words

    def test_on_screen_past_completions_are_not_taken_as_the_whole(self, cast, sign_in):
        row = "ada,legal-requests,1,2026-07-01,Old LMS,"
        page = upload(sign_in("rune"), "evidence", f"{HEADERS['evidence']}\n{row}\n", full="yes", expect=422)
        assert "never the whole" in page.words
