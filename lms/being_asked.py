"""Nobody sees the key of a question that they are being asked."""

from sqlalchemy import select

from lms.domain.errors import DomainError
from lms.extensions import db
from lms.models import Attempt, AttemptState, Policy


class TakesItThemselves(DomainError):
    """Keys are not shown to somebody who has an attempt going on."""

    def __init__(self) -> None:
        super().__init__(
            "You are taking this quiz yourself, and this page shows the key. Hand it in first, then come back."
        )


def refuse_who_is_asked(person_id: int, slug: str) -> None:
    """Raise TakesItThemselves when somebody has an attempt at a policy going on; one statement."""
    going_on = (
        select(Attempt.id)
        .join(Policy, Policy.id == Attempt.policy_id)
        .where(Attempt.person_id == person_id, Policy.slug == slug, Attempt.state == AttemptState.OPEN)
    )
    if db.session.scalar(going_on.limit(1)) is not None:
        raise TakesItThemselves
