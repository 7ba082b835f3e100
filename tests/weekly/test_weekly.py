"""Leads are told once a week what is other among their people, and only when something is."""

import re
from datetime import UTC, date, datetime, timedelta
from email.header import decode_header, make_header
from zoneinfo import ZoneInfo

import pytest

from lms import clock
from lms.extensions import db, writing
from lms.models import AuditEntry, Person, Queue, SpellKind
from lms.weekly import actions, queries
from lms.weekly import letters as letters_of
from lms.worker import Weeks
from tests.cast import add_spell
from tests.readiness.make import Edition, Paper, crew, end_spells, prove, publish
from tests.shifts.conftest import need, put_on_shift
from tests.weekly.conftest import DUBLIN, FIRST, SECOND, before, identify, letters, outbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class TestWhatItSays:
    def test_what_is_other_than_a_week_before(self, people, cast, now, work):
        (said,) = work(now)
        assert "- Legal requests: 1 of 4, a week before 4 of 4" in said
        assert "- 3 people are not ready in a queue any more, or not yet (a clause changed 3)" in said
        assert "- 3 people have something newly overdue" in said
        assert "became ready" not in said
        assert f"{now.astimezone(DUBLIN):%H}:00" in said
        assert "https://muster.example/readiness/?at=" in said
        assert "https://muster.example/account/mail" in said
        assert letters() == [(cast.lena, True)]

    def test_the_next_week_tells_the_next_difference(self, people, now, work):
        work(now)
        for person in people[1:3]:
            prove(person, "legal", 2, days=before(-1))
        (said,) = work(now + 7 * DAY)
        assert "- Legal requests: 3 of 4, a week before 1 of 4" in said
        assert "- 2 people became ready in a queue" in said
        assert "newly overdue" not in said

    def test_what_is_learned_late_about_last_week_is_no_change(self, all_know, now, work):
        """Both weeks are looked at with what is known now: evidence that came late does not look like progress."""
        (late,) = crew(1, team="EMEA/Dublin", queues=["legal-requests"], name="late")
        for number in (1, 2):
            prove(late, "legal", number, days=before(10), recorded=before(0.1))
        assert work(now) == []

    @pytest.mark.parametrize("other", ["other-1", "other-2"])
    def test_a_gap_is_what_nobody_of_any_team_fills(self, all_know, cast, now, work, at, other):
        first, _ = crew(2, team="Americas/Austin", queues=["legal-requests"], name="other")
        prove(first, "legal", 2, days=before(10))
        at(now - DAY)
        days = [now.replace(hour=0, minute=0) + number * DAY for number in range(-1, 8)]
        for each in days:
            put_on_shift({f"a{each:%d}": "agent-1", f"b{each:%d}": other}, each, each + DAY)
        need(2, by=cast.lena, now=clock.now() - 300 * DAY)
        said = "".join(work(now))
        assert ("Too few ready people on shift this week" in said) is (other == "other-2")
        assert ("Legal requests: 1 of 2." in said) is (other == "other-2")

    def test_a_version_that_takes_effect_within_a_week(self, all_know, now, work, tmp_path):
        paper = Paper(
            slug="soon",
            title="Soon",
            audience=["legal-requests"],
            onboarding_days=100,
            editions=[
                Edition(clauses={"one": FIRST}, published=before(30)),
                Edition(clauses={"one": SECOND}, published=before(20), effective=before(-6), changed=["one"]),
            ],
        )
        publish(tmp_path / "more", paper)
        for person in all_know:
            prove(person, "soon", 1, days=before(25))
        (said,) = work(now)
        assert "as a week before" in said
        assert "- Soon, version 2, on " in said
        assert ": 4 of 4 are not ready for it" in said
        for person in all_know:
            prove(person, "soon", 2, days=before(-1))
        assert all("Soon, version 2" not in each for each in work(now + 7 * DAY))

    def test_proofs_that_run_out_within_a_week(self, all_know, now, work, tmp_path):
        paper = Paper(
            slug="ends",
            title="Ends",
            audience=["legal-requests"],
            valid_days=40,
            editions=[Edition(clauses={"one": FIRST}, published=before(60))],
        )
        publish(tmp_path / "more", paper)
        for person, days in zip(all_know, (35, 34, 20, 20), strict=True):
            prove(person, "ends", 1, days=before(days))
        (said,) = work(now)
        assert "- Ends: what 4 people showed runs out within 30 days, first " in said

    def test_who_works_in_two_queues_is_counted_once(self, people, cast, now, work, tmp_path):
        paper = Paper(
            slug="other",
            title="Other",
            audience=["escalations"],
            onboarding_days=0,
            editions=[Edition(clauses={"one": FIRST}, published=before(5))],
        )
        publish(tmp_path / "more", paper)
        with writing():
            queue = db.session.query(Queue).filter_by(slug="escalations").one().id
            for person in people[2:]:
                add_spell(db.session.get_one(Person, person), kind=SpellKind.QUEUE, queue_id=queue)
            db.session.commit()
        (said,) = work(now)
        assert "- Escalations: 0 of 2, a week before 0 of 0" in said
        assert "- 3 people are not ready in a queue any more, or not yet (" in said
        assert "- 3 people have something newly overdue" in said

    def test_a_span_names_its_day_once_unless_day_or_clocks_change_in_it(self, app):
        def said(start: str, end: str) -> str:
            return letters_of._span(datetime.fromisoformat(start), datetime.fromisoformat(end), DUBLIN)

        assert said("2026-11-27T08:00Z", "2026-11-27T15:30Z") == "Fri 27 Nov 2026, 08:00–15:30 GMT"
        assert said("2026-11-27T22:00Z", "2026-11-28T02:00Z") == (
            "Fri 27 Nov 2026, 22:00 GMT – Sat 28 Nov 2026, 02:00 GMT"
        )
        assert said("2026-10-25T00:30Z", "2026-10-25T01:30Z") == (
            "Sun 25 Oct 2026, 01:30 IST – Sun 25 Oct 2026, 01:30 GMT"
        )

    def test_a_long_list_is_cut_and_says_so(self):
        assert letters_of._list("Title", (str(number) for number in range(13))).endswith("- 9\n- and 3 more")


class TestWhetherThereIsOne:
    def test_nothing_other_and_nothing_ahead_is_no_mail(self, all_know, cast, now, work):
        assert work(now) == []
        assert letters() == [(cast.lena, False)]
        assert work(now + HOUR) == []
        assert outbox() == []

    def test_not_before_monday_morning_and_not_for_long_after_it(self, people, now, work):
        assert work(now - 6 * timedelta(minutes=1)) == []
        assert work(now + 3 * DAY) == []
        assert letters() == []
        assert len(work(now + DAY)) == 1

    def test_one_a_week_however_often_workers_start(self, people, now, work):
        assert [len(work(now + minutes * timedelta(minutes=1))) for minutes in (0, 0, 1, 600, 1500)] == [1, 0, 0, 0, 0]
        assert len(outbox()) == 1

    def test_two_workers_at_once_post_one(self, people, cast, now, app, server, at):
        at(now)
        due = queries.due_weeks(now=now)
        assert [each.person_id for each in due] == [cast.lena]
        actions.look_at(due[0], now=now)
        actions.look_at(due[0], now=now)  # the other had asked before the first was done
        assert len(outbox()) == 1
        assert letters() == [(cast.lena, True)]

    def test_a_worker_that_dies_in_between_leaves_nothing_half_done(self, people, now, work, monkeypatch):
        def die(*args, **words):
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(actions, "post", die)
            with pytest.raises(KeyboardInterrupt):
                work(now)
        db.session.remove()
        assert letters() == []
        assert outbox() == []
        assert len(work(now)) == 1

    def test_one_lead_whose_week_cannot_be_read_does_not_keep_others_from_theirs(
        self, people, cast, now, app, server, at, monkeypatch
    ):
        with writing():
            add_spell(db.session.get_one(Person, cast.cole), kind=SpellKind.ROLE, role="lead", team_id=None)
            db.session.commit()
        told, looked = actions.look_at, []

        def look(due, *, now):
            looked.append(due.person_id)
            if due.person_id == min(cast.cole, cast.lena):
                raise ValueError("damaged")
            told(due, now=now)

        monkeypatch.setattr(actions, "look_at", look)
        at(now)
        weeks = Weeks(app)
        assert [weeks.look_at_next() for _ in range(3)] == [True, True, False]
        assert looked == sorted([cast.cole, cast.lena])
        assert [person for person, _ in letters()] == [max(cast.cole, cast.lena)]

    def test_without_a_mail_server_nobody_is_looked_at(self, people, now, app, at):
        at(now)
        assert not Weeks(app).look_at_next()
        assert letters() == []


class TestForWhom:
    def test_a_lead_is_told_about_their_teams_only(self, people, cast, now, work):
        others = crew(2, team="Americas/Austin", queues=["legal-requests"], name="other")
        prove(others[0], "legal", 1, days=before(50))
        assert "1 of 4, a week before 4 of 4" in work(now)[0]

    def test_a_lead_of_a_vendor_is_told_about_its_people_only_and_of_no_gaps(self, people, cast, now, work):
        identify(cast.lena, vendor="Acme")
        identify(people[1], vendor="Acme")
        identify(people[2], vendor="Other")
        need(9, by=cast.rune, now=clock.now() - 300 * DAY)
        (said,) = work(now)
        assert "- Legal requests: 0 of 1, a week before 1 of 1" in said
        assert "Too few" not in said

    def test_who_leads_nobody_any_more_gets_nothing(self, people, cast, now, server, work, app, at):
        at(now)
        Weeks(app).look_at_next()
        end_spells(cast.lena, SpellKind.ROLE, days=before(-0.0001))
        assert work(now + timedelta(minutes=30)) == []
        assert "nobody, or nothing" in outbox()[0].error

    def test_nobody_else_is_told(self, people, cast, now, work, server):
        work(now)
        assert [mail["To"] for mail in server.taken[-1:]] == ["lena@demo.example"]
        assert len(outbox()) == 1

    def test_in_the_language_of_who_reads_it(self, people, cast, now, work, server):
        identify(cast.lena, language="ar")
        work(now)
        subject = str(make_header(decode_header(server.taken[-1]["Subject"])))
        assert re.search("[\u0600-\u06ff]", subject), "Arabic"

    def test_a_lead_turns_it_off_and_on(self, people, cast, now, sign_in, work):
        lena = sign_in("lena")
        page = lena.get("/account/mail")
        assert page.soup.select_one("#weekly").has_attr("checked")
        assert "Europe/Dublin" in page.words
        for _ in range(2):
            lena.post("/account/mail", {})
        assert not lena.get("/account/mail").soup.select_one("#weekly").has_attr("checked")
        assert work(now) == []
        assert letters() == []
        lena.post("/account/mail", {"weekly": "on"})
        assert len(work(now)) == 1
        acts = [each.act for each in db.session.query(AuditEntry).order_by("id")]
        assert [act for act in acts if "weekly" in act] == ["weekly mail turned off", "weekly mail turned on"]

    def test_turned_off_after_it_was_posted_it_is_not_sent(self, people, cast, now, app, at, work):
        at(now)
        Weeks(app).look_at_next()
        actions.choose(cast.lena, is_wanted=False, now=now)
        assert work(now) == []

    def test_only_leads_find_the_choice(self, cast, sign_in):
        for name in ("ada", "cole", "pia", "rune"):
            sign_in(name).get("/account/mail", expect=404)
        assert "Mail that you get" in sign_in("lena").get("/account/factors").words
        assert "Mail that you get" not in sign_in("ada").get("/account/factors").words


@pytest.mark.parametrize(
    ("zone", "now", "at", "since"),
    [
        ("Europe/Dublin", "2026-03-30T07:00Z", "2026-03-30T07:00Z", "2026-03-23T08:00Z"),
        ("Europe/Dublin", "2026-10-26T08:00Z", "2026-10-26T08:00Z", "2026-10-19T07:00Z"),
        ("America/New_York", "2026-03-09T12:00Z", "2026-03-09T12:00Z", "2026-03-02T13:00Z"),
        ("Asia/Kolkata", "2026-03-30T02:30Z", "2026-03-30T02:30Z", "2026-03-23T02:30Z"),
        ("Australia/Lord_Howe", "2026-04-05T21:30Z", "2026-04-05T21:30Z", "2026-03-29T21:00Z"),
        ("Pacific/Auckland", "2026-03-29T19:00Z", "2026-03-29T19:00Z", "2026-03-22T19:00Z"),
    ],
)
def test_a_week_begins_at_eight_as_the_clocks_there_show_it(zone, now, at, since):
    moments = [datetime.fromisoformat(each).astimezone(UTC) for each in (now, at, since)]
    found = queries.week_of(1, ZoneInfo(zone), now=moments[0])
    assert found is not None
    assert (found.at, found.since) == (moments[1], moments[2])
    assert queries.week_of(1, ZoneInfo(zone), now=moments[0] - timedelta(seconds=1)) is None
    assert found.week_on == date.fromisoformat(now[:10]) + timedelta(days=1 if found.at.hour > 18 else 0)
