"""The one draft of a policy: which version it follows, what changed against that, and the verdicts it keeps.

Nothing here commits: the actions are in `drafting.py`, `loading.py` and `importing.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from lms.domain import changes
from lms.domain.changes import Comparison, DecisionsDoNotFit
from lms.domain.policies import Change, Clause, Decided
from lms.domain.quizzes import Item, Lesson, QuizRules
from lms.extensions import db
from lms.library.clauses import TextRefused, first_version, next_version
from lms.models import ChangeRow, ClauseRow, Policy, Version, VersionClause
from lms.policies import banks, freezing
from lms.policies.freezing import Contents, Decider
from lms.policies.reading import change_from, version_clauses
from lms.policies.refusals import ContentRefused, DraftWithApprover, NumberOutOfOrder
from lms.policies.requirements import queue_ids, requirement_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A version as files hand it over."""

    number: int
    text: str
    title: str
    """Of the text before the first heading."""
    file: str
    """Named in refusals."""
    lessons: tuple[Lesson, ...] = ()
    items: tuple[Item, ...] = ()
    rules: QuizRules | None = None
    decided: tuple[Decided, ...] = ()
    """Verdicts and links that the files record."""
    is_record: bool = False
    """The files have the last word: every verdict is theirs. Else verdicts given here are kept."""
    is_imported: bool = False
    """Past history: proposals are taken as verdicts."""
    columns: Mapping[str, object]
    """reason, grace_days, provisional_hours, effective_at, as far as the files say them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Changes of a draft as they stood, and the clauses on both of their sides."""

    changes: tuple[tuple[Change, Decider], ...]
    old: Mapping[str, Clause]
    new: Mapping[str, Clause]


def draft_of(policy_id: int) -> Version | None:
    """The draft of a policy."""
    return db.session.scalar(select(Version).where(Version.policy_id == policy_id, Version.published_at.is_(None)))


def lock(policy_id: int) -> None:
    """Let nobody else write to this policy until the end of the transaction; what was loaded before is loaded again."""
    db.session.execute(select(Policy.id).where(Policy.id == policy_id).with_for_update())
    db.session.expire_all()


def locked(version_id: int) -> Version | None:
    """A version, loaded after its policy was locked; None when there is no such version."""
    policy_id = db.session.scalar(select(Version.policy_id).where(Version.id == version_id))
    if policy_id is None:
        return None
    lock(policy_id)
    return db.session.get(Version, version_id)


def called(version: Version) -> str:
    """Give the name of a version for the audit log."""
    slug = db.session.scalar(select(Policy.slug).where(Policy.id == version.policy_id))
    return f"{slug} version {version.number}"


def next_number(policy_id: int) -> int:
    """The number that the next version of a policy has; a withdrawn one keeps its number."""
    newest = db.session.scalar(
        select(func.max(Version.number)).where(Version.policy_id == policy_id, Version.published_at.is_not(None))
    )
    return (newest or 0) + 1


def version_before(policy_id: int, *, is_emergency: bool, now: datetime) -> Version | None:
    """The version that a draft follows: the newest not withdrawn.

    An emergency does not wait for an upcoming version and withdraws it, so it follows the one in force.
    """
    query = select(Version).where(
        Version.policy_id == policy_id, Version.published_at.is_not(None), Version.withdrawn_at.is_(None)
    )
    if is_emergency:
        query = query.where(Version.effective_at <= now)
    return db.session.scalar(query.order_by(Version.number.desc()).limit(1))


def write_draft(policy: Policy, script: Script, *, author_id: int, now: datetime) -> tuple[Version, bool]:
    """Make or refresh the draft of a policy; the version and whether anything was written.

    Raises NumberOutOfOrder, ContentRefused.
    """
    expected = next_number(policy.id)
    if script.number != expected:
        raise NumberOutOfOrder(
            "%(file)s: the next version of %(slug)s is number %(expected)s.",
            file=script.file,
            slug=policy.slug,
            expected=expected,
        )
    version = draft_of(policy.id)
    is_new = version is None
    if version is None:
        version = Version(
            policy_id=policy.id,
            number=expected,
            text="",
            quiz={},
            author_id=author_id,
            recorded_at=now,
            is_imported=script.is_imported,
        )
        db.session.add(version)
        db.session.flush()
    different = {name: value for name, value in script.columns.items() if getattr(version, name) != value}
    for name, value in different.items():
        setattr(version, name, value)
    is_changed = freezing.write(version, _contents(policy, version, script, now=now)) or bool(different)
    if is_changed:
        version.proposed_at = None
        db.session.flush()
    return version, is_new or is_changed


def _contents(policy: Policy, version: Version, script: Script, *, now: datetime) -> Contents:
    base = version_before(policy.id, is_emergency=version.provisional_hours is not None, now=now)
    old = version_clauses(base.id) if base else ()
    try:
        compared = _compare(policy.id, script, old, now=now)
    except (TextRefused, DecisionsDoNotFit) as error:
        raise ContentRefused("%(file)s: %(error)s", file=script.file, error=error) from error
    named = frozenset(queue for clause in compared.clauses for queue in clause.queues)
    queue_ids(named, where=script.file)
    deciders: dict[str, Decider] = {}
    if script.is_imported:
        compared = changes.as_imported(compared)
    elif not script.is_record:
        kept = Kept(
            changes=_decided(version.id, by_a_person=True), old=_by_id(old), new=_by_id(version_clauses(version.id))
        )
        compared, deciders = keep_verdicts(kept, compared, old=old)
    return Contents(
        text=script.text,
        comparison=compared,
        deciders=deciders,
        lessons=script.lessons,
        items=script.items if script.is_record else banks.with_brought_in(version, script.items, about=called(version)),
        rules=script.rules,
    )


def _compare(policy_id: int, script: Script, old: tuple[Clause, ...], *, now: datetime) -> Comparison:
    if not old:
        return Comparison(clauses=first_version(script.text, default_title=script.title), changes=())
    requirement = requirement_at(policy_id, now)  # whom it is for then, whatever is planned
    audience = requirement.queues if requirement else frozenset()
    compared = next_version(
        old, script.text, taken=_ids_taken(policy_id), default_title=script.title, audience=audience
    )
    is_draft = script.is_imported or not script.is_record
    return changes.redraw(old, compared, decided=script.decided, audience=audience, is_draft=is_draft)


def _ids_taken(policy_id: int) -> frozenset[str]:
    """Clause ids of all versions that stand; what only a withdrawn version had may come back under its id."""
    return frozenset(
        db.session.scalars(
            select(ClauseRow.slug)
            .join(VersionClause, VersionClause.clause_id == ClauseRow.id)
            .join(Version, Version.id == VersionClause.version_id)
            .where(Version.policy_id == policy_id, Version.published_at.is_not(None), Version.withdrawn_at.is_(None))
        )
    )


def keep_verdicts(kept: Kept, compared: Comparison, *, old: Sequence[Clause]) -> tuple[Comparison, dict[str, Decider]]:
    """The comparison with the verdicts that persons gave to changes that are still the same, and who gave them.

    The same: what happened, from which clauses, and the words on both sides.
    """
    before, after = _by_id(old), _by_id(compared.clauses)
    known = {change.clause: (change, decider) for change, decider in kept.changes}
    made: list[Change] = []
    deciders: dict[str, Decider] = {}
    for change in compared.changes:
        earlier, decider = known.get(change.clause, (None, None))
        if earlier is None or decider is None or not _is_same(earlier, change, kept, before=before, after=after):
            made.append(change)
            continue
        deciders[change.clause] = decider
        links = tuple(
            replace(link, is_confirmed=link.is_confirmed or known_link.is_confirmed)
            for link, known_link in zip(change.links, earlier.links, strict=True)
        )
        made.append(replace(change, verdict=earlier.verdict, reason=earlier.reason, links=links))
    return replace(compared, changes=tuple(made)), deciders


def _is_same(
    earlier: Change, change: Change, kept: Kept, *, before: Mapping[str, Clause], after: Mapping[str, Clause]
) -> bool:
    if (earlier.sorts, earlier.predecessors) != (change.sorts, change.predecessors):
        return False
    olds = [change.clause] if change.is_removal else list(change.predecessors)
    sides = [(kept.old, before, olds), (kept.new, after, [] if change.is_removal else [change.clause])]
    return all(_words(mine.get(name)) == _words(its.get(name)) for mine, its, names in sides for name in names)


def _words(clause: Clause | None) -> tuple[str, str] | None:
    return (clause.title, clause.source.strip()) if clause else None


def _by_id(clauses: Collection[Clause]) -> dict[str, Clause]:
    return {clause.id: clause for clause in clauses}


def _decided(version_id: int, *, by_a_person: bool) -> tuple[tuple[Change, Decider], ...]:
    """The changes of a draft with a verdict; or only those decided here by a person, not by what files say."""
    is_decided = ChangeRow.decided_by.is_not(None) if by_a_person else ChangeRow.verdict.is_not(None)
    rows = db.session.execute(
        select(ChangeRow, ClauseRow.slug)
        .join(ClauseRow, ClauseRow.id == ChangeRow.clause_id)
        .where(ChangeRow.version_id == version_id, is_decided)
        .order_by(ChangeRow.id)
        .execution_options(populate_existing=True)
    )
    return tuple((change_from(row, slug), Decider(person_id=row.decided_by, at=row.decided_at)) for row, slug in rows)


def compare_again(version: Version, *, was: Sequence[Clause], now: datetime) -> None:
    """Hold a draft against the version that it follows now; `was` are the clauses it was held against before.

    Verdicts on changes that are still the same stay; the draft has to be sent for approval again.
    """
    base = version_before(version.policy_id, is_emergency=version.provisional_hours is not None, now=now)
    old = version_clauses(base.id) if base else ()
    new = version_clauses(version.id)
    title = next((clause.title for clause in new if clause.level == 0), "")
    script = Script(number=version.number, text=version.text, title=title, file="", columns={})
    kept = Kept(changes=_decided(version.id, by_a_person=False), old=_by_id(was), new=_by_id(new))
    compared, deciders = keep_verdicts(kept, _compare(version.policy_id, script, old, now=now), old=old)
    freezing.write_comparison(version, compared, deciders)
    version.proposed_at = None
    db.session.flush()


def refuse_while_with_approver(version: Version) -> None:
    """Raise DraftWithApprover for a draft that was sent for approval."""
    if version.proposed_at is not None:
        raise DraftWithApprover("It is with an approver. Take it back first, then change it.")
