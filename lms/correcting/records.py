"""The rows that a correction adds: scores, the ends of evidence, and evidence given again. Nothing here commits.

Sets, not rows, are written: how many statements it takes does not depend on how many people it concerns.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version as release_of
from typing import Any

from sqlalchemy import insert, select

from lms.correcting.outcome import Rescored
from lms.extensions import db
from lms.models import AttemptScore, Evidence, EvidenceClause, ItemCorrection, Revocation
from lms.models.proof import canonical, leaf_of, stamp

Ids = Mapping[int, int]
"""Numbers of new rows by attempt."""


def revoke(rescored: Sequence[Rescored], row: ItemCorrection, *, by: int, now: datetime) -> Ids:
    """End the evidence of attempts that are not passed any more, with the reason of the correction."""
    ending = [each for each in rescored if each.ends is not None]
    rows = [
        {
            "evidence_id": each.ends,
            "reason": row.reason,
            "occurred_at": now,
            "recorded_at": now,
            "recorded_by": by,
        }
        for each in ending
    ]
    return _added(Revocation, ending, rows)


def give_again(rescored: Sequence[Rescored], row: ItemCorrection, *, now: datetime) -> Ids:
    """Give evidence that a correction ended again, for what was proved then: the same signature, and the new score.

    It counts from when it was won, and is recorded now. Its body names the leaf of the first.
    """
    again = [each for each in rescored if each.again is not None]
    if not again:
        return {}
    firsts = {
        first.id: first
        for first in db.session.scalars(select(Evidence).where(Evidence.id.in_([each.again for each in again])))
    }
    rows = [_again(each, firsts[each.again or 0], row, now=now) for each in again]
    given = _added(Evidence, again, rows)
    new_id = {each.again: given[each.sat.attempt_id] for each in again}
    clauses = db.session.execute(
        select(EvidenceClause.evidence_id, EvidenceClause.clause_id, EvidenceClause.text_hash).where(
            EvidenceClause.evidence_id.in_(new_id)
        )
    )
    copies = [
        {"evidence_id": new_id[first], "clause_id": clause, "text_hash": text_hash}
        for first, clause, text_hash in clauses
    ]
    if copies:
        db.session.execute(insert(EvidenceClause.__table__), copies)
    return given


def _again(each: Rescored, first: Evidence, row: ItemCorrection, *, now: datetime) -> dict[str, Any]:
    body = canonical(
        json.loads(first.body)
        | {
            "id": str(uuid.uuid4()),
            "at": stamp(now),
            "app": release_of("muster-lms"),
            "score": each.after.points,
            "max": each.after.maximum,
            "correction": row.id,
            "again": first.leaf,
        }
    )
    return {
        "person_id": first.person_id,
        "policy_id": first.policy_id,
        "version_id": first.version_id,
        "kind": first.kind,
        "occurred_at": first.occurred_at,
        "recorded_at": now,
        "body": body,
        "leaf": leaf_of(body),
        "clause_set_id": first.clause_set_id,
    }


def record_scores(rescored: Sequence[Rescored], row: ItemCorrection, *, ended: Ids, given: Ids, now: datetime) -> None:
    """Put the new score of each attempt beside what it was worth before."""
    rows = [
        {
            "attempt_id": each.sat.attempt_id,
            "correction_id": row.id,
            "points": each.after.points,
            "maximum": each.after.maximum,
            "is_passed": each.after.is_passed,
            "result": each.result,
            "revocation_id": ended.get(each.sat.attempt_id),
            "evidence_id": given.get(each.sat.attempt_id),
            "recorded_at": now,
        }
        for each in rescored
    ]
    if rows:
        db.session.execute(insert(AttemptScore), rows)


def _added(table: Any, rescored: Sequence[Rescored], rows: Sequence[dict[str, Any]]) -> Ids:
    if not rows:
        return {}
    made = db.session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows)
    return {each.sat.attempt_id: new for each, new in zip(rescored, made, strict=True)}
