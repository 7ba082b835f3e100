"""Actions that keep the database small: what was only a passing note is cleared away."""

from sqlalchemy import delete, func, select

from lms.extensions import db, writing
from lms.models import Touch

KEPT_TOUCHES = 200_000
"""More than a process reads one by one: whoever has not looked since reads everything again."""


def clear_touches(*, keep: int | None = None) -> int:
    """Delete the oldest notes of what was touched once there are twice as many as are kept; how many are gone."""
    keep = KEPT_TOUCHES if keep is None else keep
    first, last = db.session.execute(select(func.min(Touch.id), func.max(Touch.id))).one()
    db.session.rollback()
    return _delete_until(last - keep) if first is not None and last - first >= 2 * keep else 0


@writing()
def _delete_until(number: int) -> int:
    gone = db.session.execute(delete(Touch).where(Touch.id <= number)).rowcount
    db.session.commit()
    return int(gone)
