"""How a version lands on one person in one queue: does it ask anything new of them, and since when have they shown it?

Everybody at once is in `lms/everybody/landing.py`. Source: decision 0032.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.domain.case import Case
from lms.domain.intervals import require_aware
from lms.domain.known import Known
from lms.domain.lineage import Lineage
from lms.domain.records import PersonHistory, PolicyHistory


class Arrival(StrEnum):
    """How somebody of whom a version asks something new counts."""

    LANDED = "landed"
    NOT_YET = "not_yet"
    LEFT = "left"
    """They left the queue before they had shown it: not counted."""
    EXEMPT = "exempt"
    """On leave, or waived, at the moment at which it took effect: not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """One person in one queue."""

    arrival: Arrival
    landed_at: datetime | None
    """The first instant, from publication on, at which all that the version asks of them there is covered."""


def landing(
    policy: PolicyHistory, person: PersonHistory, *, version: int, queue: str, until: datetime, known_at: datetime
) -> Landing | None:
    """Give how a version landed on a person in a queue by `until`; None when it asks nothing new of them there.

    Whom it asks is looked at as it takes effect. Raises ValueError for moments without a time zone.
    """
    require_aware(until, known_at)
    known = Known(policy, person, known_at)
    found = next((each for each in known.versions if each.number == version), None)
    case = Case(known, found.effective_at) if found else None
    if not found or not case or case.required != found or queue not in known.queues_at(found.effective_at):
        return None
    asked, before = case.concerning(found, queue), asked_before(case, queue)
    if not any(is_new(case.lineage, meaning.index, before) for _, meaning in asked):
        return None
    if case.is_on_leave() or case.is_waived():
        return Landing(arrival=Arrival.EXEMPT, landed_at=None)
    for at in sorted(_instants(known, found.published_at, until)):
        if all(case.coverage.is_covered(meaning.index, at) for _, meaning in asked):
            return Landing(arrival=Arrival.LANDED, landed_at=at)
    is_there = queue in known.queues_at(max(until, found.effective_at))
    return Landing(arrival=Arrival.NOT_YET if is_there else Arrival.LEFT, landed_at=None)


def asked_before(case: Case, queue: str) -> frozenset[int]:
    """Give what the effective version before the required one can ask of anybody in a queue, as meanings."""
    if len(case.effective) < 2:
        return frozenset()
    previous = case.effective[-2]
    asked = (*(each for _, each in case.concerning(previous, queue)), *case.unlearned(previous, queue))
    return frozenset(each.index for each in asked)


def is_new(meanings: Lineage, index: int, before: frozenset[int]) -> bool:
    """Tell whether a meaning asks something that was not asked before: by a material change, or where it was not."""
    meaning = meanings.meanings[index]
    is_other = meaning.is_material or any(is_new(meanings, each, before) for each in meaning.predecessors)
    return index not in before and is_other


def _instants(known: Known, published_at: datetime, until: datetime) -> Iterator[datetime]:
    """Give the instants at which coverage can begin."""
    yield published_at
    for each in known.evidence:
        if published_at < each.occurred_at <= until:
            yield each.occurred_at
