"""Publication: everything of a draft is frozen, and the version is there for everybody. Holds actions.

Rows written do not grow with the number of people. What must hold before is in `conditions.py`.
"""

from datetime import datetime

from sqlalchemy import select, update

from lms import auditing
from lms.auditing import Act
from lms.extensions import db, writing
from lms.models import ChangeRow, Policy, Version
from lms.policies import drafts
from lms.policies.conditions import refuse_out_of_order, refuse_unless_publishable
from lms.policies.people import person_by_email
from lms.policies.reading import version_clauses
from lms.policies.refusals import AlreadyPublished, NothingToWithdraw, NotProposed, PolicyUnknown


def publish(version: Version, *, approver_id: int, at: datetime, recorded_at: datetime | None = None) -> None:
    """Freeze a draft as published, and (unless said otherwise) recorded, at `at`; does not commit.

    It takes effect at its `effective_at`, or at once where it has none. An emergency withdraws upcoming versions first.
    Raises PublicationRefused.
    """
    policy = db.session.get_one(Policy, version.policy_id)
    refuse_out_of_order(version, expected=drafts.next_number(policy.id))
    is_emergency = version.provisional_hours is not None
    effective_at = version.effective_at or at
    refuse_unless_publishable(
        policy,
        version,
        base=drafts.version_before(policy.id, is_emergency=is_emergency, now=at),
        approver_id=approver_id,
        at=at,
        effective_at=effective_at,
    )
    if is_emergency:
        _withdraw_upcoming(policy.id, at)
    db.session.execute(
        update(ChangeRow)
        .where(ChangeRow.version_id == version.id, ChangeRow.decided_by.is_(None))
        .values(decided_by=version.author_id, decided_at=at)
    )
    version.approver_id = approver_id
    version.effective_at = effective_at
    version.recorded_at = recorded_at or at
    version.proposed_at = version.proposed_at or at
    db.session.flush()
    version.published_at = at  # last: from here on the triggers keep it as it is
    db.session.flush()


def _withdraw_upcoming(policy_id: int, at: datetime) -> None:
    db.session.execute(
        update(Version)
        .where(
            Version.policy_id == policy_id,
            Version.published_at.is_not(None),
            Version.withdrawn_at.is_(None),
            Version.effective_at > at,
        )
        .values(withdrawn_at=at, withdrawn_recorded_at=at)
    )


@writing()
def approve(version_id: int, *, by: int, proposed_at: datetime | None = None, now: datetime) -> int:
    """Publish a draft that was sent for approval, and return its number; approving it twice publishes it once.

    `proposed_at` names the proposal that the approver saw: one sent since is refused. Raises NotProposed,
    AlreadyPublished and other PublicationRefused.
    """
    version = drafts.locked(version_id)
    if version is None:
        raise NotProposed("This draft is gone. Look at the policy again.")
    if version.published_at is not None:
        if version.approver_id == by:
            return version.number
        raise AlreadyPublished(
            "Version %(number)s was published already, approved by somebody else.", number=version.number
        )
    if version.proposed_at is None or (proposed_at is not None and proposed_at != version.proposed_at):
        raise NotProposed("It changed since you saw it, or was taken back. Look at it again before you approve.")
    publish(version, approver_id=by, at=now)
    _note_publication(version, by=by, now=now)
    db.session.commit()
    return version.number


@writing()
def publish_draft(slug: str, *, by: str, approved_by: str, effective_at: datetime | None = None, now: datetime) -> int:
    """Publish the draft of a policy as written by one and approved by another person, named by e-mail; its number.

    It takes effect at once where `effective_at` is None, whatever was proposed.
    Raises PolicyUnknown, PersonUnknown, NotProposed when there is no draft, and other PublicationRefused.
    """
    policy = db.session.scalar(select(Policy).where(Policy.slug == slug))
    if policy is None:
        raise PolicyUnknown("There is no policy “%(slug)s”. Load its files first.", slug=slug)
    drafts.lock(policy.id)
    version = drafts.draft_of(policy.id)
    if version is None:
        raise NotProposed("“%(title)s” has no draft. Load the files of its next version first.", title=policy.title)
    version.author_id = person_by_email(by, where="--by")
    version.effective_at = effective_at
    approver_id = person_by_email(approved_by, where="--approved-by")
    publish(version, approver_id=approver_id, at=now)
    _note_publication(version, by=approver_id, now=now)
    db.session.commit()
    return version.number


@writing()
def withdraw(version_id: int, *, by: int, now: datetime) -> None:
    """Withdraw the newest version before it takes effect; a draft is held against the version before it again.

    Withdrawing it twice changes nothing. Raises NothingToWithdraw.
    """
    version = drafts.locked(version_id)
    if version is None or version.published_at is None:
        raise NothingToWithdraw("There is no such version.")
    if version.withdrawn_at is not None:
        return
    newest = drafts.version_before(version.policy_id, is_emergency=False, now=now)
    if newest is None or newest.id != version.id or version.effective_at is None or version.effective_at <= now:
        raise NothingToWithdraw(
            "Version %(number)s cannot be withdrawn: only the newest can be, before it takes effect. Publish "
            "the next version instead.",
            number=version.number,
        )
    version.withdrawn_at = version.withdrawn_recorded_at = now
    db.session.flush()
    draft = drafts.draft_of(version.policy_id)
    if draft is not None:
        drafts.compare_again(draft, was=version_clauses(version.id), now=now)
    before = {"effective_at": version.effective_at}
    auditing.note(Act.VERSION_WITHDRAWN, by=by, at=now, about=drafts.called(version), before=before)
    db.session.commit()


def _note_publication(version: Version, *, by: int, now: datetime) -> None:
    auditing.note(
        Act.VERSION_PUBLISHED,
        by=by,
        at=now,
        person=version.author_id,
        about=drafts.called(version),
        after={"effective_at": version.effective_at, "digest": version.digest},
        reason=version.reason,
    )
