"""Who needs a policy, and by when, set by a person: appended, counted from its moment on. Holds actions."""

from datetime import datetime, timedelta

from sqlalchemy import select

from lms import auditing
from lms.auditing import Act
from lms.domain.settings import in_force
from lms.extensions import db, writing
from lms.library.formats import MAX_DAYS
from lms.models import Policy, RequirementSetting, SettingSource
from lms.models.histories import settings_of
from lms.policies import drafts
from lms.policies.refusals import SHORTEST_REASON, PolicyUnknown, RequirementRefused
from lms.policies.requirement_preview import changes_nothing, differences
from lms.policies.requirements import Requirement, newest, record

LONGEST_REASON = 2000
FARTHEST = timedelta(days=MAX_DAYS)
"""How far ahead settings may begin."""


@writing()
def set_requirement(
    slug: str,
    wanted: Requirement,
    *,
    from_at: datetime | None,
    reason: str,
    by: int,
    seen: int | None = None,
    now: datetime,
) -> bool:
    """Set what a policy asks of whom from a moment on (None: from now on); False when that is so already.

    `seen` names the settings that were the last ones for who decided this: when others came since, it is refused.
    Raises PolicyUnknown, RequirementRefused, and ContentRefused for a queue that does not exist.
    """
    policy = db.session.scalar(select(Policy).where(Policy.slug == slug))
    if policy is None:
        raise PolicyUnknown("There is no policy “%(slug)s”. Load its files first.", slug=slug)
    drafts.lock(policy.id)
    refuse_unless_sound(wanted, from_at=from_at, reason=reason, now=now)
    start = from_at or now
    settings = settings_of([policy.id])[policy.id]
    if changes_nothing(settings, wanted, start):
        return False
    last = newest(policy.id)
    if seen is not None and seen != (last.id if last else 0):
        raise RequirementRefused("Somebody set it since you looked at it. Look at what counts now, and decide again.")
    setting = record(
        policy.id, wanted, from_at=start, now=now, by=by, source=SettingSource.HAND, where=slug, reason=reason.strip()
    )
    begun = in_force(settings, start)
    _note(setting, slug, was=Requirement.of(begun) if begun else None, wanted=wanted, now=now)
    db.session.commit()
    return True


def _note(
    setting: RequirementSetting, slug: str, *, was: Requirement | None, wanted: Requirement, now: datetime
) -> None:
    changed = differences(was, wanted)
    auditing.note(
        Act.REQUIREMENT_SET,
        by=setting.recorded_by,
        at=now,
        about=slug,
        before={name: before for name, (before, _) in changed.items()} if was else None,
        after={"from_at": setting.from_at} | {name: after for name, (_, after) in changed.items()},
        reason=setting.reason,
    )


def refuse_unless_sound(wanted: Requirement, *, from_at: datetime | None, reason: str, now: datetime) -> None:
    """Raise RequirementRefused for settings that nobody can mean, or that would change what was."""
    if wanted.is_for_nobody:
        raise RequirementRefused("Nobody would need it. Choose at least one queue, or everybody.")
    if wanted.is_everybody and wanted.queues:
        raise RequirementRefused("Choose queues, or everybody, not both.")
    days = (wanted.onboarding_days, wanted.grace_days, wanted.window_days, wanted.reentry_days)
    lasts = 1 if wanted.valid_days is None else wanted.valid_days
    if not all(0 <= each <= MAX_DAYS for each in days) or not 1 <= lasts <= MAX_DAYS:
        raise RequirementRefused(
            "Write whole days from 0 to %(most)s; what somebody has shown counts for at least 1, or without end.",
            most=MAX_DAYS,
        )
    if wanted.valid_days is not None and wanted.window_days > wanted.valid_days:
        raise RequirementRefused(
            "It could be renewed before it is shown. Make the days of renewal at most %(valid)s, for which it counts.",
            valid=wanted.valid_days,
        )
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise RequirementRefused(
            "Say why, in %(least)s to %(most)s characters.", least=SHORTEST_REASON, most=LONGEST_REASON
        )
    _refuse_moment(from_at, now)


def _refuse_moment(from_at: datetime | None, now: datetime) -> None:
    if from_at is not None and from_at < now:
        raise RequirementRefused(
            "That moment has passed. What was required then cannot be changed afterwards: choose a moment that lies "
            "ahead, or none for now."
        )
    if from_at is not None and from_at > now + FARTHEST:
        raise RequirementRefused("Choose a moment within the next %(years)s years.", years=MAX_DAYS // 365)
