"""Builds the demo: what happens when, in the order of the simulated half-year, from one seed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select

from lms.accounts.queries import person_of_email, person_of_external_id
from lms.config import ROOT
from lms.demo import incidents, people, roster, turns, voices
from lms.demo.releases import DRAFTED, RELEASES
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
    simulation = Simulation(policies=shelf.by_slug, seed=SEED, now=now)
    staff = people.staff(begin.date())
    agents = people.agents(begin.date(), now.date(), Random(SEED))  # noqa: S311 - a story, not a secret
    turns.bring_in(simulation, [*staff, *agents], begin, sign_ins=SIGN_INS, password=PASSWORD)
    for release in RELEASES:
        turns.plan_release(simulation, release)
    turns.plan_draft(simulation, *DRAFTED)
    incidents.plan_incidents(simulation, agents, begin.date())
    simulation.run(begin, on_progress)
    voices.speak(simulation, now=now)
    roster.plan(agents, by=person_of_external_id("lena"), now=now)
