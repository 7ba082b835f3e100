"""Reads whose week is to be looked at, and what is other in it; whether somebody wants the mail."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from lms.access import Role
from lms.coaching import queries as coaching
from lms.extensions import db
from lms.models import Identity, MailUnwanted, Spell, SpellKind, WeeklyLetter
from lms.models.dated import spells_at
from lms.readiness.queries import Within, standings
from lms.shifts.queries import Gap, week
from lms.weekly.difference import Difference, difference

KIND = "weekly readiness"
OPENS = time(8)
"""On Monday, where the lead is."""
LATEST = timedelta(days=2)
"""So long after it a mail still goes out, if nobody was there to send it; later it would tell of another week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWeek:
    """One lead's week that has not been looked at."""

    person_id: int
    week_on: date
    """Its Monday."""
    at: datetime
    since: datetime
    """The same time of the Monday before."""


def due_weeks(*, now: datetime) -> list[DueWeek]:
    """Weeks that have begun for leads and have not been looked at, by person; two statements."""
    unwanted = select(MailUnwanted.person_id).where(MailUnwanted.kind == KIND)
    leads = db.session.execute(
        spells_at(Identity.person_id, Identity.timezone, kinds=[SpellKind.ROLE], at=now, known_at=now)
        .join(Identity, Identity.person_id == Spell.person_id)
        .where(Spell.role == Role.LEAD.value, Spell.person_id.not_in(unwanted), Spell.person_id.in_(_employed(now)))
        .distinct()
        .order_by(Identity.person_id)
    ).all()
    since = (now - timedelta(days=9)).date()
    known = select(WeeklyLetter.person_id, WeeklyLetter.week_on).where(WeeklyLetter.week_on >= since)
    looked_at = {(row.person_id, row.week_on) for row in db.session.execute(known)}
    found = (week_of(person_id, ZoneInfo(zone), now=now) for person_id, zone in leads)
    return [each for each in found if each and (each.person_id, each.week_on) not in looked_at]


def week_of(person_id: int, zone: ZoneInfo, *, now: datetime) -> DueWeek | None:
    """The week of a lead that began last, as clocks there show it; None before it opens and when it is too late."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    at, since = (datetime.combine(day, OPENS, zone).astimezone(UTC) for day in (monday, monday - timedelta(days=7)))
    if not timedelta(0) <= now - at <= LATEST:
        return None
    return DueWeek(person_id=person_id, week_on=monday, at=at, since=since)


def _employed(now: datetime) -> Select:
    return spells_at(Spell.person_id, kinds=[SpellKind.EMPLOYMENT], at=now, known_at=now).correlate(None)


def changes(
    scope: Within, *, at: datetime, since: datetime, known_at: datetime, week_on: date, zone: ZoneInfo
) -> Difference:
    """What is other at `at` than it was at `since`, both as known at `known_at`; at most 70 statements."""
    now, then = (standings(scope=scope, at=moment, known_at=known_at) for moment in (at, since))
    return difference(now, then, _gaps(scope, week_on=week_on, zone=zone, now=known_at))


def _gaps(scope: Within, *, week_on: date, zone: ZoneInfo, now: datetime) -> tuple[Gap, ...]:
    """Times with too few ready people, whoever's they are; a vendor's lead is not told about people of others."""
    return () if scope.vendor else week(None, day=week_on, zone=zone, now=now).gaps


def scope_of(person_id: int, *, now: datetime) -> Within:
    """Whom a lead answers for now; nobody when they lead nobody any more."""
    return coaching.scope_of(person_id, roles=[Role.LEAD], now=now)


def is_wanted(person_id: int) -> bool:
    """True unless they turned the mail off."""
    return db.session.get(MailUnwanted, (person_id, KIND)) is None
