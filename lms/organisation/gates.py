"""What standings mean at the gate of a queue: read, and set by an action, appended and counted from its moment on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from lms import auditing
from lms.access import Role
from lms.auditing import Act
from lms.domain.gating import SETTABLE, answers_at, needs_confirmation
from lms.domain.readiness import Answer
from lms.domain.standing import State
from lms.extensions import db, writing
from lms.models import GateSetting, Identity, Queue, Spell, SpellKind
from lms.models.closed import is_closed
from lms.models.dated import spells_at
from lms.models.gate_histories import gate_settings
from lms.organisation.actions import OrganisationRefused
from lms.people.changing import SHORTEST_WHY

LONGEST_WHY = 2000
FARTHEST = timedelta(days=3650)
"""How far ahead it may begin."""
Meaning = Mapping[State, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """What somebody set once."""

    answers: Meaning
    from_at: datetime
    reason: str
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGate:
    """The gate of a queue: what counts, what is coming, and everything that was set."""

    queue: str
    name: str
    answers: Meaning
    """In force now."""
    lines: tuple[GateLine, ...]
    """Last recorded first."""

    def coming(self, now: datetime) -> tuple[GateLine, ...]:
        """What will count later and was not taken back since, soonest first."""
        ahead = [each for each in self.lines if each.from_at > now]
        kept = [
            each
            for each in ahead
            if not any(other.recorded_at > each.recorded_at and other.from_at <= each.from_at for other in self.lines)
        ]
        return tuple(sorted(kept, key=lambda each: each.from_at))


def queue_gate(slug: str, *, now: datetime) -> QueueGate | None:
    """The gate of a queue; None where there is no such queue. Three statements."""
    name = db.session.scalar(select(Queue.name).where(Queue.slug == slug))
    if name is None:
        return None
    rows = db.session.execute(
        select(GateSetting, Identity.name)
        .join(Queue, Queue.id == GateSetting.queue_id)
        .outerjoin(Identity, Identity.person_id == GateSetting.recorded_by)
        .where(Queue.slug == slug)
        .order_by(GateSetting.id.desc())
    )
    lines = tuple(
        GateLine(
            answers={state: Answer(getattr(row, state.value)) for state in SETTABLE},
            from_at=row.from_at,
            reason=row.reason,
            recorded_at=row.recorded_at,
            by=by or "(erased)",
        )
        for row, by in rows
    )
    return QueueGate(queue=slug, name=name, answers=meaning_at(slug, now, now=now), lines=lines)


@writing()
def set_gate(
    slug: str,
    wanted: Meaning,
    *,
    is_confirmed: bool,
    from_at: datetime | None,
    reason: str,
    by: int,
    now: datetime,
) -> bool:
    """Set what each of `SETTABLE` means from a moment on (None: from now on); False when that is so already.

    Raise OrganisationRefused.
    """
    queue_id = _open_queue(slug)
    refuse_unless_sound(wanted, is_confirmed=is_confirmed, from_at=from_at, reason=reason, now=now)
    _refuse_unless_may(by, now)
    start = from_at or now
    was = meaning_at(slug, start, now=now)
    ahead = (each for each in gate_settings().get(slug, ()) if each.from_at > start)
    if was == wanted and not any(dict(each.answers) != dict(wanted) for each in ahead):
        return False
    row = GateSetting(queue_id=queue_id, is_confirmed=is_confirmed, **_words(wanted))
    row.from_at, row.reason, row.recorded_at, row.recorded_by = start, reason.strip(), now, by
    db.session.add(row)
    after = {"from_at": start} | _words(wanted)
    auditing.note(Act.GATE_SET, by=by, at=now, about=slug, before=_words(was), after=after, reason=row.reason)
    db.session.commit()
    return True


def _open_queue(slug: str) -> int:
    """Its id; locked, so that two who set it come one after the other."""
    queue = db.session.scalar(select(Queue).where(Queue.slug == slug).with_for_update())
    if queue is None:
        raise OrganisationRefused("There is no such queue.")
    if is_closed(Queue, queue.id):
        raise OrganisationRefused("“%(name)s” is closed. Open it again first.", name=queue.name)
    return queue.id


def _words(answers: Meaning) -> dict[str, str]:
    return {state.value: answer.value for state, answer in answers.items()}


def refuse_unless_sound(
    wanted: Meaning, *, is_confirmed: bool, from_at: datetime | None, reason: str, now: datetime
) -> None:
    """Raise OrganisationRefused for what nobody can mean, or would change what was."""
    if needs_confirmation(wanted) and not is_confirmed:
        raise OrganisationRefused(
            "Who is overdue or on hold would get work. Confirm it if you mean it, or choose another answer."
        )
    if from_at is not None and from_at < now:
        raise OrganisationRefused("That moment has passed. Choose one that lies ahead, or leave it empty for now.")
    if from_at is not None and from_at > now + FARTHEST:
        raise OrganisationRefused("That is too far ahead. Choose a moment within ten years.")
    if not SHORTEST_WHY <= len(reason.strip()) <= LONGEST_WHY:
        raise OrganisationRefused("Say why, in %(least)s to %(most)s characters.", least=SHORTEST_WHY, most=LONGEST_WHY)


def _refuse_unless_may(by: int, now: datetime) -> None:
    """As `Principal.may_set_gates`, for whoever asks by another door."""
    roles = db.session.execute(
        spells_at(Spell.role, Spell.team_id, Identity.vendor, kinds=[SpellKind.ROLE], at=now, known_at=now)
        .join(Identity, Identity.person_id == Spell.person_id)
        .where(Spell.person_id == by, Spell.role.in_([Role.ADMINISTRATOR.value, Role.LEAD.value]))
    ).all()
    if not any(each.role == Role.ADMINISTRATOR.value or (each.team_id is None and not each.vendor) for each in roles):
        raise OrganisationRefused("Only an administrator, or a lead of every team, sets what a gate answers.")


def meaning_at(slug: str, at: datetime, *, now: datetime) -> Meaning:
    """What each of `SETTABLE` means at the gate of a queue at an instant, as known now; one statement."""
    found = answers_at(gate_settings().get(slug, ()), at=at, known_at=now)
    return {state: found[state] for state in SETTABLE}
