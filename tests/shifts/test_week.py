"""The week by hour: who counts as what, where there are too few, and who could change that soonest."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from lms import clock
from lms.domain.staffing import OnShift
from lms.extensions import db, writing
from lms.models import Identity
from lms.readiness.queries import Within
from lms.shifts.queries import week
from tests.readiness.make import crew
from tests.shifts.conftest import need, put_on_shift, tomorrow

LEGAL = "/shifts/?queue=legal-requests"


def of_legal(scope=None, now=None):
    from zoneinfo import ZoneInfo

    now = now or clock.now()
    found = week(scope, day=tomorrow(2).date(), zone=ZoneInfo("UTC"), now=now)
    db.session.rollback()
    return found, next(each for each in found.queues if each.queue == "legal-requests")


def the_night(queue):
    return next(time for hour, time in queue.staffing.hours if hour.start == tomorrow(2))


class TestCounts:
    def test_everybody_on_shift_counts_as_they_stand(self, night):
        _, queue = of_legal()
        assert dict(the_night(queue).counts) == {
            OnShift.READY: 3, OnShift.NOT_READY: 4, OnShift.AWAY: 2,
        }, "who is waived in one policy and ready in the others is ready"  # fmt: skip

    def test_the_shortest_fixes_of_a_gap_are_those_whom_training_makes_ready(self, night):
        _, queue = of_legal()
        gap = next(each for each in queue.gaps if each.time.start == tomorrow(2))
        assert (gap.time.end, gap.time.missing, gap.beyond) == (tomorrow(6), 1, 0)
        assert {fix.person for fix in gap.fixes} == {night["overdue"], night["due"]}
        assert all(fix.minutes > 0 for fix in gap.fixes)
        assert [fix.minutes for fix in gap.fixes] == sorted(fix.minutes for fix in gap.fixes)
        assert queue.short == queue.needed == 168

    def test_a_lead_counts_the_people_of_their_teams_and_a_vendor_its_own(self, night, cast):
        assert sum(the_night(of_legal(Within(("EMEA",)))[1]).counts.values()) == 8
        assert sum(the_night(of_legal(Within(("Americas",)))[1]).counts.values()) == 1
        with writing():
            db.session.execute(update(Identity).where(Identity.person_id == night["ready"]).values(vendor="Acme"))
            db.session.commit()
        assert dict(the_night(of_legal(Within(None, "Acme"))[1]).counts) == {OnShift.READY: 1}
        assert sum(the_night(of_legal(Within(()))[1]).counts.values()) == 0

    def test_a_minimum_that_is_recorded_later_does_not_count_yet(self, night, cast):
        need(7, by=cast.lena, now=clock.now() + timedelta(hours=1))
        _, queue = of_legal()
        assert (the_night(queue).minimum, the_night(queue).missing) == (4, 1)
        _, queue = of_legal(now=clock.now() + timedelta(hours=1))
        assert (the_night(queue).minimum, the_night(queue).missing) == (7, 4)

    def test_it_takes_the_same_statements_however_many_there_are(self, night, cast, count_statements):
        few = count_statements(of_legal)
        more = crew(20, team="EMEA/Dublin", queues=["legal-requests", "abuse-reports"], name="more")
        for queue in ("legal-requests", "abuse-reports"):
            put_on_shift({f"{queue}-{each}": f"more-{each}" for each in range(1, len(more) + 1)},
                         tomorrow(8), tomorrow(16), queue)  # fmt: skip
        assert count_statements(of_legal) == few


class TestPage:
    def test_it_lists_gaps_with_fixes_and_a_day_leads_to_its_roster(self, night, sign_in):
        page = sign_in("lena").get(f"{LEGAL}&day={tomorrow(2):%Y-%m-%d}&zone=UTC")
        assert "02:00–06:00 UTC , Legal requests: 3 of 4. Shortest fix:" in page.words
        assert "168 of 168 hours are below the minimum." in page.words
        assert "Nobody on shift could be made ready by training: put somebody else on the roster." in page.words
        assert page.soup.select_one("table#week tbody th a")["href"].startswith("/shifts/roster?day=")

    def test_more_who_could_and_what_is_missing_even_then(self, night, sign_in, cast):
        need(7, by=cast.lena)
        page = sign_in("rune").get(f"{LEGAL}&day={tomorrow(2):%Y-%m-%d}&zone=UTC")
        assert "Even then 2 are missing." in page.words

    def test_a_covered_queue_and_one_without_a_minimum(self, night, sign_in, cast):
        need(0, by=cast.lena, queue="escalations")
        words = sign_in("pia").get("/shifts/").words
        assert "Escalations : nobody is needed." in words
        assert "Abuse reports : no minimum is set." in words
        assert "Set the minimum" not in words, "who owns policies looks on"

    def test_hours_that_clocks_skip_and_show_twice(self, cast, sign_in):
        need(1, by=cast.lena)
        rune = sign_in("rune")
        assert "clocks skip this hour" in rune.get(f"{LEGAL}&day=2026-03-29&zone=Europe/Dublin").words
        autumn = rune.get(f"{LEGAL}&day=2026-10-25&zone=Europe/Dublin").words
        assert "this hour comes twice; the worse is shown" in autumn
        assert "gap is over" in autumn

    def test_whose_people_are_counted_is_said(self, night, sign_in):
        assert (
            "Counted: people of EMEA. Somebody of another team may be on shift too." in sign_in("lena").get(LEGAL).words
        )
        assert "Counted:" not in sign_in("rune").get(LEGAL).words

    def test_without_queues_it_says_so(self, cast, sign_in, monkeypatch):
        from lms.shifts import queries

        class Nothing:
            queues, gaps, names, start, end = (), (), {}, tomorrow(0), tomorrow(1)
            zone = __import__("zoneinfo").ZoneInfo("UTC")

        monkeypatch.setattr(queries, "week", lambda *args, **more: Nothing)
        assert "There are no queues yet." in sign_in("rune").get("/shifts/").words


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("address", "status"),
    [("/shifts/?day=yesterday", 422), ("/shifts/?day=0001-01-01", 422), ("/shifts/roster?zone=Mars", 422),
     ("/shifts/?queue=tax", 404), ("/shifts/roster?team=Moon", 404), ("/shifts/roster?team=Americas", 404),
     ("/shifts/roster?page=x&span=week", 200), ("/shifts/minimums/tax", 404)],
)  # fmt: skip
def test_what_is_asked_wrongly_is_told_so(cast, sign_in, address, status):
    sign_in("lena").get(address, expect=status)
