"""The roster of a team, shifts that are entered and called off on screen, and minimums."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from lms import clock
from lms.domain.staffing import WEEK_HOURS
from lms.extensions import db, writing
from lms.models import AuditEntry, Identity, ShiftRow, StaffingMinimum
from lms.readiness.queries import Within
from lms.shifts import actions, listing
from lms.shifts.pattern import EVERY_DAY, WEEKDAYS, WEEKEND, Block, blocks_of_week, week_of_blocks
from tests.shifts.conftest import put_on_shift, tomorrow


def roster(reader, **asked):
    query = {"day": f"{tomorrow(2):%Y-%m-%d}", "zone": "UTC"} | asked
    return reader.get("/shifts/roster", query_string=query)


def shift_of(person):
    found = db.session.scalar(select(ShiftRow.id).where(ShiftRow.person_id == person).order_by(ShiftRow.id.desc()))
    db.session.rollback()
    return found


class TestRoster:
    def test_it_says_how_each_counts(self, night, sign_in):
        page = roster(sign_in("rune"), queue="legal-requests")
        for word in ("Ready", "Not ready", "Away"):
            assert word in page.words
        assert "9 shifts" in page.words

    def test_a_lead_sees_their_teams_and_may_narrow_to_one(self, night, sign_in):
        lena = sign_in("lena")
        assert "Sam" not in roster(lena).words
        assert "8 shifts" in roster(lena, team="EMEA/Dublin", span="week").words
        assert "Nobody is on shift then." in roster(lena, day="2026-01-05").words

    def test_pages(self, night, sign_in, monkeypatch):
        monkeypatch.setattr(listing, "PAGE", 5)
        rune = sign_in("rune")
        assert "Page 1 of 2" in roster(rune).words
        assert "Page 2 of 2" in roster(rune, page="9").words

    def test_somebody_whose_standing_changes_during_a_shift(self, night, sign_in):
        leave_ends = clock.now() + timedelta(days=5)
        start = leave_ends - timedelta(hours=3)
        name = db.session.scalar(select(Identity.external_id).where(Identity.person_id == night["leave"]))
        put_on_shift({"late": name}, start, start + timedelta(hours=8))
        page = roster(sign_in("rune"), day=f"{start:%Y-%m-%d}", span="week")
        assert "Away" in page.words
        assert " from " in page.words


def entry(cast, **more):
    return {
        "person": cast.ada,
        "queue": "legal-requests",
        "start": "2026-12-01T08:00",
        "end": "2026-12-01T16:00",
    } | more


@pytest.mark.usefixtures("cast")
class TestEntering:
    def test_the_times_are_the_readers(self, cast, sign_in):
        lena = sign_in("lena")
        assert "Ada (EMEA/Dublin)" in lena.get("/shifts/new").words
        assert lena.post("/shifts/new", entry(cast, start="2027-07-01T08:00", end="2027-07-01T16:00")).location
        row = db.session.scalars(select(ShiftRow)).one()
        assert (row.start_at.hour, row.end_at.hour, row.recorded_by) == (7, 15, cast.lena)
        assert db.session.scalar(select(AuditEntry.person_id).where(AuditEntry.act == "shift entered")) == cast.ada

    def test_the_same_again_is_refused(self, cast, sign_in):
        lena = sign_in("lena")
        lena.post("/shifts/new", entry(cast))
        page = lena.post("/shifts/new", entry(cast, start="2026-12-01T15:00", end="2026-12-01T20:00"), expect=422)
        assert "They are on shift in this queue then already." in page.words
        lena.post("/shifts/new", entry(cast, queue="escalations"))

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"end": "2026-12-01T07:00"}, "it ends before it begins"),
            ({"end": "2026-12-03T07:00"}, "it is longer than 24 hours"),
            ({"start": "2027-03-28T01:30", "end": "2027-03-28T08:00"}, "clocks in Europe/Dublin skip 2027-03-28 01:30"),
            ({"end": "2027-10-31T01:30"}, "show 2027-10-31 01:30 twice"),
            ({"start": "soon"}, "Write a day and a time, like 2026-11-25 13:40."),
            ({"start": "2026-12-01T08:00Z"}, "Write a day and a time, like 2026-11-25 13:40."),
            ({"start": ""}, "Say when."),
            ({"person": "6"}, "Not a valid choice"),
            ({"person": "x"}, "Invalid Choice"),
            ({"queue": "tax"}, "Not a valid choice"),
        ],
    )
    def test_what_is_wrong_is_told(self, cast, sign_in, typed, said):
        page = sign_in("lena").post("/shifts/new", entry(cast, **typed), expect=422)
        assert said in page.words
        assert db.session.scalars(select(ShiftRow)).all() == []

    def test_the_same_again_is_refused_also_when_the_first_press_waits_for_the_second(self, cast):
        now = clock.now()
        what = {"start": tomorrow(2), "end": tomorrow(4), "scope": None, "by": cast.lena}
        actions.enter_shift(cast.ada, "legal-requests", **what, now=now + timedelta(seconds=1))
        with pytest.raises(actions.ShiftRefused, match="on shift in this queue then already"):
            actions.enter_shift(cast.ada, "legal-requests", **what, now=now)

    def test_nobody_out_of_scope_and_no_closed_queue_by_the_action_either(self, cast):
        now = clock.now()
        when = {"start": tomorrow(2), "end": tomorrow(4), "by": cast.lena, "now": now}
        with pytest.raises(actions.ShiftRefused, match="nobody like that among your people"):
            actions.enter_shift(cast.sam, "legal-requests", scope=Within(("EMEA",)), **when)
        with pytest.raises(actions.ShiftRefused, match="no open queue like that"):
            actions.enter_shift(cast.ada, "tax", scope=Within(("EMEA",)), **when)


class TestCallingOff:
    def test_a_reason_is_needed_and_then_it_is_gone(self, night, cast, sign_in):
        lena, address = sign_in("lena"), f"/shifts/{shift_of(cast.ada)}/call-off"
        assert "Call off a shift" in lena.get(address).words
        assert "Say why." in lena.post(address, {"why": ""}, expect=422).words
        lena.post(address, {"why": "She swapped."})
        assert "Ada" not in roster(lena).words
        lena.get(address, expect=404)
        assert (
            db.session.scalar(select(AuditEntry.reason).where(AuditEntry.act == "shift called off")) == "She swapped."
        )

    def test_other_peoples_shifts_do_not_exist(self, night, cast, sign_in):
        lena, address = sign_in("lena"), f"/shifts/{shift_of(cast.sam)}/call-off"
        lena.get(address, expect=404)
        lena.post(address, {"why": "Mine now."}, expect=404)

    def test_twice_is_told_as_over_also_when_the_first_press_waits_for_the_second(self, night, cast):
        shift, now = shift_of(cast.ada), clock.now()
        what = {"why": "She is ill.", "scope": None, "by": cast.lena}
        actions.call_off(shift, **what, now=now + timedelta(seconds=1))
        with pytest.raises(actions.NoSuchShift, match="not on the roster any more"):
            actions.call_off(shift, **what, now=now)

    def test_one_that_was_called_off_meanwhile(self, night, cast, sign_in, monkeypatch):
        shift = shift_of(cast.ada)
        lena = sign_in("lena")

        def too_late(*args, **more):
            raise actions.NoSuchShift("gone")

        monkeypatch.setattr(actions, "call_off", too_late)
        lena.post(f"/shifts/{shift}/call-off", {"why": "x"}, expect=404)


def lines(*blocks, zone="Europe/Dublin", day=None, why="It is enough."):
    fields = {"zone": zone, "day": f"{day or clock.now().date()}", "why": why}
    for number, (days, first, after, people) in enumerate(blocks):
        for name, value in (("days", days), ("first", first), ("after", after), ("people", people)):
            fields[f"blocks-{number}-{name}"] = value
    return fields


class TestMinimum:
    def test_lines_make_a_week_and_are_shown_again(self, cast, sign_in):
        lena, address = sign_in("lena"), "/shifts/minimums/legal-requests"
        lena.post(address, lines((EVERY_DAY, 0, 24, 1), (WEEKDAYS, 8, 18, 3), (EVERY_DAY, 0, 24, "")))
        row = db.session.scalars(select(StaffingMinimum)).one()
        assert (row.people[7], row.people[8], row.people[17], row.people[18], row.people[5 * 24 + 8]) == (1, 3, 3, 1, 1)
        assert (row.zone, row.recorded_by) == ("Europe/Dublin", cast.lena)
        page = lena.get(address)
        assert "in force now" in page.words
        assert page.soup.select_one("#blocks-0-days option[selected]")["value"] == WEEKDAYS

    def test_what_was_set_before_stays(self, cast, sign_in):
        lena, address = sign_in("lena"), "/shifts/minimums/legal-requests"
        lena.post(address, lines((EVERY_DAY, 0, 24, 1)))
        later = clock.now().date() + timedelta(days=3)
        lena.post(address, lines((EVERY_DAY, 0, 24, 2), day=later))
        assert [row.people[0] for row in db.session.scalars(select(StaffingMinimum).order_by(StaffingMinimum.id))] == [
            1,
            2,
        ]

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            (lines((EVERY_DAY, 22, 6, 1)), "It ends before it begins; write a night as two lines."),
            (lines((EVERY_DAY, 0, 24, 1000)), "Write a number from 0 to 999."),
            (lines((EVERY_DAY, 0, 24, 1), zone="Mars"), "there is no time zone “Mars”"),
            (lines((EVERY_DAY, 0, 24, 1), day="2026-01-01"), "Choose today or a day to come."),
            (lines((EVERY_DAY, 0, 24, 1), day="9999-12-31"), "Choose today or a day to come."),
            (lines((EVERY_DAY, 0, 24, 1), day="soon"), "Not a valid date"),
            (lines((EVERY_DAY, 0, 24, 1), why=""), "Say why."),
        ],
    )
    def test_what_is_wrong_is_told(self, cast, sign_in, typed, said):
        assert said in sign_in("lena").post("/shifts/minimums/legal-requests", typed, expect=422).words

    def test_nobody_of_a_vendor_sets_what_a_whole_queue_needs(self, cast, sign_in):
        with writing():
            db.session.execute(update(Identity).where(Identity.person_id == cast.lena).values(vendor="Acme"))
            db.session.commit()
        lena = sign_in("lena")
        lena.get("/shifts/minimums/legal-requests", expect=404)
        lena.post("/shifts/minimums/legal-requests", lines((EVERY_DAY, 0, 24, 1)), expect=404)
        assert "Set the minimum" not in lena.get("/shifts/").words


class TestPattern:
    @given(st.lists(st.integers(0, 2), min_size=WEEK_HOURS, max_size=WEEK_HOURS))
    def test_lines_say_the_week_that_they_came_from(self, people):
        assert week_of_blocks(blocks_of_week(people)) == tuple(people)

    def test_few_lines_say_what_many_days_have_in_common(self):
        people = week_of_blocks([Block(EVERY_DAY, 0, 24, 1), Block(WEEKEND, 8, 12, 2)])
        assert blocks_of_week(people) == (
            Block(WEEKDAYS, 0, 24, 1), Block(WEEKEND, 0, 8, 1), Block(WEEKEND, 8, 12, 2), Block(WEEKEND, 12, 24, 1),
        )  # fmt: skip
        assert blocks_of_week(week_of_blocks([Block(EVERY_DAY, 0, 24, 1)])) == (Block(EVERY_DAY, 0, 24, 1),)
        assert blocks_of_week([0] * WEEK_HOURS) == ()
