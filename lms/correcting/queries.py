"""Reads what a correction is computed from, and the items of a policy as their owner sees them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import aliased

from lms.correcting.outcome import Outcome, Proof, Run, Sat, Score, rescored
from lms.domain.correcting import CorrectionKind, NewKey, rekeyed
from lms.domain.quizzes import Item, QuizRules
from lms.extensions import db
from lms.library.digests import item_from, item_key
from lms.models import (
    Attempt,
    AttemptScore,
    AttemptState,
    Erasure,
    Evidence,
    Identity,
    ItemCorrection,
    ItemKey,
    ItemRevision,
    Policy,
    Revocation,
    Version,
    VersionItem,
)
from lms.models.asked import asked_items
from lms.training.queries import Correction, Drawn, graded

UNWRITTEN = 0
"""Number of a correction that is only tried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An item, as one exact text that was published."""

    revision_id: int
    slug: str
    digest: str
    policy_id: int
    policy: str
    title: str
    """Of the policy."""
    is_need_to_know: bool
    """The policy."""
    frozen: Item
    """With its key, as it was published."""
    versions: tuple[int, ...]
    corrections: tuple["Line", ...]
    """Last first."""

    @property
    def last(self) -> "Line | None":
        """The correction that counts, unless it took another back."""
        return self.corrections[0] if self.corrections else None

    @property
    def is_void(self) -> bool:
        """It counts for nothing."""
        return self.last is not None and self.last.correction.kind is CorrectionKind.VOID

    @property
    def is_corrected(self) -> bool:
        """It counts otherwise than it was published."""
        return self.last is not None and self.last.correction.kind is not CorrectionKind.RESTORE

    @property
    def item(self) -> Item:
        """As it counts now; what is void has the key it was published with."""
        return self.last.correction.of(self.frozen) if self.last and not self.is_void else self.frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A correction as it is listed."""

    correction: Correction
    by: str
    at: datetime
    attempts: int
    """That have a score by it."""


def asked_item(slug: str, revision_id: int, *, owner: int | None = None) -> Asked | None:
    """An item of a policy, of this owner's if one is named, by the number of its text; None unless it was published.

    Three statements.
    """
    mine = true() if owner is None else Policy.owner_id == owner
    row = db.session.execute(
        select(ItemRevision, ItemKey.key, Policy)
        .join(ItemKey, ItemKey.item_id == ItemRevision.id)
        .join(Policy, Policy.id == ItemRevision.policy_id)
        .where(ItemRevision.id == revision_id, Policy.slug == slug, mine)
    ).first()
    if row is None:
        return None
    revision, key, policy = row
    versions = db.session.scalars(
        select(Version.number)
        .join(VersionItem, VersionItem.version_id == Version.id)
        .where(VersionItem.item_id == revision_id, Version.published_at.is_not(None))
        .order_by(Version.number)
    ).all()
    if not versions:
        return None
    return Asked(
        revision_id=revision.id,
        slug=revision.slug,
        digest=revision.digest,
        policy_id=policy.id,
        policy=policy.slug,
        title=policy.title,
        is_need_to_know=policy.is_need_to_know,
        frozen=item_from(revision.question, key),
        versions=tuple(versions),
        corrections=_lines(revision_id),
    )


def _lines(revision_id: int) -> tuple[Line, ...]:
    attempts = (
        select(func.count(AttemptScore.id))
        .where(AttemptScore.correction_id == ItemCorrection.id)
        .correlate(ItemCorrection)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(ItemCorrection, Identity.name, attempts)
        .outerjoin(Identity, Identity.person_id == ItemCorrection.decided_by)
        .where(ItemCorrection.item_id == revision_id)
        .order_by(ItemCorrection.id.desc())
    )
    return tuple(
        Line(
            correction=Correction(id=row.id, kind=row.kind, key=row.key, reason=row.reason),
            by=name or "(erased)",
            at=row.decided_at,
            attempts=count,
        )
        for row, name, count in rows
    )


def revision_of(policy: str, item: str, *, version: int | None) -> int | None:
    """The text of an item in a published version, the newest that has it unless it is said; one statement."""
    wanted = (
        select(ItemRevision.id)
        .join(VersionItem, VersionItem.item_id == ItemRevision.id)
        .join(Version, Version.id == VersionItem.version_id)
        .join(Policy, Policy.id == Version.policy_id)
        .where(Policy.slug == policy, ItemRevision.slug == item, Version.published_at.is_not(None))
        .order_by(Version.number.desc())
        .limit(1)
    )
    return db.session.scalar(wanted if version is None else wanted.where(Version.number == version))


def correction(asked: Asked, kind: CorrectionKind, new: NewKey | None, *, number: int = UNWRITTEN) -> Correction:
    """What would count. Raises KeyRefused for a key that nothing could be graded by, or that counts already."""
    key = item_key(rekeyed(asked.item, new)) if kind is CorrectionKind.RESCORE and new is not None else None
    return Correction(id=number, kind=kind, key=key)


def outcome(asked: Asked, made: Correction) -> Outcome:
    """What it does: computed anew for everybody who was asked; five statements however many they are."""
    return Outcome(
        item_id=asked.revision_id,
        kind=made.kind,
        key=made.key,
        last_correction=asked.last.correction.id if asked.last else 0,
        rescored=rescored(_runs(asked, made), asked.revision_id),
    )


def _runs(asked: Asked, made: Correction) -> list[Run]:
    """The runs in which the item was asked, without those of erased people, whose answers are gone."""
    attempts = _attempts(asked.revision_id)
    drawn: dict[int, list[Drawn]] = defaultdict(list)
    for each in graded([attempt.id for attempt, _, _ in attempts], instead={asked.revision_id: made}):
        drawn[each.attempt_id].append(each)
    proofs = _proofs([attempt.id for attempt, _, _ in attempts])
    runs: dict[int, list[tuple[Attempt, int, QuizRules]]] = defaultdict(list)
    for attempt, number, quiz in attempts:
        runs[attempt.first_attempt_id or attempt.id].append((attempt, number, QuizRules(**quiz)))
    return [
        Run(
            rules=run[0][2],
            sat=tuple(_sat(attempt, number, proofs[attempt.id]) for attempt, number, _ in run),
            asked=tuple(tuple(drawn[attempt.id]) for attempt, _, _ in run),
        )
        for run in runs.values()
    ]


def _attempts(revision_id: int) -> Sequence[tuple[Attempt, int, dict[str, object]]]:
    """Handed in, of the runs in which the item was asked, by run in the order of their numbers."""
    one = aliased(Attempt)
    first = func.coalesce(Attempt.first_attempt_id, Attempt.id)
    asked = asked_items(lambda table: table.item_id == revision_id)
    concerned = select(func.coalesce(one.first_attempt_id, one.id)).join(asked, asked.c.attempt_id == one.id)
    rows = db.session.execute(
        select(Attempt, Version.number, Version.quiz)
        .join(Version, Version.id == Attempt.version_id)
        .outerjoin(Erasure, Erasure.person_id == Attempt.person_id)
        .where(first.in_(concerned), Attempt.state == AttemptState.SUBMITTED, Erasure.person_id.is_(None))
        .order_by(first, Attempt.number)
        .execution_options(populate_existing=True)
    )
    return [(attempt, number, quiz) for attempt, number, quiz in rows]


def _proofs(attempts: Collection[int]) -> Mapping[int, tuple[Proof, ...]]:
    """Evidence by attempt, oldest first; that of the signature, and what corrections gave again. Two statements."""
    given = {
        evidence_id: attempt_id
        for evidence_id, attempt_id in db.session.execute(
            select(AttemptScore.evidence_id, AttemptScore.attempt_id).where(
                AttemptScore.attempt_id.in_(attempts), AttemptScore.evidence_id.is_not(None)
            )
        )
    }
    found: dict[int, dict[int, tuple[bool, bool]]] = defaultdict(dict)
    for evidence_id, attempt_id, revocation_id, score_id in db.session.execute(
        select(Evidence.id, Evidence.attempt_id, Revocation.id, AttemptScore.id)
        .outerjoin(Revocation, Revocation.evidence_id == Evidence.id)
        .outerjoin(AttemptScore, AttemptScore.revocation_id == Revocation.id)
        .where(Evidence.attempt_id.in_(attempts) | Evidence.id.in_(given))
        .order_by(Evidence.id)
    ):
        mine = found[attempt_id or given[evidence_id]]
        _, was_by_hand = mine.get(evidence_id, (True, False))
        mine[evidence_id] = (revocation_id is None, was_by_hand or (revocation_id is not None and score_id is None))
    return defaultdict(
        tuple,
        {
            attempt_id: tuple(
                Proof(evidence_id=evidence_id, is_standing=is_standing, is_ended_by_hand=is_by_hand)
                for evidence_id, (is_standing, is_by_hand) in mine.items()
            )
            for attempt_id, mine in found.items()
        },
    )


def _sat(attempt: Attempt, version: int, proofs: tuple[Proof, ...]) -> Sat:
    result = attempt.result or {}
    return Sat(
        attempt_id=attempt.id,
        person_id=attempt.person_id,
        number=attempt.number,
        version=version,
        submitted_at=attempt.submitted_at or attempt.started_at,
        score=Score(
            points=attempt.points or 0,
            maximum=attempt.maximum or 0,
            percent=result.get("percent", 0),
            is_passed=bool(attempt.is_passed),
        ),
        proofs=proofs,
    )


def open_with(revision_id: int) -> int:
    """Attempts going on that ask the item; one statement."""
    asked = asked_items(lambda table: table.item_id == revision_id)
    going_on = select(func.count(Attempt.id)).join(asked, asked.c.attempt_id == Attempt.id)
    return db.session.scalar(going_on.where(Attempt.state == AttemptState.OPEN)) or 0


def names_of(people: Collection[int]) -> dict[int, str]:
    """Names by person; one statement."""
    return dict(
        db.session.execute(select(Identity.person_id, Identity.name).where(Identity.person_id.in_(people))).all()
    )
