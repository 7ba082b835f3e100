"""Queries for what one person has to learn of one policy: what the rules say, or what a coach assigned.

Whole module, delta and refresher are the same thing with another set of clauses. Source: domain.md section 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row, Select, select

from lms.domain.learning import ToLearn, named_for, to_learn
from lms.domain.records import PersonHistory, PolicyHistory, Version
from lms.extensions import db
from lms.models import Identity, Policy, Refresher, RefresherEnd
from lms.models.histories import person_histories, policy_histories


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedRefresher:
    """Extra training for named clauses, as its person sees it."""

    id: int
    policy: str
    title: str
    """Of the policy."""
    clauses: tuple[str, ...]
    """As the coach named them."""
    due_at: datetime
    note: str
    from_whom: str
    is_blocking: bool
    assigned_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a person has to learn of a policy, with the histories that it follows from."""

    learn: ToLearn
    refresher: AssignedRefresher | None
    policy: PolicyHistory
    person: PersonHistory

    @property
    def clauses(self) -> tuple[str, ...]:
        """Ids of the clauses to learn; empty when there is nothing to do."""
        return self.learn.clauses

    @property
    def refresher_id(self) -> int | None:
        """The refresher it is for, if any."""
        return self.refresher.id if self.refresher else None


def assignment(person_id: int, slug: str, *, refresher_id: int | None = None, now: datetime) -> Assignment | None:
    """What this person has to learn of a policy now; None for an unknown policy or somebody else's refresher.

    Fifteen statements, one more for a refresher. A refresher that is over asks nothing.
    """
    refresher = refresher_of(person_id, refresher_id) if refresher_id is not None else None
    if refresher_id is not None and (refresher is None or refresher.policy != slug):
        return None
    policy = policy_histories([slug]).get(slug)
    if policy is None or newest(policy, now) is None:
        return None
    person = person_histories([person_id])[person_id]
    return assigned(policy, person, refresher=refresher, now=now)


def assigned(
    policy: PolicyHistory, person: PersonHistory, *, refresher: AssignedRefresher | None = None, now: datetime
) -> Assignment:
    """What follows from histories that are loaded."""
    if refresher is None:
        learn = to_learn(policy, person, at=now, known_at=now)
    else:
        learn = _readable(_refreshed(policy, refresher, now), policy, person, now)
    return Assignment(learn=learn, refresher=refresher, policy=policy, person=person)


def live(policy: PolicyHistory, now: datetime) -> list[Version]:
    """Its published versions that were not withdrawn before they took effect, oldest first."""
    shown = (
        each
        for each in policy.versions
        if each.published_at <= now and (each.withdrawn_at is None or each.withdrawn_at >= each.effective_at)
    )
    return sorted(shown, key=lambda version: version.number)


def newest(policy: PolicyHistory, now: datetime) -> Version | None:
    """The newest published version, on which everything is proven."""
    return max(live(policy, now), key=lambda version: version.number, default=None)


def in_force(policy: PolicyHistory, now: datetime) -> Version | None:
    """The newest version that is effective."""
    effective = (each for each in live(policy, now) if each.effective_at <= now)
    return max(effective, key=lambda version: version.number, default=None)


def open_refreshers(person_id: int) -> list[AssignedRefresher]:
    """Those that were neither passed nor called off, due first; one statement."""
    rows = db.session.execute(
        _refreshers(person_id).where(RefresherEnd.refresher_id.is_(None)).order_by(Refresher.due_at, Refresher.id)
    )
    return [_refresher(row) for row in rows]


def refresher_of(person_id: int, refresher_id: int) -> AssignedRefresher | None:
    """One of this person's, open or over; one statement."""
    row = db.session.execute(_refreshers(person_id).where(Refresher.id == refresher_id)).first()
    return _refresher(row) if row else None


def _refreshers(person_id: int) -> Select:
    return (
        select(Refresher, Policy.slug, Policy.title, Identity.name, RefresherEnd.ended_at)
        .join(Policy, Policy.id == Refresher.policy_id)
        .outerjoin(Identity, Identity.person_id == Refresher.assigned_by)
        .outerjoin(RefresherEnd, RefresherEnd.refresher_id == Refresher.id)
        .where(Refresher.person_id == person_id)
    )


def _refresher(row: Row) -> AssignedRefresher:
    refresher, slug, title, name, ended_at = row
    return AssignedRefresher(
        id=refresher.id,
        policy=slug,
        title=title,
        clauses=tuple(refresher.clauses),
        due_at=refresher.due_at,
        note=refresher.note,
        from_whom=name or "",
        is_blocking=refresher.is_blocking,
        assigned_at=refresher.assigned_at,
        ended_at=ended_at,
    )


def _refreshed(policy: PolicyHistory, refresher: AssignedRefresher, now: datetime) -> ToLearn:
    """The clauses of a refresher as they are called now, and what becomes of them in a version that is coming."""
    versions = live(policy, now)
    target, required = versions[-1], in_force(policy, now)
    is_over = refresher.ended_at is not None or (policy.retired_at is not None and policy.retired_at <= now)
    alive, going = _descendants(versions, refresher, until=target), set[str]()
    changing = set[str]()
    if required and required.number < target.number:
        hashes = {clause.id: clause.text_hash for clause in required.clauses}
        going = {clause for clause in _descendants(versions, refresher, until=required) if not _goes_on(clause, target)}
        changing = going | {
            each.id for each in target.clauses if each.id in alive and each.text_hash != hashes.get(each.id)
        }
    ordered = [clause.id for clause in target.clauses if clause.id in alive] + sorted(going)
    return ToLearn(
        required=required.number if required else None,
        version=target.number,
        effective_at=target.effective_at if target.effective_at > now else None,
        clauses=() if is_over else tuple(ordered),
        unlearnings=frozenset(going),
        changing=frozenset(changing),
        covered_before=frozenset(alive),
        is_whole=False,
    )


def _readable(learn: ToLearn, policy: PolicyHistory, person: PersonHistory, now: datetime) -> ToLearn:
    """Without the clauses that are need-to-know and are not for this person, or no longer."""
    marked = {clause.id for version in live(policy, now) for clause in version.clauses if clause.is_need_to_know}
    if marked.isdisjoint(learn.clauses) or learn.version is None:
        return learn
    mine = named_for(policy, person, version=learn.version, at=now, known_at=now)
    return replace(learn, clauses=tuple(each for each in learn.clauses if each not in marked or each in mine))


def _goes_on(clause: str, version: Version) -> bool:
    named = {name for change in version.changes for name in change.predecessors if not change.is_removal}
    return clause in named or any(each.id == clause for each in version.clauses)


def _descendants(versions: Iterable[Version], refresher: AssignedRefresher, *, until: Version) -> set[str]:
    """What the clauses that a coach named became by a version: themselves, their parts, what they were merged into."""
    found: set[str] = set()
    for version in versions:
        if version.number > until.number:
            break
        changes = {change.clause: change.predecessors for change in version.changes if not change.is_removal}
        is_known = version.published_at <= refresher.assigned_at
        found = {
            clause.id
            for clause in version.clauses
            if found.intersection(changes.get(clause.id) or (clause.id,))
            or (is_known and clause.id in refresher.clauses)
        }
    return found
