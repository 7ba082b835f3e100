"""What one person has to learn of one policy, over all their queues: the clauses of their module.

Turning them into lessons and items is in `modules.py`. Source: domain.md section 5, first paragraph.
"""

from dataclasses import dataclass
from datetime import datetime

from lms.domain.case import Case
from lms.domain.intervals import require_aware
from lms.domain.known import Known
from lms.domain.lineage import Meaning
from lms.domain.records import PersonHistory, PolicyHistory, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class ToLearn:
    """The clauses of one person's module, and how to teach and pin them."""

    required: int | None
    """Number of the version that governs now; None before the first and when retired."""
    version: int | None
    """The newest published version, on which evidence is pinned; None when there is nothing to prove anything on."""
    effective_at: datetime | None
    """When that version takes effect, if it has not yet."""
    clauses: tuple[str, ...]
    """Ids to learn: in the order of `version`, then those that only `required` has, then the unlearnings."""
    unlearnings: frozenset[str]
    """Those of them that are gone from `version` and must be unlearned."""
    changing: frozenset[str]
    """Those of them that will be worded otherwise, or be gone, at `effective_at`: taught in both wordings."""
    covered_before: frozenset[str]
    """Those of them of which this person once proved a wording: shown as a change, not as new."""
    is_whole: bool
    """The whole module, for a newcomer or a renewal; else the delta."""


def concerned(policy: PolicyHistory, person: PersonHistory, *, at: datetime, known_at: datetime) -> tuple[str, ...]:
    """Give the ids of what concerns a person in any of their queues at `at`, unlearnings last; empty: not required.

    Raises ValueError for moments without a time zone.
    """
    require_aware(at, known_at)
    case = Case(Known(policy, person, known_at), at)
    return tuple(_by_clause(case, case.required)) if case.required else ()


def named_for(
    policy: PolicyHistory, person: PersonHistory, *, version: int, at: datetime, known_at: datetime
) -> frozenset[str]:
    """Give the clauses of a version that name (or, naming none, are for) a queue in which the person is active.

    Whatever the version: that is who may read what is need-to-know. Raises ValueError for moments without a zone.
    """
    require_aware(at, known_at)
    known = Known(policy, person, known_at)
    queues = known.queues_at(at)
    found = next((each.clauses for each in known.versions if each.number == version), ())
    return frozenset(
        clause.id for clause in found if any(known.is_named_by(clause.queues, queue, at) for queue in queues)
    )


def to_learn(policy: PolicyHistory, person: PersonHistory, *, at: datetime, known_at: datetime) -> ToLearn:
    """Give what a person has to learn over all their queues, for today and for the newest published version.

    That is what is uncovered now, and what will be uncovered on the day the newest published version takes effect, so
    that training before that day counts. Leave, holds and waivers change nothing here. Raises ValueError for moments
    without a time zone.
    """
    require_aware(at, known_at)
    known = Known(policy, person, known_at)
    now = Case(known, at)
    required, upcoming = now.required, now.upcoming
    today = _by_clause(now, required) if required else {}
    then = Case(known, upcoming.effective_at, live_at=at) if upcoming else now
    later = _by_clause(then, upcoming) if upcoming else today
    wanted, is_whole = _wanted(now, today, then, later)
    newest = upcoming or required
    alive = now.lineage.alive[newest.number] if newest else {}
    wanted |= _parts(now, alive, [today[clause] for clause in wanted if clause in today])
    gone = frozenset(clause for clause in wanted if clause in later and later[clause].is_unlearning)
    order = {clause: place for place, clause in enumerate([*alive, *(each for each in today if each not in alive)])}
    return ToLearn(
        required=required.number if required else None,
        version=newest.number if newest else None,
        effective_at=upcoming.effective_at if upcoming else None,
        clauses=tuple(sorted(wanted, key=lambda clause: (clause in gone, order.get(clause, len(order)), clause))),
        unlearnings=gone,
        changing=frozenset(clause for clause in wanted if upcoming and _is_changing(today, later, clause)),
        covered_before=frozenset(clause for clause in wanted if _was_covered(now, _both(today, later, clause))),
        is_whole=is_whole,
    )


def _by_clause(case: Case, version: Version) -> dict[str, Meaning]:
    """Give what concerns the person over all their queues, by clause id in the order of the document."""
    found = {
        clause: meaning
        for queue in case.known.queues_at(case.at)
        for clause, meaning in case.concerning(version, queue)
    }
    order = {clause: place for place, clause in enumerate(case.lineage.alive[version.number])}
    return dict(sorted(found.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[1].index)))


def _wanted(now: Case, today: dict[str, Meaning], then: Case, later: dict[str, Meaning]) -> tuple[set[str], bool]:
    """Give the ids to learn, and whether they are the whole module."""
    kept = {meaning.index for meaning in later.values()}
    # What only has another name in the newest version is called by that name.
    current = {clause: each for clause, each in today.items() if clause in later or each.index not in kept}
    wanted = {clause for clause, each in current.items() if not now.is_covered(each)}
    wanted |= {clause for clause, each in later.items() if not then.is_covered(each)}
    everything = [*current.items(), *later.items()]
    is_newcomer = not _was_covered(now, [each for _, each in everything])
    is_renewal = any(now.coverage.is_in_window(each.index, now.at) for each in today.values())
    is_whole = is_renewal or (is_newcomer and bool(wanted))
    if is_whole:
        wanted |= {clause for clause, each in everything if not each.is_unlearning}
    return wanted, is_whole


def _parts(now: Case, alive: dict[str, int], learnt: list[Meaning]) -> set[str]:
    """Give what will come of these clauses in the newest version, whomever it concerns.

    Evidence names that version, and there a part of a clause proves the whole only with all the other parts.
    """
    every = now.lineage.meanings
    uncovered = [each.index for each in learnt if not now.is_covered(each) and not each.is_unlearning]
    return {clause for clause, index in alive.items() if any(every[index].ancestors >> each & 1 for each in uncovered)}


def _both(today: dict[str, Meaning], later: dict[str, Meaning], clause: str) -> list[Meaning]:
    return [meanings[clause] for meanings in (today, later) if clause in meanings]


def _was_covered(case: Case, meanings: list[Meaning]) -> bool:
    """Tell whether any of these, in whatever wording, was ever proven by this person."""
    family = 0
    for meaning in meanings:
        family |= meaning.ancestors | 1 << meaning.index
    return any(
        cover.won_at <= case.at
        for meaning in case.lineage.meanings
        if family >> meaning.index & 1
        for cover in case.coverage.covers(meaning.index)
    )


def _is_changing(today: dict[str, Meaning], later: dict[str, Meaning], clause: str) -> bool:
    """Tell whether what a clause says now will be worded otherwise or be gone; a clause that is added does not."""
    alive_now = {meaning.index for meaning in today.values()}
    if clause in today:
        return clause not in later or later[clause].index != today[clause].index
    if clause not in later:
        return True  # a part of one that changes
    came_from = later[clause]
    return came_from.index not in alive_now and any(came_from.ancestors >> each & 1 for each in alive_now)
