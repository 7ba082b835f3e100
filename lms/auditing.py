"""Notes for the audit log, written in the transaction of the act that they tell of; who calls it commits.

An action that changes something for or about somebody calls `note`. What a person does in their own training is not
noted here: attempts, attestations and evidence are records of their own. A house test holds the list of both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import has_request_context, request
from sqlalchemy import insert

from lms.extensions import db
from lms.models import AuditEntry, AuditIdentity

LONGEST_ABOUT = 300
COMMAND = "command"
"""Origin of what was done on the command line of the server."""
Values = Mapping[str, Any]


class Act(StrEnum):
    """What can be done; the word is stored."""

    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGNED_OUT = "signed out"
    SESSIONS_ENDED = "sessions ended"
    PASSWORD_SET = "password set"  # noqa: S105 - the name of an act
    CODES_BEGUN = "codes begun"
    CODES_CONFIRMED = "codes confirmed"
    CODES_REMOVED = "codes removed"
    RECOVERY_CODES_RENEWED = "recovery codes renewed"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    PROVIDER_LINKED = "provider linked"
    INVITED = "invited"
    LINK_OPENED = "link opened"
    PASSWORD_FORGOTTEN = "password forgotten"  # noqa: S105 - the name of an act
    MAIL_RETRIED = "mail retried"
    MAIL_CAME_BACK = "mail came back"
    MAIL_CALLED_OFF = "mail called off"
    MAIL_TURNED_OFF = "weekly mail turned off"
    MAIL_TURNED_ON = "weekly mail turned on"
    PERSON_CREATED = "person created"
    PERSON_CHANGED = "person changed"
    PERSON_LEFT = "person left"
    TEAM_ADDED = "team added"
    TEAM_CHANGED = "team changed"
    TEAM_CLOSED = "team closed"
    TEAM_OPENED = "team opened again"
    QUEUE_ADDED = "queue added"
    QUEUE_CHANGED = "queue changed"
    QUEUE_CLOSED = "queue closed"
    QUEUE_OPENED = "queue opened again"
    VENDOR_RENAMED = "vendor renamed"
    VALUES_NOT_TAKEN = "values not taken"
    PEOPLE_IMPORTED = "people imported"
    FILE_IMPORTED = "file imported"
    SPELL_BEGUN = "spell begun"
    SPELL_ENDED = "spell ended"
    ROSTER_IMPORTED = "roster imported"
    SHIFT_ENTERED = "shift entered"
    SHIFT_CALLED_OFF = "shift called off"
    MINIMUM_SET = "minimum set"
    POLICY_LOADED = "policy loaded"
    HISTORY_IMPORTED = "history imported"
    REQUIREMENT_SET = "requirement set"
    DRAFT_LOADED = "draft loaded"
    TRANSLATION_LOADED = "translation loaded"
    ITEMS_BROUGHT_IN = "items brought in"
    ITEM_TAKEN_OUT = "item taken out"
    VERDICT_GIVEN = "verdict given"
    EMERGENCY_CALLED = "emergency called"
    EMERGENCY_CALLED_OFF = "emergency called off"
    VERSION_PROPOSED = "version proposed"
    PROPOSAL_TAKEN_BACK = "proposal taken back"
    VERSION_PUBLISHED = "version published"
    VERSION_WITHDRAWN = "version withdrawn"
    ITEM_VOIDED = "question voided"
    ITEM_RESCORED = "question given another key"
    ITEM_RESTORED = "question restored"
    RESULT_CORRECTED = "result corrected"
    REFRESHER_ASSIGNED = "refresher assigned"
    ATTEMPT_GRANTED = "attempt granted"
    ACCOMMODATION_CHANGED = "accommodation changed"
    REFRESHER_CALLED_OFF = "refresher called off"
    DUE_MOVED = "due moved"
    FLAGS_ANSWERED = "flags answered"
    OVERRIDE_GIVEN = "override given"
    OVERRIDE_ENDED = "override ended"
    GATE_SET = "gate set"
    NEED_TO_KNOW_READ = "need-to-know read"
    EVIDENCE_PACKED = "evidence packed"
    PERSON_EXPORTED = "person exported"
    PERSON_ERASED = "person erased"
    KEPT_TOO_LONG_DELETED = "kept too long, deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one act of many changed about one person."""

    person: int
    before: Values | None
    after: Values | None
    was: Values | None
    """Name, e-mail and the like before it …"""
    now_is: Values | None
    """… and after it."""


def note(
    act: Act,
    *,
    by: int | None,
    at: datetime,
    person: int | None = None,
    about: str = "",
    before: Values | None = None,
    after: Values | None = None,
    identity: tuple[Values | None, Values | None] | None = None,
    reason: str = "",
) -> None:
    """Add an entry to the log. `identity`: name, e-mail and the like before and after; it needs `person`."""
    entry = AuditEntry(**_columns(act, by=by, at=at, person=person, about=about, reason=reason))
    entry.before, entry.after = _plain(before), _plain(after)
    db.session.add(entry)
    if identity is not None:
        db.session.flush()
        was, now_is = identity
        db.session.add(AuditIdentity(entry_id=entry.id, person_id=person, before=_plain(was), after=_plain(now_is)))


def note_each(act: Act, entries: Sequence[Entry], *, by: int | None, at: datetime, reason: str) -> None:
    """Add one entry for each person, in two statements however many there are."""
    rows = [
        _columns(act, by=by, at=at, person=each.person, about="", reason=reason)
        | {"before": _plain(each.before), "after": _plain(each.after)}
        for each in entries
    ]
    if not rows:
        return
    made = db.session.execute(insert(AuditEntry).returning(AuditEntry.person_id, AuditEntry.id), rows)
    ids = {person: entry_id for person, entry_id in made}
    identities = [
        {
            "entry_id": ids[each.person],
            "person_id": each.person,
            "before": _plain(each.was),
            "after": _plain(each.now_is),
        }
        for each in entries
        if each.was or each.now_is
    ]
    if identities:
        db.session.execute(insert(AuditIdentity), identities)


def origin() -> str:
    """Where the one who acts is: the address of the request, or `command`."""
    return (request.remote_addr or "")[:64] if has_request_context() else COMMAND


def _columns(act: Act, *, by: int | None, at: datetime, person: int | None, about: str, reason: str) -> dict[str, Any]:
    return {
        "act": act.value,
        "by": by,
        "at": at,
        "person_id": person,
        "about": about[:LONGEST_ABOUT],
        "origin": origin(),
        "reason": reason,
    }


def _plain(values: Values | None) -> dict[str, Any] | None:
    """JSON has no moments; they are written as ISO 8601."""
    if values is None:
        return None
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
