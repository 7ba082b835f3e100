"""Queries for when people were last heard of: a page they opened, a quiz they began, something they proved."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, union_all

from lms.extensions import db
from lms.models import Attempt, Evidence, SignInSession, Spell, SpellEnd, SpellKind
from lms.models.dated import last_end


def last_heard(people: Collection[int]) -> dict[int, datetime]:
    """When each of these people last did anything here; who never did is left out. One statement."""
    signs = union_all(
        select(SignInSession.person_id, SignInSession.last_seen_at.label("at")).where(
            SignInSession.person_id.in_(people)
        ),
        select(Attempt.person_id, func.coalesce(Attempt.submitted_at, Attempt.started_at)).where(
            Attempt.person_id.in_(people)
        ),
        select(Evidence.person_id, Evidence.occurred_at).where(Evidence.person_id.in_(people)),
    ).subquery()
    rows = db.session.execute(select(signs.c.person_id, func.max(signs.c.at)).group_by(signs.c.person_id))
    return {person_id: at for person_id, at in rows}


def away_since(people: Collection[int], *, since: datetime, now: datetime) -> set[int]:
    """Who was on leave at any moment from `since` to `now`; one statement."""
    return set(
        db.session.scalars(
            select(Spell.person_id)
            .outerjoin(SpellEnd, last_end(now))
            .where(
                Spell.kind == SpellKind.LEAVE,
                Spell.person_id.in_(people),
                Spell.start_at <= now,
                Spell.recorded_at <= now,
                or_(SpellEnd.end_at.is_(None), SpellEnd.end_at > since),
                or_(SpellEnd.end_at.is_(None), SpellEnd.end_at > Spell.start_at),
            )
        )
    )


def quiet(working_since: dict[int, datetime], *, span: timedelta, now: datetime) -> dict[int, datetime | None]:
    """People of whom nothing was heard for `span` although they worked in a queue all that time, and were not away.

    `working_since` says since when each is in a queue. The value is when they were last heard of; None is never. Two
    statements.
    """
    since = now - span
    people = [person_id for person_id, start in working_since.items() if start <= since]
    heard = last_heard(people)
    away = away_since(people, since=since, now=now)
    return {
        person_id: heard.get(person_id)
        for person_id in people
        if person_id not in away and (person_id not in heard or heard[person_id] <= since)
    }
