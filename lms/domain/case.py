"""One person and one policy at one instant: what is required, whom it concerns and what of it is uncovered.

`standing.py` gives it a state, `learning.py` makes a module of it. Source: domain.md section 4, "Required" to "Due".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lms.domain.coverage import coverage
from lms.domain.dues import Cause, Dues
from lms.domain.intervals import FOREVER, INSTANT, is_within
from lms.domain.known import Known
from lms.domain.lineage import Lineage, Meaning, Span
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

    def __init__(self, known: Known, at: datetime, *, live_at: datetime | None = None) -> None:
        """With `live_at`, look ahead to `at` as things stood then: a version withdrawn in between still counts."""
        self.known, self.at = known, at
        self.coverage = coverage(known, known.live_versions(live_at or at), at)
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
        later = self.lineage.versions[len(self.effective) :]
        newest = [version for version in later if version.published_at <= self.at]
        return newest[-1] if newest and not self.is_retired else None

    def concerning(self, version: Version, queue: str) -> list[tuple[str, Meaning]]:
        """Give what of an effective version concerns the person in a queue, by clause id.

        First its clauses in the order of the document, then those that are gone and must be unlearned.
        """
        every, alive = self.lineage.meanings, self.lineage.alive[version.number]
        by_settings = self.known.is_named_by(frozenset(), queue, self.at)
        found = [
            (clause.id, every[alive[clause.id]])
            for clause in version.clauses
            if (queue in clause.queues if clause.queues else by_settings)
        ]
        return found + [(each.clause, each) for each in self.unlearned(version, queue) if self._has_met(each)]

    def unlearned(self, version: Version, queue: str) -> list[Meaning]:
        """Give what was removed by a version or before it and must be unlearned in a queue by whom it concerned."""
        return [each for each in self.lineage.unlearnings(version.number) if self._concerned(each, queue)]

    def _concerned(self, gone: Meaning, queue: str) -> bool:
        """Tell whether a removed clause concerned the queue when it went and, if by the policy's queues, would now."""
        queues, just_before = gone.spans[0].queues, gone.version.effective_at - INSTANT
        return all(self.known.is_named_by(queues, queue, moment) for moment in (just_before, self.at))

    def _has_met(self, gone: Meaning) -> bool:
        """Tell whether a removed clause, in whatever wording, concerned the person while it was in force."""
        return bool(self.known.concern(spans_before(self.lineage, gone)))

    def is_covered(self, meaning: Meaning) -> bool:
        """Tell whether a meaning is covered now."""
        return self.coverage.is_covered(meaning.index, self.at)

    def uncovered(self, concerning: Iterable[tuple[str, Meaning]]) -> dict[int, Uncovered]:
        """Give those of the meanings that are not covered now, by index, with their causes and due moments."""
        dues = Dues(self.known, self.coverage, self.at)
        found = {}
        for clause, meaning in concerning:
            if not self.is_covered(meaning):
                due = dues.due(meaning.index)
                found[meaning.index] = Uncovered(
                    clause=clause, causes=due.causes, due_at=due.at, is_unlearning=meaning.is_unlearning
                )
        return found

    def held(self, queue: str) -> int | None:
        """Give the newest effective version of which all that concerns the person is covered, and something does."""
        for version in reversed(self.effective):
            concerning = self.concerning(version, queue)
            if concerning and all(self.is_covered(meaning) for _, meaning in concerning):
                return version.number
        return None

    def is_provisional(self, index: int) -> bool:
        """Tell whether only an acknowledged emergency uncovered a meaning, and its provisional time still runs."""
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

    def is_due_moving(self) -> bool:
        """Tell whether an open leave or waiver runs: what is due then moves with the clock."""
        pauses = (*self.known.leave, *self.known.waivers)
        return any(pause.start <= self.at and pause.end == FOREVER for pause in pauses)

    def is_waived(self) -> bool:
        """Tell whether the person need not meet the requirement now."""
        return is_within(self.known.waivers, self.at)


def spans_before(lineage: Lineage, gone: Meaning) -> list[Span]:
    """Give when a removed clause, in whatever wording, was in force."""
    return [span for each in lineage.meanings if gone.ancestors >> each.index & 1 for span in each.spans]
