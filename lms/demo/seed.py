"""Builds the demo: what happens when, in the order of the simulated half-year, from one seed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from lms.accounts.queries import person_of_email
from lms.config import ROOT
from lms.demo import people, turns
from lms.demo.simulation import Simulation
from lms.domain.errors import DomainError
from lms.extensions import db
from lms.library.problems import ContentError
from lms.library.shelf import Shelf
from lms.models import Person

SEED = 20261122
HALF_A_YEAR = timedelta(days=182)
PASSWORD = "muster-demo-2026"  # noqa: S105 - printed in the README; refused in production
SIGN_INS = ("ada", "cole", "lena", "pia", "rune", "sam")

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do, in days."""


class DatabaseNotEmpty(DomainError):
    """The demo is only for an empty database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """When a shipped version goes out in the demo: days before today."""

    policy: str
    number: int
    published: float
    effective: float | None
    """None: at once, by an emergency."""


RELEASES = (
    Release(policy="abuse-reports", number=1, published=180, effective=173),
    Release(policy="legal-requests", number=1, published=178, effective=171),
    Release(policy="abuse-reports", number=2, published=112, effective=98),
    Release(policy="abuse-reports", number=3, published=30, effective=16),
    Release(policy="legal-requests", number=2, published=1.6, effective=None),
)
DRAFTED = ("legal-requests", 3)
"""Lies on Pia's desk, unjudged."""


def has_people() -> bool:
    """True when the database is not empty."""
    return db.session.scalar(select(Person.id).limit(1)) is not None


def is_demo() -> bool:
    """True when the people of the demo are here, so that its password may be told."""
    return person_of_email(f"{SIGN_INS[0]}@demo.example") is not None


def build(*, now: datetime, on_progress: Progress | None = None, root: Path = ROOT) -> None:
    """Seed an empty database; raises DatabaseNotEmpty, ContentError."""
    if has_people():
        raise DatabaseNotEmpty("There are people in this database already; the demo is for an empty one.")
    shelf, problems = Shelf.read(root)
    if any(problem.level == "error" for problem in problems):
        raise ContentError(problems)
    begin = (now - HALF_A_YEAR).replace(hour=8, minute=0, second=0, microsecond=0).astimezone(UTC)
    random = Random(SEED)  # noqa: S311 - a story, not a secret
    simulation = Simulation(shelf=shelf, random=random, now=now)
    staff = people.staff(begin.date())
    agents = people.agents(begin.date(), now.date(), random)
    turns.bring_in(simulation, [*staff, *agents], begin, sign_ins=SIGN_INS, password=PASSWORD)
    for release in RELEASES:
        turns.plan_release(simulation, release.policy, release.number, published=release.published,
                           effective=release.effective)  # fmt: skip
    turns.plan_draft(simulation, *DRAFTED)
    turns.plan_incidents(simulation, agents)
    simulation.run(begin, on_progress)
