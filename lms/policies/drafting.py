"""Work on a draft until it is sent for approval: from the shelf, verdicts, emergency, proposal. Holds actions."""

from datetime import datetime

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.policies import Verdict
from lms.extensions import db, writing
from lms.library.shelf import ShelfPolicy
from lms.models import ChangeRow, ClauseRow, Version
from lms.policies import drafts
from lms.policies.conditions import refuse_missing_verdicts
from lms.policies.reading import changes_of, version_clauses
from lms.policies.refusals import (
    SHORTEST_REASON,
    EffectiveTooEarly,
    NotProposed,
    ReasonTooShort,
    VerdictMissing,
)
from lms.policies.shelving import keep_policy, script_of
from lms.policies.translating import keep_translations


@writing()
def load_policy(shelf_policy: ShelfPolicy, *, by: int, now: datetime) -> int:
    """Make or refresh a policy with its requirement from the shelf, without any version; returns its id."""
    policy, is_changed = keep_policy(shelf_policy, by=by, from_at=now, now=now)
    if is_changed:
        auditing.note(Act.POLICY_LOADED, by=by, at=now, about=policy.slug)
    db.session.commit()
    return policy.id


@writing()
def draft_from_shelf(shelf_policy: ShelfPolicy, number: int, *, by: int, now: datetime) -> int:
    """Make or refresh the draft of a policy from version `number` on the shelf; returns the id of the version.

    `by` becomes the author. Verdicts that the shelf records are taken; those given here are kept.
    """
    policy, _ = keep_policy(shelf_policy, by=by, from_at=now, now=now)
    version, is_changed = drafts.write_draft(policy, script_of(shelf_policy, number), author_id=by, now=now)
    if is_changed:
        auditing.note(Act.DRAFT_LOADED, by=by, at=now, about=f"{policy.slug} version {number}")
    keep_translations(policy, shelf_policy, by=by, now=now)
    db.session.commit()
    return version.id


@writing()
def decide(
    version_id: int,
    clause: str,
    *,
    verdict: Verdict,
    reason: str,
    by: int,
    is_link_confirmed: bool = False,
    now: datetime,
) -> None:
    """Say whether the meaning of one clause of a draft changed, and why; deciding again replaces what was said.

    `is_link_confirmed`: a person looked at which old clause it continues, and it is the right one.
    """
    version = _draft(version_id)
    drafts.refuse_while_with_approver(version)
    row = db.session.scalar(
        select(ChangeRow)
        .join(ClauseRow, ClauseRow.id == ChangeRow.clause_id)
        .where(ChangeRow.version_id == version_id, ClauseRow.slug == clause)
    )
    if row is None:
        raise VerdictMissing("Nothing happened to “%(clause)s” in this draft. Look at it again.", clause=clause)
    if not reason.strip():
        raise ReasonTooShort("Say in a few words why.")
    before = {"verdict": row.verdict, "reason": row.reason} if row.verdict else None
    row.verdict, row.reason, row.decided_by, row.decided_at = Verdict(verdict).value, reason.strip(), by, now
    if is_link_confirmed:
        row.links = [[name, similarity, True] for name, similarity, _ in row.links]
    after = {"clause": clause, "verdict": row.verdict, "reason": row.reason}
    auditing.note(Act.VERDICT_GIVEN, by=by, at=now, about=drafts.called(version), before=before, after=after)
    db.session.commit()


@writing()
def call_emergency(version_id: int, *, provisional_hours: int | None, by: int, now: datetime) -> None:
    """Make a draft an emergency, or an ordinary version again (None).

    An emergency follows the version in force and withdraws an upcoming one when it is published, so what changed is
    found anew; verdicts on changes that are still the same stay.
    """
    version = _draft(version_id)
    drafts.refuse_while_with_approver(version)
    was = drafts.version_before(version.policy_id, is_emergency=version.provisional_hours is not None, now=now)
    version.provisional_hours = provisional_hours
    version.author_id = by
    db.session.flush()
    if was is not None:
        drafts.compare_again(version, was=version_clauses(was.id), now=now)
    act = Act.EMERGENCY_CALLED_OFF if provisional_hours is None else Act.EMERGENCY_CALLED
    after = {"provisional_hours": provisional_hours}
    auditing.note(act, by=by, at=now, about=drafts.called(version), after=after)
    db.session.commit()


@writing()
def propose(
    version_id: int, *, effective_at: datetime | None, by: int, reason: str | None = None, now: datetime
) -> None:
    """Send a draft for approval; `by` is its author from now on. Sending it again unchanged changes nothing.

    `effective_at` None means as soon as it is approved; `reason` None keeps what the draft says. Raises VerdictMissing,
    ReasonTooShort, EffectiveTooEarly, DraftWithApprover.
    """
    version = _draft(version_id)
    reason = (version.reason if reason is None else reason).strip()
    wanted = {"effective_at": effective_at, "reason": reason, "author_id": by}
    if version.proposed_at is not None and all(getattr(version, name) == value for name, value in wanted.items()):
        return
    drafts.refuse_while_with_approver(version)
    refuse_missing_verdicts(changes_of([version_id])[version_id], version_clauses(version_id))
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort(
            "Say in %(shortest_reason)s characters or more why version %(number)s exists.",
            shortest_reason=SHORTEST_REASON,
            number=version.number,
        )
    base = drafts.version_before(version.policy_id, is_emergency=version.provisional_hours is not None, now=now)
    earliest = max(now, base.effective_at) if base and base.effective_at else now
    if effective_at is not None and effective_at < earliest:
        raise EffectiveTooEarly(
            "Choose a moment that lies ahead, and not before the version before it takes effect; or leave it empty."
        )
    for name, value in {**wanted, "proposed_at": now}.items():
        setattr(version, name, value)
    after = {"effective_at": effective_at}
    auditing.note(Act.VERSION_PROPOSED, by=by, at=now, about=drafts.called(version), after=after, reason=reason)
    db.session.commit()


@writing()
def take_back(version_id: int, *, by: int, now: datetime) -> None:
    """Take a draft back from its approver, or send it back as an approver; it can be changed again."""
    version = _draft(version_id)
    if version.proposed_at is not None:
        auditing.note(Act.PROPOSAL_TAKEN_BACK, by=by, at=now, about=drafts.called(version))
    version.proposed_at = None
    db.session.commit()


def _draft(version_id: int) -> Version:
    version = drafts.locked(version_id)
    if version is None or version.published_at is not None:
        raise NotProposed("This draft is published or gone. Look at the policy again.")
    return version
