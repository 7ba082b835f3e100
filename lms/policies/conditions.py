"""What must hold before a version is published (domain.md section 2); each condition refuses with a sentence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from lms.domain.policies import Change, Clause, Proof, Sort, Verdict
from lms.domain.quizzes import Item, is_fresh
from lms.models import Policy, Version
from lms.policies.reading import changed_in, changes_of, questions_of, version_clauses
from lms.policies.refusals import (
    SHORTEST_REASON,
    ApproverIsAuthor,
    AudienceEmpty,
    DraftOutOfDate,
    EffectiveTooEarly,
    NoFreshItemFor,
    NumberOutOfOrder,
    ReasonTooShort,
    VerdictMissing,
)
from lms.policies.requirements import requirement_of

CONTENT_SORTS = frozenset({Sort.ADDED, Sort.REWORDED, Sort.SPLIT, Sort.MERGED})
"""Changes of what a clause says; a material one needs an item that asks about it."""


def refuse_unless_publishable(
    policy: Policy, version: Version, *, base: Version | None, approver_id: int, at: datetime, effective_at: datetime
) -> None:
    """Raise the first PublicationRefused that applies to a draft which would follow `base`, published `at`."""
    if len(version.reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort(
            "Say in %(shortest_reason)s characters or more why version %(number)s exists: on its draft page, or "
            "as `reason` in policy.yaml.",
            shortest_reason=SHORTEST_REASON,
            number=version.number,
        )
    if version.author_id is None or version.author_id == approver_id:
        raise ApproverIsAuthor(
            "The author of a version cannot approve it. Ask somebody else, who sees it with fresh eyes."
        )
    _refuse_moments(version, base, at=at, effective_at=effective_at)
    changes = changes_of([version.id])[version.id]
    new = version_clauses(version.id)
    refuse_missing_verdicts(changes, new)
    if base is not None:
        _refuse_out_of_date(version_clauses(base.id), new, changes)
    if not version.is_imported:
        requirement = requirement_of(policy.id)
        if requirement is None or requirement.is_for_nobody:
            raise AudienceEmpty(
                "Nobody needs “%(title)s” yet. Name its queues, or everybody, before publishing.", title=policy.title
            )
    if policy.proof is Proof.QUIZ and not version.is_imported:
        material = material_content(changes) if base is not None else [clause.id for clause in new]
        _refuse_unasked(policy, version, material, changes, new)


def _refuse_unasked(
    policy: Policy, version: Version, material: Sequence[str], changes: Sequence[Change], new: Sequence[Clause]
) -> None:
    missing = without_fresh_item(
        material,
        [question.item for question in questions_of(version.id)],
        number=version.number,
        changed=changed_with(changed_in(policy.id), changes, number=version.number),
    )
    if missing:
        raise NoFreshItemFor(
            "No question asks about %(new)s as version %(number)s says it. Write one, or check an old one "
            "against the new text, and load the files again.",
            new=_named(missing, new),
            number=version.number,
        )


def refuse_out_of_order(version: Version, *, expected: int) -> None:
    """Raise NumberOutOfOrder unless the version is the next one."""
    if version.number != expected:
        raise NumberOutOfOrder(
            "The next version is number %(expected)s, not %(number)s. Load the files again.",
            expected=expected,
            number=version.number,
        )


def refuse_missing_verdicts(changes: Iterable[Change], clauses: Iterable[Clause]) -> None:
    """Raise VerdictMissing, naming the clauses that nobody decided about."""
    missing = [change.clause for change in changes if change.verdict is None]
    if missing:
        raise VerdictMissing(
            "Nobody decided yet whether the meaning of %(clauses)s changed. Decide on the draft page.",
            clauses=_named(missing, clauses),
        )


def material_content(changes: Iterable[Change]) -> list[str]:
    """Clauses of which people must learn something new: materially added or reworded, or a part of a split or merge."""
    return [
        change.clause
        for change in changes
        if (change.verdict or change.proposed) is Verdict.MATERIAL and not change.sorts.isdisjoint(CONTENT_SORTS)
    ]


def changed_with(
    changed: Mapping[str, Collection[int]], changes: Iterable[Change], *, number: int
) -> dict[str, frozenset[int]]:
    """What changed when (see `reading.changed_in`), with the material changes of a draft as version `number`."""
    merged = {clause: frozenset(numbers) for clause, numbers in changed.items()}
    for change in changes:
        if (change.verdict or change.proposed) is Verdict.MATERIAL:
            merged[change.clause] = merged.get(change.clause, frozenset()) | {number}
    return merged


def without_fresh_item(
    clauses: Iterable[str], items: Collection[Item], *, number: int, changed: Mapping[str, Collection[int]]
) -> list[str]:
    """Those of `clauses` that no fresh item of version `number` asks about."""
    asked = {
        clause
        for item in items
        if not item.is_void and is_fresh(item.validity, item.clauses, version=number, changed_in=changed)
        for clause in item.clauses
    }
    return [clause for clause in clauses if clause not in asked]


def _refuse_moments(version: Version, base: Version | None, *, at: datetime, effective_at: datetime) -> None:
    if effective_at < at:
        raise EffectiveTooEarly(
            "Version %(number)s was to take effect at %(effective_at)s, which has passed. Send it back and "
            "choose a later moment.",
            number=version.number,
            effective_at=_said(effective_at),
        )
    if base is not None and base.effective_at is not None and effective_at < base.effective_at:
        raise EffectiveTooEarly(
            "Version %(number)s cannot take effect before version %(number2)s, at %(effective_at)s. Choose a "
            "later moment, or withdraw that version first.",
            number=version.number,
            number2=base.number,
            effective_at=_said(base.effective_at),
        )


def _refuse_out_of_date(old: Iterable[Clause], new: Iterable[Clause], changes: Iterable[Change]) -> None:
    """The changes must tell everything that differs between the two; else they were judged against another version."""
    before = {clause.id: clause.source.strip() for clause in old}
    after = {clause.id: clause.source.strip() for clause in new}
    told = {change.clause for change in changes}
    gone = told | {name for change in changes for name in change.predecessors}
    untold = {name for name, words in after.items() if before.get(name) != words} - told
    lost = before.keys() - after.keys() - gone
    unknown = {name for change in changes for name in change.predecessors} - before.keys()
    if untold or lost or unknown:
        raise DraftOutOfDate(
            "Another version took effect since the changes of this draft were judged. Load the files again and judge "
            "what is new."
        )


def _named(slugs: Collection[str], clauses: Iterable[Clause]) -> str:
    titles = {clause.id: clause.title for clause in clauses}
    return ", ".join(f"“{titles.get(slug) or slug}”" for slug in slugs)


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
