"""Who sets a requirement: files when they change, a person in between, and a load that keeps what a person set."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from lms.app import create_app
from lms.extensions import db, writing
from lms.migrating import migrate
from lms.models import RequirementSetting, SettingSource, guards
from lms.policies.actions import import_history, load_shelf, set_requirement
from lms.policies.requirement_history import requirement_state
from lms.policies.requirements import Requirement
from tests.cast import gather
from tests.conftest import empty_database, settings_for
from tests.policies.conftest import NOW
from tests.policies.shelves import write_shelf

DAY = timedelta(days=1)
WIDER = Requirement(queues=frozenset({"legal-requests", "abuse-reports"}))
FILES, HAND = SettingSource.FILES, SettingSource.HAND


@pytest.fixture
def by_hand(published, cast):
    """Pia asked abuse reports too, a day after the files were loaded."""
    set_requirement("requests", WIDER, from_at=None, reason="They decide it too.", by=cast.pia, now=NOW + DAY)
    return published


def load(root, days, **options):
    return load_shelf(write_shelf(root, **options), is_publishing=True, now=NOW + days * DAY)


def sources(rows):
    return [row["source"] for row in rows(RequirementSetting)]


def test_files_that_say_what_they_said_leave_alone_what_a_person_set(by_hand, rows):
    for days in (2, 3):
        report = load(by_hand, days)
        assert not report.is_changed
        (warning,) = report.warnings
        assert warning.startswith("requests: who needs it, and by when, was set by hand at 2026-04-02 12:00 UTC")
        assert "\n" not in warning
    assert sources(rows) == [FILES, HAND]
    assert requirement_state("requests").current(NOW + 4 * DAY).requirement == WIDER


def test_another_change_of_the_files_leaves_it_alone_too(by_hand, rows):
    assert load(by_hand, 2, title="Requests of courts").policies_changed == ("requests",)
    assert sources(rows) == [FILES, HAND]


def test_files_that_say_something_new_are_taken_from_then_on(by_hand, rows):
    report = load(by_hand, 2, audience="everybody")
    assert report.policies_changed == ("requests",)
    assert not report.warnings
    assert sources(rows) == [FILES, HAND, FILES]
    state = requirement_state("requests")
    assert state.current(NOW + 2 * DAY).requirement.is_everybody
    assert state.current(NOW + 2 * DAY - timedelta.resolution).requirement == WIDER


def test_and_files_that_go_back_to_what_they_said_first_say_something_new(by_hand, rows):
    load(by_hand, 2, audience="everybody")
    load(by_hand, 3)
    assert sources(rows) == [FILES, HAND, FILES, FILES]
    assert requirement_state("requests").current(NOW + 3 * DAY).requirement.queues == {"legal-requests"}


def test_files_that_come_to_say_the_same_are_followed_again(by_hand, rows):
    report = load(by_hand, 2, audience="[legal-requests, abuse-reports]")
    assert not report.warnings
    report = load(by_hand, 3, audience="[abuse-reports, legal-requests]")
    assert (report.is_changed, report.warnings) == (False, ())
    assert sources(rows) == [FILES, HAND, FILES]


def test_what_a_person_planned_is_kept_and_told_as_well(published, cast, rows):
    set_requirement("requests", WIDER, from_at=NOW + 9 * DAY, reason="From summer on.", by=cast.pia, now=NOW)
    assert "was set by hand" in load(published, 1).warnings[0]
    assert [line.requirement for line in requirement_state("requests").coming(NOW + DAY)] == [WIDER]


def test_files_recorded_at_the_same_instant_count_after_it(by_hand):
    load_shelf(write_shelf(by_hand, audience="everybody"), is_publishing=True, now=NOW + DAY)
    assert requirement_state("requests").current(NOW + 2 * DAY).requirement.is_everybody


def test_an_imported_history_may_be_asked_for_by_hand(app, cast, tmp_path, rows):
    from tests.cli.test_content import history

    folder = history(tmp_path / "house-rules")
    import_history(folder, now=NOW)
    state = requirement_state("house-rules")
    assert (state.lines, state.current(NOW), state.seen) == ((), None, 0)
    set_requirement("house-rules", WIDER, from_at=None, reason="We work by it.", by=cast.pia, seen=0, now=NOW + DAY)
    assert not import_history(folder, now=NOW + 2 * DAY).is_changed
    assert sources(rows) == [HAND]
    assert import_history(folder, queues=["escalations"], now=NOW + 3 * DAY).is_required_now
    assert not import_history(folder, queues=["escalations"], now=NOW + 4 * DAY).is_changed


def test_what_was_recorded_before_came_from_files(engine_name, request, tmp_path):
    with empty_database(engine_name, request, tmp_path) as url:
        app = create_app(settings_for(url))
        with app.app_context():
            migrate(db.engine, to="0013")
            gather()
            with writing():
                for statement in OLD_ROWS:
                    db.session.execute(text(statement))
                db.session.commit()
            migrate(db.engine)
            rows = db.session.execute(text("SELECT source, reason, grace_days FROM requirement_settings")).all()
            assert rows == [("files", "", 7)]
            db.session.rollback()
            with db.engine.connect() as connection:
                assert guards.missing(connection) == frozenset()
            db.session.remove()
            db.engine.dispose()


OLD_ROWS = (
    "INSERT INTO policies (slug, title, kind, proof, owner_id, timezone, source, created_at) "
    "VALUES ('requests', 'Requests', 'process', 'quiz', 1, 'UTC', '', '2026-01-01 00:00:00')",
    "INSERT INTO requirement_settings (policy_id, from_at, recorded_at, recorded_by, is_everybody, onboarding_days, "
    "grace_days, window_days, reentry_days) SELECT id, created_at, created_at, 1, TRUE, 14, 7, 0, 90 FROM policies",
)
