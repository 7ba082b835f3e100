"""Who reads the readiness report and its neighbours, whose people they see, and which filters exist for them."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from flask import abort
from flask_login import current_user

from lms import clock
from lms.access import Role
from lms.readiness import queries
from lms.readiness.report import NO_TEAM, Within
from lms.replica import turn_to_replica

READERS = (Role.LEAD, Role.OWNER, Role.ADMINISTRATOR)


class Question(Protocol):
    """What is asked of the report or a page beside it."""

    @property
    def asked_known_at(self) -> datetime | None:
        """As known at which moment; None: now."""


Q = TypeVar("Q", bound=Question)


def answerable(read: Callable[[datetime], Q]) -> Q:
    """A question, read as of now; or of the instant that the replica has replayed, where it is answered from that."""
    now = clock.now()
    first = read(now)
    instant = turn_to_replica(first.asked_known_at, now=now)
    return first if instant == now else read(instant)


def scope() -> Within:
    """A lead sees their team trees; who owns policies or runs Muster every team; a vendor's people only their own."""
    sees_all = current_user.has(Role.OWNER, Role.ADMINISTRATOR)
    return Within(None if sees_all else current_user.team_paths(Role.LEAD), current_user.vendor)


def offered(*, at: datetime, known_at: datetime, queue: str, team: str, policy: str = "") -> queries.Choices:
    """What the filters offer; 404 for a queue, team or policy that does not exist for this reader."""
    choices = queries.choices(scope(), at=at, known_at=known_at, team=team, queue=queue)
    asked = (
        (queue, dict(choices.queues)),
        (team, {*choices.teams, NO_TEAM}),
        (policy, dict(choices.policies)),
    )
    if any(value and value not in known for value, known in asked):
        abort(404)
    return choices
