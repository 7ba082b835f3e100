"""What a pack is asked to be about, and what is in it for whom. No database, no clock."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from lms.domain.errors import DomainError
from lms.readiness.queries import Scope


class About(StrEnum):
    """What a pack is about."""

    PERSON = "person"
    VERSION = "version"
    TEAM = "team"
    PERIOD = "period"


class PackRefused(DomainError):
    """No pack can be made of this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One pack: everything that was recorded by `to_at` and happened from `from_at` to `to_at`."""

    about: About
    person_id: int | None = None
    policy: str = ""
    number: int | None = None
    """Of the version."""
    team: str = ""
    """Root of a tree; its people are those at `to_at`."""
    from_at: datetime | None = None
    """None is the beginning."""
    to_at: datetime
    scope: Scope = None
    """Whose rows may be in it; None means everybody's."""
    has_answers: bool = False
    """With what was asked in quizzes and answered."""
    has_secrets: bool = False
    """With texts that are need-to-know."""
    has_keys: bool = False
    """With questions and keys of the items of its versions."""

    @property
    def words(self) -> str:
        """What it is about, for the log: never a name."""
        names = {About.VERSION: f" {self.number} of {self.policy}", About.TEAM: f" {self.team}"}
        return f"{self.about.value}{names.get(self.about, '')}"

    @property
    def file_name(self) -> str:
        """Letters, digits and dashes only, whatever a team is called."""
        said = {About.VERSION: f"{self.policy}-{self.number}", About.TEAM: self.team}.get(self.about, "")
        parts = ["evidence", self.about.value, re.sub(r"[^A-Za-z0-9]+", "-", said).strip("-").lower()[:60]]
        return "-".join(filter(None, [*parts, f"{self.to_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"])) + ".zip"


def check(asked: Asked, *, now: datetime) -> None:
    """Raise PackRefused for a period that has not ended, or ends before it begins."""
    if asked.to_at > now:
        raise PackRefused("The end of the period lies ahead. Leave it empty for now.")
    if asked.from_at is not None and asked.from_at > asked.to_at:
        raise PackRefused("The period ends before it begins.")
