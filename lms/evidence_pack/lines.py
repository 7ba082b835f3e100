"""What stands in the files of a pack for programs: rows as JSON values, moments in UTC. No database, no clock."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.domain.marking import MATCHED, PLACED
from lms.evidence_pack.asked import Asked
from lms.evidence_pack.queries import Proof, Try, Whom
from lms.library.digests import Json
from lms.models.proof import stamp
from lms.readiness.queries import Row

FORMAT = 1


def line(value: Json) -> bytes:
    """One line of a file of lines; the same value always gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def document(value: Json) -> bytes:
    """A file of its own, to be read by people too."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2).encode() + b"\n"


def of_pack(asked: Asked, *, subject: str | None, counts: Mapping[str, int]) -> Json:
    """What the pack is: nothing of who made it or when, so that making it again gives the same."""
    return {
        "format": FORMAT,
        "about": asked.about.value,
        "subject": subject,
        "policy": asked.policy or None,
        "version": asked.number,
        "team": asked.team or None,
        "from": _stamp(asked.from_at),
        "to": stamp(asked.to_at),
        "known_at": stamp(asked.to_at),
        "zone": "UTC",
        "is_narrowed_to_a_vendor": bool(asked.scope is not None and asked.scope.vendor),
        "has_answers": asked.has_answers,
        "has_keys": asked.has_keys,
        "counts": dict(counts),
    }


def of_person(whom: Whom) -> Json:
    """A person and where they stand."""
    return {
        "subject": whom.subject,
        "name": whom.name,
        "erased_at": _stamp(whom.erased_at),
        "standings": [_standing(row) for row in whom.standings],
    }


def _standing(row: Row) -> Json:
    return {
        "team": row.team,
        "queue": row.queue,
        "policy": row.policy,
        "standing": row.standing.value,
        "held": row.held,
        "required": row.required,
        "due_at": _stamp(row.due_at),
        "missed": [{"clause": each.clause, "because": each.kind, "since": stamp(each.since)} for each in row.missed],
    }


def beside(proof: Proof) -> Json:
    """What stands beside a record and is not part of its bytes."""
    row = proof.row
    return {
        "leaf": row.leaf,
        "subject": row.subject,
        "policy": row.slug,
        "version": row.version,
        "kind": row.kind,
        "attempt": row.attempt,
        "occurred_at": stamp(row.occurred_at),
        "recorded_at": stamp(row.recorded_at),
        "revocations": [
            {
                "reason": each.reason,
                "occurred_at": stamp(each.occurred_at),
                "recorded_at": stamp(each.recorded_at),
                "by": each.by,
            }
            for each in proof.revocations
        ],
    }


def of_try(attempt: Try) -> Json:
    """An attempt, its score as known at the end and as it was handed in; never which answer was right."""
    row = attempt.row
    said: Json = {
        "attempt": row.id,
        "number": row.number,
        "subject": row.subject,
        "policy": row.slug,
        "version": row.version,
        "clauses": list(row.clauses),
        "started_at": stamp(row.started_at),
        "submitted_at": stamp(row.submitted_at),
        "score": row.points,
        "max": row.maximum,
        "passed": row.is_passed,
        "first_score": row.points_then,
        "first_max": row.maximum_then,
        "first_passed": row.is_passed_then,
    }
    return said | ({"asked": [_asked(each) for each in attempt.drawn]} if attempt.drawn else {})


def _asked(row: Any) -> Json:
    """An item in English, whatever it was asked in, its options in the order that was shown, and what was answered."""
    question = row.question
    words = {each["id"]: each["text"] for name in ("options", "choices", "units") for each in question.get(name, ())}
    shown = row.option_order or [each["id"] for each in question["options"]]
    given = [_words(each, words) for each in row.options or ()]
    return {
        "item_sha256": row.digest,
        "stem": question["stem"],
        "shown": [words.get(each, each) for each in shown],
        "answered": given if row.options is not None else None,
        "typed": row.typed or None,
        "citation": row.citation,
    }


def _words(chosen: str, words: Mapping[str, str]) -> str:
    option, is_placed, place = chosen.partition(PLACED)
    if is_placed:
        return f"{place}. {words.get(option, option)}"
    option, is_matched, choice = chosen.partition(MATCHED)
    return f"{words.get(option, option)} → {words.get(choice, choice)}" if is_matched else words.get(chosen, chosen)


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)
