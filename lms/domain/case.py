"""One person and one policy at one instant: what is required, whom it concerns and what of it is uncovered.

`standing.py` gives it a state, `learning.py` makes a module of it. Source: domain.md section 4, "Required" to "Due".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lms.domain.coverage import coverage
from lms.domain.dues import Cause, Dues
from lms.domain.intervals import is_within
from lms.domain.known import Known
from lms.domain.lineage import Meaning
from lms.domain.records import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """One clause that concerns the person and is not covered."""

    clause: str
    """Its id in the required version; of a removed clause its last id."""
    causes: tuple[Cause, ...]
    """By when they happened; more than one when several coverages of it ended."""
    due_at: datetime
    is_unlearning: bool
    """The clause was removed materially and must be unlearned."""


class Case:
    """What is known of a person and a policy, looked at from one instant."""

    def __init__(self, known: Known, at: datetime) -> None:
        self.known, self.at = known, at
        self.coverage = coverage(known, at)
        self.lineage = self.coverage.lineage
        self.effective = [version for version in self.lineage.versions if version.effective_at <= at]
        self.is_retired = known.retired_at <= at

    @property
    def required(self) -> Version | None:
        """The newest version effective now; None before the first, before any settings and once retired."""
        if not self.effective or self.is_retired or self.known.settings_in_force(self.at) is None:
            return None
        return self.effective[-1]

    @property
    def upcoming(self) -> Version | None:
        """The newest version published and not effective yet."""
        newest = [version for version in self.lineage.versions if version.published_at <= self.at < version.effective_at]
        return newest[-1] if newest and not self.is_retired else None

    def meanings(self, version: Version, queue: str) -> list[Meaning]:
        """Give what of an effective version concerns the person in a queue: its clauses, then what to unlearn."""
        every = self.lineage.meanings
        alive = [every[index] for index in self.lineage.alive[version.number].values()]
        return [
            *(meaning for meaning in alive if self._concerns(meaning, queue, version)),
            *(
                meaning
                for meaning in self.lineage.unlearnings(version.number)
                if self._concerned(meaning, queue) and self._has_met(meaning)
            ),
        ]

    def _concerns(self, meaning: Meaning, queue: str, version: Version) -> bool:
        span = next(span for span in reversed(meaning.spans) if span.start <= version.effective_at)
        return self.known.is_named_by(span.queues, queue, self.at)

    def _concerned(self, gone: Meaning, queue: str) -> bool:
        """Tell whether a removed clause concerned the queue when it went; if by the policy's queues, still does."""
        queues, removed_at = gone.spans[0].queues, gone.version.effective_at
        return all(self.known.is_named_by(queues, queue, moment) for moment in (removed_at, self.at))

    def _has_met(self, gone: Meaning) -> bool:
        """Tell whether a removed clause, in whatever wording, concerned the person while it was in force."""
        every = self.lineage.meanings
        spans = [span for each in every if gone.ancestors >> each.index & 1 for span in each.spans]
        return bool(self.known.concern(spans))

    def is_covered(self, meaning: Meaning) -> bool:
        """Tell whether a meaning is covered now."""
        return self.coverage.is_covered(meaning.index, self.at)

    def uncovered(self, meanings: Iterable[Meaning]) -> tuple[Uncovered, ...]:
        """Give those of the meanings that are not covered now, with their causes and due moments."""
        dues = Dues(self.known, self.coverage, self.at)
        found = []
        for meaning in meanings:
            if not self.is_covered(meaning):
                due = dues.due(meaning.index)
                found.append(
                    Uncovered(
                        clause=self.name(meaning),
                        causes=due.causes,
                        due_at=due.at,
                        is_unlearning=meaning.is_unlearning,
                    )
                )
        return tuple(found)

    def held(self, queue: str) -> int | None:
        """Give the newest effective version of which everything that concerns the person is covered, and something is."""
        for version in reversed(self.effective):
            meanings = self.meanings(version, queue)
            if meanings and all(self.is_covered(meaning) for meaning in meanings):
                return version.number
        return None

    def is_provisional(self, index: int) -> bool:
        """Tell whether an acknowledged emergency alone made a meaning uncovered, and its provisional time still runs."""
        meaning = self.lineage.meanings[index]
        if not meaning.is_material:
            open_ones = (each for each in meaning.predecessors if not self.coverage.is_covered(each, self.at))
            return all(self.is_provisional(each) for each in open_ones)
        version = meaning.version
        if version.provisional_until is None or self.at >= version.provisional_until:
            return False
        seen_at = self.known.acknowledged.get(version.number)
        return seen_at is not None and seen_at <= self.at and self._was_covered_before(meaning)

    def _was_covered_before(self, meaning: Meaning) -> bool:
        just_before = meaning.version.effective_at - INSTANT
        return all(self.coverage.is_covered(each, just_before) for each in meaning.predecessors)

    def is_on_leave(self) -> bool:
        """Tell whether the person is on leave now."""
        return is_within(self.known.leave, self.at)

    def is_waived(self) -> bool:
        """Tell whether the person need not meet the requirement now."""
        return is_within(self.known.waivers, self.at)

    def name(self, meaning: Meaning) -> str:
        """Give the id of a meaning in the newest effective version that has it."""
        for version in reversed(self.effective):
            for clause, index in self.lineage.alive[version.number].items():
                if index == meaning.index:
                    return clause
        return meaning.clause
