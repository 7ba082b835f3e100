"""What a policy asks of whom: the dated settings of its requirement, written when they are new or different.

Nothing here commits.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from lms.extensions import db
from lms.models import Queue, RequirementQueue, RequirementSetting
from lms.models.closed import is_open
from lms.policies.refusals import ContentRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """The settings of a requirement without their dates."""

    queues: frozenset[str]
    is_everybody: bool = False
    onboarding_days: int = 14
    grace_days: int = 7
    valid_days: int | None = None
    window_days: int = 0
    reentry_days: int = 90

    @property
    def is_for_nobody(self) -> bool:
        """True when it serves no queue and not everybody."""
        return not self.queues and not self.is_everybody


def requirement_of(policy_id: int) -> Requirement | None:
    """The settings recorded last, or None for a policy without a requirement yet; two statements."""
    row = db.session.scalar(
        select(RequirementSetting)
        .where(RequirementSetting.policy_id == policy_id)
        .order_by(RequirementSetting.recorded_at.desc(), RequirementSetting.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    queues = db.session.scalars(
        select(Queue.slug)
        .join(RequirementQueue, RequirementQueue.queue_id == Queue.id)
        .where(RequirementQueue.setting_id == row.id)
    )
    return Requirement(
        queues=frozenset(queues),
        is_everybody=row.is_everybody,
        onboarding_days=row.onboarding_days,
        grace_days=row.grace_days,
        valid_days=row.valid_days,
        window_days=row.window_days,
        reentry_days=row.reentry_days,
    )


def settle(policy_id: int, wanted: Requirement, *, by: int, where: str, from_at: datetime) -> bool:
    """Record a requirement from a moment on unless it is what was recorded last; True when it was recorded.

    Raises ContentRefused, naming `where`, for a queue that does not exist.
    """
    if requirement_of(policy_id) == wanted:
        return False
    ids = queue_ids(wanted.queues, where=where)
    setting = RequirementSetting(
        policy_id=policy_id,
        from_at=from_at,
        recorded_at=from_at,
        recorded_by=by,
        is_everybody=wanted.is_everybody,
        onboarding_days=wanted.onboarding_days,
        grace_days=wanted.grace_days,
        valid_days=wanted.valid_days,
        window_days=wanted.window_days,
        reentry_days=wanted.reentry_days,
    )
    db.session.add(setting)
    db.session.flush()
    if ids:
        rows = [{"setting_id": setting.id, "queue_id": queue_id} for queue_id in sorted(ids.values())]
        db.session.execute(insert(RequirementQueue), rows)
    return True


def queue_ids(slugs: frozenset[str], *, where: str) -> dict[str, int]:
    """Row ids of queues by slug; raises ContentRefused, naming `where`, when one does not exist or is closed."""
    # Locked, so that nobody closes one between our look and our write.
    rows = select(Queue.slug, Queue.id).where(Queue.slug.in_(slugs)).with_for_update(read=True)
    found = dict(db.session.execute(rows).all())
    for slug in sorted(slugs - found.keys()):
        raise ContentRefused(
            "%(where)s: there is no queue “%(slug)s”. Mend its name, or add the queue first.", where=where, slug=slug
        )
    for slug in db.session.scalars(select(Queue.slug).where(Queue.slug.in_(slugs), ~is_open(Queue)).limit(1)):
        raise ContentRefused(
            "%(where)s: the queue “%(slug)s” is closed. Take it out, or open the queue again first.",
            where=where,
            slug=slug,
        )
    return found
