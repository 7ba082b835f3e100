"""From rows to what the gate asks besides the histories: what queues set, and who is let in, by whom, until when."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from lms.domain.gating import SETTABLE, GateSettings, answers_at
from lms.domain.readiness import Answer
from lms.domain.records import Override as OverrideRecord
from lms.domain.records import Spell, SpellEnd
from lms.domain.standing import State
from lms.extensions import db
from lms.models.batches import batches
from lms.models.gates import GateSetting, Override, OverrideEnd
from lms.models.organisation import Queue
from lms.models.people import Identity

_SETTINGS = (
    select(
        Queue.slug,
        GateSetting.from_at,
        GateSetting.recorded_at,
        *(getattr(GateSetting, state.value) for state in SETTABLE),
    )
    .join(Queue, Queue.id == GateSetting.queue_id)
    .order_by(GateSetting.id)
)
_OVERRIDES = (
    select(Override.person_id, Queue.slug, Override.given_at, Override.until_at, OverrideEnd.ended_at)
    .join(Queue, Queue.id == Override.queue_id)
    .outerjoin(OverrideEnd, OverrideEnd.override_id == Override.id)
    .where(Override.person_id.in_(bindparam("people")))
    .order_by(Override.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """An override in force."""

    id: int
    person_id: int
    queue: str
    queue_name: str
    given_at: datetime
    until: datetime
    """As known; earlier than it was given for when somebody ended it."""
    by: str
    """Name; empty when they were erased."""
    reason: str


def gate_settings() -> dict[str, tuple[GateSettings, ...]]:
    """What every queue ever set, by queue; one statement."""
    found: dict[str, list[GateSettings]] = defaultdict(list)
    for slug, from_at, recorded_at, *said in db.session.execute(_SETTINGS):
        answers = {state: Answer(answer) for state, answer in zip(SETTABLE, said, strict=True)}
        found[slug].append(GateSettings(from_at=from_at, recorded_at=recorded_at, answers=answers))
    return {slug: tuple(mine) for slug, mine in found.items()}


def gate_answers(*, at: datetime, known_at: datetime) -> dict[str, Mapping[State, Answer]]:
    """What states mean at the gates of queues that set anything, at an instant, as known; one statement."""
    return {slug: answers_at(mine, at=at, known_at=known_at) for slug, mine in gate_settings().items()}


def overrides_of(people: Collection[int]) -> dict[int, list[OverrideRecord]]:
    """Every override of these people, for the rules; one statement for ten thousand of them."""
    made: dict[int, list[OverrideRecord]] = defaultdict(list)
    rows = (row for some in batches(people) for row in db.session.execute(_OVERRIDES, {"people": some}))
    for person_id, queue, given_at, until_at, ended_at in rows:
        ends = (SpellEnd(at=until_at, recorded_at=given_at),)
        if ended_at is not None:  # first: at the very same moment it counts as well
            ends = (SpellEnd(at=ended_at, recorded_at=ended_at), *ends)
        made[person_id].append(
            OverrideRecord(spell=Spell(start=given_at, recorded_at=given_at, ends=ends), queue=queue)
        )
    return made


def let_in(*, at: datetime, known_at: datetime, people: Collection[int] | None = None) -> dict[tuple[int, str], LetIn]:
    """Overrides in force at an instant, as known, by person and queue; of everybody without `people`. One statement."""
    asked = (
        select(Override, Queue.slug, Queue.name, Identity.name.label("by"), OverrideEnd.ended_at)
        .join(Queue, Queue.id == Override.queue_id)
        .outerjoin(Identity, Identity.person_id == Override.given_by)
        .outerjoin(OverrideEnd, OverrideEnd.override_id == Override.id)
        .where(Override.given_at <= min(at, known_at), Override.until_at > at)
        .order_by(Override.id)
    )
    if people is not None:
        asked = asked.where(Override.person_id.in_(people))
    found = {}
    for row, slug, name, by, ended_at in db.session.execute(asked):
        until = row.until_at if ended_at is None or ended_at > known_at else ended_at
        if until > at:
            found[row.person_id, slug] = LetIn(
                id=row.id,
                person_id=row.person_id,
                queue=slug,
                queue_name=name,
                given_at=row.given_at,
                until=until,
                by=by or "",
                reason=row.reason,
            )
    return found


def override_of(override_id: int) -> tuple[int, str] | None:
    """Whom an override lets in, and into which queue; one statement."""
    found = db.session.execute(
        select(Override.person_id, Queue.slug)
        .join(Queue, Queue.id == Override.queue_id)
        .where(Override.id == override_id)
    ).first()
    return (found.person_id, found.slug) if found else None
