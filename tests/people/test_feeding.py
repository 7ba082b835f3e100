"""Files of leave, of queues and of past completions; and a full file of people, from which who is missing has left."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms import clock
from lms.cli import main
from lms.domain.standing import State
from lms.extensions import db
from lms.models import AuditEntry, Evidence, Spell, SpellKind
from lms.people.feed_files import EVIDENCE, KINDS, LEAVE, QUEUES
from lms.people.feeding import feed
from lms.people.importing import ImportRefused, import_people
from lms.readiness.queries import standings
from lms.verifying import verify
from lms.verifying.spells import overlaps
from tests.training.make import DAY

HEADERS = {
    "leave": "external_id,starts_on,ends_on,kind",
    "queues": "external_id,queue,starts_on,ends_on",
    "evidence": "external_id,policy,version,occurred_at,source,reference",
}


def send(cast, kind, *rows, **more):
    content = "\n".join([HEADERS[kind.name], *rows]).encode()
    return feed(kind, content, by=cast.rune, now=clock.now(), **more)


def refused(cast, kind, *rows):
    before = db.session.query(Spell).count(), db.session.query(Evidence).count()
    with pytest.raises(ImportRefused) as caught:
        send(cast, kind, *rows)
    assert (db.session.query(Spell).count(), db.session.query(Evidence).count()) == before
    return [str(problem) for problem in caught.value.problems]


def stands(person, **more):
    now = clock.now() + more.pop("ahead", timedelta())
    rows = standings(scope=None, at=now, known_at=clock.now(), **more).rows
    return {row.queue: row.standing for row in rows if row.person_id == person}


class TestLeave:
    def test_it_lasts_from_the_first_day_to_the_end_of_the_last_where_the_person_is(self, cast, simple):
        simple(ago=10 * DAY)
        fed = send(cast, LEAVE, "ada,2026-07-01,2026-07-14,holiday")
        assert fed.new == ("Ada: leave, 2026-07-01 to 2026-07-14",)
        spell = db.session.scalars(select(Spell).where(Spell.kind == SpellKind.LEAVE)).one()
        assert spell.start_at == datetime(2026, 6, 30, 23, tzinfo=UTC)  # midnight in Dublin
        assert spell.reason == "holiday"

    def test_the_second_time_changes_nothing_and_another_end_is_recorded_beside_the_first(self, cast):
        send(cast, LEAVE, "ada,2026-07-01,2026-07-14,")
        assert send(cast, LEAVE, "ada,2026-07-01,2026-07-14,").unchanged == 1
        assert len(send(cast, LEAVE, "ada,2026-07-01,2026-07-10,").new) == 1
        assert len(send(cast, LEAVE, "ada,2026-07-01,,").new) == 1
        assert db.session.query(Spell).filter_by(kind=SpellKind.LEAVE).count() == 1
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "file imported")).all()) == 3

    def test_standing_follows(self, cast, simple):
        simple(ago=10 * DAY)
        today = f"{clock.now():%Y-%m-%d}"
        send(cast, LEAVE, f"ada,{today},,")
        assert set(stands(cast.ada, ahead=DAY).values()) == {State.EXEMPT}


class TestQueues:
    def test_somebody_works_in_a_queue_from_a_day_to_a_day(self, cast, simple):
        simple(ago=10 * DAY)
        start = clock.now() + 2 * DAY
        send(cast, QUEUES, f"sam,legal-requests,{start:%Y-%m-%d},{start + 2 * DAY:%Y-%m-%d}")
        assert stands(cast.sam) == {}
        assert stands(cast.sam, ahead=3 * DAY) == {"legal-requests": State.DUE}
        assert stands(cast.sam, ahead=9 * DAY) == {}

    def test_nobody_is_in_a_queue_twice_at_once(self, cast):
        already = refused(cast, QUEUES, "sam,abuse-reports,2026-07-01,")[0]
        assert "they are in it already from 2025-12-31" in already  # where Sam is; midnight UTC is the evening before
        send(cast, QUEUES, "sam,legal-requests,2026-07-01,2026-07-10", "sam,legal-requests,2026-08-01,")
        assert "from 2026-07-01" in refused(cast, QUEUES, "sam,legal-requests,2026-07-05,2026-07-20")[0]
        twice = ("sam,escalations,2026-07-01,", "sam,escalations,2026-07-05,2026-07-20")
        assert "row 3" in refused(cast, QUEUES, *twice)[0]
        assert list(overlaps()) == []

    def test_a_queue_that_is_not_here_is_told(self, cast):
        assert refused(cast, QUEUES, "sam,nights,2026-07-01,") == ["row 2, queue: there is no such queue"]


class TestEvidence:
    def test_a_past_completion_counts_and_can_be_verified(self, cast, simple):
        simple(ago=10 * DAY)
        when = (clock.now() - 5 * DAY).isoformat()
        row = f"ada,legal-requests,1,{when},Old LMS,course 17"
        assert stands(cast.ada) == {"legal-requests": State.DUE}
        assert len(send(cast, EVIDENCE, row).new) == 1
        assert send(cast, EVIDENCE, row, row).new == ()
        assert stands(cast.ada) == {"legal-requests": State.READY}
        assert verify() == []

    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            ("ada,legal-requests,9,2026-07-01,x,", "row 2, version: there is no such published version"),
            ("ada,nothing,1,2026-07-01,x,", "row 2, version: there is no such published version"),
            ("ada,legal-requests,1,2020-01-01,x,", "before the version was published"),
            ("ada,legal-requests,1,2140-01-01T00:00:00Z,x,", "it lies ahead"),
            ("ada,legal-requests,one,2026-07-01,x,", "write the number of a version"),
            ("ada,legal-requests,1,01.07.2026,x,", "write a day like 2026-03-01"),
            ("ada,legal-requests,1,2026-07-01T09:00,x,", "write its offset too"),
            ("ada,legal-requests,1,2026-07-01," + "x" * 201 + ",", "longer than 200"),
            ("ada,a;b,1,2026-07-01,x,", "write one, not several"),
            ("ada,legal-requests,1,2026-07-01,,", "row 2, source: it is empty"),
        ],
    )
    def test_what_is_wrong_is_told_by_row_and_column(self, cast, simple, row, sentence):
        simple(ago=10 * DAY)
        assert sentence in refused(cast, EVIDENCE, row)[0]


class TestAnyFile:
    @pytest.mark.parametrize(
        ("rows", "sentence"),
        [
            (["nobody,2026-07-01,,"], "row 2, external_id: nobody has it"),
            (["ada,2026-07-01,2026-06-01,"], "row 2, ends_on: it lies before starts_on"),
            (["ada,2026-07-01,"], "it has 3 cells and the header has 4"),
            (["ada,2026-07-01,2026-07-02,", "ada,2026-07-01,2026-07-03,"], "row 3, starts_on: another row"),
            (["ada,07/01/2026,,"], "row 2, starts_on"),
            ([], "nothing in this file"),
        ],
    )
    def test_one_wrong_row_and_nothing_is_written(self, cast, rows, sentence):
        assert sentence in refused(cast, LEAVE, *rows, *(["sam,2026-07-01,,"] if rows else []))[0]

    def test_a_dry_run_tells_and_writes_nothing(self, cast):
        assert len(send(cast, LEAVE, "ada,2026-07-01,,", is_dry_run=True).new) == 1
        assert db.session.query(Spell).filter_by(kind=SpellKind.LEAVE).count() == 0

    def test_on_the_command_line(self, cast, database_url, tmp_path, monkeypatch):
        monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
        file = tmp_path / "leave.csv"
        file.write_text("external_id;starts_on;ends_on;kind\nada;2026-07-01;;holiday\n")
        run = CliRunner().invoke
        assert (
            "1 new, 0 unchanged. Nothing was written" in run(main, ["leave", "import", str(file), "--dry-run"]).output
        )
        assert (
            run(main, ["leave", "import", str(file)]).output
            == "+ Ada: leave, 2026-07-01 to open\n1 new, 0 unchanged.\n"
        )
        for kind in ("queues", "evidence"):
            assert run(main, [kind, "import", str(file)]).exit_code == 1
        assert set(KINDS) == {"leave", "queues", "evidence"}


class TestAFullFile:
    def rows(self, *names):
        lines = [f"{name},{name.capitalize()},{name}@demo.example" for name in names]
        return "\n".join(["external_id,name,email", *lines]).encode()

    def test_who_is_missing_has_left_once_somebody_looked_at_the_number(self, cast):
        five = self.rows("ada", "cole", "lena", "pia", "rune")
        with pytest.raises(ImportRefused, match="1 of 6 people who work here are not in it"):
            import_people(five, is_full=True, now=clock.now())
        with pytest.raises(ImportRefused, match="1 of 6"):
            import_people(five, is_full=True, is_dry_run=True, now=clock.now())
        report = import_people(five, is_full=True, is_sure=True, by=cast.rune, now=clock.now())
        assert report.ended == 1
        assert import_people(five, is_full=True, now=clock.now()).ended == 0
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "person left")).one()
        assert entry.person_id == cast.sam
        assert verify() == []

    def test_few_leavers_need_no_look(self, cast):
        many = [f"p{number}" for number in range(40)]
        import_people(self.rows("ada", "cole", "lena", "pia", "rune", "sam", *many), now=clock.now())
        report = import_people(self.rows("ada", "cole", "lena", "pia", "rune", *many), is_full=True, now=clock.now())
        assert (report.ended, report.differences[0].name) == (1, "Sam")

    def test_without_it_nothing_is_said_about_who_is_missing(self, cast):
        assert import_people(self.rows("ada"), now=clock.now()).ended == 0

    def test_on_the_command_line(self, cast, database_url, tmp_path, monkeypatch):
        monkeypatch.setenv("MUSTER_DATABASE_URL", database_url)
        file = tmp_path / "people.csv"
        file.write_bytes(self.rows("ada", "cole", "lena", "pia", "rune"))
        run = CliRunner().invoke
        assert run(main, ["people", "import", str(file), "--full"]).exit_code == 1
        assert "1 ended" in run(main, ["people", "import", str(file), "--full", "--yes"]).output
