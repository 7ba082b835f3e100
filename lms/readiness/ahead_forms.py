"""What may be asked of what lies ahead, read from the address and written back into it; nothing is posted here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from lms.everybody.turning import Kind
from lms.forms import QuestionNotUnderstood, moment_of, page_of, zone_of
from lms.readiness.ahead import Effect

Choice = TypeVar("Choice", bound=StrEnum)
WEEKS = (4, 8, 13, 26)
USUAL = 13
LONGEST = 6
"""Digits of a number in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about what lies ahead: from when, how far, filters, and which of its rows."""

    at: datetime
    at_text: str
    """As in the address; empty for now."""
    zone: ZoneInfo
    """In which weeks begin."""
    weeks: int
    queue: str
    team: str
    policy: str
    week: int | None
    """Place of the week whose rows are listed, from 1; None for all."""
    kind: Kind | None
    effect: Effect | None
    about: str
    """Slug of the policy whose rows are listed; the figures stay those of all."""
    version: int | None
    within: str | None
    """Path of the team whose rows are listed, `-` for those in none; None for all."""
    page: int

    def address(self, **changes: str | int | None) -> dict[str, str | int]:
        """Arguments of an address that asks for the same figures, with changes; what is empty is left out."""
        asked = {
            "at": self.at_text,
            "zone": self.zone.key if self.at_text else "",
            "weeks": "" if self.weeks == USUAL else self.weeks,
            "queue": self.queue,
            "team": self.team,
            "policy": self.policy,
        }
        return {name: value for name, value in (asked | changes).items() if value not in (None, "")}

    def frozen(self, **changes: str | int | None) -> dict[str, str | int]:
        """The same with its moment and zone fixed, so that rows and files say what the page says, to everybody."""
        moment = self.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return self.address(**{"at": moment, "zone": self.zone.key, **changes})

    @property
    def asked_known_at(self) -> datetime | None:
        """As known at which moment; None: now."""
        return self.at if self.at_text else None

    def rows(self, **changes: str | int | None) -> dict[str, str | int]:
        """The same with the choice of its rows as well."""
        chosen = {
            "week": self.week,
            "kind": self.kind.value if self.kind else "",
            "effect": self.effect.value if self.effect else "",
            "about": self.about,
            "version": self.version,
            "within": self.within,
        }
        return self.frozen(**{**chosen, **changes})


def asked(args: Mapping[str, str], *, zone: ZoneInfo, now: datetime) -> Asked:
    """Read the arguments of an address; raise QuestionNotUnderstood. Nothing is known later than now."""
    named, text = args.get("zone", "").strip(), args.get("at", "").strip()
    there = ZoneInfo(zone_of(named)) if named else zone
    return Asked(
        at=min(moment_of(text, there.key) or now, now),
        at_text=text,
        zone=there,
        weeks=_weeks(args.get("weeks", "")),
        queue=args.get("queue", ""),
        team=args.get("team", ""),
        policy=args.get("policy", ""),
        week=_number(args.get("week", "")),
        kind=_chosen(Kind, args.get("kind", "")),
        effect=_chosen(Effect, args.get("effect", "")),
        about=args.get("about", ""),
        version=_number(args.get("version", "")),
        within=args.get("within") or None,
        page=page_of(args.get("page", "")),
    )


def _weeks(text: str) -> int:
    if text and text not in map(str, WEEKS):
        raise QuestionNotUnderstood("Choose 4, 8, 13 or 26 weeks.")
    return int(text) if text else USUAL


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST else None


def _chosen(choices: type[Choice], text: str) -> Choice | None:
    """What is no word of the list chooses nothing that there is, so that no rows are shown as if they were all."""
    try:
        return choices(text) if text else None
    except ValueError as wrong:
        raise QuestionNotUnderstood("There are no such rows. Choose a figure of the page before.") from wrong
