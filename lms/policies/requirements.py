"""What a policy asks of whom: the dated settings of its requirement, those of files written when the files changed.

Nothing here commits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import insert, select

from lms.domain import records
from lms.domain.intervals import INSTANT
from lms.domain.settings import in_force, terms
from lms.extensions import db
from lms.models import Queue, RequirementQueue, RequirementSetting, SettingSource
from lms.models.closed import is_open
from lms.models.histories import settings_of
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

    @classmethod
    def of(cls, settings: records.Settings) -> Self:
        """What dated settings ask."""
        return cls(**{name: getattr(settings, name) for name in cls.__dataclass_fields__})

    @property
    def is_for_nobody(self) -> bool:
        """True when it serves no queue and not everybody."""
        return not self.queues and not self.is_everybody

    @property
    def values(self) -> dict[str, object]:
        """Every setting by its name, queues in order."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return named | {"queues": sorted(self.queues)}

    def dated(self, *, from_at: datetime, recorded_at: datetime) -> records.Settings:
        """The same as the rules take it."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return records.Settings(from_at=from_at, recorded_at=recorded_at, **named)


def requirement_of(policy_id: int, *, source: SettingSource | None = None) -> Requirement | None:
    """The settings recorded last, by anybody or by one source, or None before there were any; two statements."""
    row = newest(policy_id, source=source)
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


def requirement_at(policy_id: int, at: datetime) -> Requirement | None:
    """The settings in force at a moment; before there were any, the first that come; two statements."""
    settings = settings_of([policy_id])[policy_id]
    found = in_force(settings, at) or next((each for each, _ in terms(settings)), None)
    return Requirement.of(found) if found else None


def newest(policy_id: int, *, source: SettingSource | None = None) -> RequirementSetting | None:
    """The row recorded last, by anybody or by one source."""
    query = select(RequirementSetting).where(RequirementSetting.policy_id == policy_id)
    if source is not None:
        query = query.where(RequirementSetting.source == source)
    return db.session.scalar(
        query.order_by(RequirementSetting.recorded_at.desc(), RequirementSetting.id.desc()).limit(1)
    )


def settle(policy_id: int, wanted: Requirement, *, by: int, where: str, from_at: datetime) -> bool:
    """Record what files ask from a moment on, unless it is what they said last; True when it was recorded.

    What a person set since stays as long as the files say the same as before. Raises ContentRefused, naming `where`,
    for a queue that does not exist.
    """
    if requirement_of(policy_id, source=SettingSource.FILES) == wanted:
        return False
    record(policy_id, wanted, from_at=from_at, now=from_at, by=by, source=SettingSource.FILES, where=where)
    return True


def kept_by_hand(policy_id: int, wanted: Requirement) -> datetime | None:
    """When a person set what counts instead of what files want, or None when the files are followed."""
    row = newest(policy_id)
    is_kept = row is not None and row.source is SettingSource.HAND and requirement_of(policy_id) != wanted
    return row.recorded_at if row is not None and is_kept else None


def record(
    policy_id: int,
    wanted: Requirement,
    *,
    from_at: datetime,
    now: datetime,
    by: int,
    source: SettingSource,
    where: str,
    reason: str = "",
) -> RequirementSetting:
    """Append settings, recorded after all there are: what is recorded last counts. Raises ContentRefused."""
    ids = queue_ids(wanted.queues, where=where)
    last = newest(policy_id)
    recorded_at = now if last is None else max(now, last.recorded_at + INSTANT)
    setting = RequirementSetting(
        policy_id=policy_id,
        from_at=max(from_at, recorded_at),
        recorded_at=recorded_at,
        recorded_by=by,
        is_everybody=wanted.is_everybody,
        onboarding_days=wanted.onboarding_days,
        grace_days=wanted.grace_days,
        valid_days=wanted.valid_days,
        window_days=wanted.window_days,
        reentry_days=wanted.reentry_days,
        source=source,
        reason=reason,
    )
    db.session.add(setting)
    db.session.flush()
    if ids:
        rows = [{"setting_id": setting.id, "queue_id": queue_id} for queue_id in sorted(ids.values())]
        db.session.execute(insert(RequirementQueue), rows)
    return setting


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
