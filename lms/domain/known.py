"""What the system knew of one policy and one person at `known_at`: records filtered, spells closed, settings in force.

Records of a later `recorded_at` do not exist here. Source: domain.md sections 3 and 4, "Records".
"""

from collections.abc import Hashable, Iterable
from datetime import datetime

from lms.domain.intervals import BEGINNING, FOREVER, INSTANT, Interval, as_known, intersect, is_within, union
from lms.domain.lineage import Queues, Span
from lms.domain.records import PersonHistory, PolicyHistory, Settings, Version
from lms.domain.settings import in_force, terms

NO_REQUIREMENT = Settings(from_at=BEGINNING, recorded_at=BEGINNING, queues=frozenset(), onboarding_days=0, grace_days=0)
"""For an imported history without a requirement yet: asks nothing of anybody."""


class Known:
    """A policy and a person as known at one moment; everything derived here holds at every instant."""

    def __init__(self, policy: PolicyHistory, person: PersonHistory, known_at: datetime) -> None:
        self.policy, self.person, self.known_at = policy, person, known_at
        self.settings = sorted(
            (each for each in policy.settings if each.recorded_at <= known_at), key=lambda each: each.from_at
        )
        self.versions = sorted(
            (each for each in policy.versions if each.recorded_at <= known_at), key=lambda each: each.number
        )
        retired_known = policy.retired_recorded_at is None or policy.retired_recorded_at <= known_at
        self.retired_at = policy.retired_at if policy.retired_at and retired_known else FOREVER
        self.employment = union(as_known(person.employment, known_at))
        self.queues = {
            queue: intersect(union(as_known(spells, known_at)), self.employment)
            for queue, spells in person.queues.items()
        }
        self.leave = union(as_known(person.leave, known_at))
        self.waivers = union(as_known([each.spell for each in person.waivers if each.policy == policy.slug], known_at))
        mine = [each for each in person.evidence if each.policy == policy.slug and each.recorded_at <= known_at]
        self.evidence = sorted(mine, key=lambda each: each.occurred_at)
        self.decisions = sorted(
            (each for each in person.decisions if each.policy == policy.slug and each.recorded_at <= known_at),
            key=lambda each: (each.occurred_at, each.recorded_at),
        )
        self.acknowledged = {
            each.version: each.occurred_at
            for each in sorted(person.acknowledgements, key=lambda each: each.occurred_at, reverse=True)
            if each.policy == policy.slug and each.recorded_at <= known_at
        }
        self.memo: dict[Hashable, object] = {}
        """What was derived from this, by whoever derived it."""
        self._reach: dict[Queues, list[Interval]] = {}
        self._in_force: dict[datetime, Settings | None] = {}

    def settings_in_force(self, at: datetime) -> Settings | None:
        """Give the last recorded of the settings in force, or None before there were any."""
        if at not in self._in_force:
            self._in_force[at] = in_force(self.settings, at)
        return self._in_force[at]

    def settings_for(self, at: datetime) -> Settings:
        """Give the settings whose days count for what happened at `at`: before any were in force, the first that is."""
        if not self.settings:
            return NO_REQUIREMENT
        return self.settings_in_force(at) or self.settings_in_force(self.settings[0].from_at) or NO_REQUIREMENT

    def live_versions(self, at: datetime) -> tuple[Version, ...]:
        """Give the versions not withdrawn at `at`; a withdrawal after the version took effect is void."""
        return tuple(each for each in self.versions if self.withdrawn_at(each) > at)

    def withdrawn_at(self, version: Version) -> datetime:
        """Give when a version was withdrawn, FOREVER when it was not (as far as known)."""
        withdrawn, recorded = version.withdrawn_at, version.withdrawn_recorded_at
        if withdrawn is None or withdrawn >= version.effective_at or (recorded and recorded > self.known_at):
            return FOREVER
        return withdrawn

    def is_named_by(self, queues: Queues, queue: str, at: datetime) -> bool:
        """Tell whether a clause that names these queues (none: those of its policy) concerns a queue at `at`."""
        if queues:
            return queue in queues
        settings = self.settings_in_force(at)
        return settings is not None and (settings.is_everybody or queue in settings.queues)

    def queues_at(self, at: datetime) -> list[str]:
        """Give the queues in which the person is active."""
        return [queue for queue, intervals in self.queues.items() if is_within(intervals, at)]

    def reach(self, queues: Queues) -> list[Interval]:
        """Give when the person was active in a queue that a clause naming these (none: the policy's) concerns."""
        if queues not in self._reach:
            spells = [interval for queue in queues for interval in self.queues.get(queue, ())]
            self._reach[queues] = union(spells) if queues else self.served(self.queues)
        return self._reach[queues]

    def served(self, queues: Iterable[str]) -> list[Interval]:
        """Give when the person was active in one of these queues while it was among those of the policy."""
        served: list[Interval] = []
        for settings, interval in terms(self.settings):
            inside = [queue for queue in queues if settings.is_everybody or queue in settings.queues]
            spells = [spell for queue in inside for spell in self.queues.get(queue, ())]
            served += intersect(spells, [interval])
        return union(served)

    def concern(self, spans: Iterable[Span]) -> list[Interval]:
        """Give when the person was active in a queue that these spans of clauses concern."""
        return union(
            interval
            for span in spans
            for interval in intersect(self.reach(span.queues), [Interval(span.start, span.end, span.noted_at)])
            if span.start < span.end
        )

    def was_there_before(self, queues: Queues, at: datetime) -> bool:
        """Tell whether the person was already in a queue that such a clause concerns at `at` just before it.

        If so the policy came to the person, and not the person to the queue.
        """
        return any(self.is_named_by(queues, queue, at) for queue in self.queues_at(at - INSTANT))
