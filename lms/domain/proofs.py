"""Which meanings each piece of evidence proves, also when the version it was won on was withdrawn.

Source: domain.md section 4, "Covered"; section 2, its last sentence on evidence won on a withdrawn version.
"""

from datetime import datetime
from typing import NamedTuple

from lms.domain.intervals import FOREVER, INSTANT
from lms.domain.known import Known
from lms.domain.lineage import Lineage, bits, lineage
from lms.domain.records import Evidence, Settings, Version


class Proof(NamedTuple):
    """One piece of evidence with the meanings that it proves."""

    evidence: Evidence
    proven: int
    lost: int
    """What it proved only until its version was withdrawn."""
    lost_at: datetime
    lost_noted_at: datetime
    revoked_at: datetime
    revoked_noted_at: datetime
    settings: Settings
    """Those in force when it was won: its validity and window."""


def proofs(known: Known, meanings: Lineage, at: datetime) -> list[Proof]:
    """Give the proofs among the evidence as known, by when they were won; `at` tells which version is effective."""
    versions = {version.number: version for version in known.versions}
    return [
        _proof(known, meanings, evidence, versions[evidence.version], at)
        for evidence in known.evidence
        if evidence.version in versions
    ]


def _proof(known: Known, meanings: Lineage, evidence: Evidence, version: Version, at: datetime) -> Proof:
    lost_at, lost_noted_at, lost = known.withdrawn_at(version), FOREVER, 0
    if version.number in meanings.alive:
        proven, lost_at = meanings.proven(version.number, evidence.clauses), FOREVER
    else:
        proven = meanings.with_older(_carried(meanings, evidence, version, at))
        lost = _before_withdrawal(known, meanings, evidence, version) & ~proven
        lost_noted_at = version.withdrawn_recorded_at or lost_at
    revoked_at, revoked_noted_at = _revocation(known, evidence)
    return Proof(
        evidence=evidence,
        proven=proven,
        lost=lost,
        lost_at=lost_at,
        lost_noted_at=lost_noted_at,
        revoked_at=revoked_at,
        revoked_noted_at=revoked_noted_at,
        settings=known.settings_for(evidence.occurred_at),
    )


def _revocation(known: Known, evidence: Evidence) -> tuple[datetime, datetime]:
    """Give when the evidence was first revoked and when that was recorded, FOREVER twice when it was not."""
    revoked = [(each.occurred_at, each.recorded_at) for each in evidence.revocations]
    return min((each for each in revoked if each[1] <= known.known_at), default=(FOREVER, FOREVER))


def _carried(meanings: Lineage, evidence: Evidence, withdrawn: Version, at: datetime) -> int:
    """Give what evidence won on a withdrawn version proves in the version before it and, once effective, the next.

    That is every clause of the same text: the one of the same id if it is among them. What was unlearnt stays so.
    """
    pinned = [each for each in withdrawn.clauses if evidence.clauses is None or each.id in evidence.clauses]
    before = [each for each in meanings.versions if each.number < withdrawn.number][-1:]
    after = [each for each in meanings.versions if each.number > withdrawn.number][:1]
    carried: list[int] = []
    for version in [*before, *(each for each in after if each.effective_at <= at)]:
        ids_of: dict[str, list[str]] = {}
        for clause in version.clauses:
            ids_of.setdefault(clause.text_hash, []).append(clause.id)
        for clause in pinned:
            same = ids_of.get(clause.text_hash, [])
            carried += [meanings.alive[version.number][each] for each in ([clause.id] if clause.id in same else same)]
    carried += [
        meaning.index
        for meaning in meanings.meanings
        if meaning.is_unlearning
        and meaning.version.number < withdrawn.number
        and (evidence.clauses is None or meaning.clause in evidence.clauses)
    ]
    return bits(carried)


def _before_withdrawal(known: Known, meanings: Lineage, evidence: Evidence, withdrawn: Version) -> int:
    """Give what the evidence proved while its version still stood, as far as the same meanings are there today."""
    just_before = known.withdrawn_at(withdrawn) - INSTANT
    standing = tuple(each for each in known.live_versions(just_before) if each.number <= withdrawn.number)
    then = lineage(known.policy, standing)
    shared = 0
    for one, other in zip(standing, meanings.versions, strict=False):
        if one.number != other.number:
            break
        shared = meanings.sizes[one.number]
    return then.proven(withdrawn.number, evidence.clauses) & (1 << shared) - 1
