"""Tamperings with what people proved: evidence, signatures, attempts and answers; and with who and where they were."""

import json
from typing import Any

from sqlalchemy import delete, insert, select, text

from lms import clock
from lms.extensions import db
from lms.models import (
    Attempt,
    AttemptItem,
    AttemptState,
    Attestation,
    Evidence,
    EvidenceClause,
    IdentitySnapshot,
    ItemRevision,
    Policy,
    Response,
    Spell,
    SpellKind,
)
from lms.models.proof import canonical, leaf_of
from tests.verifying.story import Case, Story, Tampering, change

QUIZ_POLICY = select(Policy.id).where(Policy.slug == "legal-requests").scalar_subquery()


def body_of(evidence_id: int) -> dict[str, Any]:
    return dict(json.loads(db.session.scalars(select(Evidence.body).where(Evidence.id == evidence_id)).one()))


def passed(**values: Any) -> Tampering:
    return lambda story: change(Evidence, Evidence.id == story.evidence, **values)


def attested(**values: Any) -> Tampering:
    return lambda story: change(Evidence, Evidence.id == story.attested, **values)


def failed_attempt(**values: Any) -> Tampering:
    return lambda story: change(Attempt, Attempt.id == story.failed, **values)


def passed_attempt(**values: Any) -> Tampering:
    return lambda story: change(Attempt, Attempt.id == story.passed, **values)


def answer(*, was_right: bool, options: list[str]) -> Tampering:
    return lambda story: change(Response, a_response(story, was_right=was_right), options=options)


def forged(**fields: Any) -> Tampering:
    """A body that is canonical and has its leaf."""

    def forge(story: Story) -> None:
        body = canonical(body_of(story.evidence) | fields)
        change(Evidence, Evidence.id == story.evidence, body=body, leaf=leaf_of(body))

    return forge


def _another_body(story: Story) -> None:
    change(Evidence, Evidence.id == story.evidence, body=canonical(body_of(story.evidence) | {"score": 1}))


def _another_person(story: Story) -> None:
    change(Evidence, Evidence.id == story.evidence, person_id=story.cast.sam)


def a_response(story: Story, *, was_right: bool) -> Any:
    """Where a response to the retake, or to the failed attempt, stands."""
    attempt = story.passed if was_right else story.failed
    wrong = Response.item_id.in_(
        select(ItemRevision.id).where(ItemRevision.slug.startswith("notice" if not was_right else ""))
    )
    item = db.session.scalars(select(Response.item_id).where(Response.attempt_id == attempt, wrong)).first()
    return (Response.attempt_id == attempt) & (Response.item_id == item)


def _second_open_attempt(story: Story) -> None:
    db.session.execute(text("DROP INDEX uq_attempts_one_open"))
    for number in (51, 52):
        row = dict(db.session.execute(select(Attempt.__table__).where(Attempt.id == story.failed)).one()._mapping)
        del row["id"]
        db.session.execute(insert(Attempt.__table__), [row | {"state": AttemptState.OPEN, "number": number}])


def _second_spell(story: Story) -> None:
    spell = db.session.execute(
        select(Spell.__table__).where(Spell.person_id == story.cast.ada, Spell.kind == SpellKind.QUEUE)
    ).first()
    assert spell is not None
    row = dict(spell._mapping)
    del row["id"]
    db.session.execute(insert(Spell.__table__), [row])


def _other_bytes(story: Story) -> None:
    body = body_of(story.evidence)
    change(Evidence, Evidence.id == story.evidence, body=json.dumps(body, indent=1).encode())


TAMPERINGS: list[Case] = [
    (
        "the body of evidence",
        ("evidence",),
        _another_body,
        "its leaf is not the hash of its body",
    ),
    ("the leaf of evidence", ("evidence",), passed(leaf="0" * 64), "its leaf is not the hash"),
    ("a body in other bytes", ("evidence",), _other_bytes, "its body is not canonical"),
    ("a body that is none", ("evidence",), passed(body=b"\xff"), "its body is not canonical"),
    ("a body that is a number", ("evidence",), passed(body=b"1"), "its body is not canonical"),
    ("a forged score", ("evidence",), forged(score=1), "its body says another score than the row"),
    ("a forged person", ("evidence",), forged(subject="x"), "its body says another subject than the row"),
    ("a forged statement", ("evidence",), forged(attestation="yes"), "its body has other words than were signed"),
    ("forged answers", ("evidence",), forged(answers_commit="0" * 64), "are not those that its evidence was given for"),
    ("when it was won", ("evidence",), passed(occurred_at=clock.now()), "another occurred at than the row"),
    ("how it was won", ("evidence",), passed(kind="imported"), "it was imported, which does not go with an attempt"),
    (
        "how it was signed",
        ("evidence",),
        attested(kind="imported"),
        "it was imported, which does not go with a signature",
    ),
    ("whose it is", ("evidence",), _another_person, "is of another person or version"),
    ("its policy", ("evidence",), attested(policy_id=QUIZ_POLICY), "it names a version of another policy"),
    (
        "a clause it pins",
        ("evidence_clauses",),
        lambda story: db.session.execute(delete(EvidenceClause.__table__)),
        "its body says another clauses than the row",
    ),
    (
        "the set of what it pins",
        ("evidence",),
        attested(clause_set_id=None),
        "its set of clauses is another than the clauses that it pins",
    ),
    (
        "the wording it pins",
        ("evidence_clauses",),
        lambda story: change(EvidenceClause, EvidenceClause.evidence_id == story.attested, text_hash="0" * 64),
        "never stood in the policy as it says",
    ),
    (
        "evidence that is gone",
        ("evidence", "evidence_clauses"),
        lambda story: db.session.execute(delete(Evidence.__table__).where(Evidence.id == story.attested)),
        "has 0 records of evidence instead of one",
    ),
    (
        "the words that were signed",
        ("attestations",),
        lambda story: change(Attestation, Attestation.id > 0, words="I saw it."),
        "its body has other words than were signed",
    ),
    (
        "who signed",
        ("attestations",),
        lambda story: change(Attestation, Attestation.attempt_id.is_(None), person_id=story.cast.ada),
        "its signature is of another person",
    ),
    ("a score", ("attempts",), failed_attempt(points=800), "has the score 800 of"),
    ("a fail that became a pass", ("attempts",), failed_attempt(is_passed=True), "(passed: False)"),
    ("a pass that became a fail", ("attempts",), passed_attempt(is_passed=False), "was signed and is not passed"),
    ("a right answer", ("responses",), answer(was_right=True, options=["b"]), "its answers are worth"),
    (
        "a wrong answer",
        ("responses",),
        answer(was_right=False, options=["c"]),
        "are not those that its evidence was given for",
    ),
    (
        "an answer that was not offered",
        ("responses",),
        answer(was_right=True, options=["z"]),
        "holds an answer that was never offered",
    ),
    (
        "items that are gone",
        ("attempt_items", "responses"),
        lambda story: db.session.execute(delete(AttemptItem.__table__)),
        "asks nothing",
    ),
    ("a number", ("attempts",), passed_attempt(number=9), "the attempts are not numbered 1 to 3"),
    ("a second open attempt", ("attempts",), _second_open_attempt, "2 attempts are open at once"),
    (
        "who somebody was",
        (),
        lambda story: change(IdentitySnapshot, IdentitySnapshot.person_id == story.cast.ada, identity={"name": "Eve"}),
        "is not the one that evidence names",
    ),
    ("a second spell", ("spells",), _second_spell, "is in the same queue twice at once"),
]
