"""Signing: attestation and evidence at once, and never twice."""

import json

import pytest
from sqlalchemy import select

from lms import clock
from lms.extensions import db
from lms.models import AnswerSalt, Attempt, Attestation, Evidence, EvidenceClause, RefresherEnd
from lms.models.proof import canonical, leaf_of
from lms.training import actions, attesting
from tests.training.make import DAY, FIRST, HOUR, Shelf, answers, fail, prove, refresher, start


def passed(person, **more):
    attempt_id = start(person, at=clock.now(), **more)
    actions.submit_attempt(attempt_id, person, answers=answers(attempt_id), now=clock.now())
    return attempt_id


def test_signing_writes_one_proof_and_says_what_i_am_ready_for(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    url = f"/train/attempts/{passed(cast.ada)}/sign"
    words = "I have read “Legal requests”, version 1 (3 clauses of it), and will work by it."
    assert words in ada.get(url).words
    for _ in range(2):
        assert ada.post(url).location == url
    page = ada.get(url)
    assert page.soup.h1.get_text(strip=True) == "Signed: Legal requests"
    assert "Ready for Legal requests." in page.words
    assert words in page.words
    evidence = db.session.scalars(select(Evidence)).one()
    assert evidence.leaf[:12] in page.words
    assert db.session.scalars(select(Attestation.words)).one() == words


def test_the_proof_holds_everything_an_outsider_needs(app, cast, simple):
    simple()
    attempt_id = prove(cast.ada)
    evidence = db.session.scalars(select(Evidence)).one()
    body = json.loads(evidence.body)
    assert canonical(body) == evidence.body
    assert leaf_of(evidence.body) == evidence.leaf
    assert body["kind"] == "passed"
    assert (body["score"], body["max"], body["pass_mark"], body["passed"]) == (600, 600, 80, True)
    assert (body["attempt"], body["attempt_no"], body["refresher"]) == (attempt_id, 1, None)
    assert len(body["items"]) == 6
    assert [clause for clause, _ in body["clauses"]] == sorted(FIRST)
    assert body["attestation"]["language"] == "en"
    assert body["auth"] == {"method": "password"}
    assert len(body["answers_commit"]) == 64
    assert len(db.session.scalars(select(AnswerSalt)).one().salt) == 16
    assert "ada@" not in evidence.body.decode().casefold()


def test_a_run_of_retakes_proves_all_it_began_with(app, cast, simple):
    simple(rules={"wait_minutes": 0})
    fail(cast.ada, at=clock.now() - HOUR)
    prove(cast.ada)
    evidence = db.session.scalars(select(Evidence)).one()
    pinned = db.session.scalars(select(EvidenceClause.clause_id).where(EvidenceClause.evidence_id == evidence.id)).all()
    assert len(pinned) == 3
    assert len(json.loads(evidence.body)["items"]) == 8
    assert db.session.get(Attempt, evidence.attempt_id).clauses == ["notice"]


def test_a_refresher_passed_is_over_and_is_proof(app, cast, simple):
    simple()
    number = refresher(cast.ada, cast.cole, "notice", is_blocking=True)
    prove(cast.ada, refresher_id=number)
    end = db.session.scalars(select(RefresherEnd)).one()
    assert end.evidence_id == db.session.scalars(select(Evidence.id)).one()
    assert json.loads(db.session.scalars(select(Evidence.body)).one())["refresher"] == number


def test_only_what_was_passed_can_be_signed(app, cast, sign_in, simple):
    simple()
    attempt_id = fail(cast.ada, at=clock.now())
    ada = sign_in("ada")
    ada.get(f"/train/attempts/{attempt_id}/sign", expect=404)
    assert "Pass the quiz first" in ada.post(f"/train/attempts/{attempt_id}/sign", expect=422).words
    assert not db.session.scalars(select(Attestation)).all()


def test_what_else_is_missing_is_told_after_signing(app, cast, sign_in, tmp_path, simple):
    simple()
    other = Shelf(tmp_path, slug="abuse-reports", title="Abuse", audience=["legal-requests"])
    other.version(FIRST, ago=DAY).items_for(*FIRST).publish()
    attempt_id = prove(cast.ada)
    page = sign_in("ada").get(f"/train/attempts/{attempt_id}/sign")
    assert "You are ready again" not in page.words
    assert page.soup.select_one(".standing-due")


def test_signing_again_after_a_quiz_does_not_begin_another(app, cast, simple):
    simple()
    attempt_id = passed(cast.ada)
    assert actions.start_attempt(cast.ada, "legal-requests", now=clock.now()) == attempt_id
    attesting.sign(attempt_id, cast.ada, now=clock.now())
    with pytest.raises(actions.NothingToLearn):
        actions.start_attempt(cast.ada, "legal-requests", now=clock.now())


def test_a_proof_won_again_after_it_expired_is_a_new_one(app, cast, simple):
    simple(ago=90 * DAY, settings={"valid_days": "30"})
    prove(cast.ada, at=clock.now() - 60 * DAY)
    prove(cast.ada)
    assert len(db.session.scalars(select(Evidence)).all()) == 2


def test_a_removed_clause_is_pinned_as_it_last_was(app, cast, tmp_path):
    texts = FIRST | {"fax": "We take requests by fax."}
    shelf = Shelf(tmp_path).version(texts, ago=10 * DAY).items_for(*texts).publish()
    prove(cast.ada, at=clock.now() - 9 * DAY)
    shelf.version(FIRST, ago=HOUR, removed=("fax",)).publish()
    attesting.attest(cast.ada, "legal-requests", now=clock.now())
    first, last = (json.loads(body) for body in db.session.scalars(select(Evidence.body).order_by(Evidence.id)))
    assert last["kind"] == "attested"
    assert last["clauses"] == [pair for pair in first["clauses"] if pair[0] == "fax"]
    with pytest.raises(actions.NothingToLearn):
        attesting.attest(cast.ada, "legal-requests", now=clock.now())


def test_it_takes_a_fixed_number_of_statements(app, cast, sign_in, simple):
    simple()
    ada = sign_in("ada")
    url = f"/train/attempts/{passed(cast.ada)}/sign"
    counted = [len(ada.get(url).statements), len(ada.post(url).statements), len(ada.post(url).statements)]
    counted.append(len(ada.get(url).statements))
    assert counted == [5, 19, 6, 21]
