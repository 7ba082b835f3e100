"""From rows to the person histories that the rules take, in a fixed number of statements however many people."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import bindparam, select

from lms.domain import records
from lms.extensions import db
from lms.models.batches import batches
from lms.models.coaching import DueDecision, Refresher, RefresherEnd
from lms.models.gate_histories import overrides_of
from lms.models.organisation import Queue, Spell, SpellEnd, SpellKind
from lms.models.policies import ClauseRow, Policy, Version
from lms.models.training import Acknowledgement, Evidence, EvidenceClause, Revocation

# Made once: making a statement costs more than reading its rows.
_MINE = (
    Spell.person_id.in_(bindparam("people")),
    Spell.kind.in_(set(SpellKind) - {SpellKind.ROLE, SpellKind.TEAM}),
)
_SPELLS = (
    select(
        Spell.id,
        Spell.person_id,
        Spell.kind,
        Spell.start_at,
        Spell.recorded_at,
        Queue.slug.label("queue"),
        Policy.slug.label("policy"),
    )
    .outerjoin(Queue, Queue.id == Spell.queue_id)
    .outerjoin(Policy, Policy.id == Spell.policy_id)
    .where(*_MINE)
    .order_by(Spell.id)
)
_SPELL_ENDS = (
    select(SpellEnd.spell_id, SpellEnd.end_at, SpellEnd.recorded_at)
    .join(Spell, Spell.id == SpellEnd.spell_id)
    .where(*_MINE)
    .order_by(SpellEnd.id)
)
_DECISIONS = (
    select(DueDecision.person_id, Policy.slug, DueDecision.due_at, DueDecision.occurred_at, DueDecision.recorded_at)
    .join(Policy, Policy.id == DueDecision.policy_id)
    .where(DueDecision.person_id.in_(bindparam("people")))
    .order_by(DueDecision.id)
)
_ACKNOWLEDGEMENTS = (
    select(
        Acknowledgement.person_id,
        Policy.slug,
        Version.number,
        Acknowledgement.occurred_at,
        Acknowledgement.recorded_at,
    )
    .join(Version, Version.id == Acknowledgement.version_id)
    .join(Policy, Policy.id == Version.policy_id)
    .where(Acknowledgement.person_id.in_(bindparam("people")))
    .order_by(Acknowledgement.id)
)
_PINNED = (
    select(EvidenceClause.evidence_id, ClauseRow.slug)
    .join(ClauseRow, ClauseRow.id == EvidenceClause.clause_id)
    .join(Evidence, Evidence.id == EvidenceClause.evidence_id)
    .where(Evidence.person_id.in_(bindparam("people")))
)
_REVOCATIONS = (
    select(Revocation.evidence_id, Revocation.occurred_at, Revocation.recorded_at)
    .join(Evidence, Evidence.id == Revocation.evidence_id)
    .where(Evidence.person_id.in_(bindparam("people")))
    .order_by(Revocation.id)
)
_EVIDENCE = (
    select(
        Evidence.id,
        Evidence.person_id,
        Policy.slug,
        Version.number,
        Evidence.kind,
        Evidence.occurred_at,
        Evidence.recorded_at,
    )
    .join(Policy, Policy.id == Evidence.policy_id)
    .join(Version, Version.id == Evidence.version_id)
    .where(Evidence.person_id.in_(bindparam("people")))
    .order_by(Evidence.id)
)
_BLOCKING = (
    select(Refresher.person_id, Policy.slug, Refresher.assigned_at, RefresherEnd.ended_at)
    .join(Policy, Policy.id == Refresher.policy_id)
    .outerjoin(RefresherEnd, RefresherEnd.refresher_id == Refresher.id)
    .where(Refresher.person_id.in_(bindparam("people")), Refresher.is_blocking)
    .order_by(Refresher.id)
)

_Dated = tuple[SpellKind, str | None, str | None, records.Spell]
"""A spell with its kind, queue and policy."""
_Whose = Mapping[str, Collection[int]]
"""What the statements ask for."""


def person_histories(people: Collection[int]) -> dict[int, records.PersonHistory]:
    """Everything recorded about these people that standing depends on; nine statements for ten thousand of them."""
    found: dict[int, records.PersonHistory] = {}
    for some in batches(people):
        found |= _histories(some)
    return found


def _histories(people: list[int]) -> dict[int, records.PersonHistory]:
    whose = {"people": people}
    spells = _spells(whose)
    evidence = _evidence(whose)
    holds = _blocking_refreshers(whose)
    decisions = _decisions(whose)
    seen, let_in = _acknowledgements(whose), overrides_of(people)
    return {
        person: replace(
            _person(spells[person], evidence[person], holds[person], decisions[person], seen[person]),
            overrides=tuple(let_in[person]),
        )
        for person in people
    }


def _person(
    spells: list[_Dated],
    evidence: list[records.Evidence],
    holds: list[records.Hold],
    decisions: list[records.Decision],
    seen: list[records.Acknowledgement],
) -> records.PersonHistory:
    queues: dict[str, list[records.Spell]] = defaultdict(list)
    by_kind: dict[SpellKind, list[records.Spell]] = defaultdict(list)
    waivers: list[records.Waiver] = []
    for kind, queue, policy, spell in spells:
        if kind is SpellKind.QUEUE:
            queues[str(queue)].append(spell)
        elif kind is SpellKind.WAIVER:
            waivers.append(records.Waiver(policy=str(policy), spell=spell))
        elif kind is SpellKind.HOLD:
            holds.append(records.Hold(spell=spell, queue=queue, policy=policy))
        else:
            by_kind[kind].append(spell)
    return records.PersonHistory(
        employment=tuple(by_kind[SpellKind.EMPLOYMENT]),
        queues={slug: tuple(found) for slug, found in queues.items()},
        leave=tuple(by_kind[SpellKind.LEAVE]),
        waivers=tuple(waivers),
        holds=tuple(holds),
        evidence=tuple(evidence),
        decisions=tuple(decisions),
        acknowledgements=tuple(seen),
    )


def _decisions(whose: _Whose) -> dict[int, list[records.Decision]]:
    made: dict[int, list[records.Decision]] = defaultdict(list)
    for person_id, slug, due_at, occurred_at, recorded_at in db.session.execute(_DECISIONS, whose):
        made[person_id].append(
            records.Decision(policy=slug, due_at=due_at, occurred_at=occurred_at, recorded_at=recorded_at)
        )
    return made


def _acknowledgements(whose: _Whose) -> dict[int, list[records.Acknowledgement]]:
    made: dict[int, list[records.Acknowledgement]] = defaultdict(list)
    for person_id, slug, number, occurred_at, recorded_at in db.session.execute(_ACKNOWLEDGEMENTS, whose):
        made[person_id].append(
            records.Acknowledgement(policy=slug, version=number, occurred_at=occurred_at, recorded_at=recorded_at)
        )
    return made


def _spells(whose: _Whose) -> dict[int, list[_Dated]]:
    ends: dict[int, list[records.SpellEnd]] = defaultdict(list)
    for spell_id, end_at, recorded_at in db.session.execute(_SPELL_ENDS, whose):
        ends[spell_id].append(records.SpellEnd(at=end_at, recorded_at=recorded_at))
    made: dict[int, list[_Dated]] = defaultdict(list)
    for row in db.session.execute(_SPELLS, whose):
        spell = records.Spell(start=row.start_at, recorded_at=row.recorded_at, ends=tuple(ends[row.id]))
        made[row.person_id].append((row.kind, row.queue, row.policy, spell))
    return made


def _pinned(whose: _Whose) -> dict[int, set[str]]:
    """Clause ids by evidence."""
    clauses: dict[int, set[str]] = defaultdict(set)
    for evidence_id, slug in db.session.execute(_PINNED, whose):
        clauses[evidence_id].add(slug)
    return clauses


def _revocations(whose: _Whose) -> dict[int, list[records.Revocation]]:
    """Revocations by evidence."""
    revoked: dict[int, list[records.Revocation]] = defaultdict(list)
    for evidence_id, occurred_at, recorded_at in db.session.execute(_REVOCATIONS, whose):
        revoked[evidence_id].append(records.Revocation(occurred_at=occurred_at, recorded_at=recorded_at))
    return revoked


def _evidence(whose: _Whose) -> dict[int, list[records.Evidence]]:
    clauses, revoked = _pinned(whose), _revocations(whose)
    made: dict[int, list[records.Evidence]] = defaultdict(list)
    for evidence_id, person_id, slug, number, kind, occurred_at, recorded_at in db.session.execute(_EVIDENCE, whose):
        is_imported = kind == "imported"
        made[person_id].append(
            records.Evidence(
                policy=slug,
                version=number,
                clauses=None if is_imported and not clauses[evidence_id] else frozenset(clauses[evidence_id]),
                occurred_at=occurred_at,
                recorded_at=recorded_at,
                is_imported=is_imported,
                revocations=tuple(revoked[evidence_id]),
            )
        )
    return made


def _blocking_refreshers(whose: _Whose) -> dict[int, list[records.Hold]]:
    """An open blocking refresher keeps a person from the policy's work until it is passed or called off."""
    made: dict[int, list[records.Hold]] = defaultdict(list)
    for person_id, slug, assigned_at, ended_at in db.session.execute(_BLOCKING, whose):
        ends = (records.SpellEnd(at=ended_at, recorded_at=ended_at),) if ended_at else ()
        spell = records.Spell(start=assigned_at, recorded_at=assigned_at, ends=ends)
        made[person_id].append(records.Hold(spell=spell, queue=None, policy=slug))
    return made
