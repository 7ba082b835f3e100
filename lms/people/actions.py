"""Actions that change people: where they work and in which role, leave, waivers, and who they are."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import insert, select

from lms import auditing
from lms.access import Role
from lms.auditing import Act
from lms.extensions import db, writing
from lms.models import Identity, Person, Queue, Spell, SpellEnd, SpellKind, Team
from lms.models.dated import spells_at
from lms.ownership import Source, may_write
from lms.people.changing import SHORTEST_WHY, Change, ChangeRefused, Step, Target, Word, plan, target_of

LONGEST_LANGUAGE = 12
FIELD_OF = {
    Word.TEAM: "team",
    Word.QUEUE: "queues",
    Word.NO_QUEUE: "queues",
    Word.ROLE: "role",
    Word.NO_ROLE: "role",
    Word.LEAVE: "leave",
    Word.WAIVER: "waiver",
    Word.LEFT: "employment",
    Word.BACK: "employment",
}
"""The field that a change is about; nobody owns waivers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who somebody is: what is overwritten, with its history in the audit log."""

    name: str
    email: str
    timezone: str
    language: str
    vendor: str


@writing()
def change(people: Collection[int], asked: Change, *, by: int, now: datetime) -> tuple[Step, ...]:
    """Change something about each of these people, all or none; what was done to whom, and who was left out and why.

    Done twice it changes nothing more. Statements do not grow with the people. Raise ChangeRefused.
    """
    _hold_places(
        asked
    )  # before our turn: who closes one locks the place first, and the two must not wait for each other
    _take_turn(by)
    _refuse_owned([FIELD_OF[asked.word]])
    steps = make_change(people, asked, by=by, now=now)
    db.session.commit()
    return steps


def make_change(people: Collection[int], asked: Change, *, by: int, now: datetime) -> tuple[Step, ...]:
    """The same inside a transaction of the caller's, who has asked whether it may be."""
    target = target_of(asked)
    steps = plan(people, asked, target, now=now)
    done = [step for step in steps if not step.skipped]
    _end(done, asked, by=by, now=now)
    _begin([step for step in done if step.is_begun], asked, target, by=by, now=now)
    after = {name: value for name, value in _said(asked).items() if value}
    entries = [auditing.Entry(person=step.person_id, before=None, after=after, was=None, now_is=None) for step in done]
    auditing.note_each(_act(asked.word), entries, by=by, at=now, reason=asked.why.strip())
    return steps


@writing()
def change_identity(person_id: int, who: Who, *, why: str, by: int, now: datetime) -> None:
    """Write who somebody is anew; the log keeps what it was. Raise ChangeRefused."""
    identity = db.session.get(Identity, person_id, with_for_update=True)
    if identity is None:
        raise ChangeRefused("There is no such person.")
    _refuse_nonsense(person_id, who, why)
    wanted = {
        "name": who.name,
        "email": who.email.casefold(),
        "timezone": who.timezone,
        "language": who.language,
        "vendor": who.vendor,
    }
    was = {name: getattr(identity, name) for name, value in wanted.items() if getattr(identity, name) != value}
    if not was:
        return
    _refuse_owned(was)
    if was.get("vendor") == "" and _is_administrator(person_id, now):
        raise ChangeRefused("They are an administrator, who sees everybody. End that role first.")
    for name in was:
        setattr(identity, name, wanted[name])
    auditing.note(
        Act.PERSON_CHANGED,
        by=by,
        at=now,
        person=person_id,
        identity=(was, {name: wanted[name] for name in was}),
        reason=why.strip(),
    )
    db.session.commit()


def _is_administrator(person_id: int, now: datetime) -> bool:
    held = spells_at(Spell.role, kinds=[SpellKind.ROLE], at=now, known_at=now).where(Spell.person_id == person_id)
    return Role.ADMINISTRATOR in db.session.scalars(held).all()


def _refuse_owned(fields: Iterable[str]) -> None:
    """A field that another source owns is changed there."""
    owners = current_app.extensions["muster"].owners
    for name in fields:
        if not may_write(owners, name, Source.HAND):
            raise ChangeRefused(
                "The %(name)s comes from another source here: %(owner)s. Change it there.",
                name=name,
                owner=owners[name],
            )


def _refuse_nonsense(person_id: int, who: Who, why: str) -> None:
    if len(why.strip()) < SHORTEST_WHY:
        raise ChangeRefused("Say why, in %(shortest_why)s characters or more.", shortest_why=SHORTEST_WHY)
    if not who.name or "@" not in who.email:
        raise ChangeRefused("A person has a name and an e-mail.")
    try:
        ZoneInfo(who.timezone)
    except (ValueError, OSError, KeyError) as wrong:
        raise ChangeRefused(
            "“%(timezone)s” is no time zone. Write one like Europe/Dublin.", timezone=who.timezone[:60]
        ) from wrong
    if not who.language.isascii() or not 2 <= len(who.language) <= LONGEST_LANGUAGE:
        raise ChangeRefused("Write the language as a code like en or es.")
    other = db.session.scalar(
        select(Identity.person_id).where(Identity.email == who.email.casefold(), Identity.person_id != person_id)
    )
    if other is not None:
        raise ChangeRefused("Somebody else has this e-mail.")


def _take_turn(by: int) -> None:
    """One order of an administrator at a time, so that a second press finds the rows of the first on both engines."""
    db.session.execute(select(Person.id).where(Person.id == by).with_for_update())


def _hold_places(asked: Change) -> None:
    """Nobody closes the team or queue between our look and our write."""
    for table, column, value in ((Team, Team.path, asked.team), (Queue, Queue.slug, asked.queue)):
        if value:
            db.session.execute(select(table.id).where(column == value).with_for_update(read=True))


def _end(steps: Sequence[Step], asked: Change, *, by: int, now: datetime) -> None:
    recorded = {"reason": asked.why.strip(), "recorded_at": now, "recorded_by": by}
    starts = dict(
        db.session.execute(
            select(Spell.id, Spell.start_at).where(Spell.id.in_([one for step in steps for one in step.ends]))
        ).all()
    )
    rows = [
        # A time that had not begun ends where it would have begun: it never was.
        recorded | {"spell_id": spell_id, "end_at": max(asked.start_at, start_at)}
        for spell_id, start_at in starts.items()
    ]
    rows += [recorded | {"spell_id": step.reopens, "end_at": asked.end_at} for step in steps if step.reopens]
    if rows:
        db.session.execute(insert(SpellEnd), rows)


def _begin(steps: Sequence[Step], asked: Change, target: Target, *, by: int, now: datetime) -> None:
    rows = [
        {
            "person_id": step.person_id,
            "kind": target.kind,
            "team_id": target.team_id,
            "queue_id": target.queue_id,
            "policy_id": target.policy_id,
            "role": asked.role.value if asked.role else None,
            "reason": asked.why.strip(),
            "start_at": asked.start_at,
            "recorded_at": now,
            "recorded_by": by,
        }
        for step in steps
    ]
    if not rows:
        return
    made = db.session.scalars(insert(Spell).returning(Spell.id), rows).all()
    if asked.end_at is not None:
        recorded = {"reason": asked.why.strip(), "recorded_at": now, "recorded_by": by, "end_at": asked.end_at}
        db.session.execute(insert(SpellEnd), [recorded | {"spell_id": spell_id} for spell_id in made])


def _said(asked: Change) -> dict[str, object]:
    return {
        "what": asked.word.value,
        "team": asked.team,
        "queue": asked.queue,
        "role": asked.role.value if asked.role else "",
        "policy": asked.policy,
        "start_at": asked.start_at,
        "end_at": asked.end_at,
    }


def _act(word: Word) -> Act:
    if word is Word.LEFT:
        return Act.PERSON_LEFT
    return Act.SPELL_ENDED if word in (Word.NO_QUEUE, Word.NO_ROLE) else Act.SPELL_BEGUN
