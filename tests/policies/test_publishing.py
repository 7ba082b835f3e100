"""Publication freezes everything, once, by two persons, and only what may be published."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from lms.domain.errors import DomainError
from lms.extensions import db, writing
from lms.models import ChangeRow, RequirementQueue, RequirementSetting, Version
from lms.policies.actions import approve, decide, load_shelf, propose, publish_draft
from lms.policies.refusals import (
    AlreadyPublished,
    ApproverIsAuthor,
    AudienceEmpty,
    DraftOutOfDate,
    EffectiveTooEarly,
    NotProposed,
    NumberOutOfOrder,
    PersonUnknown,
    PolicyUnknown,
    ReasonTooShort,
    TooFewItemsFor,
    VerdictMissing,
)
from tests.policies.conftest import NOW
from tests.policies.sending import change_rows, judge, send
from tests.policies.shelves import ITEMS, RELEASE_1, V1, V2, write_shelf

DAY = timedelta(days=1)
PIA, LENA = "pia@demo.example", "lena@demo.example"


def test_approving_publishes_it(draft, cast, rows):
    judge(draft, cast)
    send(draft, cast, effective_at=NOW + 7 * DAY)
    assert approve(draft, by=cast.lena, now=NOW + DAY) == 2
    version = rows(Version)[-1]
    assert version["published_at"] == version["recorded_at"] == NOW + DAY
    assert version["effective_at"] == NOW + 7 * DAY
    assert (version["author_id"], version["approver_id"]) == (cast.pia, cast.lena)


def test_approving_it_twice_publishes_it_once(draft, cast, rows):
    judge(draft, cast)
    send(draft, cast)
    approve(draft, by=cast.lena, now=NOW)
    before = rows(Version)
    assert approve(draft, by=cast.lena, now=NOW + DAY) == 2
    assert rows(Version) == before
    with pytest.raises(AlreadyPublished, match="approved by somebody else"):
        approve(draft, by=cast.rune, now=NOW + DAY)


def test_two_people_who_approve_in_the_same_moment_publish_it_once(app, draft, cast, rows):
    judge(draft, cast)
    send(draft, cast)
    db.session.remove()
    outcomes = []
    start = threading.Barrier(2)

    def click(person):
        with app.app_context():
            start.wait()
            try:
                outcomes.append(approve(draft, by=person, now=NOW))
            except DomainError as refused:
                outcomes.append(type(refused))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click, args=[person]) for person in (cast.lena, cast.rune)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [2, AlreadyPublished]


def test_only_what_was_sent_as_it_was_sent_is_approved(draft, cast):
    with pytest.raises(NotProposed):
        approve(draft, by=cast.lena, now=NOW)
    judge(draft, cast)
    send(draft, cast)
    with pytest.raises(NotProposed, match="changed since you saw it"):
        approve(draft, by=cast.lena, proposed_at=NOW - DAY, now=NOW)
    with pytest.raises(NotProposed, match="gone"):
        approve(99, by=cast.lena, now=NOW)


def test_the_author_cannot_approve(draft, cast, rows):
    judge(draft, cast)
    send(draft, cast)
    with pytest.raises(ApproverIsAuthor):
        approve(draft, by=cast.pia, now=NOW)
    assert rows(Version)[-1]["published_at"] is None


def test_a_moment_that_passed_while_it_waited_is_refused(draft, cast):
    judge(draft, cast)
    send(draft, cast, effective_at=NOW + DAY)
    with pytest.raises(EffectiveTooEarly, match="has passed"):
        approve(draft, by=cast.lena, now=NOW + 2 * DAY)


def test_no_version_takes_effect_before_the_one_before_it(published, cast, rows):
    early = datetime(2026, 3, 5, tzinfo=UTC)
    items = (*ITEMS, ("who-2", "who", 3))
    third = V2.replace("shift lead", "lead on call")
    write_shelf(published, texts={1: V1, 2: V2, 3: third}, items=items)
    load_shelf(published, is_publishing=True, now=NOW)
    decide(3, "who", verdict="material", reason="It is another rule.", by=cast.pia, now=early)
    with pytest.raises(EffectiveTooEarly):
        propose(3, effective_at=early + DAY, reason="The lead on call decides.", by=cast.pia, now=early)
    propose(3, effective_at=None, reason="The lead on call decides.", by=cast.pia, now=early)
    with pytest.raises(EffectiveTooEarly, match="cannot take effect before version 2"):
        approve(3, by=cast.lena, now=early)


def test_a_number_out_of_order_is_refused(draft, cast):
    judge(draft, cast)
    send(draft, cast)
    change_rows(update(Version).where(Version.id == draft).values(number=4))
    with pytest.raises(NumberOutOfOrder, match="The next version is number 2, not 4"):
        approve(draft, by=cast.lena, now=NOW)


def test_a_draft_judged_against_another_version_is_refused(draft, cast, rows):
    judge(draft, cast)
    send(draft, cast)
    (speed,) = [row["id"] for row in rows(ChangeRow) if row["sorts"] == ["reworded"]]
    change_rows(delete(ChangeRow).where(ChangeRow.id == speed))
    with pytest.raises(DraftOutOfDate):
        approve(draft, by=cast.lena, now=NOW)


def test_a_reason_is_asked_for_again_at_publication(draft, cast):
    judge(draft, cast)
    with pytest.raises(ReasonTooShort):
        publish_draft("requests", by=PIA, approved_by=LENA, effective_at=None, now=NOW)


class TestFromTheCommandLine:
    @pytest.fixture
    def judged(self, draft, cast):
        judge(draft, cast)
        change_rows(update(Version).where(Version.id == draft).values(reason="Answers took too long."))
        return draft

    def test_two_people_named_by_email_publish_a_draft(self, judged, cast, rows):
        assert publish_draft("requests", by=PIA, approved_by="LENA@demo.example", effective_at=NOW + DAY, now=NOW) == 2
        assert rows(Version)[-1]["effective_at"] == NOW + DAY

    def test_a_missing_verdict_is_refused(self, draft, cast, rows):
        change_rows(update(Version).where(Version.id == draft).values(reason="Answers took too long."))
        judge(draft, cast, "speed", "fax")
        with pytest.raises(VerdictMissing, match="“Records”"):
            publish_draft("requests", by=PIA, approved_by=LENA, now=NOW)
        assert rows(Version)[-1]["published_at"] is None

    def test_one_person_cannot_be_both(self, judged):
        with pytest.raises(ApproverIsAuthor):
            publish_draft("requests", by=PIA, approved_by=PIA, now=NOW)

    def test_people_and_policies_must_exist(self, judged):
        with pytest.raises(PersonUnknown, match=r"--approved-by: nobody here has the e-mail nobody@demo\.example"):
            publish_draft("requests", by=PIA, approved_by="nobody@demo.example", now=NOW)
        with pytest.raises(PolicyUnknown, match="There is no policy “request”"):
            publish_draft("request", by=PIA, approved_by=LENA, now=NOW)

    def test_without_a_draft_there_is_nothing_to_publish(self, published):
        with pytest.raises(NotProposed, match="has no draft"):
            publish_draft("requests", by=PIA, approved_by=LENA, now=NOW)

    def test_a_rule_that_nobody_asks_about_is_refused(self, app, cast, root):
        items = [item for item in ITEMS if item[0] != "speed-2"]
        load_shelf(write_shelf(root, releases=(RELEASE_1,), items=items), is_publishing=True, now=NOW)
        judge(2, cast)
        change_rows(update(Version).where(Version.id == 2).values(reason="Answers took too long."))
        with pytest.raises(TooFewItemsFor, match="“How fast”"):
            publish_draft("requests", by=PIA, approved_by=LENA, now=NOW)
        decide(2, "speed", verdict="editorial", reason="Only said otherwise.", by=cast.pia, now=NOW)
        assert publish_draft("requests", by=PIA, approved_by=LENA, now=NOW) == 2


def test_a_policy_for_nobody_is_not_published(app, cast, root):
    load_shelf(write_shelf(root, texts={1: V1}, releases=()), is_publishing=False, now=NOW)
    with writing():
        setting = RequirementSetting(
            policy_id=1,
            from_at=NOW,
            recorded_at=NOW,
            recorded_by=cast.pia,
            is_everybody=False,
            onboarding_days=1,
            grace_days=1,
            valid_days=None,
            window_days=0,
            reentry_days=90,
        )
        db.session.add(setting)
        db.session.commit()
    assert db.session.query(RequirementQueue).filter_by(setting_id=setting.id).count() == 0
    propose(1, effective_at=None, reason="The first version of it.", by=cast.pia, now=NOW + DAY)
    with pytest.raises(AudienceEmpty, match="Nobody needs “Requests” yet"):
        approve(1, by=cast.lena, now=NOW + DAY)
