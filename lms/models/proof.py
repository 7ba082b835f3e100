"""Writes evidence: the row, its clauses, and the exact canonical bytes that can be chained and signed later.

Fields and canonical form: reliability.md 5.4 and 5.5. Who commits is the action; nothing here commits.
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version as release_of
from typing import Any

import rfc8785
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from lms.extensions import db
from lms.models.people import Identity, IdentitySnapshot, Person
from lms.models.policies import ClauseRow, Policy, Version, VersionClause
from lms.models.training import ClauseSet, Evidence, EvidenceClause

FORMAT = 1
SALT_BYTES = 16
LARGEST_INTEGER = 2**53 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What evidence says besides who, which version and which clauses."""

    kind: str
    """passed | attested | imported"""
    occurred_at: datetime
    attempt_id: int | None = None
    attestation_id: int | None = None
    facts: Mapping[str, Any]
    """Further fields of the body: integers, text, lists; never a float."""


@cache
def release() -> str:
    """The release that runs; read once, for looking it up costs more than a record."""
    return release_of("muster-lms")


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a value without floats, with text in NFC; ValueError for anything else."""
    _check(value)
    return rfc8785.dumps(value)


def _check(value: Any) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is too large for canonical JSON.")
    elif isinstance(value, str):
        if unicodedata.normalize("NFC", value) != value:
            raise ValueError("Text in evidence must be NFC.")
    elif isinstance(value, list | tuple):
        for part in value:
            _check(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            _check(key)
            _check(part)
    else:
        raise ValueError(f"{type(value).__name__} has no canonical form here.")


def leaf_of(body: bytes) -> str:
    """RFC 6962 leaf hash, hex."""
    return hashlib.sha256(b"\x00" + body).hexdigest()


def stamp(moment: datetime) -> str:
    """Fixed width, microseconds, Z: what both databases keep."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commit_to(salt: bytes, value: Any) -> str:
    """HMAC-SHA-256 of a canonical value, hex: binds without revealing."""
    return hmac.new(salt, canonical(value), hashlib.sha256).hexdigest()


def record_evidence(
    person: Person, version: Version, *, clauses: Mapping[str, str], proven: Proven, recorded_at: datetime
) -> Evidence:
    """Add one evidence record with its clauses (`clauses`: id → hash of the text it was proved on) to the session."""
    policy = db.session.get_one(Policy, version.policy_id)
    body = evidence_body(
        person.subject,
        _snapshot(person),
        policy.slug,
        version,
        clauses=clauses,
        proven=proven,
        recorded_at=recorded_at,
    )
    ids = db.session.execute(select(ClauseRow.slug, ClauseRow.id).where(ClauseRow.policy_id == policy.id)).all()
    by_slug = {slug: clause_id for slug, clause_id in ids}
    evidence = Evidence(
        person_id=person.id,
        policy_id=policy.id,
        version_id=version.id,
        attempt_id=proven.attempt_id,
        attestation_id=proven.attestation_id,
        kind=proven.kind,
        occurred_at=proven.occurred_at,
        recorded_at=recorded_at,
        body=body,
        leaf=leaf_of(body),
        clause_set_id=clause_set(version.id, [by_slug[slug] for slug in clauses]),
    )
    db.session.add(evidence)
    db.session.flush()
    rows = [
        {"evidence_id": evidence.id, "clause_id": by_slug[slug], "text_hash": text_hash}
        for slug, text_hash in clauses.items()
    ]
    if rows:
        db.session.execute(insert(EvidenceClause.__table__), rows)
    return evidence


def clause_set(version_id: int, clauses: Iterable[int]) -> int:
    """The number of these clauses of a version, which they get when they are first pinned together."""
    mine = sorted(clauses)
    digest = hashlib.sha256(json.dumps(mine).encode()).hexdigest()
    known = select(ClauseSet.id).where(ClauseSet.version_id == version_id, ClauseSet.digest == digest)
    found = db.session.scalar(known)
    if found is not None:
        return found
    write = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row = {"version_id": version_id, "clauses": mine, "digest": digest}
    db.session.execute(write(ClauseSet).values(row).on_conflict_do_nothing())  # somebody else may be as quick
    return db.session.scalars(known).one()


def evidence_body(
    subject: str,
    commitment: str,
    policy: str,
    version: Version,
    *,
    clauses: Mapping[str, str],
    proven: Proven,
    recorded_at: datetime,
) -> bytes:
    """The canonical bytes of a record about a subject; `commitment`: to who that was, empty where nobody is named."""
    return canonical(
        {
            "v": FORMAT,
            "id": str(uuid.uuid4()),
            "type": "completion.recorded",
            "kind": proven.kind,
            "at": stamp(recorded_at),
            "occurred_at": stamp(proven.occurred_at),
            "subject": subject,
            "subject_commit": commitment,
            "policy": policy,
            "policy_version": version.number,
            "policy_sha256": version.digest,
            "clauses": sorted([slug, text_hash] for slug, text_hash in clauses.items()),
            "app": release(),
            **proven.facts,
        }
    )


def text_hashes(version: Version) -> dict[str, str]:
    """Hash of each clause's text in a version, by clause id."""
    rows = db.session.execute(
        select(ClauseRow.slug, VersionClause.text_hash)
        .join(ClauseRow, ClauseRow.id == VersionClause.clause_id)
        .where(VersionClause.version_id == version.id)
    )
    return {slug: text_hash for slug, text_hash in rows}


def _snapshot(person: Person) -> str:
    """The commitment to who the person is now; a new snapshot only when something about them changed."""
    identity = db.session.get(Identity, person.id)
    if identity is None:
        return ""
    now = {"name": identity.name, "email": identity.email, "external_id": identity.external_id}
    for kept in db.session.scalars(select(IdentitySnapshot).where(IdentitySnapshot.person_id == person.id)):
        if kept.identity == now:
            return kept.commitment
    salt = secrets.token_bytes(SALT_BYTES)
    commitment = commit_to(salt, now)
    db.session.add(IdentitySnapshot(commitment=commitment, person_id=person.id, salt=salt, identity=now))
    return commitment
