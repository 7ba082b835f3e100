"""Queries for the list of the questions of a policy, and for which of their clauses are need-to-know."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from lms.domain.correcting import CorrectionKind
from lms.domain.quizzes import Item
from lms.extensions import db
from lms.models import (
    Attempt,
    AttemptState,
    ClauseRow,
    ItemCorrection,
    ItemRevision,
    Policy,
    Version,
    VersionClause,
    VersionItem,
)
from lms.models.asked import asked_items
from lms.models.corrections import last_correction
from lms.policies.queries import keyless


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One text of a question."""

    revision_id: int
    item: Item
    """Without its key."""
    versions: tuple[int, ...]
    """In which it was published."""
    handed_in: int
    """Attempts that asked it."""
    going_on: int
    state: CorrectionKind | None
    """How it was corrected last; None where it never was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The questions of a policy."""

    slug: str
    title: str
    is_need_to_know: bool
    newest: int
    """Number of the newest published version; 0 without one."""
    lines: tuple[ItemLine, ...]
    secret: frozenset[str]
    """Clauses of these questions that are need-to-know."""


def items_of(slug: str, *, owner: int) -> Items | None:
    """Every question of the published versions of a policy of this owner's, by name; None for none. Four statements."""
    policy = db.session.execute(select(Policy).where(Policy.slug == slug, Policy.owner_id == owner)).scalar()
    if policy is None:
        return None
    versions: dict[int, list[int]] = defaultdict(list)
    for item_id, number in db.session.execute(
        select(VersionItem.item_id, Version.number)
        .join(Version, Version.id == VersionItem.version_id)
        .where(Version.policy_id == policy.id, Version.published_at.is_not(None))
        .order_by(Version.number)
    ):
        versions[item_id].append(number)
    lines = tuple(line for line in _lines(policy.id, versions) if line.versions)
    return Items(
        slug=policy.slug,
        title=policy.title,
        is_need_to_know=policy.is_need_to_know,
        newest=max((number for numbers in versions.values() for number in numbers), default=0),
        lines=lines,
        secret=secret_among(policy.id, {clause for line in lines for clause in line.item.clauses}),
    )


def _lines(policy_id: int, versions: dict[int, list[int]]) -> list[ItemLine]:
    def attempts(state: AttemptState) -> object:
        return func.count(Attempt.id).filter(Attempt.state == state).label(state.value)

    at_policy = select(Attempt.id).where(Attempt.policy_id == policy_id)
    asked = asked_items(lambda table: table.attempt_id.in_(at_policy))
    counted = (
        select(asked.c.item_id, attempts(AttemptState.SUBMITTED), attempts(AttemptState.OPEN))
        .join(Attempt, Attempt.id == asked.c.attempt_id)
        .group_by(asked.c.item_id)
        .subquery()
    )
    rows = db.session.execute(
        select(ItemRevision, counted.c.submitted, counted.c.open, ItemCorrection.kind)
        .outerjoin(counted, counted.c.item_id == ItemRevision.id)
        .outerjoin(ItemCorrection, last_correction(ItemRevision.id))
        .where(ItemRevision.policy_id == policy_id)
        .order_by(ItemRevision.slug, ItemRevision.id)
    )
    return [
        ItemLine(
            revision_id=revision.id,
            item=keyless(revision.question),
            versions=tuple(versions.get(revision.id, ())),
            handed_in=handed_in or 0,
            going_on=going_on or 0,
            state=kind,
        )
        for revision, handed_in, going_on, kind in rows
    ]


def secret_among(policy_id: int, clauses: Collection[str]) -> frozenset[str]:
    """Those of these clauses that some published version marks as need-to-know; one statement."""
    return frozenset(
        db.session.scalars(
            select(ClauseRow.slug)
            .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
            .join(Version, Version.id == VersionClause.version_id)
            .where(
                ClauseRow.policy_id == policy_id,
                ClauseRow.slug.in_(clauses),
                VersionClause.is_need_to_know,
                Version.published_at.is_not(None),
            )
            .distinct()
        )
    )
