"""The query behind "Are you ready?": where a person stands in their queues, and everything there is to do."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select

from lms.domain.gating import GateAnswer, answered
from lms.domain.readiness import Readiness, readinesses
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import State
from lms.domain.translations import ORIGINAL, Translation
from lms.extensions import db
from lms.models import Attempt, Evidence, Policy, Queue, Revocation, Version
from lms.models.gate_histories import LetIn, gate_settings, let_in
from lms.models.histories import person_histories, policy_histories
from lms.policies.queries import translations
from lms.training.assignments import Assignment, assigned, newest, open_refreshers
from lms.training.modules import Next, Step, assembled, next_step
from lms.training.shelf import Frozen, frozen, reasons, wordings
from lms.training.tasks import Line, Sort, line_of, minutes_in, urgency
from lms.training.teaching import Taught, numbers, taught


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """Where a person stands in one of their queues."""

    slug: str
    name: str
    state: State
    because: str
    is_required: bool
    """Some policy asks something of them here."""
    clause_count: int
    is_changed: bool
    """Every one of those clauses was known and has changed."""
    minutes: int
    due_at: datetime | None
    changes_at: datetime | None
    gate: GateAnswer
    """May they take work here now, and until when that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The page of one person."""

    queues: tuple[QueueLine, ...]
    lines: tuple[Line, ...]
    """To do, most urgent first."""
    coming: tuple[Line, ...]
    """What can be done already and is not asked for yet."""
    let_in: tuple[LetIn, ...]
    """Overrides in force, also into a queue they are not in."""

    @property
    def ready(self) -> tuple[str, ...]:
        """Names of the queues this person is ready for."""
        return tuple(queue.name for queue in self.queues if queue.state is State.READY)

    @property
    def others(self) -> tuple[QueueLine, ...]:
        """The other queues."""
        return tuple(queue for queue in self.queues if queue.state is not State.READY)


def home(person_id: int, *, language: str = ORIGINAL, now: datetime) -> Home:
    """Everything on somebody's home page; twenty-six statements, however many queues and policies.

    One more in another `language` than English, in which policies and clauses are named as far as they are translated.
    """
    policies = {slug: each for slug, each in policy_histories().items() if newest(each, now)}
    person = person_histories([person_id])[person_id]
    mine = readiness_of(policies, person, now=now)
    lines = _lines(person_id, policies, person, mine, language, now)
    names = queue_names([each.queue for each in mine])
    settings = gate_settings()
    gates = {
        each.queue: answered(each, policies.values(), person, settings.get(each.queue, ()), known_at=now)
        for each in mine
    }
    return Home(
        queues=tuple(_queue(each, names[each.queue], lines, gates[each.queue]) for each in mine),
        lines=tuple(sorted((line for line in lines if line.is_urgent), key=urgency)),
        coming=tuple(sorted((line for line in lines if not line.is_urgent), key=urgency)),
        let_in=tuple(let_in(at=now, known_at=now, people=[person_id]).values()),
    )


def queues_of(person_id: int, slug: str, *, now: datetime) -> tuple[tuple[str, State], ...]:
    """The person's queues in which a policy counts, by name, with where they stand in each now."""
    policies = {key: each for key, each in policy_histories().items() if newest(each, now)}
    mine = readiness_of(policies, person_histories([person_id])[person_id], now=now)
    names = queue_names([each.queue for each in mine])
    return tuple(
        (names[each.queue], each.state)
        for each in mine
        if any(one.policy == slug and one.state is not State.NOT_REQUIRED for one in each.standings)
    )


def readiness_of(policies: dict[str, PolicyHistory], person: PersonHistory, *, now: datetime) -> tuple[Readiness, ...]:
    """The readiness of a person in every queue they work in now, by queue."""
    found = readinesses(policies.values(), person, queues=sorted(person.queues), at=now, known_at=now)
    return tuple(each for each in found if each.is_active and each.is_in_queue)


def queue_names(slugs: Sequence[str]) -> dict[str, str]:
    """Names of queues by slug; one statement."""
    return {
        slug: name for slug, name in db.session.execute(select(Queue.slug, Queue.name).where(Queue.slug.in_(slugs)))
    }


def _lines(
    person_id: int,
    policies: dict[str, PolicyHistory],
    person: PersonHistory,
    mine: Sequence[Readiness],
    language: str,
    now: datetime,
) -> list[Line]:
    tasks = [task for each in policies.values() if (task := assigned(each, person, now=now)).clauses]
    refreshers = [each for each in open_refreshers(person_id) if each.policy in policies]
    tasks += [assigned(policies[each.policy], person, refresher=each, now=now) for each in refreshers]
    shown = [taught(task, now) for task in tasks]
    wanted, changed = _wanted(tasks, shown)
    versions = frozen({task.policy.slug: task.learn.version for task in tasks if task.learn.version})
    texts, said = wordings(wanted), reasons(changed)
    words = _words(versions, language)
    attempts = _attempts(person_id)
    lines = []
    for task, parts in zip(tasks, shown, strict=True):
        slug = task.policy.slug
        module = assembled(task, versions[slug], shown=parts, texts=texts[slug], now=now)
        lines.append(
            line_of(
                task,
                version=versions[slug],
                shown=parts,
                texts=texts[slug],
                said=said[slug],
                standings=[one for each in mine for one in each.standings if one.policy == slug],
                minutes=module.minutes,
                following=next_step(attempts[slug], task, versions[slug], item_count=module.item_count, now=now),
                words=words.get(slug),
                now=now,
            )
        )
    known = {line.next.attempt_id for line in lines if line.next.step is Step.SIGN}
    return [*lines, *(line for line in _unsigned(person_id) if line.next.attempt_id not in known)]


def _wanted(
    tasks: Sequence[Assignment], shown: Sequence[Sequence[Taught]]
) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Numbers of the versions whose texts are shown, and of those whose reasons are, by policy."""
    texts: dict[str, set[int]] = defaultdict(set)
    changes: dict[str, set[int]] = defaultdict(set)
    for task, parts in zip(tasks, shown, strict=True):
        texts[task.policy.slug] |= numbers(parts)
        changes[task.policy.slug] |= {part.changed_in for part in parts if part.changed_in}
    return texts, changes


def _words(versions: dict[str, Frozen], language: str) -> dict[str, Translation]:
    stored = translations([each.version_id for each in versions.values()], language)
    return {slug: stored[each.version_id].words for slug, each in versions.items() if each.version_id in stored}


def _attempts(person_id: int) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = defaultdict(list)
    for slug, attempt in db.session.execute(
        select(Policy.slug, Attempt)
        .join(Attempt, Attempt.policy_id == Policy.id)
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.number)
    ):
        found[slug].append(attempt)
    return found


def _unsigned(person_id: int) -> list[Line]:
    """Passed, not signed, and nothing of the policy signed since that still stands: one click is missing."""
    is_revoked = exists().where(Revocation.evidence_id == Evidence.id)
    signed_since = exists().where(
        Evidence.person_id == Attempt.person_id,
        Evidence.policy_id == Attempt.policy_id,
        or_(
            Evidence.attempt_id == Attempt.id,  # what was signed and revoked is not signed again
            and_(Evidence.occurred_at >= Attempt.submitted_at, ~is_revoked),
        ),
    )
    rows = db.session.execute(
        select(Attempt, Policy, Version.number)
        .join(Policy, Policy.id == Attempt.policy_id)
        .join(Version, Version.id == Attempt.version_id)
        .where(Attempt.person_id == person_id, Attempt.is_passed, ~signed_since)
        .order_by(Attempt.id)
    )
    return [
        Line(
            sort=Sort.SIGN,
            slug=policy.slug,
            title=policy.title,
            version=number,
            state=None,
            because="",
            whys=(),
            clause_count=len(attempt.clauses),
            is_whole=False,
            is_known=True,
            minutes=1,
            due_at=None,
            effective_at=None,
            next=Next(step=Step.SIGN, attempt_id=attempt.id),
        )
        for attempt, policy, number in rows
    ]


def _queue(mine: Readiness, name: str, lines: Sequence[Line], gate: GateAnswer) -> QueueLine:
    open_ones = [(each.policy, uncovered) for each in mine.standings for uncovered in each.uncovered]
    return QueueLine(
        slug=mine.queue,
        name=name,
        state=mine.state,
        because=mine.because,
        is_required=mine.is_required,
        clause_count=len({(policy, uncovered.clause) for policy, uncovered in open_ones}),
        is_changed=all(cause.kind == "changed" for _, uncovered in open_ones for cause in uncovered.causes),
        minutes=minutes_in(lines, {policy for policy, _ in open_ones}),
        due_at=min((uncovered.due_at for _, uncovered in open_ones), default=None),
        changes_at=mine.changes_at,
        gate=gate,
    )
