"""Evidence: its canonical bytes, what the columns beside them say, and the attempts and signatures it rests on."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from lms.extensions import db
from lms.models import (
    Attempt,
    AttemptScore,
    AttemptState,
    Attestation,
    ClauseRow,
    ClauseSet,
    Evidence,
    EvidenceClause,
    IdentitySnapshot,
    Person,
    Policy,
    Version,
    VersionClause,
)
from lms.models.proof import canonical, commit_to, leaf_of, stamp

BATCH = 5_000
"""Records looked at together, so that a million of them need no more memory than these."""

Clauses = dict[int, list[list[str]]]
Scores = dict[tuple[int, int], tuple[int, int, bool]]
"""Points, maximum and whether it is passed, by attempt and correction."""
FIRST = Evidence.__table__.alias()
"""What an attempt was signed for, when a correction gave it again."""


def evidence() -> Iterator[str]:
    """Each record is canonical, bears its leaf, says what its columns say, and rests on what it names."""
    texts, sets = _texts(), _sets()
    last = 0
    while rows := _batch(last):
        last = rows[-1].id
        clauses, scores = _clauses([row.id for row in rows]), _scores([_attempt(row) for row in rows])
        for row in rows:
            mine = clauses.get(row.id, [])
            for finding in _of_record(row, mine, texts, scores):
                yield f"Evidence {row.id}: {finding}"
            if sets.get(row.clause_set_id) != (row.version_id, sorted(slug for slug, _ in mine)):
                yield f"Evidence {row.id}: its set of clauses is another than the clauses that it pins."


def _batch(after: int) -> Sequence[Any]:
    columns = (
        *Evidence.__table__.columns,
        Person.subject,
        Policy.slug,
        Version.number,
        Version.digest,
        Version.policy_id.label("policy_of_version"),
        Attempt.person_id.label("attempted_by"),
        Attempt.version_id.label("attempted_version"),
        Attempt.state,
        Attempt.points_then,
        Attempt.maximum_then,
        Attempt.is_passed_then,
        AttemptScore.attempt_id.label("given_for"),
        FIRST.c.leaf.label("first_leaf"),
        Attestation.person_id.label("signed_by"),
        Attestation.version_id.label("signed_version"),
        Attestation.attempt_id.label("signed_attempt"),
        Attestation.words,
    )
    return db.session.execute(
        select(*columns)
        .join(Person, Person.id == Evidence.person_id)
        .join(Policy, Policy.id == Evidence.policy_id)
        .join(Version, Version.id == Evidence.version_id)
        .outerjoin(AttemptScore, AttemptScore.evidence_id == Evidence.id)
        .outerjoin(FIRST, FIRST.c.attempt_id == AttemptScore.attempt_id)
        .outerjoin(Attempt, Attempt.id == func.coalesce(Evidence.attempt_id, AttemptScore.attempt_id))
        .outerjoin(Attestation, Attestation.id == Evidence.attestation_id)
        .where(Evidence.id > after)
        .order_by(Evidence.id)
        .limit(BATCH)
    ).all()


def _clauses(evidence_ids: Sequence[int]) -> Clauses:
    found: Clauses = defaultdict(list)
    for evidence_id, slug, text_hash in db.session.execute(
        select(EvidenceClause.evidence_id, ClauseRow.slug, EvidenceClause.text_hash)
        .join(ClauseRow, ClauseRow.id == EvidenceClause.clause_id)
        .where(EvidenceClause.evidence_id.between(evidence_ids[0], evidence_ids[-1]))
        .order_by(EvidenceClause.evidence_id, ClauseRow.slug)
    ):
        found[evidence_id].append([slug, text_hash])
    return found


def _attempt(row: Any) -> int | None:
    return row.attempt_id or row.given_for


def _scores(attempts: Sequence[int | None]) -> Scores:
    return {
        (attempt_id, correction_id): (points, maximum, is_passed)
        for attempt_id, correction_id, points, maximum, is_passed in db.session.execute(
            select(
                AttemptScore.attempt_id,
                AttemptScore.correction_id,
                AttemptScore.points,
                AttemptScore.maximum,
                AttemptScore.is_passed,
            ).where(AttemptScore.attempt_id.in_({each for each in attempts if each is not None}))
        )
    }


def _texts() -> dict[tuple[int, str], dict[str, int]]:
    """For each clause of a policy the first version in which each of its wordings stood, by hash."""
    found: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for policy_id, slug, text_hash, number in db.session.execute(
        select(ClauseRow.policy_id, ClauseRow.slug, VersionClause.text_hash, func.min(Version.number))
        .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
        .join(Version, Version.id == VersionClause.version_id)
        .where(Version.published_at.is_not(None))
        .group_by(ClauseRow.policy_id, ClauseRow.slug, VersionClause.text_hash)
    ):
        found[policy_id, slug][text_hash] = number
    return found


def _sets() -> dict[int | None, tuple[int, list[str]]]:
    """Version and clauses of each set."""
    slugs = {number: slug for number, slug in db.session.execute(select(ClauseRow.id, ClauseRow.slug))}
    return {
        number: (version, sorted(slugs.get(each, "") for each in clauses))
        for number, version, clauses in db.session.execute(
            select(ClauseSet.id, ClauseSet.version_id, ClauseSet.clauses)
        )
    }


def _of_record(
    row: Any, clauses: list[list[str]], texts: dict[tuple[int, str], dict[str, int]], scores: Scores
) -> Iterator[str]:
    if leaf_of(row.body) != row.leaf:
        yield "its leaf is not the hash of its body."
    try:
        body = json.loads(row.body)
        is_canonical = isinstance(body, dict) and canonical(body) == row.body
    except ValueError:
        body, is_canonical = {}, False
    if not is_canonical:
        yield "its body is not canonical."
        return
    score = _signed_score(row, body, scores)
    for field, stored in _said(row, clauses, score).items():
        if body.get(field) != stored:
            yield f"its body says another {field.replace('_', ' ')} than the row."
    if row.policy_of_version != row.policy_id:
        yield "it names a version of another policy."
    for slug, text_hash in clauses:
        if texts.get((row.policy_id, slug), {}).get(text_hash, row.number + 1) > row.number:
            yield f"the clause {slug} never stood in the policy as it says."
    yield from _ground(row, body, is_passed=score[2])


def _signed_score(row: Any, body: dict[str, Any], scores: Scores) -> tuple[int | None, int | None, bool]:
    """The score that evidence rests on: that of the beginning, or the one by the correction that it names."""
    if body.get("correction") is None:
        return row.points_then, row.maximum_then, bool(row.is_passed_then)
    return scores.get((_attempt(row) or 0, body["correction"]), (None, None, False))


def _said(row: Any, clauses: list[list[str]], score: tuple[int | None, int | None, bool]) -> dict[str, Any]:
    """What the body must say, by field."""
    said = {
        "type": "completion.recorded",
        "kind": row.kind,
        "at": stamp(row.recorded_at),
        "occurred_at": stamp(row.occurred_at),
        "subject": row.subject,
        "policy": row.slug,
        "policy_version": row.number,
        "policy_sha256": row.digest,
        "clauses": sorted(clauses),
    }
    if (attempt := _attempt(row)) is not None:
        said |= {"attempt": attempt, "score": score[0], "max": score[1]}
    if row.given_for is not None:
        said["again"] = row.first_leaf
    return said


def _ground(row: Any, body: dict[str, Any], *, is_passed: bool) -> Iterator[str]:
    """A pass rests on a passed attempt, and both ways of proving on a signature; an import on neither.

    What is given again after a correction rests on the signature of the first.
    """
    attempt = _attempt(row)
    if (attempt is not None) != (row.kind == "passed"):
        yield f"it was {row.kind}, which does not go with {'an' if attempt else 'no'} attempt."
    elif attempt is not None:
        if row.state is not AttemptState.SUBMITTED or not is_passed:
            yield f"attempt {attempt} was not passed."
        if (row.attempted_by, row.attempted_version) != (row.person_id, row.version_id):
            yield f"attempt {attempt} is of another person or version."
    if (row.attestation_id is not None) != (row.kind in {"passed", "attested"} and row.given_for is None):
        yield f"it was {row.kind}, which does not go with {'a' if row.attestation_id else 'no'} signature."
    elif row.attestation_id is not None:
        signed = (row.signed_by, row.signed_version, row.signed_attempt)
        if signed != (row.person_id, row.version_id, row.attempt_id):
            yield "its signature is of another person, version or attempt."
        said = body.get("attestation")
        if not isinstance(said, dict) or said.get("words") != row.words:
            yield "its body has other words than were signed."


def signatures() -> Iterator[str]:
    """Each signature has exactly one record of evidence; after a quiz, only a passed one was signed."""
    by_correction = select(AttemptScore.id).where(AttemptScore.attempt_id == Attempt.id, AttemptScore.is_passed)
    was_passed = (Attempt.is_passed_then | by_correction.correlate(Attempt).exists()).label("is_passed")
    counted = (
        select(Attestation.id, Attestation.attempt_id, was_passed, func.count(Evidence.id).label("records"))
        .outerjoin(Attempt, Attempt.id == Attestation.attempt_id)
        .outerjoin(Evidence, Evidence.attestation_id == Attestation.id)
        .group_by(Attestation.id, Attestation.attempt_id, was_passed)
        .order_by(Attestation.id)
    )
    for row in db.session.execute(counted):
        if row.attempt_id is not None and not row.is_passed:
            yield f"Attempt {row.attempt_id} was signed and is not passed."
        if row.records != 1:
            yield f"Signature {row.id} has {row.records} records of evidence instead of one."


def snapshots() -> Iterator[str]:
    """Each snapshot of who somebody was opens the commitment that evidence holds; erased ones are rightly gone."""
    for row in db.session.execute(select(IdentitySnapshot.__table__)):
        if commit_to(row.salt, row.identity) != row.commitment:
            yield f"The snapshot of who person {row.person_id} was is not the one that evidence names."
