"""Voiding a question, giving it another key, and taking that back: scores, evidence and people."""

import pytest
from sqlalchemy import func, select

from lms import clock
from lms.correcting.actions import correct
from lms.correcting.refusals import CorrectionRefused, ItemUnknown, SomethingChanged
from lms.domain.correcting import KeyRefused
from lms.domain.quizzes import QuizRules, short_of_items
from lms.domain.standing import State, standings
from lms.extensions import db
from lms.models import (
    Attempt,
    AttemptScore,
    AuditEntry,
    Evidence,
    EvidenceClause,
    ItemCorrection,
    OutboxMail,
    Revocation,
    Version,
)
from lms.models.histories import person_histories, policy_histories
from lms.policies.reading import questions_of
from lms.privacy.actions import erase
from lms.training import attesting
from lms.training.drawn import asked
from lms.training.shelf import frozen
from lms.verifying import verify
from tests.cast import leave
from tests.correcting.made import (
    DAY,
    RESCORE,
    RESTORE,
    SLUG,
    VOID,
    WHY,
    B,
    answer,
    decide,
    revision,
    score,
    shown,
    signed,
    sit,
)
from tests.correcting.made import standing as stands
from tests.training.make import FIRST, HOUR, MINUTE, revoke, start


def rows(table):
    return [tuple(row) for row in db.session.execute(select(table.__table__).order_by(table.__table__.c.id))]


def test_who_missed_a_void_question_passes_and_has_to_sign(cast, policy):
    now = clock.now()
    ada = sit(cast.ada, at=now - DAY, notice_1="b", notice_2="b")
    before = shown("notice-1", VOID)
    assert [(each.sat.attempt_id, each.sat.score.percent, each.after.percent) for each in before.passing] == [
        (ada, 66, 80)
    ]
    assert before.passing[0].is_to_sign
    assert decide("notice-1", VOID, by=cast.pia, at=now).digest == before.digest
    assert score(ada) == ("4 of 5", True)
    assert stands(cast.ada) == [], "nothing counts before it is signed"
    assert attesting.sign(ada, cast.ada, now=now + MINUTE)
    evidence = db.session.scalars(select(Evidence)).one()
    assert (evidence.occurred_at, b'"score":400' in evidence.body) == (now + MINUTE, True)
    assert verify() == []


def test_who_passed_by_a_key_that_was_wrong_loses_the_evidence(cast, policy):
    now = clock.now()
    ada = signed(cast.ada, at=now - DAY, kinds_1="c")
    decide("notice-1", RESCORE, B, by=cast.pia, at=now)
    assert score(ada) == ("4 of 6", False)
    ended = db.session.scalars(select(Revocation)).one()
    assert (ended.reason, ended.occurred_at, ended.recorded_by) == (WHY, now, cast.pia)
    assert stands(cast.ada) == []
    assert verify() == []


def test_what_is_taken_back_gives_the_evidence_again_as_it_was_won(cast, policy):
    now = clock.now()
    ada = signed(cast.ada, at=now - DAY, kinds_1="c")
    first = db.session.scalars(select(Evidence)).one()
    db.session.rollback()
    decide("notice-1", RESCORE, B, by=cast.pia, at=now - HOUR)
    assert shown("notice-1", RESTORE).count("again") == 1
    decide("notice-1", RESTORE, by=cast.pia, at=now)
    assert score(ada) == ("5 of 6", True)
    (number,) = stands(cast.ada)
    again = db.session.get_one(Evidence, number)
    assert (again.occurred_at, again.recorded_at, again.attempt_id) == (first.occurred_at, now, None)
    assert first.leaf.encode() in again.body
    clauses = select(EvidenceClause.clause_id, EvidenceClause.text_hash)
    pinned = [set(db.session.execute(clauses.where(EvidenceClause.evidence_id == one))) for one in (first.id, number)]
    assert len(pinned[0]) == 3
    assert pinned[0] == pinned[1]
    assert verify() == []


def test_it_ends_and_is_given_again_as_often_as_it_takes(cast, policy):
    now = clock.now()
    signed(cast.ada, at=now - DAY, kinds_1="c")
    for hours, (kind, key) in enumerate([(RESCORE, B), (RESTORE, None)] * 2):
        decide("notice-1", kind, key, by=cast.pia, at=now + hours * HOUR)
        assert len(stands(cast.ada)) == hours % 2
    assert db.session.scalar(select(func.count(Evidence.id))) == 3
    assert verify() == []


def test_what_somebody_revoked_by_hand_is_not_given_again(cast, policy):
    now = clock.now()
    ada = signed(cast.ada, at=now - DAY, kinds_1="c")
    revoke(ada, by=cast.rune, at=now - HOUR)
    assert decide("notice-1", RESCORE, B, by=cast.pia, at=now).count("ends") == 0
    assert decide("notice-1", RESTORE, by=cast.pia, at=now).count("again") == 0
    assert stands(cast.ada) == []
    assert verify() == []


def mailed():
    db.session.rollback()
    return sorted(db.session.scalars(select(OutboxMail.person_id)))


def test_who_is_told_is_who_gets_a_mail_and_nobody_whose_evidence_was_revoked_by_hand(cast, policy):
    now = clock.now()
    ada = signed(cast.ada, at=now - DAY, kinds_1="c")
    sit(cast.sam, at=now - DAY, notice_1="b", notice_2="b")
    revoke(ada, by=cast.rune, at=now - HOUR)
    first = decide("notice-1", RESCORE, B, by=cast.pia, at=now)
    assert first.told == {cast.ada, cast.sam}, "she does not pass any more, and reads so; he passes"
    assert mailed() == sorted([cast.ada, cast.sam])
    back = decide("notice-1", RESTORE, by=cast.pia, at=now + HOUR)
    assert {each.sat.person_id for each in back.turned} == {cast.ada, cast.sam}
    assert back.told == {cast.sam}, "what she signed stays revoked, so nothing follows for her"
    assert mailed() == sorted([cast.ada, cast.sam, cast.sam])


def test_no_row_that_was_there_is_altered(cast, policy):
    now = clock.now()
    signed(cast.ada, at=now - DAY, kinds_1="c")
    sit(cast.sam, at=now - DAY, notice_1="b", notice_2="b")
    tables = (Attempt, Evidence, Revocation, ItemCorrection, AttemptScore, OutboxMail)
    before = {table: rows(table) for table in tables}
    for kind, key in ((RESCORE, B), (VOID, None), (RESTORE, None)):
        db.session.rollback()
        decide("notice-1", kind, key, by=cast.pia, at=now)
        after = {table: rows(table) for table in tables}
        assert all(after[table][: len(before[table])] == before[table] for table in tables)
        assert len(after[AttemptScore]) == len(before[AttemptScore]) + 2
        before = after


def test_a_retake_is_graded_with_the_attempts_before_it(cast, policy):
    now = clock.now()
    first = sit(cast.ada, at=now - DAY, notice_1="b", notice_2="b")
    second = signed(cast.ada, at=now - HOUR)
    decide("kinds-1", RESCORE, B, by=cast.pia, at=now)
    assert score(first) == ("3 of 6", False)
    assert score(second) == ("5 of 6", True), "what the first had wrong by the new key was not asked again"
    decide("kinds-2", RESCORE, B, by=cast.pia, at=now + MINUTE)
    assert score(second) == ("4 of 6", False)
    assert stands(cast.ada) == []
    assert verify() == []


def test_an_attempt_that_did_not_ask_it_stays_as_it_is(cast, policy):
    now = clock.now()
    first = sit(cast.ada, at=now - DAY, kinds_1="b", kinds_2="b")
    again = start(cast.ada, at=now - HOUR)
    assert "notice-1" not in {each.item.id for each in asked([again])}
    db.session.rollback()
    decide("notice-1", VOID, by=cast.pia, at=now)
    assert set(db.session.scalars(select(AttemptScore.attempt_id))) == {first}


def test_a_void_question_is_not_drawn_again_and_counts_in_no_attempt_going_on(cast, policy):
    now = clock.now()
    going_on = start(cast.sam, at=now - HOUR)
    decide("notice-1", VOID, by=cast.pia, at=now - MINUTE)
    assert [each.item.id for each in asked([going_on]) if each.item.is_void] == ["notice-1"]
    assert "notice-1" not in frozen({SLUG: 1})[SLUG].item_ids
    later = start(cast.ada, at=now)
    assert {each.item.id for each in asked([later])} == {"genuine-1", "genuine-2", "kinds-1", "kinds-2", "notice-2"}
    db.session.rollback()
    answer(going_on, cast.sam, {"notice-1": "b", "kinds-1": "b"}, at=now)
    assert score(going_on) == ("4 of 5", True)
    assert db.session.scalars(select(AttemptScore)).all() == []
    db.session.rollback()
    decide("notice-1", RESTORE, by=cast.pia, at=now + MINUTE)
    assert score(going_on) == ("4 of 6", False)
    assert verify() == []


def test_who_is_told_and_what_is_noted(cast, policy):
    now = clock.now()
    signed(cast.ada, at=now - DAY)
    sam = sit(cast.sam, at=now - DAY, notice_1="b", notice_2="b")
    decide("notice-1", VOID, by=cast.pia, at=now)
    mail = db.session.scalars(select(OutboxMail)).all()
    assert [(each.person_id, each.kind, each.words) for each in mail] == [
        (cast.sam, "corrected result", {"attempt": sam})
    ], "Ada's result is what it was"
    notes = db.session.scalars(select(AuditEntry).where(AuditEntry.reason == WHY).order_by(AuditEntry.id)).all()
    assert [(each.act, each.by, each.person_id, each.about) for each in notes] == [
        ("question voided", cast.pia, None, f"{SLUG}: notice-1"),
        ("result corrected", cast.pia, cast.sam, ""),
    ]
    assert notes[0].after["attempts"] == 2
    assert (notes[1].before["passed"], notes[1].after["passed"]) == (False, True)


@pytest.mark.parametrize(
    ("given", "kind", "new", "refused", "why"),
    [
        (WHY, RESTORE, None, CorrectionRefused, "counts as it was published"),
        ("Wrong.", VOID, None, CorrectionRefused, "Say why, in 10 to 1000"),
        ("x" * 1001, VOID, None, CorrectionRefused, "Say why, in 10 to 1000"),
        (WHY, RESCORE, B.__class__(right=("a",)), KeyRefused, "That is the key already"),
    ],
)
def test_what_makes_no_sense_is_refused(cast, policy, given, kind, new, refused, why):
    with pytest.raises(refused, match=why):
        correct(SLUG, revision("notice-1"), kind, new=new, reason=given, seen="", by=cast.pia, now=clock.now())
    assert rows(ItemCorrection) == []


def test_what_does_not_exist_here_is_refused(cast, policy):
    with pytest.raises(ItemUnknown):
        correct("nowhere", revision("notice-1"), VOID, reason=WHY, seen="", by=cast.pia, now=clock.now())


def test_what_was_shown_is_what_happens_or_nothing(cast, policy):
    now = clock.now()
    sit(cast.sam, at=now - DAY, notice_1="b", notice_2="b")
    seen, number = shown("notice-1", VOID).digest, revision("notice-1")
    sit(cast.ada, at=now - HOUR)
    with pytest.raises(SomethingChanged, match="Look again"):
        correct(SLUG, number, VOID, reason=WHY, seen=seen, by=cast.pia, now=now)
    with pytest.raises(SomethingChanged):
        correct(SLUG, number, RESCORE, new=B, reason=WHY, seen=shown("notice-1", VOID).digest, by=cast.pia, now=now)
    assert rows(ItemCorrection) == rows(AttemptScore) == []
    decide("notice-1", VOID, by=cast.pia, at=now)
    with pytest.raises(CorrectionRefused, match="void already"):
        decide("notice-1", VOID, by=cast.pia, at=now)


def test_the_standing_follows(cast, policy):
    now = clock.now()
    signed(cast.ada, at=now - DAY, kinds_1="c")
    decide("notice-1", RESCORE, B, by=cast.pia, at=now - HOUR)
    decide("notice-1", RESTORE, by=cast.pia, at=now)
    history, ada = policy_histories([SLUG])[SLUG], person_histories([cast.ada])[cast.ada]
    states = [
        standings(history, ada, queues=[SLUG], at=at, known_at=at)[SLUG].state
        for at in (now - 2 * HOUR, now - 30 * MINUTE, now)
    ]
    assert states == [State.READY, State.DUE, State.READY]
    known_now = standings(history, ada, queues=[SLUG], at=now - 30 * MINUTE, known_at=now)[SLUG].state
    assert known_now is State.READY, "as we know now, it was right all along"


def test_a_void_question_is_no_question_for_the_next_version(cast, policy):
    for item in ("notice-1", "notice-2"):
        decide(item, VOID, by=cast.pia, at=clock.now())
    version = db.session.scalars(select(Version)).one()
    questions = [question.item for question in questions_of(version.id)]
    rules = QuizRules(per_clause=2)
    assert short_of_items(FIRST, questions, rules, version=1, changed_in={}) == {"notice": 0}


def test_nobody_erased_is_graded_anew(cast, policy):
    now = clock.now()
    sit(cast.sam, at=now - DAY, notice_1="b", notice_2="b")
    leave(cast.sam)
    erase(cast.sam, reason="Asked for it by letter.", by=cast.rune, now=clock.now())
    assert shown("notice-1", VOID).rescored == ()
    decide("notice-1", VOID, by=cast.pia, at=clock.now())
    assert verify() == []
