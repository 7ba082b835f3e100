"""What a correction does to the attempts that asked the item: the one computation behind dry run and real run. No SQL.

It is given all that it rests on and gives scores, what becomes of evidence, and a digest of both; so what was shown is
what happens, or the digest is another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from lms.domain.correcting import CorrectionKind
from lms.domain.quizzes import QuizRules
from lms.library.digests import digest_of
from lms.training.queries import Drawn, worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What an attempt is worth."""

    points: int
    """Hundredths."""
    maximum: int
    percent: int
    is_passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Evidence that an attempt gave."""

    evidence_id: int
    is_standing: bool
    is_ended_by_hand: bool
    """Somebody revoked it: no correction gives it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """An attempt that was handed in, as it stands."""

    attempt_id: int
    person_id: int
    number: int
    version: int
    submitted_at: datetime
    score: Score
    proofs: tuple[Proof, ...]
    """The first it was signed for, then what corrections gave again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The attempts of one person that count together, oldest first, and what each of them asked."""

    rules: QuizRules
    sat: tuple[Sat, ...]
    asked: tuple[tuple[Drawn, ...], ...]
    """By the correction in question, and by those of other items that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """What becomes of one attempt."""

    sat: Sat
    after: Score
    result: dict[str, Any]
    ends: int | None
    """Evidence that no longer stands."""
    again: int | None
    """The first evidence of the attempt, which is given again."""
    is_proven: bool = False
    """Another attempt of its run is signed, and that stands afterwards."""

    @property
    def is_turned(self) -> bool:
        """It passes now and did not, or the other way round."""
        return self.sat.score.is_passed is not self.after.is_passed

    @property
    def is_to_sign(self) -> bool:
        """It passes now, and neither it nor another of its run is signed."""
        return self.is_turned and self.after.is_passed and not self.sat.proofs and not self.is_proven

    @property
    def is_passed_in_vain(self) -> bool:
        """It passes now, and what was signed for it stays ended: somebody revoked it by hand."""
        is_standing = self.again is not None or any(proof.is_standing for proof in self.sat.proofs)
        return self.is_turned and self.after.is_passed and bool(self.sat.proofs) and not is_standing

    @property
    def is_told(self) -> bool:
        """Something follows for the person, who gets a mail about it."""
        return self.is_turned and not self.is_proven and not self.is_passed_in_vain

    @property
    def is_other(self) -> bool:
        """Its score is another: points, or what they are out of."""
        return self.sat.score != self.after


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a correction does."""

    item_id: int
    kind: CorrectionKind
    key: Mapping[str, Any] | None
    last_correction: int
    """The one that counts before; 0 for none."""
    rescored: tuple[Rescored, ...]

    @cached_property
    def passing(self) -> tuple[Rescored, ...]:
        """From fail to pass."""
        return tuple(each for each in self.rescored if each.is_turned and each.after.is_passed)

    @cached_property
    def failing(self) -> tuple[Rescored, ...]:
        """From pass to fail."""
        return tuple(each for each in self.rescored if each.is_turned and not each.after.is_passed)

    @property
    def turned(self) -> tuple[Rescored, ...]:
        """Who changes, those who do not pass any more first."""
        return (*self.failing, *self.passing)

    @cached_property
    def told(self) -> frozenset[int]:
        """The people who get a mail, if they still work here when it is sent."""
        return frozenset(each.sat.person_id for each in self.rescored if each.is_told)

    def count(self, what: str) -> int:
        """How many attempts something is true of, or has a value: a name of `Rescored`."""
        return sum(getattr(each, what) not in (None, False) for each in self.rescored)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that would be written, but for numbers of rows that are not there yet."""
        return digest_of(
            {
                "item": self.item_id,
                "kind": self.kind.value,
                "key": self.key,
                "last": self.last_correction,
                "attempts": [_said(each) for each in self.rescored],
            }
        )


def _said(each: Rescored) -> list[Any]:
    scores = [[one.points, one.maximum, one.is_passed] for one in (each.sat.score, each.after)]
    return [each.sat.attempt_id, *scores, each.ends, each.again, each.is_proven]


def rescored(runs: Sequence[Run], item_id: int) -> tuple[Rescored, ...]:
    """Every attempt that asked the item, or whose run did before it, in the order in which they were begun."""
    found = [each for run in runs for each in _rescored_run(run, item_id)]
    return tuple(sorted(found, key=lambda each: each.sat.attempt_id))


def _rescored_run(run: Run, item_id: int) -> list[Rescored]:
    found = [
        _rescored(sat, run.asked[: place + 1], run.rules)
        for place, sat in enumerate(run.sat)
        if any(each.revision_id == item_id for items in run.asked[: place + 1] for each in items)
    ]
    before = {sat.attempt_id for sat in run.sat if any(proof.is_standing for proof in sat.proofs)}
    ended = {each.sat.attempt_id for each in found if each.ends is not None}
    again = {each.sat.attempt_id for each in found if each.again is not None}
    return [replace(each, is_proven=bool(((before - ended) | again) - {each.sat.attempt_id})) for each in found]


def _rescored(sat: Sat, asked: Sequence[Sequence[Drawn]], rules: QuizRules) -> Rescored:
    total, result = worth(asked, rules)
    standing = next((each.evidence_id for each in sat.proofs if each.is_standing), None)
    is_ended_by_hand = any(each.is_ended_by_hand for each in sat.proofs)
    is_given_again = total.is_passed and bool(sat.proofs) and standing is None and not is_ended_by_hand
    return Rescored(
        sat=sat,
        after=Score(points=total.points, maximum=total.maximum, percent=total.percent, is_passed=total.is_passed),
        result=result,
        ends=None if total.is_passed else standing,
        again=sat.proofs[0].evidence_id if is_given_again else None,
    )
