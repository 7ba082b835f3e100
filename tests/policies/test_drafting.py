"""A draft is judged, sent for approval, taken back; what was judged stays judged."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lms.extensions import db
from lms.library.shelf import Shelf
from lms.models import ChangeRow, ClauseRow, Version, VersionClause
from lms.policies.actions import (
    approve,
    call_emergency,
    decide,
    draft_from_shelf,
    load_policy,
    load_shelf,
    propose,
    set_requirement,
    take_back,
    withdraw,
)
from lms.policies.refusals import (
    ContentRefused,
    DraftWithApprover,
    EffectiveTooEarly,
    NotProposed,
    NumberOutOfOrder,
    ReasonTooShort,
    VerdictMissing,
)
from lms.policies.requirements import Requirement
from tests.policies.conftest import NOW
from tests.policies.shelves import ITEMS, RELEASE_1, RELEASE_2, V1, V2, write_shelf

DAY = timedelta(days=1)
V3 = V2.replace("The shift lead decides.", "The lead on call decides.")
MORE_ITEMS = (*ITEMS, ("who-2", "who", 3), ("speed-3", "speed", 3), ("records-3", "records", 3))


def verdicts():
    db.session.rollback()
    rows = db.session.query(ClauseRow.slug, ChangeRow.verdict, ChangeRow.reason).join(
        ChangeRow, ChangeRow.clause_id == ClauseRow.id
    )
    return {slug: (verdict, reason) for slug, verdict, reason in rows.order_by(ChangeRow.id)}


def judge_all(version_id, cast, now=NOW):
    for clause in [clause for clause, (verdict, _) in verdicts().items() if verdict is None]:
        decide(version_id, clause, verdict="material", reason="It is another rule.", by=cast.pia, now=now)


def test_a_person_judges_each_change_and_may_judge_it_again(draft, cast, rows):
    decide(draft, "speed", verdict="editorial", reason="No.", by=cast.pia, now=NOW)
    decide(draft, "speed", verdict="material", reason=" Four hours. ", by=cast.lena, now=NOW + DAY)
    assert verdicts()["speed"] == ("material", "Four hours.")
    (row,) = [row for row in rows(ChangeRow) if row["verdict"]]
    assert (row["decided_by"], row["decided_at"]) == (cast.lena, NOW + DAY)


def test_a_verdict_needs_a_reason_and_a_change(draft, cast):
    with pytest.raises(ReasonTooShort):
        decide(draft, "speed", verdict="material", reason="  ", by=cast.pia, now=NOW)
    with pytest.raises(VerdictMissing, match="Nothing happened to “who”"):
        decide(draft, "who", verdict="material", reason="Yes.", by=cast.pia, now=NOW)


def test_looking_at_a_link_confirms_it(draft, cast, rows):
    decide(draft, "speed", verdict="material", reason="Yes.", by=cast.pia, is_link_confirmed=True, now=NOW)
    assert [row["links"] for row in rows(ChangeRow) if row["links"]] == [[["speed", 1.0, True]]]


def test_a_draft_goes_for_approval_only_when_every_change_is_judged(draft, cast):
    with pytest.raises(VerdictMissing, match="“How fast”, “Records”, “fax”"):
        propose(draft, effective_at=None, reason="Answers took too long.", by=cast.pia, now=NOW)


def test_a_draft_says_why_it_exists(draft, cast):
    judge_all(draft, cast)
    with pytest.raises(ReasonTooShort, match="Say in 10 characters"):
        propose(draft, effective_at=None, reason="Faster.  ", by=cast.pia, now=NOW)


def test_a_draft_takes_effect_ahead_and_not_before_the_version_before_it(draft, cast):
    judge_all(draft, cast)
    with pytest.raises(EffectiveTooEarly):
        propose(draft, effective_at=NOW - DAY, reason="Answers took too long.", by=cast.pia, now=NOW)


def test_sending_it_twice_changes_nothing_the_second_time(draft, cast, rows):
    judge_all(draft, cast)
    wanted = {"effective_at": NOW + DAY, "reason": "Answers took too long.", "by": cast.pia}
    propose(draft, **wanted, now=NOW)
    before = rows(Version)
    propose(draft, **wanted, now=NOW + timedelta(hours=1))
    assert rows(Version) == before


def test_while_somebody_is_asked_to_approve_it_nothing_changes(draft, cast):
    judge_all(draft, cast)
    propose(draft, effective_at=None, reason="Answers took too long.", by=cast.pia, now=NOW)
    with pytest.raises(DraftWithApprover):
        decide(draft, "speed", verdict="editorial", reason="No.", by=cast.pia, now=NOW)
    with pytest.raises(DraftWithApprover):
        propose(draft, effective_at=NOW + DAY, by=cast.pia, now=NOW)
    with pytest.raises(DraftWithApprover):
        call_emergency(draft, provisional_hours=24, by=cast.pia, now=NOW)
    take_back(draft, by=cast.pia, now=NOW)
    decide(draft, "speed", verdict="editorial", reason="No.", by=cast.pia, now=NOW)


def test_a_reload_that_changes_the_text_takes_it_back_from_the_approver(draft, cast, root, rows):
    judge_all(draft, cast)
    propose(draft, effective_at=None, reason="Answers took too long.", by=cast.pia, now=NOW)
    load_shelf(root, is_publishing=True, now=NOW)
    assert rows(Version)[-1]["proposed_at"] == NOW, "nothing changed"
    write_shelf(root, texts={1: V1, 2: V2.replace("4 hours", "5 hours")}, releases=(RELEASE_1,))
    load_shelf(root, is_publishing=True, now=NOW)
    assert rows(Version)[-1]["proposed_at"] is None
    with pytest.raises(NotProposed):
        approve(draft, by=cast.lena, now=NOW)


def test_an_author_can_draft_version_by_version_from_the_shelf(app, cast, on_shelf, rows):
    shelf_policy = on_shelf()
    load_policy(shelf_policy, by=cast.pia, now=NOW)
    assert not rows(Version)
    first = draft_from_shelf(shelf_policy, 1, by=cast.pia, now=NOW)
    propose(first, effective_at=NOW, by=cast.pia, now=NOW)
    assert approve(first, by=cast.lena, now=NOW) == 1
    second = draft_from_shelf(shelf_policy, 2, by=cast.pia, now=NOW + DAY)
    assert {verdict for verdict, _ in verdicts().values()} == {"material"}, "as the release records them"
    propose(second, effective_at=NOW + 2 * DAY, by=cast.pia, now=NOW + DAY)
    assert approve(second, by=cast.lena, now=NOW + DAY) == 2
    assert [row["effective_at"] for row in rows(Version)] == [NOW, NOW + 2 * DAY]


def test_a_version_out_of_order_or_without_a_text_is_refused(app, cast, on_shelf):
    shelf_policy = on_shelf()
    with pytest.raises(NumberOutOfOrder, match=r"v2\.md: the next version of requests is number 1"):
        draft_from_shelf(shelf_policy, 2, by=cast.pia, now=NOW)
    with pytest.raises(ContentRefused, match=r"there is no text v3\.md"):
        draft_from_shelf(shelf_policy, 3, by=cast.pia, now=NOW)


def test_what_is_gone_cannot_be_judged(app, cast, published):
    for version_id in (2, 99):
        with pytest.raises(NotProposed):
            decide(version_id, "speed", verdict="material", reason="Yes.", by=cast.pia, now=NOW)


@pytest.fixture
def with_upcoming(published, cast):
    """Version 3 is published and upcoming, version 4 is a draft that changes one thing more."""
    texts = {1: V1, 2: V2, 3: V3}
    load_shelf(write_shelf(published, texts=texts, items=MORE_ITEMS), is_publishing=True, now=NOW)
    third = max(row.id for row in db.session.query(Version.id))
    decide(third, "who", verdict="material", reason="Another person decides.", by=cast.pia, now=NOW)
    propose(third, effective_at=NOW + 10 * DAY, reason="The lead on call decides now.", by=cast.pia, now=NOW)
    approve(third, by=cast.lena, now=NOW)
    items = (*MORE_ITEMS, ("speed-4", "speed", 4), ("who-4", "who", 4))
    four = V3.replace("4 hours", "1 hour")
    write_shelf(published, texts={**texts, 3: V3, 4: four}, items=items, releases=(RELEASE_1, RELEASE_2, RELEASE_3))
    load_shelf(published, is_publishing=True, now=NOW)
    fourth = db.session.query(Version.id).filter(Version.published_at.is_(None)).scalar()
    decide(fourth, "speed", verdict="material", reason="One hour.", by=cast.pia, now=NOW)
    return third, fourth


RELEASE_3 = """\
  - number: 3
    published_at: 2026-04-01T12:00:00Z
    effective_at: 2026-04-11T12:00:00Z
    author: pia@demo.example
    approver: lena@demo.example
    reason: The lead on call decides now.
    changes:
      - {clause: who, verdict: material, reason: Another person decides.}
"""


def test_an_emergency_is_held_against_the_version_in_force_and_keeps_what_was_judged(with_upcoming, cast, rows):
    _, fourth = with_upcoming
    assert draft_changes(rows, fourth) == {"speed": "material"}
    call_emergency(fourth, provisional_hours=24, by=cast.pia, now=NOW)
    assert draft_changes(rows, fourth) == {"who": None, "speed": "material"}
    call_emergency(fourth, provisional_hours=None, by=cast.pia, now=NOW)
    assert draft_changes(rows, fourth) == {"speed": "material"}


def test_an_emergency_withdraws_the_upcoming_version_first(with_upcoming, cast, rows):
    third, fourth = with_upcoming
    call_emergency(fourth, provisional_hours=24, by=cast.pia, now=NOW)
    decide(fourth, "who", verdict="material", reason="The lead on call.", by=cast.pia, now=NOW)
    propose(fourth, effective_at=None, reason="We were late twice today.", by=cast.pia, now=NOW)
    approve(fourth, by=cast.lena, now=NOW + timedelta(hours=1))
    found = {row["id"]: row for row in rows(Version)}
    assert found[third]["withdrawn_at"] == NOW + timedelta(hours=1)
    assert found[fourth]["effective_at"] == NOW + timedelta(hours=1)
    assert found[fourth]["provisional_hours"] == 24


def test_withdrawing_a_version_holds_the_draft_against_the_one_before(with_upcoming, cast, rows):
    third, fourth = with_upcoming
    propose(fourth, effective_at=NOW + 20 * DAY, reason="Once more faster.", by=cast.pia, now=NOW)
    withdraw(third, by=cast.pia, now=NOW + DAY)
    assert draft_changes(rows, fourth) == {"who": None, "speed": "material"}
    assert rows(Version)[-1]["proposed_at"] is None
    withdraw(third, by=cast.pia, now=NOW + 2 * DAY)
    assert rows(Version)[-2]["withdrawn_at"] == NOW + DAY


def test_a_clause_that_only_a_withdrawn_version_had_may_come_back_under_its_id(published, cast, rows):
    extra = V2 + "\n## New rule\n\nAsk twice before you send anything to anybody.\n"
    load_shelf(
        write_shelf(published, texts={1: V1, 2: V2, 3: extra}, items=(*ITEMS, ("new-1", "new-rule", 3))),
        is_publishing=True,
        now=NOW,
    )
    third = max(row.id for row in db.session.query(Version.id))
    decide(third, "new-rule", verdict="material", reason="It is new.", by=cast.pia, now=NOW)
    propose(third, effective_at=NOW + DAY, reason="Asking twice is safer.", by=cast.pia, now=NOW)
    approve(third, by=cast.lena, now=NOW)
    withdraw(third, by=cast.pia, now=NOW)
    policy = Shelf.read(published)[0].policies[0]
    draft = draft_from_shelf(replace(policy, texts={**policy.texts, 4: extra}), 4, by=cast.pia, now=NOW)
    slugs = {row["id"]: row["slug"] for row in rows(ClauseRow)}
    assert "new-rule" in {slugs[row["clause_id"]] for row in rows(VersionClause) if row["version_id"] == draft}


def test_who_gains_a_clause_is_seen_from_whom_the_policy_is_for_now_not_from_what_is_planned(published, cast, rows):
    wider = Requirement(queues=frozenset({"legal-requests", "abuse-reports"}))
    set_requirement("requests", wider, from_at=NOW + DAY, reason="They decide it too.", by=cast.pia, now=NOW)
    third = V2.replace("{#who}", '{#who queues="legal-requests abuse-reports"}')
    load_shelf(write_shelf(published, texts={1: V1, 2: V2, 3: third}), is_publishing=True, now=NOW)
    assert rows(ChangeRow)[-1]["gained_queues"] == ["abuse-reports"]


def draft_changes(rows, version_id):
    slugs = {row["id"]: row["slug"] for row in rows(ClauseRow)}
    return {slugs[row["clause_id"]]: row["verdict"] for row in rows(ChangeRow) if row["version_id"] == version_id}
