"""What publishing a draft would do to people: standings as things are, and as if it were published. Nothing is written.

The rules are in `lms.domain.standing`; here they are asked twice for everybody who works in a queue it serves.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from lms.domain import records
from lms.domain.modules import assemble
from lms.domain.standing import State
from lms.everybody.intervals import Indexes
from lms.everybody.telling import everybody, states
from lms.extensions import db
from lms.models import Version
from lms.models.histories import policy_histories, version_record
from lms.models.person_histories import person_histories
from lms.policies.judging import DraftPage, is_material
from lms.policies.queries import PolicyState
from lms.policies.reading import rules_of
from lms.readiness.queries import Member, members


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueImpact:
    """One queue at the moment in which the draft would take effect."""

    name: str
    people: int
    """Of whom something is required then, in either case."""
    ready_before: int
    """As things are."""
    ready_after: int
    """As if it were published now."""
    made_not_ready: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What publishing would do."""

    at: datetime
    """The moment it would take effect."""
    queues: tuple[QueueImpact, ...]
    made_not_ready: int
    """People, each counted once."""
    clause_count: int
    """Clauses to learn for somebody who knows the version before."""
    minutes: int
    """For those clauses."""


def impact(state: PolicyState, page: DraftPage, *, now: datetime) -> Impact:
    """Who would no longer be ready on the day the draft takes effect, by queue; sixteen statements."""
    at = max(now, page.version.effective_at or now)
    version = db.session.get_one(Version, page.version.version_id)
    before = policy_histories([state.policy.slug])[state.policy.slug]
    after = _as_if_published(before, page, version, at=at, now=now)
    reached = served(after)
    working = {
        person_id: member
        for person_id, member in members(scope=None, at=at, known_at=now).items()
        if reached is None or reached.intersection(member.queues)
    }
    people = person_histories(sorted(working))
    known = everybody(list(people.values()), now)
    asked = places({each: member.queues for each, member in working.items()}, list(people), reached)
    was, then = (states(history, known, asked, at=at) for history in (before, after))
    found = {
        queue: [
            (tuple(people)[row], *pair)
            for row, *pair in zip(rows, was[queue], then[queue], strict=True)
            if set(pair) != {State.NOT_REQUIRED}
        ]
        for queue, rows in asked.items()
    }
    rows = [row for each in found.values() for row in each]
    return Impact(
        at=at,
        queues=tuple(_queue(name, found[slug]) for slug, name in names(working).items() if found.get(slug)),
        made_not_ready=len({person_id for person_id, *states in rows if _is_made_not_ready(*states)}),
        clause_count=len(page.to_learn),
        minutes=_minutes(page, version),
    )


def _as_if_published(
    history: records.PolicyHistory, page: DraftPage, version: Version, *, at: datetime, now: datetime
) -> records.PolicyHistory:
    """The policy with the draft as its newest version, published now; an emergency withdraws what is upcoming."""
    made = version_record(
        version,
        clauses=[
            records.PinnedClause(id=clause.id, queues=clause.queues, text_hash=clause.text_hash)
            for clause in page.clauses
        ],
        changes=[
            records.VersionChange(
                clause=change.clause,
                predecessors=change.change.predecessors,
                is_material=is_material(change.change),
                is_removal=change.change.is_removal,
                gained_queues=change.change.gained_queues,
            )
            for change in page.changes
        ],
        published_at=now,
        effective_at=at,
    )
    others = tuple(
        replace(one, withdrawn_at=now, withdrawn_recorded_at=now)
        if version.provisional_hours and one.effective_at > now and one.withdrawn_at is None
        else one
        for one in history.versions
    )
    return replace(history, versions=(*others, made))


def served(history: records.PolicyHistory) -> frozenset[str] | None:
    """Queues that the policy, or a clause of it, names; None when it is for everybody."""
    if any(settings.is_everybody for settings in history.settings):
        return None
    named = {queue for version in history.versions for clause in version.clauses for queue in clause.queues}
    return frozenset(named.union(*(settings.queues for settings in history.settings)))


def places(
    queues: Mapping[int, Collection[str]], people: Sequence[int], reached: Collection[str] | None
) -> dict[str, Indexes]:
    """By queue that is reached, the places among `people` of those who work in it."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        for queue in queues[person]:
            if reached is None or queue in reached:
                found[queue].append(place)
    return {queue: np.array(rows) for queue, rows in found.items()}


def names(working: Mapping[int, Member]) -> dict[str, str]:
    """Names of all queues by slug, in the order of their names."""
    names = {slug: name for member in working.values() for slug, name in member.queues.items()}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _is_made_not_ready(before: State, after: State) -> bool:
    return before is State.READY and after is not State.READY


def _queue(name: str, rows: list[tuple[int, State, State]]) -> QueueImpact:
    return QueueImpact(
        name=name,
        people=len(rows),
        ready_before=sum(before is State.READY for _, before, _ in rows),
        ready_after=sum(after is State.READY for _, _, after in rows),
        made_not_ready=sum(_is_made_not_ready(before, after) for _, before, after in rows),
    )


def _minutes(page: DraftPage, version: Version) -> int:
    """Minutes of the delta: lessons and items of its clauses, and both wordings of what changed."""
    texts: dict[str, str] = {clause.id: clause.source for clause in page.clauses}
    for change in page.changes:
        old = "\n\n".join(clause.source for clause in change.olds)
        texts[change.clause] = f"{texts.get(change.clause, '')}\n\n{old}"
    module = assemble(
        page.lessons,
        page.items,
        clauses=page.to_learn,
        version=version.number,
        changed_in=page.changed,
        rules=rules_of(version),
        texts=texts,
    )
    return module.minutes
