"""Random histories worth quarrelling about: splits, merges, removals, emergencies, leave, late records.

Moments are whole or half days from 1 January 2026, so that many of them coincide. Each history comes from one seed:
a hundred times faster than letting Hypothesis draw every day, and a failure names the seed.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from lms.domain.records import (
    Acknowledgement,
    Decision,
    Evidence,
    Hold,
    PersonHistory,
    PinnedClause,
    PolicyHistory,
    Revocation,
    Settings,
    Spell,
    SpellEnd,
    Version,
    VersionChange,
    Waiver,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
QUEUES = ("legal", "abuse", "spam")
POLICY = "requests"
KINDS = "uusmera-q"
"""What may happen to a clause: unchanged, split, material, editorial, merged (r), added, removed, requeued."""


class Chance(Random):
    """A `Random` that shows its seed."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    def __repr__(self) -> str:
        return f"Chance({self.number})"


randoms = st.builds(Chance, st.integers(0, 10**9))


def moment(days_in: float) -> datetime:
    return START + timedelta(days=days_in)


def some_day(random: Random, most: int = 110) -> float:
    return random.randrange(2 * most) / 2


def some_moment(random: Random) -> datetime:
    return moment(some_day(random))


def delay(random: Random) -> int:
    """How many days later something was recorded."""
    return random.choice([0, 0, 0, 0, 3, 20])


def some_queues(random: Random) -> frozenset[str]:
    return frozenset(random.choice([(), (), (), (), ("abuse",), ("legal",), ("legal", "abuse")]))


def make_settings(random: Random, from_day: float = -10) -> Settings:
    return Settings(
        from_at=moment(from_day),
        recorded_at=moment(from_day + delay(random)),
        queues=frozenset(random.choice([("legal",), ("legal", "abuse"), ("abuse",)])),
        is_everybody=random.random() < 0.2,
        onboarding_days=random.choice([0, 3, 14]),
        grace_days=random.choice([0, 2, 7]),
        valid_days=random.choice([None, None, 20, 50]),
        window_days=random.choice([0, 10, 30]),
        reentry_days=random.choice([0, 5, 30]),
    )


def changed(clause: str, *predecessors: str, material: bool, removal: bool = False) -> VersionChange:
    return VersionChange(clause=clause, predecessors=predecessors, is_material=material, is_removal=removal)


def make_clauses(
    random: Random, before: Version, number: int, kinds: str
) -> tuple[list[PinnedClause], list[VersionChange]]:
    """Draw what becomes of each clause; in an editorial version (no "m" in `kinds`) nothing is material."""
    clauses: list[PinnedClause] = []
    changes: list[VersionChange] = []
    left = list(before.clauses)
    while left:
        clause, kind = left.pop(0), random.choice(kinds)
        fresh = replace(clause, text_hash=f"{clause.id} in {number}")
        material = "m" in kinds and random.random() < 0.4
        if kind in "me":
            clauses.append(fresh)
            changes.append(changed(clause.id, clause.id, material=kind == "m"))
        elif kind == "s":
            part = replace(fresh, id=f"{clause.id}{number}", text_hash=f"part of {clause.id} in {number}")
            clauses += [fresh, part]
            changes.append(changed(clause.id, clause.id, material=False))
            changes.append(changed(part.id, clause.id, material=material))
        elif kind == "r" and left and left[0].queues == clause.queues:
            clauses.append(fresh)
            changes.append(changed(clause.id, clause.id, left.pop(0).id, material=material))
        elif kind == "-" and (clauses or left):
            changes.append(changed(clause.id, clause.id, material=random.random() < 0.8, removal=True))
        else:
            clauses.append(replace(clause, queues=some_queues(random)) if kind == "q" else clause)
    added = f"new{random.randint(1, 2)}"
    if "a" in kinds and random.random() < 0.4 and added not in {clause.id for clause in clauses}:
        clauses.append(PinnedClause(id=added, queues=some_queues(random), text_hash=f"{added} in {number}"))
        changes.append(changed(added, material=random.random() < 0.7))
    return clauses, changes


def make_version(random: Random, before: Version, number: int, effective: float, kinds: str = KINDS) -> Version:
    clauses, changes = make_clauses(random, before, number, kinds)
    lead = random.choice([0, 5, 20])
    return Version(
        number=number,
        published_at=moment(effective - lead),
        effective_at=moment(effective),
        recorded_at=max(before.recorded_at, moment(effective - lead + delay(random))),
        clauses=tuple(clauses),
        changes=tuple(changes),
        grace_days=random.choice([None, None, 0, 3]),
        provisional_until=random.choice([None, None, moment(effective + 3)]),
    )


def make_policy(random: Random, *, withdrawals: bool = True) -> PolicyHistory:
    clauses = tuple(
        PinnedClause(id=f"c{place}", queues=some_queues(random), text_hash=f"c{place}")
        for place in range(random.randint(2, 4))
    )
    before = Version(number=1, published_at=START, effective_at=START, recorded_at=START, clauses=clauses)
    versions, effective = [before], 0.0
    for number in range(2, random.randint(3, 5)):
        effective += random.choice([1, 7, 20, 40])
        version = make_version(random, before, number, effective)
        if versions[-1].withdrawn_at:  # only the newest version can be withdrawn
            published_at = max(version.published_at, versions[-1].withdrawn_at)
            version = replace(version, published_at=published_at, recorded_at=max(version.recorded_at, published_at))
        if withdrawals and version.published_at < version.effective_at and random.random() < 0.2:
            version = replace(version, withdrawn_at=version.effective_at - timedelta(days=2))
        else:
            before = version
        versions.append(version)
    settings = [make_settings(random)]
    if random.random() < 0.5:
        settings.append(make_settings(random, random.randint(5, 60)))
    retired_at = moment(90) if random.random() < 0.1 else None
    return PolicyHistory(slug=POLICY, settings=tuple(settings), versions=tuple(versions), retired_at=retired_at)


def make_spells(random: Random, most: int) -> tuple[Spell, ...]:
    found = []
    for _ in range(random.randint(0, most)):
        start = some_day(random)
        ends = tuple(
            SpellEnd(
                at=random.choice([None, *[moment(start + random.choice([-1, 2, 6, 12, 40]))] * 5]),
                recorded_at=moment(start + delay(random)),
            )
            for _ in range(random.randint(0, 2))
        )
        found.append(Spell(start=moment(start), recorded_at=moment(start + delay(random)), ends=ends))
    return tuple(found)


def make_evidence(random: Random, policy: PolicyHistory) -> Evidence:
    version = random.choice(policy.versions)
    known = sorted({clause.id for each in policy.versions if each.number <= version.number for clause in each.clauses})
    clauses = random.choice([None, known, known, [each for each in known if random.random() < 0.5]])
    won = (version.published_at - START).days + random.randint(0, 50)
    revocations: tuple[Revocation, ...] = ()
    if random.random() < 0.25:
        revoked = won + random.choice([0, 1, 10, 40])
        revocations = (Revocation(occurred_at=moment(revoked), recorded_at=moment(revoked + delay(random))),)
    return Evidence(
        policy=POLICY,
        version=version.number,
        clauses=None if clauses is None else frozenset(clauses),
        occurred_at=moment(won),
        recorded_at=moment(won + delay(random)),
        is_imported=clauses is None,
        revocations=revocations,
    )


def make_decision(random: Random) -> Decision:
    decided = some_day(random)
    return Decision(
        policy=POLICY,
        due_at=moment(decided + random.choice([-5, 3, 10, 30])),
        occurred_at=moment(decided),
        recorded_at=moment(decided + delay(random)),
    )


def make_person(random: Random, policy: PolicyHistory, *, decisions: bool = True) -> PersonHistory:
    early = Spell(start=moment(random.choice([-20, 0, 10, 30])), recorded_at=START)
    refresher = random.choice([("legal", None), (None, POLICY)])
    return PersonHistory(
        employment=random.choice([(replace(early, start=moment(-300)),)] * 2 + [(early,), make_spells(random, 2)]),
        queues={
            "legal": (*([early] if random.random() < 0.7 else []), *make_spells(random, 3)),
            "abuse": (*([early] if random.random() < 0.3 else []), *make_spells(random, 3)),
            "spam": make_spells(random, 1),
        },
        leave=make_spells(random, 2),
        waivers=tuple(Waiver(policy=POLICY, spell=each) for each in make_spells(random, 1)),
        holds=tuple(Hold(spell=each, queue=refresher[0], policy=refresher[1]) for each in make_spells(random, 1)),
        evidence=tuple(make_evidence(random, policy) for _ in range(random.randint(0, 5))),
        decisions=tuple(make_decision(random) for _ in range(random.randint(0, 2) if decisions else 0)),
        acknowledgements=tuple(
            Acknowledgement(
                policy=POLICY, version=each.number, occurred_at=each.effective_at, recorded_at=each.effective_at
            )
            for each in policy.versions
            if each.provisional_until and random.random() < 0.7
        ),
    )


def make_case(
    random: Random, *, withdrawals: bool = True, decisions: bool = True
) -> tuple[PolicyHistory, PersonHistory, str]:
    """Give a policy, a person and a queue to ask about."""
    policy = make_policy(random, withdrawals=withdrawals)
    return policy, make_person(random, policy, decisions=decisions), random.choice(["legal", "legal", "abuse", "spam"])


def make_asked(random: Random) -> tuple[datetime, datetime]:
    """Give an `at` and a `known_at`: most often at once, sometimes a look back or a forecast."""
    at = some_moment(random)
    return at, random.choice([at, at, moment(400), at - timedelta(days=20), at + timedelta(days=15)])
