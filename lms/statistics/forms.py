"""What may be asked of the statistics, read from the address and written back into it; nothing is posted here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.forms import QuestionNotUnderstood, day_of, page_of, zone_of

ORDERS = ("urgency", "item", "people", "facility", "discrimination", "old", "seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Version, period, order and page."""

    version: int | None
    """None is the newest that anybody tried."""
    first_day: date | None
    last_day: date | None
    """Inclusive."""
    zone: str
    order: str = ORDERS[0]
    is_descending: bool = False
    page: int = 1

    @property
    def since(self) -> datetime | None:
        """When the period begins."""
        return self._begin(self.first_day) if self.first_day else None

    @property
    def until(self) -> datetime | None:
        """When it is over."""
        return self._begin(self.last_day + timedelta(days=1)) if self.last_day else None

    @property
    def last_moment(self) -> datetime | None:
        """The last second of the period."""
        return self.until - timedelta(seconds=1) if self.until else None

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def address(self, **changes: str | int | None) -> dict[str, str | int]:
        """Arguments of an address that asks the same, with changes; `None` or an empty text leaves one out."""
        sort = f"-{self.order}" if self.is_descending else self.order
        asked = {
            "version": self.version,
            "from": self.first_day.isoformat() if self.first_day else "",
            "to": self.last_day.isoformat() if self.last_day else "",
            "zone": self.zone if self.first_day or self.last_day else "",
            "sort": "" if sort == ORDERS[0] else sort,
        }
        return {name: value for name, value in (asked | changes).items() if value not in (None, "")}

    def sorted_by(self, order: str) -> dict[str, str | int]:
        """The same in another order; the order it is in already is turned round."""
        turned = self.order == order and not self.is_descending
        return self.address(sort=f"-{order}" if turned else order)


def asked(args: Mapping[str, str], *, zone: str) -> Asked:
    """Read the arguments of an address; raise QuestionNotUnderstood. Days are of the zone that the address names."""
    sort = args.get("sort", "") or ORDERS[0]
    first_day, last_day = day_of(args.get("from", "")), day_of(args.get("to", ""))
    if first_day and last_day and last_day < first_day:
        raise QuestionNotUnderstood("The period ends before it begins. Change one of the two days.")
    return Asked(
        version=_number(args.get("version", "")),
        first_day=first_day,
        last_day=last_day,
        zone=zone_of(args.get("zone", "") or zone),
        order=sort.removeprefix("-") if sort.removeprefix("-") in ORDERS else ORDERS[0],
        is_descending=sort.startswith("-"),
        page=page_of(args.get("page", "")),
    )


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise QuestionNotUnderstood("“%(text)s” is not a version. Choose one from the list.", text=text[:40])
    return int(text)
