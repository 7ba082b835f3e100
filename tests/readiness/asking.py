"""Asking the gate, letting somebody in, and the address of the page."""

from datetime import datetime, timedelta

from lms import clock
from lms.readiness.actions import give_override
from lms.readiness.gate import GateReport, gate_report

QUEUE = "legal-requests"
WHY = "Nobody else is on shift tonight."
HOUR = timedelta(hours=1)


def ask(person: int, *, queue: str = QUEUE) -> GateReport:
    """What the gate says about somebody now."""
    now = clock.now()
    found = gate_report(person, queue, person="", at=now, known_at=now)
    assert found is not None
    return found


def give(
    person: int, by: int, *, hours: float = 4, queue: str = QUEUE, why: str = WHY, now: datetime | None = None
) -> int:
    """Let somebody in for some hours; the number of the override."""
    now = now or clock.now()
    return give_override(person, queue=queue, until=now + hours * HOUR, reason=why, by=by, now=now)


def address(person: int, **more: str) -> str:
    """The page about somebody."""
    asked = "&".join(f"{name}={value}" for name, value in {"queue": QUEUE, **more}.items())
    return f"/readiness/gate?person={person}&{asked}"
