"""From rows to the values that the rules take: policy histories and person histories, in a fixed number of statements.

Everything recorded is given; what was known when is for the rules to say.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, bindparam, select

from lms.domain import records
from lms.domain.policies import Sort, Verdict
from lms.extensions import db
from lms.models.organisation import Queue
from lms.models.person_histories import person_histories
from lms.models.policies import (
    ChangeRow,
    ClauseRow,
    Policy,
    RequirementQueue,
    RequirementSetting,
    Version,
    VersionClause,
)

# Who stands where is asked all day. Making a statement and making an object both cost more than reading a row, so the
# statements are made once, and read columns.
_POLICIES = select(Policy.id, Policy.slug, Policy.retired_at, Policy.retired_recorded_at).order_by(Policy.slug)
_SETTINGS = (
    select(*RequirementSetting.__table__.columns)
    .where(RequirementSetting.policy_id.in_(bindparam("policies")))
    .order_by(RequirementSetting.id)
)
_SETTING_QUEUES = (
    select(RequirementQueue.setting_id, Queue.slug)
    .join(Queue, Queue.id == RequirementQueue.queue_id)
    .where(RequirementQueue.setting_id.in_(bindparam("settings")))
)
_VERSIONS = (
    select(
        Version.id,
        Version.policy_id,
        Version.number,
        Version.published_at,
        Version.effective_at,
        Version.recorded_at,
        Version.grace_days,
        Version.provisional_hours,
        Version.withdrawn_at,
        Version.withdrawn_recorded_at,
    )
    .where(Version.policy_id.in_(bindparam("policies")), Version.published_at.is_not(None))
    .order_by(Version.number)
)
_CLAUSES = (
    select(
        VersionClause.version_id,
        ClauseRow.slug,
        VersionClause.queues,
        VersionClause.text_hash,
        VersionClause.is_need_to_know,
    )
    .join(ClauseRow, ClauseRow.id == VersionClause.clause_id)
    .where(VersionClause.version_id.in_(bindparam("versions")))
    .order_by(VersionClause.version_id, VersionClause.position)
)
_CHANGES = (
    select(
        ChangeRow.version_id,
        ChangeRow.sorts,
        ChangeRow.links,
        ChangeRow.gained_queues,
        ChangeRow.verdict,
        ClauseRow.slug,
    )
    .join(ClauseRow, ClauseRow.id == ChangeRow.clause_id)
    .where(ChangeRow.version_id.in_(bindparam("versions")))
    .order_by(ChangeRow.id)
)

__all__ = ["person_histories", "policy_histories", "settings_of", "version_record"]


def policy_histories(slugs: Collection[str] | None = None) -> dict[str, records.PolicyHistory]:
    """Published versions and dated settings of each policy, by slug; six statements however many there are."""
    query = _POLICIES if slugs is None else _POLICIES.where(Policy.slug.in_(slugs))
    policies = db.session.execute(query).all()
    ids = [policy.id for policy in policies]
    versions = _versions(ids)
    settings = settings_of(ids)
    return {
        policy.slug: records.PolicyHistory(
            slug=policy.slug,
            settings=tuple(settings[policy.id]),
            versions=tuple(versions[policy.id]),
            retired_at=policy.retired_at,
            retired_recorded_at=policy.retired_recorded_at,
        )
        for policy in policies
    }


def settings_of(policy_ids: Sequence[int]) -> dict[int, list[records.Settings]]:
    """Dated settings of policies in the order in which they were written; two statements."""
    rows = db.session.execute(_SETTINGS, {"policies": policy_ids}).all()
    queues: dict[int, set[str]] = defaultdict(set)
    for setting_id, slug in db.session.execute(_SETTING_QUEUES, {"settings": [row.id for row in rows]}):
        queues[setting_id].add(slug)
    made: dict[int, list[records.Settings]] = defaultdict(list)
    for row in rows:
        made[row.policy_id].append(
            records.Settings(
                from_at=row.from_at,
                recorded_at=row.recorded_at,
                queues=frozenset(queues[row.id]),
                is_everybody=row.is_everybody,
                onboarding_days=row.onboarding_days,
                grace_days=row.grace_days,
                valid_days=row.valid_days,
                window_days=row.window_days,
                reentry_days=row.reentry_days,
            )
        )
    return made


def _versions(policy_ids: Sequence[int]) -> dict[int, list[records.Version]]:
    versions = db.session.execute(_VERSIONS, {"policies": policy_ids}).all()
    ids = {"versions": [version.id for version in versions]}
    clauses: dict[int, list[records.PinnedClause]] = defaultdict(list)
    for version_id, slug, queues, text_hash, is_secret in db.session.execute(_CLAUSES, ids):
        clauses[version_id].append(
            records.PinnedClause(id=slug, queues=frozenset(queues), text_hash=text_hash, is_need_to_know=is_secret)
        )
    changes: dict[int, list[records.VersionChange]] = defaultdict(list)
    for row in db.session.execute(_CHANGES, ids):
        changes[row.version_id].append(_change(row))
    made: dict[int, list[records.Version]] = defaultdict(list)
    for version in versions:
        made[version.policy_id].append(
            version_record(version, clauses=clauses[version.id], changes=changes[version.id])
        )
    return made


def _change(row: Row) -> records.VersionChange:
    return records.VersionChange(
        clause=row.slug,
        predecessors=tuple(link[0] for link in row.links),
        is_material=row.verdict == Verdict.MATERIAL,
        is_removal=Sort.REMOVED in row.sorts,
        gained_queues=frozenset(row.gained_queues),
    )


def version_record(
    version: Version | Row,
    *,
    clauses: Iterable[records.PinnedClause],
    changes: Iterable[records.VersionChange],
    published_at: datetime | None = None,
    effective_at: datetime | None = None,
) -> records.Version:
    """A version as the rules see it; a draft is given the moments it would be published and effective at."""
    shown, governs = published_at or version.published_at, effective_at or version.effective_at
    if shown is None or governs is None:
        raise ValueError("A draft has no moments of its own; say when it would be published and effective.")
    hours = version.provisional_hours
    return records.Version(
        number=version.number,
        published_at=shown,
        effective_at=governs,
        recorded_at=shown if published_at else version.recorded_at,
        clauses=tuple(clauses),
        changes=tuple(changes),
        grace_days=version.grace_days,
        provisional_until=governs + timedelta(hours=hours) if hours else None,
        withdrawn_at=version.withdrawn_at,
        withdrawn_recorded_at=version.withdrawn_recorded_at,
    )
