"""What the pages about policies show, each in a fixed number of statements. Drafts are given only to who may see them.

The rows of one version as domain values are read in `reading.py` and offered here to other features.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import defer

from lms.domain.policies import Kind, Proof
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import concerned, to_learn
from lms.domain.translations import ORIGINAL
from lms.extensions import db
from lms.models import Policy, Version
from lms.models.histories import person_histories, policy_histories
from lms.policies.comparing import ClauseChange, Step, clause_changes
from lms.policies.people import names_of
from lms.policies.reading import (
    Question,
    changed_in,
    changes_of,
    clauses_of,
    keyless,
    lessons_of,
    questions_of,
    rules_of,
    version_clauses,
)
from lms.policies.translations import (
    ENGLISH,
    Reading,
    Stored,
    both_in,
    feedback_in,
    languages_of,
    read_in,
    titles_in,
    translation_of,
    translations,
)

__all__ = [
    "ENGLISH",
    "Question",
    "Reading",
    "Stored",
    "changed_in",
    "changes_of",
    "clauses_of",
    "feedback_in",
    "keyless",
    "languages_of",
    "lessons_of",
    "questions_of",
    "read_in",
    "rules_of",
    "titles_in",
    "translation_of",
    "translations",
    "version_clauses",
]

ERASED = "somebody who has been erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLine:
    """A policy as it is named on a page."""

    policy_id: int
    slug: str
    title: str
    kind: Kind
    proof: Proof
    owner: str
    owner_id: int
    timezone: str
    source: str
    """Where an imported text comes from, with its licence; empty for a policy of our own."""
    retired_at: datetime | None
    is_need_to_know: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version, published or draft, as a list shows it."""

    version_id: int
    number: int
    reason: str
    author: str
    approver: str
    author_id: int | None
    proposed_at: datetime | None
    published_at: datetime | None
    effective_at: datetime | None
    withdrawn_at: datetime | None
    grace_days: int | None
    provisional_hours: int | None
    is_imported: bool
    digest: str

    @property
    def is_draft(self) -> bool:
        """True while it can be changed."""
        return self.published_at is None

    def is_upcoming(self, now: datetime) -> bool:
        """True for a published version that does not govern yet."""
        is_published = self.published_at is not None and self.withdrawn_at is None
        return is_published and self.effective_at is not None and self.effective_at > now


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyState:
    """A policy with its versions, newest first, and which of them is what now."""

    policy: PolicyLine
    versions: tuple[VersionLine, ...]
    """Published, withdrawn ones among them."""
    in_force: VersionLine | None
    upcoming: VersionLine | None
    """The newest that is published and does not govern yet."""
    draft: VersionLine | None
    """None also for who may not see it."""
    is_mine: bool = False
    """It concerns the person who asks, now or when the upcoming version takes effect."""

    @property
    def shown(self) -> VersionLine | None:
        """The version whose text is the policy: in force, else the one to come."""
        return self.in_force or self.upcoming

    @property
    def withdrawable(self) -> VersionLine | None:
        """The version that can be withdrawn: the newest that stands, before it takes effect."""
        return self.upcoming

    def numbered(self, number: int) -> VersionLine | None:
        """One of its published versions."""
        return next((version for version in self.versions if version.number == number), None)

    def chain(self, number: int) -> tuple[VersionLine, ...]:
        """The versions that led to one of them, oldest first, itself included; withdrawn ones led to nothing."""
        return tuple(
            version
            for version in reversed(self.versions)
            if version.number <= number and (version.withdrawn_at is None or version.number == number)
        )


def policy_states(*, person_id: int, sees_drafts: bool, sees_proposals: bool, now: datetime) -> tuple[PolicyState, ...]:
    """Every policy that the person may read, those that concern them first, then by title; seventeen statements.

    One that is need-to-know is not there for whom it does not concern, owners aside. A draft makes a policy visible
    to who sees drafts, or, once it was sent for approval, who sees proposals.
    """
    states = _states(sees_drafts=sees_drafts, sees_proposals=sees_proposals, now=now)
    histories = policy_histories()
    me = person_histories([person_id])[person_id]
    found = []
    for state in states:
        is_mine = _concerns(state, histories[state.policy.slug], me, now)
        if is_mine or may_read_all(state, sees_drafts=sees_drafts, sees_proposals=sees_proposals):
            found.append(replace(state, is_mine=is_mine))
    return tuple(sorted(found, key=lambda state: (not state.is_mine, state.policy.title.casefold(), state.policy.slug)))


def policy_state(slug: str, *, sees_drafts: bool, sees_proposals: bool = False, now: datetime) -> PolicyState | None:
    """One policy with its versions, or None when there is nothing of it to see; three statements."""
    found = _states([slug], sees_drafts=sees_drafts, sees_proposals=sees_proposals, now=now)
    return found[0] if found else None


def may_read_all(state: PolicyState, *, sees_drafts: bool, sees_proposals: bool) -> bool:
    """True unless it is need-to-know: then for owners, and for who is asked to approve its draft."""
    return not state.policy.is_need_to_know or sees_drafts or (sees_proposals and state.draft is not None)


def is_for(state: PolicyState, person_id: int, *, now: datetime) -> bool:
    """True when the policy concerns a person now or when the upcoming version takes effect; fourteen statements."""
    slug = state.policy.slug
    return _concerns(state, policy_histories([slug])[slug], person_histories([person_id])[person_id], now)


def _concerns(state: PolicyState, history: PolicyHistory, me: PersonHistory, now: datetime) -> bool:
    moments = [now, *([state.upcoming.effective_at or now] if state.upcoming else [])]
    return any(concerned(history, me, at=moment, known_at=now) for moment in moments)


def _states(
    slugs: Collection[str] | None = None, *, sees_drafts: bool, sees_proposals: bool, now: datetime
) -> list[PolicyState]:
    query = select(Policy).order_by(Policy.slug)
    policies = db.session.scalars(query if slugs is None else query.where(Policy.slug.in_(slugs))).all()
    rows = db.session.scalars(
        select(Version)
        .options(defer(Version.text, raiseload=True))
        .where(Version.policy_id.in_([policy.id for policy in policies]))
        .order_by(Version.policy_id, Version.number.desc())
    ).all()
    names = names_of(
        [*(policy.owner_id for policy in policies), *(p for v in rows for p in (v.author_id, v.approver_id))]
    )
    lines: dict[int, list[VersionLine]] = defaultdict(list)
    for row in rows:
        is_visible = row.published_at is not None or sees_drafts or (sees_proposals and row.proposed_at is not None)
        if is_visible:
            lines[row.policy_id].append(_version_line(row, names))
    return [_state(policy, lines[policy.id], names, now=now) for policy in policies if lines[policy.id]]


def _state(policy: Policy, lines: Sequence[VersionLine], names: dict[int, str], *, now: datetime) -> PolicyState:
    published = [line for line in lines if not line.is_draft]
    standing = [line for line in published if line.withdrawn_at is None]
    return PolicyState(
        policy=PolicyLine(
            policy_id=policy.id,
            slug=policy.slug,
            title=policy.title,
            kind=policy.kind,
            proof=policy.proof,
            owner=names.get(policy.owner_id, ERASED),
            owner_id=policy.owner_id,
            timezone=policy.timezone,
            source=policy.source,
            retired_at=policy.retired_at,
            is_need_to_know=policy.is_need_to_know,
        ),
        versions=tuple(published),
        in_force=next((line for line in standing if not line.is_upcoming(now)), None),
        upcoming=next((line for line in standing if line.is_upcoming(now)), None),
        draft=next((line for line in lines if line.is_draft), None),
    )


def _version_line(row: Version, names: dict[int, str]) -> VersionLine:
    return VersionLine(
        version_id=row.id,
        number=row.number,
        reason=row.reason,
        author=names.get(row.author_id or 0, ERASED),
        approver=names.get(row.approver_id or 0, ERASED),
        author_id=row.author_id,
        proposed_at=row.proposed_at,
        published_at=row.published_at,
        effective_at=row.effective_at,
        withdrawn_at=row.withdrawn_at,
        grace_days=row.grace_days,
        provisional_hours=row.provisional_hours,
        is_imported=row.is_imported,
        digest=row.digest,
    )


def gaps(slug: str, *, person_id: int, now: datetime) -> frozenset[str]:
    """Ids of the clauses that the person still has to show they know, in any version; fourteen statements."""
    history = policy_histories([slug]).get(slug)
    if history is None:
        return frozenset()
    me = person_histories([person_id])[person_id]
    return frozenset(to_learn(history, me, at=now, known_at=now).clauses)


def comparison(
    state: PolicyState, *, older: VersionLine, newer: VersionLine, language: str = ORIGINAL
) -> tuple[tuple[ClauseChange, ...], Reading]:
    """What became of each clause between two published versions; three statements, four in another language.

    Verdicts and reasons are given where the one led to the other; a withdrawn version led to nothing. In another
    language than English it is given where that has every word of both: two languages cannot be compared.
    """
    if older == newer:
        return (), ENGLISH
    chain = state.chain(newer.number)
    steps = [line for line in chain if line.number > older.number] if older in chain else []
    (old, new), reading = both_in(older.version_id, newer.version_id, language=language)
    changes = changes_of([line.version_id for line in steps])
    told = clause_changes(
        old, new, steps=[Step(number=line.number, changes=changes[line.version_id]) for line in steps]
    )
    return told, reading


def version_before(state: PolicyState, number: int) -> VersionLine | None:
    """The version that a published version followed, or None for the first."""
    led = [line for line in state.chain(number) if line.number < number]
    return led[-1] if led else None
