"""Evidence: its canonical bytes, what the columns beside them say, and the attempts and signatures it rests on."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from lms.extensions import db
from lms.models import (
    Attempt,
    AttemptState,
    Attestation,
    ClauseRow,
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


def evidence() -> Iterator[str]:
    """Each record is canonical, bears its leaf, says what its columns say, and rests on what it names."""
    texts = _texts()
    last = 0
    while rows := _batch(last):
        last = rows[-1].id
        clauses = _clauses([row.id for row in rows])
        for row in rows:
            for finding in _of_record(row, clauses.get(row.id, []), texts):
                yield f"Evidence {row.id}: {finding}"


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
        Attempt.is_passed,
        Attempt.points,
        Attempt.maximum,
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
        .outerjoin(Attempt, Attempt.id == Evidence.attempt_id)
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


def _of_record(row: Any, clauses: list[list[str]], texts: dict[tuple[int, str], dict[str, int]]) -> Iterator[str]:
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
    for field, stored in _said(row, clauses).items():
        if body.get(field) != stored:
            yield f"its body says another {field.replace('_', ' ')} than the row."
    if row.policy_of_version != row.policy_id:
        yield "it names a version of another policy."
    for slug, text_hash in clauses:
        if texts.get((row.policy_id, slug), {}).get(text_hash, row.number + 1) > row.number:
            yield f"the clause {slug} never stood in the policy as it says."
    yield from _ground(row, body)


def _said(row: Any, clauses: list[list[str]]) -> dict[str, Any]:
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
    if row.attempt_id is not None:
        said |= {"attempt": row.attempt_id, "score": row.points, "max": row.maximum}
    return said


def _ground(row: Any, body: dict[str, Any]) -> Iterator[str]:
    """A pass rests on a passed attempt, and both ways of proving on a signature; an import on neither."""
    if (row.attempt_id is not None) != (row.kind == "passed"):
        yield f"it was {row.kind}, which does not go with {'an' if row.attempt_id else 'no'} attempt."
    elif row.attempt_id is not None:
        if row.state is not AttemptState.SUBMITTED or not row.is_passed:
            yield f"attempt {row.attempt_id} was not passed."
        if (row.attempted_by, row.attempted_version) != (row.person_id, row.version_id):
            yield f"attempt {row.attempt_id} is of another person or version."
    if (row.attestation_id is not None) != (row.kind in {"passed", "attested"}):
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
    counted = (
        select(Attestation.id, Attestation.attempt_id, Attempt.is_passed, func.count(Evidence.id).label("records"))
        .outerjoin(Attempt, Attempt.id == Attestation.attempt_id)
        .outerjoin(Evidence, Evidence.attestation_id == Attestation.id)
        .group_by(Attestation.id, Attestation.attempt_id, Attempt.is_passed)
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
