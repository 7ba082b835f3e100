"""Who needs a policy is set by hand: appended, counted from its moment on by the same rules, never for the past."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lms import clock
from lms.domain.standing import State
from lms.extensions import db, writing
from lms.models import AuditEntry, RequirementQueue, RequirementSetting, SettingSource
from lms.policies.actions import set_requirement
from lms.policies.refusals import ContentRefused, PolicyUnknown, RequirementRefused
from lms.policies.requirement_history import requirement_state
from lms.policies.requirement_preview import outlook
from lms.policies.requirements import Requirement
from lms.readiness.queries import standings
from tests.policies.conftest import NOW
from tests.readiness.make import crew, prove

DAY = timedelta(days=1)
WHY = "The review of March said so."
IN_FORCE = Requirement(queues=frozenset({"legal-requests"}))
WIDER = Requirement(queues=frozenset({"legal-requests", "abuse-reports"}))
EVERYBODY = Requirement(queues=frozenset(), is_everybody=True)


@pytest.fixture
def give(published, cast):
    """`give(WIDER, at=NOW + DAY)` sets it as Pia did on 1 April."""

    def set_it(wanted, *, at=None, now=NOW, reason=WHY, seen=None):
        return set_requirement("requests", wanted, from_at=at, reason=reason, by=cast.pia, seen=seen, now=now)

    return set_it


def rows_of(at, *, known_at, person=None):
    db.session.rollback()
    report = standings(scope=None, at=at, known_at=known_at, policy="requests")
    return [row for row in report.rows if person is None or row.person_id == person]


def stands(person, at):
    return {row.queue: row.standing for row in rows_of(at, known_at=at, person=person)}


def times():
    db.session.rollback()
    state = requirement_state("requests")
    return [(line.requirement, line.from_at, line.until, line.is_taken_back) for line in state.lines]


class TestItIsAppended:
    def test_with_who_why_and_when(self, give, cast, rows):
        assert give(replace(WIDER, grace_days=3, valid_days=100, window_days=10), at=NOW + DAY)
        old, new = rows(RequirementSetting)
        assert (old["source"], old["reason"]) == (SettingSource.FILES, "")
        assert (new["source"], new["reason"], new["recorded_by"]) == (SettingSource.HAND, WHY, cast.pia)
        assert (new["from_at"], new["recorded_at"]) == (NOW + DAY, NOW)
        assert (new["grace_days"], new["valid_days"], new["window_days"], new["onboarding_days"]) == (3, 100, 10, 14)
        assert len([row for row in rows(RequirementQueue) if row["setting_id"] == new["id"]]) == 2

    def test_and_noted_with_what_changed(self, give, cast):
        give(WIDER, at=NOW + DAY)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "requirement set")).one()
        assert (entry.by, entry.at, entry.about, entry.reason) == (cast.pia, NOW, "requests", WHY)
        assert entry.before == {"queues": ["legal-requests"]}
        assert entry.after == {
            "from_at": (NOW + DAY).isoformat(),
            "queues": ["abuse-reports", "legal-requests"],
        }

    def test_the_same_again_changes_nothing(self, give, rows):
        assert not give(IN_FORCE)
        assert give(WIDER)
        assert not give(WIDER, now=NOW + DAY)
        assert not give(WIDER, at=NOW + 3 * DAY, now=NOW + DAY)
        assert len(rows(RequirementSetting)) == 2
        assert db.session.query(AuditEntry).filter_by(act="requirement set").count() == 1

    def test_the_same_as_now_is_a_change_while_something_else_is_to_come(self, give):
        assert give(WIDER, at=NOW + 10 * DAY)
        assert give(IN_FORCE, at=NOW + 5 * DAY, now=NOW + DAY)
        assert not give(IN_FORCE, now=NOW + 2 * DAY)

    def test_what_is_recorded_at_the_same_instant_counts_in_the_order_of_writing(self, give):
        for wanted in (WIDER, EVERYBODY, IN_FORCE):
            assert give(wanted)
        state = requirement_state("requests")
        assert state.current(NOW + DAY).requirement == IN_FORCE
        assert state.lines[0].requirement == IN_FORCE

    def test_the_database_wants_a_reason_of_a_person(self, give):
        give(WIDER)
        copied = (
            "INSERT INTO requirement_settings (policy_id, from_at, recorded_at, recorded_by, is_everybody, "
            "onboarding_days, grace_days, window_days, reentry_days, source, reason) "
            "SELECT policy_id, from_at, recorded_at, recorded_by, is_everybody, onboarding_days, grace_days, "
            "window_days, reentry_days, source, '{}' FROM requirement_settings WHERE source = 'hand'"
        )
        with writing():
            with pytest.raises(DBAPIError, match="hand_says_why"):
                db.session.execute(text(copied.format("short")))
            db.session.rollback()
            db.session.execute(text(copied.format("long enough")))


class TestReadinessFollows:
    def test_at_its_moment_and_not_before(self, give, cast):
        give(WIDER, at=NOW + 10 * DAY)
        assert stands(cast.sam, NOW + 10 * DAY - timedelta.resolution) == {}
        assert stands(cast.sam, NOW + 10 * DAY) == {"abuse-reports": State.DUE}
        assert stands(cast.sam, NOW + 24 * DAY) == {"abuse-reports": State.OVERDUE}

    @pytest.mark.parametrize("at", [None, NOW + 10 * DAY])
    def test_a_report_as_of_before_stays_what_it_was(self, give, at):
        moments = [NOW - 40 * DAY, NOW - DAY, NOW - timedelta.resolution]
        before = [rows_of(moment, known_at=NOW + 20 * DAY) for moment in moments]
        give(EVERYBODY, at=at)
        assert [rows_of(moment, known_at=NOW + 20 * DAY) for moment in moments] == before
        assert len(rows_of(NOW + 11 * DAY, known_at=NOW + 20 * DAY)) > len(before[-1])

    def test_as_known_before_nobody_expected_it(self, give, cast):
        give(WIDER, at=NOW + 10 * DAY)
        assert not rows_of(NOW + 11 * DAY, known_at=NOW - DAY, person=cast.sam)
        assert rows_of(NOW + 11 * DAY, known_at=NOW, person=cast.sam)

    def test_a_due_date_that_runs_does_not_move(self, give, cast):
        (before,) = [row.due_at for row in rows_of(NOW, known_at=NOW, person=cast.ada)]
        give(replace(IN_FORCE, onboarding_days=90, grace_days=60))
        (after,) = [row.due_at for row in rows_of(NOW + DAY, known_at=NOW + DAY, person=cast.ada)]
        assert before == after == datetime(2026, 1, 26, tzinfo=UTC), "fourteen days after the first version"

    def test_what_is_taken_back_never_counts(self, give, cast):
        give(WIDER, at=NOW + 10 * DAY)
        give(IN_FORCE, at=NOW + 5 * DAY, now=NOW + DAY)
        assert stands(cast.sam, NOW + 20 * DAY) == {}


class TestWhatIsInForceWhen:
    def test_a_later_moment_follows(self, give):
        give(WIDER, at=NOW + 10 * DAY)
        give(EVERYBODY, at=NOW + 20 * DAY)
        everybody, wider, first = times()
        assert everybody == (EVERYBODY, NOW + 20 * DAY, None, False)
        assert wider == (WIDER, NOW + 10 * DAY, NOW + 20 * DAY, False)
        assert first == (IN_FORCE, datetime(2026, 1, 5, 9, tzinfo=UTC), NOW + 10 * DAY, False)

    def test_an_earlier_moment_takes_the_place_of_what_was_to_come(self, give):
        give(WIDER, at=NOW + 10 * DAY)
        give(EVERYBODY, at=NOW + 5 * DAY)
        everybody, wider, first = times()
        assert everybody == (EVERYBODY, NOW + 5 * DAY, None, False)
        assert wider == (WIDER, NOW + 10 * DAY, None, True)
        assert first[2] == NOW + 5 * DAY

    def test_the_page_says_what_the_rules_do(self, give, cast):
        """Whatever is planned in whatever order: where a line says it counts, it does."""
        for wanted, days in ((WIDER, 10), (EVERYBODY, 20), (IN_FORCE, 15), (WIDER, 30), (EVERYBODY, 25)):
            give(wanted, at=NOW + days * DAY)
        state = requirement_state("requests")
        for days in range(0, 40):
            at = NOW + days * DAY
            said = state.current(at).requirement
            is_asked = bool(rows_of(at, known_at=NOW + 60 * DAY, person=cast.sam))
            assert is_asked == (said.is_everybody or "abuse-reports" in said.queues), days
        assert [line.state(NOW) for line in state.lines] == [
            "upcoming", "taken back", "upcoming", "taken back", "upcoming", "in force"
        ]  # fmt: skip


class TestWhatCannotBeMeant:
    @pytest.mark.parametrize(
        ("wanted", "why"),
        [
            (Requirement(queues=frozenset()), "Nobody would need it"),
            (replace(WIDER, is_everybody=True), "not both"),
            (replace(WIDER, valid_days=20, window_days=21), "days of renewal at most 20"),
            (replace(WIDER, valid_days=0), "at least 1"),
            (replace(WIDER, grace_days=-1), "from 0 to 3650"),
            (replace(WIDER, onboarding_days=3651), "from 0 to 3650"),
            (replace(WIDER, valid_days=3651), "from 0 to 3650"),
        ],
    )
    def test_is_refused_with_a_sentence(self, give, rows, wanted, why):
        with pytest.raises(RequirementRefused, match=why):
            give(wanted)
        assert len(rows(RequirementSetting)) == 1

    def test_the_past_stays_as_it_was(self, give):
        with pytest.raises(RequirementRefused, match=r"has passed\. What was required then cannot be changed"):
            give(WIDER, at=NOW - timedelta.resolution)
        assert give(WIDER, at=NOW)

    def test_nor_is_it_set_for_the_end_of_days(self, give):
        with pytest.raises(RequirementRefused, match="within the next 10 years"):
            give(WIDER, at=datetime(9999, 12, 31, tzinfo=UTC))

    @pytest.mark.parametrize("reason", ["", "too short", " " * 20, "x" * 2001])
    def test_somebody_says_why(self, give, reason):
        with pytest.raises(RequirementRefused, match="Say why, in 10 to 2000 characters"):
            give(WIDER, reason=reason)

    def test_queues_and_policies_exist(self, give, cast):
        with pytest.raises(ContentRefused, match="there is no queue “leagl”"):
            give(Requirement(queues=frozenset({"leagl"})))
        with pytest.raises(PolicyUnknown, match="There is no policy “nothing”"):
            set_requirement("nothing", WIDER, from_at=None, reason=WHY, by=cast.pia, now=NOW)

    def test_nobody_sets_over_what_they_did_not_see(self, give):
        seen = requirement_state("requests").seen
        give(WIDER, seen=seen)
        with pytest.raises(RequirementRefused, match="Somebody set it since you looked"):
            give(EVERYBODY, seen=seen)
        assert not give(WIDER, seen=seen), "a second click finds it done"
        assert give(EVERYBODY, seen=requirement_state("requests").seen)


class TestWhatItDoesToPeople:
    def look(self, wanted, *, at=NOW):
        db.session.rollback()
        return outlook(requirement_state("requests"), wanted, from_at=at, now=NOW)

    def test_who_is_newly_required_in_which_queue(self, published, cast):
        shown = self.look(WIDER)
        assert [(each.name, each.before, each.after, each.newly_required) for each in shown.queues] == [
            ("Abuse reports", 0, 2, 2),
            ("Legal requests", 1, 1, 0),
        ]
        assert (shown.newly_required, shown.no_longer_required) == (2, 0)
        assert shown.differences == {"queues": (["legal-requests"], ["abuse-reports", "legal-requests"])}

    def test_who_is_no_longer_ready_for_the_queue(self, published, cast):
        crew(3, team="EMEA", queues=["abuse-reports"])
        prove(cast.sam, "requests", 2, days=(clock.now() - NOW) / DAY + 1)
        shown = self.look(WIDER, at=NOW + DAY)
        assert shown.made_not_ready == 4, "Ada and three of the crew; Sam has shown it already"
        assert {each.name: each.made_not_ready for each in shown.queues} == {"Abuse reports": 4, "Legal requests": 0}

    def test_who_is_no_longer_required_is_not_called_unready(self, published, cast):
        shown = self.look(Requirement(queues=frozenset({"abuse-reports"})))
        legal = next(each for each in shown.queues if each.name == "Legal requests")
        assert (legal.before, legal.after, legal.no_longer_required, legal.made_not_ready) == (1, 0, 1, 0)

    def test_other_days_alone_do_nothing_to_anybody_then(self, published, cast):
        shown = self.look(replace(IN_FORCE, grace_days=1, onboarding_days=1))
        assert (shown.newly_required, shown.made_not_ready, shown.no_longer_required) == (0, 0, 0)
        assert shown.differences == {"onboarding_days": (14, 1), "grace_days": (7, 1)}

    def test_it_is_what_comes_true(self, give, cast):
        shown = self.look(EVERYBODY, at=NOW + 3 * DAY)
        give(EVERYBODY, at=NOW + 3 * DAY)
        after = rows_of(NOW + 3 * DAY, known_at=NOW + 3 * DAY)
        assert sum(each.after for each in shown.queues) == len(after)

    def test_what_it_would_take_back_is_named(self, give):
        give(WIDER, at=NOW + 10 * DAY)
        assert [line.requirement for line in self.look(EVERYBODY, at=NOW + 5 * DAY).taken_back] == [WIDER]
        assert not self.look(EVERYBODY, at=NOW + 11 * DAY).taken_back

    def test_nothing_is_written(self, published, rows):
        self.look(EVERYBODY)
        assert len(rows(RequirementSetting)) == 1
