"""What may be asked about readiness over time, read from the address and written back into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.domain.intervals import INSTANT
from lms.forms import QuestionNotUnderstood, day_of, moment_of, zone_of

USUAL_DAYS, MOST_DAYS = 30, 180
DAY = timedelta(days=1)
MOST_COMPARED = 6
"""So many changes side by side can still be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole days of one zone, and what of them is asked about."""

    first_day: date
    last_day: date
    """Inclusive, and not after today."""
    zone: str
    at: datetime
    """The last instant that is looked at: of the day that is not over yet."""
    known_at: datetime
    known_text: str
    queue: str
    team: str
    is_usual: bool
    """Nothing was said about the days."""

    @property
    def days(self) -> tuple[date, ...]:
        """Each of them, in order."""
        return tuple(self.first_day + place * DAY for place in range((self.last_day - self.first_day).days + 1))

    @property
    def instants(self) -> tuple[datetime, ...]:
        """The last instant of each day; of a day that is not over the moment of the question."""
        return tuple(min(_last_instant(day, self.zone), self.at) for day in self.days)

    def address(self, **changes: str | None) -> dict[str, str]:
        """Arguments of an address that asks the same, with changes; `None` or an empty text leaves one out."""
        asked: dict[str, str | None] = {
            "from": "" if self.is_usual else self.first_day.isoformat(),
            "to": "" if self.is_usual else self.last_day.isoformat(),
            "known": self.known_text,
            "zone": "" if self.is_usual and not self.known_text else self.zone,
            "queue": self.queue,
            "team": self.team,
        }
        return {name: value for name, value in (asked | changes).items() if value}

    def frozen(self) -> dict[str, str]:
        """The same with its days and moments fixed, so that a file holds what the page shows."""
        days = {"from": self.first_day.isoformat(), "to": self.last_day.isoformat(), "zone": self.zone}
        return self.address(at=exact(self.at), known=exact(self.known_at), **days)

    @property
    def asked_known_at(self) -> datetime | None:
        """As known at which moment; None: now."""
        return self.known_at if self.known_text else None

    def report(self, at: datetime, queue: str) -> dict[str, str]:
        """Arguments of the report at one of the instants, for one queue."""
        asked = {"at": exact(at), "known": exact(self.known_at), "queue": queue, "team": self.team}
        return {name: value for name, value in asked.items() if value}


def period(args: Mapping[str, str], *, zone: str, now: datetime) -> Period:
    """Read the arguments of an address; raise QuestionNotUnderstood. Without days the last thirty."""
    named, known_text = zone_of(args.get("zone", "") or zone), args.get("known", "").strip()
    at = min(moment_of(args.get("at", "").strip(), named) or now, now)
    today = at.astimezone(ZoneInfo(named)).date()
    first, last = day_of(args.get("from", "")), min(day_of(args.get("to", "")) or today, today)
    begins = first or last - (USUAL_DAYS - 1) * DAY
    if begins > last:
        raise QuestionNotUnderstood("The period ends before it begins, or lies ahead. Change one of the two days.")
    if (last - begins).days >= MOST_DAYS:
        raise QuestionNotUnderstood("A period has at most %(days)s days. Change one of the two days.", days=MOST_DAYS)
    return Period(
        first_day=begins,
        last_day=last,
        zone=named,
        at=at,
        known_at=min(moment_of(known_text, named) or now, now),
        known_text=known_text,
        queue=args.get("queue", ""),
        team=args.get("team", ""),
        is_usual=not (args.get("from", "").strip() or args.get("to", "").strip()),
    )


def exact(moment: datetime) -> str:
    """A moment as an address names it, whatever the zone."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _last_instant(day: date, zone: str) -> datetime:
    begins = datetime.combine(day + DAY, time(), ZoneInfo(zone)).astimezone(UTC)
    return begins - INSTANT
