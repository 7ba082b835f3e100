"""Who needs a policy, by when, since when and who said so: the settings with the times in which they are in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.domain import records
from lms.domain.intervals import FOREVER, Interval
from lms.domain.settings import terms
from lms.extensions import db
from lms.models import Policy, Queue, RequirementSetting, SettingSource, Version
from lms.models.closed import is_open
from lms.models.histories import settings_of
from lms.policies.people import names_of
from lms.policies.queries import ERASED
from lms.policies.requirements import Requirement

IN_FORCE, UPCOMING, PAST, TAKEN_BACK = "in force", "upcoming", "past", "taken back"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """Settings as they were recorded."""

    setting_id: int
    requirement: Requirement
    from_at: datetime
    until: datetime | None
    """When others take their place; None when that is not known to happen."""
    is_taken_back: bool
    """Others were recorded later from the same or an earlier moment: they never come into force."""
    recorded_at: datetime
    by: str
    is_by_hand: bool
    reason: str

    def state(self, now: datetime) -> str:
        """How they stand, in a word."""
        if self.is_taken_back:
            return TAKEN_BACK
        if self.from_at > now:
            return UPCOMING
        return IN_FORCE if self.until is None or self.until > now else PAST


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementState:
    """The requirement of one policy."""

    policy_id: int
    slug: str
    title: str
    timezone: str
    retired_at: datetime | None
    is_need_to_know: bool
    is_published: bool
    has_version: bool
    """A draft counts."""
    lines: tuple[SettingLine, ...]
    """Last recorded first."""
    settings: tuple[records.Settings, ...]
    """The same as the rules take them."""
    queues: Mapping[str, str]
    """Every queue there is: slug to name, by name."""
    offered: Mapping[str, str]
    """Those of them that are open."""

    @property
    def seen(self) -> int:
        """What tells whether anything was recorded since; 0 before there is any."""
        return self.lines[0].setting_id if self.lines else 0

    def current(self, now: datetime) -> SettingLine | None:
        """What is in force."""
        return next((line for line in self.lines if line.state(now) == IN_FORCE), None)

    def coming(self, now: datetime) -> tuple[SettingLine, ...]:
        """What will be in force, in that order."""
        upcoming = (line for line in self.lines if line.state(now) == UPCOMING)
        return tuple(sorted(upcoming, key=lambda line: line.from_at))

    def names(self, requirement: Requirement) -> list[str]:
        """The queues that are served by name."""
        return [name for slug, name in self.queues.items() if slug in requirement.queues]

    def base(self, at: datetime) -> Requirement:
        """What a change from `at` on begins with: what is in force then, else what comes first, else the usual days."""
        line = self.current(at) or next(iter(self.coming(at)), None)
        return line.requirement if line else Requirement(queues=frozenset())


def requirement_state(slug: str) -> RequirementState | None:
    """The requirement of a policy with all that was ever set, or None for no such policy; seven statements."""
    policy = db.session.execute(select(Policy).where(Policy.slug == slug)).scalar()
    if policy is None:
        return None
    versions, published = db.session.execute(
        select(func.count(Version.id), func.count(Version.published_at)).where(Version.policy_id == policy.id)
    ).one()
    queues = db.session.execute(select(Queue.slug, Queue.name, is_open(Queue)).order_by(Queue.name, Queue.slug)).all()
    settings = tuple(settings_of([policy.id])[policy.id])
    return RequirementState(
        policy_id=policy.id,
        slug=policy.slug,
        title=policy.title,
        timezone=policy.timezone,
        retired_at=policy.retired_at,
        is_need_to_know=policy.is_need_to_know,
        is_published=bool(published),
        has_version=bool(versions),
        lines=_lines(policy.id, settings),
        settings=settings,
        queues={queue: name for queue, name, _ in queues},
        offered={queue: name for queue, name, is_offered in queues if is_offered},
    )


def _lines(policy_id: int, settings: tuple[records.Settings, ...]) -> tuple[SettingLine, ...]:
    rows = db.session.scalars(
        select(RequirementSetting).where(RequirementSetting.policy_id == policy_id).order_by(RequirementSetting.id)
    ).all()
    names = names_of([row.recorded_by for row in rows])
    times = {id(each): time for each, time in terms(settings)}
    lines = [_line(row, each, times.get(id(each)), names) for row, each in zip(rows, settings, strict=True)]
    return tuple(sorted(lines, key=lambda line: (line.recorded_at, line.setting_id), reverse=True))


def _line(
    row: RequirementSetting, settings: records.Settings, time: Interval | None, names: Mapping[int, str]
) -> SettingLine:
    return SettingLine(
        setting_id=row.id,
        requirement=Requirement.of(settings),
        from_at=row.from_at,
        until=time.end if time and time.end != FOREVER else None,
        is_taken_back=time is None,
        recorded_at=row.recorded_at,
        by=names.get(row.recorded_by, ERASED),
        is_by_hand=row.source is SettingSource.HAND,
        reason=row.reason,
    )
