"""Corrections of questions that were asked in place of others, and of those in whose place they were asked."""

import pytest

from lms import clock
from lms.correcting import listing, queries
from lms.domain.quizzes import Answer
from lms.extensions import db
from lms.training import actions, attesting
from lms.training.drawn import asked
from lms.training.results import result_page
from lms.training.swapping import NotSwappable, swap_item
from lms.verifying import verify
from tests.correcting.made import RESCORE, SLUG, VOID, B, decide, revision, score, shown
from tests.correcting.made import standing as stands
from tests.training.test_swapping import by_number, sensitive_in, spare, start_at_sensitive


@pytest.fixture
def swapped(cast, tmp_path):
    """Ada's attempt, going on: `kinds-2` was asked in place of `kinds-1`."""
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    swap_item(attempt_id, cast.ada, number=sensitive_in(attempt_id).number, now=clock.now())
    return attempt_id


def hand_in(attempt_id, person, *, kinds="a"):
    """All right, but what is said for the question that was swapped in."""
    given = by_number(attempt_id)
    number = next(each.number for each in asked([attempt_id]) if each.item.id == "kinds-2")
    db.session.rollback()
    actions.submit_attempt(attempt_id, person, answers=given | {number: Answer(options=(kinds,))}, now=clock.now())


def counts(owner):
    lines = listing.items_of(SLUG, owner=owner).lines
    db.session.rollback()
    return {line.item.id: (line.handed_in, line.going_on) for line in lines}


def test_who_was_asked_it_in_place_of_another_is_graded_anew(cast, swapped):
    hand_in(swapped, cast.ada, kinds="b")
    assert score(swapped) == ("2 of 3", False)
    found = decide("kinds-2", VOID, by=cast.pia, at=clock.now())
    assert [each.sat.attempt_id for each in found.rescored] == [swapped]
    assert score(swapped) == ("2 of 2", True)
    page = result_page(swapped, cast.ada, now=clock.now())
    place = next(each.position for each in asked([swapped]) if each.item.id == "kinds-2")
    assert [each.position for each in page.items if each.outcome == "void"] == [place]
    db.session.rollback()
    assert verify() == []


def test_evidence_that_rests_on_it_ends(cast, swapped):
    hand_in(swapped, cast.ada)
    attesting.sign(swapped, cast.ada, now=clock.now())
    assert decide("kinds-2", RESCORE, B, by=cast.pia, at=clock.now()).count("ends") == 1
    assert score(swapped) == ("2 of 3", False)
    assert stands(cast.ada) == []
    assert verify() == []


def test_what_was_not_asked_in_the_end_grades_nobody(cast, swapped):
    hand_in(swapped, cast.ada)
    assert shown("kinds-1", VOID).rescored == ()


def test_lists_and_warnings_count_what_is_asked_in_the_end(cast, swapped):
    assert {item: count for item, count in counts(cast.pia).items() if item.startswith("kinds")} == {
        "kinds-1": (0, 0),
        "kinds-2": (0, 1),
    }
    assert [queries.open_with(revision(item)) for item in ("kinds-1", "kinds-2")] == [0, 1]
    db.session.rollback()
    hand_in(swapped, cast.ada)
    assert counts(cast.pia)["kinds-2"] == (1, 0)


def test_what_is_void_already_is_left_open_not_swapped(cast, sign_in, tmp_path):
    spare(tmp_path)
    attempt_id = start_at_sensitive(cast.ada)
    number = sensitive_in(attempt_id).number
    ada, url = sign_in("ada"), f"/train/attempts/{attempt_id}"
    assert ada.get(url).soup.select("button[name=swap]")
    decide("kinds-1", VOID, by=cast.pia, at=clock.now())
    assert not ada.get(url).soup.select("button[name=swap]")
    with pytest.raises(NotSwappable, match="that counts"):
        swap_item(attempt_id, cast.ada, number=number, now=clock.now())
