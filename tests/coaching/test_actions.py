"""Assigning, as the action itself keeps it: whose people, which clauses, once."""

import threading
from datetime import timedelta

import pytest

from lms import clock
from lms.coaching.actions import assign_refresher
from lms.coaching.refusals import (
    ClauseNotInForce,
    DueInThePast,
    NothingInForce,
    NotYourPeople,
    WordsMissing,
    YourOwnRecord,
)
from lms.extensions import db, writing
from lms.models import Policy, Refresher, SpellKind
from tests.readiness.make import ago, end_spells, spell


def test_it_refuses_with_a_sentence_and_writes_nothing(assign, count_rows):
    for changed, refusal in (
        ({"clauses": ["gone"]}, ClauseNotInForce),
        ({"clauses": []}, ClauseNotInForce),
        ({"policy": "later"}, NothingInForce),
        ({"policy": "nope"}, NothingInForce),
        ({"note": "short"}, WordsMissing),
        ({"note": " " * 20}, WordsMissing),
        ({"note": "x" * 2001}, WordsMissing),
        ({"due_at": ago(1)}, DueInThePast),
        ({"people": []}, NotYourPeople),
        ({"people": [999]}, NotYourPeople),
    ):
        with pytest.raises(refusal) as refused:
            assign("due", **changed)
        assert str(refused.value).endswith(".")
    assert count_rows(Refresher) == 0


def test_a_clause_that_is_gone_is_named(assign):
    with pytest.raises(ClauseNotInForce, match="“fax”: not part of the version in force"):
        assign("due", clauses=["freeze", "fax"])


def test_only_whom_one_answers_for(team, assign, cast):
    for by in (cast.ada, cast.pia, cast.rune):
        with pytest.raises(NotYourPeople):
            assign("due", by=by)
    with pytest.raises(NotYourPeople):
        assign("due", "sam")
    with pytest.raises(YourOwnRecord):
        assign("due", people=[team["due"], cast.cole])
    assert assign("due", by=cast.lena)


def test_a_coach_of_every_team_assigns_to_anybody(team, assign, cast):
    spell(cast.rune, SpellKind.ROLE, days=1, role="coach")
    assert assign("sam", by=cast.rune)


def test_who_left_the_team_is_nobodys(team, assign):
    end_spells(team["due"], SpellKind.TEAM)
    with pytest.raises(NotYourPeople):
        assign("due")


def test_a_retired_policy_is_not_refreshed(team, assign):
    with writing():
        policy = db.session.query(Policy).filter_by(slug="legal").one()
        policy.retired_at = policy.retired_recorded_at = ago(1)
        db.session.commit()
    with pytest.raises(NothingInForce):
        assign("due")


def test_clauses_are_kept_in_the_order_of_the_document_and_people_in_theirs(team, assign):
    made = assign("due", "ada", clauses=["freeze", "intake", "freeze"])
    rows = [db.session.get_one(Refresher, each) for each in made]
    assert [row.person_id for row in rows] == [team["due"], team["ada"]]
    assert rows[0].clauses == ["intake", "freeze"]


def test_pressed_twice_it_is_one_refresher(assign, count_rows):
    first = assign("due", "ada")
    assert assign("due", "ada") == first
    assert count_rows(Refresher) == 2
    assert assign("due", clauses=["intake"]) not in {first, first[:1]}, "other clauses are another refresher"
    assert count_rows(Refresher) == 3


def test_another_coach_or_a_minute_later_it_is_another(assign, cast, count_rows):
    assign("due", days=0.01)
    assign("due")
    assign("due", by=cast.lena)
    assert count_rows(Refresher) == 3


def test_two_presses_at_the_same_moment_are_one(app, team, cast, count_rows):
    now = clock.now()
    made: list[tuple[int, ...]] = []
    together = threading.Barrier(2)

    def press() -> None:
        with app.app_context():
            together.wait()
            made.append(
                assign_refresher(
                    people=[team["due"]],
                    policy="legal",
                    clauses=["freeze"],
                    due_at=now + timedelta(days=1),
                    note="Read the clause on freezing again.",
                    is_blocking=False,
                    by=cast.cole,
                    now=now,
                )
            )

    db.session.rollback()
    presses = [threading.Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert made[0] == made[1]
    assert count_rows(Refresher) == 1
