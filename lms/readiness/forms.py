"""What may be asked of the report, read from the address and written back into it; nothing is posted here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lms.domain.standing import State
from lms.forms import QuestionNotUnderstood, moment_of, page_of

ORDERS = ("urgency", "person", "team", "policy", "due", "minutes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to the report: moments, filters, order and page."""

    at: datetime
    known_at: datetime
    now: datetime
    """When it was asked."""
    at_text: str
    """As typed, in `zone`; empty for now."""
    known_text: str
    zone: str
    queue: str
    team: str
    policy: str
    state: State | None
    order: str
    is_descending: bool
    page: int

    @property
    def asked_known_at(self) -> datetime | None:
        """As known at which moment; None: now."""
        return self.known_at if self.known_text else None

    def address(self, **changes: str | int | None) -> dict[str, str | int]:
        """Arguments of an address that asks the same, with changes; `None` or an empty text leaves one out."""
        asked = {
            "at": self.at_text,
            "known": self.known_text,
            "zone": self.zone if self.at_text or self.known_text else "",
            "queue": self.queue,
            "team": self.team,
            "policy": self.policy,
            "state": self.state.value if self.state else "",
            "sort": "" if (self.order, self.is_descending) == (ORDERS[0], False) else self._sort(),
        }
        return {name: value for name, value in (asked | changes).items() if value not in (None, "")}

    def _sort(self) -> str:
        return f"-{self.order}" if self.is_descending else self.order

    def frozen(self) -> dict[str, str | int]:
        """The same with its moments fixed, so that a file holds what the page shows however late it is fetched."""
        return self.address(at=_exact(self.at), known=_exact(self.known_at), zone=None, sort=None)

    def sorted_by(self, order: str) -> dict[str, str | int]:
        """The same in another order; the order it is in already is turned round."""
        turned = self.order == order and not self.is_descending
        return self.address(sort=f"-{order}" if turned else order)


def asked(args: Mapping[str, str], *, zone: str, now: datetime) -> Asked:
    """Read the arguments of an address; raise QuestionNotUnderstood.

    A moment without an offset is in the zone that the address names, so that a link means the same for everybody;
    without one it is in `zone`, the reader's. Nothing can be known later than now.
    """
    named = args.get("zone", "") or zone
    at_text, known_text = args.get("at", "").strip(), args.get("known", "").strip()
    sort = args.get("sort", "") or ORDERS[0]
    return Asked(
        at=moment_of(at_text, named) or now,
        known_at=min(moment_of(known_text, named) or now, now),
        now=now,
        at_text=at_text,
        known_text=known_text,
        zone=named,
        queue=args.get("queue", ""),
        team=args.get("team", ""),
        policy=args.get("policy", ""),
        state=_state(args.get("state", "")),
        order=sort.removeprefix("-") if sort.removeprefix("-") in ORDERS else ORDERS[0],
        is_descending=sort.startswith("-"),
        page=page_of(args.get("page", "")),
    )


def local_text(moment: datetime, zone: str) -> str:
    """A moment as a `datetime-local` control wants it, in a zone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def _state(text: str) -> State | None:
    try:
        return State(text) if text else None
    except ValueError as wrong:
        raise QuestionNotUnderstood(
            "“%(text)s” is not a standing. Choose one from the list.", text=text[:40]
        ) from wrong


def _exact(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
