"""One answer of the gate, with names for what it speaks of: one object behind the page, the JSON and the command."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.domain.gating import GateAnswer, Reason, ask
from lms.domain.readiness import Answer
from lms.domain.records import PersonHistory, PolicyHistory
from lms.domain.standing import State, to_learn
from lms.extensions import db
from lms.models import Identity, Policy, Queue
from lms.models.gate_histories import LetIn, gate_settings, let_in
from lms.models.histories import person_histories, policy_histories
from lms.readiness.answers import may_serve
from lms.readiness.export import utc
from lms.readiness.learning_left import minutes_of, titles
from lms.readiness.queries import ERASED, members
from lms.readiness.report import Within
from lms.training.queries import Assignment, assigned, open_refreshers

MOST_FOUND = 20
"""Names that are offered when somebody looks for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedReason:
    """A reason of the answer, with titles."""

    reason: Reason
    policy_title: str
    """Empty where it is about the queue as a whole."""
    titles: tuple[str, ...]
    """Of the clauses, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """What the gate says about one person and queue."""

    person_id: int
    person: str
    queue: str
    queue_name: str
    at: datetime
    known_at: datetime
    answer: Answer
    because: str
    """leaver, leave, override or not_in_queue; else the state that decided."""
    state: State
    """Where they stand in the queue, whoever lets them in."""
    reasons: tuple[NamedReason, ...]
    minutes: int
    """Of training until they are ready again; 0 when nothing is asked."""
    until: datetime | None
    """The next instant at which the answer is another, if nothing more is recorded."""
    then: Answer | None
    let_in: LetIn | None
    """The override in force, also when it does not help."""


def gate_report(person_id: int, queue: str, *, person: str, at: datetime, known_at: datetime) -> GateReport | None:
    """Ask the gate; None for a queue that does not exist. At most 27 statements, whoever it is about."""
    name = db.session.scalar(select(Queue.name).where(Queue.slug == queue))
    if name is None:
        return None
    policies = {slug: each for slug, each in policy_histories().items() if may_serve(each, queue)}
    history = person_histories([person_id])[person_id]
    settings = gate_settings().get(queue, ())
    found = ask(policies.values(), history, settings, queue=queue, at=at, known_at=known_at)
    return GateReport(
        person_id=person_id,
        person=person,
        queue=queue,
        queue_name=name,
        at=at,
        known_at=known_at,
        answer=found.answer,
        because=found.because,
        state=found.readiness.state,
        reasons=_named(found),
        minutes=_minutes(person_id, found, policies, history, known_at),
        until=found.until,
        then=found.then,
        let_in=let_in(at=at, known_at=known_at, people=[person_id]).get((person_id, queue)),
    )


def _named(found: GateAnswer) -> tuple[NamedReason, ...]:
    called = {slug: title for slug, title in db.session.execute(select(Policy.slug, Policy.title))}
    required = {each.policy: each.required for each in found.readiness.standings}
    clauses = titles(required)

    def named(each: Reason) -> NamedReason:
        slug = each.policy or ""
        words = (clauses.of(slug, clause, version=required.get(slug)) for clause in each.clauses)
        return NamedReason(reason=each, policy_title=called.get(slug, ""), titles=tuple(words))

    return tuple(named(each) for each in found.reasons)


def _minutes(
    person_id: int,
    found: GateAnswer,
    policies: dict[str, PolicyHistory],
    person: PersonHistory,
    known_at: datetime,
) -> int:
    """Minutes of the modules that stand between them and being ready, blocking refreshers among them."""
    at = found.readiness.at
    tasks: dict[tuple[int, str], Assignment] = {}
    for slug in (each.policy for each in found.reasons if each.policy and each.clauses):
        learn = to_learn(policies[slug], person, at=at, known_at=known_at)
        tasks[person_id, slug] = Assignment(learn=learn, refresher=None, policy=policies[slug], person=person)
    blocked = {each.policy for each in found.reasons if each.because == "refresher"}
    for refresher in open_refreshers(person_id):
        if refresher.is_blocking and refresher.policy in blocked:
            task = assigned(policies[refresher.policy], person, refresher=refresher, now=at)
            tasks[-refresher.id, refresher.policy] = task
    return sum(minutes_of({key: task for key, task in tasks.items() if task.clauses}, now=at).values())


def record(found: GateReport) -> dict[str, Any]:
    """The answer as JSON knows it; moments are ISO 8601 in UTC."""
    return {
        "person": found.person,
        "queue": found.queue,
        "as_of": utc(found.at),
        "known_at": utc(found.known_at),
        "answer": found.answer.value,
        "because": found.because,
        "standing": found.state.value,
        "minutes": found.minutes,
        "until": utc(found.until) if found.until else None,
        "then": found.then.value if found.then else None,
        "reasons": [
            {
                "policy": each.reason.policy,
                "standing": each.reason.state.value,
                "because": each.reason.because,
                "clauses": list(each.reason.clauses),
                "due_at": utc(each.reason.due_at) if each.reason.due_at else None,
            }
            for each in found.reasons
        ],
        "override": _override(found.let_in) if found.let_in else None,
    }


def _override(each: LetIn) -> dict[str, str]:
    return {"until": utc(each.until), "by": each.by, "reason": each.reason}


def json_text(found: GateReport) -> str:
    """The same as a text."""
    return json.dumps(record(found), ensure_ascii=False, indent=2) + "\n"


def person_in(scope: Within, person_id: int, *, now: datetime) -> str | None:
    """The name of somebody in scope now, for who sees everybody also of who left; None for anybody else."""
    if scope.teams is None and not scope.vendor:
        found = db.session.execute(select(Identity.name).where(Identity.person_id == person_id)).first()
        return (found.name or ERASED) if found else None
    member = members(scope=scope, at=now, known_at=now, people=[person_id]).get(person_id)
    return member.name if member else None


def person_named(text: str) -> int | None:
    """Id of the person with this e-mail, whatever its case, or this key of the feed; one statement."""
    email = Identity.email == text.strip().casefold()
    found = select(Identity.person_id).where(email | (Identity.external_id == text)).order_by(email.desc())
    return db.session.scalar(found.limit(1))


def people_called(text: str, scope: Within, *, now: datetime) -> list[tuple[int, str, str]]:
    """Id, name and team of who works here, is in scope and has these letters in their name, or this e-mail."""
    matching = db.session.scalars(
        select(Identity.person_id).where(
            Identity.name.icontains(text, autoescape=True) | (Identity.email == text.casefold())
        )
    ).all()
    found = members(scope=scope, at=now, known_at=now, people=matching)
    rows = ((person_id, member.name, member.team) for person_id, member in found.items())
    return sorted(rows, key=lambda each: (each[1].casefold(), each[0]))
