"""What a coach does: assigns refreshers, calls them off, moves due moments. Each looks again at who may do it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms import auditing
from lms.auditing import Act
from lms.coaching import choosing, queries, trying
from lms.coaching.refusals import (
    ClauseNotInForce,
    DueInThePast,
    NotForThem,
    NothingDue,
    NothingInForce,
    NotStuck,
    NotYourPeople,
    RefresherOver,
    WordsMissing,
    YourOwnRecord,
)
from lms.domain.records import Version
from lms.domain.standing import named_for, standing
from lms.extensions import db, writing
from lms.models import Attempt, AttemptGrant, DueDecision, Person, Policy, Refresher, RefresherEnd
from lms.models.histories import person_histories, policy_histories

SHORTEST_NOTE, LONGEST_NOTE = 10, 2000
SAME_PRESS = timedelta(minutes=1)
"""The same order of the same coach within this time is one button pressed twice."""


@writing()
def assign_refresher(
    *,
    people: Collection[int],
    policy: str,
    clauses: Sequence[str],
    due_at: datetime,
    note: str,
    is_blocking: bool,
    by: int,
    now: datetime,
) -> tuple[int, ...]:
    """Give each person a refresher on these clauses of the version in force; its ids in the order of `people`.

    Pressed twice it gives the refreshers of the first time. Raises what `refusals.py` names.
    """
    take_turn(by)
    _check_people(people, by=by, now=now)
    check_words(note)
    _check_ahead(due_at, now)
    row = db.session.scalar(select(Policy).where(Policy.slug == policy))
    if row is None:
        raise NothingInForce("There is no such policy. Choose one from the list.")
    asked = _in_force(row, clauses, people, now)
    given = _given_just_now(row.id, asked, by=by, now=now)
    for person_id in dict.fromkeys(people):
        if person_id not in given:
            given[person_id] = _assign(
                Refresher(
                    person_id=person_id,
                    policy_id=row.id,
                    clauses=asked,
                    due_at=due_at,
                    note=note,
                    is_blocking=is_blocking,
                    assigned_by=by,
                    assigned_at=now,
                )
            )
    db.session.commit()
    return tuple(given[person_id] for person_id in dict.fromkeys(people))


@writing()
def call_off(refresher_id: int, *, reason: str, by: int, now: datetime) -> None:
    """End an open refresher without it being passed; raises RefresherOver and what `refusals.py` names."""
    refresher = db.session.get(Refresher, refresher_id)
    if refresher is None:
        raise NotYourPeople
    _check_people([refresher.person_id], by=by, now=now)
    check_words(reason)
    if db.session.get(RefresherEnd, refresher_id) is not None:
        raise RefresherOver
    db.session.add(RefresherEnd(refresher_id=refresher_id, evidence_id=None, reason=reason, ended_at=now, ended_by=by))
    auditing.note(Act.REFRESHER_CALLED_OFF, by=by, at=now, person=refresher.person_id, reason=reason)
    try:
        db.session.commit()
    except IntegrityError as ended_meanwhile:
        raise RefresherOver from ended_meanwhile


@writing()
def grant_attempt(run: int, *, reason: str, by: int, now: datetime) -> None:
    """One attempt more for a run (the first attempt of it) of which all were used; raises NotStuck and others."""
    take_turn(by)
    person_id = db.session.scalar(select(Attempt.person_id).where(Attempt.id == run))
    if person_id is None:
        raise NotYourPeople
    _check_people([person_id], by=by, now=now)
    check_words(reason)
    found = next((each for each in trying.stuck(trying.tries([person_id], now=now)) if each.run == run), None)
    if found is None:
        raise NotStuck
    db.session.add(AttemptGrant(attempt_id=run, reason=reason, granted_at=now, granted_by=by))
    about = f"{found.policy} version {found.version}"
    auditing.note(Act.ATTEMPT_GRANTED, by=by, at=now, person=person_id, about=about, reason=reason)
    db.session.commit()


@writing()
def move_due(person_id: int, *, policy: str, due_at: datetime, reason: str, by: int, now: datetime) -> None:
    """Decide when what a person has not covered of a policy is due, later or sooner, never before now."""
    take_turn(by)
    _check_people([person_id], by=by, now=now)
    check_words(reason)
    _check_ahead(due_at, now)
    policy_id = db.session.scalar(select(Policy.id).where(Policy.slug == policy))
    if policy_id is None or not _has_uncovered(person_id, policy, now):
        raise NothingDue
    last = db.session.scalar(
        select(DueDecision)
        .where(DueDecision.person_id == person_id, DueDecision.policy_id == policy_id)
        .order_by(DueDecision.id.desc())
        .limit(1)
    )
    if last is None or (last.due_at, last.decided_by) != (due_at, by) or now - last.occurred_at > SAME_PRESS:
        db.session.add(
            DueDecision(
                person_id=person_id,
                policy_id=policy_id,
                due_at=due_at,
                reason=reason,
                decided_by=by,
                occurred_at=now,
                recorded_at=now,
            )
        )
        was = {"due_at": last.due_at} if last else None
        after = {"due_at": due_at}
        auditing.note(
            Act.DUE_MOVED, by=by, at=now, person=person_id, about=policy, before=was, after=after, reason=reason
        )
    db.session.commit()


def take_turn(by: int) -> None:
    """One order of a coach at a time, so that a second press finds the rows of the first on both engines."""
    db.session.execute(select(Person.id).where(Person.id == by).with_for_update())


def _check_people(people: Collection[int], *, by: int, now: datetime) -> None:
    if by in people:
        raise YourOwnRecord
    scope = queries.scope_of(by, now=now)
    if not people or queries.names_in(scope, people=people, now=now).keys() != set(people):
        raise NotYourPeople


def check_words(words: str) -> None:
    """Every decision says why."""
    if not SHORTEST_NOTE <= len(words.strip()) <= LONGEST_NOTE:
        raise WordsMissing(
            "Say why, in %(shortest_note)s to %(longest_note)s characters.",
            shortest_note=SHORTEST_NOTE,
            longest_note=LONGEST_NOTE,
        )


def _check_ahead(due_at: datetime, now: datetime) -> None:
    if due_at < now:
        raise DueInThePast


def _in_force(policy: Policy, clauses: Sequence[str], people: Collection[int], now: datetime) -> list[str]:
    """The clauses in the order of the version in force; raise when one is not part of it or not for these people."""
    version = choosing.version_in_force(policy.slug, now=now)
    if version is None:
        raise NothingInForce("This policy has no version in force, so nothing of it can be refreshed yet.")
    alive = [clause.id for clause in version.clauses]
    gone = sorted(set(clauses) - set(alive))
    if gone or not clauses:
        raise ClauseNotInForce(gone)
    _check_need_to_know(policy, version, clauses, people, now)
    return [clause for clause in alive if clause in clauses]


def _check_need_to_know(
    policy: Policy, version: Version, clauses: Sequence[str], people: Collection[int], now: datetime
) -> None:
    """What only some may read is given to them alone; nothing is asked where nothing is marked."""
    marked = {each.id for each in version.clauses if each.is_need_to_know or policy.is_need_to_know}
    if marked.isdisjoint(clauses):
        return
    history, persons = policy_histories([policy.slug])[policy.slug], person_histories(people)
    readable = [named_for(history, each, version=version.number, at=now, known_at=now) for each in persons.values()]
    refused = [each for each in clauses if each in marked and not all(each in mine for mine in readable)]
    if refused:
        raise NotForThem(refused)


def _given_just_now(policy_id: int, clauses: list[str], *, by: int, now: datetime) -> dict[int, int]:
    rows = db.session.scalars(
        select(Refresher)
        .outerjoin(RefresherEnd, RefresherEnd.refresher_id == Refresher.id)
        .where(
            Refresher.policy_id == policy_id,
            Refresher.assigned_by == by,
            Refresher.assigned_at >= now - SAME_PRESS,
            RefresherEnd.refresher_id.is_(None),
        )
    )
    return {row.person_id: row.id for row in rows if row.clauses == clauses}


def _assign(refresher: Refresher) -> int:
    db.session.add(refresher)
    db.session.flush()
    auditing.note(
        Act.REFRESHER_ASSIGNED,
        by=refresher.assigned_by,
        at=refresher.assigned_at,
        person=refresher.person_id,
        about=db.session.scalar(select(Policy.slug).where(Policy.id == refresher.policy_id)),
        after={"clauses": refresher.clauses, "due_at": refresher.due_at, "is_blocking": refresher.is_blocking},
        reason=refresher.note,
    )
    return refresher.id


def _has_uncovered(person_id: int, policy: str, now: datetime) -> bool:
    person = person_histories([person_id])[person_id]
    history = policy_histories([policy])[policy]
    return any(standing(history, person, queue=queue, at=now, known_at=now).uncovered for queue in person.queues)
